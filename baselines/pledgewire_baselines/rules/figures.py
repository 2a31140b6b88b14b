"""Find the figures of a text with status, giver and receiver.

Source: annotations/GUIDELINES.md F1 to F7; values and dates come from `pledgewire.normalise`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from pledgewire.normalise import find_dates, find_quantities, parse_number
from pledgewire.records import Figure
from pledgewire_baselines.rules.lexicon import load
from pledgewire_baselines.rules.roles import RoleReader
from pledgewire_baselines.rules.shapes import Found
from pledgewire_baselines.rules.texts import Text

STAMPS = frozenset(load("figures")["stamps"])
BYLINE = re.compile(r"\s*By\s+[A-Z]|.*\s\|\s")
SCALED = re.compile(r"(?:[A-Za-z]+\s+){0,3}\d[\d.,]*\s+(?:million|billion|trillion)")
BARE = re.compile(
    r"(?<![\w.,$€£¥-])(?<!the )(?<!The )(?P<number>\d{1,3}|[Tt](?:wo|hree|en|welve)|[Ff](?:our|ive)"
    r"|[Ss](?:ix|even)|[Ee](?:ight|leven)|[Nn]ine)"
    r"\s+(?:of\s+(?:them|these|those|which)|are|were|have|had|from|arrived|remain)\b"
)
"""A number whose noun stands earlier in its paragraph (F1.5)."""
LINK = re.compile(r"\s*(?:\(|,\s*(?:or|roughly|about|some)?\s*)\s*\Z")
TRANSFER = frozenset({"money", "count", "quantity"})


def find_figures(text: Text, mentions: Sequence[Found], published: str) -> tuple[Figure, ...]:
    """List the figures of a text in order, ids f1, f2, ..."""
    placed = drop_inside_names(text, drop_furniture(text, read_values(text, published)), mentions)
    reader = RoleReader(text, mentions)
    figures: list[Figure] = []
    for number, figure in enumerate(sorted(placed, key=lambda f: (f.start, f.end)), 1):
        figure = msgspec.structs.replace(
            share_currency(text, figure, figures),
            id=f"f{number}",
            text=text.text[figure.start : figure.end],
        )
        original = find_original(text, figure, figures)
        if original is not None:
            figures.append(
                msgspec.structs.replace(
                    figure,
                    same_as=original.same_as or original.id,
                    status=original.status,
                    giver=original.giver,
                    receiver=original.receiver,
                )
            )
            continue
        if figure.kind in TRANSFER:
            status, giver, receiver = reader.read(figure)
            figure = msgspec.structs.replace(figure, status=status, giver=giver, receiver=receiver)
        figures.append(figure)
    return tuple(figures)


def read_values(text: Text, published: str) -> list[Figure]:
    """Read quantities and dates; where both claim a place, the longer has it."""
    found = [
        Figure(kind=q.kind, start=q.start, end=q.end, low=q.low, high=q.high, unit=q.unit,
               bound=q.bound)
        for q in find_quantities(text.text)
    ]  # fmt: skip
    found += [
        Figure(kind="date", start=d.start, end=d.end, date=d.date)
        for d in find_dates(text.text, published)
    ]
    found += read_bare_numbers(text, found)
    kept: list[Figure] = []
    for figure in sorted(found, key=lambda f: (f.start - f.end, f.kind != "date", f.start)):
        if all(figure.end <= other.start or other.end <= figure.start for other in kept):
            kept.append(figure)
    return kept


def read_bare_numbers(text: Text, found: Sequence[Figure]) -> list[Figure]:
    """Read counts that leave out their noun where an earlier count of the line has it (F1.5)."""
    counts = [f for f in found if f.kind == "count"]
    bare = []
    for match in BARE.finditer(text.text):
        line_start = text.text.rfind("\n", 0, match.start()) + 1
        before = [f for f in counts if line_start <= f.start and f.end <= match.start()]
        value = parse_number(match["number"])
        if before and value is not None and value > 1:
            start, end = match.span("number")
            bare.append(
                Figure(kind="count", start=start, end=end, low=int(value), high=int(value),
                       unit=max(before, key=lambda f: f.end).unit, bound="exact")
            )  # fmt: skip
    return bare


def drop_furniture(text: Text, figures: Iterable[Figure]) -> list[Figure]:
    """Leave out reading times, stamps of publication, copyright years (F1.2)."""
    return [f for f in figures if not is_furniture(text.text, f)]


def is_furniture(text: str, figure: Figure) -> bool:
    start = text.rfind("\n", 0, figure.start) + 1
    end = text.find("\n", figure.end)
    line = text[start : end if end >= 0 else len(text)]
    before, after = text[start : figure.start], text[figure.end : start + len(line)]
    next_word = re.match(r"\s*(\w*)", after)[1].lower()  # type: ignore[index]
    if figure.kind == "date":
        alone = not re.search(r"[a-z]{3}", before + after)
        return alone or bool(BYLINE.match(line)) or "©" in before or "(c)" in before.lower()
    return figure.kind == "duration" and next_word in STAMPS


def drop_inside_names(
    text: Text, figures: Iterable[Figure], mentions: Sequence[Found]
) -> list[Figure]:
    """Leave out numbers inside names and calibres (F1.2)."""
    spans = [(text.tokens[m.first].start, text.tokens[m.last - 1].end) for m in mentions]
    return [
        f for f in figures
        if not any(start <= f.start and f.end <= end for start, end in spans)
    ]  # fmt: skip


def share_currency(text: Text, figure: Figure, earlier: Sequence[Figure]) -> Figure:
    """Give a sum without currency that of the sum before it in its sentence (F3.2)."""
    surface = text.text[figure.start : figure.end]
    if figure.kind not in ("money", "count") or not SCALED.fullmatch(surface):
        return figure
    sentence = text.sentence_at(figure.start)
    for other in reversed(earlier):
        if text.sentence_at(other.start) != sentence:
            break
        if other.kind == "money" and other.same_as is None:
            return msgspec.structs.replace(figure, kind="money", unit=other.unit)
    return figure


def find_original(text: Text, figure: Figure, earlier: Sequence[Figure]) -> Figure | None:
    """Give the sum that a sum in brackets or between commas converts (F7.1)."""
    if figure.kind != "money" or not earlier:
        return None
    last = earlier[-1]
    if last.kind != "money" or last.unit == figure.unit:
        return None
    between = text.text[last.end : figure.start]
    return last if LINK.match(between) else None
