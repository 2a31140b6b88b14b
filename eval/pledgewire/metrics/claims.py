"""Count the claims of a story: who says what of an issue, whatever document says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import NamedTuple

from pledgewire.counts import Counts
from pledgewire.metrics.stances import Resolve
from pledgewire.metrics.tally import Tally
from pledgewire.records import Stance

OPPOSED = (("affirms", "denies"), ("support", "oppose"))


class Claim(NamedTuple):
    """A cell of the claim table: a holder's label on an issue."""

    issue_id: str
    holder: str
    label: str


def count_claims(
    gold: Mapping[str, Sequence[Stance]],
    predicted: Mapping[str, Sequence[Stance]],
    resolvers: Mapping[str, Resolve],
) -> Tally:
    """Count the claims of a story and the issues that are contested in it.

    `story:claims` compares the sets of (issue, holder, label) over all documents; a claim that
    several documents make counts once. `story:contested` compares the issues on which some holder
    affirms and some denies, or some supports and some opposes.
    Shape: stances by document of one story -> one Tally.
    """
    gold_claims = {
        Claim(s.issue_id, s.holder, s.label) for stances in gold.values() for s in stances
    }
    predicted_claims = {
        claim_of(stance, resolvers[doc_id])
        for doc_id, stances in predicted.items()
        for stance in stances
    }
    contested, predicted_contested = find_contested(gold_claims), find_contested(predicted_claims)
    return {
        "story:claims": count_common(gold_claims, predicted_claims),
        "story:contested": count_common(contested, predicted_contested),
    }


def count_common(gold: Set[object], predicted: Set[object]) -> Counts:
    return Counts.of_hits(len(gold & predicted), len(gold), len(predicted))


def claim_of(stance: Stance, resolve: Resolve) -> Claim:
    """Name a predicted claim's holder by gold's id; of several candidates by the first in order."""
    holders = sorted(resolve(stance.holder))
    return Claim(stance.issue_id, holders[0] if holders else f"?{stance.holder}", stance.label)


def find_contested(claims: Iterable[Claim]) -> set[str]:
    """Find the issues on which holders take both sides."""
    labels: dict[str, set[str]] = defaultdict(set)
    for claim in claims:
        labels[claim.issue_id].add(claim.label)
    return {issue for issue, found in labels.items() if any(found.issuperset(p) for p in OPPOSED)}
