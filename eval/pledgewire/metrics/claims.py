"""Count the claims of a story: who says what of an issue, whatever document says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import NamedTuple

from pledgewire.counts import Counts
from pledgewire.matching import match_any
from pledgewire.metrics.stances import Resolve
from pledgewire.metrics.tally import Tally
from pledgewire.records import Stance, readings

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
    several documents make counts once, and a name that several entities share is right if one of
    them fits. `story:contested` compares the issues on which some holder
    affirms and some denies, or some supports and some opposes.
    Shape: stances by document of one story -> one Tally.
    """
    meant: dict[Claim, set[Claim]] = defaultdict(set)
    for stances in gold.values():
        for stance in stances:
            readings_of = {Claim(r.issue_id, r.holder, r.label) for r in readings(stance)}
            meant[Claim(stance.issue_id, stance.holder, stance.label)] |= readings_of
    told = sorted(
        {
            (stance.issue_id, stance.label, resolvers[doc_id](stance.holder) or stance.holder)
            for doc_id, stances in predicted.items()
            for stance in stances
        },
        key=lambda claim: (claim[0], claim[1], sorted(claim[2])),
    )
    named = [
        {Claim(issue, holder, label) for holder in holders}
        if isinstance(holders, frozenset)
        else set()
        for issue, label, holders in told
    ]
    gold_claims = sorted(meant)
    hits = match_any(
        [
            (i, j)
            for i, claim in enumerate(gold_claims)
            for j, claims in enumerate(named)
            if meant[claim] & claims
        ]
    )
    sides = {Claim(issue, "", label) for issue, label, _ in told}
    return {
        "story:claims": Counts.of_hits(len(hits), len(gold_claims), len(told)),
        "story:contested": count_common(find_contested(gold_claims), find_contested(sides)),
    }


def count_common(gold: Set[object], predicted: Set[object]) -> Counts:
    return Counts.of_hits(len(gold & predicted), len(gold), len(predicted))


def find_contested(claims: Iterable[Claim]) -> set[str]:
    """Find the issues on which holders take both sides."""
    labels: dict[str, set[str]] = defaultdict(set)
    for claim in claims:
        labels[claim.issue_id].add(claim.label)
    return {issue for issue, found in labels.items() if any(found.issuperset(p) for p in OPPOSED)}
