"""Read spaCy's and Prodigy's JSON: a text with labelled spans, without spaCy itself.

Records: `{"text": ..., "entities": [[start, end, label], ...]}`, the same as a pair
`[text, {"entities": ...}]`, `{"text": ..., "spans": [{"start", "end", "label"}, ...]}`
(Prodigy), `{"text": ..., "ents": [...]}` (`Doc.to_json`). One a line, or a list of them in a
file whose name ends in `.json`. A record may name its document in `doc_id`.
Source: spacy.io/api/data-formats, prodi.gy/docs/api-interfaces.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from pledgewire.checks.offsets import Placed, find_offset_faults
from pledgewire.convert.foreign import (
    Content,
    ForeignDocument,
    ForeignMention,
    Reading,
    count,
    number_name,
)
from pledgewire.problems import Problem

KEYS = ("entities", "ents", "spans")
TRIPLE = "write [start, end, label]"
UNREAD = object()
OBJECT = 'write {"start": ..., "end": ..., "label": ...}'


class Place(NamedTuple):
    """Where a record stands: its line, or its index in a list."""

    shown: str
    line: int
    prefix: str

    def problem(self, field: str, code: str, message: str, mend: str) -> Problem:
        full = f"{self.prefix}.{field}" if self.prefix and field else self.prefix + field
        return Problem(self.shown, self.line, full, code, message, mend)


def read_spacy(files: Sequence[Content], problems: list[Problem]) -> Reading:
    """Read files of records. Documents without `doc_id` are numbered through all files."""
    documents = []
    answers: Counter[str] = Counter()
    number = 0
    for file in files:
        before = number
        for place, value in iter_records(file, problems):
            number += 1
            record = as_record(value, place, problems)
            if record is None:
                continue
            answer = record.get("answer", "accept")
            if answer != "accept":
                answers[str(answer)] += 1
                continue
            document = read_record(record, place, number_name(number), problems)
            if document is not None:
                documents.append(document)
        if number == before:
            problems.append(
                Problem(file.shown, 0, "", "file-empty", "the file holds no record", "check it")
            )
    notes = [
        f"{count(found, 'record')} with the answer {answer!r} left out"
        for answer, found in sorted(answers.items())
    ]
    return Reading(tuple(documents), tuple(notes))


def iter_records(file: Content, problems: list[Problem]) -> Iterator[tuple[Place, Any]]:
    """Yield each record; one that is no JSON is noted, and given as UNREAD to keep its number."""
    text = file.text
    if file.shown.endswith(".json"):
        try:
            values = msgspec.json.decode(text)
        except msgspec.DecodeError as error:
            problems.append(json_problem(Place(file.shown, 0, ""), error))
            return
        if not isinstance(values, list):
            values = [values]
        for index, value in enumerate(values):
            yield Place(file.shown, 0, f"[{index}]"), value
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        place = Place(file.shown, number, "")
        try:
            yield place, msgspec.json.decode(line)
        except msgspec.DecodeError as error:
            problems.append(json_problem(place, error))
            yield place, UNREAD


def json_problem(place: Place, error: Exception) -> Problem:
    message = str(error).removeprefix("JSON is malformed: ")
    mend = "write one record a line, or name a file with a list of records .json"
    return place.problem("", "json-invalid", message, mend)


def as_record(value: Any, place: Place, problems: list[Problem]) -> dict[str, Any] | None:
    """Give a record as an object, pairs included; None if it is neither, or is UNREAD."""
    if isinstance(value, list) and len(value) == 2 and isinstance(value[1], dict):
        value = {"text": value[0], **value[1]}
    if isinstance(value, dict):
        return value
    if value is not UNREAD:
        problems.append(
            place.problem(
                "",
                "wrong-type",
                "expected an object with a text and its spans",
                'write {"text": ..., "entities": [[start, end, label]]}',
            )
        )
    return None


def read_record(
    record: dict[str, Any], place: Place, name: str, problems: list[Problem]
) -> ForeignDocument | None:
    """Read one record; None if it has faults, which are noted."""
    text = record.get("text")
    name = record.get("doc_id", name)
    found: list[Problem] = []
    for field, value in (("text", text), ("doc_id", name)):
        if not isinstance(value, str):
            message = "expected a string" if field in record else "a record needs it"
            code = "wrong-type" if field in record else "missing-field"
            found.append(place.problem(field, code, message, f"write a string as {field!r}"))
    keys = [key for key in KEYS if isinstance(record.get(key), list)]
    if len(keys) != 1:
        held = f"{' and '.join(keys)} hold spans" if keys else "no list of spans"
        mend = f"give one list, as one of {', '.join(KEYS)}; an empty one if there is nothing"
        found.append(place.problem("", "spans", held, mend))
    if found:
        problems.extend(found)
        return None
    mentions: list[ForeignMention] = []
    placed: list[Placed] = []
    for index, span in enumerate(record[keys[0]]):
        field = f"{keys[0]}[{index}]"
        values = span_values(span)
        if values is None:
            mend = OBJECT if isinstance(span, dict) else TRIPLE
            found.append(place.problem(field, "wrong-type", "expected start, end and label", mend))
            continue
        start, end, label, stated = values
        mentions.append(ForeignMention(start, end, label, place.line))
        placed.append(Placed(field, start, end, stated))
    found.extend(place.problem(*fault) for fault in find_offset_faults(text, placed))
    problems.extend(found)
    return ForeignDocument(name, text, tuple(mentions), place.shown, place.line)


def span_values(span: Any) -> tuple[int, int, str, str | None] | None:
    """Give start, end, label and, if the span states it, its text."""
    stated = None
    if isinstance(span, dict):
        values = [span.get("start"), span.get("end"), span.get("label")]
        stated = span.get("text")
    elif isinstance(span, list) and len(span) == 3:
        values = span
    else:
        return None
    start, end, label = values
    if type(start) is not int or type(end) is not int or not isinstance(label, str) or not label:
        return None
    return start, end, label, stated if isinstance(stated, str) else None
