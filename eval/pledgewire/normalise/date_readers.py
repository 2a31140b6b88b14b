"""Read one date off the tokens, a reader for each way of writing it.

Source: annotations/GUIDELINES.md F5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from pledgewire.normalise.bounds import read_bound_before
from pledgewire.normalise.calendar_words import (
    DAYS,
    LISTS,
    MONTHS,
    ORDINALS,
    SEASONS,
    UNSURE_MONTHS,
    WEEKDAYS,
    WHICH,
)
from pledgewire.normalise.context import (
    FUNCTION,
    YEAR_PREPOSITIONS,
    is_capitalised,
    is_clock_time,
    is_glued_after,
    is_glued_before,
    is_in_name,
    is_year,
    is_year_shaped,
    starts_sentence,
)
from pledgewire.normalise.heads import read_head
from pledgewire.normalise.moments import (
    Anchor,
    resolve_day,
    resolve_distance,
    resolve_month,
    resolve_period,
    resolve_season,
    resolve_weekday,
    year_of_day,
)
from pledgewire.normalise.numbers import Number, as_decimal, read_number
from pledgewire.normalise.tense import lies_ahead
from pledgewire.normalise.tokens import BROKEN, GLUED, SPACED, Phrases, Tokens, at, is_dash
from pledgewire.normalise.units import read_unit

MONTH_NAMES = Phrases(MONTHS)
WEEKDAY_NAMES = Phrases(WEEKDAYS)
DAY_WORDS = Phrases(DAYS)
WHICH_WORDS = Phrases(WHICH)
PERIODS = frozenset(LISTS["periods"])
MONTH_CUES = frozenset(LISTS["month_cues"])
FEAST_WORDS = frozenset(LISTS["feast_words"])
DAY_ENDINGS = frozenset({"st", "nd", "rd", "th"})
DAY_FIRST = re.compile(r"([0-9]{1,2})([./])([0-9]{1,2})\2([0-9]{4})")
YEARS = re.compile(r"((?:19|20)[0-9]{2})/((?:19|20)?[0-9]{2})")
QUARTERS = {"q": ("quarter", 4), "h": ("half", 2)}
HALVES = {1: "01/{0}-06", 2: "07/{0}-12"}


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


def read_moment(
    tokens: Tokens, index: int, context: Context, *, part: bool = False, linked: bool = False
) -> Moment | None:
    """Read the date that begins at a token.

    `part`: words such as `end of` stand before it. `linked`: it follows those or a dash.
    """
    token = at(tokens, index)
    if token.kind in ("stamp", "stamped"):
        return read_stamp(tokens, index)
    if token.kind == "number":
        return (
            read_day_first(tokens, index, context)
            or read_decade(tokens, index)
            or read_year(tokens, index, linked=linked)
        )
    if token.kind != "word":
        return None
    for read in (
        read_day_word,
        read_which,
        read_weekday,
        read_month,
        read_season,
        read_fraction_of_year,
    ):
        moment = read(tokens, index, context)
        if moment is not None:
            return moment
    return read_whole(tokens, index, context) if part else None


def read_stamp(tokens: Tokens, index: int) -> Moment | None:
    """Read dates in digits: `2026-02-10`, `10.2.2026`, `24/2/2022` if the order is sure, `2024/25`."""
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


def read_day_word(tokens: Tokens, index: int, context: Context) -> Moment | None:
    """Read `yesterday`, `today`, `this morning`."""
    found = DAY_WORDS.match(tokens, index)
    if found is None:
        return None
    offset, end = found
    return Moment(index, end, "relative", resolve_day(context.published, offset))


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


def read_weekday(tokens: Tokens, index: int, context: Context) -> Moment | None:
    """Read `Friday`, or the day and month that follow it: `Tuesday, 10 February`."""
    found = WEEKDAY_NAMES.match(tokens, index)
    if found is None or not is_capitalised(tokens[index]):
        return None
    weekday, end = found
    here = end + 1 if at(tokens, end).text in (",", ".") else end
    dated = read_day_first(tokens, here, context) or read_month_first(tokens, here, context)
    if dated is not None and dated.kind == "day" and at(tokens, here).gap != BROKEN:
        return Moment(index, dated.end, "day", dated.date, dated.year, dated.month, dated.day)
    if len(tokens[index].text) < len("Monday") or is_feast(tokens, index):
        return None
    ahead = context.tense(tokens, index, end)
    value = resolve_weekday(context.published, weekday, None, bool(ahead))
    return Moment(index, end, "weekday", value)


def is_feast(tokens: Tokens, index: int) -> bool:
    """Tell whether a weekday is part of a name: `Good Friday`, `the Sunday Times`."""
    if at(tokens, index - 1).fold in FEAST_WORDS:
        return True
    after = at(tokens, index + 1)
    return after.gap == SPACED and is_capitalised(after) and at(tokens, index - 1).fold == "the"


def read_month(tokens: Tokens, index: int, context: Context) -> Moment | None:
    """Read `February 2026`, `February 10`, or a month alone."""
    dated = read_month_first(tokens, index, context)
    if dated is not None:
        return dated
    found = match_month(tokens, index)
    if found is None or not is_sure_month(tokens, index, found[1]):
        return None
    month, end = found
    ahead = context.tense(tokens, index, end)
    value = resolve_month(context.published, month, None, bool(ahead))
    return Moment(index, end, "month", value, month=month)


def match_month(tokens: Tokens, index: int) -> tuple[int, int] | None:
    found = MONTH_NAMES.match(tokens, index)
    return found if found is not None and is_capitalised(tokens[index]) else None


def is_sure_month(tokens: Tokens, index: int, end: int) -> bool:
    """Tell whether a month word alone is a month: `in May`; not `May I`, `April Jones`."""
    before, after = at(tokens, index - 1), at(tokens, end)
    if is_dash(before):
        before = at(tokens, index - 2)
    if before.fold in MONTH_CUES and before.kind == "word":
        return True
    if tokens[index].fold in UNSURE_MONTHS or after.kind == "possessive":
        return False
    named = after.gap == SPACED and is_capitalised(after) and after.fold not in FUNCTION
    return not named and not (is_capitalised(before) and not starts_sentence(tokens, index - 1))


def read_month_first(tokens: Tokens, index: int, context: Context) -> Moment | None:
    """Read `February 10`, `Feb. 10-12, 2026`, `February 2026`."""
    found = match_month(tokens, index)
    if found is None:
        return None
    month, here = found
    after_of = here + 1 if at(tokens, here).fold in ("of", ",") else here
    if is_written_year(tokens, after_of):
        year = int(tokens[after_of].text)
        return Moment(index, after_of + 1, "month", f"{year:04}-{month:02}", year, month)
    days = read_days(tokens, here)
    if days is None or at(tokens, here).gap != SPACED or counts_something(tokens, days[2]):
        return None
    return with_year(tokens, index, month, days, context)


def counts_something(tokens: Tokens, index: int) -> bool:
    """Tell whether a numeral that ends before `index` has a unit: no day of a month."""
    token = at(tokens, index)
    if token.text == "%" or is_clock_time(tokens, index):
        return True
    return token.gap != BROKEN and token.fold in ("million", "billion", "percent", "per", "hundred")


def read_day_first(tokens: Tokens, index: int, context: Context) -> Moment | None:
    """Read `10 February 2026`, `10th of February`, `10-12 February`, `3 and 4 May`."""
    days = read_days(tokens, index)
    if days is None or is_glued_before(tokens, index):
        return None
    here = days[2] + 1 if at(tokens, days[2]).fold == "of" else days[2]
    found = match_month(tokens, here)
    if found is None or at(tokens, here).gap == BROKEN:
        return None
    month, end = found
    return with_year(tokens, index, month, (days[0], days[1], end), context)


def read_days(tokens: Tokens, index: int) -> tuple[int, int, int] | None:
    """Read one day of a month, or the first and last of several: (first, last, index after)."""
    first = read_day_number(tokens, index)
    if first is None:
        return None
    day, end = first
    link = at(tokens, end)
    if is_dash(link) or link.fold in ("to", "and"):
        last = read_day_number(tokens, end + 1)
        if last is not None and last[0] > day and read_head(tokens, last[1]) is None:
            return day, last[0], last[1]
    return day, day, end


def read_day_number(tokens: Tokens, index: int) -> tuple[int, int] | None:
    token, after = at(tokens, index), at(tokens, index + 1)
    if token.kind != "number" or not token.text.isdigit() or len(token.text) > 2:
        return None
    if not 1 <= int(token.text) <= 31:
        return None
    if after.gap == GLUED and after.fold in DAY_ENDINGS:
        return int(token.text), index + 2
    return None if after.gap == GLUED and after.kind == "word" else (int(token.text), index + 1)


def with_year(
    tokens: Tokens, start: int, month: int, days: tuple[int, int, int], context: Context
) -> Moment | None:
    """Finish a day and month with the year that follows, or the nearest that fits the tense."""
    first, last, end = days
    here = end + 1 if at(tokens, end).text == "," else end
    if is_written_year(tokens, here):
        given = year = int(tokens[here].text)
        end = here + 1
    else:
        given = 0
        ahead = context.tense(tokens, start, end)
        year = year_of_day(context.published, month, first, ahead)
    if year is None:
        return Moment(start, end, "day", None, 0, month, first)
    opening, closing = write_day(year, month, first), write_day(year, month, last)
    if opening is None or closing is None:
        return None
    if opening != closing:
        return Moment(start, end, "days", f"{opening}/{closing}", given, month, first)
    return Moment(start, end, "day", opening, given, month, first)


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
        if at(tokens, here).fold not in ("of", "in"):
            return None
        here += 1
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
    if before.text in ("©", "#") or before.fold == "copyright" or is_clock_time(tokens, index + 1):
        return False
    number = Number(as_decimal(int(token.text)), index + 1, in_digits=True, plain=True)
    if is_in_name(tokens, index, number):
        return False
    if not is_year(tokens, index):
        cue = before.fold in YEAR_PREPOSITIONS and before.fold not in ("the", "and", "to", "of")
        return cue and read_head(tokens, index + 1) is None
    event = is_capitalised(after) and after.gap == SPACED and is_capitalised(at(tokens, index + 2))
    return not event


def read_distance(tokens: Tokens, index: int, context: Context) -> Moment | None:
    """Read `three years ago`, `about two weeks ago`, `two days later`, `a week earlier`.

    `earlier` and `later` count from the last date of the text, if it is precise enough.
    Source: annotations/GUIDELINES.md F5.5.
    """
    bound, here = read_bound_before(tokens, index) or (None, index)
    number = read_number(tokens, here)
    if number is not None:
        count, end = number.value, number.end
    elif at(tokens, here).fold in ("a", "an"):
        count, end = as_decimal(1), here + 1
    else:
        return None
    if count % 1 != 0 or is_glued_before(tokens, index):
        return None
    unit = read_unit(tokens, end)
    if unit is None or unit.kind != "duration":
        return None
    word = at(tokens, unit.end)
    if word.gap != SPACED or word.fold not in ("ago", "earlier", "later"):
        return None
    if word.fold != "ago" and at(tokens, unit.end + 1).fold in ("than", "this", "in"):
        return None
    anchor = context.published if word.fold == "ago" else context.spoken_of
    if anchor is None:
        return None
    sign = 1 if word.fold == "later" else -1
    value = resolve_distance(anchor, sign * int(count), unit.unit, about=bound == "about")
    return Moment(index, unit.end + 1, "distance", value)
