"""Words of an authored line, and where surfaces and evidence stand in a line of the text."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from rapidfuzz import fuzz, process

from pledgewire.spans import Span

_WORD = re.compile(
    r'(?:(?P<key>[^\s"=]+)=)?'
    r'(?:"(?P<quoted>(?:[^"\\]|\\.)*)"(?:[ ]*\#(?P<number>[0-9]{1,9})(?P<forced>!?))?'
    r'|(?P<bare>[^\s"]*))(?=\s|$)',
    re.DOTALL,
)
_ELLIPSIS = re.compile(r"…|\.\.\.")
_NEAR_ENOUGH = 50  # of 100: below this a suggestion misleads more than it helps


class Word(NamedTuple):
    """One word of an authored line: `word`, `"word"#2`, `key=word` or `key="word"`.

    `number` is the occurrence meant; `forced` says that it may be a part of a word (`#2!`).
    """

    key: str
    value: str
    quoted: bool = False
    number: int | None = None
    forced: bool = False

    @property
    def is_null(self) -> bool:
        return self.value == "null" and not self.quoted


@dataclass(frozen=True)
class Lines:
    """The lines of a text with the offset at which each starts. Units: lines count from 1."""

    texts: tuple[str, ...]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Lines:
        """Cut at line feeds only: str.splitlines would also cut at U+2028 and others."""
        texts = tuple(text.removesuffix("\n").split("\n"))
        return cls(texts, tuple(accumulate((len(t) + 1 for t in texts[:-1]), initial=0)))

    def __getitem__(self, number: int) -> str:
        return self.texts[number - 1]

    def start_of(self, number: int) -> int:
        return self.starts[number - 1]

    def number_at(self, offset: int) -> int:
        return bisect_right(self.starts, offset)

    def numbers_with(self, surface: str) -> list[int]:
        return [number for number, line in enumerate(self.texts, 1) if surface in line]


def split_words(line: str) -> tuple[list[Word], str]:
    """Cut an authored line into words; the second value is the rest that cannot be read."""
    words: list[Word] = []
    at = len(line) - len(line.lstrip())
    while at < len(line):
        match = _WORD.match(line, at)
        if match is None or match.end() == at:
            return words, line[at:]
        key, number = match["key"] or "", match["number"]
        if match["quoted"] is None:
            words.append(Word(key, match["bare"]))
        else:
            value = re.sub(r'\\(["\\])', r"\1", match["quoted"])
            words.append(
                Word(key, value, True, int(number) if number else None, bool(match["forced"]))
            )
        at = match.end()
        at += len(line[at:]) - len(line[at:].lstrip())
    return words, ""


def quote(surface: str) -> str:
    """Put a surface in double quotes, with `\\` before a quote or backslash inside."""
    return '"' + surface.replace("\\", "\\\\").replace('"', '\\"') + '"'


def list_occurrences(line: str, surface: str) -> list[int]:
    """List where `surface` starts in `line`, occurrences that overlap each other included."""
    found, at = [], line.find(surface)
    while at >= 0:
        found.append(at)
        at = line.find(surface, at + 1)
    return found


def stands_as_word(line: str, start: int, end: int) -> bool:
    """Tell whether neither edge of `line[start:end]` cuts a word or a number in two.

    A capital after a small letter begins a word: site names are glued to the first word (E2.8).
    """
    return not (_is_joined(line, start) or _is_joined(line, end))


def find_word(line: str, start: int, end: int) -> str:
    """Return `line[start:end]` with the rest of the words that its edges cut in two."""
    while _is_joined(line, start):
        start -= 1
    while _is_joined(line, end):
        end += 1
    return line[start:end]


def _is_joined(line: str, cut: int) -> bool:
    if cut in (0, len(line)):
        return False
    before, after = line[cut - 1], line[cut]
    if _is_letter(before) and _is_letter(after):
        return not (before.islower() and after.isupper())
    if before in ".," and after.isdigit():
        return cut >= 2 and line[cut - 2].isdigit()
    return before.isdigit() and after in ".," and line[cut + 1 : cut + 2].isdigit()


def _is_letter(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character)[0] == "M"


def find_evidence(line: str, wanted: str) -> list[Span]:
    """List the stretches of `line` that read `wanted`, whole or with its middle as `…` or `...`.

    A literal match comes first, since a sentence may itself contain an ellipsis.
    """
    whole = [Span(at, at + len(wanted)) for at in list_occurrences(line, wanted)]
    if whole:
        return whole
    found: set[Span] = set()
    for gap in _ELLIPSIS.finditer(wanted):
        first, last = wanted[: gap.start()].rstrip(), wanted[gap.end() :].lstrip()
        if first and last:
            ends = [at + len(last) for at in list_occurrences(line, last)]
            found.update(
                Span(at, end)
                for at in list_occurrences(line, first)
                for end in ends
                if at + len(first) <= end - len(last)
            )
    return sorted(found)


def find_nearest(line: str, surface: str) -> str:
    """Return the stretch of `line`, in whole words, that is most like `surface`; "" if none is."""
    if len(surface) >= len(line):
        return line.strip() if fuzz.ratio(surface, line) >= _NEAR_ENOUGH else ""
    best = fuzz.partial_ratio_alignment(surface, line, score_cutoff=_NEAR_ENOUGH)
    if best is None or best.dest_start == best.dest_end:
        return ""
    return find_word(line, best.dest_start, best.dest_end).strip()


def suggest(value: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed word nearest to `value`, None if none is near."""
    best = process.extractOne(
        value, list(allowed), scorer=fuzz.ratio, processor=str.casefold, score_cutoff=_NEAR_ENOUGH
    )
    return best[0] if best else None
