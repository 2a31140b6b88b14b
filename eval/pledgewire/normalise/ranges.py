"""Read amounts, ranges and votes off the tokens.

Source: annotations/GUIDELINES.md F1.7, F4.
"""

from __future__ import annotations

from pledgewire.normalise.amounts import Amount, Side, finish, may_begin, read_side
from pledgewire.normalise.shares import read_share
from pledgewire.normalise.tokens import BROKEN, GLUED, Tokens, at, is_dash
from pledgewire.normalise.tokens import skip_hyphen as skip
from pledgewire.normalise.units import ONE

VOTE_WINDOW = 8
VOTE_WINDOW_AFTER = 3


def read_amounts(
    tokens: Tokens,
    index: int,
    links: frozenset[str],
    *,
    whole: bool = False,
    bound: str | None = None,
) -> tuple[list[Amount], int]:
    """Read the amount at a token; two where a vote gives two. Also the index to go on from.

    `bound` is the bound that stands before it.
    """
    share = read_share(tokens, index, bounded=bound is not None, whole=whole)
    if share is not None:
        return [share], share.end
    limited = bound not in (None, "about", "exact")
    side = read_side(tokens, index, whole=whole, limited=limited)
    if side is None:
        return [], index + 1
    pair = read_pair(tokens, side, links, whole=whole)
    if pair:
        return pair, pair[-1].end
    amount = finish(tokens, side, whole=whole)
    if amount is not None:
        return [amount], amount.end
    return [], side.number.end


def read_pair(
    tokens: Tokens, first: Side, links: frozenset[str], *, whole: bool = False
) -> list[Amount]:
    """Read a range that begins with a side, or the two counts of a vote."""
    middle = first.end
    if is_dash(at(tokens, middle)) and at(tokens, middle + 1).fold in links:
        middle += 1  # `two- to three-year`, `3-to-5-year`
    link = at(tokens, middle)
    dash = is_dash(link) and "-" in links
    if not dash and (link.fold not in links or link.gap == BROKEN):
        return []
    if dash and (link.gap == GLUED) != (at(tokens, middle + 1).gap == GLUED):
        return []
    here = skip(tokens, middle + 1)
    second = read_side(tokens, here, whole=whole, linked=True)
    if second is None or at(tokens, here).gap == BROKEN or second.number.weak:
        return []
    if dash and first.number.in_digits != second.number.in_digits:
        return []
    if not whole and not may_begin(tokens, first):
        return []
    ranged = join(tokens, first, second, dash=dash, whole=whole)
    if ranged is not None:
        return [ranged]
    return read_vote(tokens, first, second) if dash or link.fold == "to" else []


def join(tokens: Tokens, first: Side, second: Side, *, dash: bool, whole: bool) -> Amount | None:
    """Join two sides to a range, sharing unit and scale where one side alone has them."""
    if first.kind is None:
        full = finish(tokens, second, whole=whole, linked=True)
        if full is None or second.leads:
            return None
        kind, unit, factor, end, after = full.kind, full.unit, second.factor, full.end, full.after
    elif second.kind is None:
        certain = dash or second.number.scale > ONE
        if not (first.leads and certain):
            return None
        kind, unit, factor, end = first.kind, first.unit or "", first.factor, second.end
        after = second.after
    elif (first.kind, first.unit) == (second.kind, second.unit):
        kind, unit, factor, end = second.kind, second.unit or "", second.factor, second.end
        after = second.after
    else:
        return None
    low, high = first.number.value * factor, second.number.value * factor
    if first.number.scale == ONE and low * second.number.scale < high:
        low *= second.number.scale
    if low >= high:
        return None
    return Amount(kind, unit, low, high, first.start, end, after, True)


def read_vote(tokens: Tokens, first: Side, second: Side) -> list[Amount]:
    """Read `311-112` and `311 to 112` near a word of voting as two counts."""
    numbers = (first.number, second.number)
    if not all(n.plain for n in numbers) or first.kind is not None or second.kind is not None:
        return []
    after = at(tokens, second.end)
    if not tells_vote(tokens, first.start, second.end):
        return []
    end = second.end + (after.fold in ("vote", "votes") and after.gap != GLUED)
    return [
        Amount("count", "vote", side.value, side.value, side.start, stop)
        for side, stop in ((first, first.end), (second, end))
    ]


def tells_vote(tokens: Tokens, start: int, end: int) -> bool:
    """Tell whether a word of voting stands on the same line, shortly before or right after."""
    first, last = start, end
    while at(tokens, first).gap != BROKEN and start - first < VOTE_WINDOW:
        first -= 1
    while at(tokens, last).gap != BROKEN and last - end < VOTE_WINDOW_AFTER:
        last += 1
    near = [*tokens[first:start], *tokens[end:last]]
    return any(token.fold.startswith(("vote", "voting")) for token in near)
