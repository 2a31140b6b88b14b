"""Write stand-off layers in the authored form, such that reading it gives the same layers.

Source: annotations/GUIDELINES.md, section 7 (authoring form).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pledgewire.authoring_parse import parse_authored
from pledgewire.authoring_text import (
    Lines,
    find_evidence,
    list_occurrences,
    quote,
    stands_as_word,
)
from pledgewire.records import Figure, Layers, Mention, Stance
from pledgewire.spans import Span

_BARE = re.compile(r'[^\s"=#]+')
_LONG = 60  # evidence up to this many characters is written whole


def write_authored(layers: Layers, text: str) -> str:
    """Write the layers of a document under the lines of its text.

    Raises: ValueError naming the record that the form cannot hold: a span that crosses a line
    break, a gold field left out, ids or order other than those of reading, `value`,
    `evidence_text`, a layer that is None.
    """
    for name in ("entities", "figures", "stances"):
        if getattr(layers, name) is None:
            raise ValueError(f"{layers.doc_id}: expected a tuple of {name}, got None")
    lines = Lines.of(text)
    under: dict[int, list[str]] = {}
    targets = {figure.same_as for figure in layers.figures}
    for record in (*layers.entities, *layers.figures, *layers.stances):
        try:
            number, written = _write_record(record, lines, targets)
        except ValueError as error:
            raise ValueError(f"{layers.doc_id}#{record.id}: {error}") from None
        under.setdefault(number, []).extend(written)
    out = [f"doc {layers.doc_id}"]
    for number, line in enumerate(lines.texts, 1):
        if line.strip() or number in under:
            out.append(f"{number}| {line}")
            out.extend(under.get(number, ()))
    authored = "\n".join(out) + "\n"
    _demand_same(layers, authored, text)
    return authored


def _demand_same(layers: Layers, authored: str, text: str) -> None:
    """Read what was written: every demand on a record is the reader's, and stands only there."""
    parsed, problems = parse_authored("authored", authored, text, layers.doc_id)
    why = f"; {problems[0]}" if problems else ""
    for name in ("entities", "figures", "stances"):
        read = getattr(parsed, name)
        for at, record in enumerate(getattr(layers, name)):
            if record not in read[at : at + 1]:
                got = why or f"; it reads as {read[at : at + 1]}"
                place = f"{layers.doc_id}#{record.id}"
                raise ValueError(f"{place}: cannot be written so that it reads the same{got}")
    if problems:
        raise ValueError(f"{layers.doc_id}: cannot be written so that it reads the same{why}")


def _write_record(
    record: Mention | Figure | Stance, lines: Lines, targets: set[str | None]
) -> tuple[int, list[str]]:
    """Return the line of the text that the record belongs under and its authored lines."""
    if isinstance(record, Stance):
        span = Span(*record.evidence[0]) if record.evidence else None
    else:
        span = record.span
    number = _find_line(span, lines)
    if isinstance(record, Mention):
        words = ["E", _write_surface(span, lines), record.type, _word(record.entity_id)]
        if record.form != "name":
            words.append(record.form)
    elif isinstance(record, Figure):
        words = ["F", _write_surface(span, lines), *_write_figure(record, targets)]
    else:
        words = ["S", _word(record.holder), _word(record.issue_id), record.label]
        if record.via:
            words.append(f"via={','.join(record.via)}")
        words.extend(_write_evidence(Span(*pair), number, lines) for pair in record.evidence)
    also = (" ".join(["A", *_write_also(other, span, lines)]) for other in record.also)
    return number, [" ".join(words), *also]


def _write_figure(figure: Figure, targets: set[str | None]) -> Iterator[str]:
    yield figure.kind
    if figure.kind == "date":
        yield _word(figure.date)
    else:
        yield _write_range(figure.low, figure.high)
        yield _word(figure.unit)
        yield _word(figure.bound)
    if figure.status != "none":
        yield f"status={figure.status}"
    for name in ("giver", "receiver", "same_as"):
        if (value := getattr(figure, name)) is not None:
            yield f"{name}={_word(value)}"
    if figure.id in targets:
        yield f"id={_word(figure.id)}"


def _write_also(other: dict[str, Any], span: Span, lines: Lines) -> Iterator[str]:
    left = dict(other)
    if "start" in left and "end" in left:
        alternative = Span(left.pop("start"), left.pop("end"))
        left.pop("text", None)
        _find_line(alternative, lines)
        yield f"surface={_write_surface(alternative, lines, near=span)}"
    if left.get("low") is not None and left.get("high") is not None:
        yield f"value={_write_range(left.pop('low'), left.pop('high'))}"
    for name, value in left.items():
        if value is None:
            yield f"{name}=null"
        elif name == "via":
            yield f"via={','.join(value) or 'null'}"
        elif name in ("low", "high"):
            yield f"{name}={_write_number(value)}"
        else:
            yield f"{name}={_word(value)}"


def _find_line(span: Span | None, lines: Lines) -> int:
    if span is None:
        raise ValueError("expected offsets, got none")
    length = lines.starts[-1] + len(lines.texts[-1])
    if not 0 <= span.start < span.end <= length:
        raise ValueError(f"expected a span within 0:{length}, got {span}")
    number = lines.number_at(span.start)
    if span.end > lines.start_of(number) + len(lines[number]):
        raise ValueError(f"expected a span within one line, got {span}, across a line break")
    return number


def _write_surface(span: Span, lines: Lines, near: Span | None = None) -> str:
    """Quote the surface, with a number only where reading would choose another occurrence."""
    number = lines.number_at(span.start)
    line, base = lines[number], lines.start_of(number)
    surface = line[span.start - base : span.end - base]
    found = list_occurrences(line, surface)
    at = span.start - base
    if near is None:
        chosen = found[0]
    else:
        spans = [Span(base + other, base + other + len(surface)) for other in found]
        touching = [other.start - base for other in spans if other.overlap(near)]
        chosen = touching[0] if len(touching) == 1 else None
    whole = stands_as_word(line, at, at + len(surface))
    if chosen == at and whole:
        return quote(surface)
    return f"{quote(surface)}#{found.index(at) + 1}" + ("" if whole else "!")


def _write_evidence(span: Span, here: int, lines: Lines) -> str:
    number = _find_line(span, lines)
    key = "ev" if number == here else f"ev@{number}"
    line, base = lines[number], lines.start_of(number)
    wanted = Span(span.start - base, span.end - base)
    whole = wanted.of(line)
    words = [match.span() for match in re.finditer(r"\S+", whole)]
    if len(whole) > _LONG and whole == whole.strip():
        for count in range(4, len(words) // 2):
            short = f"{whole[: words[count - 1][1]]} … {whole[words[-count][0] :]}"
            if find_evidence(line, short) == [wanted]:
                return f"{key}={quote(short)}"
    found = find_evidence(line, whole)
    occurrence = "" if len(found) == 1 else f"#{found.index(wanted) + 1}"
    return f"{key}={quote(whole)}{occurrence}"


def _write_range(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        raise ValueError(f"expected low and high, got {low} and {high}")
    if repr(low) == repr(high):
        return _write_number(low)
    return f"{_write_number(low)}..{_write_number(high)}"


def _write_number(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    plain = format(Decimal(repr(value)), "f")
    return plain if "." in plain else f"{plain}.0"


def _word(value: str | None) -> str:
    if value is None:
        raise ValueError("expected every gold field, got one that is None")
    return value if _BARE.fullmatch(value) and value != "null" else quote(value)
