"""Read the layers of a document from brat stand-off as `brat_write` writes it.

Ids are given by place (GUIDELINES P5). Every line that cannot be used is told.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import Any, NamedTuple

import msgspec

from pledgewire import jsonl
from pledgewire.convert.brat import BratFile, TextBound, check_places, read_text_bound
from pledgewire.exchange.brat_write import FIGURE_TYPES, NOTED, REGISTRY, STANCE
from pledgewire.problems import Problem
from pledgewire.records import ENTITY_TYPES, Figure, Layers, Mention, Stance

REFERENCE = re.compile(r"N\S*\tReference (\S+) ([^:\s]+):(\S+)\t.*")
ATTRIBUTE = re.compile(r"[AM]\S*\t(\S+) (\S+)(?: (\S+))?")
RELATION = re.compile(r"R\S*\t(\S+) Arg1:(\S+) Arg2:(\S+)\s*")
NOTE = re.compile(r"#\S*\tAnnotatorNotes (\S+)\t(.*)")
KEY = re.compile(r"\s*([a-z_]+)=")
WORD = re.compile(r"\S+")
JSON = json.JSONDecoder()
ATTRIBUTES = {
    "Bound": ("figures", "bound"),
    "Status": ("figures", "status"),
    "Label": ("stances", "label"),
    "Nominal": ("entities", "form"),
}
LETTER = {"entities": "m", "figures": "f", "stances": "s"}
KINDS_OF = {"entities": Mention, "figures": Figure, "stances": Stance}


class Annotated(NamedTuple):
    """A text-bound line with all that other lines say of it."""

    bound: TextBound
    layer: str
    fields: dict[str, Any]


def read_brat_layers(file: BratFile, doc_id: str, problems: list[Problem]) -> Layers:
    """Read one document; faults are added to `problems`."""
    bound, others = read_text_bound(file, problems)
    check_places(file, bound, problems)
    items: dict[str, Annotated] = {}
    for item in bound:
        layer = layer_of(item.label)
        if layer is None:
            tell(
                problems,
                file,
                item.line,
                item.key,
                "unknown-label",
                f"{item.label!r} is no type of ours",
                "use the types of annotation.conf",
            )
            continue
        items[item.key] = Annotated(item, layer, start_fields(item, layer))
    same_as: dict[str, str] = {}
    for number, line in others:
        read_other(file, number, line, items, same_as, problems)
    return build_layers(file, doc_id, items, same_as, problems)


def layer_of(label: str) -> str | None:
    if label in ENTITY_TYPES:
        return "entities"
    if label in FIGURE_TYPES:
        return "figures"
    return "stances" if label == STANCE else None


def start_fields(item: TextBound, layer: str) -> dict[str, Any]:
    if layer == "stances":
        return {"evidence": [list(piece) for piece in item.pieces]}
    fields = {"start": item.pieces[0][0], "end": item.pieces[-1][1]}
    if layer == "figures":
        return {**fields, "kind": FIGURE_TYPES[item.label]}
    return {**fields, "type": item.label}


def read_other(
    file: BratFile,
    number: int,
    line: str,
    items: dict[str, Annotated],
    same_as: dict[str, str],
    problems: list[Problem],
) -> None:
    """Read a line that says something of a text-bound one."""
    if match := RELATION.fullmatch(line):
        label, one, other = match.groups()
        if label == "Same_as" and {one, other} <= set(items):
            same_as[one] = other
            return
    elif match := REFERENCE.fullmatch(line):
        key, registry, entity_id = match.groups()
        if key in items and items[key].layer == "entities" and registry == REGISTRY:
            items[key].fields["entity_id"] = entity_id
            return
    elif match := ATTRIBUTE.fullmatch(line):
        name, key, value = match.groups()
        layer, field = ATTRIBUTES.get(name, ("", ""))
        if key in items and items[key].layer == layer and (value or name == "Nominal"):
            items[key].fields[field] = value or "nominal"
            return
    elif match := NOTE.fullmatch(line):
        key, note = match.groups()
        if key in items:
            read_note(file, number, items[key], note, problems)
            return
    tell(
        problems,
        file,
        number,
        "",
        "brat-line",
        f"{line!r} says nothing of ours",
        "mend it after annotation.conf, or remove it",
    )


def read_note(
    file: BratFile, number: int, item: Annotated, note: str, problems: list[Problem]
) -> None:
    """Read the `key=value` words of a note."""
    at = 0
    while note[at:].strip():
        key = KEY.match(note, at)
        if key is None or key[1] not in NOTED[item.layer]:
            fields = ", ".join(NOTED[item.layer])
            tell(
                problems,
                file,
                number,
                item.bound.key,
                "brat-note",
                f"cannot read {note[at:].strip()!r}",
                f"write key=value; keys: {fields}",
            )
            return
        try:
            value, at = read_value(note, key.end(), key[1])
        except ValueError:
            tell(
                problems,
                file,
                number,
                item.bound.key,
                "brat-note",
                f"{key[1]} has no value that ends",
                "write a word, or JSON",
            )
            return
        item.fields[key[1]] = value


def read_value(note: str, at: int, key: str) -> tuple[Any, int]:
    """Read a value at `at`; give it and where it ends. Raises: ValueError if there is none."""
    if note[at : at + 1] in ('"', "[", "{"):
        return JSON.raw_decode(note, at)
    word = WORD.match(note, at)
    if word is None:
        raise ValueError("no value")
    if key in ("low", "high"):
        return json.loads(word[0]), word.end()
    return word[0], word.end()


def build_layers(
    file: BratFile,
    doc_id: str,
    items: dict[str, Annotated],
    same_as: dict[str, str],
    problems: list[Problem],
) -> Layers:
    """Order the records, give them ids and check their types."""
    ordered: dict[str, list[tuple[str, Annotated]]] = defaultdict(list)
    for key, item in sorted(items.items(), key=lambda pair: place_of(pair[1])):
        ordered[item.layer].append((key, item))
        if item.layer == "stances":
            pieces = sorted(map(tuple, item.fields["evidence"]))
            if pieces != list(item.bound.pieces):
                tell(
                    problems,
                    file,
                    item.bound.line,
                    key,
                    "brat-note",
                    "the note orders other pieces than the line has",
                    "remove evidence=",
                )
    ids = {
        key: f"{LETTER[layer]}{number}"
        for layer, members in ordered.items()
        for number, (key, _) in enumerate(members, start=1)
    }
    found: dict[str, tuple[Any, ...]] = {}
    for layer, kind in KINDS_OF.items():
        records = []
        for key, item in ordered[layer]:
            fields = {"id": ids[key], **item.fields}
            if layer != "stances":
                fields["text"] = file.text[fields["start"] : fields["end"]]
            if key in same_as:
                fields["same_as"] = ids[same_as[key]]
            try:
                records.append(msgspec.convert(fields, kind))
            except msgspec.ValidationError:
                for fault in jsonl.find_faults(fields, kind, ""):
                    tell(problems, file, item.bound.line, f"{key} {fault[0]}", *fault[1:])
        found[layer] = tuple(records)
    return Layers(doc_id=doc_id, **found)


def place_of(item: Annotated) -> tuple[Any, ...]:
    """Order by place, then longer span first; stances by their first evidence."""
    if item.layer == "stances":
        start, end = item.fields["evidence"][0]
        issue, holder = (str(item.fields.get(name)) for name in ("issue_id", "holder"))
        return start, -end, issue, holder
    start, end = item.fields["start"], item.fields["end"]
    return start, -end, item.bound.label, ""


def tell(
    problems: list[Problem], file: BratFile, line: int, field: str, code: str, *what: str
) -> None:
    problems.append(Problem(file.shown, line, field, code, *what))
