"""Bring the names that a prediction uses to gold entity ids.

A holder, giver, receiver or relay may be, in this order of reading: the id of a predicted mention,
an entity id that the prediction itself gives its mentions, a gold entity id, or a string that is a
name, alias or mention of an entity of the document. The first two are resolved through the gold
mention in the same place (the one that overlaps most, if none is equal).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from pledgewire.normalise import fold_name
from pledgewire.records import AUTHOR, Entity, Layers, Mention
from pledgewire.spans import Span

Candidates = frozenset[str]
NOTHING: Candidates = frozenset()


class GoldNames:
    """Names by which the gold entities of one document can be called."""

    def __init__(self, gold: Layers, entities: Mapping[str, Entity]) -> None:
        self.at: dict[Span, set[str]] = defaultdict(set)
        self.mentions = [
            m for m in gold.entities or () if m.entity_id is not None and m.span is not None
        ]
        self.entities = entities
        self.ids = {AUTHOR} | entity_ids(gold)
        for mention in self.mentions:
            self.at[mention.span].add(mention.entity_id)
        self._by_name: dict[str, set[str]] | None = None

    @property
    def by_name(self) -> dict[str, set[str]]:
        if self._by_name is None:
            self._by_name = defaultdict(set)
            for mention in self.mentions:
                self._by_name[fold_name(mention.text or "")].add(mention.entity_id)
            for entity_id in self.ids & self.entities.keys():
                entity = self.entities[entity_id]
                for name in (entity.name, *entity.aliases):
                    self._by_name[fold_name(name)].add(entity_id)
        return self._by_name

    def at_span(self, span: Span) -> set[str]:
        """Give the entities of the gold mentions that overlap a span most, equal ones first."""
        if span in self.at:
            return self.at[span]
        best, found = 0, set()
        for mention in self.mentions:
            overlap = mention.span.overlap(span)
            if overlap > best:
                best, found = overlap, {mention.entity_id}
            elif overlap == best and overlap:
                found.add(mention.entity_id)
        return found


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
        self.by_mention_id = {m.id: m for m in predicted.entities or () if m.id}
        self.by_entity_id: dict[str, list[Mention]] = defaultdict(list)
        for mention in predicted.entities or ():
            if mention.entity_id:
                self.by_entity_id[mention.entity_id].append(mention)
        self._known: dict[str, Candidates] = {}

    def __call__(self, reference: str | None) -> Candidates:
        if not reference:
            return NOTHING
        if reference not in self._known:
            self._known[reference] = self.resolve(reference)
        return self._known[reference]

    def resolve(self, reference: str) -> Candidates:
        if reference == AUTHOR:
            return frozenset({AUTHOR})
        mention = self.by_mention_id.get(reference)
        if mention is not None:
            return self.resolve_mention(mention)
        if reference in self.by_entity_id:
            found = most_frequent(
                self.names.at_span(m.span) for m in self.by_entity_id[reference] if m.span
            )
            if found:
                return found
        if reference in self.names.ids:
            return frozenset({reference})
        return frozenset(self.names.by_name.get(fold_name(reference), NOTHING))

    def resolve_mention(self, mention: Mention) -> Candidates:
        """Resolve a predicted mention by its place, and where gold has no such span by its words.

        An unnamed source without affiliation is no gold mention but may be a holder (E14, S3.2).
        """
        if mention.span is None:
            return NOTHING
        found = self.names.at_span(mention.span)
        if mention.span not in self.names.at:
            found = found | self.names.by_name.get(fold_name(mention.text or ""), set())
        return frozenset(found)


def most_frequent(groups: Iterable[set[str]]) -> Candidates:
    """Give the ids that stand in the most groups; several if they tie."""
    tally = Counter(entity_id for group in groups for entity_id in group)
    if not tally:
        return NOTHING
    top = max(tally.values())
    return frozenset(entity_id for entity_id, count in tally.items() if count == top)
