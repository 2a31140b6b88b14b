"""Give predicted strings without offsets a place in the text.

Three steps, each only for what the one before left over: exact, then folded (case and white
space), then fuzzy with FUZZY_THRESHOLD. Digits must be equal in every step: a number that differs
in one digit is another number. Strings that occur more than once are assigned to occurrences in
the way that is best for the system, given the gold spans; a string that no step places stays in the
prediction with the span UNGROUNDED, where it can match nothing and so counts as wrong.
Source: design of the benchmark, "Predictions".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from pledgewire.matching import match_best
from pledgewire.normalise import parse_number, parse_quantity
from pledgewire.records import Figure, Layers, Mention, Stance
from pledgewire.spans import Span

FUZZY_THRESHOLD = 90.0
LONGEST_FUZZY = 1_000
"""Longest string that is looked for by likeness; longer ones must stand in the text as they are."""
UNGROUNDED = Span(-1, -1)
DIGITS = re.compile(r"\d")


class Ungrounded(NamedTuple):
    """A string that has no place in the text, and the text that comes nearest to it."""

    doc_id: str
    layer: str
    text: str
    nearest: str
    similarity: float


class Grounded(NamedTuple):
    """A document's layers with every span filled in, and what could not be placed.

    `asked` counts per layer the records that came without offsets.
    """

    layers: Layers
    ungrounded: tuple[Ungrounded, ...]
    asked: dict[str, int]


def ground(layers: Layers, text: str, gold: Layers | None = None) -> Grounded:
    """Fill in the spans of all layers; records that have offsets keep them.

    A figure's `value` string is brought to low, high, unit and bound first.
    """
    layers = normalise_values(layers)
    if not needs_grounding(layers):
        return Grounded(layers, (), {})
    lost: list[Ungrounded] = []
    asked: dict[str, int] = {}
    finder = Finder(text)
    filled: dict[str, Any] = {}
    for layer, kind_of in (("entities", kind_of_mention), ("figures", kind_of_figure)):
        records = getattr(layers, layer)
        if records is None:
            continue
        bare = [r for r in records if r.span is None]
        asked[layer] = len(bare)
        targets = getattr(gold, layer) if gold is not None else None
        places = place_all(bare, records, targets or (), finder, kind_of)
        filled[layer] = tuple(
            r if r.span is not None else with_span(r, places[id(r)], text) for r in records
        )
        lost.extend(
            Ungrounded(layers.doc_id, layer, r.text or "", *finder.nearest(r.text or ""))
            for r in bare
            if places[id(r)] == UNGROUNDED
        )
    if layers.stances is not None:
        asked["stances"] = sum(len(s.evidence_text) for s in layers.stances)
        filled["stances"] = tuple(
            ground_evidence(s, layers.doc_id, finder, lost) for s in layers.stances
        )
    return Grounded(msgspec.structs.replace(layers, **filled), tuple(lost), asked)


def normalise_values(layers: Layers) -> Layers:
    """Read values that are given as strings ("8.8 billion yen") into numbers."""
    if not any(f.value is not None for f in layers.figures or ()):
        return layers
    return msgspec.structs.replace(
        layers, figures=tuple(normalise_value(f) for f in layers.figures or ())
    )


def normalise_value(figure: Figure) -> Figure:
    """Fill the fields that a figure leaves out from its `value`; those that it gives stay."""
    if figure.value is None or figure.kind == "date":
        return figure
    found = parse_quantity(figure.value)
    if found is None:
        number = parse_number(figure.value)
        if number is None:
            return figure
        plain = int(number) if number == int(number) else float(number)
        return msgspec.structs.replace(
            figure,
            low=plain if figure.low is None else figure.low,
            high=plain if figure.high is None else figure.high,
        )
    return msgspec.structs.replace(
        figure,
        low=figure.low if figure.low is not None else found.low,
        high=figure.high if figure.high is not None else found.high,
        unit=figure.unit or found.unit,
        bound=figure.bound or found.bound,
    )


def needs_grounding(layers: Layers) -> bool:
    return (
        any(m.start is None for m in layers.entities or ())
        or any(f.start is None for f in layers.figures or ())
        or any(s.evidence_text for s in layers.stances or ())
    )


def kind_of_mention(mention: Mention) -> str:
    return mention.type


def kind_of_figure(figure: Figure) -> str:
    return figure.kind


def with_span(record: Any, span: Span, text: str) -> Any:
    if span == UNGROUNDED:
        return msgspec.structs.replace(record, start=span.start, end=span.end)
    return msgspec.structs.replace(record, start=span.start, end=span.end, text=span.of(text))


def place_all(
    bare: Sequence[Any],
    records: Sequence[Any],
    gold: Sequence[Any],
    finder: Finder,
    kind_of: Callable[[Any], str],
) -> dict[int, Span]:
    """Assign records without offsets to occurrences of their strings, each occurrence once."""
    taken = {(r.span, kind_of(r)) for r in records if r.span is not None}
    gold_spans = {(r.span, kind_of(r)) for r in gold}
    groups: dict[str, list[Any]] = defaultdict(list)
    for record in bare:
        groups[record.text or ""].append(record)
    places: dict[int, Span] = {}
    for string, group in groups.items():
        occurrences = finder.occurrences(string)
        group.sort(key=kind_of)
        weights = {
            (i, j): place_value(occurrence, kind_of(record), gold_spans, gold)
            - (1 if (occurrence, kind_of(record)) in taken else 0)
            for i, occurrence in enumerate(occurrences)
            for j, record in enumerate(group)
        }
        for record in group:
            places[id(record)] = UNGROUNDED
        for i, j in match_best(len(occurrences), len(group), weights):
            places[id(group[j])] = occurrences[i]
    return places


def place_value(
    occurrence: Span, kind: str, gold_spans: set[tuple[Span, str]], gold: Sequence[Any]
) -> int:
    """Rank a place: on an equal gold record best, then one it overlaps, then anywhere."""
    if (occurrence, kind) in gold_spans:
        return 10_000
    if any(occurrence.overlap(r.span) and kind == r_kind for r, r_kind in kinds(gold)):
        return 1_000
    return 10


def kinds(gold: Iterable[Any]) -> Iterable[tuple[Any, str]]:
    return ((r, r.type if isinstance(r, Mention) else r.kind) for r in gold)


def ground_evidence(stance: Stance, doc_id: str, finder: Finder, lost: list[Ungrounded]) -> Stance:
    if not stance.evidence_text:
        return stance
    spans = list(stance.evidence)
    for string in stance.evidence_text:
        found = finder.occurrences(string)
        if found:
            spans.append((found[0].start, found[0].end))
        else:
            lost.append(Ungrounded(doc_id, "stances", string, *finder.nearest(string)))
    return msgspec.structs.replace(stance, evidence=tuple(spans), evidence_text=())


class Finder:
    """Looks strings up in one text; keeps the folded text so that it is made once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._folded: tuple[str, list[int]] | None = None

    def occurrences(self, string: str) -> list[Span]:
        """Find all places of a string by the first of the three steps that finds any."""
        string = string.strip()
        if not string:
            return []
        return (
            whole_words(self.text, find_all(self.text, string))
            or self.folded_occurrences(string)
            or self.fuzzy_occurrence(string)
        )

    def folded_occurrences(self, string: str) -> list[Span]:
        folded, positions = self.folded
        needle = fold(string)[0].strip() if len(string) <= 2 * len(self.text) else ""
        if not needle:
            return []
        found = [
            Span(positions[s.start], positions[s.end - 1] + 1) for s in find_all(folded, needle)
        ]
        return whole_words(self.text, found)

    @property
    def folded(self) -> tuple[str, list[int]]:
        if self._folded is None:
            self._folded = fold(self.text)
        return self._folded

    def fuzzy_occurrence(self, string: str) -> list[Span]:
        span, similarity = self.align(string)
        if span is None or similarity < FUZZY_THRESHOLD:
            return []
        if DIGITS.findall(span.of(self.text)) != DIGITS.findall(string):
            return []
        return [span]

    def align(self, string: str) -> tuple[Span | None, float]:
        """Find the stretch of whole words most like the string.

        Units: similarity is rapidfuzz's ratio of the stretch and the string, 0 to 100.
        """
        from rapidfuzz import fuzz

        if len(string) > min(LONGEST_FUZZY, 2 * len(self.text)):
            return None, 0.0
        found = fuzz.partial_ratio_alignment(string, self.text)
        if found is None or found.dest_end <= found.dest_start:
            return None, 0.0
        span = widen_to_words(self.text, found.dest_start, found.dest_end)
        return span, fuzz.ratio(string, span.of(self.text))

    def nearest(self, string: str) -> tuple[str, float]:
        span, similarity = self.align(string)
        return ("", 0.0) if span is None else (span.of(self.text), round(similarity, 1))


def find_all(text: str, string: str) -> list[Span]:
    found = []
    start = text.find(string)
    while start >= 0:
        found.append(Span(start, start + len(string)))
        start = text.find(string, start + 1)
    return found


def whole_words(text: str, spans: list[Span]) -> list[Span]:
    """Keep the places that do not cut a word; if all do, keep all.

    Site names glued to a word make the second case a real one.
    """
    whole = [s for s in spans if not cuts_word(text, s.start) and not cuts_word(text, s.end)]
    return whole or spans


def cuts_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


def widen_to_words(text: str, start: int, end: int) -> Span:
    while cuts_word(text, start):
        start -= 1
    while cuts_word(text, end):
        end += 1
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def fold(text: str) -> tuple[str, list[int]]:
    """Case fold and collapse white space; give for each folded character its place."""
    folded: list[str] = []
    positions: list[int] = []
    for at, char in enumerate(text):
        if char.isspace():
            if folded and folded[-1] == " ":
                continue
            folded.append(" ")
            positions.append(at)
            continue
        for part in char.casefold():
            folded.append(part)
            positions.append(at)
    return "".join(folded), positions
