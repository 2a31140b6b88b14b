"""EDTF is read and compared; dates of a text are resolved against the day of publication."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pledgewire.normalise import compare_dates, find_dates, is_edtf, parse_edtf


def words(text):
    return text.split()


EXTENTS = {
    "2026-02-10": ("2026-02-10", "2026-02-10", "day"),
    "2024-02": ("2024-02-01", "2024-02-29", "month"),
    "2025": ("2025-01-01", "2025-12-31", "year"),
    "2024-21": ("2024-03-01", "2024-05-31", "season"),
    "2024-22": ("2024-06-01", "2024-08-31", "season"),
    "2024-23": ("2024-09-01", "2024-11-30", "season"),
    "2022-24": ("2022-12-01", "2023-02-28", "season"),
    "2024-33": ("2024-01-01", "2024-03-31", "quarter"),
    "2024-36": ("2024-10-01", "2024-12-31", "quarter"),
    "2024-41": ("2024-07-01", "2024-12-31", "half"),
    "199X": ("1990-01-01", "1999-12-31", "decade"),
    "20XX": ("2000-01-01", "2099-12-31", "century"),
    "2026-02-XX": ("2026-02-01", "2026-02-28", "month"),
    "2026-XX-XX": ("2026-01-01", "2026-12-31", "year"),
    "2030~": ("2030-01-01", "2030-12-31", "year"),
    "2025-04-02~": ("2025-04-02", "2025-04-02", "day"),
    "2025-04-07/2025-04-13": ("2025-04-07", "2025-04-13", "interval"),
    "2014/2019": ("2014-01-01", "2019-12-31", "interval"),
    "2024-01/2024-06": ("2024-01-01", "2024-06-30", "interval"),
    "2022/..": ("2022-01-01", None, "open"),
    "../2030": (None, "2030-12-31", "open"),
}
INVALID = [
    "",
    "..",
    "../..",
    "/",
    "2026-13",
    "2026-02-30",
    "2026-2-10",
    "10.02.2026",
    "2026/02/10",
    "2026-W07",
    "last week",
    "2026-XX-10",
    "199X-05",
    "0000",
    "2026-42",
    "2026-21-05",
    "2025-04-13/2025-04-07",
    "20260210",
    "202",
    "2026-02-10T10:00",
]


@pytest.mark.parametrize(("text", "extent"), EXTENTS.items())
def test_the_extent_of_an_edtf_date(text, extent):
    parsed = parse_edtf(text)
    found = (parsed.earliest, parsed.latest)
    assert tuple(None if day is None else str(day) for day in found) == extent[:2]
    assert parsed.precision == extent[2]
    assert parsed.text == text
    assert is_edtf(text)


@pytest.mark.parametrize("text", INVALID)
def test_what_is_no_edtf_date_is_refused_with_what_was_expected(text):
    assert not is_edtf(text)
    with pytest.raises(ValueError, match="expected"):
        parse_edtf(text)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        (" 2025 ", "2025"),
        ("2022/", "2022/.."),
        ("/2030", "../2030"),
        ("199x", "199X"),
        ("2025 / 2026", "2025/2026"),
        ("2025-04/2025-04", "2025-04"),
    ],
)
def test_one_form_stands_for_all(text, normal):
    assert parse_edtf(text).text == normal
    assert compare_dates(text, normal) == "equal"


COMPARED = [
    ("2026-02-10", "2026-02-10", "equal"),
    ("2026-02-10", "2026-02", "precision"),
    ("2026-02", "2026", "precision"),
    ("2024-22", "2024-07", "precision"),
    ("2022-24", "2023-01-15", "precision"),
    ("199X", "1995", "precision"),
    ("2025-04-07/2025-04-13", "2025-04-09", "precision"),
    ("2024-01/2024-06", "2024-40", "precision"),
    ("2030~", "2030", "precision"),
    ("2022/..", "2022-02-24/..", "precision"),
    ("2022/..", "2022", "precision"),
    ("../2030", "../2030-06", "precision"),
    ("../2030", "2030", "precision"),
    ("2022/..", "2022/2024", "precision"),
    ("2026-02-10", "2026-02-11", "different"),
    ("2026-02-10", "2025-02", "different"),
    ("2024-22", "2024-23", "different"),
    ("2014/2019", "2018/2021", "different"),
    ("2022/..", "2025/..", "different"),
    ("2022/..", "2025", "different"),
    ("2022/..", "../2022", "different"),
]


@pytest.mark.parametrize(("gold", "predicted", "verdict"), COMPARED)
def test_dates_are_compared(gold, predicted, verdict):
    assert compare_dates(gold, predicted) == verdict
    assert compare_dates(predicted, gold) == verdict


def test_comparing_with_what_is_no_date_is_refused():
    with pytest.raises(ValueError, match="got 'soon'"):
        compare_dates("2025", "soon")


days = st.dates(date(1900, 1, 1), date(2099, 12, 31))
closed = st.one_of(
    days.map(str),
    days.map(lambda d: f"{d:%Y-%m}"),
    days.map(lambda d: f"{d:%Y}"),
    days.map(lambda d: f"{d.year}-{21 + d.month % 4}"),
    days.map(lambda d: f"{d.year // 10}X"),
    st.tuples(days, days).map(lambda two: "/".join(map(str, sorted(two)))),
)


def days_of(text):
    parsed = parse_edtf(text)
    return range(parsed.earliest.toordinal(), parsed.latest.toordinal() + 1)


@given(closed, closed)
def test_comparison_agrees_with_sets_of_days(gold, predicted):
    a, b = days_of(gold), days_of(predicted)
    inside = (a[0] in b and a[-1] in b) or (b[0] in a and b[-1] in a)
    if parse_edtf(gold).text == parse_edtf(predicted).text:
        assert compare_dates(gold, predicted) == "equal"
    else:
        assert compare_dates(gold, predicted) == ("precision" if inside else "different")


def only_date(text, published):
    (found,) = find_dates(text, published)
    return found.date


WEEKDAYS = words(
    """
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday
    """
)


@given(days, st.integers(0, 6))
def test_a_weekday_is_the_nearest_that_fits_the_tense(published, weekday):
    name = WEEKDAYS[weekday]
    past = date.fromisoformat(only_date(f"They met on {name}.", str(published)))
    future = date.fromisoformat(only_date(f"They will meet on {name}.", str(published)))
    assert past.weekday() == future.weekday() == weekday
    assert timedelta(0) <= published - past < timedelta(7)
    assert timedelta(0) <= future - published < timedelta(7)


@given(days)
def test_weeks_run_from_monday_to_sunday(published):
    weeks = [
        parse_edtf(only_date(f"It was {which} week.", str(published)))
        for which in ("last", "this", "next")
    ]
    assert all(w.earliest.weekday() == 0 and w.latest - w.earliest == timedelta(6) for w in weeks)
    assert weeks[1].earliest <= published <= weeks[1].latest
    assert weeks[1].earliest - weeks[0].earliest == timedelta(7)
    assert weeks[2].earliest - weeks[1].earliest == timedelta(7)


FORMATS = ["{d} {month} {y}", "{month} {d}, {y}", "{month} {d} {y}", "the {d}th of {month} {y}"]
MONTHS = words(
    """
    January February March April May June July August September October November December
    """
)


@given(day=days, form=st.sampled_from([*FORMATS, "{iso}", "{d}.{m}.{y}"]))
def test_a_full_date_is_read_however_it_is_written(day, form):
    written = form.format(d=day.day, m=day.month, y=day.year, iso=day, month=MONTHS[day.month - 1])
    assert only_date(f"It was signed on {written}.", "2026-02-12") == str(day)


@given(day=days, published=days)
def test_a_day_without_a_year_is_near_and_fits_the_tense(day, published):
    if (day.month, day.day) == (2, 29):
        return
    written = f"{day.day} {MONTHS[day.month - 1]}"
    past = only_date(f"It was signed on {written}.", str(published))
    future = only_date(f"It will open on {written}.", str(published))
    assert past[5:] == future[5:] == f"{day:%m-%d}"
    assert past[:7] <= f"{published:%Y-%m}" <= future[:7]
    assert int(future[:4]) - int(past[:4]) in (0, 1)


def test_only_the_month_of_publication_known():
    assert only_date("They met on Friday.", "2026-02") == "2026-02"
    assert only_date("They met last week.", "2026-02") == "2026-02"
    assert only_date("They met last month.", "2026-02") == "2026-01"
    assert find_dates("They met two days ago.", "2026-02") == []


def test_only_the_year_of_publication_known():
    assert only_date("They met last year.", "2026") == "2025"
    assert find_dates("They met on Friday and in March.", "2026") == []


@pytest.mark.parametrize("published", ["", "yesterday", "2024-22", "2022/..", "2025/2026"])
def test_publication_must_be_a_day_month_or_year(published):
    with pytest.raises(ValueError, match="expected"):
        find_dates("They met on Friday.", published)


LINE_BREAK = "\n"
PIECES = words(
    """
    10 31 2024 2026 - – / , . of the February May March Friday last this next week month
    year early end since by until from to between and ago later two days a years at the
    earliest on summer quarter first 1990s 2024-25 10.02.2026 will was in around or so
    """
)


@given(st.lists(st.sampled_from([*PIECES, LINE_BREAK]), max_size=20).map(" ".join), days)
@settings(max_examples=300)
def test_found_dates_are_edtf_and_never_overlap(text, published):
    last = 0
    for found in find_dates(text, str(published)):
        assert last <= found.start < found.end <= len(text)
        last = found.end
        assert is_edtf(found.date)
        assert "\n" not in text[found.start : found.end]


@given(st.text(max_size=60))
def test_any_text_can_be_read(text):
    find_dates(text, "2026-02-12")


GOLDEN = Path(__file__).parent / "golden" / "dates.json"
CASES = json.loads(GOLDEN.read_text("utf-8"))["cases"]


@given(st.sampled_from(CASES))
def test_what_stands_before_on_another_line_does_not_matter(case):
    before = "Nothing is said here\n"
    alone = find_dates(case["sentence"], case["published"])
    found = find_dates(before + case["sentence"], case["published"])
    assert [(d.start - len(before), d.end - len(before), d.date) for d in found] == [
        (d.start, d.end, d.date) for d in alone
    ]
