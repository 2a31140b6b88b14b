"""JSON Schema of what goes in and out: a line of predictions, of gold, and the report as JSON.

The schemas are made from the types that the harness itself reads with, so they cannot drift from
them. A change of structure raises VERSION; a test holds the structure of the version.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from pledgewire.checks.gold import REQUIRED
from pledgewire.corpus import LAYER_FILES, ClusterLine
from pledgewire.records import (
    Document,
    Entity,
    Issue,
    Layers,
    Record,
    Story,
    StoryLayer,
    Track,
)

VERSION = "pledgewire/1"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

Ratio = Annotated[float, Meta(ge=0, le=1)]
Number = Annotated[int, Meta(ge=0)]
Weight = Annotated[float, Meta(ge=0)]
Interval = Annotated[list[Ratio], Meta(min_length=2, max_length=2)]
Table = dict[str, dict[str, Number]]


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
    split: Literal["train", "dev", "test", "all"]
    documents: Number
    stories: Number


class Macro(Record):
    """Mean of F1 over labels, and the F1 of each."""

    f1: Ratio | None
    labels: dict[str, Ratio]


class Ratios(Record):
    recall: Ratio | None
    precision: Ratio | None
    f1: Ratio | None


class Identity(Record):
    """CoNLL mean of MUC, B-cubed and CEAF-e, and BLANC."""

    conll: Ratio | None
    blanc: Ratios


class EntityValues(Record):
    """Identity in one document and across the documents of a story."""

    document: Identity
    story: Identity
    macro_types: Macro


class FigureValues(Record):
    """Numbers of paired figures by powers of ten that values are off, by how dates compare, and
    by gold and predicted currency."""

    macro_kinds: Macro
    magnitudes: dict[str, Number]
    dates: dict[str, Number]
    currencies: Table


class StanceValues(Record):
    """Labels, in the open and in the closed setting; `confusion` by gold and predicted label."""

    macro_labels: Macro
    closed_accuracy: Ratio | None
    closed_macro: Macro
    none_rate: Ratio | None
    confusion: Table


class CrossdocValues(Record):
    macro_relations: Macro


class EntitiesScore(LayerScore):
    derived: EntityValues


class FiguresScore(LayerScore):
    derived: FigureValues


class StancesScore(LayerScore):
    derived: StanceValues


class CrossdocScore(LayerScore):
    derived: CrossdocValues


class LayerScores(Record):
    """A layer that was not attempted is null."""

    entities: EntitiesScore | None
    figures: FiguresScore | None
    stances: StancesScore | None
    crossdoc: CrossdocScore | None


class Overall(Record):
    """Mean of the four headlines, null unless all layers were scored."""

    f1: Ratio | None
    interval: Interval | None


class UngroundedString(Record):
    """A string given without offsets that has no place in the text, and what comes nearest."""

    doc_id: str
    layer: str
    text: str
    nearest: str
    similarity: float


class Input(Record):
    """What was noticed in valid predictions."""

    duplicates: Number
    ungrounded: dict[str, Ratio]
    ungrounded_strings: list[UngroundedString]
    missing_documents: list[str]
    documents_elsewhere: Number
    normalised_values: Number


class Report(Record):
    """What `pledgewire score --json` writes for one system; `slices` by property, value, layer."""

    system: str
    signature: str
    data: Data
    layers: LayerScores
    overall: Overall
    input: Input
    slices: dict[str, dict[str, dict[str, SliceScore]]] | UnsetType = UNSET


PREDICTION_LINES: Mapping[type, str] = {
    Layers: "a line of a document",
    StoryLayer: "a line of a story",
}
FOLDER = "annotations/<track>/<story>"
GOLD_LINES: Mapping[type, str] = {
    Document: "a line of corpus/documents.jsonl",
    Story: "a line of corpus/stories.jsonl",
    Entity: "a line of annotations/entities.jsonl",
    Issue: "a line of annotations/issues.jsonl",
    **{line: f"a line of {FOLDER}/{file}" for file, line, _ in LAYER_FILES.values()},
    ClusterLine: f"a line of {FOLDER}/clusters.jsonl",
}


def compose(name: str, title: str, kinds: Mapping[type, str]) -> dict[str, Any]:
    """Lay out a schema that takes a value of any of the kinds, each with a word on what it is."""
    references, components = msgspec.json.schema_components(kinds, ref_template="#/$defs/{name}")
    for component in components.values():
        if "description" in component:
            component["description"] = inspect.cleandoc(component["description"])
    return {
        "$schema": DIALECT,
        "$id": f"{VERSION}/{name}",
        "title": title,
        "anyOf": [
            {**reference, "description": text}
            for reference, text in zip(references, kinds.values(), strict=True)
        ],
        "$defs": components,
    }


def predictions_schema() -> dict[str, Any]:
    return compose("predictions", "A line of a prediction file", PREDICTION_LINES)


def report_schema() -> dict[str, Any]:
    """Give the schema of a report, or of a list of them as several prediction files yield.

    The four counts have two forms, which types without a tag cannot say.
    """
    schema = compose("report", "The JSON of `pledgewire score --json`", {Report: "of one system"})
    reference = {name: value for name, value in schema["anyOf"][0].items() if name == "$ref"}
    schema["anyOf"].append(
        {"type": "array", "items": reference, "description": "of several systems"}
    )
    schema["$defs"]["Counted"]["oneOf"] = [
        {"required": ["hits"]},
        {"required": ["recalled", "precise"]},
    ]
    return schema


def gold_schema() -> dict[str, Any]:
    """Give the schema of the lines of a data folder; gold must have what predictions may lack."""
    schema = compose("gold", "A line of a file of a data folder", GOLD_LINES)
    for layer, (_, line, _) in LAYER_FILES.items():
        component = schema["$defs"][line.__name__]
        component["required"] += REQUIRED[layer]
        for field in REQUIRED[layer]:
            component["properties"][field] = without_null(component["properties"][field])
    return schema


def without_null(value: dict[str, Any]) -> dict[str, Any]:
    """Give the schema of a value that must be there: not null, a list not empty."""
    options = [option for option in value.get("anyOf", [value]) if option != {"type": "null"}]
    needed = {key: part for key, part in options[0].items() if key != "default"}
    return {**needed, "minItems": 1} if needed["type"] == "array" else needed


SCHEMAS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "predictions": predictions_schema,
    "report": report_schema,
    "gold": gold_schema,
}


def schema_json(name: str) -> bytes:
    """Give a schema as text. Raises: ValueError for a name that has none."""
    if name not in SCHEMAS:
        raise ValueError(f"expected a schema, got {name!r}, allowed: {', '.join(SCHEMAS)}")
    return msgspec.json.format(msgspec.json.encode(SCHEMAS[name]()), indent=2) + b"\n"
