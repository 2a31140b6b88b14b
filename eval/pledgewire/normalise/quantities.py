"""Find the quantities of a text: money, percentages, measures, durations and counts.

One scan from left to right. At each token a bound is read, then an amount; what was read is never
read again. Source: annotations/GUIDELINES.md F1 to F4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from pledgewire.normalise.amounts import Amount, finish, read_side
from pledgewire.normalise.bounds import (
    BEFORE,
    OPENERS,
    is_mere_preposition,
    read_bound_before,
    stricter,
    tells_change,
)
from pledgewire.normalise.context import FUNCTION, starts_sentence
from pledgewire.normalise.numbers import as_plain
from pledgewire.normalise.ranges import join, read_amounts
from pledgewire.normalise.tokens import BROKEN, GLUED, Tokens, at, tokenise
from pledgewire.records import Bound, Kind
from pledgewire.spans import Span

SMALLEST_ELIDED_SCALE = 1_000_000
SHARED_SCALE_LIMIT = 1000
"""Below this, `from 7 to 5 billion` begins at 7 billion."""
LINKS = frozenset({"-", "to", "or"})
MINUS = frozenset("-−")
SIGNED = frozenset({"percent", "quantity"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a quantity means. Units: `low` and `high` are in base units of `unit`."""

    kind: Kind
    low: int | float
    high: int | float
    unit: str
    bound: Bound


@dataclass(frozen=True, slots=True)
class FoundQuantity:
    """A quantity and where it stands. Units: `start` and `end` are code points, half-open."""

    start: int
    end: int
    kind: Kind
    low: int | float
    high: int | float
    unit: str
    bound: Bound

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    @property
    def quantity(self) -> Quantity:
        return Quantity(self.kind, self.low, self.high, self.unit, self.bound)


def find_quantities(text: str) -> list[FoundQuantity]:
    """List the quantities of a text in order; they never overlap."""
    tokens = tokenise(text)
    found: list[FoundQuantity] = []
    currency: str | None = None
    index = 0
    while index < len(tokens):
        if starts_sentence(tokens, index):
            currency = None
        here, end = read_quantities(tokens, index)
        unsure = not here or (at(tokens, end - 1).text == "m" and tokens[end - 1].gap == GLUED)
        if unsure and currency is not None:
            here, end = read_elided_money(tokens, index, currency) or (here, end)
        money = [quantity.unit for quantity in here if quantity.kind == "money"]
        currency = money[-1] if money else currency
        found.extend(here)
        index = end
    return found


def parse_quantity(text: str) -> Quantity | None:
    """Read a whole string as one quantity (`about 8.8 billion yen`), else give None."""
    tokens = tokenise(text)
    index = 0
    while (opener := OPENERS.match(tokens, index)) is not None:
        if read_bound_before(tokens, index) is not None:  # `just over`
            break
        index = opener[1]
    found, end = read_quantities(tokens, index, whole=True)
    if len(found) != 1 or end != len(tokens):
        return None
    return found[0].quantity


def read_quantities(
    tokens: Tokens, index: int, *, whole: bool = False
) -> tuple[list[FoundQuantity], int]:
    """Read what begins at a token: usually nothing or one quantity; and the index to go on from."""
    word = at(tokens, index).fold
    if word in ("between", "from"):
        return read_spanning(tokens, index, whole=whole)
    if is_minus(tokens, index):
        amounts, end = read_amounts(tokens, index + 1, LINKS, whole=whole)
        if len(amounts) == 1 and amounts[0].kind in SIGNED:
            low, high = -amounts[0].high, -amounts[0].low
            return [place(tokens, amounts[0]._replace(low=low, high=high, start=index))], end
        return [], index + 1
    bound, start = read_bound_before(tokens, index) or (None, index)
    if start > index and at(tokens, start).gap == BROKEN:
        return [], index + 1
    amounts, end = read_amounts(tokens, start, LINKS, whole=whole, bound=bound)
    if not amounts:
        return [], index + 1 if start > index else end
    first = amounts[0]
    if not whole and is_mere_preposition(tokens, index, start, first.kind, float(first.low)):
        bound, index = None, start
    amounts[0] = first._replace(start=index)
    return [place(tokens, amount, bound) for amount in amounts], end


def read_elided_money(
    tokens: Tokens, index: int, currency: str
) -> tuple[list[FoundQuantity], int] | None:
    """Read a sum without its currency, which the sentence gave before: `$5bn, then 7 billion`.

    Source: annotations/GUIDELINES.md F3.2.
    """
    bound, start = read_bound_before(tokens, index) or (None, index)
    side = read_side(tokens, start)
    if side is None or side.kind is not None or side.number.scale < SMALLEST_ELIDED_SCALE:
        return None
    after = at(tokens, side.end)
    if after.kind == "word" and (after.fold not in FUNCTION or after.fold == "of"):
        return None
    amount = Amount("money", currency, side.value, side.value, index, side.end)
    return [place(tokens, amount, bound)], side.end


def is_minus(tokens: Tokens, index: int) -> bool:
    """Tell whether a dash is a minus sign: glued to the numeral after it, to nothing before."""
    token = at(tokens, index)
    if token.text not in MINUS or at(tokens, index + 1).kind != "number":
        return False
    bullet = token.gap == BROKEN and token.text == "-" and index > 0
    return token.gap != GLUED and at(tokens, index + 1).gap == GLUED and not bullet


def read_spanning(tokens: Tokens, index: int, *, whole: bool) -> tuple[list[FoundQuantity], int]:
    """Read `between 5 and 7 tanks`, `from 5 to 7 tanks`; after a word of change `from` gives two.

    Source: annotations/GUIDELINES.md F1.7.
    """
    nothing: tuple[list[FoundQuantity], int] = ([], index + 1)
    link = "and" if at(tokens, index).fold == "between" else "to"
    _, start = BEFORE.match(tokens, index + 1) or (None, index + 1)
    first = read_side(tokens, start, whole=whole)
    if first is None or at(tokens, first.end).fold != link:
        return nothing
    _, middle = BEFORE.match(tokens, first.end + 1) or (None, first.end + 1)
    second = read_side(tokens, middle, whole=whole)
    if second is None:
        return nothing
    if link == "to" and tells_change(tokens, index):
        last = finish(tokens, second, whole=whole)
        if last is None or first.kind not in (None, last.kind):
            return nothing
        value = first.number.value * (second.factor if first.kind is None else first.factor)
        if first.kind is None and first.number.scale == 1 and value < SHARED_SCALE_LIMIT:
            value *= second.number.scale
        opening = Amount(last.kind, last.unit, value, value, first.start, first.end)
        return [place(tokens, opening), place(tokens, last)], last.end
    ranged = join(tokens, first, second, dash=False, whole=whole)
    if ranged is None:
        return nothing
    return [place(tokens, ranged._replace(start=index))], ranged.end


def place(tokens: Tokens, amount: Amount, bound: str | None = None) -> FoundQuantity:
    """Turn an amount over tokens into a quantity over code points."""
    limit = "between" if amount.is_range else stricter(bound, amount.after)
    return FoundQuantity(
        start=tokens[amount.start].start,
        end=tokens[amount.end - 1].end,
        kind=cast(Kind, amount.kind),
        low=as_plain(amount.low),
        high=as_plain(amount.high),
        unit=amount.unit,
        bound=cast(Bound, limit),
    )
