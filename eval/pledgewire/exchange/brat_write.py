"""Write the layers of a document as brat stand-off, so that people can annotate with brat.

Mentions, figures and evidence are text-bound (T). An entity id is a normalisation (N), choices from
a list are attributes (A), a repeated figure is a relation (R), all else is a note (#) with
`key=value` words. `annotation_conf` gives the configuration that brat needs.
Source: brat standoff format, brat.nlplab.org/standoff.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from pledgewire.records import (
    BOUNDS,
    ENTITY_TYPES,
    KINDS,
    LABELS_OF,
    STATUSES,
    Figure,
    Layers,
    Mention,
    Stance,
)

REGISTRY = "pledgewire"
STANCE = "STANCE"
FIGURE_TYPES = {f"FIGURE_{kind.upper()}": kind for kind in KINDS}
NOTED = {
    "figures": ("low", "high", "unit", "date", "giver", "receiver", "also"),
    "stances": ("holder", "issue_id", "via", "evidence", "also"),
    "entities": ("also",),
}
"""Fields of a record that its note holds, by layer. `evidence` only where its order is not that of
the text."""
BARE_END = frozenset(' "[{\n')


def write_brat(layers: Layers, text: str) -> str:
    """Write the `.ann` of a document. Records without a place cannot be held.

    Raises: ValueError for a record without offsets or evidence.
    """
    return "".join(f"{line}\n" for line in write_lines(layers, text))


def write_lines(layers: Layers, text: str) -> Iterator[str]:
    keys: dict[str, str] = {}
    counted = dict.fromkeys("TNAR#", 0)

    def name(letter: str) -> str:
        counted[letter] += 1
        return f"{letter}{counted[letter]}"

    for layer in ("entities", "figures", "stances"):
        for record in getattr(layers, layer) or ():
            key = name("T")
            keys[f"{layer}:{record.id}"] = key
            pieces = pieces_of(record, layers.doc_id)
            places = ";".join(f"{start} {end}" for start, end in pieces)
            words = " ".join(text[start:end] for start, end in pieces).replace("\n", " ")
            yield f"{key}\t{label_of(record)} {places}\t{words}"
            if layer == "entities" and record.entity_id:
                yield f"{name('N')}\tReference {key} {REGISTRY}:{record.entity_id}\t{words}"
            for attribute in attributes_of(record):
                yield f"{name('A')}\t{attribute.format(key)}"
            note = note_of(record, layer, pieces)
            if note:
                yield f"{name('#')}\tAnnotatorNotes {key}\t{note}"
    for figure in layers.figures or ():
        if figure.same_as is not None:
            own, target = (keys[f"figures:{i}"] for i in (figure.id, figure.same_as))
            yield f"{name('R')}\tSame_as Arg1:{own} Arg2:{target}"


def pieces_of(record: Any, doc_id: str) -> list[tuple[int, int]]:
    """List the stretches of a record in the order of the text."""
    pieces = sorted(record.evidence) if isinstance(record, Stance) else [(record.start, record.end)]
    if not pieces or None in pieces[0]:
        raise ValueError(f"{doc_id}#{record.id}: expected a record with a place in the text")
    return pieces


def label_of(record: Mention | Figure | Stance) -> str:
    if isinstance(record, Mention):
        return record.type
    return STANCE if isinstance(record, Stance) else f"FIGURE_{record.kind.upper()}"


def attributes_of(record: Mention | Figure | Stance) -> Iterator[str]:
    if isinstance(record, Mention) and record.form == "nominal":
        yield "Nominal {}"
    elif isinstance(record, Figure):
        if record.bound is not None:
            yield f"Bound {{}} {record.bound}"
        if record.status != "none":
            yield f"Status {{}} {record.status}"
    elif isinstance(record, Stance):
        yield f"Label {{}} {record.label}"


def note_of(record: Any, layer: str, pieces: list[tuple[int, int]]) -> str:
    words = []
    for field in NOTED[layer]:
        value = msgspec.to_builtins(getattr(record, field))
        if field == "evidence" and list(record.evidence) == pieces:
            continue
        if value not in (None, [], ()):
            words.append(f"{field}={write_value(value)}")
    return " ".join(words)


def write_value(value: Any) -> str:
    """Write a value bare if it is a word, as JSON otherwise."""
    if isinstance(value, str) and value and not BARE_END.intersection(value):
        return value
    return msgspec.json.encode(value).decode("utf-8")


def annotation_conf() -> str:
    """Give brat's annotation.conf for our layers."""
    figures = list(FIGURE_TYPES)
    labels = "|".join(label for labels in LABELS_OF.values() for label in labels)
    statuses = "|".join(status for status in STATUSES if status != "none")
    return "\n".join(
        [
            "[entities]",
            *ENTITY_TYPES,
            *figures,
            STANCE,
            "",
            "[relations]",
            f"Same_as\tArg1:{'|'.join(figures)}, Arg2:{'|'.join(figures)}",
            "<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:<ANY>",
            "",
            "[events]",
            "",
            "[attributes]",
            f"Nominal\tArg:{'|'.join(ENTITY_TYPES)}",
            f"Bound\tArg:{'|'.join(figures)}, Value:{'|'.join(BOUNDS)}",
            f"Status\tArg:{'|'.join(figures)}, Value:{statuses}",
            f"Label\tArg:{STANCE}, Value:{labels}",
            "",
        ]
    )
