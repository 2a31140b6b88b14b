"""The entity layer of a document or story as one tally: mentions in four modes, and identity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from operator import attrgetter

from pledgewire.counts import Counts
from pledgewire.metrics.entities import MODES, Outcome, find_outcomes, tally_mentions
from pledgewire.metrics.identity import IdentityCounts, Joined, count_members, join_members
from pledgewire.metrics.tally import Tally
from pledgewire.records import Mention

MEMBER = attrgetter("entity_id", "start", "end")


def count_entities(gold: Sequence[Mention], predicted: Sequence[Mention]) -> Tally:
    """Count one document. `strict` is the headline: exact span and type.

    Also `exact`, `partial`, `type` (SemEval-2013), `type=<type>` and `form=<form>` (strict, rows
    that add up to the headline), `error:<kind>` (strict), and the identity metrics by name.
    Source: annotations/GUIDELINES.md, E rules; see metrics.entities and metrics.identity.
    """
    outcomes = Counter(find_outcomes(gold, predicted))
    return tally_entities(outcomes) | count_document_identity(gold, predicted)


def count_document_identity(gold: Sequence[Mention], predicted: Sequence[Mention]) -> Tally:
    """Count the identity of entities in one document."""
    members = members_of("", gold), members_of("", grounded(predicted))
    return identity_tally("", count_members(*members))


def join_entities(
    doc_id: str, gold: Sequence[Mention], predicted: Sequence[Mention]
) -> Joined | None:
    """Join the entities of one document, for its story too; None where a mention comes twice."""
    return join_members(members_of(doc_id, gold), members_of(doc_id, grounded(predicted)))


def tally_entities(outcomes: Mapping[Outcome, int]) -> Tally:
    """Add up outcomes of mentions, in every mode, by type, by form and by kind of error."""
    counted = tally_mentions(outcomes)
    tally: Tally = {mode: getattr(counted.overall, mode).counts for mode in MODES}
    for label, counts in counted.type_scores("strict").items():
        tally[f"type={label}"] = counts
    for form, row in counted.by_form.items():
        tally[f"form={form}"] = row.strict.counts
    for kind, number in counted.errors._asdict().items():
        if number:
            tally[f"error:{kind}"] = Counts(number, number, number, number)
    return tally


def count_story_entities(
    gold: Mapping[str, Sequence[Mention]], predicted: Mapping[str, Sequence[Mention]]
) -> Tally:
    """Count the identity of entities across the documents of a story, as `story:<metric>`."""
    golds = [member for doc_id, part in gold.items() for member in members_of(doc_id, part)]
    members = [
        member
        for doc_id, part in predicted.items()
        for member in members_of(doc_id, grounded(part))
    ]
    return identity_tally("story:", count_members(golds, members))


def members_of(
    doc_id: str, mentions: Sequence[Mention]
) -> list[tuple[str | None, tuple[str, int, int]]]:
    """Pair the names of entities with the places by which identity metrics know mentions."""
    return [(name, (doc_id, start or 0, end or 0)) for name, start, end in map(MEMBER, mentions)]


def identity_tally(prefix: str, counts: IdentityCounts) -> Tally:
    """Name the counts of the identity metrics."""
    return {
        f"{prefix}{name}": getattr(counts, name)
        for name in ("muc", "b3", "ceafm", "ceafe", "lea", "blanc_coref", "blanc_noncoref")
    }


def grounded(mentions: Sequence[Mention]) -> list[Mention]:
    """Leave out mentions that have no place in the text: they are no mention of any entity."""
    return [mention for mention in mentions if (mention.end or 0) > 0]
