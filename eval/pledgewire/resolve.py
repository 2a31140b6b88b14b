"""Bring the names that a prediction uses to gold entity ids.

A holder, giver, receiver or relay may be, in this order of reading: the id of a predicted mention,
an entity id that the prediction itself gives its mentions, a gold entity id, or a string that is a
name, alias or mention of an entity of the document. The first two are resolved through the gold
mention in the same place (the one that overlaps most, if none is equal).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate
from operator import attrgetter

from pledgewire.normalise import fold_name
from pledgewire.records import AUTHOR, Entity, Layers, Mention

Candidates = frozenset[str]
PLACED = attrgetter("start", "end", "entity_id")
NAMED = attrgetter("start", "end", "entity_id", "text")
NOTHING: Candidates = frozenset()


class GoldNames:
    """Names by which the gold entities of one document can be called.

    Each table is made when it is first asked for: most references need but one of them.
    """

    def __init__(self, gold: Layers, entities: Mapping[str, Entity]) -> None:
        self.gold = gold
        self.entities = entities

    @cached_property
    def ids(self) -> set[str]:
        return {AUTHOR} | entity_ids(self.gold)

    @cached_property
    def placed(self) -> list[tuple[int, int, str]]:
        """Start, end and entity of the gold mentions that have all three."""
        rows = map(PLACED, self.gold.entities or ())
        return [row for row in rows if None not in row]

    @cached_property
    def at(self) -> dict[tuple[int, int], Candidates]:
        """Entities by span."""
        found = {(start, end): single(entity_id) for start, end, entity_id in self.placed}
        if len(found) < len(self.placed):
            for start, end, entity_id in self.placed:
                found[start, end] |= single(entity_id)
        return found

    @cached_property
    def mentions(self) -> list[tuple[int, int, str]]:
        return sorted(self.placed)

    @cached_property
    def by_name(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        rows = [row for row in map(NAMED, self.gold.entities or ()) if None not in row[:3]]
        folded = fold_names([text or "" for _, _, _, text in rows])
        for (_, _, entity_id, _), name in zip(rows, folded, strict=True):
            found[name].add(entity_id)
        for entity_id in self.ids & self.entities.keys():
            entity = self.entities[entity_id]
            for name in (entity.name, *entity.aliases):
                found[fold_name(name)].add(entity_id)
        return found

    @cached_property
    def reach(self) -> list[int]:
        """The furthest end of the mentions up to each one: before it, none can overlap."""
        return list(accumulate((end for _, end, _ in self.mentions), max))

    def at_span(self, span: tuple[int, int]) -> Candidates:
        """Give the entities of the gold mentions that overlap a span most, equal ones first."""
        equal = self.at.get(span)
        if equal is not None:
            return equal
        start, end = span
        best, found = 0, set()
        at = bisect_left(self.mentions, (end,))
        while at > 0 and self.reach[at - 1] > start:
            at -= 1
            gold_start, gold_end, entity_id = self.mentions[at]
            overlap = min(end, gold_end) - max(start, gold_start)
            if overlap > best:
                best, found = overlap, {entity_id}
            elif overlap == best and overlap:
                found.add(entity_id)
        return frozenset(found)


# Names come again and again in the documents of one corpus.
fold_known_name = lru_cache(maxsize=1 << 14)(fold_name)


def fold_names(names: Sequence[str]) -> list[str]:
    """Fold many names; plain ones, of words with nothing but letters and digits, all at once."""
    joined = "\n".join(["", *names, ""])
    words = joined.replace(" ", "").replace("\n", "")
    lower = joined.lower()
    awkward = ("  ", " \n", "\n ", "\nthe ")
    if joined.isascii() and words.isalnum() and not any(part in lower for part in awkward):
        folded = lower.split("\n")[1:-1]
        if len(folded) == len(names):
            return folded
    return [fold_known_name(name) for name in names]


@lru_cache(maxsize=1 << 14)
def single(entity_id: str) -> Candidates:
    return frozenset({entity_id})


def entity_ids(layers: Layers) -> set[str]:
    """Collect every entity id that a document's gold uses, in any layer."""
    found = {m.entity_id for m in layers.entities or () if m.entity_id}
    for figure in layers.figures or ():
        found.update(x for x in (figure.giver, figure.receiver) if x)
    for stance in layers.stances or ():
        found.update((stance.holder, *stance.via))
    return found


class Resolver:
    """Resolves the references of one predicted document to sets of gold entity ids.

    A reference that can mean several entities (an alias that two share) gives them all.
    """

    def __init__(self, names: GoldNames, predicted: Layers) -> None:
        self.names = names
        self.predicted = predicted
        self._known: dict[str, Candidates] = {}

    @cached_property
    def by_mention_id(self) -> dict[str, Mention]:
        return {m.id: m for m in self.predicted.entities or () if m.id}

    @cached_property
    def by_entity_id(self) -> dict[str, list[Mention]]:
        """Mentions of each entity in order of place; those without a span are not among them."""
        found: dict[str, list[Mention]] = defaultdict(list)
        for mention in self.predicted.entities or ():
            if mention.entity_id and mention.start is not None and mention.end is not None:
                found[mention.entity_id].append(mention)
        for mentions in found.values():
            mentions.sort(key=lambda mention: (mention.start, mention.end, mention.text or ""))
        return found

    def __call__(self, reference: str | None) -> Candidates:
        if not reference:
            return NOTHING
        found = self._known.get(reference)
        if found is None:
            found = self._known[reference] = self.resolve(reference)
        return found

    def resolve(self, reference: str) -> Candidates:
        if reference == AUTHOR:
            return single(AUTHOR)
        mention = self.by_mention_id.get(reference)
        if mention is not None:
            return self.resolve_mention(mention)
        mentions = self.by_entity_id.get(reference)
        if mentions:
            found = most_frequent([self.resolve_mention(mention) for mention in mentions])
            if found:
                return found
        if reference in self.names.ids:
            return single(reference)
        return frozenset(self.names.by_name.get(fold_known_name(reference), NOTHING))

    def resolve_mention(self, mention: Mention) -> Candidates:
        """Resolve a predicted mention by its place, and where gold has no such span by its words.

        An unnamed source without affiliation is no gold mention but may be a holder (E14, S3.2).
        """
        if mention.span is None:
            return NOTHING
        found = self.names.at_span(mention.span)
        if mention.span not in self.names.at:
            found = found | self.names.by_name.get(fold_known_name(mention.text or ""), set())
        return found


def most_frequent(groups: Sequence[Candidates]) -> Candidates:
    """Give the ids that stand in the most groups; if they tie, those of the first such group."""
    placed = [group for group in groups if group]
    if not placed:
        return NOTHING
    if placed.count(placed[0]) == len(placed):
        return placed[0]
    tally = Counter([entity_id for group in placed for entity_id in group])
    top = max(tally.values())
    best = {entity_id for entity_id, count in tally.items() if count == top}
    return next(group & best for group in placed if group & best)
