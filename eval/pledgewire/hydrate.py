"""Find the press articles among a user's own files and anchor the press gold in them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec
import numpy as np
from scipy.optimize import linear_sum_assignment

from pledgewire import jsonl
from pledgewire.canonical import Canonical, canonicalise
from pledgewire.corpus import ClusterLine, text_path
from pledgewire.problems import DataError, Problem, raise_if_any
from pledgewire.records import Document, Layers
from pledgewire.selectors import LEAST_REACH, Hashes, find_candidates, place, reach
from pledgewire.standoff import (
    ANCHORED,
    StandOff,
    Unplaced,
    read_standoff,
    rehydrate,
    write_layers,
)

LARGEST_FILE = 2_000_000
LEAST_SHARE = 0.3
How = Literal["identical", "by content"]


class Found(NamedTuple):
    """A file that holds a document, and how that was told. Units: `share` is in [0, 1]."""

    path: Path
    how: How
    text: str
    share: float


class Finding(NamedTuple):
    """Which file of a folder holds which document; the files that hold none, and why."""

    found: dict[str, Found]
    unused: tuple[tuple[Path, str], ...]


def find_articles(
    folder: Path, documents: Mapping[str, Document], standoffs: Mapping[str, StandOff]
) -> Finding:
    """Find the files of a folder that hold the documents, whatever the files are called.

    First by the hash of their bytes; then each remaining document gets the file in which the
    largest share of its selectors can be placed, at least 30%, one file for one document. Of files
    that fit equally the first by path is taken; the others are listed with their share.
    Raises: DataError when there is no such folder.
    """
    if not folder.is_dir():
        mend = "name the folder that holds your copies of the articles"
        raise DataError([Problem(str(folder), 0, "", "folder-missing", "is no folder", mend)])
    unused: dict[Path, str] = {}
    found: dict[str, Found] = {}
    texts: dict[Path, str] = {}
    by_hash = {document.sha256: doc_id for doc_id, document in sorted(documents.items())}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        raw = read_article(path, unused)
        if raw is None:
            continue
        doc_id = by_hash.get(hashlib.sha256(raw).hexdigest())
        if doc_id in found:
            unused[path] = f"the same as {found[doc_id].path}, which is used for {doc_id}"
        elif doc_id is not None:
            found[doc_id] = Found(path, "identical", raw.decode("utf-8"), 1.0)
        elif (text := decode_article(raw)) is None:
            unused[path] = "neither UTF-8 nor Windows-1252 text"
        else:
            texts[path] = text
    for doc_id, path, share in assign(texts, standoffs, unused, found):
        found[doc_id] = Found(path, "by content", texts[path], share)
    return Finding(found, tuple(sorted(unused.items())))


def read_article(path: Path, unused: dict[Path, str]) -> bytes | None:
    problems: list[Problem] = []
    size = path.stat().st_size
    raw = None if size > LARGEST_FILE else jsonl.read_bytes(path, str(path), problems)
    if size > LARGEST_FILE:
        unused[path] = f"larger than {LARGEST_FILE:,} bytes"
    elif problems:
        unused[path] = problems[0].message
    return raw


def decode_article(raw: bytes) -> str | None:
    """Decode a user's file. Undefined: None when it is no text in one of the encodings."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None


def assign(
    texts: Mapping[Path, str],
    standoffs: Mapping[str, StandOff],
    unused: dict[Path, str],
    found: Mapping[str, Found],
) -> list[tuple[str, Path, float]]:
    """Give each document that was not found yet at most one file, so that the shares add up best.

    Notes in `unused` every file that gets no document, with the document it fits best.
    """
    paths, doc_ids = list(texts), sorted(standoffs)
    shares = np.zeros((len(paths), len(doc_ids)))
    for row, path in enumerate(paths):
        canonical = canonicalise(texts[path])
        for column, doc_id in enumerate(doc_ids):
            shares[row, column] = share_of(standoffs[doc_id], canonical)
    open_columns = [at for at, doc_id in enumerate(doc_ids) if doc_id not in found]
    rows, columns = linear_sum_assignment(shares[:, open_columns], maximize=True)
    pairs = [(row, open_columns[column]) for row, column in zip(rows, columns, strict=True)]
    chosen = {row: column for row, column in pairs if shares[row, column]}
    for row, path in enumerate(paths):
        if row in chosen:
            continue
        column = int(shares[row].argmax()) if doc_ids else None
        unused[path] = (
            "holds no article of the track"
            if column is None or not shares[row, column]
            else f"fits {doc_ids[column]} too ({shares[row, column]:.0%} of its annotations)"
        )
    return [(doc_ids[at], paths[row], float(shares[row, at])) for row, at in chosen.items()]


def share_of(standoff: StandOff, canonical: Canonical) -> float:
    """Give the share of a document's selectors that have a place in a text; below 30% it is 0.

    Hashes of the commonest reach are tried first: most files fail there, at a tenth of the cost.
    """
    contents = standoff.contents()
    least = LEAST_SHARE * len(contents)
    common = [selector for selector in contents if reach(selector.length) == LEAST_REACH]
    hashes = Hashes(canonical.chars, standoff.doc_id)
    hits = sum(map(bool, find_candidates(common, canonical, hashes).values()))
    if not contents or hits + len(contents) - len(common) < least:
        return 0.0
    placed = sum(p.start is not None for p in place(contents, canonical, hashes).values())
    return placed / len(contents) if placed >= least else 0.0


class DocumentReport(NamedTuple):
    """How one document was hydrated. Shape: `placed` has (placed, all) by layer."""

    doc_id: str
    path: Path | None
    how: How | None
    placed: dict[str, tuple[int, int]]
    unplaced: tuple[Unplaced, ...]

    def __str__(self) -> str:
        if self.path is None:
            return f"{self.doc_id}: not found"
        counts = "  ".join(f"{layer} {n}/{total}" for layer, (n, total) in self.placed.items())
        lines = [f"{self.doc_id}: {self.path} ({self.how})", f"  {counts or 'no gold'}"]
        return "\n".join([*lines, *(f"  not placed: {loss}" for loss in self.unplaced)])


class HydrateReport(NamedTuple):
    """What was found and placed, and everything that was not; `str` is for a terminal."""

    documents: tuple[DocumentReport, ...]
    clusters: tuple[Unplaced, ...]
    unused: tuple[tuple[Path, str], ...]

    @property
    def is_complete(self) -> bool:
        """Tell whether every document was found and every annotation placed whole."""
        return not self.clusters and all(d.path and not d.unplaced for d in self.documents)

    def __str__(self) -> str:
        lines = [*map(str, self.documents)]
        lines += [f"{loss.doc_id}: not whole: {loss}" for loss in self.clusters]
        lines += [f"not used: {path}: {why}" for path, why in self.unused]
        return "\n".join(lines)


@dataclass(frozen=True)
class HydratedTrack:
    """The press track in a user's own copies, by document; clusters by story."""

    documents: Mapping[str, Document]
    texts: Mapping[str, str]
    layers: Mapping[str, Layers]
    clusters: Mapping[str, tuple[ClusterLine, ...]]
    report: HydrateReport


def hydrate(
    from_dir: Path, annotations_dir: Path, documents: Mapping[str, Document]
) -> HydratedTrack:
    """Find the press articles in a folder and anchor their gold in them.

    Shape: `annotations_dir` holds `press/<story>/`; documents of other tracks are passed over.
    Raises: DataError with every fault of the stand-off files, or when there is no such folder.
    """
    press = {doc_id: d for doc_id, d in sorted(documents.items()) if d.track == "press"}
    standoffs = read_standoff(annotations_dir, press)
    finding = find_articles(from_dir, press, standoffs)
    texts = {doc_id: finding.found[doc_id].text for doc_id in press if doc_id in finding.found}
    layers: dict[str, Layers] = {}
    lost: set[str] = set()
    reports = []
    for doc_id in press:
        standoff, unplaced = standoffs.get(doc_id), []
        if doc_id in texts and standoff is not None:
            layers[doc_id], unplaced = rehydrate(standoff, texts[doc_id])
        figures = layers[doc_id].figures if doc_id in layers else None
        kept = {figure.id for figure in figures or ()}
        if standoff is not None:
            lost |= {f"{doc_id}#{f.id}" for f in standoff.figures or () if f.id not in kept}
        where = finding.found.get(doc_id)
        reports.append(
            DocumentReport(
                doc_id,
                where and where.path,
                where and where.how,
                count_placed(standoff, layers.get(doc_id)),
                tuple(unplaced),
            )
        )
    clusters, losses = read_clusters(annotations_dir, press, lost)
    return HydratedTrack(
        documents={doc_id: press[doc_id] for doc_id in texts},
        texts=texts,
        layers=layers,
        clusters=clusters,
        report=HydrateReport(tuple(reports), tuple(losses), finding.unused),
    )


def count_placed(standoff: StandOff | None, layers: Layers | None) -> dict[str, tuple[int, int]]:
    return {
        layer: (len(getattr(layers, layer, None) or ()), len(records))
        for layer in ANCHORED
        if (records := getattr(standoff, layer, None)) is not None
    }


def read_clusters(
    annotations_dir: Path, documents: Mapping[str, Document], lost: Collection[str]
) -> tuple[dict[str, tuple[ClusterLine, ...]], list[Unplaced]]:
    """Read the clusters of the stories without lost figures; one of a single figure is dropped."""
    problems: list[Problem] = []
    clusters, losses = {}, []
    for story in sorted({document.story for document in documents.values()}):
        name = f"press/{story}/clusters.jsonl"
        if not (annotations_dir / name).is_file():
            continue
        kept = []
        for _, line in jsonl.read_records(
            annotations_dir / name, f"annotations/{name}", ClusterLine, problems
        ):
            gone = [figure for figure in line.figures if figure in lost]
            left = tuple(figure for figure in line.figures if figure not in lost)
            if gone:
                reason = f"{', '.join(gone)} not placed" + ("" if len(left) > 1 else "; dropped")
                losses.append(Unplaced(story, "crossdoc", line.cluster_id or "", "", reason))
            if len(left) > 1 or not gone:
                pairs = tuple(p for p in line.relations if p.a not in lost and p.b not in lost)
                kept.append(msgspec.structs.replace(line, figures=left, relations=pairs))
        clusters[story] = tuple(kept)
    raise_if_any(problems)
    return clusters, losses


def write_hydrated(track: HydratedTrack, out_dir: Path) -> None:
    """Write the texts and their gold in the layout of the wire track.

    Shape: `corpus/press/<nnn>.txt`, code points as in the user's file, in UTF-8;
    `annotations/press/<story>/{mentions,figures,stances,clusters}.jsonl`. Each file is whole or not
    there at all.
    """
    for doc_id, text in track.texts.items():
        jsonl.write_bytes(out_dir / text_path(track.documents[doc_id]), text.encode("utf-8"))
    annotations_dir = out_dir / "annotations"
    write_layers(track.layers, track.documents, annotations_dir)
    for story, clusters in track.clusters.items():
        jsonl.write_records(annotations_dir / "press" / story / "clusters.jsonl", clusters)
