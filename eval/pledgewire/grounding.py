"""Give predicted strings without offsets a place in the text.

A string stands where the text has it, case and white space aside; where it has not, what is most
like it is taken, above FUZZY_THRESHOLD. Numbers must be equal in every step, and no place begins or
ends inside one: a number that differs in one digit is another number. Strings that occur more than
once are assigned to occurrences in the way that is best for the system, given gold; a string that
has no place stays in the prediction with the span UNGROUNDED, where it can match nothing and so
counts as wrong.
Source: design of the benchmark, "Predictions".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from unicodedata import normalize

import msgspec

from pledgewire.matching import match_best
from pledgewire.normalise import parse_number, parse_quantity
from pledgewire.normalise.numbers import SCALES, WORDS
from pledgewire.records import Figure, Layers, Mention, Stance, readings
from pledgewire.spans import Span

FUZZY_THRESHOLD = 90.0
LONGEST_FUZZY = 1_000
"""Longest string that is looked for by likeness; longer ones must stand in the text as they are."""
UNGROUNDED = Span(-1, -1)
NUMBER = re.compile(r"\d+(?:[.,'’]\d+)*")
THOUSANDS = re.compile(r"[,'’](?=\d{3}(?!\d))")
WORD = re.compile(r"[^\W\d_]+")
NUMBER_WORDS = {word.rstrip("s") for word in (*WORDS, *SCALES)}


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
    for layer in ("entities", "figures"):
        records = getattr(layers, layer)
        if records is None:
            continue
        bare = [r for r in records if r.span is None]
        asked[layer] = len(bare)
        targets = getattr(gold, layer) if gold is not None else None
        places = place_all(bare, records, targets or (), finder)
        rest = iter(places)
        filled[layer] = tuple(
            r if r.span is not None else with_span(r, next(rest), text) for r in records
        )
        lost.extend(
            Ungrounded(layers.doc_id, layer, r.text or "", *finder.nearest(r.text or ""))
            for r, place in zip(bare, places, strict=True)
            if place == UNGROUNDED
        )
    if layers.stances is not None:
        asked["stances"] = sum(len(s.evidence_text) for s in layers.stances)
        filled["stances"] = tuple(
            ground_evidence(s, (gold and gold.stances) or (), layers.doc_id, finder, lost)
            for s in layers.stances
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


def with_span(record: Any, span: Span, text: str) -> Any:
    if span == UNGROUNDED:
        return msgspec.structs.replace(record, start=span.start, end=span.end)
    return msgspec.structs.replace(record, start=span.start, end=span.end, text=span.of(text))


def place_all(
    bare: Sequence[Any], records: Sequence[Any], gold: Sequence[Any], finder: Finder
) -> list[Span]:
    """Assign records without offsets to occurrences of their strings, each occurrence once.

    Strings that differ in case only compete for the same occurrences.
    """
    taken = {(r.span, kind_of(r)) for r in records if r.span is not None}
    targets = [reading for record in gold for reading in readings(record)]
    groups: dict[str, list[int]] = defaultdict(list)
    for at, record in enumerate(bare):
        groups[fold(record.text or "")[0].strip()].append(at)
    places = [UNGROUNDED] * len(bare)
    for group in groups.values():
        group.sort(key=lambda at: content_of(bare[at]))
        occurrences = finder.occurrences(bare[group[0]].text or "")
        weights = {
            (i, j): place_value(occurrence, bare[at], targets)
            + 2 * (occurrence.of(finder.text) == bare[at].text)
            - ((occurrence, kind_of(bare[at])) in taken)
            for i, occurrence in enumerate(occurrences)
            for j, at in enumerate(group)
        }
        for i, j in match_best(len(occurrences), len(group), weights):
            places[group[j]] = occurrences[i]
    return places


def content_of(record: Any) -> str:
    """Give all that a record says, its id last, so that equal strings are told apart by content."""
    return f"{msgspec.structs.replace(record, id=None)} {record.id}"


def kind_of(record: Any) -> str:
    return record.type if isinstance(record, Mention) else record.kind


HIT, SAME_PLACE, SAME_KIND, NEAR, ANYWHERE = 100_000_000, 4_000, 3_000, 1_000, 10
"""Worth of a place: hits outweigh any number of the others."""


def place_value(occurrence: Span, record: Any, targets: Iterable[Any]) -> int:
    """Rank a place by the best of the gold readings there.

    A mention is a hit with span and type, a figure with an overlap, kind and value.
    """
    best = ANYWHERE
    for target in targets:
        overlap = occurrence.overlap(target.span or UNGROUNDED)
        if not overlap:
            continue
        same_place, same_kind = occurrence == target.span, kind_of(target) == kind_of(record)
        is_hit = same_kind and (
            same_place if isinstance(record, Mention) else value_of(record) == value_of(target)
        )
        worth = HIT if is_hit else SAME_PLACE if same_place else SAME_KIND if same_kind else NEAR
        best = max(best, worth)
    return best


def value_of(figure: Figure) -> tuple[Any, ...]:
    if figure.kind == "date":
        return (figure.date,)
    return figure.low, figure.high, figure.unit, figure.bound


def ground_evidence(
    stance: Stance, gold: Sequence[Stance], doc_id: str, finder: Finder, lost: list[Ungrounded]
) -> Stance:
    """Place quoted evidence, of several places on that which gold evidence of the issue covers."""
    if not stance.evidence_text:
        return stance
    spans = list(stance.evidence)
    covered = [Span(*pair) for s in gold if s.issue_id == stance.issue_id for pair in s.evidence]
    for string in stance.evidence_text:
        found = finder.occurrences(string)
        if found:
            best = max(found, key=lambda span: sum(span.overlap(other) for other in covered))
            spans.append((best.start, best.end))
        else:
            lost.append(Ungrounded(doc_id, "stances", string, *finder.nearest(string)))
    return msgspec.structs.replace(stance, evidence=tuple(spans), evidence_text=())


class Finder:
    """Looks strings up in one text; keeps the folded text so that it is made once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._folded: tuple[str, list[int]] | None = None
        self._numbers: list[tuple[int, int]] | None = None

    def occurrences(self, string: str) -> list[Span]:
        """Find all places of a string: as it is or folded, else what is most like it."""
        if len(string) > 2 * len(self.text):
            return []
        folded, positions = self.folded
        for form in (string, normalize("NFC", string), normalize("NFD", string)):
            needle = fold(form)[0].strip()
            if not needle:
                return []
            spans = find_all(folded, needle)
            found = [Span(positions[s.start], positions[s.end - 1] + 1) for s in spans]
            if whole := self.whole(found):
                return whole
        return self.fuzzy_occurrences(string.strip())

    def whole(self, spans: list[Span]) -> list[Span]:
        """Keep the places that cut no word; if all do, those that at least cut no number.

        Site names glued to a word make the second case a real one.
        """
        uncut = [s for s in spans if not self.cuts_number(s)]
        whole = [
            s
            for s in uncut
            if not cuts_word(self.text, s.start) and not cuts_word(self.text, s.end)
        ]
        return whole or uncut

    def cuts_number(self, span: Span) -> bool:
        return any(start < at < end for start, end in self.numbers for at in span)

    @property
    def numbers(self) -> list[tuple[int, int]]:
        if self._numbers is None:
            self._numbers = [match.span() for match in NUMBER.finditer(self.text)]
        return self._numbers

    @property
    def folded(self) -> tuple[str, list[int]]:
        if self._folded is None:
            self._folded = fold(self.text)
        return self._folded

    def fuzzy_occurrences(self, string: str) -> list[Span]:
        span, similarity = self.align(string)
        if span is None or similarity < FUZZY_THRESHOLD:
            return []
        if self.cuts_number(span) or numbers_in(span.of(self.text)) != numbers_in(string):
            return []
        return self.whole(find_all(self.text, span.of(self.text)))

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
        for start, end in self.numbers:
            if start < span.start < end or start < span.end < end:
                span = Span(min(start, span.start), max(end, span.end))
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


def numbers_in(text: str) -> list[str]:
    """List the numbers of a text: figures without the marks between thousands, and number words."""
    figures = [THOUSANDS.sub("", match[0]) for match in NUMBER.finditer(text)]
    words = [word.rstrip("s") for word in WORD.findall(text.casefold())]
    return figures + [word for word in words if word in NUMBER_WORDS]


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
