"""Load a track and split: documents, texts, gold, registries. Any folder in our layout will do.

Layout (see CONTRIBUTING.md): `corpus/documents.jsonl`, `corpus/stories.jsonl`,
`corpus/wire/<story>/<voice>.txt`, `annotations/entities.jsonl`, `annotations/issues.jsonl`,
`annotations/<track>/<story>/{mentions,figures,stances,clusters}.jsonl`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from pledgewire import jsonl
from pledgewire.corpus import (
    ALL,
    LAYER_FILES,
    ClusterLine,
    Corpus,
    order_records,
    text_path,
    unknown_document,
    without_key,
)
from pledgewire.problems import DataError, Problem, raise_if_any
from pledgewire.records import (
    SPLITS,
    TRACKS,
    Cluster,
    Document,
    Entity,
    Issue,
    Layers,
    Story,
    StoryLayer,
)


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
    if not documents:
        raise ValueError(f"track {track} has no document in the split {split} of this data")
    notes: tuple[str, ...] = ()
    if track == "press" and not any((root / text_path(d)).is_file() for d in documents.values()):
        texts, gold, clusters, notes = anchor_press(root, documents, press)
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


def anchor_press(
    root: Path, documents: Mapping[str, Document], press: Path | None
) -> tuple[dict[str, str], dict[str, Layers], dict[str, StoryLayer], tuple[str, ...]]:
    """Anchor the press gold in the user's copies: texts, gold, clusters, notes on what is missing.

    Raises: DataError when no folder is given, or when none of the articles is in it.
    """
    from pledgewire.hydrate import hydrate

    if press is None:
        raise DataError(
            [
                Problem(
                    "corpus/press",
                    0,
                    "",
                    "press-missing",
                    "the press articles are under copyright and not part of the data",
                    "name the folder with your copies: --press DIR",
                )
            ]
        )
    track = hydrate(press, root / "annotations", documents)
    if not track.texts:
        raise DataError(
            [
                Problem(
                    str(press),
                    0,
                    "",
                    "press-missing",
                    "none of the press articles is in this folder",
                    "see `pledgewire hydrate --from DIR`",
                )
            ]
        )
    notes = () if track.report.is_complete else (f"press track not whole:\n{track.report}",)
    gold = {
        doc_id: msgspec.structs.replace(
            layers,
            **{layer: order_records(getattr(layers, layer) or ()) for layer in LAYER_FILES},
        )
        for doc_id, layers in track.layers.items()
    }
    clusters = {
        story: order_clusters(story, (without_key(line, Cluster) for line in lines))
        for story, lines in track.clusters.items()
    }
    return dict(track.texts), gold, clusters, notes


def has_track(root: Path, track: str) -> bool:
    """Tell whether a folder of data has documents of a track. Raises: DataError."""
    problems: list[Problem] = []
    documents = read_keyed(root, "corpus/documents.jsonl", Document, "id", problems)
    raise_if_any(problems)
    return any(document.track == track for document in documents.values())


def load_press_outline(data: Path | None = None) -> Corpus:
    """Load the press gold without texts and words: enough to count, not to score.

    Raises: DataError with every fault of the files.
    """
    from pledgewire.standoff import read_standoff

    root = data if data is not None else find_data()
    problems: list[Problem] = []
    stories = read_keyed(root, "corpus/stories.jsonl", Story, "id", problems)
    documents = {
        doc_id: document
        for doc_id, document in read_keyed(
            root, "corpus/documents.jsonl", Document, "id", problems
        ).items()
        if document.track == "press"
    }
    entities = read_keyed(root, "annotations/entities.jsonl", Entity, "entity_id", problems)
    clusters = read_clusters(root, documents, problems)
    raise_if_any(problems)
    gold = {
        doc_id: Layers(
            doc_id=doc_id,
            **{
                layer: tuple(without_key(record, kind) for record in getattr(standoff, layer) or ())
                for layer, (_, _, kind) in LAYER_FILES.items()
            },
        )
        for doc_id, standoff in read_standoff(root / "annotations", documents).items()
    }
    used = {document.story for document in documents.values()}
    return Corpus(
        root=root,
        version=read_version(root),
        track="press",
        split=ALL,
        stories={key: story for key, story in stories.items() if key in used},
        documents=documents,
        texts={},
        gold=gold,
        clusters=clusters,
        entities=entities,
        issues={},
    )


def hydrate_folder(data: Path | None, source: Path, out: Path | None) -> tuple[str, bool]:
    """Anchor the press gold in the articles of a folder; write a data folder if `out` is given.

    Gives the report and whether all was found and placed. Raises: DataError for faulty files.
    """
    from pledgewire.hydrate import hydrate, write_hydrated

    root = data if data is not None else find_data()
    problems: list[Problem] = []
    documents = read_keyed(root, "corpus/documents.jsonl", Document, "id", problems)
    raise_if_any(problems)
    track = hydrate(source, root / "annotations", documents)
    if out is not None:
        write_hydrated(track, out)
        jsonl.write_records(out / "corpus" / "documents.jsonl", track.documents.values())
        for name in (
            "corpus/stories.jsonl",
            "corpus/VERSION",
            "annotations/entities.jsonl",
            "annotations/issues.jsonl",
        ):
            jsonl.write_bytes(out / name, (root / name).read_bytes())
    return str(track.report), track.report.is_complete


def read_version(root: Path) -> str:
    """Read the version of the data. Raises: DataError when the file is no UTF-8."""
    problems: list[Problem] = []
    name = "corpus/VERSION"
    if not (root / name).is_file():
        return "unversioned"
    text = jsonl.read_text(root / name, name, problems)
    raise_if_any(problems)
    return (text or "").strip()


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
    return {story: order_clusters(story, found) for story, found in sorted(clusters.items())}


def order_clusters(story: str, clusters: Iterable[Cluster]) -> StoryLayer:
    """Sort clusters, their figures and relations, so that the order in a file never matters."""
    ordered = (
        msgspec.structs.replace(
            cluster,
            figures=tuple(sorted(cluster.figures)),
            relations=tuple(sorted(cluster.relations, key=jsonl.encode)),
        )
        for cluster in clusters
    )
    return StoryLayer(story_id=story, clusters=tuple(sorted(ordered, key=jsonl.encode)))
