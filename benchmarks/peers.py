"""Run one scorer over gold.jsonl and predicted.jsonl: ours, published ones, and floors.

A floor is what cannot be undercut in Python: `decode` reads both files into records line by line
and drops them; `sets` also counts the mentions that both files have, by sets. Prints one JSON
object: the F1 of mentions by span and type, and the seconds from the files to it, imports left out.

Usage: python benchmarks/peers.py NAME GOLD PREDICTED
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from pledgewire.records import ENTITY_TYPES, Layers, StoryLayer

Scorer = Callable[[Path, Path], float | None]


class Gold(Layers, frozen=True, kw_only=True):
    """A line of the gold file, for the floors: all fields, as ours reads them."""

    text: str | None = None
    story_id: str | None = None


class PlainMention(msgspec.Struct, gc=False):
    """What span scorers look at."""

    start: int
    end: int
    type: str


class PlainDocument(msgspec.Struct, gc=False):
    """What span scorers look at in a document."""

    doc_id: str
    text: str = ""
    entities: tuple[PlainMention, ...] = ()


def read_both(
    gold: Path, predicted: Path, gold_type: type, predicted_type: type
) -> Iterator[tuple[Any, Any]]:
    """Decode two files of one order, line by line; None for the lines of stories."""
    decode_gold = msgspec.json.Decoder(gold_type).decode
    decode = msgspec.json.Decoder(predicted_type).decode
    decode_story = msgspec.json.Decoder(StoryLayer).decode
    with gold.open("rb") as golds, predicted.open("rb") as predictions:
        for line, other in zip(golds, predictions, strict=True):
            if line.startswith(b'{"story_id"'):
                decode_story(line)
                decode_story(other)
            else:
                yield decode_gold(line), decode(other)


def score_decode(gold: Path, predicted: Path) -> float | None:
    for _ in read_both(gold, predicted, Gold, Layers):
        pass
    return None


def score_sets(gold: Path, predicted: Path) -> float | None:
    hits = size = 0
    for document, found in read_both(gold, predicted, Gold, Layers):
        golds = {(m.start, m.end, m.type) for m in document.entities}
        mentions = {(m.start, m.end, m.type) for m in found.entities}
        hits += len(golds & mentions)
        size += len(golds) + len(mentions)
    return 2 * hits / size if size else None


def score_nervaluate(gold: Path, predicted: Path) -> float | None:
    from nervaluate.evaluator import Evaluator

    sides: tuple[list[Any], list[Any]] = ([], [])
    for pair in read_both(gold, predicted, PlainDocument, PlainDocument):
        for side, document in zip(sides, pair, strict=True):
            # Its ends are the last character, not the one after it.
            side.append(
                [{"label": m.type, "start": m.start, "end": m.end - 1} for m in document.entities]
            )
    evaluator = Evaluator(*sides, tags=list(ENTITY_TYPES), loader="dict")
    return evaluator.evaluate()["overall"]["strict"].f1


def score_seqeval(gold: Path, predicted: Path, *, strict: bool) -> float | None:
    from seqeval.metrics import classification_report
    from seqeval.scheme import IOB2

    golds, predictions = [], []
    for document, found in read_both(gold, predicted, PlainDocument, PlainDocument):
        golds.append(tag_words(document.text, document.entities))
        predictions.append(tag_words(document.text, found.entities))
    settings = {"mode": "strict", "scheme": IOB2} if strict else {}
    report = classification_report(golds, predictions, output_dict=True, **settings)
    return float(report["micro avg"]["f1-score"])


def tag_words(text: str, mentions: tuple[PlainMention, ...]) -> list[str]:
    """Tag the words of a text in which mentions are whole words and do not overlap."""
    starts, at = {}, 0
    for number, word in enumerate(text.split(" ")):
        starts[at] = number
        at += len(word) + 1
    tags = ["O"] * len(starts)
    for mention in mentions:
        first = starts[mention.start]
        words = text.count(" ", mention.start, mention.end)
        tags[first] = f"B-{mention.type}"
        tags[first + 1 : first + 1 + words] = [f"I-{mention.type}"] * words
    return tags


def score_ours(
    gold: Path,
    predicted: Path,
    *,
    level: str,
    workers: int = 1,
    layers: tuple[str, ...] | None = None,
    resamples: int = 10_000,
) -> float | None:
    from pledgewire.render.report import Report
    from pledgewire.stream import score_files

    settings = {"level": level, "workers": workers, "resamples": resamples}
    if layers is not None:
        settings["layers"] = layers
    scores = score_files(predicted, gold, **settings)
    Report(scores).to_json()
    return scores.f1("entities")


SPANS = ("entities",)
SCORERS: dict[str, Scorer] = {
    "decode": score_decode,
    "sets": score_sets,
    "pledgewire-headline": partial(score_ours, level="headline"),
    "pledgewire-headline-2": partial(score_ours, level="headline", workers=2),
    "pledgewire-all": partial(score_ours, level="all"),
    "pledgewire-all-2": partial(score_ours, level="all", workers=2),
    "pledgewire-spans": partial(score_ours, level="modes", layers=SPANS),
    "pledgewire-spans-2": partial(score_ours, level="modes", layers=SPANS, workers=2),
    "nervaluate": score_nervaluate,
    "seqeval": partial(score_seqeval, strict=False),
    "seqeval-strict": partial(score_seqeval, strict=True),
}
NEEDS = {"nervaluate": "nervaluate", "seqeval": "seqeval", "seqeval-strict": "seqeval"}


def is_installed(name: str) -> bool:
    return name not in NEEDS or find_spec(NEEDS[name]) is not None


def preload(name: str) -> None:
    """Import what a scorer needs, so that its seconds are its own."""
    if name.startswith("pledgewire"):
        import pledgewire.render.report
        import pledgewire.stream  # noqa: F401
    elif name == "nervaluate":
        import nervaluate.evaluator  # noqa: F401
    elif name.startswith("seqeval"):
        import seqeval.metrics
        import seqeval.scheme  # noqa: F401


def main() -> None:
    name, gold, predicted = sys.argv[1:]
    preload(name)
    start = time.perf_counter()
    f1 = SCORERS[name](Path(gold), Path(predicted))
    print(json.dumps({"f1": f1, "seconds": time.perf_counter() - start}))


if __name__ == "__main__":
    main()
