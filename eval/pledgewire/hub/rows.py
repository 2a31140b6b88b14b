"""Rows of the Hub dataset from the corpus, and gold back from rows of the config `default`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from pledgewire.corpus import LAYER_FILES, Corpus
from pledgewire.metrics.crossdoc import document_of, pairs_of
from pledgewire.records import (
    Cluster,
    Document,
    Figure,
    Layers,
    Mention,
    Pair,
    Stance,
    StoryLayer,
)
from pledgewire.standoff import read_standoff

Row = dict[str, Any]
KINDS = {"entities": Mention, "figures": Figure, "stances": Stance}


def document_row(document: Document) -> Row:
    return {
        "doc_id": document.id,
        "story_id": document.story,
        "voice": document.voice,
        "outlet": document.outlet,
        "title": document.title,
        "published": document.published,
        "origin": document.origin,
        "sha256": document.sha256,
    }


def issue_rows(corpus: Corpus, story: str) -> list[Row]:
    return [
        {"issue_id": i.id, "proposition": i.proposition, "dimension": i.dimension}
        for i in corpus.issues.values()
        if i.story == story
    ]


def record_row(record: Any) -> Row:
    """Turn a record into a row: defaults written out, spans as start and end."""
    row = {name: getattr(record, name) for name in record.__struct_fields__}
    row.pop("value", None)
    row.pop("evidence_text", None)
    if "evidence" in row:
        row["evidence"] = [{"start": start, "end": end} for start, end in row["evidence"]]
    if "via" in row:
        row["via"] = list(row["via"])
    row["also"] = [dict(other) for other in row["also"]]
    return row


def default_rows(corpus: Corpus, doc_ids: list[str]) -> Iterator[Row]:
    """Yield one row a document, all layers nested."""
    for doc_id in doc_ids:
        document, layers = corpus.documents[doc_id], corpus.gold[doc_id]
        yield {
            **document_row(document),
            "text": corpus.texts[doc_id],
            "issues": issue_rows(corpus, document.story),
            **{
                layer: [record_row(record) for record in getattr(layers, layer) or ()]
                for layer in LAYER_FILES
            },
            "sources": list(document.sources),
            "facts": [*document.facts, *document.figures, *document.positions],
        }


def story_rows(corpus: Corpus, doc_ids: list[str]) -> Iterator[Row]:
    """Yield one row a story: its documents and the clusters of its figures."""
    wanted = {corpus.documents[doc_id].story for doc_id in doc_ids}
    for story_id in sorted(wanted):
        story = corpus.stories[story_id]
        layer = corpus.clusters.get(story_id)
        yield {
            "story_id": story_id,
            "title": story.title,
            "window": story.window,
            "region": story.region,
            "topic": story.topic,
            "documents": corpus.story_documents(story_id),
            "clusters": [
                {
                    "cluster_id": cluster.cluster_id,
                    "figures": [
                        {"doc_id": document_of(f), "figure_id": f.rpartition("#")[2]}
                        for f in cluster.figures
                    ],
                    "relations": [
                        {"a": p.a, "b": p.b, "relation": p.relation} for p in cluster.relations
                    ],
                }
                for cluster in (layer.clusters if layer else ())
            ],
        }


def context_row(document: Document) -> Row:
    return {"story_id": document.story, "doc_id": document.id, "voice": document.voice}


def flat_rows(layer: str) -> Callable[[Corpus, list[str]], Iterator[Row]]:
    """Make a function that yields one row a record of a layer."""

    def rows(corpus: Corpus, doc_ids: list[str]) -> Iterator[Row]:
        for doc_id in doc_ids:
            for record in getattr(corpus.gold[doc_id], layer) or ():
                row = {**context_row(corpus.documents[doc_id]), **record_row(record)}
                row.pop("also")
                yield {**row, **more_columns(corpus, doc_id, record)}

    return rows


def more_columns(corpus: Corpus, doc_id: str, record: Mention | Figure | Stance) -> Row:
    """Add what a reader of one table would have to look up in another."""
    if isinstance(record, Mention):
        entity = corpus.entities.get(record.entity_id or "")
        return {
            "entity_name": entity.name if entity else None,
            "wikipedia": entity.wikipedia if entity else None,
        }
    if isinstance(record, Stance):
        issue = corpus.issues[record.issue_id]
        text = corpus.texts[doc_id]
        return {
            "proposition": issue.proposition,
            "dimension": issue.dimension,
            "evidence_text": [text[start:end] for start, end in record.evidence],
        }
    return {}


def pair_rows(corpus: Corpus, doc_ids: list[str]) -> Iterator[Row]:
    """Yield one row a pair of figures of different documents that state one quantity."""
    texts = {
        f"{doc_id}#{figure.id}": figure.text
        for doc_id in doc_ids
        for figure in corpus.gold[doc_id].figures or ()
    }
    for story_id in sorted({corpus.documents[doc_id].story for doc_id in doc_ids}):
        layer = corpus.clusters.get(story_id)
        for cluster in layer.clusters if layer else ():
            for (a, b), relation in sorted(pairs_of([cluster]).items()):
                row = {
                    "story_id": story_id,
                    "cluster_id": cluster.cluster_id,
                    "relation": relation,
                }
                for side, figure in (("a", a), ("b", b)):
                    row[f"doc_{side}"] = document_of(figure)
                    row[f"figure_{side}"] = figure.rpartition("#")[2]
                    row[f"text_{side}"] = texts[figure]
                yield row


def press_rows(root: Path, documents: Mapping[str, Document], corpus: Corpus) -> Iterator[Row]:
    """Yield one row a press document: annotations with selectors, no word of the article."""
    for doc_id, standoff in read_standoff(root / "annotations", documents).items():
        document = documents[doc_id]
        row = {**document_row(document), "issues": issue_rows(corpus, document.story)}
        for layer in LAYER_FILES:
            records = []
            for record in getattr(standoff, layer) or ():
                fields = record_row(record)
                for name in ("doc_id", "also", "text"):
                    fields.pop(name, None)
                fields["selectors"] = [
                    {
                        **{name: getattr(s, name) for name in ("at", "length", "before", "after")},
                        "also_at": list(s.also_at),
                    }
                    for s in record.selectors
                ]
                records.append(fields)
            row[layer] = records
        yield row


ROWS: dict[str, Callable[[Corpus, list[str]], Iterator[Row]]] = {
    "default": default_rows,
    "stories": story_rows,
    "mentions": flat_rows("entities"),
    "figures": flat_rows("figures"),
    "stances": flat_rows("stances"),
    "clusters": pair_rows,
}


def layers_of_row(row: Mapping[str, Any]) -> Layers:
    """Give the gold of a row of the config `default`, as it was. Empty columns are left out."""
    found = {}
    for layer, kind in KINDS.items():
        records = []
        for fields in row[layer]:
            kept = drop_empty(fields)
            if "evidence" in kept:
                kept["evidence"] = [(span["start"], span["end"]) for span in kept["evidence"]]
            kept["also"] = [drop_empty(other) for other in fields.get("also") or ()]
            for name in ("low", "high"):
                if name in kept:
                    kept[name] = as_whole(kept[name])
            records.append(msgspec.convert(kept, kind))
        found[layer] = tuple(records)
    return Layers(doc_id=row["doc_id"], **found)


def drop_empty(fields: Mapping[str, Any]) -> Row:
    return {
        name: as_whole(value) if name in ("low", "high") else value
        for name, value in fields.items()
        if value is not None and (name != "via" or value)
    }


def as_whole(value: float) -> float | int:
    """Give a whole number as an integer, as gold writes it."""
    return int(value) if float(value).is_integer() else value


def story_layer_of_row(row: Mapping[str, Any]) -> StoryLayer:
    """Give layer 4 of a row of the config `stories`, as it was."""
    return StoryLayer(
        story_id=row["story_id"],
        clusters=tuple(
            Cluster(
                figures=tuple(f"{f['doc_id']}#{f['figure_id']}" for f in cluster["figures"]),
                cluster_id=cluster["cluster_id"],
                relations=tuple(Pair(**pair) for pair in cluster["relations"]),
            )
            for cluster in row["clusters"]
        ),
    )
