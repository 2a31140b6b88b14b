"""Checks of gold: what the types cannot say, and what layers owe each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from pledgewire.checks.context import Context
from pledgewire.checks.offsets import Placed, find_offset_faults
from pledgewire.checks.predictions import find_figure_faults, find_stance_faults
from pledgewire.corpus import LAYER_FILES, Corpus
from pledgewire.metrics.crossdoc import document_of, key_of
from pledgewire.problems import Problem
from pledgewire.records import AUTHOR, Entity, Layers

REQUIRED = {
    "entities": ("id", "start", "end", "text", "entity_id"),
    "figures": ("id", "start", "end", "text"),
    "stances": ("id", "evidence"),
}


def documents_of(context: Context) -> Iterator[tuple[Corpus, Layers, str]]:
    for corpus in context.tracks:
        for doc_id, layers in corpus.gold.items():
            yield corpus, layers, f"annotations/{corpus.track}/{corpus.documents[doc_id].story}"


def records_of(layers: Layers) -> Iterator[tuple[str, str, Any]]:
    """Yield (layer, name of the record, record)."""
    for layer in LAYER_FILES:
        for record in getattr(layers, layer) or ():
            yield layer, f"{layers.doc_id}#{record.id}", record


def check_offsets(context: Context) -> Iterator[Problem]:
    """Offsets lie in the text and the text at them is the one stated; readings in `also` too."""
    for corpus, layers, folder in documents_of(context):
        for layer, (file, _, _) in LAYER_FILES.items():
            placed: list[Placed] = []
            for record in getattr(layers, layer) or ():
                name = f"{layers.doc_id}#{record.id}"
                if layer == "stances":
                    placed.extend(
                        Placed(f"{name}.evidence", s, e, None) for s, e in record.evidence
                    )
                    continue
                if record.start is not None and record.end is not None:
                    placed.append(Placed(name, record.start, record.end, record.text))
                placed.extend(
                    Placed(f"{name}.also", other["start"], other["end"], other.get("text"))
                    for other in record.also
                    if "start" in other
                )
            for field, code, message, mend in find_offset_faults(
                corpus.texts[layers.doc_id], placed
            ):
                yield Problem(f"{folder}/{file}", 0, field, code, message, mend)


def check_required_fields(context: Context) -> Iterator[Problem]:
    """Gold leaves nothing out that a prediction may leave out."""
    for _, layers, folder in documents_of(context):
        for layer, name, record in records_of(layers):
            for field in REQUIRED[layer]:
                if getattr(record, field) in (None, ()):
                    yield Problem(
                        f"{folder}/{LAYER_FILES[layer][0]}",
                        0,
                        f"{name}.{field}",
                        "missing-field",
                        "gold needs it",
                        f"add {field!r}",
                    )
        for layer, name, record in records_of(layers):
            if layer != "figures":
                continue
            is_date = record.kind == "date"
            wanted = ("date",) if is_date else ("low", "high", "unit", "bound")
            unwanted = (
                ("low", "high", "unit", "bound", "giver", "receiver", "value")
                if is_date
                else ("date", "value")
            )
            for field in wanted:
                if getattr(record, field) is None:
                    yield Problem(
                        f"{folder}/figures.jsonl",
                        0,
                        f"{name}.{field}",
                        "missing-field",
                        f"a figure of kind {record.kind} needs it",
                        f"add {field!r}",
                    )
            for field in unwanted:
                if getattr(record, field) is not None:
                    yield Problem(
                        f"{folder}/figures.jsonl",
                        0,
                        f"{name}.{field}",
                        "field-of-other-kind",
                        f"a figure of kind {record.kind} has none",
                        f"remove {field!r}",
                    )


def check_ids(context: Context) -> Iterator[Problem]:
    """Ids are unique in a document, and no two mentions have one span and type."""
    for _, layers, folder in documents_of(context):
        seen: dict[tuple[str, object], str] = {}
        for layer, name, record in records_of(layers):
            keys: list[tuple[str, object]] = [(layer, record.id)]
            if layer == "entities":
                keys.append((layer, (record.start, record.end, record.type)))
            if layer == "figures":
                keys.append((layer, (record.start, record.end)))
            if layer == "stances":
                keys.append((layer, (record.holder, record.issue_id)))
            for key in keys:
                if key in seen:
                    yield Problem(
                        f"{folder}/{LAYER_FILES[layer][0]}",
                        0,
                        name,
                        "duplicate",
                        f"the same as {seen[key]}",
                        "keep one",
                    )
                seen.setdefault(key, name)


def check_registry(context: Context) -> Iterator[Problem]:
    """Every entity id is registered, and giver, receiver, holder and via stand in the document:
    as a mention or, where the guidelines allow none (E14), by a name of theirs."""
    for corpus, layers, folder in documents_of(context):
        present = {m.entity_id for m in layers.entities or ()}
        present |= {
            o["entity_id"] for m in layers.entities or () for o in m.also if "entity_id" in o
        }
        for layer, name, record in records_of(layers):
            for field, entity_id in references(layer, record):
                file = f"{folder}/{LAYER_FILES[layer][0]}"
                if entity_id == AUTHOR and field == "holder":
                    continue
                if entity_id not in corpus.entities:
                    yield Problem(
                        file,
                        0,
                        f"{name}.{field}",
                        "unknown-entity",
                        f"{entity_id!r} is not in annotations/entities.jsonl",
                        "register it, or use the id that is there",
                    )
                elif (
                    layer != "entities"
                    and entity_id not in present
                    and not is_named(corpus.entities[entity_id], corpus.texts[layers.doc_id])
                ):
                    yield Problem(
                        file,
                        0,
                        f"{name}.{field}",
                        "not-mentioned",
                        f"{entity_id!r} has no mention in the document",
                        "annotate the mention, or use the entity that the text names",
                    )


def is_named(entity: Entity, text: str) -> bool:
    """Tell whether a name or alias of the entity stands in the text."""
    return any(name in text for name in (entity.name, *entity.aliases))


def references(layer: str, record: Any) -> list[tuple[str, str]]:
    """List (field, entity id) of all that a record refers to."""
    if layer == "entities":
        return [("entity_id", record.entity_id)] if record.entity_id else []
    if layer == "figures":
        roles = (("giver", record.giver), ("receiver", record.receiver))
        return [(field, value) for field, value in roles if value]
    return [("holder", record.holder), *(("via", entity_id) for entity_id in record.via)]


def check_stances(context: Context) -> Iterator[Problem]:
    """Issues are of the story, labels fit their dimension."""
    for corpus, layers, folder in documents_of(context):
        issues = {i.id: i for i in corpus.source(layers.doc_id).issues}
        for stance in layers.stances or ():
            name = f"{layers.doc_id}#{stance.id}"
            for field, code, message, mend in find_stance_faults(stance, name, issues):
                yield Problem(f"{folder}/stances.jsonl", 0, field, code, message, mend)


def check_figures(context: Context) -> Iterator[Problem]:
    """Values, units and dates are of their kind; `same_as` names an earlier figure of the kind."""
    for _, layers, folder in documents_of(context):
        known = {f.id: f for f in layers.figures or ()}
        for figure in layers.figures or ():
            name = f"{layers.doc_id}#{figure.id}"
            for field, code, message, mend in find_figure_faults(figure, name):
                yield Problem(f"{folder}/figures.jsonl", 0, field, code, message, mend)
            if figure.same_as is None:
                continue
            target = known.get(figure.same_as)
            if target is None or target.start >= figure.start or target.same_as is not None:
                yield Problem(
                    f"{folder}/figures.jsonl",
                    0,
                    f"{name}.same_as",
                    "same-as",
                    f"{figure.same_as!r} is not the first figure of this quantity",
                    "name the first figure that states it (GUIDELINES F7.1)",
                )


def check_clusters(context: Context) -> Iterator[Problem]:
    """Clusters hold known figures of several documents, once each, and relate every pair."""
    for corpus in context.tracks:
        for story, layer in corpus.clusters.items():
            path = f"annotations/{corpus.track}/{story}/clusters.jsonl"
            known = {
                f"{doc_id}#{figure.id}"
                for doc_id in corpus.story_documents(story)
                if doc_id in corpus.gold
                for figure in corpus.gold[doc_id].figures or ()
            }
            homes: dict[str, list[str]] = defaultdict(list)
            for cluster in layer.clusters:
                name = cluster.cluster_id or "?"
                for figure in cluster.figures:
                    homes[figure].append(name)
                    if figure not in known:
                        yield Problem(
                            path, 0, name, "unknown-figure", f"no figure {figure!r}", "mend it"
                        )
                if len({document_of(f) for f in cluster.figures}) < 2:
                    yield Problem(
                        path,
                        0,
                        name,
                        "one-document",
                        "all figures are of one document",
                        "a cluster joins documents (GUIDELINES C1.1)",
                    )
                wanted = {
                    key_of(a, b)
                    for a, b in combinations(cluster.figures, 2)
                    if document_of(a) != document_of(b)
                }
                given = [key_of(p.a, p.b) for p in cluster.relations]
                if sorted(given) != sorted(wanted):
                    yield Problem(
                        path,
                        0,
                        name,
                        "relations",
                        f"relates {len(given)} pairs of {len(wanted)}, or others",
                        "give each pair of different documents one relation (GUIDELINES C1.3)",
                    )
            for figure, names in sorted(homes.items()):
                if len(names) > 1:
                    yield Problem(
                        path,
                        0,
                        figure,
                        "duplicate-figure",
                        f"is in {', '.join(names)}",
                        "keep it in one cluster",
                    )
