"""The records of the benchmark: documents, entities, issues and the annotations of a document.

Gold and predictions share these types. A field that only gold must have is optional here and
demanded by `checks`. Source: annotations/GUIDELINES.md.
"""

from __future__ import annotations

from typing import Any, Literal, get_args

import msgspec

from pledgewire.spans import Span

EntityType = Literal[
    "PERSON", "ORG", "GPE", "LOC", "NORP", "PROGRAMME", "EQUIPMENT", "EVENT", "LAW"
]
Form = Literal["name", "nominal"]
Kind = Literal["money", "count", "percent", "quantity", "duration", "date"]
Bound = Literal["exact", "about", "more_than", "at_least", "less_than", "up_to", "between"]
Status = Literal["proposed", "committed", "delivered", "requested", "none"]
Dimension = Literal["position", "veracity"]
Label = Literal["support", "oppose", "noncommittal", "affirms", "denies", "uncertain"]
Relation = Literal["identical", "converted", "rounded", "updated", "conflicting"]
Track = Literal["wire", "press"]
Split = Literal["train", "dev", "test"]
Voice = Literal["bulletin", "rewrite", "report", "analysis", "digest"]

ENTITY_TYPES: tuple[str, ...] = get_args(EntityType)
KINDS: tuple[str, ...] = get_args(Kind)
BOUNDS: tuple[str, ...] = get_args(Bound)
STATUSES: tuple[str, ...] = get_args(Status)
RELATIONS: tuple[str, ...] = get_args(Relation)
SPLITS: tuple[str, ...] = get_args(Split)
TRACKS: tuple[str, ...] = get_args(Track)
VOICES: tuple[str, ...] = get_args(Voice)
LABELS_OF: dict[str, tuple[str, ...]] = {
    "position": ("support", "oppose", "noncommittal"),
    "veracity": ("affirms", "denies", "uncertain"),
}
AUTHOR = "author"
OWN = "written for the benchmark"
LAYERS = ("entities", "figures", "stances", "crossdoc")


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of all records: immutable, and no field is accepted that is not declared."""


class Story(Record, omit_defaults=False):
    """One event that several documents tell. `window` is an EDTF interval of days."""

    id: str
    title: str
    window: str
    split: Split
    region: str
    topic: str


class Document(Record):
    """One text and what is known of it.

    `origin` says where the text is from; that of the benchmark's own wire texts is OWN. Texts of
    other corpora have no voice.
    Units: `published` is EDTF at the precision that is known (`2026-02-10`, `2026-02`), empty if
    nothing is.
    """

    id: str
    story: str
    track: Track
    split: Split
    outlet: str
    title: str
    published: str
    sha256: str
    voice: Voice | None = None
    sources: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    positions: tuple[str, ...] = ()
    origin: str = ""


class Entity(Record):
    """One referent, registered once for the whole corpus."""

    entity_id: str
    type: EntityType
    name: str
    aliases: tuple[str, ...] = ()
    wikipedia: str | None = None


class Issue(Record):
    """A proposition that holders in a story take a stance on."""

    id: str
    story: str
    proposition: str
    dimension: Dimension


class Mention(Record):
    """A mention of an entity. Units: `start` and `end` are code points, half-open.

    Predictions may leave out offsets (the harness grounds `text`), `id`, `entity_id` and `form`.
    `also` holds equally right readings: each a dict with the fields that differ.
    """

    type: EntityType
    id: str | None = None
    start: int | None = None
    end: int | None = None
    text: str | None = None
    entity_id: str | None = None
    form: Form = "name"
    also: tuple[dict[str, Any], ...] = ()

    @property
    def span(self) -> Span | None:
        if self.start is None or self.end is None:
            return None
        return Span(self.start, self.end)


class Figure(Record):
    """A quantity in the text and the value a reader takes it to mean.

    Units: `low` and `high` are in base units of `unit` (8.8 billion yen: 8800000000 JPY), equal
    unless the text gives a range. Dates have `date` (EDTF) and no low, high, unit or bound.
    A prediction may give `value`, a string, instead of low, high, unit and bound.
    """

    kind: Kind
    id: str | None = None
    start: int | None = None
    end: int | None = None
    text: str | None = None
    low: float | int | None = None
    high: float | int | None = None
    unit: str | None = None
    bound: Bound | None = None
    date: str | None = None
    status: Status = "none"
    giver: str | None = None
    receiver: str | None = None
    same_as: str | None = None
    value: str | None = None
    also: tuple[dict[str, Any], ...] = ()

    @property
    def span(self) -> Span | None:
        if self.start is None or self.end is None:
            return None
        return Span(self.start, self.end)


class Stance(Record):
    """What a holder says of an issue, with the sentences that show it.

    `via` names who relays it, outermost first. `evidence` holds half-open code-point pairs, most
    explicit first; a prediction may quote strings in `evidence_text` instead.
    """

    holder: str
    issue_id: str
    label: Label
    id: str | None = None
    evidence: tuple[tuple[int, int], ...] = ()
    evidence_text: tuple[str, ...] = ()
    via: tuple[str, ...] = ()
    also: tuple[dict[str, Any], ...] = ()


class Pair(Record):
    """How two figures of one cluster relate; `a` and `b` are `doc_id#figure_id`, order is free."""

    a: str
    b: str
    relation: Relation


class Cluster(Record):
    """Figures that state one and the same quantity. A pair without an entry in `relations` of a
    predicted cluster counts as `identical`; gold lists every pair of different documents."""

    figures: tuple[str, ...]
    cluster_id: str | None = None
    relations: tuple[Pair, ...] = ()


class Layers(Record):
    """The annotations of one document, gold or predicted. None: the layer was not attempted."""

    doc_id: str
    entities: tuple[Mention, ...] | None = None
    figures: tuple[Figure, ...] | None = None
    stances: tuple[Stance, ...] | None = None


class StoryLayer(Record):
    """Layer 4 of one story, gold or predicted."""

    story_id: str
    clusters: tuple[Cluster, ...]


def readings(record: Any) -> list[Any]:
    """List the equally right readings of a gold record: itself, then each of `also`."""
    if not record.also:
        return [record]
    return [record, *(msgspec.structs.replace(record, **change) for change in record.also)]


class Source(Record):
    """What an extractor is given: text, day of publication, the issues of the story. Never gold."""

    doc_id: str
    story_id: str
    text: str
    published: str
    issues: tuple[Issue, ...] = ()
