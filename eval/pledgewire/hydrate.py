"""Take the words out of press gold, and put them back in from a user's own copies.

Stand-off gold has the offsets, labels, values and ids of each annotation and, in place of its
words, a selector for each of its spans (see `selectors`): its own span or pieces of evidence first,
then those of its `also`, in order.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec
import numpy as np
from scipy.optimize import linear_sum_assignment

from pledgewire import jsonl
from pledgewire.canonical import Canonical, canonicalise
from pledgewire.corpus import (
    LAYER_FILES,
    ClusterLine,
    FigureLine,
    MentionLine,
    StanceLine,
    text_path,
    unknown_document,
    without_key,
)
from pledgewire.problems import DataError, Problem, raise_if_any
from pledgewire.records import Document, Figure, Layers, Mention, Record, Stance, readings
from pledgewire.selectors import (
    LEAST_REACH,
    Hashes,
    Selector,
    find_candidates,
    fits,
    note_repeats,
    place,
    reach,
    select,
)
from pledgewire.spans import Span

WORDS = ("text", "evidence_text", "value")  # fields that would give an article's words away
LARGEST_FILE = 2_000_000
LEAST_SHARE = 0.3
How = Literal["identical", "by content"]


class AnchoredMention(MentionLine, kw_only=True, frozen=True, forbid_unknown_fields=True):
    selectors: tuple[Selector, ...]


class AnchoredFigure(FigureLine, kw_only=True, frozen=True, forbid_unknown_fields=True):
    selectors: tuple[Selector, ...]


class AnchoredStance(StanceLine, kw_only=True, frozen=True, forbid_unknown_fields=True):
    selectors: tuple[Selector, ...]


ANCHORED = {"entities": AnchoredMention, "figures": AnchoredFigure, "stances": AnchoredStance}
Anchored = AnchoredMention | AnchoredFigure | AnchoredStance


class StandOff(Record):
    """The annotations of one document without its words. None: the layer was not attempted."""

    doc_id: str
    entities: tuple[AnchoredMention, ...] | None = None
    figures: tuple[AnchoredFigure, ...] | None = None
    stances: tuple[AnchoredStance, ...] | None = None

    def records(self) -> Iterator[tuple[str, Anchored]]:
        """Yield (layer, record) for every annotation."""
        for layer in ANCHORED:
            yield from ((layer, record) for record in getattr(self, layer) or ())

    def contents(self) -> dict[Selector, frozenset[Hashable]]:
        """Give each selector what the annotations with this span say, ids and places aside."""
        found: dict[Selector, set[Hashable]] = defaultdict(set)
        for layer, record in self.records():
            for at, selector in enumerate(record.selectors):
                found[selector].add((layer, at, content_of(record)))
        return {selector: frozenset(content) for selector, content in found.items()}


def content_of(record: Anchored) -> Hashable:
    """Give what a record says of its span; stances are told apart by id, they have several."""
    if isinstance(record, AnchoredStance):
        return record.id
    unlike = {"id": None, "start": None, "end": None, "also": (), "selectors": ()}
    if isinstance(record, AnchoredFigure):
        unlike["same_as"] = None
    return msgspec.structs.replace(record, **unlike)


class Unplaced(NamedTuple):
    """What of the gold is not in a user's copy: an annotation, or the named part of it."""

    doc_id: str
    layer: str
    id: str
    part: str
    reason: str

    def __str__(self) -> str:
        return f"{self.layer} {self.id}{f', {self.part}' if self.part else ''}: {self.reason}"


def dehydrate(layers: Layers, text: str) -> StandOff:
    """Write the stand-off form of a document's gold.

    Raises: ValueError naming the record whose span is no span of the text, whose `text` is not
    what stands there, or that cannot be anchored.
    """
    canonical = canonicalise(text)
    hashes = Hashes(canonical.chars, layers.doc_id)
    anchored: dict[str, list[Anchored]] = {}
    for layer in ANCHORED:
        records = getattr(layers, layer)
        if records is not None:
            anchored[layer] = []
            for record in records:
                try:
                    demand_words(record, text)
                    selectors = [select(canonical, span, hashes) for span in list_spans(record)]
                except ValueError as error:
                    raise ValueError(f"{layers.doc_id}#{record.id}: {error}") from None
                anchored[layer].append(anchor(record, layer, layers.doc_id, selectors))
    bare = {s for records in anchored.values() for record in records for s in record.selectors}
    full = note_repeats(bare, canonical, hashes)
    return StandOff(
        doc_id=layers.doc_id,
        **{
            layer: tuple(
                msgspec.structs.replace(r, selectors=tuple(full[s] for s in r.selectors))
                for r in records
            )
            for layer, records in anchored.items()
        },
    )


def demand_words(record: Mention | Figure | Stance, text: str) -> None:
    """Raise ValueError when a record or an alternative of it is no reading of the text."""
    fields = record.__struct_fields__
    for other in record.also:
        if unknown := sorted(set(other) - set(fields)):
            raise ValueError(
                f"expected an alternative with fields of a {type(record).__name__}, "
                f"got {', '.join(unknown)}, allowed: {', '.join(fields)}"
            )
    if isinstance(record, Stance):
        return
    for reading in readings(record):
        found = reading.span.of(text) if reading.span else None
        if reading.text not in (None, found):
            raise ValueError(f"expected {reading.text!r} at {reading.span}, got {found!r}")


def anchor(
    record: Mention | Figure | Stance, layer: str, doc_id: str, selectors: Iterable[Selector]
) -> Anchored:
    """Give the record without its words and with its selectors."""
    fields = {name: getattr(record, name) for name in record.__struct_fields__ if name not in WORDS}
    fields["also"] = tuple(
        {name: value for name, value in other.items() if name not in WORDS} for other in record.also
    )
    return ANCHORED[layer](doc_id=doc_id, selectors=tuple(selectors), **fields)


def list_spans(record: Mention | Figure | Stance) -> list[Span]:
    """List the spans of a record and then of its alternatives; one that has no own adds none.

    Raises: ValueError when the record itself has no offsets.
    """
    if isinstance(record, Stance):
        pairs = [*record.evidence, *(p for other in record.also for p in other.get("evidence", ()))]
        return [Span(*pair) for pair in pairs]
    if record.span is None:
        raise ValueError("expected a record with start and end, got none")
    return [
        record.span,
        *(
            Span(other.get("start", record.start), other.get("end", record.end))
            for other in record.also
            if moves(other)
        ),
    ]


def moves(other: Mapping[str, Any]) -> bool:
    """Tell whether an alternative reading has a span of its own."""
    return "start" in other or "end" in other


def rehydrate(standoff: StandOff, text: str) -> tuple[Layers, list[Unplaced]]:
    """Anchor stand-off gold in a copy of its text and fill in the words.

    The stored offsets are kept if all of them have the content that their selectors demand;
    otherwise every span is found by content. What has no certain place is left out and listed; a
    stance stays as long as one piece of its evidence does.
    """
    canonical = canonicalise(text)
    found = find_spans(standoff, canonical)
    layers: dict[str, list[Any]] = {
        layer: [] for layer in ANCHORED if getattr(standoff, layer) is not None
    }
    unplaced: list[Unplaced] = []
    lost: set[str] = set()
    for (layer, record), spans in zip(standoff.records(), found, strict=True):
        rebuild = rebuild_stance if isinstance(record, AnchoredStance) else rebuild_surface
        kept, losses = rebuild(record, spans, text)
        unplaced += [Unplaced(standoff.doc_id, layer, record.id or "", *loss) for loss in losses]
        if kept is not None:
            layers[layer].append(kept)
        elif layer == "figures" and record.id is not None:
            lost.add(record.id)
    for at, figure in enumerate(layers.get("figures", ())):
        layers["figures"][at], losses = unlink(figure, lost)
        unplaced += [Unplaced(standoff.doc_id, "figures", figure.id or "", *x) for x in losses]
    return Layers(doc_id=standoff.doc_id, **{k: tuple(v) for k, v in layers.items()}), unplaced


def find_spans(standoff: StandOff, canonical: Canonical) -> list[list[Span | str]]:
    """Give for each record the span in this copy of each selector, or why it has none."""
    records = [record for _, record in standoff.records()]
    stored = [list_spans(record) for record in records]
    hashes = Hashes(canonical.chars, standoff.doc_id)
    if all(
        fits(selector, canonical, span, hashes)
        for record, spans in zip(records, stored, strict=True)
        for span, selector in zip(spans, record.selectors, strict=True)
    ):
        return stored
    places = place(standoff.contents(), canonical, hashes)
    spans = {
        selector: where.reason
        if where.start is None
        else canonical.span_of(where.start, where.start + selector.length)
        for selector, where in places.items()
    }
    return [[spans[selector] for selector in record.selectors] for record in records]


Loss = tuple[str, str]


def rebuild_surface(
    record: AnchoredMention | AnchoredFigure, spans: list[Span | str], text: str
) -> tuple[Mention | Figure | None, list[Loss]]:
    """Fill a mention or figure with its span and words in this copy; give what is lost of it."""
    main, *others = spans
    if isinstance(main, str):
        return None, [("", main)]
    also, losses, rest = [], [], iter(others)
    for number, other in enumerate(record.also, start=1):
        span = next(rest) if moves(other) else None
        if isinstance(span, str):
            losses.append((f"alternative {number}", span))
        else:
            also.append({**other, **surface(span, text)} if span else other)
    filled = msgspec.structs.replace(record, **surface(main, text), also=tuple(also))
    return without_key(filled, Figure if isinstance(record, Figure) else Mention), losses


def surface(span: Span, text: str) -> dict[str, Any]:
    return {"start": span.start, "end": span.end, "text": span.of(text)}


def rebuild_stance(
    record: AnchoredStance, spans: list[Span | str], text: str
) -> tuple[Stance | None, list[Loss]]:
    """Give a stance its evidence in this copy, as far as that is there, and what is lost of it."""
    rest = iter(spans)
    evidence, losses = take_evidence(record.evidence, rest, "evidence")
    if record.evidence and not evidence:
        return None, [("", "; ".join(dict.fromkeys(reason for _, reason in losses)))]
    also = []
    for number, other in enumerate(record.also, start=1):
        if "evidence" not in other:
            also.append(other)
            continue
        pieces, lost = take_evidence(other["evidence"], rest, f"alternative {number}, evidence")
        losses += lost
        if pieces:
            also.append({**other, "evidence": [list(piece) for piece in pieces]})
    filled = msgspec.structs.replace(record, evidence=tuple(evidence), also=tuple(also))
    return without_key(filled, Stance), losses


def take_evidence(
    pieces: Collection[Any], spans: Iterator[Span | str], name: str
) -> tuple[list[tuple[int, int]], list[Loss]]:
    kept, losses = [], []
    for number, _ in enumerate(pieces, start=1):
        span = next(spans)
        if isinstance(span, str):
            losses.append((f"{name} {number} of {len(pieces)}", span))
        else:
            kept.append(tuple(span))
    return kept, losses


def unlink(figure: Figure, lost: Collection[str]) -> tuple[Figure, list[Loss]]:
    """Drop what a figure says of figures that are not in this copy."""
    reason = "that figure is not in this copy"
    losses = []
    also = [other for other in figure.also if other.get("same_as") not in lost]
    if len(also) < len(figure.also):
        losses.append(("alternative same_as", reason))
    same_as = figure.same_as
    if same_as in lost:
        losses.append((f"same_as {same_as}", reason))
        same_as = None
    return msgspec.structs.replace(figure, same_as=same_as, also=tuple(also)), losses


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


def read_standoff(annotations_dir: Path, documents: Mapping[str, Document]) -> dict[str, StandOff]:
    """Read the stand-off gold of the documents whose story has a folder in `press/`.

    Raises: DataError with every fault found.
    """
    problems: list[Problem] = []
    collected: dict[str, dict[str, list[Anchored]]] = {}
    for story in sorted({document.story for document in documents.values()}):
        if not (annotations_dir / "press" / story).is_dir():
            continue
        for doc_id, document in documents.items():
            if document.story == story:
                collected[doc_id] = {layer: [] for layer in ANCHORED}
        for layer, kind in ANCHORED.items():
            name = f"press/{story}/{LAYER_FILES[layer][0]}"
            shown = f"annotations/{name}"
            lines = jsonl.read_records(annotations_dir / name, shown, kind, problems)
            for number, record in lines:
                if record.doc_id not in collected:
                    problems.append(unknown_document(shown, number, record.doc_id, documents))
                elif not (faults := list(find_faults(record, shown, number))):
                    collected[record.doc_id][layer].append(record)
                else:
                    problems += faults
    raise_if_any(problems)
    return {
        doc_id: StandOff(doc_id=doc_id, **{layer: tuple(r) for layer, r in layers.items()})
        for doc_id, layers in sorted(collected.items())
    }


def find_faults(record: Anchored, name: str, number: int) -> Iterator[Problem]:
    for field in WORDS:
        if getattr(record, field, None) or any(field in other for other in record.also):
            message = "stand-off gold may not hold an article's words"
            yield Problem(name, number, field, "words-disclosed", message, "dehydrate it again")
    try:
        count = len(list_spans(record))
    except ValueError as error:
        yield Problem(name, number, "start", "missing-field", str(error), "add start and end")
        return
    if count != len(record.selectors):
        message = f"expected {count} selectors, one a span, got {len(record.selectors)}"
        yield Problem(name, number, "selectors", "selector-count", message, "dehydrate it again")


def write_standoff(
    standoffs: Iterable[StandOff], documents: Mapping[str, Document], annotations_dir: Path
) -> None:
    """Write stand-off gold as `press/<story>/{mentions,figures,stances}.jsonl`."""
    write_layers({standoff.doc_id: standoff for standoff in standoffs}, documents, annotations_dir)


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


def write_layers(
    layers: Mapping[str, Layers | StandOff],
    documents: Mapping[str, Document],
    annotations_dir: Path,
) -> None:
    lines: dict[Path, list[bytes]] = defaultdict(list)
    for doc_id in sorted(layers):
        for layer in ANCHORED:
            path = Path("press", documents[doc_id].story, LAYER_FILES[layer][0])
            records = getattr(layers[doc_id], layer) or ()
            lines[path] += [encode_line(doc_id, record) for record in records]
    for path, encoded in lines.items():
        jsonl.write_bytes(annotations_dir / path, b"".join(encoded))


def encode_line(doc_id: str, record: Any) -> bytes:
    """Encode a record with its document's id in front, for whoever reads the file."""
    fields = msgspec.to_builtins(record, order="deterministic")
    return msgspec.json.encode({"doc_id": doc_id, **fields}) + b"\n"
