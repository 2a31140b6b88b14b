"""Read and compare dates in EDTF (ISO 8601-2), as far as the benchmark uses it.

Source: Extended Date/Time Format specification, levels 0 and 1, and the sub-year groupings of level
2; annotations/GUIDELINES.md F5.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

Precision = Literal[
    "day", "month", "season", "quarter", "half", "year", "decade", "century", "interval", "open"
]
Comparison = Literal["equal", "precision", "different"]

FORMS = (
    "2026-02-10, 2026-02, 2026, a season 2024-22, a quarter 2024-33, a decade 199X, an interval "
    "2025-04-07/2025-04-13, an open one 2022/.. or ../2030, or one of these with ~ or ?"
)
SINGLE = re.compile(
    r"""
    (?P<year> [0-9]{4} | [0-9]{3}X | [0-9]{2}XX )
    (?: - (?P<part> [0-9]{2} | XX ) (?: - (?P<day> [0-9]{2} | XX ) )? )?
    (?P<qualifier> [?~%] )?
    """,
    re.VERBOSE,
)
FIRST_MONTH: dict[int, tuple[int, int, Precision]] = {
    21: (3, 3, "season"),
    22: (6, 3, "season"),
    23: (9, 3, "season"),
    24: (12, 3, "season"),  # a winter has the year in which it begins
    33: (1, 3, "quarter"),
    34: (4, 3, "quarter"),
    35: (7, 3, "quarter"),
    36: (10, 3, "quarter"),
    40: (1, 6, "half"),
    41: (7, 6, "half"),
}
OPEN = ".."


class EdtfDate(NamedTuple):
    """The days that an EDTF date may mean, first and last included; None at an open end.

    `text` is the date in its normal form.
    """

    earliest: date | None
    latest: date | None
    precision: Precision
    text: str


@lru_cache(maxsize=4096)
def parse_edtf(text: str) -> EdtfDate:
    """Read an EDTF date. Raises: ValueError that names the forms allowed."""
    normal = "".join(text.split()).replace("x", "X")
    if "/" not in normal:
        return parse_single(normal, text)
    first, _, second = normal.partition("/")
    first, second = first or OPEN, second or OPEN
    if first == second == OPEN:
        raise ValueError(f"expected an interval with at least one end, got {text!r}")
    start = None if first == OPEN else parse_single(first, text)
    end = None if second == OPEN else parse_single(second, text)
    if start is None or end is None:
        edges = (start.earliest if start else None, end.latest if end else None)
        return EdtfDate(*edges, "open", f"{first}/{second}")
    if start.text == end.text:
        return start
    if start.earliest > end.latest:
        raise ValueError(f"expected an interval that ends after it starts, got {text!r}")
    return EdtfDate(start.earliest, end.latest, "interval", f"{start.text}/{end.text}")


def parse_single(text: str, whole: str) -> EdtfDate:
    """Read a date that is no interval; `whole` is what an error shows."""
    match = SINGLE.fullmatch(text)
    if match is None:
        raise ValueError(f"expected an EDTF date such as {FORMS}; got {whole!r}")
    try:
        earliest, latest, precision = extent(match["year"], match["part"], match["day"])
    except ValueError as error:
        raise ValueError(f"expected a date that exists, got {whole!r}: {error}") from None
    return EdtfDate(earliest, latest, precision, text)


def extent(year: str, part: str | None, day: str | None) -> tuple[date, date, Precision]:
    """Give the first and the last day that the parts of a date allow."""
    first, last = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if "X" in year and (part is not None or day is not None):
        raise ValueError("a decade or century has no months")
    if part is None or part == "XX":
        if day not in (None, "XX"):
            raise ValueError("a day needs its month")
        missing: dict[int, Precision] = {0: "year", 1: "decade", 2: "century"}
        return date(first, 1, 1), date(last, 12, 31), missing[year.count("X")]
    number = int(part)
    if day is None or day == "XX":
        if number in FIRST_MONTH and day is None:
            month, length, precision = FIRST_MONTH[number]
            return date(first, month, 1), end_of_months(first, month, length), precision
        return date(first, number, 1), end_of_months(first, number, 1), "month"
    exact = date(first, number, int(day))
    return exact, exact, "day"


def end_of_months(year: int, month: int, length: int) -> date:
    """Give the last day of `length` months from a month on."""
    year, month = year + (month + length - 2) // 12, (month + length - 2) % 12 + 1
    return date(year, month, monthrange(year, month)[1])


def is_edtf(text: str) -> bool:
    """Tell whether a string is a date that `parse_edtf` reads."""
    try:
        parse_edtf(text)
    except ValueError:
        return False
    return True


def compare_dates(gold: str, predicted: str) -> Comparison:
    """Compare two EDTF dates: equal, of another precision (one lies in the other), or different.

    Dates that differ only in `~` or `?` differ in precision. Open intervals are compared by the end
    that they have: `2022/..` and `2022-02-24/..` differ in precision, `2022/..` and `2025` differ.
    Raises: ValueError when one of the two is no EDTF date.
    """
    a, b = parse_edtf(gold), parse_edtf(predicted)
    if a.text == b.text:
        return "equal"
    if "open" in (a.precision, b.precision):
        if OPEN in (last_part(a), last_part(b)):
            a, b = open_end(a, 0), open_end(b, 0)
        else:
            a, b = open_end(a, 1), open_end(b, 1)
        if a is None or b is None:
            return "different"
    return "precision" if contains(a, b) or contains(b, a) else "different"


def last_part(parsed: EdtfDate) -> str:
    return parsed.text.rpartition("/")[2]


def open_end(parsed: EdtfDate, side: int) -> EdtfDate | None:
    """Give the start (0) or the end (1) of a date as a date; None where it is open."""
    parts = parsed.text.split("/")
    part = parts[side] if len(parts) > 1 else parts[0]
    return None if part == OPEN else parse_edtf(part)


def contains(outer: EdtfDate, inner: EdtfDate) -> bool:
    return outer.earliest <= inner.earliest and inner.latest <= outer.latest
