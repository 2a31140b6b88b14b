"""Laws of the quantity scan: spans, independence of what stands around, growth with length."""

import json
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pledgewire.normalise import FoundQuantity, find_quantities, normalise_unit, parse_quantity
from pledgewire.normalise.tokens import tokenise
from pledgewire.records import BOUNDS


def words(text):
    return text.split()


GOLDEN = Path(__file__).parent / "golden" / "quantities.json"
SENTENCES = [case["sentence"] for case in json.loads(GOLDEN.read_text("utf-8"))["cases"]]
LINE_BREAK = "\n"
PIECES = words(
    """
    a about at least between and or to of - – / , . % $ € 5 14 1,200 2.5 2024 155mm F-16
    million bn one two dozen half half-a tank tanks people per cent yen dollars km days
    years old ago over more than so from Leopard US$ USD the killed vote
    """
)
texts = st.lists(st.sampled_from([*PIECES, LINE_BREAK]), max_size=25).map(" ".join)


def check_laws(text, found):
    last = 0
    for quantity in found:
        assert last <= quantity.start < quantity.end <= len(text)
        last = quantity.end
        assert text[quantity.start : quantity.end] == text[quantity.start : quantity.end].strip()
        assert "\n" not in text[quantity.start : quantity.end]
        assert quantity.low <= quantity.high
        assert (quantity.low < quantity.high) == (quantity.bound == "between")
        assert quantity.bound in BOUNDS
        assert normalise_unit(quantity.kind, quantity.unit) == quantity.unit


@given(texts)
@settings(max_examples=400)
def test_spans_and_values_are_well_formed(text):
    check_laws(text, find_quantities(text))


@given(st.text(max_size=60))
def test_any_text_can_be_read(text):
    check_laws(text, find_quantities(text))
    parse_quantity(text)


@given(st.sampled_from(SENTENCES), st.sampled_from(SENTENCES))
def test_lines_do_not_disturb_each_other(first, second):
    shift = len(first) + 1
    expected = find_quantities(first) + [
        FoundQuantity(q.start + shift, q.end + shift, q.kind, q.low, q.high, q.unit, q.bound)
        for q in find_quantities(second)
    ]
    assert find_quantities(f"{first}\n{second}") == expected


@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4))
def test_tokens_are_the_text_without_white_space(sentences):
    text = "\n".join(sentences)
    tokens = tokenise(text)
    assert all(text[t.start : t.end] == t.text for t in tokens)
    assert "".join("".join(t.text.split()) for t in tokens) == "".join(text.split())


MONEY = [
    "{sign}{n:,}",
    "{sign} {n:,}",
    "{code} {n}",
    "{n:,} {code}",
    "{n} {words}",
    "{sign}{m} million",
    "{sign}{m}m",
    "{sign}{m}mn",
    "{code} {m} million",
    "{m} million {words}",
    "{m}m {words}",
    "{m} millions of {words}",
    "{m}-million-{singular}",
    "{sign}{m}-million",
    "{m} million {code}",
]
CURRENCIES = [
    ("USD", "$", "US dollars", "dollar"),
    ("EUR", "€", "euros", "euro"),
    ("GBP", "£", "pounds", "pound"),
    ("JPY", "¥", "yen", "yen"),
    ("AUD", "A$", "Australian dollars", "Australian-dollar"),
    ("UAH", "₴", "hryvnias", "hryvnia"),
]
BOUND_WORDS = {
    "{}": "exact",
    "about {}": "about",
    "{} or so": "about",
    "more than {}": "more_than",
    "at least {}": "at_least",
    "{} or more": "at_least",
    "less than {}": "less_than",
    "up to {}": "up_to",
    "up to about {}": "up_to",
}


@given(
    thousands=st.integers(1, 10**7),
    form=st.sampled_from(MONEY),
    currency=st.sampled_from(CURRENCIES),
    bound=st.sampled_from(sorted(BOUND_WORDS)),
)
def test_a_sum_is_read_back_however_it_is_written(thousands, form, currency, bound):
    code, sign, words, singular = currency
    amount = form.format(
        n=thousands * 1000,
        m=Decimal(thousands) / 1000,
        code=code,
        sign=sign,
        words=words,
        singular=singular,
    )
    found = parse_quantity(bound.format(amount))
    assert found is not None
    assert (found.kind, found.unit, found.bound) == ("money", code, BOUND_WORDS[bound])
    assert found.low == found.high == thousands * 1000


@given(low=st.integers(2, 900), width=st.integers(1, 99))
def test_a_range_is_read_back(low, width):
    high = low + width
    for text in (
        f"between {low} and {high} tanks",
        f"{low} to {high} tanks",
        f"{low}-{high} tanks",
        f"{low}–{high} tanks",
        f"from {low} to {high} tanks",
        f"about {low} to {high} tanks",
    ):
        found = parse_quantity(text)
        assert found is not None
        assert (found.low, found.high, found.unit, found.bound) == (low, high, "tank", "between")


WHOLE = [
    ("8800000000 JPY", ("money", 8_800_000_000, "JPY", "exact")),
    ("  about 14 tanks ", ("count", 14, "tank", "about")),
    ("1 tank", ("count", 1, "tank", "exact")),
    ("14 main battle tank", ("count", 14, "tank", "exact")),
    ("a total of 30 tanks", ("count", 30, "tank", "exact")),
    ("the 30 tanks", ("count", 30, "tank", "exact")),
    ("just over 50 tanks", ("count", 50, "tank", "more_than")),
    ("one country", ("count", 1, "country", "exact")),
    ("500 million usd", ("money", 500_000_000, "USD", "exact")),
    ("500 MAD", ("money", 500, "MAD", "exact")),
    ("MAD 500", ("money", 500, "MAD", "exact")),
    ("155 mm", ("quantity", 155, "mm", "exact")),
    ("over five years", ("duration", 5, "year", "more_than")),
    ("2.5 %", ("percent", 2.5, "percent", "exact")),
]
NOT_WHOLE = [
    "",
    "150",
    "8.8 billion",
    "tanks",
    "14 tanks and 3 jets",
    "14 tanks delivered",
    "8.8 billion yen (56 million dollars)",
    "8.8 billion yen in aid",
    "in 2022",
    "last week",
    "several tanks",
    "about",
]


@pytest.mark.parametrize(("text", "expected"), WHOLE)
def test_a_whole_string_is_one_quantity(text, expected):
    found = parse_quantity(text)
    assert found is not None
    assert (found.kind, found.low, found.unit, found.bound) == expected
    assert found.high == found.low


@pytest.mark.parametrize("text", NOT_WHOLE)
def test_a_string_that_is_more_or_less_is_none(text):
    assert parse_quantity(text) is None


def test_whole_values_are_integers():
    found = parse_quantity("8.8 billion yen")
    assert found is not None
    assert isinstance(found.low, int)


HOSTILE = [
    ("1,111,", 0),
    ("1 111 ", 0),
    ("2.2.", 0),
    ("U.S.", 0),
    ("a-", 0),
    ("two and a half ", 0),
    ("one hundred thousand ", 0),
    ("5 to ", 0),
    ("between 5 and ", 0),
    ("about ", 0),
    ("14 old ", 0),
    ("5-a-", 0),
    ("5 tanks ", 1),
    ("$5 to ", 1),
]


def count_calls(function, text):
    """Count the Python functions that a call enters: a measure of work without a clock."""
    calls = 0

    def count(_frame, event, _argument):
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        function(text)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize(("piece", "each"), HOSTILE)
def test_work_grows_in_step_with_length(piece, each):
    short, long = piece * 100, piece * 800
    assert len(find_quantities(long)) == each * 800
    assert count_calls(find_quantities, long) < 10 * count_calls(find_quantities, short)


@pytest.mark.parametrize("piece", ["1", "1,111,", "1.111.", "1 ", ".", "'s", "a", "U.S.", "US"])
def test_the_tokeniser_takes_a_hundred_thousand_characters(piece):
    short, long = (piece * (size // len(piece)) for size in (10_000, 100_000))
    few, many = len(tokenise(short)), len(tokenise(long))
    assert many == pytest.approx(10 * few, rel=0.02, abs=10)
