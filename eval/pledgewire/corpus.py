"""A track and split in memory, and the lines of the files that hold its gold."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pledgewire import jsonl
from pledgewire.problems import Problem
from pledgewire.records import (
    Cluster,
    Document,
    Entity,
    Figure,
    Issue,
    Layers,
    Mention,
    Source,
    Stance,
    Story,
    StoryLayer,
)

ALL = "all"


class MentionLine(Mention, kw_only=True, frozen=True, forbid_unknown_fields=True):
    doc_id: str


class FigureLine(Figure, kw_only=True, frozen=True, forbid_unknown_fields=True):
    doc_id: str


class StanceLine(Stance, kw_only=True, frozen=True, forbid_unknown_fields=True):
    doc_id: str


class ClusterLine(Cluster, kw_only=True, frozen=True, forbid_unknown_fields=True):
    story_id: str


LAYER_FILES: dict[str, tuple[str, type, type]] = {
    "entities": ("mentions.jsonl", MentionLine, Mention),
    "figures": ("figures.jsonl", FigureLine, Figure),
    "stances": ("stances.jsonl", StanceLine, Stance),
}


@dataclass(frozen=True)
class Corpus:
    """One track and split in memory, everything keyed by id and sorted by it.

    `annotated` names the documents that have gold; the others are not scored.
    """

    root: Path
    version: str
    track: str
    split: str
    stories: Mapping[str, Story]
    documents: Mapping[str, Document]
    texts: Mapping[str, str]
    gold: Mapping[str, Layers]
    clusters: Mapping[str, StoryLayer]
    entities: Mapping[str, Entity]
    issues: Mapping[str, Issue]
    notes: tuple[str, ...] = field(default=())

    @property
    def sha256(self) -> str:
        """Hash the texts and gold in use; the order of lines in the files does not matter."""
        digest = hashlib.sha256()
        for part in (
            [self.texts[doc_id] for doc_id in sorted(self.texts)],
            [self.gold[doc_id] for doc_id in sorted(self.gold)],
            [self.clusters[story_id] for story_id in sorted(self.clusters)],
            [self.entities[entity_id] for entity_id in sorted(self.entities)],
            [self.issues[issue_id] for issue_id in sorted(self.issues)],
        ):
            for item in part:
                digest.update(jsonl.encode(item) + b"\n")
        return digest.hexdigest()

    def source(self, doc_id: str) -> Source:
        """Give what an extractor may see of a document."""
        document = self.documents[doc_id]
        return Source(
            doc_id=doc_id,
            story_id=document.story,
            text=self.texts[doc_id],
            published=document.published,
            issues=tuple(i for i in self.issues.values() if i.story == document.story),
        )

    def story_documents(self, story_id: str) -> list[str]:
        return [d.id for d in self.documents.values() if d.story == story_id]


def text_path(document: Document) -> str:
    """Place of a document's text below the data folder: `corpus/<track>/<id>.txt`."""
    name = document.id.removeprefix(f"{document.track}/")
    return f"corpus/{document.track}/{name}.txt"


def order_records(records: Iterable[Any]) -> tuple[Any, ...]:
    """Sort by place, then by content, so that the order of lines in a file never matters."""
    return tuple(
        sorted(
            records,
            key=lambda r: (getattr(r, "start", None) or 0, id_number(r.id), jsonl.encode(r)),
        )
    )


def id_number(record_id: str | None) -> tuple[str, int]:
    """Split `f12` into ("f", 12), so that f2 comes before f12."""
    record_id = record_id or ""
    head = record_id.rstrip("0123456789")
    return head, int(record_id[len(head) :] or 0)


def without_key(record: Any, kind: type) -> Any:
    """Turn a line's record into the plain record, without `doc_id` or `story_id`."""
    return kind(**{name: getattr(record, name) for name in kind.__struct_fields__})


def unknown_document(
    name: str, number: int, doc_id: str, documents: Mapping[str, Document]
) -> Problem:
    near = difflib.get_close_matches(doc_id, documents, n=1)
    mend = f"did you mean {near[0]!r}?" if near else "use an id of corpus/documents.jsonl"
    return Problem(
        name, number, "doc_id", "unknown-document", f"no document has the id {doc_id!r}", mend
    )
