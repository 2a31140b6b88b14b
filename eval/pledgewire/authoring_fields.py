"""Read the fields of an authored record: positions, keys, values, places in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pledgewire.authoring_text import (
    Lines,
    Word,
    find_evidence,
    find_nearest,
    find_word,
    list_occurrences,
    quote,
    stands_as_word,
    suggest,
)
from pledgewire.problems import Problem
from pledgewire.records import BOUNDS, ENTITY_TYPES, KINDS, LABELS_OF, STATUSES
from pledgewire.spans import Span

FORMS = ("name", "nominal")
ALLOWED = {
    "type": ENTITY_TYPES,
    "form": FORMS,
    "kind": KINDS,
    "bound": BOUNDS,
    "status": STATUSES,
    "label": tuple(label for labels in LABELS_OF.values() for label in labels),
}
EVIDENCE_KEY = re.compile(r"ev(?:@([0-9]{1,9}))?")
_IDS = ("entity_id", "holder", "issue_id", "giver", "receiver")
_NULLABLE = ("value", "low", "high", "unit", "bound", "date", "giver", "receiver")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?::[a-z0-9]+(?:-[a-z0-9]+)*)?")
_NUMBER = re.compile(r"-?[0-9][0-9_]{0,400}(?:\.[0-9]+)?")
_DATE = re.compile(
    r"[?~%]?-?[0-9X]{4}[?~%]?(?:-[?~%]?[0-9X]{2}[?~%]?(?:-[?~%]?[0-9X]{2}[?~%]?)?)?(?:T[0-9:Z+-]+)?"
)


class Faults:
    """The problems found so far; `written` is the line of the file that is being read."""

    def __init__(self, path_name: str) -> None:
        self.path_name = path_name
        self.written = 0
        self.problems: list[Problem] = []

    def add(self, field: str, code: str, message: str, mend: str) -> None:
        self.problems.append(Problem(self.path_name, self.written, field, code, message, mend))


def take_keys(words: Iterable[Word], allowed: tuple[str, ...], faults: Faults) -> dict[str, Word]:
    """Collect the `key=value` words, evidence excepted, with a problem for each wrong one."""
    taken: dict[str, Word] = {}
    for word in words:
        if not word.key or ("ev" in allowed and EVIDENCE_KEY.fullmatch(word.key)):
            continue
        if word.key not in allowed:
            listed = f"allowed: {', '.join(allowed)}" if allowed else "this record takes none"
            near = suggest(word.key, allowed)
            mend = f"write {near}=" if near else "delete it"
            faults.add(word.key, "unknown-key", f"is no key here; {listed}", mend)
        elif word.key in taken:
            faults.add(word.key, "key-twice", "stands here twice", "delete one")
        elif not word.value:
            faults.add(word.key, "missing-value", "has no value", f"write {word.key}=value")
        else:
            if word.key != "surface":
                _refuse_number(word, word.key, faults)
            taken[word.key] = word
    return taken


def take_positions(given: list[Word], names: tuple[str, ...], faults: Faults) -> dict[str, Any]:
    """Read the words without a key in the order of `names`; a name with a `?` may be left out."""
    plain = tuple(name.rstrip("?") for name in names)
    order = f"order: {' '.join(plain)}"
    taken: dict[str, Any] = {}
    for at, name in enumerate(plain):
        word = given[at] if at < len(given) else None
        if word is not None and word.value:
            _refuse_number(word, name, faults)
            taken |= read_value(name, word, faults, nullable=False)
        elif word is not None or names[at] == name:
            one_of = f"; {name} is one of: {', '.join(ALLOWED[name])}" if name in ALLOWED else ""
            faults.add(name, "missing-value", f"the {name} is missing", order + one_of)
    for word in given[len(names) :]:
        mend = f"{order}, then key=value; a comment has its own line, with %"
        faults.add("", "unexpected-word", f'"{word.value}" is one word too many', mend)
    return taken


def _refuse_number(word: Word, name: str, faults: Faults) -> None:
    if word.number is not None:
        message = f'#{word.number} after "{word.value}" counts nothing'
        faults.add(name, "unexpected-word", message, "only a surface or evidence takes #n")


def read_value(name: str, word: Word, faults: Faults, *, nullable: bool = True) -> dict[str, Any]:
    """Return the fields that one word sets; none if the word is faulty."""
    value = word.value
    if name == "via":
        ids = [] if word.is_null else [part.strip() for part in value.split(",")]
        wrong = [part for part in ids if not _check_id("via", part, faults)]
        return {} if wrong else {"via": ids}
    if word.is_null and nullable and name in _NULLABLE:
        return {"low": None, "high": None} if name == "value" else {name: None}
    if name in ("value", "low", "high"):
        return _read_number(name, value, faults)
    if name in ALLOWED and value not in ALLOWED[name]:
        message = f'"{value}" is not allowed; allowed: {", ".join(ALLOWED[name])}'
        near = suggest(value, ALLOWED[name])
        faults.add(name, "not-allowed", message, f"write {near or 'one of these'}")
        return {}
    if name in _IDS and not _check_id(name, value, faults):
        return {}
    if name == "date" and not _is_edtf(value):
        mend = "write 2026-02-10, 2025-09, 2025, 2024-22, 2025-04-07/2025-04-13, 2022/.., 2030~"
        faults.add("date", "not-edtf", f'"{value}" is not of an EDTF form', mend)
        return {}
    return {name: value}


def _read_number(name: str, value: str, faults: Faults) -> dict[str, Any]:
    parts = value.split("..") if name == "value" else [value]
    if len(parts) > 2 or not all(_NUMBER.fullmatch(part) for part in parts):
        mend = "write plain digits, as 8800000000 or 7.5, and a range as 20..25"
        faults.add(name, "not-a-number", f'"{value}" is not a number', mend)
        return {}
    digits = [part.replace("_", "") for part in parts]
    numbers = [float(part) if "." in part else int(part) for part in digits]
    return {"low": numbers[0], "high": numbers[-1]} if name == "value" else {name: numbers[0]}


def check_quantity(fields: dict[str, Any], faults: Faults) -> None:
    """Check that low is not above high and that the unit fits the kind."""
    low, high = fields.get("low"), fields.get("high")
    if low is not None and high is not None and low > high:
        message = f"low {low} is above high {high}"
        faults.add("value", "range-reversed", message, f"write {high}..{low}")
    kind, unit = fields.get("kind"), fields.get("unit")
    if kind == "percent" and unit not in (None, "percent"):
        faults.add("unit", "not-allowed", f'"{unit}" is no unit of a percent', "write percent")
    if kind == "money" and unit is not None and not re.fullmatch("[A-Z]{3}", unit):
        mend = "write the ISO 4217 code, as USD, EUR, JPY"
        faults.add("unit", "not-allowed", f'"{unit}" is no currency code', mend)


def _check_id(name: str, value: str, faults: Faults) -> bool:
    if _ID.fullmatch(value) and value != "null":
        return True
    mend = "write lower-case ASCII words joined by hyphens, as nato-officials"
    faults.add(name, "bad-id", f'"{value}" is not of the form of an id', mend)
    return False


def _is_edtf(value: str) -> bool:
    """Tell whether a date has the shape of EDTF; whether the day exists is for the checks."""
    inner = re.sub(r"^[\[{]|[\]}]$", "", value)
    parts = [part for part in re.split(r"/|,|\.\.", inner) if part]
    return bool(parts) and all(_DATE.fullmatch(part) for part in parts)


def locate_surface(
    word: Word, number: int, lines: Lines, faults: Faults, near: Span | None = None
) -> Span | None:
    """Find the occurrence meant in line `number`.

    Without `#n` it is the first or, for an alternative, the one that overlaps `near`. A part of a
    word must be asked for, or the first "Japan" would silently be that of an earlier "Japanese".
    """
    surface, line, base = word.value, lines[number], lines.start_of(number)
    found = list_occurrences(line, surface)
    if not found:
        message = f"line {number} of the text does not contain {quote(surface)}"
        mend = _say_nearest(lines, number, surface, lines.numbers_with(surface))
        faults.add("surface", "surface-not-found", message, mend)
        return None
    chosen = word.number or 1
    if word.number is not None and not 1 <= word.number <= len(found):
        message = f"{quote(surface)} stands {_times(len(found))} in line {number} of the text"
        faults.add("surface", "occurrence-past-last", message, _say_numbers(len(found)))
        return None
    if word.number is None and near is not None:
        ends = [Span(base + at, base + at + len(surface)) for at in found]
        touching = [at for at, span in enumerate(ends, 1) if span.overlap(near)]
        if len(touching) != 1:
            how_often = _times(len(touching)) if touching else "nowhere"
            message = f"{quote(surface)} overlaps the record above {how_often}"
            faults.add("surface", "alternative-unclear", message, f"write {quote(surface)}#n")
            return None
        chosen = touching[0]
    start = found[chosen - 1]
    end = start + len(surface)
    if not word.forced and not stands_as_word(line, start, end):
        message = f"{quote(surface)}#{chosen} is a part of {quote(find_word(line, start, end))}"
        mend = f"if that part is meant, write {quote(surface)}#{chosen}!"
        whole = [
            f"{quote(surface)}#{at}"
            for at, other in enumerate(found, 1)
            if stands_as_word(line, other, other + len(surface))
        ]
        if whole:
            mend = f"as a word it is {' or '.join(whole)}; {mend}"
        faults.add("surface", "part-of-word", message, mend)
        return None
    return Span(base + start, base + end)


def locate_evidence(word: Word, here: int | None, lines: Lines, faults: Faults) -> Span | None:
    """Find the one stretch that an `ev=` or `ev@N=` means, `here` being the line above."""
    at = EVIDENCE_KEY.fullmatch(word.key)[1]
    number = int(at) if at else here
    if number is None:
        return None
    last = len(lines.texts)
    if not 1 <= number <= last:
        message = f"there is no line {number}; the text has {last}"
        faults.add(word.key, "line-past-end", message, "write ev@N with a line of the text")
        return None
    if not word.value:
        mend = f'write {word.key}="First words … last words."'
        faults.add(word.key, "missing-value", "has no value", mend)
        return None
    spans = find_evidence(lines[number], word.value)
    if not spans:
        others = [n for n in range(1, last + 1) if find_evidence(lines[n], word.value)]
        message = f"line {number} of the text does not contain {quote(word.value)}"
        mend = _say_nearest(lines, number, word.value, others)
        faults.add(word.key, "evidence-not-found", message, mend)
        return None
    message = f"{quote(word.value)} fits {_times(len(spans))} in line {number} of the text"
    if word.number is None and len(spans) > 1:
        mend = f"write more of its first and last words, or {_say_numbers(len(spans))}"
        faults.add(word.key, "evidence-ambiguous", message, mend.replace("or write", "or"))
        return None
    if word.number is not None and not 1 <= word.number <= len(spans):
        faults.add(word.key, "occurrence-past-last", message, _say_numbers(len(spans)))
        return None
    base, span = lines.start_of(number), spans[(word.number or 1) - 1]
    return Span(base + span.start, base + span.end)


def _say_nearest(lines: Lines, number: int, wanted: str, others: list[int]) -> str:
    if others:
        return f"{join_lines(others)} of the text {'has' if len(others) == 1 else 'have'} it"
    nearest = find_nearest(lines[number], wanted)
    return f"the nearest there is {quote(nearest)}" if nearest else "copy the words from the text"


def _say_numbers(count: int) -> str:
    return "write #1 or nothing" if count == 1 else f"write a number from #1 to #{count}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def join_lines(numbers: list[int]) -> str:
    """Say `line 3`, or `lines 3, 4 and 7`."""
    if len(numbers) == 1:
        return f"line {numbers[0]}"
    return f"lines {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
