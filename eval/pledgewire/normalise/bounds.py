"""Read the words that bound a number. Source: annotations/GUIDELINES.md F4."""

from __future__ import annotations

from typing import cast

from pledgewire.normalise.tokens import BROKEN, Phrases, Tokens, at
from pledgewire.normalise.tokens import skip_hyphen as skip
from pledgewire.normalise.vocabulary import invert, load
from pledgewire.records import Bound

LISTS = load("bounds")
BEFORE = Phrases(invert(LISTS["before"]))
AFTER_NUMBER = Phrases(invert(LISTS["after_number"]))
AFTER_UNIT = Phrases(invert(LISTS["after_unit"]))
OPENERS = Phrases(dict.fromkeys(LISTS["openers"], True))
PREPOSITIONS = frozenset(LISTS["prepositions"])
PHRASAL_OVER = frozenset(LISTS["phrasal_over"])
LENGTHY = frozenset(LISTS["lengthy"])
CHANGE = frozenset(LISTS["change"])
LONGEST_BOUND = 4
SMALL = 10
"""Counts below this are not bounded by a mere preposition: `a dispute over two ships`."""
CHANGE_WINDOW = 8


def read_bound_before(tokens: Tokens, index: int) -> tuple[Bound, int] | None:
    """Read a bound, or two (`up to about`), before a number: (the one that limits, index after)."""
    first = BEFORE.match(tokens, index)
    if first is None:
        return None
    bound, end = first
    second = BEFORE.match(tokens, end)
    if second is not None:
        bound, end = stricter(bound, second[0]), second[1]
    return cast(Bound, bound), end


def bound_ending_at(tokens: Tokens, index: int) -> str | None:
    """Give the bound whose words end right before a token."""
    for start in range(index - LONGEST_BOUND, index):
        found = BEFORE.match(tokens, start)
        if found is not None and found[1] == index:
            return found[0]
    return None


def read_bound_after(tokens: Tokens, index: int, phrases: Phrases[str]) -> tuple[str, int] | None:
    """Read a bound after a number or unit, joined by a hyphen or not (`20-plus`, `or so`)."""
    found = phrases.match(tokens, skip(tokens, index))
    if found is None:
        return None
    bound, end = found
    if at(tokens, end - 1).fold in ("plus", "odd") and not is_suffix(tokens, end - 1):
        return None
    return bound, end


def is_suffix(tokens: Tokens, index: int) -> bool:
    """Tell whether `plus` or `odd` is joined to the number: `20-plus`, not `20 plus 5`."""
    return skip(tokens, index - 1) == index


def stricter(first: str | None, second: str | None) -> str:
    """Choose of two bounds the one that limits; the first where both do."""
    for bound in (first, second):
        if bound not in (None, "about", "exact"):
            return bound
    return "about" if "about" in (first, second) else "exact"


def is_mere_preposition(tokens: Tokens, start: int, end: int, kind: str, low: float) -> bool:
    """Tell whether `over` and its like say where or how long, not how many.

    `over five years` is a time in which something happens, unless the word before it says that it
    lasted; before small counts the word is taken for a preposition; `handed over` is a verb.
    """
    if end != start + 1 or at(tokens, start).fold not in PREPOSITIONS:
        return False
    if at(tokens, start).fold == "over" and at(tokens, start - 1).fold in PHRASAL_OVER:
        return True
    if kind == "duration":
        return at(tokens, start - 1).fold not in LENGTHY
    return kind == "count" and low < SMALL


def tells_change(tokens: Tokens, index: int) -> bool:
    """Tell whether `from 5 to 7` is a change: a word such as `rose` stands shortly before."""
    for back in range(1, CHANGE_WINDOW + 1):
        token = at(tokens, index - back)
        if token.text in (".", "!", "?", ";", "") or at(tokens, index - back + 1).gap == BROKEN:
            return False
        if token.fold in CHANGE:
            return True
    return False
