"""Write converted documents: as a data folder in pledgewire's layout, or as predictions."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from pledgewire import jsonl
from pledgewire.convert.foreign import ForeignDocument, ForeignMention, count
from pledgewire.corpus import LAYER_FILES, MentionLine, text_path
from pledgewire.normalise import fold_name
from pledgewire.problems import Problem
from pledgewire.records import Document, Entity, Layers, Mention, Split, Story

MENTIONS = LAYER_FILES["entities"][0]
WHOLE = "text"
"""Last part of the id of a document that is a story of its own."""


class Placed(NamedTuple):
    """A document with its id and story in our layout; labels are entity types."""

    doc_id: str
    story: str
    document: ForeignDocument


def place_documents(
    documents: Iterable[ForeignDocument], story: str | None, problems: list[Problem]
) -> list[Placed]:
    """Give each document an id: `<story>/<name>`.

    A name `a/b` is document b of story a. Otherwise the document is a story of its own, so that
    intervals are drawn over documents, unless `story` says of which story all documents are.
    """
    placed: dict[str, Placed] = {}
    for document in documents:
        own, _, name = document.name.rpartition("/")
        if story is not None:
            item = Placed(f"{story}/{name}", story, document)
        elif own:
            item = Placed(document.name, own, document)
        else:
            item = Placed(f"{name}/{WHOLE}", name, document)
        if not all(map(is_name, item.doc_id.split("/"))) or item.doc_id.count("/") != 1:
            fault = (
                "document-name",
                f"{document.name!r} cannot be a document's name",
                "use a name or story/name, without # and \\, not beginning with a full stop",
            )
            problems.append(Problem(document.shown, document.line, "", *fault))
        elif item.doc_id in placed:
            first = placed[item.doc_id].document
            place = f"{first.shown}:{first.line}" if first.line else first.shown
            fault = (
                "duplicate-id",
                f"{item.doc_id!r} is the id of {place} too",
                "give each document a name of its own",
            )
            problems.append(Problem(document.shown, document.line, "", *fault))
        else:
            placed[item.doc_id] = item
    return list(placed.values())


def is_name(part: str) -> bool:
    """Tell whether a part of an id can be a file's name and stand before `#` in a figure's key."""
    return (
        bool(part)
        and not part.startswith(".")
        and not any(c in "#\\/" or unicodedata.category(c) == "Cc" for c in part)
    )


def entity_id(mention: ForeignMention, text: str) -> str:
    """Name the entity of a mention by its type and folded text: `person:ana berg`."""
    surface = text[mention.start : mention.end]
    return f"{mention.label.lower()}:{fold_name(surface) or surface}"


def to_mentions(document: ForeignDocument) -> tuple[Mention, ...]:
    """Turn the spans of a document into mentions, numbered in the order of the text."""
    return tuple(
        Mention(
            type=mention.label,
            id=f"m{number}",
            start=mention.start,
            end=mention.end,
            text=document.text[mention.start : mention.end],
            entity_id=entity_id(mention, document.text),
        )
        for number, mention in enumerate(sorted(document.mentions), start=1)
    )


def write_predictions(placed: Sequence[Placed], path: Path) -> None:
    """Write one line a document, those without mentions included."""
    jsonl.write_records(
        path,
        [
            Layers(doc_id=item.doc_id, entities=to_mentions(item.document))
            for item in sorted(placed)
        ],
    )


def merge_equal(document: ForeignDocument) -> ForeignDocument:
    """Keep one of the mentions that have one span and type: gold holds each once."""
    unique = {(m.start, m.end, m.label): m for m in reversed(document.mentions)}
    return document._replace(mentions=tuple(unique.values()))


def write_gold(
    placed: Sequence[Placed], out: Path, split: Split, published: str, origin: str
) -> list[str]:
    """Write a folder that `--data` takes; gives notes on what was made of the input.

    Raises: ValueError when the folder holds anything already.
    """
    if out.is_dir() and any(out.iterdir()):
        raise ValueError(f"expected a new or empty folder in --out, got {out}, which holds files")
    items = [item._replace(document=merge_equal(item.document)) for item in sorted(placed)]
    stories: dict[str, list[Placed]] = defaultdict(list)
    for item in items:
        stories[item.story].append(item)
    documents = [describe(item, split, published, origin) for item in items]
    for item, document in zip(items, documents, strict=True):
        jsonl.write_bytes(out / text_path(document), item.document.text.encode("utf-8"))
    for story, members in stories.items():
        folder = out / "annotations" / "wire" / story
        for file in (*(file for file, _, _ in LAYER_FILES.values()), "clusters.jsonl"):
            if file != MENTIONS:
                jsonl.write_records(folder / file, [])
        jsonl.write_records(
            folder / MENTIONS,
            [
                MentionLine(doc_id=item.doc_id, **{f: getattr(m, f) for f in m.__struct_fields__})
                for item in members
                for m in to_mentions(item.document)
            ],
        )
    jsonl.write_records(out / "annotations" / "entities.jsonl", collect_entities(items))
    jsonl.write_records(out / "annotations" / "issues.jsonl", [])
    jsonl.write_records(
        out / "corpus" / "stories.jsonl",
        [
            Story(id=story, title=story, window=published, split=split, region="", topic="")
            for story in stories
        ],
    )
    jsonl.write_records(out / "corpus" / "documents.jsonl", documents)
    merged = sum(len(item.document.mentions) for item in placed) - sum(
        len(item.document.mentions) for item in items
    )
    notes = [
        "entities are made from the mentions' texts: metrics of identity compare spellings only",
        "gold is of entities only: score with --layers entities",
    ]
    if not published:
        notes.append("no day of publication: extractors that resolve dates need --published")
    if merged:
        notes.insert(0, f"{count(merged, 'mention')} merged with another of the same span and type")
    return notes


def describe(item: Placed, split: Split, published: str, origin: str) -> Document:
    return Document(
        id=item.doc_id,
        story=item.story,
        track="wire",
        split=split,
        outlet="",
        title="",
        published=published,
        sha256=hashlib.sha256(item.document.text.encode("utf-8")).hexdigest(),
        origin=origin,
    )


def collect_entities(items: Iterable[Placed]) -> list[Entity]:
    """Register one entity for each type and folded text; its name is the commonest spelling."""
    spellings: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    types: dict[str, str] = {}
    for item in items:
        for mention in to_mentions(item.document):
            spelling = " ".join(mention.text.split()) or mention.text
            spellings[mention.entity_id][spelling] += 1
            types[mention.entity_id] = mention.type
    entities = []
    for key, counts in sorted(spellings.items()):
        name, *aliases = sorted(counts, key=lambda s: (-counts[s], s))
        entities.append(Entity(key, types[key], name, tuple(sorted(aliases))))
    return entities
