"""The records behind the scores: every error of every layer, with what gold and prediction say.

The pairs are those that the headline counts, so the errors add up to what it lacks: gold less hits
are the errors that have a gold record (`fields` apart), predicted less hits those with a predicted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from pledgewire.grounding import UNGROUNDED
from pledgewire.matching import match_any, match_best
from pledgewire.metrics.crossdoc import key_of, pairs_of
from pledgewire.metrics.entities import count_mentions
from pledgewire.metrics.figures import (
    FIELDS,
    agree,
    fields_of_reading,
    given_fields,
    overlaps,
    pairs_with_readings,
)
from pledgewire.metrics.stances import Resolve, match_pairs, same_pair, same_tuple
from pledgewire.records import Cluster, Figure, Layers, Pair, Record, Stance, readings
from pledgewire.resolve import GoldNames, Resolver
from pledgewire.scoring import Scores, align_story

RECORD_FIELDS = frozenset({"kind", "value", "unit", "bound", "date"})
"""Fields that must all be right for a figure to count; the others are scored by themselves."""


@dataclass(frozen=True)
class Error:
    """One error and the records it concerns; `gold` is None if spurious, `predicted` if missed.

    `kind`: `missed` and `spurious` in every layer; entities: `type`, `boundary`, `both`; figures:
    `wrong` (a field of the record is) and `fields` (the record counts as right, other fields are
    wrong), both with the names in `fields`; stances: `label`; pairs across documents: `relation`.
    """

    layer: str
    place: str
    kind: str
    gold: Record | None
    predicted: Record | None
    fields: tuple[str, ...] = ()


def list_errors(scores: Scores) -> list[Error]:
    """List the errors of every layer that was scored, by layer, document and place in the text."""
    corpus = scores.corpus
    found: list[Error] = []
    for layer, result in scores.layers.items():
        if result is None:
            continue
        if layer == "crossdoc":
            for story_id in corpus.clusters:
                found += list_pair_errors(scores, story_id)
            continue
        for doc_id, gold in corpus.gold.items():
            predicted = (
                scores.grounded[doc_id].layers
                if doc_id in scores.grounded
                else Layers(doc_id=doc_id)
            )
            if layer == "entities":
                found += list_entity_errors(gold, predicted)
                continue
            resolve = Resolver(GoldNames(gold, corpus.entities), predicted)
            if layer == "figures":
                found += list_figure_errors(gold, predicted, resolve, scores.settings.rtol)
            else:
                found += list_stance_errors(gold, predicted, resolve)
    return found


def list_entity_errors(gold: Layers, predicted: Layers) -> list[Error]:
    """List what `error:<kind>` counts: the errors of strict mode."""
    counted = count_mentions(gold.entities or (), predicted.entities or (), explain=True)
    return [
        Error("entities", gold.doc_id, error.kind, error.gold, error.predicted)
        for error in counted.records
    ]


def list_figure_errors(
    gold: Layers, predicted: Layers, resolve: Resolve, rtol: float
) -> list[Error]:
    """List figures that are missed, spurious or wrong in some field, in the order of the text."""
    golds, predictions = gold.figures or (), predicted.figures or ()
    pairs = pairs_with_readings(golds, predictions)
    hits = match_any([(i, j) for i, j in pairs if agree(golds[i], predictions[j], rtol)])
    wrong = {(i, j): wrong_fields(golds[i], predictions[j], resolve, rtol) for i, j in pairs}
    used_gold, used_predicted = {i for i, _ in hits}, {j for _, j in hits}
    rest = {
        (i, j): len(FIELDS) ** 2 - len(fields)
        for (i, j), fields in wrong.items()
        if i not in used_gold and j not in used_predicted
    }
    near = match_best(len(golds), len(predictions), rest)
    kinds = [("fields", pair) for pair in hits if wrong[pair]] + [("wrong", p) for p in near]
    found = [
        Error("figures", gold.doc_id, kind, golds[i], predictions[j], wrong[i, j])
        for kind, (i, j) in kinds
    ]
    return in_order(found + unpaired("figures", gold.doc_id, golds, predictions, [*hits, *near]))


def wrong_fields(gold: Figure, predicted: Figure, resolve: Resolve, rtol: float) -> tuple[str, ...]:
    """Name the fields in which a prediction differs from the reading of gold that it is nearest to.

    Only readings that the prediction overlaps are asked; nearest is that with the fewest wrong
    fields of the record, then of all.
    """
    candidates = []
    for reading in readings(gold):
        if not overlaps(reading, predicted):
            continue
        agreed = fields_of_reading(reading, predicted, resolve, rtol)
        given = given_fields(reading) | given_fields(predicted)
        candidates.append(tuple(name for name in FIELDS if name in given and name not in agreed))
    return min(candidates, key=lambda fields: (len(RECORD_FIELDS & set(fields)), len(fields)))


def list_stance_errors(gold: Layers, predicted: Layers, resolve: Resolve) -> list[Error]:
    """List stances that are missed or spurious, and those with a wrong label."""
    golds, predictions = gold.stances or (), predicted.stances or ()
    pairs = [
        (i, j)
        for i, g in enumerate(golds)
        for j, p in enumerate(predictions)
        if same_pair(g, p, resolve)
    ]
    hits = match_any([(i, j) for i, j in pairs if same_tuple(golds[i], predictions[j], resolve)])
    matched = match_pairs(pairs, hits)
    found = [
        Error("stances", gold.doc_id, "label", golds[i], predictions[j], ("label",))
        for i, j in matched
        if (i, j) not in set(hits)
    ]
    return in_order(found + unpaired("stances", gold.doc_id, golds, predictions, matched))


def list_pair_errors(scores: Scores, story_id: str) -> list[Error]:
    """List pairs of figures across documents that are missed, spurious or of a wrong relation."""
    alignment = align_story(scores.corpus, story_id, scores.grounded)
    gold = {(p.a, p.b): p for p in list_pairs(scores.corpus.clusters[story_id].clusters)}
    clusters = scores.clusters[story_id].clusters if story_id in scores.clusters else ()
    joined: set[tuple[str, str]] = set()
    found: list[Error] = []
    for pair in list_pairs(clusters):
        key = key_of(alignment.get(pair.a, f"?{pair.a}"), alignment.get(pair.b, f"?{pair.b}"))
        if key not in gold:
            found.append(Error("crossdoc", story_id, "spurious", None, pair))
            continue
        joined.add(key)
        if gold[key].relation != pair.relation:
            found.append(Error("crossdoc", story_id, "relation", gold[key], pair, ("relation",)))
    found += [
        Error("crossdoc", story_id, "missed", pair, None)
        for key, pair in gold.items()
        if key not in joined
    ]
    return sorted(found, key=lambda error: (error.gold or error.predicted).a)


def list_pairs(clusters: Iterable[Cluster]) -> list[Pair]:
    return [Pair(a=a, b=b, relation=r) for (a, b), r in sorted(pairs_of(clusters).items())]


def unpaired(
    layer: str,
    doc_id: str,
    golds: Sequence[Figure] | Sequence[Stance],
    predictions: Sequence[Figure] | Sequence[Stance],
    pairs: Iterable[tuple[int, int]],
) -> list[Error]:
    """List the records that are in none of the pairs."""
    used = list(pairs)
    used_gold, used_predicted = {i for i, _ in used}, {j for _, j in used}
    return [
        Error(layer, doc_id, "missed", record, None)
        for i, record in enumerate(golds)
        if i not in used_gold
    ] + [
        Error(layer, doc_id, "spurious", None, record)
        for j, record in enumerate(predictions)
        if j not in used_predicted
    ]


def in_order(errors: list[Error]) -> list[Error]:
    """Sort by place in the text; what has none comes first."""
    return sorted(errors, key=lambda error: start_of(error.gold or error.predicted))


def start_of(record: Any) -> int:
    if isinstance(record, Stance):
        return min((start for start, _ in record.evidence), default=-1)
    return -1 if record.start is None else record.start


def error_rows(scores: Scores) -> Iterator[dict[str, Any]]:
    """Give each error as a line of `pledgewire score --errors`.

    Predictions stand there as they were counted: with spans filled in and values normalised. One
    that has no place in the text stands there without a span.
    """
    for error in list_errors(scores):
        yield {
            "system": scores.system,
            "layer": error.layer,
            "story_id" if error.layer == "crossdoc" else "doc_id": error.place,
            "error": error.kind,
            "fields": list(error.fields),
            "gold": as_given(error.gold),
            "predicted": as_given(error.predicted),
        }


def as_given(record: Record | None) -> Record | None:
    """Take the placeholder off a record that could not be grounded."""
    if record is not None and getattr(record, "start", None) == UNGROUNDED.start:
        return msgspec.structs.replace(record, start=None, end=None)
    return record
