"""Read one date off the tokens: days, weekdays, months, distances.

Source: annotations/GUIDELINES.md F5.
"""

from __future__ import annotations

from pledgewire.normalise.bounds import bound_ending_at, read_bound_before
from pledgewire.normalise.calendar_words import DAYS, FEASTS, LISTS, MONTHS, UNSURE_MONTHS, WEEKDAYS
from pledgewire.normalise.context import (
    FUNCTION,
    is_capitalised,
    is_clock_time,
    is_glued_before,
    starts_sentence,
)
from pledgewire.normalise.heads import read_head
from pledgewire.normalise.moments import (
    Context,
    Moment,
    resolve_day,
    resolve_distance,
    resolve_month,
    resolve_weekday,
    resolve_weekday_of_week,
    year_of_day,
)
from pledgewire.normalise.numbers import as_decimal, is_whole, read_number
from pledgewire.normalise.tokens import BROKEN, GLUED, SPACED, Phrases, Tokens, at, is_dash
from pledgewire.normalise.units import read_unit
from pledgewire.normalise.year_readers import (
    WHICH_WORDS,
    is_written_year,
    read_decade,
    read_fraction_of_year,
    read_season,
    read_stamp,
    read_which,
    read_whole,
    read_year,
    write_day,
)

MONTH_NAMES = Phrases(MONTHS)
FEAST_NAMES = Phrases(FEASTS)
WEEKDAY_NAMES = Phrases(WEEKDAYS)
DAY_WORDS = Phrases(DAYS)
MONTH_CUES = frozenset(LISTS["month_cues"])
FEAST_WORDS = frozenset(LISTS["feast_words"])
DAY_ENDINGS = frozenset({"st", "nd", "rd", "th"})
NOT_DAYS = frozenset({"million", "billion", "thousand", "hundred", "percent", "per"})


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
        read_feast,
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


def read_day_word(tokens: Tokens, index: int, context: Context) -> Moment | None:
    """Read `yesterday`, `today`, `this morning`."""
    found = DAY_WORDS.match(tokens, index)
    if found is None:
        return None
    offset, end = found
    return Moment(index, end, "relative", resolve_day(context.published, offset))


def read_feast(tokens: Tokens, index: int, context: Context) -> Moment | None:
    """Read a day that has a name: `New Year's Eve`."""
    found = FEAST_NAMES.match(tokens, index)
    if found is None or not is_capitalised(tokens[index]):
        return None
    month, day = (int(part) for part in found[0].split("-"))
    return with_year(tokens, index, month, (day, day, found[1]), context)


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
    which = WHICH_WORDS.match(tokens, end)
    if which is not None and at(tokens, which[1]).fold == "week":  # `Tuesday last week`
        value = resolve_weekday_of_week(context.published, weekday, which[0])
        return Moment(index, which[1] + 1, "weekday", value)
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
    return token.gap != BROKEN and token.fold in NOT_DAYS


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
        return Moment(start, end, "day", None, given, month, first)
    if opening != closing:
        return Moment(start, end, "days", f"{opening}/{closing}", given, month, first)
    return Moment(start, end, "day", opening, given, month, first)


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
    if not is_whole(count) or is_glued_before(tokens, index):
        return None
    unit = read_unit(tokens, end)
    if unit is None or unit.kind != "duration":
        return None
    word = at(tokens, unit.end)
    if word.gap != SPACED or word.fold not in ("ago", "earlier", "later"):
        return None
    if word.fold != "ago" and at(tokens, unit.end + 1).fold in ("than", "this", "in"):
        return None
    if bound is None:
        bound = bound_ending_at(tokens, index)  # its words were passed by, as they give no date
    if bound not in (None, "about", "exact"):
        return None
    anchor = context.published if word.fold == "ago" else context.spoken_of
    if anchor is None:
        return None
    sign = 1 if word.fold == "later" else -1
    value = resolve_distance(anchor, sign * int(count), unit.unit, about=bound == "about")
    return Moment(index, unit.end + 1, "distance", value)
