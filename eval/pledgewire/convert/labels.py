"""Bring the labels of another scheme to our entity types, by a mapping that the user gives."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pledgewire.convert.foreign import ForeignDocument, ForeignMention, count
from pledgewire.problems import Problem
from pledgewire.records import ENTITY_TYPES

DROP = "drop"
OTHERS = "*"


class LabelMap(NamedTuple):
    """Targets by label: an entity type or `drop`. `*` stands for every label that is neither
    mapped nor an entity type of ours."""

    targets: Mapping[str, str]

    def target_of(self, label: str) -> str | None:
        """Give the type of a label, `drop`, or None if nothing says what it is."""
        if label in self.targets:
            return self.targets[label]
        return label if label in ENTITY_TYPES else self.targets.get(OTHERS)


def parse_map(items: Iterable[str]) -> LabelMap:
    """Read `PER=PERSON,MISC=drop`; several items add up. Raises: ValueError for faulty ones."""
    targets: dict[str, str] = {}
    for part in (part.strip() for item in items for part in item.split(",")):
        label, equals, target = part.rpartition("=")
        if not equals or not label or target not in (*ENTITY_TYPES, DROP):
            raise ValueError(
                f"expected LABEL=TYPE in --map, got {part!r}, "
                f"allowed types: {', '.join(ENTITY_TYPES)}, {DROP}"
            )
        if targets.setdefault(label, target) != target:
            raise ValueError(
                f"expected one target for {label!r} in --map, got {targets[label]} and {target}"
            )
    return LabelMap(targets)


def map_labels(
    documents: Iterable[ForeignDocument], labels: LabelMap, problems: list[Problem]
) -> tuple[list[ForeignDocument], list[str]]:
    """Give the documents with our types as labels, and notes on what was dropped.

    A label that nothing maps is one problem, at its first place, with the number of its mentions.
    """
    mapped: list[ForeignDocument] = []
    dropped: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    seen: set[str] = set()
    first: dict[str, tuple[str, int]] = {}
    for document in documents:
        kept: list[ForeignMention] = []
        for mention in document.mentions:
            seen.add(mention.label)
            target = labels.target_of(mention.label)
            if target is None:
                unknown[mention.label] += 1
                first.setdefault(mention.label, (document.shown, mention.line))
            elif target == DROP:
                dropped[mention.label] += 1
            else:
                kept.append(mention._replace(label=target))
        mapped.append(document._replace(mentions=tuple(kept)))
    problems.extend(
        Problem(*first[label], "", "unknown-label", *unknown_label(label, number))
        for label, number in unknown.items()
    )
    return mapped, map_notes(labels, dropped, seen)


def unknown_label(label: str, number: int) -> tuple[str, str]:
    """Give message and mend for a label that is none of our types."""
    near = difflib.get_close_matches(label.upper(), ENTITY_TYPES, n=1, cutoff=0.5)
    return (
        f"{label!r} ({count(number, 'mention')}) is none of {', '.join(ENTITY_TYPES)}",
        f"say which it is, e.g. --map {label}={near[0] if near else 'TYPE'}, or leave out all "
        f"such labels with --map '{OTHERS}={DROP}'",
    )


def map_notes(labels: LabelMap, dropped: Counter[str], seen: set[str]) -> list[str]:
    notes = []
    if dropped:
        parts = ", ".join(f"{number} {label}" for label, number in sorted(dropped.items()))
        notes.append(f"{count(dropped.total(), 'mention')} dropped by the mapping: {parts}")
    unused = sorted(set(labels.targets) - seen - {OTHERS})
    if unused:
        notes.append(f"mapped, but not in the input: {', '.join(unused)}")
    return notes
