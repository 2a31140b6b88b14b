"""Columns of the Hub dataset, typed once: parquet schema, card and documentation come from here.

Labels are strings, so that SQL and data frames read them as they are. Offsets are code points,
half-open. Needs the extra `hub`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datasets import Features

Fields = dict[str, str]

MENTION: Fields = {
    "id": "string",
    "start": "int32",
    "end": "int32",
    "text": "string",
    "type": "string",
    "entity_id": "string",
    "form": "string",
}
FIGURE: Fields = {
    "id": "string",
    "start": "int32",
    "end": "int32",
    "text": "string",
    "kind": "string",
    "low": "float64",
    "high": "float64",
    "unit": "string",
    "bound": "string",
    "date": "string",
    "status": "string",
    "giver": "string",
    "receiver": "string",
    "same_as": "string",
}
STANCE: Fields = {"id": "string", "holder": "string", "issue_id": "string", "label": "string"}
ISSUE: Fields = {"issue_id": "string", "proposition": "string", "dimension": "string"}
DOCUMENT: Fields = {
    "doc_id": "string",
    "story_id": "string",
    "voice": "string",
    "outlet": "string",
    "title": "string",
    "published": "string",
    "origin": "string",
    "sha256": "string",
}
ENTITY_NAMES: Fields = {"entity_name": "string", "wikipedia": "string"}
CONTEXT: Fields = {"story_id": "string", "doc_id": "string", "voice": "string"}
PAIR: Fields = {
    "story_id": "string",
    "cluster_id": "string",
    "relation": "string",
    "doc_a": "string",
    "figure_a": "string",
    "text_a": "string",
    "doc_b": "string",
    "figure_b": "string",
    "text_b": "string",
}
SELECTOR: Fields = {"at": "int32", "length": "int32", "before": "string", "after": "string"}


def make_features() -> dict[str, Features]:
    """Give the features of each config. Raises: ImportError without `datasets`."""
    from datasets import Features, List, Value

    def struct(fields: Fields, **more: object) -> dict[str, object]:
        return {**{name: Value(kind) for name, kind in fields.items()}, **more}

    span = {"start": Value("int32"), "end": Value("int32")}
    strings = List(Value("string"))
    via = {"via": strings}
    nested_mentions = List(struct(MENTION, also=List(struct(without_id(MENTION)))))
    nested_figures = List(struct(FIGURE, also=List(struct(without_id(FIGURE)))))
    nested_stances = List(
        struct(STANCE, **via, evidence=List(span), also=List(struct(without_id(STANCE), **via)))
    )
    selectors = List(struct(SELECTOR, also_at=List(Value("int32"))))
    figure_ids = List({"doc_id": Value("string"), "figure_id": Value("string")})
    pairs = List({"a": Value("string"), "b": Value("string"), "relation": Value("string")})
    clusters = List({"cluster_id": Value("string"), "figures": figure_ids, "relations": pairs})
    return {
        "default": Features(
            struct(
                DOCUMENT,
                text=Value("string"),
                issues=List(struct(ISSUE)),
                entities=nested_mentions,
                figures=nested_figures,
                stances=nested_stances,
                sources=strings,
                facts=strings,
            )
        ),
        "stories": Features(
            {
                "story_id": Value("string"),
                "title": Value("string"),
                "window": Value("string"),
                "region": Value("string"),
                "topic": Value("string"),
                "documents": strings,
                "clusters": clusters,
            }
        ),
        "mentions": Features(struct({**CONTEXT, **MENTION, **ENTITY_NAMES})),
        "figures": Features(struct({**CONTEXT, **FIGURE})),
        "stances": Features(
            struct(
                {**CONTEXT, **STANCE, "proposition": "string", "dimension": "string"},
                **via,
                evidence=List(span),
                evidence_text=strings,
            )
        ),
        "clusters": Features(struct(PAIR)),
        "press": Features(
            struct(
                {**DOCUMENT},
                issues=List(struct(ISSUE)),
                entities=List(struct(without_text(MENTION), selectors=selectors)),
                figures=List(struct(without_text(FIGURE), selectors=selectors)),
                stances=List(struct(STANCE, **via, evidence=List(span), selectors=selectors)),
            )
        ),
    }


def without_id(fields: Fields) -> Fields:
    return {
        name: kind for name, kind in fields.items() if name not in ("id", "same_as", "issue_id")
    }


def without_text(fields: Fields) -> Fields:
    return {name: kind for name, kind in fields.items() if name != "text"}
