"""JSON Schema of what goes in and out: a line of predictions, of gold, and the report as JSON.

The schemas are made from the types that the harness itself reads with, so they cannot drift from
them. A change of structure raises VERSION; a test holds the structure of the version.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
from msgspec import UNSET, Meta, UnsetType

from pledgewire.checks.gold import REQUIRED
from pledgewire.corpus import LAYER_FILES, ClusterLine
from pledgewire.derived import DERIVATIONS
from pledgewire.records import (
    LAYERS,
    Document,
    Entity,
    Issue,
    Layers,
    Record,
    Split,
    Story,
    StoryLayer,
    Track,
)

VERSION = "pledgewire/1"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
REFERENCE = "#/$defs/{name}"

Ratio = Annotated[float, Meta(ge=0, le=1)]
Number = Annotated[int, Meta(ge=0)]
Weight = Annotated[float, Meta(ge=0)]
Interval = Annotated[list[Ratio | None], Meta(min_length=2, max_length=2)]


class Counted(Record):
    """The counts behind a ratio: `hits` where those of recall and precision are one number,
    `recalled` and `precise` otherwise."""

    gold: Weight
    predicted: Weight
    hits: Weight | UnsetType = UNSET
    recalled: Weight | UnsetType = UNSET
    precise: Weight | UnsetType = UNSET


class Metric(Record):
    """Ratios in [0, 1], null where undefined, and their counts."""

    precision: Ratio | None
    recall: Ratio | None
    f1: Ratio | None
    counts: Counted


class SliceScore(Metric):
    """Headline score of a layer on a part of the data; `stories` have records in it."""

    interval: Interval | None
    stories: Number


class LayerScore(Metric):
    """Headline score of a layer, and every other metric by name."""

    interval: Interval | None
    metrics: dict[str, Metric]


class Data(Record):
    """The data that was scored on; counts are of documents with gold and of their stories."""

    version: str
    sha256: str
    track: Track
    split: Split | Any
    documents: Number
    stories: Number


class Overall(Record):
    """Mean of the four headlines, null unless all layers were scored."""

    f1: Ratio | None
    interval: Interval | None


class UngroundedString(Record):
    """A string given without offsets that has no place in the text, and what comes nearest."""

    doc_id: str
    layer: str
    text: str
    nearest: str | None
    similarity: float | None


class Input(Record):
    """What was noticed in valid predictions."""

    duplicates: Number
    ungrounded: dict[str, Ratio]
    ungrounded_strings: list[UngroundedString]
    missing_documents: list[str]
    documents_elsewhere: Number
    normalised_values: Number


def plain_type(kind: Any) -> Any:
    """Give the type that `render.layout.to_plain` makes of a type: records become objects.

    Keys of mappings become strings, as JSON has no others.
    """
    is_tuple = isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields")
    if is_dataclass(kind) or is_tuple:
        names = [f.name for f in fields(kind)] if is_dataclass(kind) else kind._fields
        hints = get_type_hints(kind)
        struct = msgspec.defstruct(
            kind.__name__, [(name, plain_type(hints[name])) for name in names], bases=(Record,)
        )
        struct.__doc__ = inspect.getdoc(kind) if is_dataclass(kind) else None
        return struct
    if get_origin(kind) is not None and issubclass_safe(get_origin(kind), Mapping):
        return dict[str, plain_type(get_args(kind)[1])]
    return kind


def issubclass_safe(kind: Any, parent: type) -> bool:
    return isinstance(kind, type) and issubclass(kind, parent)


def report_type() -> type[msgspec.Struct]:
    """Build the type of a report; each layer has derived values of its own kind."""
    layers = [
        (
            layer,
            msgspec.defstruct(
                f"{layer.capitalize()}Score",
                [("derived", plain_type(get_type_hints(DERIVATIONS[layer])["return"]))],
                bases=(LayerScore,),
                kw_only=True,
                frozen=True,
                forbid_unknown_fields=True,
            )
            | None,
        )
        for layer in LAYERS
    ]
    scored = msgspec.defstruct("LayerScores", layers, bases=(Record,))
    by_value = dict[str, dict[str, SliceScore]]
    return msgspec.defstruct(
        "Report",
        [
            ("system", str),
            ("signature", str),
            ("data", Data),
            ("layers", scored),
            ("overall", Overall),
            ("input", Input),
            ("slices", dict[str, by_value] | UnsetType, UNSET),
        ],
        bases=(Record,),
    )
