"""Say where a span stands without its words, and find that place again in another copy.

A selector holds two hashes of canonical characters, one that reaches back from the end of the span
and one that reaches on from its start. Either hash finds the span, so that damage on one side of it
does no harm.

Disclosure: a span of less than 32 characters is never hashed alone, always with at least 12
characters (mostly 20 to 30) of the text beside it, so that a short surface cannot be found by
trying names. Longer spans hold enough characters themselves. A hash confirms a right guess of the
whole stretch and tells nothing else; the id of the document is its salt.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import Annotated, NamedTuple

from msgspec import Meta, structs

from pledgewire.canonical import Canonical
from pledgewire.records import Record
from pledgewire.spans import Span

# 64 bits: five articles make about 2**24 comparisons, so one accident in 2**40 hydrations.
DIGEST_BYTES = 8
Digest = Annotated[str, Meta(pattern=f"^[0-9a-f]{{{2 * DIGEST_BYTES}}}$")]

# Of the five articles, 24 characters still repeat by chance (in 004), 28 and more only where an
# article prints a passage twice.
LEAST_REACH = 32

# The value of a chain of places, most significant first: annotations placed, changes of distance
# between neighbours (each is a cut in the text), sides that match, how large the changes are.
# Sides come after cuts: a passage printed twice matches on both sides in the wrong place as well.
PLACED, CUT, SIDE = 1 << 96, 1 << 64, 1 << 48

NOT_FOUND = "neither it with the text before nor it with the text after is in this copy"
CONTRADICTED = "this copy has it only at places that contradict the annotations around it"
SHARED = "this copy prints only once what the article prints several times"
AMBIGUOUS = "{} places of this copy fit it equally well"


class Selector(Record):
    """A span of a text by position and content.

    `before` hashes the characters that end where the span ends, `after` those that begin where it
    begins; how many, `reach` says. None where the text has not that many on this side. `also_at`
    lists where else in the article one of the two fits: a passage that it prints more than once.
    Units: `at`, `length` and `also_at` are canonical characters of the article as it was annotated.
    """

    at: Annotated[int, Meta(ge=0)]
    length: Annotated[int, Meta(ge=1)]
    before: Digest | None = None
    after: Digest | None = None
    also_at: tuple[int, ...] = ()


class Place(NamedTuple):
    """Where a selector's span begins in a copy, in canonical characters, or why nowhere."""

    start: int | None
    reason: str = ""


class Candidate(NamedTuple):
    """A place where one hash of a selector (`sides` 1) or both (2) are right."""

    selector: Selector
    start: int
    sides: int

    @property
    def end(self) -> int:
        return self.start + self.selector.length

    @property
    def shift(self) -> int:
        return self.start - self.selector.at


def reach(length: int) -> int:
    """Say how many characters are hashed for a span of `length`.

    Short spans take 12 or more of their neighbours. Long ones stay within themselves, so that the
    text around them may change: the largest power of two up to `length` is more than half of it,
    thus the two hashes together cover the span, and both have to match. Few sizes keep it fast:
    a text is hashed once for each.
    """
    if length >= LEAST_REACH:
        return 1 << (length.bit_length() - 1)
    return LEAST_REACH if length <= LEAST_REACH - 12 else LEAST_REACH + 16


def select(canonical: Canonical, span: Span, hashes: Hashes) -> Selector:
    """Make the selector of a span of a text, `also_at` left open.

    Raises: ValueError when the span cannot be expressed or the text is too short to anchor it.
    """
    where = canonical.range_of(span)
    if where is None:
        raise ValueError(
            f"expected a span of whole characters that are more than white space, got {span}"
        )
    size = reach(where.end - where.start)
    before, after = hashes.at(where.end - size, size), hashes.at(where.start, size)
    if before is None and after is None:
        raise ValueError(
            f"expected {size} characters of text from the start of {span} or up to its end, got "
            f"{len(canonical.chars)} in all; with fewer the hash would give the words away"
        )
    return Selector(at=where.start, length=where.end - where.start, before=before, after=after)


def fits(selector: Selector, canonical: Canonical, span: Span, hashes: Hashes) -> bool:
    """Tell whether a text has at the given offsets what the selector demands."""
    try:
        return select(canonical, span, hashes) == structs.replace(selector, also_at=())
    except ValueError:
        return False


def note_repeats(
    selectors: Iterable[Selector], canonical: Canonical, hashes: Hashes
) -> dict[Selector, Selector]:
    """Fill in `also_at` of the selectors of one article."""
    return {
        selector: structs.replace(
            selector, also_at=tuple(c.start for c in found if c.start != selector.at)
        )
        for selector, found in find_candidates(selectors, canonical, hashes).items()
    }


class Hashes:
    """Salted hashes of stretches of one text."""

    def __init__(self, chars: str, doc_id: str) -> None:
        self.data = chars.encode("utf-32-le", "surrogatepass")
        self.length = len(chars)
        self.salt = hashlib.blake2b(doc_id.encode(), digest_size=16).digest()

    def at(self, start: int, size: int) -> str | None:
        """Hash `size` characters from `start`. Undefined: None if the text has not that many."""
        if start < 0 or start + size > self.length:
            return None
        stretch = self.data[4 * start : 4 * (start + size)]
        return hashlib.blake2b(stretch, digest_size=DIGEST_BYTES, salt=self.salt).hexdigest()

    def find(self, wanted: Collection[str], size: int) -> dict[str, list[int]]:
        """List where stretches of `size` characters with one of the hashes begin."""
        found: dict[str, list[int]] = defaultdict(list)
        for start in range(self.length - size + 1):
            if (digest := self.at(start, size)) in wanted:
                found[digest].append(start)
        return found


def find_candidates(
    selectors: Iterable[Selector], canonical: Canonical, hashes: Hashes
) -> dict[Selector, list[Candidate]]:
    """List for each selector the places whose content is right, in order of the text."""
    by_size: dict[int, list[Selector]] = defaultdict(list)
    for selector in selectors:
        by_size[reach(selector.length)].append(selector)
    found = {}
    for size, group in by_size.items():
        starts = hashes.find({d for s in group for d in (s.before, s.after) if d}, size)
        for selector in group:
            sides: dict[int, int] = defaultdict(int)
            for start in starts.get(selector.after, ()):
                sides[start] += 1
            for start in starts.get(selector.before, ()):
                sides[start + size - selector.length] += 1
            needed = 2 if selector.length >= LEAST_REACH else 1
            found[selector] = [
                Candidate(selector, start, count)
                for start, count in sorted(sides.items())
                if count >= needed
                and canonical.can_cut(start)
                and canonical.can_cut(start + selector.length)
            ]
    return found


def place(
    contents: Mapping[Selector, Hashable], canonical: Canonical, hashes: Hashes
) -> dict[Selector, Place]:
    """Give each selector its one place in a copy, or the reason why it has none.

    Several places for one selector, or several selectors for one place, are settled by the chain
    of places that keeps the order of the text, places most and has the fewest cuts. What differs
    between equally good chains is not placed, except that of selectors with equal `contents` (the
    annotations say the same) one may take the place: a headline that an article prints twice and a
    copy once. What has no place in the chain is tried again where the chain leaves room: a
    paragraph that a copy prints elsewhere.
    """
    claimants = {**contents, **dict.fromkeys(list_repeats(contents))}
    candidates = find_candidates(claimants, canonical, hashes)
    places = {s: Place(None, NOT_FOUND) for s, found in candidates.items() if not found}
    taken = bytearray(len(canonical.chars))
    while True:
        free = [
            candidate
            for selector, found in candidates.items()
            if selector not in places
            for candidate in found
            if not any(taken[candidate.start : candidate.end])
        ]
        chain = find_chain(free, claimants, places)
        if not chain:
            break
        for candidate in chain:
            places[candidate.selector] = Place(candidate.start)
            taken[candidate.start : candidate.end] = b"\1" * candidate.selector.length
    return {s: places.get(s, Place(None, CONTRADICTED)) for s in contents}


def list_repeats(selectors: Collection[Selector]) -> list[Selector]:
    """List the passages of the article that read like an annotated one and are not annotated.

    They claim their places like annotations do, so that nothing else is put there.
    """
    known = {(selector.at, selector.length) for selector in selectors}
    return [
        structs.replace(selector, at=at, also_at=())
        for selector in selectors
        for at in selector.also_at
        if (at, selector.length) not in known
    ]


def find_chain(
    candidates: Iterable[Candidate],
    contents: Mapping[Selector, Hashable],
    places: dict[Selector, Place],
) -> list[Candidate]:
    """Give the certain part of the best chain, and note in `places` what is ambiguous."""
    nodes = sorted(candidates, key=in_order)
    if not nodes:
        return []
    best = BestChains(nodes)
    choices: dict[Selector, list[Candidate]] = defaultdict(list)
    for node in best.optimal:
        choices[node.selector].append(node)
    certain = []
    for selector, options in choices.items():
        if len(options) > 1:
            places[selector] = Place(None, AMBIGUOUS.format(len(options)))
        elif selector not in best.skipped or (
            options[0] in best.path and says_the_same(options[0], best.optimal, contents)
        ):
            certain.append(options[0])
        else:
            places[selector] = Place(None, SHARED)
    return certain


def in_order(candidate: Candidate) -> tuple[int, int, str, str, int]:
    """Sort key: order of the article, the longer span first, a selector's places together."""
    at, length, before, after, _ = structs.astuple(candidate.selector)
    return at, -length, before or "", after or "", candidate.start


def says_the_same(
    chosen: Candidate, optimal: Iterable[Candidate], contents: Mapping[Selector, Hashable]
) -> bool:
    """Tell whether each passage of the article that may stand here says the same of this span."""
    passages: dict[int, set[Hashable]] = defaultdict(set)
    for node in optimal:
        if node.start < chosen.end and chosen.start < node.end:
            same_span = (node.start, node.end) == (chosen.start, chosen.end)
            passages[node.shift] |= {contents[node.selector]} if same_span else set()
    return all(said == passages[chosen.shift] for said in passages.values())


class BestChains:
    """All best chains through candidates that are sorted by their selectors' order.

    `optimal` are the candidates on any best chain, `path` is one such chain, `skipped` are the
    selectors that some best chain leaves out.
    """

    def __init__(self, nodes: list[Candidate]) -> None:
        own = [PLACED + SIDE * node.sides for node in nodes]
        steps = list_steps(nodes)
        forward, previous = list(own), [-1] * len(nodes)
        for left, right, cost in steps:
            value = forward[left] - cost + own[right]
            if value > forward[right]:
                forward[right], previous[right] = value, left
        backward = list(own)
        for left, right, cost in reversed(steps):
            value = own[left] - cost + backward[right]
            if value > backward[left]:
                backward[left] = value
        best = max(forward)
        on_best = [f + b - o == best for f, b, o in zip(forward, backward, own, strict=True)]
        self.optimal = [node for node, kept in zip(nodes, on_best, strict=True) if kept]
        self.path: set[Candidate] = set()
        at = forward.index(best)
        while at >= 0:
            self.path.add(nodes[at])
            at = previous[at]
        gaps = [(-1, at) for at in range(len(nodes)) if backward[at] == best]
        gaps += [
            (left, right)
            for left, right, cost in steps
            if on_best[left] and on_best[right] and forward[left] - cost + backward[right] == best
        ]
        gaps += [(at, len(nodes)) for at in range(len(nodes)) if forward[at] == best]
        self.skipped: set[Selector] = set()
        for left, right in gaps:
            ends = {nodes[at].selector for at in (left, right) if 0 <= at < len(nodes)}
            self.skipped.update({node.selector for node in nodes[left + 1 : right]} - ends)


def list_steps(nodes: list[Candidate]) -> list[tuple[int, int, int]]:
    """List (left, right, cost) for each candidate that may follow another, by `right`.

    Spans that overlap in the article keep their distance, others their order.
    """
    rows = [(n.selector.at, n.selector.at + n.selector.length, n.start, n.end) for n in nodes]
    steps = []
    for right, (at, _, start, _) in enumerate(rows):
        for left in range(right):
            other_at, other_past, other_start, other_end = rows[left]
            change = abs((start - at) - (other_start - other_at))
            if not change:
                steps.append((left, right, 0))
            elif other_past <= at and other_end <= start:
                steps.append((left, right, CUT + change))
    return steps
