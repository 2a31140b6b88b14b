"""Run an extractor over files of any size, story by story, in this process or on many machines.

Lines are those of `SourceLine`; a file of gold will do, its layers are passed over. Predictions are
written in parts, each whole or not at all, with names and bytes that do not depend on who wrote
them: a part whose worker died is written again by another.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from pledgewire import jsonl
from pledgewire.engines import Engine, InProcess
from pledgewire.extract import Extractor, make_extractor
from pledgewire.problems import DataError, Problem
from pledgewire.records import Issue, Layers, Source, StoryLayer
from pledgewire.run import MANIFEST
from pledgewire.stream import index_job, join_lines, join_side
from pledgewire.stream_count import Stretch
from pledgewire.stream_index import (
    MOST_SHOWN,
    Index,
    Places,
    Shards,
    empty_file,
    list_shards,
    open_bytes,
    open_lines,
)
from pledgewire.version import __version__

PART = "part-{:05d}.jsonl"


class SourceLine(msgspec.Struct):
    """What an extractor may see of a document; other fields of the line are passed over.

    Documents that name one story are linked; one without a story stands alone.
    """

    doc_id: str
    text: str
    story_id: str | None = None
    published: str = ""
    issues: tuple[Issue, ...] = ()

    def source(self) -> Source:
        return Source(
            doc_id=self.doc_id,
            story_id=self.story_id or self.doc_id,
            text=self.text,
            published=self.published,
            issues=self.issues,
        )


class Job(NamedTuple):
    """The units of one part: where their lines stand, and what the part is called."""

    number: int
    stretch: Stretch


@dataclass
class Done:
    """What came of some parts. Parts add up in their order."""

    documents: int = 0
    stories: int = 0
    parts: int = 0
    problems: list[Problem] = field(default_factory=list)


def run_files(
    name: str,
    sources: Path,
    out: Path,
    *,
    engine: Engine | None = None,
) -> Done:
    """Run an installed extractor over a file, or the files `*.jsonl` of a folder.

    Writes `part-00000.jsonl` and so on, and a manifest, into a new or empty folder. Workers of an
    engine read and write the files themselves, under the same paths.
    Raises: DataError for faulty lines; ValueError for an extractor that is not installed or reads
    gold, and for a folder that is not empty.
    """
    if getattr(load_extractor(name), "reads_gold", False):
        raise ValueError(f"expected an extractor that reads texts, got {name!r}, which reads gold")
    if out.exists() and any(out.iterdir()):
        raise ValueError(f"expected an empty or new folder, got {out}")
    engine = engine if engine is not None else InProcess()
    begun = time.perf_counter()
    index, shards, jobs = make_jobs(sources, engine)
    out.mkdir(parents=True, exist_ok=True)
    done = engine.total(partial(run_job, name, sources, out), jobs, add_done) or Done()
    if done.problems:
        raise DataError(relocate(problem, shards) for problem in done.problems)
    seconds = time.perf_counter() - begun
    manifest = {
        "system": name,
        "pledgewire": __version__,
        "python": platform.python_version(),
        "sources": {"sha256": index.sha256, "documents": done.documents, "stories": done.stories},
        "parts": done.parts,
        "seconds": round(seconds, 3),
    }
    content = msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
    jsonl.write_bytes(out / MANIFEST, content)
    return done


def relocate(problem: Problem, shards: Shards | None) -> Problem:
    """Give a problem of a folder's line with the file of the line and its number there."""
    if shards is None:
        return problem
    path, line = shards.locate(problem.line)
    return problem._replace(path=str(path), line=line)


def make_jobs(sources: Path, engine: Engine) -> tuple[Index, Shards | None, list[Job]]:
    """Index the lines and group them by story. Raises: DataError for faulty or repeated ids."""
    shown = str(sources)
    shards = list_shards(sources)
    for shard in shards:
        open_bytes(shard, str(shard)).close()
    kinds = (SourceLine, SourceLine)
    indexes = engine.each(index_job, [(shard, str(shard), kinds) for shard in shards])
    index, joined = join_side(sources, indexes)
    problems = list(index.problems)
    repeated = index.documents.repeated()
    if len(repeated):
        mend = "give each document one line"
        message = f"{len(repeated)} lines have the doc_id of an earlier line"
        problems.append(Problem(shown, 0, "doc_id", "duplicate-id", message, mend))
    if not (len(index.documents) or problems):
        problems.append(empty_file(shown))
    if problems:
        raise DataError(problems)
    nothing = Index(Places(), Places(), "")
    plan = join_lines(index, nothing)
    jobs = [Job(number, stretch) for number, stretch in enumerate(plan.stretches())]
    return index, joined, jobs


@lru_cache(maxsize=4)
def load_extractor(name: str) -> Extractor:
    """Build an extractor once a process."""
    return make_extractor(name)


def run_job(name: str, sources: Path, out: Path, job: Job) -> Done:
    """Run an extractor over the units of one part and write the part."""
    done = Done(parts=1)
    records: list[Any] = []
    extractor = load_extractor(name)
    for members in read_units(sources, job.stretch, done.problems):
        layers = [extractor.extract(source) for source in members]
        records += layers
        done.documents += len(layers)
        if members[0].story_id != members[0].doc_id:
            records += link_story(extractor, members, layers)
            done.stories += 1
    jsonl.write_records(out / PART.format(job.number), records)
    done.problems = sorted(done.problems)[:MOST_SHOWN]
    return done


def link_story(
    extractor: Extractor, members: Sequence[Source], layers: Sequence[Layers]
) -> list[StoryLayer]:
    story_id = members[0].story_id
    clusters = extractor.link(story_id, members, layers)
    return [] if clusters is None else [StoryLayer(story_id=story_id, clusters=clusters)]


def read_units(path: Path, stretch: Stretch, problems: list[Problem]) -> Iterator[list[Source]]:
    """Yield the documents of each unit, sorted by id; faulty lines are noted and left out."""
    reader, first = open_lines(path), 0
    decode = jsonl.decoder_of(SourceLine).decode
    try:
        for end in stretch.ends.tolist():
            members: list[Source] = []
            for offset, size, number in stretch.gold[first:end].tolist():
                line = reader.read(offset, size)
                try:
                    members.append(decode(line).source())
                except (msgspec.DecodeError, UnicodeDecodeError) as error:
                    mend = "give doc_id, text and, if it is of a story, story_id"
                    problems.append(Problem(str(path), number, "", "no-source", str(error), mend))
            first = end
            if members:
                yield sorted(members, key=lambda source: source.doc_id)
    finally:
        reader.close()


def add_done(parts: Sequence[Done]) -> Done:
    """Add up what came of parts that follow each other."""
    return Done(
        documents=sum(part.documents for part in parts),
        stories=sum(part.stories for part in parts),
        parts=sum(part.parts for part in parts),
        problems=sorted({p for part in parts for p in part.problems})[:MOST_SHOWN],
    )
