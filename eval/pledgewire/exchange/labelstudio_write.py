"""Write documents as tasks of Label Studio with their annotations, and the labelling interface.

Mentions, figures and evidence are labelled regions; choices and a note of `key=value` words belong
to their region; `same_as` and further evidence are relations. Offsets are code points, as Label
Studio stores them.
Source: labelstud.io/guide/task_format.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

import msgspec

from pledgewire.exchange.brat_write import FIGURE_TYPES, STANCE, label_of, note_of, pieces_of
from pledgewire.exchange.export import Export, Item
from pledgewire.records import BOUNDS, ENTITY_TYPES, LABELS_OF, STATUSES

EVIDENCE = "EVIDENCE"
CHOICES = {
    "form": ("name", "nominal"),
    "bound": BOUNDS,
    "status": STATUSES,
    "stance": tuple(label for labels in LABELS_OF.values() for label in labels),
}
"""Choices of a region by the name of their control."""
Region = dict[str, Any]


def write_labelstudio(items: Sequence[Item]) -> Export:
    """Write `tasks.json` and `config.xml`."""
    tasks = [make_task(item) for item in items]
    return Export(
        {
            "tasks.json": msgspec.json.format(msgspec.json.encode(tasks), indent=2) + b"\n",
            "config.xml": labelling_config().encode("utf-8"),
        }
    )


def make_task(item: Item) -> dict[str, Any]:
    document = item.document
    return {
        "data": {
            "text": item.text,
            "doc_id": document.id,
            "story_id": document.story,
            "published": document.published,
        },
        "annotations": [{"result": list(make_regions(item)), "was_cancelled": False}],
    }


def make_regions(item: Item) -> Iterator[Region]:
    """Yield regions, then the relations between them."""
    relations: list[Region] = []
    for layer in ("entities", "figures", "stances"):
        for record in getattr(item.layers, layer) or ():
            pieces = pieces_of(record, item.document.id)
            key = f"{layer}-{record.id}"
            first = getattr(record, "evidence", None) or pieces
            place = place_of(item.text, *first[0])
            yield region(key, "labels", "label", {**place, "labels": [label_of(record)]})
            for name, value in choices_of(record, layer):
                yield region(key, "choices", name, {**place, "choices": [value]})
            note = note_of(record, layer, pieces)
            if layer == "entities":
                note = f"entity_id={record.entity_id} {note}".strip()
            if note:
                yield region(key, "textarea", "note", {**place, "text": [note]})
            for number, piece in enumerate(first[1:], start=2):
                part = place_of(item.text, *piece)
                yield region(f"{key}.{number}", "labels", "label", {**part, "labels": [EVIDENCE]})
                relations.append(relation(key, f"{key}.{number}", "evidence"))
            if getattr(record, "same_as", None):
                relations.append(relation(key, f"{layer}-{record.same_as}", "same_as"))
    yield from relations


def place_of(text: str, start: int, end: int) -> Region:
    return {"start": start, "end": end, "text": text[start:end]}


def region(key: str, kind: str, control: str, value: Region) -> Region:
    return {"id": key, "type": kind, "from_name": control, "to_name": "text", "value": value}


def relation(one: str, other: str, label: str) -> Region:
    return {
        "type": "relation",
        "from_id": one,
        "to_id": other,
        "direction": "right",
        "labels": [label],
    }


def choices_of(record: Any, layer: str) -> Iterator[tuple[str, str]]:
    if layer == "entities":
        yield "form", record.form
    elif layer == "figures":
        if record.bound is not None:
            yield "bound", record.bound
        yield "status", record.status
    else:
        yield "stance", record.label


def labelling_config() -> str:
    """Give the labelling interface: every label, choice and relation that regions use."""
    labels = (*ENTITY_TYPES, *FIGURE_TYPES, STANCE, EVIDENCE)
    shown_for = {
        "form": ENTITY_TYPES,
        "bound": tuple(FIGURE_TYPES),
        "status": tuple(FIGURE_TYPES),
        "stance": (STANCE,),
    }
    lines = ["<View>", '  <Labels name="label" toName="text">']
    lines += [f"    <Label value={quoteattr(label)}/>" for label in labels]
    lines += ["  </Labels>", '  <Text name="text" value="$text" granularity="symbol"/>']
    for name, values in CHOICES.items():
        when = quoteattr(",".join(shown_for[name]))
        lines.append(
            f'  <Choices name="{name}" toName="text" perRegion="true" '
            f'whenTagName="label" whenLabelValue={when}>'
        )
        lines += [f"    <Choice value={quoteattr(value)}/>" for value in values]
        lines.append("  </Choices>")
    lines += [
        '  <TextArea name="note" toName="text" perRegion="true" editable="true"/>',
        "  <Relations>",
        '    <Relation value="same_as"/>',
        '    <Relation value="evidence"/>',
        "  </Relations>",
        "</View>",
        "",
    ]
    return "\n".join(lines)
