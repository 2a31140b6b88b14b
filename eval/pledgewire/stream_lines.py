"""The lines of a gold file, and the checks of both files line by line.

A gold file has what a prediction has: one document a line, one story a line. A line that is in
order is told so by a few quick passes; only one that is not is looked at fault by fault, by the
same checks that ordinary input goes through.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import attrgetter, lt
from typing import Any, ClassVar

import msgspec

from pledgewire.checks.offsets import Placed, find_fault, find_offset_faults
from pledgewire.checks.predictions import (
    find_duplicate_ids,
    find_figure_faults,
    find_place_faults,
)
from pledgewire.normalise import UNITS_OF, is_edtf, normalise_unit
from pledgewire.records import Layers, Mention, StoryLayer

Fault = tuple[str, str, str, str]
PLACED = attrgetter("start", "end", "text", "id")


class GoldLine(Layers, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Gold of one document in a file of its own, without the corpus around it.

    `text` lets offsets and surfaces be checked and strings without offsets be placed. `story_id`
    makes the story the unit of intervals; a document without one is a unit by itself.
    """

    text: str | None = None
    story_id: str | None = None


GOLD_KINDS = (GoldLine, StoryLayer)
PREDICTION_KINDS = (Layers, StoryLayer)


class EntityLine(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    gc=False,
    rename={"raw_figures": "figures", "raw_stances": "stances"},
):
    """A line of which only the entities are read; the other layers are passed over as bytes."""

    doc_id: str
    entities: tuple[Mention, ...] | None = None
    raw_figures: msgspec.Raw = msgspec.Raw()
    raw_stances: msgspec.Raw = msgspec.Raw()

    figures: ClassVar[None] = None
    stances: ClassVar[None] = None


class GoldEntityLine(EntityLine, frozen=True, forbid_unknown_fields=True, gc=False):
    text: str | None = None
    story_id: str | None = None


def is_in_order(layers: Layers, text: str | None) -> bool:
    """Tell whether all records have a place in the text and nothing about them is a fault."""
    return (
        are_placed(layers.entities or (), text)
        and are_placed(layers.figures or (), text)
        and all(map(is_figure_in_order, layers.figures or ()))
        and are_stances_in_order(layers, len(text) if text is not None else None)
    )


def are_placed(records: Sequence[Any], text: str | None) -> bool:
    if not records:
        return True
    starts, ends, surfaces, ids = zip(*map(PLACED, records), strict=True)
    if None in starts or None in ends or min(starts) < 0 or not all(map(lt, starts, ends)):
        return False
    if text is not None:
        if max(ends) > len(text):
            return False
        found = [text[start:end] for start, end in zip(starts, ends, strict=True)]
        if found != list(surfaces) and any(
            surface is not None and surface != there
            for surface, there in zip(surfaces, found, strict=True)
        ):
            return False
    named = ids if None not in ids else [name for name in ids if name is not None]
    return len(set(named)) == len(named)


def is_figure_in_order(figure: Any) -> bool:
    if figure.value is not None or (figure.date is not None and not is_edtf(figure.date)):
        return False
    if figure.low is not None and figure.high is not None and figure.low > figure.high:
        return False
    return figure.unit is None or is_unit(figure.kind, figure.unit)


@lru_cache(maxsize=4096)
def is_unit(kind: str, unit: str) -> bool:
    return kind not in UNITS_OF or normalise_unit(kind, unit) in UNITS_OF[kind]


def are_stances_in_order(layers: Layers, size: int | None) -> bool:
    ids = set()
    for stance in layers.stances or ():
        if stance.evidence_text or (stance.id is not None and stance.id in ids):
            return False
        ids.add(stance.id)
        for start, end in stance.evidence:
            if not 0 <= start < end or (size is not None and end > size):
                return False
    return True


def find_line_faults(layers: Layers, text: str | None, *, is_gold: bool) -> Iterator[Fault]:
    """Yield every fault of one document's layers; without a text, those that show without one."""
    placed: list[Placed] = []
    for name, records in (("entities", layers.entities), ("figures", layers.figures)):
        for index, record in enumerate(records or ()):
            field = f"{name}[{index}]"
            yield from find_place_faults(record, field)
            if record.span is not None:
                placed.append(Placed(field, record.start, record.end, record.text))
            elif record.start is None and record.end is None:
                yield from find_missing_place(field, text, is_gold)
    for index, stance in enumerate(layers.stances or ()):
        field = f"stances[{index}].evidence"
        placed.extend(
            Placed(f"{field}[{k}]", start, end, None)
            for k, (start, end) in enumerate(stance.evidence)
        )
        if stance.evidence_text:
            yield from find_missing_place(f"{field}_text", text, is_gold)
    if text is not None:
        yield from find_offset_faults(text, placed)
    else:
        # An empty text stands in for the missing one: these faults show before it is looked at.
        wrong = (claim for claim in placed if not 0 <= claim.start < claim.end)
        yield from (fault for claim in wrong if (fault := find_fault("", claim)) is not None)
    yield from find_duplicate_ids(layers)
    for index, figure in enumerate(layers.figures or ()):
        yield from find_figure_faults(figure, f"figures[{index}]")


def find_missing_place(field: str, text: str | None, is_gold: bool) -> Iterator[Fault]:
    """Yield a fault for a string without offsets that cannot be given a place."""
    if is_gold:
        yield field, "no-place", "gold has no offsets", "give start and end"
    elif text is None:
        yield (
            field,
            "no-text",
            "a string without offsets has no text to be found in",
            'give start and end, or add "text" to the lines of the gold file',
        )


def find_story_faults(layer: StoryLayer, figures: set[str], documents: set[str]) -> Iterator[Fault]:
    """Yield every fault of a story's clusters, given the keys of its figures and its documents."""
    seen: dict[str, int] = {}
    for index, cluster in enumerate(layer.clusters):
        for k, key in enumerate(cluster.figures):
            field = f"clusters[{index}].figures[{k}]"
            doc_id = key.rpartition("#")[0]
            if not doc_id:
                yield field, "figure-key", f"{key!r} names no document", "write doc_id#figure_id"
            elif doc_id not in documents:
                yield (
                    field,
                    "unknown-document",
                    f"the story has no document {doc_id!r}",
                    "join only figures of documents of this story",
                )
            elif key not in figures:
                yield (
                    field,
                    "unknown-figure",
                    f"there is no figure {key!r}",
                    "give figures an id and use it after the #",
                )
            if key in seen:
                yield (
                    field,
                    "duplicate-figure",
                    f"{key!r} is in clusters[{seen[key]}] too",
                    "put a figure in one cluster, once",
                )
            seen.setdefault(key, index)
        members = set(cluster.figures)
        for k, pair in enumerate(cluster.relations):
            if pair.a not in members or pair.b not in members or pair.a == pair.b:
                yield (
                    f"clusters[{index}].relations[{k}]",
                    "pair-outside",
                    f"{pair.a!r} and {pair.b!r} are not two figures of the cluster",
                    "relate figures that the cluster lists",
                )
