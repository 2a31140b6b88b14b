"""Resolve words of time against the day of publication. Source: annotations/GUIDELINES.md F5."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from pledgewire.normalise.edtf import parse_edtf
from pledgewire.normalise.tense import lies_ahead
from pledgewire.normalise.tokens import Tokens

LAST, THIS, NEXT = -1, 0, 1
SEASON_MONTHS = {21: 3, 22: 6, 23: 9, 24: 12}
FIRST_QUARTER = 33
HALF_YEAR = 31 * 6
MOST_UNITS = 1000
"""Units of time that `ago` may reach back; more is no date of the news."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The date that others are told from, as far as it is known. `text` is it in EDTF."""

    text: str
    year: int
    month: int | None
    day: date | None

    @classmethod
    def read(cls, text: str) -> Anchor:
        """Read a day, month or year. Raises: ValueError for other dates."""
        parsed = parse_edtf(text)
        if parsed.precision not in ("day", "month", "year"):
            raise ValueError(f"expected a day, month or year such as 2026-02-10, got {text!r}")
        first = parsed.earliest
        known = parsed.precision
        return cls(
            text=parsed.text,
            year=first.year,
            month=first.month if known != "year" else None,
            day=first if known == "day" else None,
        )


@dataclass(frozen=True, slots=True)
class Context:
    """What a date is resolved against: publication, and the last date that the text gave.

    `ahead` is the tense that the word before the date demands (`since`), `default` the one it
    suggests if no verb tells (`by`).
    """

    published: Anchor
    spoken_of: Anchor | None = None
    ahead: bool | None = None
    default: bool | None = None

    def tense(self, tokens: Tokens, start: int, end: int) -> bool | None:
        if self.ahead is not None:
            return self.ahead
        found = lies_ahead(tokens, start, end)
        return self.default if found is None else found


@dataclass(frozen=True, slots=True)
class Moment:
    """A date over tokens. `year` is 0 unless the text gives it; `date` is None if unresolved."""

    start: int
    end: int
    kind: str
    date: str | None
    year: int = 0
    month: int = 0
    day: int = 0


def write_month(year: int, month: int) -> str:
    """Write a month, which may lie outside 1 to 12: 13 is January of the next year."""
    return f"{year + (month - 1) // 12:04}-{(month - 1) % 12 + 1:02}"


def write_days(first: date, count: int) -> str:
    return f"{first}/{first + timedelta(days=count - 1)}"


def with_day(anchor: Anchor, resolve: Callable[[date], str]) -> str | None:
    """Resolve what needs the day; if only the month is known, that is the answer (F5.4)."""
    if anchor.day is not None:
        return resolve(anchor.day)
    return anchor.text if anchor.month is not None else None


def resolve_day(anchor: Anchor, offset: int) -> str | None:
    return with_day(anchor, lambda day: str(day + timedelta(days=offset)))


def resolve_weekday(anchor: Anchor, weekday: int, which: int | None, ahead: bool) -> str | None:
    """Resolve `Friday` (nearest that fits the tense), `last Friday`, `next Friday`.

    `last` is the nearest before publication; `this` and `next` go by weeks.
    """

    def nearest(day: date) -> str:
        if which == LAST:
            return str(day - timedelta(days=(day.weekday() - weekday - 1) % 7 + 1))
        if ahead:
            return str(day + timedelta(days=(weekday - day.weekday()) % 7))
        return str(day - timedelta(days=(day.weekday() - weekday) % 7))

    if which in (THIS, NEXT):
        return resolve_weekday_of_week(anchor, weekday, which)
    return with_day(anchor, nearest)


def resolve_weekday_of_week(anchor: Anchor, weekday: int, which: int) -> str | None:
    """Resolve `Tuesday last week`. Units: `weekday` is 0 for Monday; `which` counts weeks."""
    return with_day(
        anchor, lambda day: str(day + timedelta(days=7 * which + weekday - day.weekday()))
    )


def resolve_week(anchor: Anchor, which: int) -> str | None:
    """Give the week, Monday to Sunday."""
    return with_day(
        anchor, lambda day: write_days(day - timedelta(days=day.weekday() - 7 * which), 7)
    )


def resolve_weekend(anchor: Anchor, which: int) -> str | None:
    return with_day(
        anchor, lambda day: write_days(day - timedelta(days=day.weekday() - 7 * which - 5), 2)
    )


def resolve_month(anchor: Anchor, month: int, which: int | None, ahead: bool) -> str | None:
    """Resolve `March` (nearest that fits the tense), `last March`, `this March`, `next March`."""
    year = year_of_month(anchor, month, which, ahead)
    return None if year is None else write_month(year, month)


def year_of_month(anchor: Anchor, month: int, which: int | None, ahead: bool) -> int | None:
    if which == THIS:
        return anchor.year
    if anchor.month is None:
        return None
    if which == NEXT or (which is None and ahead):
        passed = month < anchor.month or (which == NEXT and month == anchor.month)
        return anchor.year + passed
    to_come = month > anchor.month or (which == LAST and month == anchor.month)
    return anchor.year - to_come


def year_of_day(anchor: Anchor, month: int, day: int, ahead: bool | None) -> int | None:
    """Give the year of a day such as `8 April`: the nearest, if no word tells the tense."""
    if ahead is not None or anchor.day is None:
        return year_of_month(anchor, month, None, bool(ahead))
    days = 31 * (month - anchor.day.month) + day - anchor.day.day
    return anchor.year + (days < -HALF_YEAR) - (days > HALF_YEAR)


def resolve_season(anchor: Anchor, season: int, which: int) -> str | None:
    """Resolve `last summer`, `this winter`: of the seasons of that name around publication.

    A season that has begun is `this`; the `last` one began before it, the `next` one after.
    """
    if anchor.month is None:
        return None
    first = SEASON_MONTHS[season]
    running = (anchor.month - first) % 12 < 3
    begun = anchor.year if anchor.month >= first else anchor.year - 1
    if which == LAST:
        year = begun - running
    elif which == NEXT:
        year = begun + 1
    else:
        year = begun if running else anchor.year
    return f"{year:04}-{season}"


def resolve_quarter(anchor: Anchor, which: int) -> str | None:
    if anchor.month is None:
        return None
    quarter = anchor.year * 4 + (anchor.month - 1) // 3 + which
    return f"{quarter // 4:04}-{FIRST_QUARTER + quarter % 4}"


def resolve_period(anchor: Anchor, unit: str, which: int) -> str | None:
    """Resolve `last week`, `this month`, `next year`."""
    if unit == "week":
        return resolve_week(anchor, which)
    if unit == "weekend":
        return resolve_weekend(anchor, which)
    if unit == "month" and anchor.month is not None:
        return write_month(anchor.year, anchor.month + which)
    if unit == "quarter":
        return resolve_quarter(anchor, which)
    return f"{anchor.year + which:04}" if unit == "year" else None


def resolve_distance(anchor: Anchor, count: int, unit: str, about: bool = False) -> str | None:
    """Resolve a number of units from the anchor, negative before it: `two weeks ago`.

    Days give a day, weeks a day with `~`, months a month, years a year. Source: F5.5.
    """
    if abs(count) > MOST_UNITS:
        return None
    mark = "~" if about or unit in ("week", "fortnight", "decade") else ""
    days = {"day": 1, "week": 7, "fortnight": 14}
    if unit in days:
        if anchor.day is None:
            return None
        return f"{anchor.day + timedelta(days=count * days[unit])}{mark}"
    if unit == "month" and anchor.month is not None:
        return f"{write_month(anchor.year, anchor.month + count)}{mark}"
    years = {"year": 1, "decade": 10}
    year = anchor.year + count * years.get(unit, 0)
    return f"{year:04}{mark}" if unit in years and 1000 <= year <= 9999 else None
