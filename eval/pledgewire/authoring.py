"""The authored form of annotations: cut a file into documents, check one, find what it left bare.

Command line: python -m pledgewire.authoring CHECK_FILE --text TEXT_FILE --doc DOC_ID [--bare]
Source: annotations/GUIDELINES.md, section 7 (authoring form).
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import click

from pledgewire.authoring_fields import Faults
from pledgewire.authoring_parse import DOC_LINE, is_skipped, parse_authored
from pledgewire.authoring_text import Lines
from pledgewire.authoring_write import write_authored
from pledgewire.problems import Problem
from pledgewire.records import Layers
from pledgewire.spans import Span

__all__ = ["Bare", "find_bare", "main", "parse_authored", "split_authored", "write_authored"]

_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
)
_DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
_NUMBER_WORDS = (
    "one(?! of)|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|half"
    "|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
    "|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
_MAGNITUDES = "hundreds?|thousands?|millions?|billions?|trillions?"
_FIGURE_CUE = re.compile(
    rf"(?P<numeral>\d+(?:[.,]\d+)*|\b(?i:{_NUMBER_WORDS})\b)"
    rf"|(?P<currency>[$€£¥₴₽₩₺₹])"
    rf"|(?P<magnitude>\b(?i:{_MAGNITUDES})\b|(?:(?<=\d)|(?<=\d ))(?:mln|bln|mn|bn|tn|m|k)\b)"
    rf"|(?P<percent>[%‰]|\b(?i:per cent|percent)\b)"
    rf"|(?P<month>\b(?:{_MONTHS})\b)"
    rf"|(?P<day>\b(?:{_DAYS}|(?i:yesterday|today))\b)"
)
_CALENDAR = re.compile(rf"(?:{_MONTHS}|{_DAYS})")
_WORD = re.compile(r"[^\W\d_](?:\w|[.&](?=\w)|['’](?!s\b)(?=\w))*")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:\w|(?:\w\.)+\w|Mr|Mrs|Ms|Dr|Gen|Lt|Col|Sen|Rep|St|No)\.$"
)


def split_authored(
    authored: str, path_name: str = "authored"
) -> tuple[dict[str, tuple[int, str]], list[Problem]]:
    """Cut a file at its `doc ID` lines into parts, each with the number of its first line.

    Shape: a part begins with its `doc` line; of an id that comes twice the first part is kept.
    """
    parts: dict[str, tuple[int, list[str]]] = {}
    faults = Faults(path_name)
    part: list[str] | None = None
    for number, line in enumerate(authored.removeprefix("\ufeff").split("\n"), 1):
        faults.written = number
        match = DOC_LINE.fullmatch(line)
        if match is None:
            if part is None and not is_skipped(line):
                mend = "begin the document with a line: doc STORY/VOICE"
                faults.add("", "outside-doc", "stands before the first doc line", mend)
                part = []  # one problem is enough for all the lines up to the next doc line
            if part is not None:
                part.append(line)
            continue
        part, doc_id = [line], match[1]
        if doc_id is None:
            faults.add("doc", "missing-value", "has no id", "write: doc STORY/VOICE")
        elif doc_id in parts:
            message = f"{doc_id} began already in line {parts[doc_id][0]}"
            faults.add("doc", "doc-twice", message, "join the two or give this one its own id")
        else:
            parts[doc_id] = (number, part)
    joined = {doc_id: (first, "\n".join(lines)) for doc_id, (first, lines) in parts.items()}
    return joined, faults.problems


class Bare(NamedTuple):
    """A stretch of text that looks like a figure or a name and that no record covers."""

    line: int
    start: int
    end: int
    cue: str

    def show(self, text: str) -> str:
        around = text[max(0, self.start - 25) : self.end + 25].replace("\n", "⏎")
        return f"line {self.line}: {self.cue}: {text[self.start : self.end]}   ({around})"


def find_bare(layers: Layers, text: str) -> list[Bare]:
    """List figure cues that no figure covers and capitalised words that no mention covers.

    A help against omissions, not a check. Left out: cues inside a mention, calendar words inside a
    figure, and the first word of a sentence unless a mention has that word elsewhere.
    """
    lines = Lines.of(text)
    figures = [record.span for record in layers.figures or () if record.span]
    mentions = [record.span for record in layers.entities or () if record.span]
    found = [
        Bare(lines.number_at(match.start()), match.start(), match.end(), match.lastgroup or "")
        for match in _FIGURE_CUE.finditer(text)
        if not _is_covered(match, [*figures, *mentions])
    ]
    named = {word[0] for span in mentions for word in _WORD.finditer(span.of(text))}
    for match in _WORD.finditer(text):
        word = match[0]
        if not word[0].isupper() or word == "I" or _is_covered(match, mentions):
            continue
        if _CALENDAR.fullmatch(word):
            continue  # a bare one is listed as a month or day
        number = lines.number_at(match.start())
        if _starts_sentence(lines[number][: match.start() - lines.start_of(number)]):
            if word in named:
                found.append(Bare(number, match.start(), match.end(), "name"))
        else:
            found.append(Bare(number, match.start(), match.end(), "capital"))
    return sorted(found)


def _is_covered(match: re.Match[str], spans: Iterable[Span]) -> bool:
    return any(span.overlap(Span(match.start(), match.end())) for span in spans)


def _starts_sentence(before: str) -> bool:
    before = before.rstrip(" \u00a0\"'“”‘’«»„([*•·–—-")
    if not before:
        return True
    return before[-1] in ".!?…:" and not _ABBREVIATION.search(before)


def _count_records(layers: Layers) -> Iterator[str]:
    for name, types in (
        ("mentions", [mention.type for mention in layers.entities or ()]),
        ("figures", [figure.kind for figure in layers.figures or ()]),
        ("stances", [stance.label for stance in layers.stances or ()]),
    ):
        by_type = ", ".join(f"{kind} {count}" for kind, count in sorted(Counter(types).items()))
        yield f"{name}: {len(types)}" + (f" ({by_type})" if by_type else "")


def _read_utf8(path: str) -> str:
    try:
        return Path(path).read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{path}: expected UTF-8, got {error.reason}") from None


def _parse_part(path: str, authored: str, text: str, doc: str) -> tuple[Layers, list[Problem]]:
    parts, problems = split_authored(authored, path)
    if not parts:
        return parse_authored(path, authored, text, doc)
    if doc not in parts:
        message = f"the file has no document {doc}; it has {', '.join(parts)}"
        problems.append(Problem(path, 0, "doc", "doc-missing", message, "give one of these"))
        return Layers(doc_id=doc, entities=(), figures=(), stances=()), problems
    first_line, part = parts[doc]
    layers, found = parse_authored(path, part, text, doc, first_line=first_line)
    return layers, problems + found


@click.command()
@click.argument("check_file", type=click.Path(exists=True, dir_okay=False))
@click.option("--text", "text_file", type=click.Path(exists=True, dir_okay=False), required=True)
@click.option("--doc", required=True, help="Id of the document, as story/voice.")
@click.option("--bare", is_flag=True, help="List what looks like a figure or name and has none.")
def main(check_file: str, text_file: str, doc: str, bare: bool) -> None:
    """Check the authored annotations of one document; exit 1 if there is a problem."""
    text = _read_utf8(text_file)
    layers, problems = _parse_part(check_file, _read_utf8(check_file), text, doc)
    for problem in sorted(problems):
        click.echo(str(problem))
    if not problems:
        for line in _count_records(layers):
            click.echo(line)
    if bare:
        for item in find_bare(layers, text):
            click.echo(item.show(text))
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
