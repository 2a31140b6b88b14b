"""The Python interface: read a prediction, score it, get a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import msgspec

from pledgewire import jsonl
from pledgewire.checks.predictions import build_prediction
from pledgewire.comparison import Comparison
from pledgewire.comparison import compare as compare_scores
from pledgewire.corpus import Corpus
from pledgewire.loading import load_corpus, read_keyed
from pledgewire.metrics.figures import RTOL
from pledgewire.prediction import Prediction
from pledgewire.problems import DataError, Problem, raise_if_any
from pledgewire.records import LAYERS, Document, Layers, StoryLayer
from pledgewire.render.report import Report
from pledgewire.resample import Method
from pledgewire.scoring import RESAMPLES, SEED, score_prediction

PredictionLike = str | PathLike[str] | Iterable[Layers | StoryLayer | Mapping[str, Any]]


def score(
    predictions: PredictionLike,
    *,
    track: str = "wire",
    split: str = "test",
    data: str | PathLike[str] | None = None,
    press: str | PathLike[str] | None = None,
    layers: Sequence[str] = LAYERS,
    resamples: int = RESAMPLES,
    seed: int = SEED,
    rtol: float = RTOL,
    interval: Method = "percentile",
    name: str | None = None,
) -> Report:
    """Score a prediction: a file of JSON Lines, or documents and stories as records or dicts.

    Raises: DataError that lists every fault of the data or the prediction; ValueError for an
    unknown track, split or layer.
    """
    corpus = load_corpus(as_path(data), track=track, split=split, press=as_path(press))
    prediction = read_prediction(predictions, corpus, name=name)
    return Report(
        score_prediction(
            corpus,
            prediction,
            layers=layers,
            resamples=resamples,
            seed=seed,
            rtol=rtol,
            interval=interval,
        )
    )


def read_prediction(
    predictions: PredictionLike, corpus: Corpus, *, name: str | None = None
) -> Prediction:
    """Read and check a prediction. Raises: DataError with every fault found."""
    problems: list[Problem] = []
    if isinstance(predictions, (str, PathLike)):
        path = Path(predictions)
        shown = str(path)
        lines = jsonl.read_predictions(path, shown, problems)
        name = name or (path.parent.name if path.stem == "predictions" else path.stem)
    else:
        shown = name = name or "predictions"
        lines = lines_of(predictions, shown, problems)
    prediction = build_prediction(
        name or shown, lines, corpus, known_documents(corpus.root), problems, shown
    )
    raise_if_any(problems)
    return prediction


def lines_of(records: Iterable[Any], shown: str, problems: list[Problem]) -> list[jsonl.Line]:
    """Number records from 1, decoding those that are plain dicts."""
    lines = []
    for number, record in enumerate(records, start=1):
        if not isinstance(record, (Layers, StoryLayer)):
            try:
                encoded = msgspec.json.encode(record)
            except (TypeError, ValueError) as error:
                problems.append(
                    Problem(shown, number, "", "wrong-type", str(error), "give plain JSON values")
                )
                continue
            record = jsonl.decode_line(encoded, (Layers, StoryLayer), shown, number, problems)
        if record is not None:
            lines.append(jsonl.Line(number, record))
    return lines


def known_documents(root: Path) -> dict[str, str]:
    """Map every document id of the data to its story."""
    problems: list[Problem] = []
    documents = read_keyed(root, "corpus/documents.jsonl", Document, "id", problems)
    raise_if_any(problems)
    return {doc_id: document.story for doc_id, document in documents.items()}


def as_path(value: str | PathLike[str] | None) -> Path | None:
    return None if value is None else Path(value)


def compare(a: Report, b: Report, *, resamples: int = RESAMPLES, seed: int = SEED) -> Comparison:
    """Compare two systems scored on the same data; see `comparison.compare`."""
    return compare_scores(a.scores, b.scores, resamples=resamples, seed=seed)


__all__ = ["DataError", "Report", "compare", "load_corpus", "read_prediction", "score"]
