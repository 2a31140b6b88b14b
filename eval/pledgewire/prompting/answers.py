"""Read what a language model answered: whatever it wrote, a prediction comes back that scores.

The last JSON object that has a key asked for is the answer; fences and prose around it do not
matter. Each record stands by itself: one that is invalid is dropped and counted with its reason.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import msgspec

from pledgewire import jsonl
from pledgewire.checks.predictions import (
    find_figure_faults,
    find_place_faults,
    find_stance_faults,
)
from pledgewire.prompting.schemas import (
    DATE,
    DOCUMENT_LAYERS,
    MOST_EVIDENCE,
    MOST_RECORDS,
    MOST_VIA,
    NAME,
    SENTENCE,
    SURFACE,
    UNIT,
    check_layers,
)
from pledgewire.records import (
    Figure,
    Issue,
    Layers,
    Mention,
    Source,
    Stance,
)

Status = Literal["ok", "malformed", "refused", "empty"]
KINDS: Mapping[str, type] = {"entities": Mention, "figures": Figure, "stances": Stance}
LIMITS: Mapping[str, Mapping[str, int]] = {
    "entities": {"text": SURFACE, "type": NAME, "form": NAME, "entity_id": NAME},
    "figures": {
        "id": UNIT,
        "kind": NAME,
        "text": SURFACE,
        "low": 0,
        "high": 0,
        "unit": UNIT,
        "bound": NAME,
        "date": DATE,
        "status": NAME,
        "giver": NAME,
        "receiver": NAME,
        "same_as": UNIT,
    },
    "stances": {
        "holder": NAME,
        "issue_id": NAME,
        "label": NAME,
        "via": NAME,
        "evidence_text": SENTENCE,
    },
}
"""The fields that an answer's records have, and how long their strings may be; others are passed
over, offsets above all."""
MOST_ITEMS = {"via": MOST_VIA, "evidence_text": MOST_EVIDENCE}
OBJECT = re.compile(r'\{\s*["}]')
REFUSAL = re.compile(
    r"\W*(?:i'?m|i am|we are)?\s*(?:very |so |really )?(?:sorry|afraid|unable|not able)\b"
    r"|\W*(?:unfortunately,? )?(?:i|we) (?:can ?not|can'?t|won'?t|will not|must decline|decline)\b"
    r"|\W*as an ai\b",
    re.IGNORECASE,
)
MOST_FAILURES = 200
"""Beginnings of objects that are tried in vain, so that no answer takes long to read."""
LONGEST_MESSAGE = 200
LONGEST_INTEGER = 18
"""Digits of the longest whole number read as one; a longer one has no use as an amount."""


class Dropped(NamedTuple):
    """A record that was left out. `index` counts in the answer's list, -1 for the list itself."""

    layer: str
    index: int
    code: str
    message: str


@dataclass(frozen=True)
class Answer:
    """What an answer says of one document.

    `layers` holds every layer asked for, empty where the answer has none.
    """

    layers: Layers
    status: Status
    dropped: tuple[Dropped, ...] = ()


def drop(dropped: list[Dropped], layer: str, index: int, code: str, message: str) -> None:
    """Note a dropped record; the message may quote the answer, so it is cut and made printable."""
    shown = message[:LONGEST_MESSAGE].encode("utf-8", "backslashreplace").decode("utf-8")
    dropped.append(Dropped(layer, index, code, shown))


def count_reasons(dropped: Sequence[Dropped]) -> dict[str, int]:
    """Count dropped records by layer and reason, as `figures:unknown-unit`, sorted."""
    return dict(sorted(Counter(f"{d.layer}:{d.code}" for d in dropped).items()))


def read_answer(text: str, source: Source, layers: Sequence[str] = DOCUMENT_LAYERS) -> Answer:
    """Read an answer about one document. Whatever the text is, an answer comes back.

    Raises: ValueError for a layer that documents lack.
    """
    chosen = check_layers(layers)
    found = find_object(text, chosen)
    if found is None:
        nothing: dict[str, Any] = dict.fromkeys(chosen, ())
        return Answer(Layers(doc_id=source.doc_id, **nothing), explain_missing(text))
    issues = {issue.id: issue for issue in source.issues}
    dropped: list[Dropped] = []
    read = {layer: tuple(read_records(found, layer, issues, dropped)) for layer in chosen}
    if "figures" in read:
        read["figures"] = tuple(without_repeated_ids(read["figures"]))
    return Answer(Layers(doc_id=source.doc_id, **read), "ok", tuple(dropped))


def find_object(text: str, keys: Collection[str]) -> dict[str, Any] | None:
    """Find the last JSON object in a text that has one of the keys at its top."""
    best: dict[str, Any] | None = None
    at = failures = 0
    while failures < MOST_FAILURES:
        match = OBJECT.search(text, at)
        if match is None:
            break
        try:
            value, at = DECODER.raw_decode(text, match.start())
        except (ValueError, RecursionError):
            failures += 1
            at = match.start() + 1
            continue
        if any(key in value for key in keys):
            best = value
    return best


def read_integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= LONGEST_INTEGER else float(digits)


DECODER = json.JSONDecoder(parse_int=read_integer)


def explain_missing(text: str) -> Status:
    if not text.strip():
        return "empty"
    return "refused" if REFUSAL.match(text) else "malformed"


def read_list(
    value: Mapping[str, Any], key: str, most: int, layer: str, dropped: list[Dropped]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects of a list, at most `most`, with their index; the rest is dropped."""
    items = value.get(key)
    if not isinstance(items, list):
        code = "missing-layer" if items is None else "wrong-type"
        drop(dropped, layer, -1, code, f"the answer has no list {key!r}")
        return
    for index, item in enumerate(items):
        if index >= most:
            drop(dropped, layer, index, "too-many", f"more than {most} in {key!r}")
        elif not isinstance(item, dict):
            drop(dropped, layer, index, "wrong-type", "expected an object")
        else:
            yield index, item


def read_records(
    value: Mapping[str, Any], layer: str, issues: Mapping[str, Issue], dropped: list[Dropped]
) -> Iterator[Any]:
    """Yield the valid records of a layer."""
    for index, item in read_list(value, layer, MOST_RECORDS[layer], layer, dropped):
        record = read_record(item, layer, index, dropped)
        if record is None:
            continue
        fault = next(find_record_faults(record, issues), None)
        if fault is None:
            yield record
        else:
            drop(dropped, layer, index, fault[1], fault[2])


def read_record(
    item: Mapping[str, Any],
    layer: str,
    index: int,
    dropped: list[Dropped],
    fields: Collection[str] | None = None,
) -> Any:
    """Bring an object to a record of its type; None if it is none, which is noted."""
    limits = LIMITS[layer]
    kept = {
        name: item[name]
        for name in fields or limits
        if item.get(name) is not None and item[name] != ""
    }
    kind = KINDS[layer]
    try:
        record = msgspec.convert(kept, kind)
    except msgspec.ValidationError:
        fault = next(jsonl.find_faults(kept, kind, ""), ("", "wrong-type", "is no record", ""))
        drop(dropped, layer, index, fault[1], f"{fault[0]}: {fault[2]}")
        return None
    for name, found in kept.items():
        strings = [found] if isinstance(found, str) else found if isinstance(found, list) else []
        if len(strings) > MOST_ITEMS.get(name, 1) or any(len(s) > limits[name] for s in strings):
            drop(dropped, layer, index, "too-long", f"{name} is too long")
            return None
    try:
        jsonl.encode(record)
    except UnicodeEncodeError:
        drop(dropped, layer, index, "not-unicode", "half a surrogate pair")
        return None
    return record


def find_record_faults(
    record: Mention | Figure | Stance, issues: Mapping[str, Issue]
) -> Iterator[tuple[str, str, str, str]]:
    """Yield what the harness would refuse in a prediction."""
    if isinstance(record, Stance):
        yield from find_stance_faults(record, "", issues)
        return
    yield from find_place_faults(record, "")
    if isinstance(record, Figure):
        yield from find_figure_faults(record, "")


def without_repeated_ids(figures: Sequence[Figure]) -> Iterator[Figure]:
    """Take the id from a figure that repeats one; the figure itself may still be right."""
    seen: set[str] = set()
    for figure in figures:
        if figure.id in seen:
            yield msgspec.structs.replace(figure, id=None)
            continue
        if figure.id is not None:
            seen.add(figure.id)
        yield figure
