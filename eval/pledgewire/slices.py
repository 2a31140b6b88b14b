"""Cut scores into slices: by voice, story or year of documents, by a label of records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

import numpy as np

from pledgewire.corpus import Corpus
from pledgewire.counts import Counts, total
from pledgewire.metrics.tally import Tally
from pledgewire.records import (
    ENTITY_TYPES,
    KINDS,
    LABELS_OF,
    LAYERS,
    RELATIONS,
    VOICES,
    Form,
)
from pledgewire.resample import Interval, bootstrap_interval, f1_of
from pledgewire.scoring import HEADLINE, Scores

DOCUMENT_SLICES = ("voice", "story", "year")
RECORD_SLICES = {
    "type": "entities",
    "form": "entities",
    "kind": "figures",
    "label": "stances",
    "relation": "crossdoc",
}
"""Slices by what a record is, and the layer whose records have it."""
SLICES = (*DOCUMENT_SLICES, *RECORD_SLICES)

ORDERS: Mapping[str, tuple[str, ...]] = {
    "voice": VOICES,
    "type": ENTITY_TYPES,
    "form": get_args(Form),
    "kind": KINDS,
    "label": tuple(label for labels in LABELS_OF.values() for label in labels),
    "relation": RELATIONS,
}


@dataclass(frozen=True)
class Slice:
    """Headline score of one layer on part of the data.

    The slices of a layer add up to the layer. `stories` is the number of stories that have a gold
    or predicted record in the slice; the interval resamples these.
    Undefined: the interval with fewer than two of them.
    """

    by: str
    value: str
    layer: str
    counts: Counts
    interval: Interval | None
    stories: int


def slice_scores(scores: Scores, by: str) -> tuple[Slice, ...]:
    """Cut every layer that was scored by a property of documents or of its records.

    Pairs across documents are not cut by voice, as a pair has two of them; by year they go with
    their story, whose year is that of its earliest document. `type` has precision by the predicted
    type and recall by the gold type, and so have `kind`, `label` and `relation`; `form` goes with
    the gold mention, as predictions need not give one.
    Raises: ValueError for a slice that does not exist.
    """
    if by not in SLICES:
        raise ValueError(f"expected a slice, got {by!r}, allowed: {', '.join(SLICES)}")
    corpus = scores.corpus
    parts: dict[tuple[str, str], dict[str, list[Counts]]] = defaultdict(lambda: defaultdict(list))
    for key in sorted(scores.documents):
        story = corpus.documents[key].story if key in corpus.documents else key
        for layer, tally in scores.documents[key].items():
            for value, counts in counts_by_value(by, key, layer, tally, corpus):
                parts[value, layer][story].append(counts)
    return tuple(
        make_slice(by, value, layer, parts[value, layer], scores)
        for value, layer in sorted(parts, key=lambda part: place_of(by, *part))
    )


def counts_by_value(
    by: str, key: str, layer: str, tally: Tally, corpus: Corpus
) -> Iterator[tuple[str, Counts]]:
    """Yield each value of a slice with its counts in the tally of one document or story."""
    if by in RECORD_SLICES:
        for name, counts in tally.items():
            if layer == RECORD_SLICES[by] and name.startswith(f"{by}="):
                yield name.partition("=")[2], counts
    elif HEADLINE[layer] in tally:
        value = value_of(by, key, corpus)
        if value is not None:
            yield value, tally[HEADLINE[layer]]


def value_of(by: str, key: str, corpus: Corpus) -> str | None:
    """Give voice, story or year of a document, or of a story as a whole."""
    document = corpus.documents.get(key)
    if document is None:
        if by == "voice":
            return None
        if by == "story":
            return key
        return min(corpus.documents[doc_id].published for doc_id in corpus.story_documents(key))[:4]
    return document.published[:4] if by == "year" else getattr(document, by)


def make_slice(
    by: str, value: str, layer: str, by_story: Mapping[str, list[Counts]], scores: Scores
) -> Slice:
    sums = [total(by_story[story]) for story in sorted(by_story)]
    units = [counts for counts in sums if any(counts)]
    settings = scores.settings
    return Slice(
        by=by,
        value=value,
        layer=layer,
        counts=total(sums),
        interval=bootstrap_interval(
            np.array(units, dtype=float).reshape(-1, 4),
            f1_of,
            resamples=settings.resamples,
            seed=settings.seed,
            method=settings.interval,
        ),
        stories=len(units),
    )


def place_of(by: str, value: str, layer: str) -> tuple[int, str, int]:
    """Sort by layer within a value, values as the guidelines list them, others by name."""
    order = ORDERS.get(by, ())
    return order.index(value) if value in order else len(order), value, LAYERS.index(layer)
