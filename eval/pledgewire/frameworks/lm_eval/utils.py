"""What the YAML of the tasks calls: rows with prompts, counts of an answer, sums of counts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pledgewire.corpus import Corpus
from pledgewire.counts import Counts
from pledgewire.frameworks.counting import (
    Counted,
    clustered_stderr,
    count_answer,
    count_story_answer,
    f1_of_counts,
    story_sources,
)
from pledgewire.hub.load import load_repository
from pledgewire.prompting import DOCUMENT_LAYERS, document_prompt, story_prompt

if TYPE_CHECKING:
    from datasets import DatasetDict

HUB_ID = "pledgewire/pledgewire"
Value = Sequence[Any]
"""The value of a document for a metric: its story, then the four counts."""


@lru_cache(maxsize=4)
def load(dataset: str, split: str, revision: str | None) -> Corpus:
    """Load a split once for prompts and counts."""
    return load_repository(dataset, split, revision)


def make_rows(
    rows: Sequence[dict[str, Any]], dataset: str, split: str, revision: str | None
) -> DatasetDict:
    """Give rows as the split `test`, which the tasks name, whatever split they are of."""
    from datasets import Dataset, DatasetDict

    where = {"dataset": dataset, "split": split, "revision": revision}
    return DatasetDict(test=Dataset.from_list([{**row, **where} for row in rows]))


def load_documents(
    dataset: str = HUB_ID, split: str = "test", revision: str | None = None, **_: Any
) -> DatasetDict:
    """Give one row a document; the keywords are those of `--metadata`."""
    corpus = load(dataset, split, revision)
    rows = [
        {
            "doc_id": doc_id,
            "story": corpus.documents[doc_id].story,
            "prompt": document_prompt(corpus.source(doc_id)),
        }
        for doc_id in corpus.gold
    ]
    return make_rows(rows, dataset, split, revision)


def load_stories(
    dataset: str = HUB_ID, split: str = "test", revision: str | None = None, **_: Any
) -> DatasetDict:
    """Give one row a story."""
    corpus = load(dataset, split, revision)
    rows = [
        {"story": story_id, "prompt": story_prompt(story_sources(corpus, story_id))}
        for story_id in corpus.clusters
    ]
    return make_rows(rows, dataset, split, revision)


def count_document(row: dict[str, Any], results: Sequence[str]) -> dict[str, Any]:
    """Count an answer about a document, for `process_results`."""
    corpus = load(row["dataset"], row["split"], row["revision"])
    return values_of(count_answer(corpus, row["doc_id"], results[0], DOCUMENT_LAYERS), row)


def count_story(row: dict[str, Any], results: Sequence[str]) -> dict[str, Any]:
    """Count an answer about a story, for `process_results`."""
    corpus = load(row["dataset"], row["split"], row["revision"])
    return values_of(count_story_answer(corpus, row["story"], results[0]), row)


def values_of(counted: Counted, row: dict[str, Any]) -> dict[str, Any]:
    """Name the values by metric.

    The error of a metric stands behind it under the name that the harness gives such errors, so
    that it takes the place of the N/A that it has for metrics of its users.
    """
    values: dict[str, Any] = {"valid": float(counted.is_valid)}
    for layer, counts in counted.counts.items():
        values[f"{layer}_f1"] = [row["story"], *counts]
        values[f"{layer}_f1_stderr"] = values[f"{layer}_f1"]
    return values


def sum_to_f1(values: Sequence[Value]) -> float:
    """Sum counts to F1."""
    return f1_of_counts(Counts(*value[1:]) for value in values)


def sum_to_stderr(values: Sequence[Value]) -> float:
    """Give the standard error of F1, clustered by story; the harness itself gives none."""
    return clustered_stderr([Counts(*v[1:]) for v in values], [v[0] for v in values])
