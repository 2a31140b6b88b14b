"""Count a stretch of two files: decode, check, ground and count, and keep sums alone."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np

from pledgewire import jsonl
from pledgewire.counts import Counts
from pledgewire.grounding import Grounded, Ungrounded, ground
from pledgewire.matching import Edge
from pledgewire.metrics import figures as figure_metrics
from pledgewire.metrics import stances as stance_metrics
from pledgewire.metrics.claims import count_claims
from pledgewire.metrics.crossdoc import align_figures, count_crossdoc, count_pairs
from pledgewire.metrics.entities import count_strict, count_strict_hits, find_outcomes
from pledgewire.metrics.entity_layer import (
    count_document_identity,
    count_story_entities,
    identity_tally,
    join_entities,
    tally_entities,
)
from pledgewire.metrics.identity import Joined, count_joined, merge_joined
from pledgewire.metrics.tally import TallySum
from pledgewire.problems import Problem
from pledgewire.records import LAYERS, Layers, StoryLayer
from pledgewire.resolve import GoldNames, Resolver
from pledgewire.scoring import HEADLINE, count_duplicates
from pledgewire.stream_index import MOST_SHOWN, LineReader, ShardReader, open_lines
from pledgewire.stream_lines import (
    GOLD_KINDS,
    PREDICTION_KINDS,
    EntityLine,
    GoldEntityLine,
    GoldLine,
    find_line_faults,
    find_story_faults,
    is_in_order,
)

LEVELS = ("headline", "modes", "all")
KEYS = (
    ("entities", attrgetter("start", "end", "type")),
    ("figures", attrgetter("start", "end", "kind")),
    ("stances", attrgetter("holder", "issue_id")),
)


class Task(NamedTuple):
    """What to count and how; the same for every stretch."""

    gold: Path
    predicted: Path
    shown_gold: str
    shown_predicted: str
    layers: tuple[str, ...]
    level: str
    rtol: float


class Stretch(NamedTuple):
    """The lines of some units, whole. Shape: places are (lines, 3), of size 0 where there is none.

    Documents `ends[u - 1]` to `ends[u]` are those of unit u. A unit that `is_story` has metrics of
    its own; any other is a single document.
    """

    gold: np.ndarray
    predicted: np.ndarray
    ends: np.ndarray
    is_story: np.ndarray
    gold_stories: np.ndarray
    predicted_stories: np.ndarray


@dataclass
class Part:
    """What is kept of some units: integers a unit, sums, and what the maker should know.

    Shape: `rows` is (units, layers, 4), the counts of the headlines.
    """

    rows: np.ndarray = field(default_factory=lambda: np.zeros((0, len(LAYERS), 4), dtype=np.int32))
    sums: dict[str, TallySum] = field(default_factory=lambda: {n: TallySum() for n in LAYERS})
    attempted: set[str] = field(default_factory=set)
    duplicates: int = 0
    normalised_values: int = 0
    missing: list[str] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    ungrounded: list[Ungrounded] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    n_problems: int = 0

    def merge(self, other: Part) -> None:
        """Add all of another part but its rows."""
        for layer, sums in other.sums.items():
            self.sums[layer].merge(sums)
        self.attempted |= other.attempted
        self.duplicates += other.duplicates
        self.normalised_values += other.normalised_values
        self.missing += other.missing
        self.asked += other.asked
        self.lost += other.lost
        self.ungrounded = (self.ungrounded + other.ungrounded)[:MOST_SHOWN]
        self.problems = sorted({*self.problems, *other.problems})[:MOST_SHOWN]
        self.n_problems += other.n_problems


def count_stretches(task: Task, stretches: Sequence[Stretch]) -> Part:
    """Count several stretches that follow each other into one part."""
    return add_parts([count_stretch(task, stretch) for stretch in stretches])


def add_parts(parts: Sequence[Part]) -> Part:
    """Add parts that follow each other, their rows one after the other."""
    whole = Part()
    for part in parts:
        whole.merge(part)
    whole.rows = np.concatenate([whole.rows, *(part.rows for part in parts)])
    return whole


def count_stretch(task: Task, stretch: Stretch) -> Part:
    """Count the units of a stretch."""
    with no_collector():
        counter = StretchCounter(task, stretch)
        try:
            return counter.count()
        finally:
            counter.close()


@contextmanager
def no_collector() -> Iterator[None]:
    """Switch the cycle collector off: what is read makes no cycles, and looking costs a fifth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class StretchCounter:
    """Goes through a stretch unit by unit."""

    def __init__(self, task: Task, stretch: Stretch) -> None:
        self.task, self.stretch = task, stretch
        self.gold, self.predicted = open_lines(task.gold), open_lines(task.predicted)
        self.part = Part()
        self.problems: list[Problem] = []
        self.outcomes: dict[str, list[Any]] = {layer: [] for layer in LAYERS[:3]}
        self.chosen = [layer in task.layers for layer in LAYERS]
        self.is_headline = task.level == "headline"
        alone = task.layers == ("entities",)
        self.decode_gold = jsonl.decoder_of(GoldEntityLine if alone else GoldLine).decode
        self.decode_predicted = jsonl.decoder_of(EntityLine if alone else Layers).decode

    def close(self) -> None:
        self.gold.close()
        self.predicted.close()

    def count(self) -> Part:
        stretch, part = self.stretch, self.part
        gold, predicted = stretch.gold.tolist(), stretch.predicted.tolist()
        gold_stories, stories = stretch.gold_stories.tolist(), stretch.predicted_stories.tolist()
        rows, first = [], 0
        for unit, end in enumerate(stretch.ends.tolist()):
            row = [0] * (4 * len(LAYERS))
            pairs = list(map(self.read_document, gold[first:end], predicted[first:end]))
            first = end
            counted = [self.count_document(*pair, row) for pair in pairs if pair is not None]
            if stretch.is_story[unit] and None not in pairs:
                self.count_story(counted, gold_stories[unit], stories[unit], row)
            rows.append(row)
        part.rows = np.array(rows, dtype=np.int32).reshape(-1, len(LAYERS), 4)
        self.tally_outcomes()
        problems = set(self.problems)
        part.n_problems = len(problems)
        part.problems = sorted(problems)[:MOST_SHOWN]
        return part

    def tally_outcomes(self) -> None:
        if self.is_headline:
            totals = self.part.rows.sum(axis=0, dtype=np.int64).tolist()
            for at, layer in enumerate(LAYERS):
                self.part.sums[layer].add({HEADLINE[layer]: Counts(*totals[at])})
            return
        for layer, tally in (
            ("entities", tally_entities),
            ("figures", figure_metrics.tally_figures),
            ("stances", stance_metrics.tally_stances),
        ):
            self.part.sums[layer].add(tally(Counter(self.outcomes[layer])))

    def read_document(
        self, gold_place: list[int], predicted_place: list[int]
    ) -> tuple[GoldLine, Layers | None] | None:
        """Decode, check and ground one document; None if a line of it is at fault."""
        shown = self.task.shown_gold
        gold = self.decode(self.gold, gold_place, self.decode_gold, GOLD_KINDS, shown)
        if gold is None:
            return None
        sound = self.check(gold, gold.text, gold_place[2], is_gold=True)
        if not predicted_place[1]:
            self.part.missing.append(gold.doc_id)
            return (gold, None) if sound else None
        shown = self.task.shown_predicted
        predicted = self.decode(
            self.predicted, predicted_place, self.decode_predicted, PREDICTION_KINDS, shown
        )
        if predicted is None:
            return None
        if gold.doc_id != predicted.doc_id:
            self.problems.append(name_twice(shown, predicted_place[2], predicted.doc_id))
            return None
        if not is_in_order(predicted, gold.text):
            if not self.check(predicted, gold.text, predicted_place[2], is_gold=False):
                return None
            self.part.normalised_values += sum(
                figure.value is not None for figure in predicted.figures or ()
            )
            predicted = self.ground(predicted, gold)
            self.part.duplicates += count_duplicates(predicted)
        else:
            self.part.duplicates += count_repeats(predicted)
        return (gold, predicted) if sound else None

    def decode(
        self,
        reader: LineReader | ShardReader,
        place: list[int],
        decode: Callable[[bytes], Any],
        kinds: tuple[type, type],
        shown: str,
    ) -> Any:
        offset, size, number = place
        line = reader.read(offset, size)
        try:
            return decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            jsonl.decode_line(line.rstrip(b"\n"), kinds[:1], shown, number, self.problems)
            return None

    def check(self, layers: Layers, text: str | None, number: int, *, is_gold: bool) -> bool:
        """Note every fault of a line; a line in order has none."""
        if is_gold and is_in_order(layers, text):
            return True
        shown = self.task.shown_gold if is_gold else self.task.shown_predicted
        faults = [
            Problem(shown, number, *fault)
            for fault in find_line_faults(layers, text, is_gold=is_gold)
        ]
        self.problems += faults
        return not faults

    def ground(self, predicted: Layers, gold: GoldLine) -> Layers:
        if gold.text is None:
            return predicted
        found: Grounded = ground(predicted, gold.text, gold)
        self.part.asked.update(found.asked)
        self.part.lost.update(lost.layer for lost in found.ungrounded)
        room = MOST_SHOWN - len(self.part.ungrounded)
        self.part.ungrounded += found.ungrounded[:room]
        return found.layers

    def count_document(self, gold: GoldLine, predicted: Layers | None, row: list[int]) -> Counted:
        """Count one document into the row of its unit and the outcomes of the stretch."""
        if predicted is not None:
            self.part.attempted.update(
                [layer for layer in LAYERS[:3] if getattr(predicted, layer) is not None]
            )
        found = predicted if predicted is not None else Layers(doc_id=gold.doc_id)
        resolve = Resolver(GoldNames(gold, {}), found)
        joined = self.count_entities(gold, found, row) if self.chosen[0] else None
        golds, figures = gold.figures or (), found.figures or ()
        pairs = []
        if self.chosen[1] or self.chosen[3]:
            pairs = figure_metrics.pairs_with_readings(golds, figures)
        if self.chosen[1]:
            rtol = self.task.rtol
            if self.is_headline:
                hits = figure_metrics.count_records(golds, figures, pairs, rtol).recalled
            else:
                outcomes = figure_metrics.find_outcomes(golds, figures, pairs, resolve, rtol)
                self.outcomes["figures"] += outcomes
                hits = figure_metrics.count_hits(outcomes)
            add_to_row(row, 1, hits, len(golds), len(figures))
        if self.chosen[2]:
            golds, stances = gold.stances or (), found.stances or ()
            if self.is_headline:
                hits = stance_metrics.count_tuples(golds, stances, resolve).recalled
            else:
                outcomes = stance_metrics.find_outcomes(golds, stances, resolve)
                self.outcomes["stances"] += outcomes
                hits = stance_metrics.count_hits(outcomes)
            add_to_row(row, 2, hits, len(golds), len(stances))
        return Counted(gold, predicted, resolve, pairs, joined)

    def count_entities(self, gold: GoldLine, found: Layers, row: list[int]) -> Joined | None:
        joined = None
        golds, mentions = gold.entities or (), found.entities or ()
        if self.is_headline:
            hits = count_strict(golds, mentions).recalled
        else:
            outcomes = find_outcomes(golds, mentions)
            self.outcomes["entities"] += outcomes
            hits = count_strict_hits(outcomes)
            if self.task.level == "all":
                joined = join_entities(gold.doc_id, golds, mentions)
                self.part.sums["entities"].add(
                    identity_tally("", count_joined(joined))
                    if joined is not None
                    else count_document_identity(golds, mentions)
                )
        add_to_row(row, 0, hits, len(golds), len(mentions))
        return joined

    def count_story(
        self,
        counted: Sequence[Counted],
        gold_place: list[int],
        place: list[int],
        row: list[int],
    ) -> None:
        """Count what belongs to a story as a whole."""
        task = self.task
        predicted = {c.gold.doc_id: c for c in counted if c.predicted is not None}
        if task.level == "all" and self.chosen[0]:
            joined = [c.joined for c in counted if c.joined is not None]
            self.part.sums["entities"].add(
                identity_tally("story:", count_joined(merge_joined(joined)))
                if len(joined) == len(counted)
                else count_story_entities(
                    {c.gold.doc_id: c.gold.entities or () for c in counted},
                    {doc_id: c.predicted.entities or () for doc_id, c in predicted.items()},
                )
            )
        if task.level == "all" and self.chosen[2]:
            tally = count_claims(
                {c.gold.doc_id: c.gold.stances or () for c in counted},
                {doc_id: c.predicted.stances or () for doc_id, c in predicted.items()},
                {doc_id: c.resolve for doc_id, c in predicted.items()},
            )
            self.part.sums["stances"].add(tally)
        if not self.chosen[3]:
            return
        gold = self.read_story(self.gold, gold_place, GOLD_KINDS, task.shown_gold)
        found = self.read_story(self.predicted, place, PREDICTION_KINDS, task.shown_predicted)
        documents = {c.gold.doc_id for c in counted}
        golds = {c.gold.doc_id: c.gold for c in counted}
        by_id = {doc_id: c.predicted for doc_id, c in predicted.items()}
        self.check_story(gold, golds, documents, task.shown_gold, gold_place[2])
        self.check_story(found, by_id, documents, task.shown_predicted, place[2])
        if found is not None:
            self.part.attempted.add("crossdoc")
        alignment: dict[str, str] = {}
        if found is not None:
            for doc_id, c in predicted.items():
                figures = c.gold.figures or (), c.predicted.figures or ()
                alignment |= align_figures(doc_id, *figures, c.pairs)
        clusters = gold.clusters if gold else (), found.clusters if found else ()
        if self.is_headline:
            counts = count_pairs(*clusters, alignment)
        else:
            tally = count_crossdoc(*clusters, alignment)
            self.part.sums["crossdoc"].add(tally)
            counts = tally[HEADLINE["crossdoc"]]
        add_to_row(row, 3, counts.recalled, counts.gold, counts.predicted)

    def read_story(
        self,
        reader: LineReader | ShardReader,
        place: list[int],
        kinds: tuple[type, type],
        shown: str,
    ) -> StoryLayer | None:
        if not place[1]:
            return None
        return self.decode(reader, place, jsonl.decoder_of(StoryLayer).decode, kinds[::-1], shown)

    def check_story(
        self,
        layer: StoryLayer | None,
        layers: Mapping[str, Layers],
        documents: set[str],
        shown: str,
        number: int,
    ) -> None:
        if layer is None:
            return
        figures = {
            f"{doc_id}#{figure.id}"
            for doc_id, found in layers.items()
            for figure in found.figures or ()
        }
        self.problems += [
            Problem(shown, number, *fault) for fault in find_story_faults(layer, figures, documents)
        ]


class Counted(NamedTuple):
    """A document that was counted, for the metrics of its story."""

    gold: GoldLine
    predicted: Layers | None
    resolve: Resolver
    pairs: Sequence[Edge]
    joined: Joined | None


def add_to_row(row: list[int], layer: int, hits: float, gold: float, predicted: float) -> None:
    at = 4 * layer
    row[at] += int(hits)
    row[at + 1] += int(gold)
    row[at + 2] += int(hits)
    row[at + 3] += int(predicted)


def count_repeats(layers: Layers) -> int:
    """Count as `scoring.count_duplicates` does, for layers in which every record has a place."""
    return sum(
        len(records) - len(set(map(key, records)))
        for layer, key in KEYS
        if (records := getattr(layers, layer))
    )


def name_twice(shown: str, number: int, doc_id: str) -> Problem:
    return Problem(
        shown,
        number,
        "doc_id",
        "key-twice",
        f"the line gives doc_id more than once, at last {doc_id!r}",
        "give each key once",
    )
