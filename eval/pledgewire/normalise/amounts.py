"""Read one amount off the tokens: a number or a range, with its unit.

Source: annotations/GUIDELINES.md F1 to F4.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from pledgewire.normalise.bounds import AFTER_NUMBER, AFTER_UNIT, read_bound_after, stricter
from pledgewire.normalise.context import (
    is_clock_time,
    is_day_of_month,
    is_glued_after,
    is_glued_before,
    is_in_name,
    is_ratio,
    is_year,
)
from pledgewire.normalise.heads import (
    Head,
    read_casualties,
    read_head,
    read_one_head,
    read_whole_head,
)
from pledgewire.normalise.numbers import WORDS, Number, is_whole, read_number
from pledgewire.normalise.tokens import BROKEN, GLUED, Tokens, at, is_dash
from pledgewire.normalise.units import CODES, ONE, Unit, read_currency, read_unit
from pledgewire.normalise.vocabulary import load

LISTS = load("words")
AGED_THINGS = frozenset(LISTS["aged_things"])
AFTER_MEASURE = frozenset(LISTS["after_measure"])
CALIBRE_UNITS = frozenset({"mm", "cm"})
ONE_DAY_CUES = frozenset({"in", "within", "for", "after", "than", "just", "only", "every", "least"})
SMALLEST_WON = 100


class Amount(NamedTuple):
    """A value with its unit. Units: `start` and `end` are indices of tokens, half-open."""

    kind: str
    unit: str
    low: Decimal
    high: Decimal
    start: int
    end: int
    after: str | None = None
    is_range: bool = False


class Side(NamedTuple):
    """A number with what belongs to it; one side of a range, or an amount in the making.

    `factor` is that of the unit; `leads` says that a sign or code of money stands before it.
    """

    number: Number
    start: int
    end: int
    kind: str | None = None
    unit: str | None = None
    factor: Decimal = ONE
    leads: bool = False
    after: str | None = None

    @property
    def value(self) -> Decimal:
        return self.number.value * self.factor


def read_side(
    tokens: Tokens, index: int, *, whole: bool = False, linked: bool = False, limited: bool = False
) -> Side | None:
    """Read a number and its unit, if it has one.

    `linked`: it follows the link of a range. `limited`: a bound such as `more than` stands before
    it; then `two years ago` is a duration, no date (F5.5).
    """
    currency = read_currency(tokens, index)
    if currency is None and whole and at(tokens, index).text in CODES:
        currency = (tokens[index].text, index + 1)
    start = index if currency is None else currency[1]
    number = read_number(tokens, start)
    if number is None or (currency is not None and at(tokens, start).gap == BROKEN):
        return None
    after = read_bound_after(tokens, number.end, AFTER_NUMBER)
    bound, end = after if after is not None else (None, number.end)
    side = Side(number, index, end, after=bound)
    if currency is not None:
        return add_second_currency(tokens, side._replace(kind="money", leads=True), currency[0])
    unit = read_unit(tokens, end, scaled=number.scale > ONE)
    if unit is None and whole and at(tokens, end).text in CODES:
        unit = Unit("money", tokens[end].text, ONE, end + 1)
    if unit is not None:
        if not whole and not is_measure(tokens, side, unit, limited=limited):
            return None
        side = side._replace(kind=unit.kind, unit=unit.unit, factor=unit.factor, end=unit.end)
    elif number.weak:
        return None
    elif number.letter == "t":
        side = in_letter_unit(side)
    begins_glued = not linked and is_glued_before(tokens, index)
    per = side.kind is not None and at(tokens, side.end).text == "/"  # `5 kg/day`
    if not whole and (begins_glued or (is_glued_after(tokens, side.end) and not per)):
        return None
    return side


def add_second_currency(tokens: Tokens, side: Side, code: str) -> Side | None:
    """Take in a code or word that repeats or narrows the sign: `$500 million USD`, `$5 CAD`."""
    unit = read_unit(tokens, side.end)
    named = unit is not None and unit.kind == "money" and not read_number(tokens, unit.end)
    if named and (unit.unit == code or at(tokens, unit.end - 1).text == unit.unit):
        return side._replace(unit=unit.unit, end=unit.end)
    after = at(tokens, side.end)
    if after.gap == GLUED and after.kind in ("word", "number") and side.after is None:
        return None
    return side._replace(unit=code)


def in_letter_unit(side: Side) -> Side:
    """Read a glued letter as a unit after all: `500m` from the border, `50t` of grain."""
    number = side.number
    bare = Number(number.value / number.scale, number.end, in_digits=True, plain=number.plain)
    return side._replace(number=bare, kind="quantity", unit=number.letter)


def is_measure(tokens: Tokens, side: Side, unit: Unit, *, limited: bool) -> bool:
    """Tell whether number and unit measure something; not calibres, ages of people, `5 won`."""
    number, after = side.number, at(tokens, unit.end)
    word = at(tokens, unit.end - 1).fold
    joined = is_dash(at(tokens, side.end))
    if unit.unit in CALIBRE_UNITS and after.fold not in AFTER_MEASURE:
        return False
    if word == "won" and number.value < SMALLEST_WON:
        return False
    if unit.unit == "minute" and is_reading_time(tokens, side.start, unit.end):
        return False
    if unit.unit == "hour" and number.plain and at(tokens, side.start).text.startswith("0"):
        return False
    if unit.kind != "duration":
        return True
    age = at(tokens, unit.end + 1) if is_dash(after) else after
    if age.fold in ("old", "olds"):
        thing = at(tokens, unit.end + 2) if is_dash(after) else age
        return thing.fold in AGED_THINGS
    if word == "second" and not joined:
        return False
    if unit.unit == "quarter" and after.fold == "of":
        return False
    if at(tokens, side.start).fold == "one" and word == "day" and not joined:
        return at(tokens, side.start - 1).fold in ONE_DAY_CUES
    return limited or after.fold != "ago"


def is_reading_time(tokens: Tokens, start: int, end: int) -> bool:
    """Tell whether minutes are furniture of the page: `Reading time: 4 minutes`, `4 min read`."""
    before = at(tokens, start - 2 if at(tokens, start - 1).text == ":" else start - 1)
    return at(tokens, end).fold == "read" or before.fold in ("time", "read")


def may_begin(tokens: Tokens, side: Side) -> bool:
    """Tell whether a number can begin a range: it is no year, date, name or half of a ratio."""
    if side.kind is not None:
        return True
    number = side.number
    index = side.start
    return not (
        is_in_name(tokens, index, number)
        or is_ratio(tokens, index)
        or is_day_of_month(tokens, index, number)
        or (number.plain and is_year(tokens, index))
    )


def finish(
    tokens: Tokens, side: Side, *, whole: bool = False, linked: bool = False
) -> Amount | None:
    """Make an amount of a number: with its unit, or with the noun that it counts."""
    number = side.number
    if side.kind is None:
        if not whole and not linked and not may_begin(tokens, side):
            return None
        if not whole and (
            is_day_of_month(tokens, side.start, number) or is_clock_time(tokens, side.end)
        ):
            return None
        head = read_counted(tokens, side, whole=whole)
        if head is None and number.letter == "m":
            side = in_letter_unit(side)
        elif head is None:
            return None
        else:
            side = side._replace(kind="count", unit=head.unit, end=head.end)
    after = read_bound_after(tokens, side.end, AFTER_UNIT)
    if after is not None and at(tokens, after[1] - 2).fold == "at" and goes_on(tokens, after[1]):
        after = None
    bound, end = after if after is not None else (None, side.end)
    if bound or side.after:
        bound = stricter(side.after, bound)
    kind, unit = side.kind or "", side.unit or ""
    return Amount(kind, unit, side.value, side.value, side.start, end, bound)


def goes_on(tokens: Tokens, index: int) -> bool:
    """Tell whether `at least` bounds what follows rather than what went before."""
    token = at(tokens, index)
    return token.kind in ("number", "sign") or token.fold in WORDS.keys() | {"once", "twice"}


def read_counted(tokens: Tokens, side: Side, *, whole: bool) -> Head | None:
    """Read the noun after a number."""
    number = side.number
    if not is_whole(number.value):
        return None
    found = None
    if number.value == 1:
        found = read_one_head(tokens, side.end)
    else:
        found = read_head(tokens, side.end) or read_casualties(tokens, side.end)
    if whole and found is None:
        return read_whole_head(tokens, side.end)
    return found
