"""What every reader of a foreign format gives: texts, and spans that carry the format's labels."""

from __future__ import annotations

from typing import NamedTuple


class ForeignMention(NamedTuple):
    """A labelled span. Units: code points, half-open; `line` counts from 1, 0 if there is none."""

    start: int
    end: int
    label: str
    line: int = 0


class ForeignDocument(NamedTuple):
    """A text with its mentions; `shown` names the file it came from, `line` where it begins there.

    `name` is the document's own name, with at most one slash (`story/document`).
    """

    name: str
    text: str
    mentions: tuple[ForeignMention, ...]
    shown: str
    line: int = 0


class Reading(NamedTuple):
    """The documents of some files, in order, and what a user must know of how they were read."""

    documents: tuple[ForeignDocument, ...]
    notes: tuple[str, ...] = ()


class Content(NamedTuple):
    """The text of a file, and its name as messages show it."""

    shown: str
    text: str


def number_name(number: int) -> str:
    """Name a document that has no name by its place in the input, counted from 1."""
    return f"doc-{number:05d}"


def count(number: int, noun: str) -> str:
    """Write a number with its noun: `1 mention`, `2 mentions`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
