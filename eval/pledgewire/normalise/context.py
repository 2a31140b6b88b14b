"""Tell from the words around a numeral what it is not: part of a name, a year, a clock time."""

from __future__ import annotations

from pledgewire.normalise.calendar_words import MONTHS, WEEKDAYS
from pledgewire.normalise.numbers import WORDS, Number
from pledgewire.normalise.tokens import BROKEN, GLUED, SPACED, Token, Tokens, at, is_dash
from pledgewire.normalise.vocabulary import load

LISTS = load("words")
FUNCTION = frozenset(LISTS["function"])
VERBS = frozenset(LISTS["verbs"])
GIVERS = frozenset(LISTS["givers"])
DESIGNATORS = frozenset(LISTS["designators"])
LOWER_DESIGNATORS = frozenset(LISTS["lower_designators"])
YEAR_PREPOSITIONS = frozenset(LISTS["year_prepositions"])
CLOCK = frozenset(LISTS["clock"])
STICKY = frozenset("./:#№_@&'’*\\°")
GOES_ON = frozenset("#_@°")
SENTENCE_ENDS = frozenset(".!?…:;•·")
GIVER_WINDOW = 4


def is_capitalised(token: Token) -> bool:
    return token.kind == "word" and token.text[0].isupper()


def starts_sentence(tokens: Tokens, index: int) -> bool:
    """Tell whether a token is the first word of a sentence or line."""
    if at(tokens, index).gap == BROKEN:
        return True
    before = at(tokens, index - 1)
    if before.text in SENTENCE_ENDS:
        return True
    opens_quote = before.kind == "other" and before.text in "\"“‘«'([-–—"
    return opens_quote and (before.gap == BROKEN or at(tokens, index - 2).text in SENTENCE_ENDS)


def is_glued_before(tokens: Tokens, index: int) -> bool:
    """Tell whether a number is the end of something longer: `F-16`, `2024-25`, `14:30`."""
    before, earlier = at(tokens, index - 1), at(tokens, index - 2)
    if at(tokens, index).gap != GLUED:
        return False
    if before.kind in ("word", "number", "stamped", "stamp") or before.text in STICKY:
        return True
    if is_dash(before):
        return before.gap == GLUED and earlier.kind != "other"
    return before.text in (",", "+", "=", "×") and earlier.kind in ("number", "stamped")


def is_glued_after(tokens: Tokens, index: int) -> bool:
    """Tell whether what ends before `index` goes on without a space: `5G`, `1990s`, `16:9`."""
    after = at(tokens, index)
    if after.gap != GLUED:
        return False
    if after.kind in ("word", "number", "stamped", "possessive") or after.text in GOES_ON:
        return True
    return after.text in (":", "/", ".", ",") and at(tokens, index + 1).gap == GLUED


def is_in_name(tokens: Tokens, index: int, number: Number) -> bool:
    """Tell whether the number at `index` belongs to a name: `Phase 4`, `Leopard 2`, `top 10`."""
    before, token = at(tokens, index - 1), at(tokens, index)
    if token.gap != SPACED:
        return False
    if before.text == "." and before.gap == GLUED and at(tokens, index - 2).fold in ("no", "nos"):
        return True
    if before.kind != "word":
        return False
    upper = is_capitalised(before)
    if before.fold in LOWER_DESIGNATORS or (upper and before.fold in DESIGNATORS):
        return True
    if not number.in_digits:
        return is_capitalised(token) and before.fold in ("big", "of", "gang")
    if not (upper and number.plain):
        return False
    if before.fold in FUNCTION or before.fold in WEEKDAYS or before.fold in MONTHS:
        return False
    if before.fold.endswith("ly") or before.fold in VERBS or before.fold[:-1] in VERBS:
        return False
    givers = (at(tokens, index - k).fold for k in range(2, 2 + GIVER_WINDOW))
    return not any(word in GIVERS for word in givers)


def is_ratio(tokens: Tokens, index: int) -> bool:
    """Tell whether the number at `index` ends a ratio: `one in five`, `8 out of 10`."""
    if at(tokens, index).gap != SPACED:
        return False
    before = at(tokens, index - 1).fold
    if before == "of" and at(tokens, index - 2).fold == "out":
        return is_numeral(at(tokens, index - 3))
    return before == "in" and is_numeral(at(tokens, index - 2)) and not is_year(tokens, index)


def is_numeral(token: Token) -> bool:
    return token.kind == "number" or token.fold in WORDS


def is_year(tokens: Tokens, index: int) -> bool:
    """Tell whether a token can only be a year: four digits from 1900 to 2099.

    Round ones (`2000 soldiers`) are years only after a word such as `in` or `since`.
    """
    token = at(tokens, index)
    if not is_year_shaped(token):
        return False
    return token.text[2:] != "00" or at(tokens, index - 1).fold in YEAR_PREPOSITIONS


def is_year_shaped(token: Token) -> bool:
    return token.kind == "number" and token.text.isdigit() and 1900 <= int(token.text) <= 2099


def is_day_of_month(tokens: Tokens, index: int, number: Number) -> bool:
    """Tell whether a numeral is the day in a date: `10 February`, `February 10`."""
    if not number.plain or number.value > 31:
        return False
    after = at(tokens, number.end)
    if after.fold == "of":
        after = at(tokens, number.end + 1)
    if is_month(after) and after.gap != BROKEN:
        return True
    before = at(tokens, index - 1)
    if at(tokens, index).gap != SPACED:
        return False
    if before.text != "." or before.gap != GLUED:
        return is_month(before)
    abbreviated = at(tokens, index - 2)  # `Feb. 10`, but `in June. 10 ships`
    return is_month(abbreviated) and f"{abbreviated.fold}." in MONTHS


def is_month(token: Token) -> bool:
    return is_capitalised(token) and token.fold in MONTHS


def is_clock_time(tokens: Tokens, index: int) -> bool:
    after = at(tokens, index)
    return after.kind == "word" and after.fold in CLOCK
