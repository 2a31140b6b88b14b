"""Check a system's output against the corpus and bring it into one Prediction.

Every fault is reported; valid but noteworthy input (duplicates, missing documents) is scored and
counted instead (`scoring.InputFacts`).
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pledgewire.checks.offsets import Placed, find_offset_faults
from pledgewire.corpus import Corpus
from pledgewire.jsonl import Line
from pledgewire.normalise import UNITS_OF, is_edtf, normalise_unit
from pledgewire.prediction import Prediction
from pledgewire.problems import Problem
from pledgewire.records import LABELS_OF, Figure, Layers, Mention, Stance, StoryLayer

Fault = tuple[str, str, str, str]


def build_prediction(
    name: str,
    lines: Iterable[Line],
    corpus: Corpus,
    known_documents: Mapping[str, str],
    problems: list[Problem],
    shown: str | None = None,
) -> Prediction:
    """Sort lines into documents and stories of this corpus, noting every fault.

    `known_documents` maps every document id of the data, of any track and split, to its story: a
    line for one of them that is not in this split is set aside and counted, not a fault.
    """
    shown = shown or name
    documents: dict[str, Layers] = {}
    stories: dict[str, StoryLayer] = {}
    first: dict[str, int] = {}
    aside: dict[str, Layers] = {}
    elsewhere = 0
    known_stories = set(known_documents.values())
    for number, record in lines:
        is_document = isinstance(record, Layers)
        key = record.doc_id if is_document else record.story_id
        field = "doc_id" if is_document else "story_id"
        known = known_documents if is_document else known_stories
        if key not in known:
            problems.append(unknown(shown, number, field, key, known))
            continue
        if key in first:
            problems.append(
                Problem(
                    shown,
                    number,
                    field,
                    "duplicate-id",
                    f"{key!r} stands on line {first[key]} too",
                    "write one line a document and one line a story",
                )
            )
            continue
        first[key] = number
        if (is_document and key not in corpus.gold) or (
            not is_document and key not in corpus.clusters
        ):
            elsewhere += 1
            if is_document:
                aside[key] = record
            continue
        if is_document:
            documents[key] = record
            faults = find_layer_faults(record, corpus)
        else:
            stories[key] = record
            faults = find_cluster_faults(record, known_documents)
        problems.extend(Problem(shown, number, f, code, m, mend) for f, code, m, mend in faults)
    problems.extend(find_reference_problems(shown, {**aside, **documents}, stories, first))
    return Prediction(name=name, documents=documents, stories=stories, elsewhere=elsewhere)


def unknown(shown: str, number: int, field: str, key: str, known: Iterable[str]) -> Problem:
    what = "document" if field == "doc_id" else "story"
    near = difflib.get_close_matches(key, known, n=1)
    file = "corpus/documents.jsonl" if what == "document" else "corpus/stories.jsonl"
    mend = f"did you mean {near[0]!r}?" if near else f"use an id of {file}"
    return Problem(shown, number, field, f"unknown-{what}", f"no {what} has the id {key!r}", mend)


def find_layer_faults(layers: Layers, corpus: Corpus) -> Iterator[Fault]:
    """Yield every fault of one document's layers."""
    text = corpus.texts[layers.doc_id]
    placed: list[Placed] = []
    for name, records in (("entities", layers.entities), ("figures", layers.figures)):
        for index, record in enumerate(records or ()):
            field = f"{name}[{index}]"
            yield from find_place_faults(record, field)
            if record.span is not None:
                placed.append(Placed(field, record.start, record.end, record.text))
    for index, stance in enumerate(layers.stances or ()):
        placed.extend(
            Placed(f"stances[{index}].evidence[{k}]", start, end, None)
            for k, (start, end) in enumerate(stance.evidence)
        )
    yield from find_offset_faults(text, placed)
    yield from find_duplicate_ids(layers)
    yield from find_alternatives(layers)
    issues = {i.id: i for i in corpus.source(layers.doc_id).issues}
    for index, figure in enumerate(layers.figures or ()):
        yield from find_figure_faults(figure, f"figures[{index}]")
    for index, stance in enumerate(layers.stances or ()):
        yield from find_stance_faults(stance, f"stances[{index}]", issues)


def find_place_faults(record: Mention | Figure, field: str) -> Iterator[Fault]:
    if (record.start is None) != (record.end is None):
        lacks = "start" if record.start is None else "end"
        yield field, "offset-half", f"there is no {lacks}", "give start and end, or neither"
    elif record.start is None and not (record.text or "").strip():
        yield field, "no-place", "neither offsets nor text", "give start and end, or the text"


def find_alternatives(layers: Layers) -> Iterator[Fault]:
    """Yield a fault for each predicted record with alternatives: only gold may have them."""
    for name in ("entities", "figures", "stances"):
        for index, record in enumerate(getattr(layers, name) or ()):
            if record.also:
                yield (
                    f"{name}[{index}].also",
                    "also-in-prediction",
                    "a prediction is one reading, only gold has alternatives",
                    "remove 'also'",
                )


def find_duplicate_ids(layers: Layers) -> Iterator[Fault]:
    for name in ("entities", "figures", "stances"):
        seen: dict[str, int] = {}
        for index, record in enumerate(getattr(layers, name) or ()):
            if record.id is None:
                continue
            if record.id in seen:
                yield (
                    f"{name}[{index}].id",
                    "duplicate-id",
                    f"{record.id!r} is the id of {name}[{seen[record.id]}] too",
                    "give each record of a document an id of its own",
                )
            seen.setdefault(record.id, index)


def find_figure_faults(figure: Figure, field: str) -> Iterator[Fault]:
    for name in ("low", "high"):
        value = getattr(figure, name)
        if value is not None and not math.isfinite(value):
            yield f"{field}.{name}", "number-infinite", "the number is too large", "write its value"
    if figure.low is not None and figure.high is not None and figure.low > figure.high:
        yield (
            field,
            "range-reversed",
            f"low {figure.low} is above high {figure.high}",
            "swap low and high",
        )
    if figure.date is not None and not is_edtf(figure.date):
        yield (
            f"{field}.date",
            "date-invalid",
            f"{figure.date!r} is no EDTF date",
            "write 2026-02-10, 2026-02, 2026, 2024-22, 2025-04-07/2025-04-13 or 2022/..",
        )
    allowed = UNITS_OF.get(figure.kind)
    if (
        figure.unit is not None
        and allowed is not None
        and normalise_unit(figure.kind, figure.unit) not in allowed
    ):
        near = difflib.get_close_matches(figure.unit, sorted(allowed), n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        form = {
            "money": "an ISO 4217 code such as EUR",
            "percent": "percent",
            "duration": ", ".join(sorted(allowed)),
        }[figure.kind]
        yield (
            f"{field}.unit",
            "unknown-unit",
            f"{figure.unit!r} is no unit of {figure.kind}",
            f"{hint}write {form}",
        )


def find_stance_faults(stance: Stance, field: str, issues: Mapping[str, Any]) -> Iterator[Fault]:
    if not stance.holder.strip():
        yield f"{field}.holder", "holder-empty", "nobody holds this stance", "name the holder"
    issue = issues.get(stance.issue_id)
    if issue is None:
        near = difflib.get_close_matches(stance.issue_id, issues, n=1)
        mend = f"did you mean {near[0]!r}?" if near else f"issues of the story: {', '.join(issues)}"
        yield (
            f"{field}.issue_id",
            "unknown-issue",
            f"the story has no issue {stance.issue_id!r}",
            mend,
        )
    elif stance.label not in LABELS_OF[issue.dimension]:
        yield (
            f"{field}.label",
            "label-dimension",
            f"{stance.label!r} does not fit an issue of {issue.dimension}",
            f"allowed: {', '.join(LABELS_OF[issue.dimension])}",
        )


def find_cluster_faults(layer: StoryLayer, known: Mapping[str, str]) -> Iterator[Fault]:
    for index, cluster in enumerate(layer.clusters):
        field = f"clusters[{index}]"
        for k, key in enumerate(cluster.figures):
            doc_id = key.rpartition("#")[0]
            if not doc_id:
                yield (
                    f"{field}.figures[{k}]",
                    "figure-key",
                    f"{key!r} names no document",
                    "write doc_id#figure_id",
                )
            elif known.get(doc_id) != layer.story_id:
                yield (
                    f"{field}.figures[{k}]",
                    "unknown-document",
                    f"the story has no document {doc_id!r}",
                    "join only figures of documents of this story",
                )
        members = set(cluster.figures)
        for k, pair in enumerate(cluster.relations):
            if pair.a not in members or pair.b not in members or pair.a == pair.b:
                yield (
                    f"{field}.relations[{k}]",
                    "pair-outside",
                    f"{pair.a!r} and {pair.b!r} are not two figures of the cluster",
                    "relate figures that the cluster lists",
                )


def find_reference_problems(
    shown: str,
    documents: Mapping[str, Layers],
    stories: Mapping[str, StoryLayer],
    first: Mapping[str, int],
) -> Iterator[Problem]:
    """Yield a problem for each cluster member that is no figure of the same prediction."""
    known = {
        f"{doc_id}#{figure.id}"
        for doc_id, layers in documents.items()
        for figure in layers.figures or ()
        if figure.id is not None
    }
    for story_id, layer in stories.items():
        seen: dict[str, int] = {}
        for index, cluster in enumerate(layer.clusters):
            for k, key in enumerate(cluster.figures):
                field = f"clusters[{index}].figures[{k}]"
                if "#" in key and key not in known:
                    yield Problem(
                        shown,
                        first[story_id],
                        field,
                        "unknown-figure",
                        f"the prediction has no figure {key!r}",
                        "give figures an id and use it after the #",
                    )
                if key in seen:
                    yield Problem(
                        shown,
                        first[story_id],
                        field,
                        "duplicate-figure",
                        f"{key!r} is in clusters[{seen[key]}] too",
                        "put a figure in one cluster, once",
                    )
                seen.setdefault(key, index)
