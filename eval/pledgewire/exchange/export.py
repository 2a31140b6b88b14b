"""What a one-way export gives, and what all of them need: outermost mentions and tokens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from pledgewire.records import Document, Layers, Mention

WORD = re.compile(r"\w+|[^\w\s]")


class Item(NamedTuple):
    """A document to export: its metadata, its text and its gold."""

    document: Document
    text: str
    layers: Layers


@dataclass(frozen=True)
class Export:
    """Files by their paths below the folder, and what the format could not hold."""

    files: dict[str, bytes]
    notes: tuple[str, ...] = ()


def outermost(mentions: Iterable[Mention]) -> list[Mention]:
    """Leave out mentions inside others; of several with one span the first stays."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.start, -m.end)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def borders_of(layers: Layers) -> set[int]:
    """List the places where an annotation begins or ends: no token may run over them."""
    spans = [(r.start, r.end) for r in (*(layers.entities or ()), *(layers.figures or ()))]
    spans += [pair for stance in layers.stances or () for pair in stance.evidence]
    return {place for span in spans for place in span}


def split_tokens(text: str, borders: Iterable[int]) -> list[tuple[int, int]]:
    """Split a text into words and marks, and these at borders. Units: code points, half-open."""
    cuts = sorted(borders)
    tokens: list[tuple[int, int]] = []
    for match in WORD.finditer(text):
        tokens += split_at(match.start(), match.end(), cuts)
    return tokens


def split_at(start: int, end: int, cuts: Sequence[int]) -> list[tuple[int, int]]:
    """Split a span at those cuts that are inside it."""
    places = [start, *(cut for cut in cuts if start < cut < end), end]
    return list(pairwise(places))


def count_left_out(items: Iterable[Item], *, nested: str, others: bool) -> tuple[str, ...]:
    """Say how many nested mentions, and with `others` how many other records, are not held."""
    items = list(items)
    inner = sum(len(i.layers.entities or ()) - len(outermost(i.layers.entities or ()))
                for i in items)  # fmt: skip
    notes = [nested.format(f"{inner} nested mentions")] if inner else []
    if others:
        figures = sum(len(i.layers.figures or ()) for i in items)
        stances = sum(len(i.layers.stances or ()) for i in items)
        notes.append(f"{figures} figures and {stances} stances left out; so are ids and forms")
    also = sum(len(m.also) for i in items for m in i.layers.entities or ())
    if also and others:
        notes.append(f"{also} alternatives left out")
    return tuple(notes)
