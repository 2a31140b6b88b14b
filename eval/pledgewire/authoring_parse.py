"""Read the authored form of a document, which annotators write, into stand-off layers.

Source: annotations/GUIDELINES.md, section 7 (authoring form), P5 (ids).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from pledgewire.authoring_fields import (
    EVIDENCE_KEY,
    FORMS,
    Faults,
    check_quantity,
    join_lines,
    locate_evidence,
    locate_surface,
    read_value,
    take_keys,
    take_positions,
)
from pledgewire.authoring_text import Lines, Word, split_words
from pledgewire.problems import Problem
from pledgewire.records import BOUNDS, ENTITY_TYPES, KINDS, Figure, Layers, Mention, Stance
from pledgewire.spans import Span

_KEYS = {
    "E": (),
    "F": ("status", "giver", "receiver", "same_as", "id"),
    "S": ("via", "ev", "ev@N"),
}
_ALSO_KEYS = {
    "E": ("surface", "type", "entity_id"),
    "F": (
        *("surface", "kind", "value", "low", "high", "unit", "bound", "date"),
        *("status", "giver", "receiver"),
    ),
    "S": ("holder", "label", "issue_id", "via"),
}
_TEXT_LINE = re.compile(r"\s*([0-9]{1,9})\| ?(.*)", re.DOTALL)
DOC_LINE = re.compile(r"doc(?:\s+(\S+))?\s*")
_LEFT_OUT = Word("", "")  # stands where a word is missing, so that the later ones keep their place


@dataclass
class _Draft:
    """A record as far as it was read; `sound` turns False with its first problem."""

    letter: str
    written: int
    span: Span | None = None
    label: str | None = None
    same_as: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    also: list[dict[str, Any]] = field(default_factory=list)
    sound: bool = True

    def place(self) -> dict[str, Any]:
        """Return the fields of a mention or figure, its place included."""
        start, end = self.span
        return {"start": start, "end": end, "also": tuple(self.also), **self.fields}


def is_skipped(line: str) -> bool:
    """Tell whether an authored line is empty or a comment."""
    return not line.strip() or line.lstrip().startswith("%")


def parse_authored(
    path_name: str, authored: str, text: str, doc_id: str, *, first_line: int = 1
) -> tuple[Layers, list[Problem]]:
    """Read the authored form of one document and find the place of each record in its text.

    A record with a problem is left out of the layers; all problems are listed, sorted.
    Units: `first_line` is the number of the first line of `authored` in its file.
    """
    reader = _Reader(path_name, Lines.of(text), doc_id)
    for number, line in enumerate(authored.removeprefix("\ufeff").split("\n"), first_line):
        reader.read(number, line)
    return reader.finish(), sorted(reader.faults.problems)


class _Reader:
    """The state while the lines of one authored document are read, one after the other.

    `line` is the line of the text that records refer to: None before the first, and after one
    that the text does not have (then `line_seen` keeps each record from being a problem again).
    """

    def __init__(self, path_name: str, lines: Lines, doc_id: str) -> None:
        self.faults = Faults(path_name)
        self.lines = lines
        self.doc_id = doc_id
        self.drafts: list[_Draft] = []
        self.line: int | None = None
        self.line_seen = False
        self.above: _Draft | None = None

    def read(self, number: int, raw: str) -> None:
        if is_skipped(raw):
            return
        self.faults.written = number
        before = len(self.faults.problems)
        if match := _TEXT_LINE.fullmatch(raw):
            self.read_text_line(int(match[1]), match[2])
        elif match := DOC_LINE.fullmatch(raw):
            if match[1] != self.doc_id:
                message = f"expected {self.doc_id}, got {match[1] or 'nothing'}"
                self.faults.add("doc", "doc-differs", message, "read each document by itself")
        else:
            letter, _, rest = raw.strip().partition(" ")
            if letter == "A":
                self.read_also(rest)
            else:
                self.read_record(letter, rest)
            if self.above is not None and len(self.faults.problems) > before:
                self.above.sound = False

    def read_text_line(self, number: int, quoted: str) -> None:
        self.above, self.line, self.line_seen = None, None, True
        quoted = quoted.rstrip()
        same = [n for n, line in enumerate(self.lines.texts, 1) if line.rstrip() == quoted]
        mend = f"that is {join_lines(same)} of the text" if same else "copy the line from the text"
        last = len(self.lines.texts)
        if not 1 <= number <= last:
            message = f"there is no line {number}; the text has {last}"
            self.faults.add("line", "line-past-end", message, mend)
            return
        self.line = number
        found = self.lines[number].rstrip()
        if quoted != found:
            pairs = enumerate(zip(quoted, found, strict=False))
            at = next((i for i, (a, b) in pairs if a != b), min(len(quoted), len(found)))
            message = (
                f"differs from line {number} of the text at character {at + 1}: "
                f'"{quoted[at : at + 20]}" here, "{found[at : at + 20]}" in the text'
            )
            self.faults.add("line", "line-differs", message, mend)

    def read_record(self, letter: str, rest: str) -> None:
        self.above = _Draft(letter, self.faults.written)
        if letter not in _KEYS:
            message = f'no record begins with "{letter[:20]}"; allowed: E, F, S, A'
            mend = "a comment begins with %, a line of the text with N|"
            self.faults.add("", "unknown-record", message, mend)
            return
        self.drafts.append(self.above)
        if not self.line_seen:
            mend = "put the record under its line of the text, written N| line"
            self.faults.add("line", "no-line", "no line of the text stands above", mend)
        words = self.split(rest)
        if words is not None:
            {"E": self.read_mention, "F": self.read_figure, "S": self.read_stance}[letter](
                self.above, words
            )

    def split(self, rest: str) -> list[Word] | None:
        words, unread = split_words(rest)
        if unread:
            mend = 'close each quotation with " and write a quote inside it as \\"'
            self.faults.add("", "bad-quotes", f"cannot be read from: {unread[:40]}", mend)
            return None
        return words

    def read_mention(self, draft: _Draft, words: list[Word]) -> None:
        words = self.take_surface(draft, words)
        take_keys(words, _KEYS["E"], self.faults)
        given = [word for word in words if not word.key]
        if len(given) == 2 and given[1].value in FORMS:
            given.insert(1, _LEFT_OUT)
        draft.fields |= take_positions(given, ("type", "entity_id", "form?"), self.faults)

    def read_figure(self, draft: _Draft, words: list[Word]) -> None:
        words = self.take_surface(draft, words)
        keyed = take_keys(words, _KEYS["F"], self.faults)
        given = [word for word in words if not word.key]
        if given and given[0].value == "date":
            names: tuple[str, ...] = ("kind", "date")
        else:
            names = ("kind", "value", "unit", "bound")
            if len(given) == 3 and given[2].value in BOUNDS:
                given.insert(2, _LEFT_OUT)
        draft.fields |= take_positions(given, names, self.faults)
        check_quantity(draft.fields, self.faults)
        for name in ("status", "giver", "receiver"):
            if name in keyed:
                draft.fields |= read_value(name, keyed[name], self.faults)
        draft.label = keyed["id"].value if "id" in keyed else None
        draft.same_as = keyed["same_as"].value if "same_as" in keyed else None

    def read_stance(self, draft: _Draft, words: list[Word]) -> None:
        keyed = take_keys(words, _KEYS["S"], self.faults)
        given = [word for word in words if not word.key]
        draft.fields |= take_positions(given, ("holder", "issue_id", "label"), self.faults)
        if "via" in keyed:
            draft.fields["via"] = tuple(read_value("via", keyed["via"], self.faults).get("via", ()))
        evidence = [word for word in words if EVIDENCE_KEY.fullmatch(word.key)]
        if not evidence:
            mend = 'add ev="First words … last words."'
            self.faults.add("ev", "missing-value", "the stance has no evidence", mend)
        found = (locate_evidence(word, self.line, self.lines, self.faults) for word in evidence)
        spans = [span for span in found if span is not None]
        if len(set(spans)) < len(spans):
            message = "the same stretch is evidence twice"
            self.faults.add("ev", "span-twice", message, "delete one")
        draft.span = spans[0] if spans else None
        draft.fields["evidence"] = tuple((span.start, span.end) for span in spans)

    def read_also(self, rest: str) -> None:
        if self.above is None:
            mend = "put A directly under the E, F or S line it is an alternative to"
            self.faults.add("", "no-record-above", "A has no record above it", mend)
            return
        words = self.split(rest)
        if words is None or self.above.letter not in _ALSO_KEYS:
            return
        allowed = _ALSO_KEYS[self.above.letter]
        if not words:
            mend = f"add key=value; keys: {', '.join(allowed)}"
            self.faults.add("", "missing-value", "A says nothing", mend)
        for word in words:
            if not word.key:
                message = f'"{word.value}" has no key'
                self.faults.add("", "unexpected-word", message, "write key=value")
        also: dict[str, Any] = {}
        for key, word in take_keys(words, allowed, self.faults).items():
            if key != "surface":
                also |= read_value(key, word, self.faults)
            elif span := self.locate(word, near=self.above.span):
                also |= {"start": span.start, "end": span.end, "text": word.value}
        if also.keys() & {"low", "high", "kind", "unit"}:
            check_quantity(self.above.fields | also, self.faults)
        self.above.also.append(also)

    def take_surface(self, draft: _Draft, words: list[Word]) -> list[Word]:
        """Place the draft at its surface and return the words after it."""
        first = words[0] if words and not words[0].key else _LEFT_OUT
        if not first.quoted or not first.value:
            mend = f'write: {draft.letter} "words of the line" ...'
            self.faults.add("surface", "missing-value", "the quoted surface is missing", mend)
            forgotten = first is _LEFT_OUT or first.value in (*ENTITY_TYPES, *KINDS)
            return words if forgotten else words[1:]
        draft.fields["text"] = first.value
        draft.span = self.locate(first)
        return words[1:]

    def locate(self, word: Word, near: Span | None = None) -> Span | None:
        if self.line is None:
            return None
        return locate_surface(word, self.line, self.lines, self.faults, near)

    def finish(self) -> Layers:
        """Number the records in order of position and point `same_as` at the new numbers."""
        self.check_twice()
        targets = self.resolve_labels()
        kept = [draft for draft in self.drafts if draft.sound and draft.span is not None]
        placed = sorted(kept, key=lambda draft: (draft.span.start, -draft.span.end))
        stances = [draft for draft in kept if draft.letter == "S"]
        stances.sort(key=lambda draft: draft.span.start)
        figures = [draft for draft in placed if draft.letter == "F"]
        ids = {id(draft): f"f{at}" for at, draft in enumerate(figures, 1)}
        for draft in figures:
            draft.fields["same_as"] = ids.get(id(targets.get(draft.same_as)))
        mentions = [draft for draft in placed if draft.letter == "E"]
        return Layers(
            doc_id=self.doc_id,
            entities=tuple(Mention(id=f"m{at}", **d.place()) for at, d in enumerate(mentions, 1)),
            figures=tuple(Figure(id=ids[id(d)], **d.place()) for d in figures),
            stances=tuple(
                Stance(id=f"s{at}", also=tuple(draft.also), **draft.fields)
                for at, draft in enumerate(stances, 1)
            ),
        )

    def check_twice(self) -> None:
        first: dict[tuple[Any, ...], int] = {}
        for draft in self.drafts:
            if draft.letter == "S" or draft.span is None:
                continue
            key = (draft.letter, draft.span, draft.fields.get("kind"))
            if key in first:
                message = f'"{draft.fields["text"]}" is annotated already in line {first[key]}'
                mend = "write another occurrence as #2, another reading as A under the first"
                self.fault_late(draft, "surface", "span-twice", message, mend)
            first.setdefault(key, draft.written)

    def resolve_labels(self) -> dict[str | None, _Draft]:
        targets: dict[str | None, _Draft] = {}
        for draft in self.drafts:
            if draft.label in targets:
                message = f"{draft.label} is the id in line {targets[draft.label].written} already"
                self.fault_late(draft, "id", "id-twice", message, "give each figure its own id")
            elif draft.label is not None:
                targets[draft.label] = draft
        for draft in self.drafts:
            if draft.same_as is None:
                continue
            if draft.same_as not in targets:
                message = f"no figure has id={draft.same_as}; given: {', '.join(targets) or 'none'}"
                mend = f"add id={draft.same_as} to the line of the figure meant"
                self.fault_late(draft, "same_as", "unknown-same-as", message, mend)
            elif targets[draft.same_as] is draft:
                message = f"{draft.same_as} is the figure itself"
                self.fault_late(draft, "same_as", "unknown-same-as", message, "name another")
        return targets

    def fault_late(self, draft: _Draft, name: str, code: str, message: str, mend: str) -> None:
        self.faults.written, draft.sound = draft.written, False
        self.faults.add(name, code, message, mend)
