"""Run an extractor over a track and split and write what it predicts."""

from __future__ import annotations

import platform
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from pledgewire import jsonl
from pledgewire.corpus import Corpus
from pledgewire.extract import Extractor
from pledgewire.records import Layers, StoryLayer
from pledgewire.version import __version__

PREDICTIONS = "predictions.jsonl"
MANIFEST = "manifest.json"
Progress = Callable[[str, int], AbstractContextManager[Callable[[], None]]]


@contextmanager
def silent(label: str, total: int) -> Iterator[Callable[[], None]]:
    """Show nothing: the progress of a run in a test or a library call."""
    yield lambda: None


@dataclass(frozen=True)
class Run:
    """What one extractor predicted, and how long that took. Units: seconds, MiB."""

    system: str
    documents: tuple[Layers, ...]
    stories: tuple[StoryLayer, ...]
    seconds: float
    peak_memory: float

    def records(self) -> list[Any]:
        return [*self.documents, *self.stories]


def run_extractor(
    name: str, extractor: Extractor, corpus: Corpus, progress: Progress = silent
) -> Run:
    """Extract every document of a corpus, then link each story."""
    if getattr(extractor, "reads_gold", False):
        extractor.give_gold(corpus)  # type: ignore[attr-defined]
    begun = time.perf_counter()
    documents: dict[str, Layers] = {}
    with progress(f"{name} on {corpus.track}/{corpus.split}", len(corpus.documents)) as advance:
        for doc_id in corpus.documents:
            documents[doc_id] = extractor.extract(corpus.source(doc_id))
            advance()
    by_story: dict[str, list[str]] = defaultdict(list)
    for doc_id, document in corpus.documents.items():
        by_story[document.story].append(doc_id)
    stories = []
    for story_id, doc_ids in sorted(by_story.items()):
        clusters = extractor.link(
            story_id, [corpus.source(d) for d in doc_ids], [documents[d] for d in doc_ids]
        )
        if clusters is not None:
            stories.append(StoryLayer(story_id=story_id, clusters=clusters))
    return Run(
        system=name,
        documents=tuple(documents.values()),
        stories=tuple(stories),
        seconds=time.perf_counter() - begun,
        peak_memory=peak_memory_mib(),
    )


def peak_memory_mib() -> float:
    """Give the peak resident memory of this process so far; the kernel counts in KiB on Linux
    and in bytes on macOS."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def write_run(run: Run, corpus: Corpus, out: Path) -> None:
    """Write predictions and a manifest that says how they were made."""
    jsonl.write_records(out / PREDICTIONS, run.records())
    manifest = {
        "system": run.system,
        "pledgewire": __version__,
        "python": platform.python_version(),
        "data": {
            "version": corpus.version,
            "sha256": corpus.sha256,
            "track": corpus.track,
            "split": corpus.split,
        },
        "documents": len(run.documents),
        "seconds": round(run.seconds, 3),
        "documents_per_second": round(len(run.documents) / run.seconds, 1) if run.seconds else None,
        "peak_memory_mib": round(run.peak_memory, 1),
    }
    jsonl.write_bytes(
        out / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
    )
