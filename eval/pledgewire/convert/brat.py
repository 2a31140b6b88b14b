"""Read brat's stand-off annotation: a text `x.txt` and its annotations `x.ann`.

Text-bound lines (T) become mentions; lines of other kinds are counted and told.
Source: brat standoff format, brat.nlplab.org/standoff.html.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from pledgewire.checks.offsets import Placed, find_offset_faults, shorten
from pledgewire.convert.foreign import ForeignDocument, ForeignMention, Reading, count
from pledgewire.problems import Problem

DISCONTINUOUS = ("refuse", "hull", "drop")
TEXT_BOUND = re.compile(r"(T\S*)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)\t(.*)")
UNUSED = {
    "R": "relation",
    "E": "event",
    "A": "attribute",
    "M": "attribute",
    "N": "normalisation",
    "*": "equivalence",
    "#": "note",
}


class BratOptions(NamedTuple):
    """What becomes of a mention in several pieces: the stretch from the first to the last
    (`hull`), or nothing (`drop`)."""

    discontinuous: str = "refuse"


class BratFile(NamedTuple):
    """A text and its annotations; `shown` names the file of the annotations."""

    name: str
    shown: str
    text: str
    annotations: str


class TextBound(NamedTuple):
    """A T line. Units: pieces are half-open pairs of code points, in the order of the text."""

    line: int
    key: str
    label: str
    pieces: tuple[tuple[int, int], ...]
    surface: str


def read_brat(files: Sequence[BratFile], options: BratOptions, problems: list[Problem]) -> Reading:
    """Read pairs of text and annotations."""
    unused: Counter[str] = Counter()
    documents = []
    torn = 0
    for file in files:
        bound, others = read_text_bound(file, problems)
        unused.update(UNUSED[line[0]] for _, line in others)
        check_places(file, bound, problems)
        mentions: list[ForeignMention] = []
        for item in bound:
            if is_torn(file.text, item.pieces):
                torn += 1
                if options.discontinuous == "refuse":
                    problems.append(torn_problem(file, item))
                if options.discontinuous != "hull":
                    continue
            mentions.append(
                ForeignMention(item.pieces[0][0], item.pieces[-1][1], item.label, item.line)
            )
        documents.append(ForeignDocument(file.name, file.text, tuple(mentions), file.shown))
    notes = []
    if torn and options.discontinuous != "refuse":
        what = {"hull": "kept from first to last piece", "drop": "dropped"}[options.discontinuous]
        notes.append(f"{count(torn, 'discontinuous mention')} {what}")
    if unused:
        kinds = ", ".join(count(number, kind) for kind, number in sorted(unused.items()))
        notes.append(f"lines not used: {kinds}")
    return Reading(tuple(documents), tuple(notes))


def read_text_bound(
    file: BratFile, problems: list[Problem]
) -> tuple[list[TextBound], list[tuple[int, str]]]:
    """Read the T lines, and list (number, line) of the lines of other kinds; note what is neither.

    Units: lines count from 1.
    """
    bound: dict[str, TextBound] = {}
    others: list[tuple[int, str]] = []
    for number, raw in enumerate(file.annotations.split("\n"), start=1):
        line = raw.removesuffix("\r")
        if not line.strip():
            continue
        match = TEXT_BOUND.fullmatch(line)
        if match is None:
            if line[0] in UNUSED:
                others.append((number, line))
            else:
                problems.append(
                    Problem(
                        file.shown,
                        number,
                        "",
                        "brat-line",
                        f"{shorten(line)!r} is no line of brat's format",
                        "write ID, tab, TYPE START END, tab, text",
                    )
                )
            continue
        key, label, places, surface = match.groups()
        if key in bound:
            problems.append(
                Problem(
                    file.shown,
                    number,
                    key,
                    "duplicate-id",
                    f"{key!r} stands on line {bound[key].line} too",
                    "give each line an id of its own",
                )
            )
            continue
        pieces = sorted(tuple(map(int, place.split(" "))) for place in places.split(";"))
        bound[key] = TextBound(number, key, label, tuple(pieces), surface)
    return list(bound.values()), others


def check_places(file: BratFile, bound: Sequence[TextBound], problems: list[Problem]) -> None:
    """Note each T line whose offsets leave the text or whose text is not the one at its offsets.

    brat writes a line break of the text as a blank, and joins pieces with one.
    """
    flat = file.text.replace("\n", " ")
    lines = {item.key: item.line for item in bound}
    placed = [
        Placed(item.key, start, end, item.surface if len(item.pieces) == 1 else None)
        for item in bound
        for start, end in item.pieces
    ]
    faults = list(find_offset_faults(flat, placed))
    faulty = {key for key, *_ in faults}
    for item in bound:
        joined = " ".join(flat[start:end] for start, end in item.pieces)
        if len(item.pieces) > 1 and item.key not in faulty and joined != item.surface:
            message = f"reads {shorten(joined)!r}, text says {shorten(item.surface)!r}"
            faults.append((item.key, "text-mismatch", message, "mend the offsets or the text"))
    problems.extend(Problem(file.shown, lines[key], key, *fault) for key, *fault in faults)


def is_torn(text: str, pieces: Sequence[tuple[int, int]]) -> bool:
    """Tell whether more than white space lies between pieces: brat splits at each line break."""
    return any(text[end:start].strip() for (_, end), (start, _) in pairwise(pieces))


def torn_problem(file: BratFile, item: TextBound) -> Problem:
    places = ";".join(f"{start} {end}" for start, end in item.pieces)
    return Problem(
        file.shown,
        item.line,
        item.key,
        "discontinuous",
        f"{shorten(item.surface)!r} is in pieces ({places}), and a mention is one span",
        "choose: --discontinuous hull takes all from the first to the last piece, "
        "--discontinuous drop leaves such mentions out",
    )
