"""Read shares in words as percentages: `two-thirds`, `one in five`, `half of`.

Source: annotations/GUIDELINES.md F3.4.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from pledgewire.normalise.amounts import Amount
from pledgewire.normalise.context import FUNCTION, is_glued_before, is_year
from pledgewire.normalise.numbers import is_whole, read_fraction, read_number, scale_at
from pledgewire.normalise.tokens import GLUED, SPACED, Tokens, at, is_dash
from pledgewire.normalise.tokens import skip_hyphen as skip
from pledgewire.normalise.units import read_unit
from pledgewire.normalise.vocabulary import load

PARTS: dict[str, int] = load("numbers")["parts"]
PLURAL_PARTS: dict[str, int] = load("numbers")["plural_parts"]
AFTER_HALF = frozenset(load("numbers")["after_half"])
BEFORE_OTHER_HALF = frozenset(load("numbers")["before_other_half"])
LARGEST_BASE = 100
LARGEST_BASE_OF_IN = 20
"""`two in 40 towns` tells where, `two in five` how many."""


def read_share(
    tokens: Tokens, index: int, *, bounded: bool = False, whole: bool = False
) -> Amount | None:
    """Read the share that begins at a token. `bounded`: a bound stands before it."""
    if is_glued_before(tokens, index):
        return None
    certain = bounded or whole or at(tokens, index - 1).fold == "by"
    found = (
        read_half(tokens, index, certain)
        or read_parts(tokens, index, certain)
        or read_out_of(tokens, index)
    )
    if found is None:
        return None
    part, base, end = found
    value = (Decimal(100) * part / base).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return Amount("percent", "percent", value, value, index, end)


def read_half(tokens: Tokens, index: int, certain: bool) -> tuple[int, int, int] | None:
    """Read `half of`, `half the`, `by half`; not `half a million`, `half-hearted`, `first half`."""
    after = at(tokens, index + 1)
    if at(tokens, index).fold != "half" or at(tokens, index - 1).fold in BEFORE_OTHER_HALF:
        return None
    if (is_dash(after) and after.gap == GLUED) or after.fold in ("a", "an"):
        return None
    if scale_at(tokens, index + 1) is not None:
        return None
    return (1, 2, index + 1) if certain or after.fold in AFTER_HALF else None


def read_parts(tokens: Tokens, index: int, certain: bool) -> tuple[int, int, int] | None:
    """Read `a third`, `two-thirds`; not the ordinal of `a third country`."""
    if read_fraction(tokens, index) is not None:  # `a quarter of a million`
        return None
    number = read_number(tokens, index)
    count = int(number.value) if number is not None and is_whole(number.value) else 0
    here = number.end if number is not None else index + 1
    if at(tokens, index).fold == "a" and number is None:
        count = 1
    name = skip(tokens, here)
    listed = PARTS if count == 1 else PLURAL_PARTS
    base = listed.get(at(tokens, name).fold)
    if base is None or not 0 < count < base or at(tokens, name).kind != "word":
        return None
    after, joined = at(tokens, name + 1), name > here
    if base == 4 and not (certain or joined or after.fold == "of"):
        return None
    noun = after.kind == "word" and after.gap == SPACED and after.fold not in FUNCTION
    if count == 1 and (noun or is_dash(after)):
        return None
    return count, base, name + 1


def read_out_of(tokens: Tokens, index: int) -> tuple[int, int, int] | None:
    """Read `one in five`, `three out of every four`; not `one in five years`."""
    part = read_number(tokens, index)
    if part is None:
        return None
    link = at(tokens, part.end).fold
    here = part.end + (2 if link == "out" else 1)
    if link not in ("in", "out") or (link == "out" and at(tokens, here - 1).fold != "of"):
        return None
    here += at(tokens, here).fold == "every"
    base = read_number(tokens, here)
    if base is None or is_year(tokens, here) or not (is_whole(part.value) and is_whole(base.value)):
        return None
    limit = LARGEST_BASE if link == "out" else LARGEST_BASE_OF_IN
    if not 0 < part.value < base.value <= limit:
        return None
    if link == "in" and read_unit(tokens, base.end) is not None:
        return None
    return int(part.value), int(base.value), base.end
