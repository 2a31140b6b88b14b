"""Count, over the documents of a story, which figures a prediction joins and how."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from pledgewire.counts import Counts
from pledgewire.matching import Edge, match_best
from pledgewire.metrics.figures import NO_SPAN, agree, in_order_of_content, pairs_with_readings
from pledgewire.metrics.identity import count_identity
from pledgewire.metrics.tally import Tally, add
from pledgewire.records import Cluster, Figure

Key = tuple[str, str]
Pairs = dict[Key, str]


def count_crossdoc(
    gold: Sequence[Cluster], predicted: Sequence[Cluster], alignment: Mapping[str, str]
) -> Tally:
    """Count pairs of figures of different documents in one story.

    `pair` is the headline: both figures and the relation right. `pair:any` leaves the relation
    out, `relation=<relation>` counts pairs of that relation, `lea` scores the clusters by LEA.
    `alignment` maps a predicted figure's key to a gold figure's key (see `align_figures`); a
    predicted pair with a figure that has no gold figure is wrong.
    Source: annotations/GUIDELINES.md, C rules; LEA: Moosavi and Strube, ACL 2016.
    """
    gold_pairs = pairs_of(gold)
    predicted_pairs = align_pairs(predicted, alignment)
    joined = {pair for pair, _ in predicted_pairs} & gold_pairs.keys()
    hits = [
        (pair, relation)
        for pair, relation in set(predicted_pairs)
        if gold_pairs.get(pair) == relation
    ]
    size = len(predicted_pairs)
    tally: Tally = {"pair": Counts.of_hits(len(hits), len(gold_pairs), size)}
    add(tally, "pair:any", Counts.of_hits(len(joined), len(gold_pairs), size))
    hit_pairs = {pair for pair, _ in hits}
    for pair, relation in gold_pairs.items():
        add(tally, f"relation={relation}", Counts(int(pair in hit_pairs), 1, 0, 0))
    for relation in sorted({relation for _, relation in predicted_pairs}):
        n_hits = sum(r == relation for _, r in hits)
        n_predicted = sum(r == relation for _, r in predicted_pairs)
        add(tally, f"relation={relation}", Counts(0, 0, n_hits, n_predicted))
    renamed = [{alignment.get(f, f"?{f}") for f in c.figures} for c in predicted]
    add(tally, "lea", count_identity([set(c.figures) for c in gold], renamed).lea)
    return tally


def count_pairs(
    gold: Sequence[Cluster], predicted: Sequence[Cluster], alignment: Mapping[str, str]
) -> Counts:
    """Count one story by the headline alone."""
    gold_pairs, predicted_pairs = pairs_of(gold), align_pairs(predicted, alignment)
    hits = sum(gold_pairs.get(pair) == relation for pair, relation in set(predicted_pairs))
    return Counts.of_hits(hits, len(gold_pairs), len(predicted_pairs))


def align_pairs(
    predicted: Sequence[Cluster], alignment: Mapping[str, str]
) -> list[tuple[Key, str]]:
    """List predicted pairs by the gold figures they stand on, each with its relation."""
    return [
        (key_of(alignment.get(a, f"?{a}"), alignment.get(b, f"?{b}")), relation)
        for (a, b), relation in sorted(pairs_of(predicted).items())
    ]


def pairs_of(clusters: Iterable[Cluster]) -> Pairs:
    """List the pairs of different documents with their relation (`identical` if none is given)."""
    found: Pairs = {}
    for cluster in clusters:
        stated = {key_of(p.a, p.b): p.relation for p in cluster.relations}
        for a, b in combinations(sorted(set(cluster.figures)), 2):
            if document_of(a) != document_of(b):
                found[key_of(a, b)] = stated.get(key_of(a, b), "identical")
    return found


def key_of(a: str, b: str) -> Key:
    return (a, b) if a <= b else (b, a)


def document_of(figure_key: str) -> str:
    """Give `doc` of `doc#f1`."""
    return figure_key.rpartition("#")[0]


def align_figures(
    doc_id: str,
    gold: Sequence[Figure],
    predicted: Sequence[Figure],
    pairs: Sequence[Edge] | None = None,
) -> dict[str, str]:
    """Map each predicted figure of a document to the gold figure that it stands on.

    One to one, by overlap of spans; where a figure overlaps several, one that agrees is preferred.
    """
    if pairs is None:
        pairs = pairs_with_readings(gold, predicted)
    if len(pairs) > len({i for i, _ in pairs}) or len(pairs) > len({j for _, j in pairs}):
        gold, predicted, pairs = in_order_of_content(gold, predicted, pairs)
        weights = {
            (i, j): 100_000_000
            + 100_000 * agree(gold[i], predicted[j])
            + shared(gold[i], predicted[j])
            for i, j in pairs
        }
        pairs = match_best(len(gold), len(predicted), weights)
    return {f"{doc_id}#{predicted[j].id}": f"{doc_id}#{gold[i].id}" for i, j in pairs}


def shared(gold: Figure, predicted: Figure) -> int:
    a, b = gold.span or NO_SPAN, predicted.span or NO_SPAN
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))
