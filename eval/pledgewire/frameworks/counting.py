"""Count one answer of a model, document by document or story by story, and sum the counts.

The counts are those of `scoring`, so that sums give the F1 that `pledgewire score` gives for the
same predictions.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from pledgewire.corpus import Corpus
from pledgewire.counts import Counts, total
from pledgewire.grounding import ground
from pledgewire.metrics.figures import RTOL
from pledgewire.prediction import Prediction
from pledgewire.prompting import read_answer, read_story_answer
from pledgewire.prompting.answers import Status, count_reasons
from pledgewire.records import Layers, Source, StoryLayer
from pledgewire.scoring import HEADLINE, count_document, count_story


@dataclass(frozen=True)
class Counted:
    """What one answer came to. `records` are its lines of a prediction file."""

    counts: Mapping[str, Counts]
    status: Status
    dropped: Mapping[str, int]
    records: tuple[Layers | StoryLayer, ...]

    @property
    def is_valid(self) -> bool:
        return self.status == "ok"

    def plain(self) -> dict[str, Any]:
        """Give all of it as plain JSON values, for a log."""
        return msgspec.to_builtins(
            {
                "counts": {layer: counts._asdict() for layer, counts in self.counts.items()},
                "status": self.status,
                "dropped": self.dropped,
                "predictions": self.records,
            }
        )


def story_sources(corpus: Corpus, story_id: str) -> list[Source]:
    """Give what a model may see of the annotated documents of a story, in order of id."""
    return [
        corpus.source(doc_id)
        for doc_id in corpus.story_documents(story_id)
        if doc_id in corpus.gold
    ]


def count_answer(corpus: Corpus, doc_id: str, text: str, layers: Sequence[str]) -> Counted:
    """Count an answer about one document. Raises: ValueError for layers that documents lack."""
    answer = read_answer(text, corpus.source(doc_id), layers)
    gold = corpus.gold[doc_id]
    grounded = ground(answer.layers, corpus.texts[doc_id], gold)
    tallies = count_document(corpus, gold, grounded.layers, layers, RTOL)
    return Counted(
        {layer: tallies[layer].get(HEADLINE[layer], Counts()) for layer in layers},
        answer.status,
        count_reasons(answer.dropped),
        (answer.layers,),
    )


def count_story_answer(corpus: Corpus, story_id: str, text: str) -> Counted:
    """Count an answer about the documents of one story."""
    answer = read_story_answer(text, story_id, story_sources(corpus, story_id))
    documents = {layers.doc_id: layers for layers in answer.documents}
    grounded = {
        doc_id: ground(layers, corpus.texts[doc_id], corpus.gold[doc_id])
        for doc_id, layers in documents.items()
    }
    prediction = Prediction("", documents, {story_id: answer.story})
    tally = count_story(corpus, story_id, prediction, grounded)
    return Counted(
        {"crossdoc": tally.get(HEADLINE["crossdoc"], Counts())},
        answer.status,
        count_reasons(answer.dropped),
        (*answer.documents, answer.story),
    )


def merge_records(records: Iterable[Layers | StoryLayer]) -> list[Layers | StoryLayer]:
    """Give one record a document and story; of a layer that comes twice the last is taken."""
    documents: dict[str, Layers] = {}
    stories: dict[str, StoryLayer] = {}
    for record in records:
        if isinstance(record, StoryLayer):
            stories[record.story_id] = record
            continue
        known = documents.get(record.doc_id, Layers(doc_id=record.doc_id))
        said = {
            layer: getattr(record, layer)
            for layer in ("entities", "figures", "stances")
            if getattr(record, layer) is not None
        }
        documents[record.doc_id] = msgspec.structs.replace(known, **said)
    return [*documents.values(), *stories.values()]


def f1_of_counts(parts: Iterable[Counts]) -> float:
    """Give F1 of summed counts, NaN where it is undefined, as frameworks have no null."""
    f1 = total(parts).f1
    return math.nan if f1 is None else f1


def clustered_stderr(parts: Sequence[Counts], clusters: Sequence[Any]) -> float:
    """Give the standard error of F1 from counts that belong together by cluster.

    F1 of hits is the ratio of `recalled + precise` to `gold + predicted`; its error follows from
    the residuals summed by cluster, with the correction C / (C - 1). For a mean, whose
    denominators are 1, that is the clustered error of Inspect AI.
    Undefined: 0 with fewer than two clusters, NaN where F1 is.
    Source: linearised variance of a ratio of cluster totals, Cochran 1977, chapter 6; Miller 2024,
    "Adding Error Bars to Evals", for the clusters.
    """
    rights: dict[Any, float] = defaultdict(float)
    sizes: dict[Any, float] = defaultdict(float)
    for counts, cluster in zip(parts, clusters, strict=True):
        rights[cluster] += counts.recalled + counts.precise
        sizes[cluster] += counts.gold + counts.predicted
    size, n = sum(sizes.values()), len(sizes)
    if not size:
        return math.nan
    if n < 2:
        return 0.0
    ratio = sum(rights.values()) / size
    squares = math.fsum((rights[key] - ratio * sizes[key]) ** 2 for key in sizes)
    return math.sqrt(squares * n / (n - 1)) / size
