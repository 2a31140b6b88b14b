"""The annotation passes as they were made, and the step from two passes to gold.

Wire passes are kept in the authoring form (`annotations/passes/<pass>/wire/<story>/<voice>.ann`).
Press passes hold no text: JSON Lines with offsets and selectors, as the press gold.
Source: annotations/GUIDELINES.md, section 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from pledgewire import jsonl
from pledgewire.adjudication import (
    KINDS,
    Adjudicated,
    Decision,
    Layer,
    build_gold,
    content_of,
    find_differences,
    place,
)
from pledgewire.authoring import parse_authored
from pledgewire.corpus import LAYER_FILES, without_key
from pledgewire.problems import DataError, Problem, raise_if_any
from pledgewire.records import Layers, Record, StoryLayer
from pledgewire.standoff import ANCHORED


class Ruling(Record):
    """One decision as an adjudicator writes it; annotations in it are in the authoring form.

    `instead` and `removes` map a line number of the text to the lines to write under it.
    """

    doc_id: str
    layer: Layer
    n: int
    choice: str
    reason: str
    rule: str
    instead: dict[str, str] = {}  # noqa: RUF012 (msgspec copies defaults)
    removes: dict[str, str] = {}  # noqa: RUF012


def read_authored_pass(folder: Path, doc_id: str, text: str) -> Layers:
    """Read one document of a wire pass. Raises: DataError with every fault of the file."""
    path = folder / f"{doc_id.rpartition('/')[2]}.ann"
    problems: list[Problem] = []
    authored = jsonl.read_text(path, str(path), problems)
    raise_if_any(problems)
    layers, problems = parse_authored(str(path), authored or "", text, doc_id)
    raise_if_any(problems)
    return layers


def describe_differences(a: Layers, b: Layers, text: str) -> str:
    """List what two passes say differently, for an adjudicator to decide."""
    lines = []
    for difference in find_differences(a, b):
        row = difference.a or difference.b or {}
        start, end, _ = place(difference.layer, row)
        number = text.count("\n", 0, start) + 1
        begin, stop = max(0, start - 60), min(len(text), -end + 60)
        lines.append(
            f"{difference.doc_id} {difference.layer} {difference.n} (line {number}): "
            f"…{text[begin:stop]!r}…\n"
            f"  a: {brief(difference.a, text)}\n  b: {brief(difference.b, text)}"
        )
    return "\n".join(lines)


def brief(row: dict[str, Any] | None, text: str) -> str:
    if row is None:
        return "nothing"
    shown = {k: v for k, v in row.items() if k not in ("start", "end", "evidence")}
    if "evidence" in row:
        shown["evidence"] = [f"{text[s : s + 30]}…{text[e - 15 : e]}" for s, e in row["evidence"]]
    return ", ".join(f"{key}={value!r}" for key, value in shown.items() if value not in ("", None))


def settle(
    a: Layers, b: Layers, rulings: Iterable[Ruling], text: str
) -> tuple[Layers, list[Adjudicated]]:
    """Apply rulings to two passes over a document.

    Raises: DataError that lists every difference without a ruling and every ruling that does not
    apply or cannot be parsed.
    """
    problems: list[Problem] = []
    decisions = []
    for ruling in rulings:
        decisions.append(
            Decision(
                doc_id=ruling.doc_id,
                layer=ruling.layer,
                n=ruling.n,
                choice=ruling.choice,  # type: ignore[arg-type]
                reason=ruling.reason,
                rule=ruling.rule,
                gold=records_in(ruling, ruling.instead, text, problems),
                removes=records_in(ruling, ruling.removes, text, problems),
            )
        )
    gold, log, complaints = build_gold(a, b, decisions)
    problems.extend(
        Problem(a.doc_id, 0, "", "adjudication", complaint, "decide each difference once")
        for complaint in complaints
    )
    raise_if_any(problems)
    return gold, log


def records_in(
    ruling: Ruling, written: Mapping[str, str], text: str, problems: list[Problem]
) -> tuple[dict[str, Any], ...]:
    """Parse the annotations that a ruling writes."""
    rows: list[dict[str, Any]] = []
    lines = text.split("\n")
    for number, marks in written.items():
        quoted = lines[int(number) - 1] if int(number) <= len(lines) else ""
        authored = f"doc {ruling.doc_id}\n{number}| {quoted}\n{marks}\n"
        shown = f"ruling {ruling.doc_id} {ruling.layer} {ruling.n}"
        layers, found = parse_authored(shown, authored, text, ruling.doc_id)
        problems.extend(found)
        rows.extend(content_of(layers, ruling.layer))
    return tuple(rows)


def read_standoff_pass(folder: Path, doc_ids: Iterable[str]) -> dict[str, Layers]:
    """Read the documents of a press pass, without their words. Shape: `folder` has one story."""
    problems: list[Problem] = []
    wanted = set(doc_ids)
    rows: dict[str, dict[str, list[Any]]] = {d: {} for d in sorted(wanted)}
    for layer, kind in ANCHORED.items():
        path = folder / LAYER_FILES[layer][0]
        for line in jsonl.read_records(path, str(path), kind, problems):
            if line.record.doc_id in wanted:
                record = without_key(line.record, KINDS[layer])
                rows[line.record.doc_id].setdefault(layer, []).append(record)
    raise_if_any(problems)
    return {
        doc_id: Layers(doc_id=doc_id, **{k: tuple(v) for k, v in layers.items()})
        for doc_id, layers in rows.items()
    }


def write_gold(folder: Path, documents: Iterable[Layers], story: StoryLayer | None) -> None:
    """Write a story's gold, one record a line with `doc_id` first, documents sorted by id."""
    ordered = sorted(documents, key=lambda layers: layers.doc_id)
    for layer, (file, _, _) in LAYER_FILES.items():
        rows = [
            {"doc_id": layers.doc_id, **msgspec.to_builtins(record)}
            for layers in ordered
            for record in getattr(layers, layer) or ()
        ]
        jsonl.write_rows(folder / file, rows)
    if story is not None:
        jsonl.write_rows(
            folder / "clusters.jsonl",
            [{"story_id": story.story_id, **msgspec.to_builtins(c)} for c in story.clusters],
        )


def rebuild(a: Layers, b: Layers, log: Iterable[Adjudicated]) -> Layers:
    """Build a document's gold again from its passes and its part of the log.

    Raises: DataError when the log does not fit the passes.
    """
    numbers = {(d.layer, jsonl.encode([d.a, d.b])): d.n for d in find_differences(a, b)}
    decisions = []
    problems: list[Problem] = []
    for line in log:
        n = numbers.get((line.layer, jsonl.encode([line.a, line.b])), 0)
        removes = (line.a,) if n == 0 and line.a is not None else ()
        decisions.append(
            Decision(
                doc_id=a.doc_id,
                layer=line.layer,
                n=n,
                choice="other",
                reason=line.reason,
                rule=line.rule,
                gold=line.gold,
                removes=removes,
            )
        )
    gold, _, complaints = build_gold(a, b, decisions)
    problems.extend(
        Problem(a.doc_id, 0, "", "adjudication", complaint, "mend the log")
        for complaint in complaints
    )
    if problems:
        raise DataError(problems)
    return gold
