"""Take the words out of press gold, and put them back in from a user's own copies.

Stand-off gold has the offsets, labels, values and ids of each annotation and, in place of its
words, a selector for each of its spans (see `selectors`): its own span or pieces of evidence first,
then those of its `also`, in order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from pledgewire import jsonl
from pledgewire.canonical import Canonical, canonicalise
from pledgewire.corpus import (
    LAYER_FILES,
    FigureLine,
    MentionLine,
    StanceLine,
    unknown_document,
    without_key,
)
from pledgewire.problems import Problem, raise_if_any
from pledgewire.records import Document, Figure, Layers, Mention, Record, Stance, readings
from pledgewire.selectors import (
    Hashes,
    Selector,
    fits,
    note_repeats,
    place,
    select,
)
from pledgewire.spans import Span

WORDS = ("text", "evidence_text", "value")  # fields that would give an article's words away


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
