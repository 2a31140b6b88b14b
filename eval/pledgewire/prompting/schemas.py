"""JSON Schema of the answers that a language model gives. Every string and list is bounded.

Strict: all fields are required, none may be added, and a field that can be empty is null. There are
no offsets: a model counts characters badly, and the harness finds quoted strings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pledgewire.records import (
    BOUNDS,
    ENTITY_TYPES,
    KINDS,
    LABELS_OF,
    RELATIONS,
    STATUSES,
    Issue,
    Source,
)

DOCUMENT_LAYERS = ("entities", "figures", "stances")
MOST_RECORDS: Mapping[str, int] = {"entities": 600, "figures": 300, "stances": 120}
MOST_CLUSTERS, MOST_MEMBERS, MOST_PAIRS, MOST_JOINED = 80, 40, 200, 120
MOST_EVIDENCE, MOST_VIA = 3, 4
NAME, UNIT, DATE, SURFACE, SENTENCE = 120, 60, 40, 200, 1_000
"""Longest strings. Units: code points. Gold has some half of it at most."""

Schema = dict[str, Any]


def check_layers(layers: Iterable[str]) -> tuple[str, ...]:
    """Give layers in their usual order. Raises: ValueError for none, or one documents lack."""
    chosen = tuple(layers)
    unknown = [layer for layer in chosen if layer not in DOCUMENT_LAYERS]
    if unknown or not chosen:
        raise ValueError(
            f"expected layers of a document, got {unknown or 'none'}, "
            f"allowed: {', '.join(DOCUMENT_LAYERS)}"
        )
    return tuple(layer for layer in DOCUMENT_LAYERS if layer in chosen)


def answer_schema(source: Source, layers: Sequence[str] = DOCUMENT_LAYERS) -> Schema:
    """Give the schema of an answer about one document.

    Raises: ValueError for a layer that documents lack.
    """
    items = {
        "entities": mention_schema(),
        "figures": figure_schema(),
        "stances": stance_schema(source.issues),
    }
    return strict_object(
        {
            layer: list_of(items[layer], MOST_RECORDS[layer] if items[layer] else 0)
            for layer in check_layers(layers)
        }
    )


def mention_schema() -> Schema:
    return strict_object(
        {
            "text": string(SURFACE),
            "type": choice(ENTITY_TYPES),
            "form": choice(("name", "nominal")),
            "entity_id": string(NAME),
        }
    )


def figure_schema() -> Schema:
    return strict_object(
        {
            "id": string(UNIT),
            "kind": choice(KINDS),
            "text": string(SURFACE),
            "low": {"type": ["number", "null"]},
            "high": {"type": ["number", "null"]},
            "unit": or_null(string(UNIT)),
            "bound": or_null(choice(BOUNDS)),
            "date": or_null(string(DATE)),
            "status": choice(STATUSES),
            "giver": or_null(string(NAME)),
            "receiver": or_null(string(NAME)),
            "same_as": or_null(string(UNIT)),
        }
    )


def stance_schema(issues: Iterable[Issue]) -> Schema:
    """Give the schema of a stance: each issue with the labels of its dimension only.

    Empty if there is no issue to take a stance on.
    """
    issues = tuple(issues)
    options = [
        strict_object(
            {
                "holder": string(NAME),
                "issue_id": choice([i.id for i in issues if i.dimension == dimension]),
                "label": choice(labels),
                "via": list_of(string(NAME), MOST_VIA),
                "evidence_text": list_of(string(SENTENCE), MOST_EVIDENCE),
            }
        )
        for dimension, labels in LABELS_OF.items()
        if any(i.dimension == dimension for i in issues)
    ]
    return {"anyOf": options} if len(options) > 1 else options[0] if options else {}


def story_schema(sources: Sequence[Source]) -> Schema:
    """Give the schema of an answer about the documents of one story."""
    figure = strict_object({"id": string(UNIT), "kind": choice(KINDS), "text": string(SURFACE)})
    key = string(NAME + UNIT)
    pair = strict_object(
        {"a": key, "b": key, "relation": choice([r for r in RELATIONS if r != "identical"])}
    )
    return strict_object(
        {
            "documents": list_of(
                strict_object(
                    {
                        "document": choice([source.doc_id for source in sources]),
                        "figures": list_of(figure, MOST_JOINED),
                    }
                ),
                len(sources),
            ),
            "clusters": list_of(
                strict_object(
                    {"figures": list_of(key, MOST_MEMBERS), "relations": list_of(pair, MOST_PAIRS)}
                ),
                MOST_CLUSTERS,
            ),
        }
    )


def strict_object(properties: Mapping[str, Schema]) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def list_of(items: Schema, most: int) -> Schema:
    return {"type": "array", "items": items or string(1), "maxItems": most}


def string(most: int) -> Schema:
    return {"type": "string", "maxLength": most}


def choice(values: Iterable[str]) -> Schema:
    return {"type": "string", "enum": list(values)}


def or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}
