"""Load a track and split: documents, texts, gold, registries. Any folder in our layout will do.

Layout (see CONTRIBUTING.md): `corpus/documents.jsonl`, `corpus/stories.jsonl`,
`corpus/wire/<story>/<voice>.txt`, `annotations/entities.jsonl`, `annotations/issues.jsonl`,
`annotations/<track>/<story>/{mentions,figures,stances,clusters}.jsonl`.
"""

from __future__ import annotations

import difflib
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from pledgewire import jsonl
from pledgewire.problems import DataError, Problem, raise_if_any
from pledgewire.records import (
    SPLITS,
    TRACKS,
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


def find_data() -> Path:
    """Find the benchmark's own data: inside an installed wheel, or at the root of the checkout."""
    package = Path(__file__).resolve().parent
    for root in (package / "data", package.parent.parent):
        if (root / "corpus" / "documents.jsonl").is_file():
            return root
    raise DataError(
        [
            Problem(
                str(package / "data"),
                0,
                "",
                "data-missing",
                "the package was installed without its data",
                "install the wheel again, or name a folder with --data",
            )
        ]
    )


def load_corpus(
    data: Path | None = None,
    track: str = "wire",
    split: str = "test",
    press: Path | None = None,
) -> Corpus:
    """Load texts and gold of one track and split (`all` for every split).

    `press` is a folder that holds the user's copies of the press articles; without it the press
    track loads only from a folder that `pledgewire hydrate --out` has written.
    Raises: DataError with every fault found; ValueError for an unknown track or split.
    """
    if track not in TRACKS:
        raise ValueError(f"expected a track, got {track!r}, allowed: {', '.join(TRACKS)}")
    if split not in (*SPLITS, ALL):
        raise ValueError(f"expected a split, got {split!r}, allowed: {', '.join(SPLITS)}, {ALL}")
    root = Path(data) if data is not None else find_data()
    problems: list[Problem] = []
    stories = read_keyed(root, "corpus/stories.jsonl", Story, "id", problems)
    documents = {
        doc_id: document
        for doc_id, document in read_keyed(
            root, "corpus/documents.jsonl", Document, "id", problems
        ).items()
        if document.track == track and split in (ALL, document.split)
    }
    entities = read_keyed(root, "annotations/entities.jsonl", Entity, "entity_id", problems)
    issues = read_keyed(root, "annotations/issues.jsonl", Issue, "id", problems)
    raise_if_any(problems)
    notes: tuple[str, ...] = ()
    if track == "press" and not any((root / text_path(d)).is_file() for d in documents.values()):
        from pledgewire.press import hydrate_for_loading

        texts, gold, notes = hydrate_for_loading(root, documents, press)
        documents = {doc_id: documents[doc_id] for doc_id in sorted(texts)}
    else:
        texts = read_texts(root, documents, problems)
        gold = read_gold(root, documents, problems)
    clusters = read_clusters(root, documents, problems)
    raise_if_any(problems)
    used = {document.story for document in documents.values()}
    return Corpus(
        root=root,
        version=read_version(root),
        track=track,
        split=split,
        stories={key: story for key, story in stories.items() if key in used},
        documents=documents,
        texts=texts,
        gold=gold,
        clusters=clusters,
        entities=entities,
        issues={key: issue for key, issue in issues.items() if issue.story in used},
        notes=notes,
    )


def text_path(document: Document) -> str:
    """Place of a document's text below the data folder: `corpus/<track>/<id>.txt`."""
    name = document.id.removeprefix(f"{document.track}/")
    return f"corpus/{document.track}/{name}.txt"


def read_version(root: Path) -> str:
    path = root / "corpus" / "VERSION"
    return path.read_text(encoding="utf-8").strip() if path.is_file() else "unversioned"


def read_keyed(
    root: Path, name: str, kind: type, key: str, problems: list[Problem]
) -> dict[str, Any]:
    """Read records by their id, sorted; an id that comes twice is a problem."""
    found: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for number, record in jsonl.read_records(root / name, name, kind, problems):
        value = getattr(record, key)
        if value in found:
            problems.append(
                Problem(
                    name,
                    number,
                    key,
                    "duplicate-id",
                    f"{value!r} stands on line {lines[value]} too",
                    "give each record an id of its own",
                )
            )
            continue
        found[value] = record
        lines[value] = number
    return dict(sorted(found.items()))


def read_texts(
    root: Path, documents: Mapping[str, Document], problems: list[Problem]
) -> dict[str, str]:
    texts = {}
    for doc_id, document in documents.items():
        name = text_path(document)
        text = jsonl.read_text(root / name, name, problems)
        if text is not None:
            texts[doc_id] = text
    return texts


def read_gold(
    root: Path, documents: Mapping[str, Document], problems: list[Problem]
) -> dict[str, Layers]:
    """Read the three layers of each document that has gold (its story's folder exists)."""
    collected: dict[str, dict[str, list[Any]]] = {}
    for track, story in sorted({(d.track, d.story) for d in documents.values()}):
        folder = f"annotations/{track}/{story}"
        if not (root / folder).is_dir():
            continue
        for document in documents.values():
            if document.story == story:
                collected[document.id] = {layer: [] for layer in LAYER_FILES}
        for layer, (file, line_type, record_type) in LAYER_FILES.items():
            name = f"{folder}/{file}"
            for number, record in jsonl.read_records(root / name, name, line_type, problems):
                if record.doc_id not in documents:
                    problems.append(unknown_document(name, number, record.doc_id, documents))
                    continue
                collected[record.doc_id][layer].append(without_key(record, record_type))
    return {
        doc_id: Layers(doc_id=doc_id, **{k: order_records(v) for k, v in layers.items()})
        for doc_id, layers in sorted(collected.items())
    }


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


def read_clusters(
    root: Path, documents: Mapping[str, Document], problems: list[Problem]
) -> dict[str, StoryLayer]:
    clusters: dict[str, list[Cluster]] = defaultdict(list)
    for track, story in sorted({(d.track, d.story) for d in documents.values()}):
        name = f"annotations/{track}/{story}/clusters.jsonl"
        if not (root / name).parent.is_dir():
            continue
        clusters[story] = []
        for _, record in jsonl.read_records(root / name, name, ClusterLine, problems):
            clusters[story].append(without_key(record, Cluster))
    return {
        story: StoryLayer(
            story_id=story, clusters=tuple(sorted(found, key=lambda c: c.cluster_id or ""))
        )
        for story, found in sorted(clusters.items())
    }


def without_key(record: Any, kind: type) -> Any:
    """Turn a line's record into the plain record, without `doc_id` or `story_id`."""
    return kind(**{f.name: getattr(record, f.name) for f in msgspec.structs.fields(kind)})


def unknown_document(
    name: str, number: int, doc_id: str, documents: Mapping[str, Document]
) -> Problem:
    near = difflib.get_close_matches(doc_id, documents, n=1)
    mend = f"did you mean {near[0]!r}?" if near else "use an id of corpus/documents.jsonl"
    return Problem(
        name, number, "doc_id", "unknown-document", f"no document has the id {doc_id!r}", mend
    )
