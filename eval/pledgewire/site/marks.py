"""Annotations of a text as nested marks, ready for a template that escapes all it prints.

Marks that cross are cut where they cross, so that the result is a tree; each part keeps the id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pledgewire.spans import Span


@dataclass(frozen=True)
class Mark:
    """A stretch to be marked.

    `anchor` is the id of its record, `classes` are CSS classes, `told` is what a reader is told of
    it, `target` is the rule of the guidelines, "" for none.
    """

    span: Span
    anchor: str
    classes: str
    told: str
    target: str = ""


@dataclass
class Node:
    """A piece of text, or a mark with what is inside it. `is_first` tells the first part of a mark
    that had to be cut."""

    text: str = ""
    mark: Mark | None = None
    is_first: bool = True
    children: list[Node] = field(default_factory=list)


def build_tree(text: str, marks: Iterable[Mark]) -> list[Node]:
    """Nest marks in the text, the longer outside; equal spans in the order given."""
    root = Node()
    stack: list[tuple[int, Node]] = [(len(text), root)]
    at = 0

    def add_text(end: int) -> None:
        nonlocal at
        while True:
            limit, node = stack[-1]
            stop = min(end, limit)
            if stop > at:
                node.children.append(Node(text=text[at:stop]))
                at = stop
            if limit <= end and len(stack) > 1:
                stack.pop()
                continue
            return

    for start, end, mark, is_first in cut_crossing(marks, len(text)):
        add_text(start)
        node = Node(mark=mark, is_first=is_first)
        stack[-1][1].children.append(node)
        stack.append((end, node))
    add_text(len(text))
    return root.children


def cut_crossing(marks: Iterable[Mark], length: int) -> Iterator[tuple[int, int, Mark, bool]]:
    """Yield (start, end, mark, is_first) such that any two are nested or apart, in text order."""
    queue = [
        (mark.span.start, mark.span.end, index, mark, True)
        for index, mark in enumerate(marks)
        if 0 <= mark.span.start < mark.span.end <= length
    ]
    open_ends: list[int] = []
    while queue:
        queue.sort(key=lambda item: (item[0], -item[1], item[2]))
        start, end, index, mark, is_first = queue.pop(0)
        while open_ends and open_ends[-1] <= start:
            open_ends.pop()
        if open_ends and open_ends[-1] < end:
            queue.append((open_ends[-1], end, index, mark, False))
            end = open_ends[-1]
        open_ends.append(end)
        yield start, end, mark, is_first
