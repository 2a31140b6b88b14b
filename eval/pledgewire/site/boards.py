"""The leaderboard and the error pages: numbers of systems, ready for a template."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pledgewire.comparison import compare_many
from pledgewire.corpus import Corpus
from pledgewire.errors import Error
from pledgewire.grounding import UNGROUNDED
from pledgewire.records import LAYERS, Figure, Mention, Pair, Stance
from pledgewire.scoring import Scores
from pledgewire.site.documents import page_name, safe_name, tell_figure
from pledgewire.slices import SLICES, slice_scores

WHOLE = "everything"
COLUMNS = ("overall", *LAYERS)
MOST_EXAMPLES = 40


@dataclass(frozen=True)
class ScoreCell:
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class BoardRow:
    system: str
    link: str
    slice: str
    cells: tuple[ScoreCell, ...]
    speed: float | None


@dataclass(frozen=True)
class NeighbourRow:
    ahead: str
    behind: str
    difference: str
    verdict: str


@dataclass(frozen=True)
class Board:
    """Systems of one track and split."""

    title: str
    columns: tuple[str, ...]
    slices: tuple[str, ...]
    rows: tuple[BoardRow, ...]
    neighbours: tuple[NeighbourRow, ...]
    signature: str


@dataclass(frozen=True)
class System:
    """A scored system; `name` is unique on the site, `speed` in documents a second if known."""

    name: str
    scores: Scores
    speed: float | None

    @property
    def errors_page(self) -> str:
        corpus = self.scores.corpus
        return f"errors/{corpus.track}-{corpus.split}-{safe_name(self.name)}.html"


def read_speed(predictions: Path) -> float | None:
    """Read documents a second from the manifest beside a file of predictions, if there is one."""
    path = predictions.parent / "manifest.json"
    if not path.is_file():
        return None
    try:
        found = json.loads(path.read_text("utf-8")).get("documents_per_second")
    except (ValueError, AttributeError):
        return None
    return found if isinstance(found, (int, float)) else None


def make_board(systems: Sequence[System]) -> Board:
    """Lay out systems that were scored on the same data, the best first."""
    corpus = systems[0].scores.corpus
    ranked = sorted(systems, key=lambda s: (-(s.scores.overall or -1), s.name))
    rows = [row for system in ranked for row in board_rows(system)]
    return Board(
        title=f"{corpus.track}, {corpus.split}: {len(corpus.gold)} documents",
        columns=COLUMNS,
        slices=tuple(dict.fromkeys(row.slice for row in rows)),
        rows=tuple(rows),
        neighbours=tuple(neighbour_rows([s.scores for s in ranked])),
        signature=systems[0].scores.signature,
    )


def board_rows(system: System) -> list[BoardRow]:
    """Give a row for everything and one for each slice."""
    scores = system.scores
    interval = scores.overall_interval
    cells = [ScoreCell(scores.overall, *(interval[:2] if interval else ()))]
    for layer in LAYERS:
        result = scores.layers[layer]
        span = result.interval[:2] if result and result.interval else ()
        cells.append(ScoreCell(result.f1 if result else None, *span))
    rows = [BoardRow(system.name, system.errors_page, WHOLE, tuple(cells), system.speed)]
    for by in SLICES:
        found: dict[str, dict[str, ScoreCell]] = defaultdict(dict)
        for part in slice_scores(scores, by):
            span = part.interval[:2] if part.interval else ()
            found[part.value][part.layer] = ScoreCell(part.counts.f1, *span)
        for value, layers in found.items():
            row = (ScoreCell(None), *(layers.get(layer, ScoreCell(None)) for layer in LAYERS))
            rows.append(
                BoardRow(system.name, system.errors_page, f"{by}: {value}", row, system.speed)
            )
    return rows


def neighbour_rows(ranked: Sequence[Scores]) -> list[NeighbourRow]:
    """Say of each two systems that follow each other whether the data tell them apart."""
    if len(ranked) < 2 or len({s.system for s in ranked}) < len(ranked):
        return []
    rows = []
    for pair in compare_many(ranked).neighbours:
        gap = pair.gap
        difference = "–" if gap.difference is None else f"{gap.difference:.3f}"
        if gap.p is None:
            verdict = "too few stories to tell"
        else:
            said = "the gap is decisive" if gap.is_decisive else "the gap is not decisive"
            verdict = f"{said} (p = {gap.p:.3f}, corrected by Holm)"
        rows.append(NeighbourRow(pair.ahead, pair.behind, difference, verdict))
    return rows


@dataclass(frozen=True)
class Example:
    place: str
    voice: str
    link: str
    gold: str
    predicted: str


@dataclass(frozen=True)
class ErrorGroup:
    """Errors of one layer, kind and detail: a type, kind or label, or the fields that are wrong."""

    layer: str
    kind: str
    detail: str
    number: int
    anchor: str
    examples: tuple[Example, ...]


def group_errors(system: System, errors: Iterable[Error]) -> list[ErrorGroup]:
    """Group errors, the most frequent first, each with examples spread over the documents."""
    found: dict[tuple[str, str, str], list[Error]] = defaultdict(list)
    for error in errors:
        found[error.layer, error.kind, detail_of(error)].append(error)
    ranked = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return [
        ErrorGroup(
            *key,
            len(members),
            f"g{number}",
            tuple(make_example(system, error) for error in spread(members)),
        )
        for number, (key, members) in enumerate(ranked)
    ]


def detail_of(error: Error) -> str:
    if error.fields:
        return ", ".join(error.fields)
    record = error.gold or error.predicted
    if isinstance(record, Mention):
        return record.type
    if isinstance(record, Figure):
        return record.kind
    return record.label if isinstance(record, Stance) else getattr(record, "relation", "")


def spread(errors: Sequence[Error]) -> list[Error]:
    """Take examples in turn from each document, so that one does not fill the list."""
    seen: Counter[str] = Counter()
    turns = []
    for index, error in enumerate(errors):
        turns.append((seen[error.place], index, error))
        seen[error.place] += 1
    return [error for _, _, error in sorted(turns, key=lambda t: t[:2])[:MOST_EXAMPLES]]


def make_example(system: System, error: Error) -> Example:
    corpus = system.scores.corpus
    document = corpus.documents.get(error.place)
    link = ""
    if document is not None:
        anchor = anchor_of(error)
        page = page_name(error.place, system_page(system))
        link = f"../documents/{page}{f'#{anchor}' if anchor else ''}"
    return Example(
        error.place,
        (document.voice or "") if document else "",
        link,
        tell(error.gold, corpus),
        tell(error.predicted, corpus),
    )


def system_page(system: System) -> str:
    return safe_name(system.name)


def anchor_of(error: Error) -> str:
    """Name the mark of an error: that of gold, or of the prediction if there is no gold."""
    if isinstance(error.gold, (Mention, Figure)) and error.gold.id:
        return f"g-{error.gold.id}"
    record = error.predicted
    if isinstance(record, (Mention, Figure)) and record.span not in (None, UNGROUNDED):
        tail = f"-{record.type}" if isinstance(record, Mention) else ""
        return f"p-{record.id or f'{record.start}-{record.end}{tail}'}"
    return ""


def tell(record: Any, corpus: Corpus) -> str:
    """Say in one line what a record says."""
    if record is None:
        return ""
    if isinstance(record, Mention):
        return f"{record.text} ({record.type}, {record.entity_id or 'no id'})"
    if isinstance(record, Figure):
        return f"{record.text} ({tell_figure(record)})"
    if isinstance(record, Pair):
        return f"{record.a} {record.relation} {record.b}"
    return f"{record.holder} {record.label} {record.issue_id}"
