"""Read years, parts of years, periods and dates in digits off the tokens.

Source: annotations/GUIDELINES.md F5.
"""

from __future__ import annotations

import re
from datetime import date

from pledgewire.normalise.calendar_words import LISTS, MONTHS, ORDINALS, SEASONS, WEEKDAYS, WHICH
from pledgewire.normalise.context import (
    YEAR_PREPOSITIONS,
    is_capitalised,
    is_clock_time,
    is_glued_after,
    is_glued_before,
    is_in_name,
    is_year,
    is_year_shaped,
)
from pledgewire.normalise.heads import read_head
from pledgewire.normalise.moments import (
    Context,
    Moment,
    resolve_month,
    resolve_period,
    resolve_season,
    resolve_weekday,
)
from pledgewire.normalise.numbers import Number, as_decimal
from pledgewire.normalise.tokens import BROKEN, GLUED, SPACED, Phrases, Tokens, at, is_dash
from pledgewire.normalise.units import read_currency, read_unit

WHICH_WORDS = Phrases(WHICH)
YEAR_WORDS = frozenset(LISTS["year_words"])
PERIODS = frozenset(LISTS["periods"])
DAY_FIRST = re.compile(r"([0-9]{1,2})([./])([0-9]{1,2})\2([0-9]{4})")
YEARS = re.compile(r"((?:19|20)[0-9]{2})/((?:19|20)?[0-9]{2})")
QUARTERS = {"q": ("quarter", 4), "h": ("half", 2)}
HALVES = {1: "01/{0}-06", 2: "07/{0}-12"}


def read_stamp(tokens: Tokens, index: int) -> Moment | None:
    """Read a date in digits: `2026-02-10`, `10.2.2026`, `2024/25`, `24/2/2022` if order is sure."""
    text = tokens[index].text
    years = YEARS.fullmatch(text)
    if years is not None:
        first, last = years.groups()
        last = last if len(last) == 4 else first[:2] + last
        value = f"{first}/{last}" if first < last else None
        return Moment(index, index + 1, "years", value)
    if tokens[index].kind == "stamp":
        year, month, day = (int(part) for part in text.split("-"))
    else:
        match = DAY_FIRST.fullmatch(text)
        if match is None:
            return None
        day, month, year = int(match[1]), int(match[3]), int(match[4])
        if match[2] == "/":
            if day <= 12 and month <= 12 and day != month:
                return None
            day, month = (month, day) if month > 12 else (day, month)
    return Moment(index, index + 1, "day", write_day(year, month, day), year, month, day)


def write_day(year: int, month: int, day: int) -> str | None:
    """Write a day in EDTF, or None if the calendar has no such day."""
    try:
        return str(date(year, month, day))
    except ValueError:
        return None


def read_which(tokens: Tokens, index: int, context: Context) -> Moment | None:
    """Read `last week`, `this March`, `next Tuesday`, `last summer`; not `the last week`."""
    found = WHICH_WORDS.match(tokens, index)
    if found is None or at(tokens, index - 1).fold in ("the", "every", "past", "these"):
        return None
    which, here = found
    token, published = at(tokens, here), context.published
    if token.kind != "word" or token.gap == BROKEN:
        return None
    if token.fold in PERIODS:
        value = resolve_period(published, token.fold, which)
        return Moment(index, here + 1, token.fold, value)
    if token.fold in SEASONS and at(tokens, here + 1).fold != "of":
        value = resolve_season(published, SEASONS[token.fold], which)
        return Moment(index, here + 1, "season", value)
    if not is_capitalised(token):
        return None
    if token.fold in WEEKDAYS:
        value = resolve_weekday(published, WEEKDAYS[token.fold], which, False)
        return Moment(index, here + 1, "weekday", value)
    if token.fold in MONTHS:
        value = resolve_month(published, MONTHS[token.fold], which, False)
        return Moment(index, here + 1, "relative", value)
    return None


def is_written_year(tokens: Tokens, index: int) -> bool:
    """Tell whether a numeral after a month, season or day is its year."""
    token = at(tokens, index)
    old = token.kind == "number" and token.text.isdigit() and 1000 <= int(token.text) <= 2099
    return old and token.gap == SPACED and not is_glued_after(tokens, index + 1)


def read_season(tokens: Tokens, index: int, context: Context) -> Moment | None:
    """Read `summer of 2024`, `winter 2022-23`, `spring of last year`."""
    token = tokens[index]
    if token.fold not in SEASONS:
        return None
    here = index + 1
    if at(tokens, here).fold == "of":
        year = read_year_of(tokens, here + 1, context)
    elif at(tokens, here).kind == "stamped":
        year = read_stamp(tokens, here)
    else:
        year = read_year(tokens, here, linked=True) if is_written_year(tokens, here) else None
    if year is None or year.date is None or year.kind not in ("year", "years"):
        return None
    value = f"{year.date[:4]}-{SEASONS[token.fold]}"
    return Moment(index, year.end, "season", value, year.year)


def read_year_of(tokens: Tokens, index: int, context: Context) -> Moment | None:
    """Read the year after `quarter of`: `2026`, `this year`, `the year`."""
    here = index + 1 if at(tokens, index).fold == "the" else index
    if at(tokens, here).kind == "number":
        return read_year(tokens, here, linked=True)
    if at(tokens, here).kind == "stamped":
        return read_stamp(tokens, here)
    year = read_which(tokens, here, context) or read_whole(tokens, here, context)
    return year if year is not None and year.kind == "year" else None


def read_fraction_of_year(tokens: Tokens, index: int, context: Context) -> Moment | None:
    """Read `third quarter of 2025`, `first half of this year`, `Q3 2025`."""
    token, after = tokens[index], at(tokens, index + 1)
    if token.fold in QUARTERS and after.kind == "number" and after.gap == GLUED:
        unit, most = QUARTERS[token.fold]
        place, here = (int(after.text) if after.text.isdigit() else 0), index + 2
        here += at(tokens, here).fold in ("of", "in")
    elif token.fold in ORDINALS and after.fold in ("quarter", "half"):
        unit, place, here = after.fold, ORDINALS[token.fold], index + 2
        most = 4 if unit == "quarter" else 2
        if place == 4 and token.fold in ("last", "final"):
            place = most
        if at(tokens, here).fold in ("of", "in"):
            here += 1
        elif not is_written_year(tokens, here):
            return None
    else:
        return None
    if not 1 <= place <= most:
        return None
    year = read_year_of(tokens, here, context)
    if year is None or year.date is None or "/" in year.date:
        return None
    value = (
        f"{year.date}-{32 + place}"
        if unit == "quarter"
        else (f"{year.date}-{HALVES[place].format(year.date)}")
    )
    return Moment(index, year.end, unit, value, year.year)


def read_whole(tokens: Tokens, index: int, context: Context) -> Moment | None:
    """Read `year` in `end of the year`: the running one. The article has been skipped."""
    token = at(tokens, index)
    if token.kind != "word" or token.fold not in PERIODS or at(tokens, index - 1).fold != "the":
        return None
    value = resolve_period(context.published, token.fold, 0)
    return Moment(index, index + 1, token.fold, value)


def read_decade(tokens: Tokens, index: int) -> Moment | None:
    """Read `1990s`."""
    token, after = tokens[index], at(tokens, index + 1)
    if not is_year_shaped(token) or token.text[3] != "0" or after.gap != GLUED:
        return None
    if after.fold not in ("s", "'s", "’s"):
        return None
    return Moment(index, index + 2, "decade", f"{token.text[:3]}X")


def read_year(tokens: Tokens, index: int, *, linked: bool = False) -> Moment | None:
    """Read a year, or two joined years: `2026`, `2024-25`."""
    token = at(tokens, index)
    if token.kind != "number" or not token.text.isdigit() or len(token.text) != 4:
        return None
    if not linked and (is_glued_before(tokens, index) or not may_be_year(tokens, index)):
        return None
    end = index + 1
    if is_glued_after(tokens, end) or (read_unit(tokens, end) is not None and not linked):
        return None
    year, tail = int(token.text), at(tokens, end + 1)
    if not 1000 <= year <= 2099:
        return None
    if is_dash(at(tokens, end)) and at(tokens, end).gap == GLUED and tail.gap == GLUED:
        short = tail.kind == "number" and tail.text.isdigit() and len(tail.text) == 2
        if short and int(tail.text) > year % 100 and not is_glued_after(tokens, end + 2):
            return Moment(index, end + 2, "years", f"{year}/{token.text[:2]}{tail.text}", year)
    return Moment(index, end, "year", token.text, year)


def may_be_year(tokens: Tokens, index: int) -> bool:
    """Tell whether a bare numeral of four digits is a year by what stands around it."""
    token, before, after = at(tokens, index), at(tokens, index - 1), at(tokens, index + 1)
    if read_currency(tokens, index - 1) is not None or before.text in ("©", "#"):
        return False
    if before.fold == "copyright" or is_clock_time(tokens, index + 1):
        return False
    if before.fold in YEAR_WORDS:
        return True
    number = Number(as_decimal(int(token.text)), index + 1, in_digits=True, plain=True)
    if is_in_name(tokens, index, number):
        return False
    if not is_year(tokens, index):
        cue = before.fold in YEAR_PREPOSITIONS and before.fold not in ("the", "and", "to", "of")
        return cue and read_head(tokens, index + 1) is None
    event = is_capitalised(after) and after.gap == SPACED and is_capitalised(at(tokens, index + 2))
    return not event
