"""Score files of any size: two passes over gold and prediction, and only sums are kept.

Gold and prediction may be folders of files too, and the work may be done by an engine on many
machines.

The first pass indexes both files: for each line a hash of its id and where it stands. From the
indexes follows which lines belong together, in whatever order they come, and which ids are there
twice, unknown or missing. The second pass decodes, checks and counts the lines story by story, in
stretches that may go to several processes or machines. Sums keep every bit, so that neither the
order of the files nor the number of workers changes a digit.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice, starmap
from os import PathLike
from pathlib import Path

import numpy as np

from pledgewire.counts import Counts
from pledgewire.engines import Engine
from pledgewire.metrics.figures import RTOL
from pledgewire.problems import DataError, Problem
from pledgewire.records import LAYERS
from pledgewire.resample import Method, bootstrap_interval, f1_of, mean_f1_of
from pledgewire.scoring import (
    HEADLINE,
    RESAMPLES,
    SEED,
    InputFacts,
    LayerScore,
    Scores,
    Settings,
    sign_score,
)
from pledgewire.stream_count import (
    LEVELS,
    Part,
    Stretch,
    Task,
    add_parts,
    count_stretch,
    count_stretches,
)
from pledgewire.stream_index import (
    MOST_SHOWN,
    Index,
    Places,
    Shards,
    empty_file,
    index_lines,
    join_indexes,
    list_shards,
    open_bytes,
    open_lines,
    read_ids,
)
from pledgewire.stream_lines import GOLD_KINDS, PREDICTION_KINDS, GoldLine

DOCUMENTS_A_STRETCH = 500
STRETCHES_A_TASK = 4
"""Stretches that a worker of an engine counts at a time: some seconds of work, a few MB of text."""
MANY_BYTES = 32_000_000
"""Size of both files from which the command line uses every core."""


class ManyProblemsError(DataError):
    """The first problems of files that may have any number; `total` counts all of them."""

    def __init__(self, problems: Iterable[Problem], total: int) -> None:
        super().__init__(problems)
        self.problems = self.problems[:MOST_SHOWN]
        self.total = total


@dataclass(frozen=True)
class GoldFile:
    """What a report says of the gold in a file; the documents themselves are not kept."""

    sha256: str
    gold: Sized
    version: str
    track: str = "file"
    split: str = "all"
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class StreamFacts(InputFacts):
    """Facts of an input of which only the first strings without a place are kept."""

    lost: Mapping[str, int] = field(default_factory=dict)

    def ungrounded_share(self, layer: str) -> float:
        asked = self.asked.get(layer, 0)
        return self.lost.get(layer, 0) / asked if asked else 0.0


def score_files(
    predictions: str | PathLike[str],
    gold: str | PathLike[str],
    *,
    layers: Sequence[str] = LAYERS,
    level: str = "all",
    workers: int = 1,
    resamples: int = RESAMPLES,
    seed: int = SEED,
    rtol: float = RTOL,
    interval: Method = "percentile",
    name: str | None = None,
    engine: Engine | None = None,
) -> Scores:
    """Score a prediction file against a file of gold: `GoldLine` and `StoryLayer`, one a line.

    Either may be a folder: its files `*.jsonl` are then read as one. With an engine its workers
    index and count, and read the files themselves, under the same paths.

    `level` is `headline` (nothing but what the headlines need), `modes` (all but the identity of
    entities and the claims of stories) or `all`. Ids and names are those of the two files alone.
    With the entities alone in `layers` the others are not looked into.
    Raises: DataError with the first MOST_SHOWN faults of both files; ValueError for settings.
    """
    settings = Settings(resamples, seed, rtol, interval)
    check_choices(layers, level, workers)
    gold_path, path = Path(gold), Path(predictions)
    task = Task(gold_path, path, str(gold_path), str(path), tuple(layers), level, rtol)
    if engine is not None:
        plan, part = make_plan(task, engine=engine)
        counted = engine.total(partial(count_stretches, task), plan.tasks(), add_parts)
        rows = counted.rows
        part.merge(counted)
        return finish(plan, part, rows, task, settings, name)
    with open_pool(workers) as pool:
        plan, part = make_plan(task, pool)
        rows = np.zeros((plan.n_units, len(LAYERS), 4), dtype=np.int32)
        at = 0
        for found in count_all(task, plan.stretches(), pool, workers):
            rows[at : at + len(found.rows)] = found.rows
            at += len(found.rows)
            part.merge(found)
    return finish(plan, part, rows, task, settings, name)


def finish(
    plan: Plan, part: Part, rows: np.ndarray, task: Task, settings: Settings, name: str | None
) -> Scores:
    """Turn what was counted into scores. Raises: DataError if there were problems."""
    if part.n_problems:
        raise ManyProblemsError(plan.relocate(part.problems, task), part.n_problems)
    corpus = GoldFile(plan.sha256, range(len(plan.order)), plan.sha256)
    path = task.predicted
    default_name = path.parent.name if path.stem == "predictions" else path.stem
    return make_scores(name or default_name, corpus, part, rows, task, settings)


def check_choices(layers: Sequence[str], level: str, workers: int) -> None:
    unknown = [layer for layer in layers if layer not in LAYERS]
    if unknown:
        raise ValueError(f"expected layers, got {unknown}, allowed: {', '.join(LAYERS)}")
    if level not in LEVELS:
        raise ValueError(f"expected a level, got {level!r}, allowed: {', '.join(LEVELS)}")
    if workers < 1:
        raise ValueError(f"expected 1 worker or more, got {workers}")


def count_cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def choose_workers(*paths: Path) -> int:
    """Choose one worker for small files and one a core for large ones."""
    shards = [shard for path in paths for shard in list_shards(path) if shard.is_file()]
    size = sum(shard.stat().st_size for shard in shards)
    return count_cores() if size >= MANY_BYTES else 1


@contextmanager
def open_pool(workers: int) -> Iterator[ProcessPoolExecutor | None]:
    """Start processes while this one is still small, as they may share its memory."""
    if workers == 1:
        yield None
        return
    with ProcessPoolExecutor(workers) as pool:
        yield pool


def count_all(
    task: Task, stretches: Iterator[Stretch], pool: ProcessPoolExecutor | None, workers: int
) -> Iterator[Part]:
    """Count stretches, in their order; in a pool only a few are under way at once."""
    if pool is None:
        for stretch in stretches:
            yield count_stretch(task, stretch)
        return
    pending = deque(pool.submit(count_stretch, task, s) for s in islice(stretches, 2 * workers))
    while pending:
        yield pending.popleft().result()
        pending.extend(pool.submit(count_stretch, task, s) for s in islice(stretches, 1))


@dataclass(frozen=True)
class Plan:
    """Which lines belong together. Shape: `order` (documents,) lists gold's lines unit by unit.

    `predicted_at` gives for each the line of its prediction. `ends[u]` is the number of documents
    up to the end of unit u; the last two arrays give the lines of its story layers. Lines that are
    not there are NOWHERE.
    """

    gold: Index
    predicted: Index
    order: np.ndarray
    predicted_at: np.ndarray
    ends: np.ndarray
    is_story: np.ndarray
    gold_stories_at: np.ndarray
    predicted_stories_at: np.ndarray
    gold_shards: Shards | None = None
    predicted_shards: Shards | None = None

    def relocate(self, problems: Iterable[Problem], task: Task) -> Iterator[Problem]:
        """Give problems of lines of a folder with the file of the line and its number there."""
        shards_of = {
            task.shown_gold: self.gold_shards,
            task.shown_predicted: self.predicted_shards,
        }
        for problem in problems:
            shards = shards_of.get(problem.path)
            if shards is not None and problem.line:
                path, line = shards.locate(problem.line)
                yield problem._replace(path=str(path), line=line)
            else:
                yield problem

    def tasks(self) -> Iterator[list[Stretch]]:
        """Give the stretches in groups, one a task of an engine."""
        stretches = self.stretches()
        while group := list(islice(stretches, STRETCHES_A_TASK)):
            yield group

    @property
    def n_units(self) -> int:
        return len(self.ends)

    @property
    def sha256(self) -> str:
        return self.gold.sha256

    def stretches(self) -> Iterator[Stretch]:
        """Cut into stretches of whole units, of about as many documents each."""
        first_unit = first = 0
        while first_unit < self.n_units:
            wanted = first + DOCUMENTS_A_STRETCH
            last_unit = min(int(np.searchsorted(self.ends, wanted)), self.n_units - 1)
            end, units = int(self.ends[last_unit]), slice(first_unit, last_unit + 1)
            yield Stretch(
                self.gold.documents.take(self.order[first:end]),
                self.predicted.documents.take(self.predicted_at[first:end]),
                self.ends[units] - first,
                self.is_story[units],
                self.gold.stories.take(self.gold_stories_at[units]),
                self.predicted.stories.take(self.predicted_stories_at[units]),
            )
            first_unit, first = last_unit + 1, end


def make_plan(
    task: Task, pool: ProcessPoolExecutor | None = None, engine: Engine | None = None
) -> tuple[Plan, Part]:
    """Index both files and join their lines; faults of ids go into the part that comes back.

    Raises: DataError when a file cannot be read, or holds nothing.
    """
    sides = ((task.gold, task.shown_gold), (task.predicted, task.shown_predicted))
    jobs = [
        (shard, str(shard) if path.is_dir() else shown, kinds)
        for (path, shown), kinds in zip(sides, (GOLD_KINDS, PREDICTION_KINDS), strict=True)
        for shard in list_shards(path)
    ]
    for shard, shown, _ in jobs:
        open_bytes(shard, shown).close()
    if engine is not None:
        indexes = engine.each(index_job, jobs)
    elif pool is None:
        indexes = list(starmap(index_lines, jobs))
    else:
        indexes = [f.result() for f in [pool.submit(index_lines, *job) for job in jobs]]
    n_gold = len(list_shards(task.gold))
    gold, gold_shards = join_side(task.gold, indexes[:n_gold])
    predicted, predicted_shards = join_side(task.predicted, indexes[n_gold:])
    part = Part()
    for (path, shown), index, shards in zip(
        sides, (gold, predicted), (gold_shards, predicted_shards), strict=True
    ):
        if not (len(index.documents) or len(index.stories) or index.problems):
            raise DataError([empty_file(shown)])
        part.problems += index.problems
        part.n_problems += index.n_problems
        report_repeated(path, shown, "doc_id", index.documents, shards, part)
        report_repeated(path, shown, "story_id", index.stories, shards, part)
    report_unknown(task, "doc_id", predicted.documents, hashes(gold.documents.keys), part)
    stories = np.concatenate([hashes(gold.documents.stories), hashes(gold.stories.keys)])
    report_unknown(task, "story_id", predicted.stories, stories, part)
    joined = join_lines(gold, predicted)
    plan = replace(joined, gold_shards=gold_shards, predicted_shards=predicted_shards)
    for places in (gold.documents, gold.stories, predicted.documents, predicted.stories):
        places.forget_ids()
    return plan, part


def index_job(job: tuple[Path, str, tuple[type, type]]) -> Index:
    return index_lines(*job)


def join_side(path: Path, indexes: Sequence[Index]) -> tuple[Index, Shards | None]:
    """Join the indexes of a folder's files; that of a file is itself."""
    if not path.is_dir():
        return indexes[0], None
    return join_indexes(list_shards(path), indexes)


def hashes(keys: Sequence[int]) -> np.ndarray:
    return np.asarray(keys, dtype=np.uint64)


def join_lines(gold: Index, predicted: Index) -> Plan:
    """Group gold's documents by story, in the order of the file, and find their predictions."""
    keys, stories = hashes(gold.documents.keys), hashes(gold.documents.stories)
    # A document without a story is a unit by itself, under a key that no story has.
    own = np.where(stories == 0, ~keys, stories)
    units, first = np.unique(np.concatenate([own, hashes(gold.stories.keys)]), return_index=True)
    in_order = np.argsort(first, kind="stable")
    rank = np.empty(len(units), dtype=np.int32)
    rank[in_order] = np.arange(len(units))
    unit_of = rank[np.searchsorted(units, own)]
    order = np.argsort(unit_of, kind="stable")
    unit_keys = units[in_order]
    named = np.concatenate([stories[stories != 0], hashes(gold.stories.keys)])
    return Plan(
        gold=gold,
        predicted=predicted,
        order=order.astype(np.int32),
        predicted_at=predicted.documents.find(keys[order]).astype(np.int32),
        ends=np.cumsum(np.bincount(unit_of, minlength=len(units))),
        is_story=np.isin(unit_keys, named),
        gold_stories_at=gold.stories.find(unit_keys).astype(np.int32),
        predicted_stories_at=predicted.stories.find(unit_keys).astype(np.int32),
    )


def report_repeated(
    path: Path, shown: str, name: str, places: Places, shards: Shards | None, part: Part
) -> None:
    """Note every line whose id stands on an earlier line too."""
    repeated = places.repeated()
    part.n_problems += len(repeated)
    for at, first in repeated[:MOST_SHOWN].tolist():
        where = f"line {places[first].number}"
        if shards is not None:
            file, line = shards.locate(places[first].number)
            where = f"line {line} of {file.name}"
        part.problems.append(
            Problem(
                shown,
                places[at].number,
                name,
                "duplicate-id",
                f"{read_id(path, places, at, name)!r} stands on {where} too",
                "write one line a document and one line a story",
            )
        )


def report_unknown(task: Task, name: str, places: Places, known: np.ndarray, part: Part) -> None:
    """Note every line of the prediction whose id gold does not have."""
    what = "document" if name == "doc_id" else "story"
    lines = np.flatnonzero(~np.isin(np.asarray(places.keys, dtype=np.uint64), known))
    part.n_problems += len(lines)
    for at in lines[:MOST_SHOWN].tolist():
        key = read_id(task.predicted, places, at, name)
        part.problems.append(
            Problem(
                task.shown_predicted,
                places[at].number,
                name,
                f"unknown-{what}",
                f"no {what} has the id {key!r}",
                f"use an id of {task.shown_gold}",
            )
        )


def read_id(path: Path, places: Places, at: int, name: str) -> str:
    reader = open_lines(path)
    try:
        ids = read_ids(reader.read(places[at].offset, places[at].size))
    finally:
        reader.close()
    return (ids[name == "story_id"] or b"").decode() if ids is not None else ""


def make_scores(
    name: str, corpus: GoldFile, part: Part, rows: np.ndarray, task: Task, settings: Settings
) -> Scores:
    """Turn sums into scores, as `scoring.score_prediction` does."""
    drawing = {
        "resamples": settings.resamples,
        "seed": settings.seed,
        "method": settings.interval,
    }
    attempted = [layer for layer in LAYERS if layer in part.attempted and layer in task.layers]
    results: dict[str, LayerScore | None] = dict.fromkeys(LAYERS)
    for layer in attempted:
        details = part.sums[layer].tally()
        results[layer] = LayerScore(
            counts=details.get(HEADLINE[layer], Counts()),
            interval=bootstrap_interval(rows[:, LAYERS.index(layer)], f1_of, **drawing),
            details=details,
        )
    scores = [result.f1 if result else None for result in results.values()]
    whole = None not in scores
    signature = sign_score(corpus, len(corpus.gold), len(rows), attempted, settings)
    return Scores(
        system=name,
        signature=signature,
        settings=settings,
        corpus=corpus,
        layers=results,
        overall=sum(scores) / len(scores) if whole else None,
        overall_interval=bootstrap_interval(rows, mean_f1_of, **drawing) if whole else None,
        input=StreamFacts(
            duplicates=part.duplicates,
            missing_documents=tuple(sorted(part.missing)),
            elsewhere=0,
            asked=part.asked,
            ungrounded=tuple(sorted(part.ungrounded, key=lambda lost: lost.doc_id)),
            normalised_values=part.normalised_values,
            lost=part.lost,
        ),
        documents={},
        stories=rows,
        grounded={},
        clusters={},
    )


__all__ = ["GoldLine", "score_files"]
