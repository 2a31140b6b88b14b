"""A text without what differs harmlessly between two copies of it, and the way back to offsets.

Dropped: white space, control and format characters (byte order mark, soft hyphen, zero width),
variation selectors. Brought to one form: HTML character references, quotes of all kinds, bullets
and runs of dashes (a dash is typed as `-`, `--` or `—`), the ellipsis, compatibility characters,
composed letters. Case and accents stay: who changes them has changed the text.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache
from html.entities import html5
from typing import NamedTuple

from pledgewire.spans import Span

REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|([A-Za-z][A-Za-z0-9]{1,31}));")
QUOTES = frozenset("'\"`´‚„′″‴‵‶‷⁗ʹʺʻʼʽˈˊˋ՚׳״＇＂❛❜❝❞〝〞〟")
DASHES = frozenset("-−⁃˗")
BULLETS = frozenset("•·‣▪◦●∙")
QUOTE, DASH = "'", "-"


class Piece(NamedTuple):
    """A character and the stretch of the original text that it stands for."""

    char: str
    start: int
    end: int


class Canonical(NamedTuple):
    """The canonical characters of a text.

    Units: character `i` stands for `text[starts[i]:ends[i]]`; several characters stand for the
    same stretch where one character of the text became many. Both tuples never decrease.
    """

    chars: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span_of(self, start: int, end: int) -> Span:
        """Give the stretch of the text that the canonical characters `[start, end)` stand for."""
        return Span(self.starts[start], self.ends[end - 1])

    def range_of(self, span: Span) -> Span | None:
        """Give the canonical characters that stand for a stretch of the text.

        Undefined: None when the stretch holds none, or begins or ends within what is one
        character here (a dash of `--`, half an entity, an accent).
        """
        start, end = bisect_left(self.starts, span.start), bisect_right(self.ends, span.end)
        if start >= end or not (self.can_cut(start) and self.can_cut(end)):
            return None
        cuts_before = start > 0 and self.ends[start - 1] > span.start
        cuts_after = end < len(self.chars) and self.starts[end] < span.end
        return None if cuts_before or cuts_after else Span(start, end)

    def can_cut(self, at: int) -> bool:
        """Tell whether a span may begin or end before canonical character `at`."""
        if at in (0, len(self.chars)):
            return True
        return self.ends[at - 1] <= self.starts[at] and not unicodedata.combining(self.chars[at])


def canonicalise(text: str) -> Canonical:
    """Reduce a text to what its copies have in common.

    Two copies that differ only in the ways named above have equal `chars`.
    """
    pieces: list[Piece] = []
    apart = True  # by white space: `- -` is a bullet before a minus, not a long dash
    for char, start, end in decode_references(text):
        apart = apart or char.isspace()
        for folded in fold(char):
            if folded == DASH and not apart and pieces[-1].char == DASH:
                pieces[-1] = pieces[-1]._replace(end=end)
            else:
                pieces.append(Piece(folded, start, end))
            apart = False
    chars = order_marks([piece.char for piece in pieces])
    return Canonical("".join(chars), tuple(p.start for p in pieces), tuple(p.end for p in pieces))


def decode_references(text: str) -> list[Piece]:
    """Decode HTML character references, also those that were encoded twice (`&amp;rsquo;`).

    Only references with their semicolon: without it, `&copy` may be a part of an address.
    """
    pieces = [Piece(char, at, at + 1) for at, char in enumerate(text)]
    while True:
        current = "".join(piece.char for piece in pieces)
        decoded = list(decode_once(current, pieces))
        if len(decoded) == len(pieces):
            return pieces
        pieces = decoded


def decode_once(current: str, pieces: list[Piece]) -> Iterator[Piece]:
    done = 0
    for match in REFERENCE.finditer(current):
        name = match[1]
        value = html5.get(f"{name};") if name else html.unescape(match[0])
        if value is None:
            continue
        yield from pieces[done : match.start()]
        start, end = pieces[match.start()].start, pieces[match.end() - 1].end
        yield from (Piece(char, start, end) for char in value)
        done = match.end()
    yield from pieces[done:]


@lru_cache(maxsize=4096)
def fold(char: str) -> str:
    """Give the canonical form of one character: none, one or several characters."""
    category = unicodedata.category(char)
    if char.isspace() or category in ("Cc", "Cf") or is_variation_selector(char):
        return ""
    if char in QUOTES or category in ("Pi", "Pf"):
        return QUOTE
    if char in DASHES or char in BULLETS or category == "Pd":
        return DASH
    letters = unicodedata.normalize("NFD", char)
    if letters == char:
        letters = unicodedata.normalize("NFKD", char)
        if letters[0].isspace():  # an accent on its own, such as the diaeresis: keep it apart
            return char
    return letters if letters == char else "".join(map(fold, letters))


def is_variation_selector(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef" or char == "\u034f"


def order_marks(chars: list[str]) -> list[str]:
    """Put the accents of one letter into Unicode's canonical order, in place of their slots.

    Source: Unicode Standard 3.11, Canonical Ordering Algorithm.
    """
    ranks = [unicodedata.combining(char) for char in chars]
    if not any(ranks):
        return chars
    ordered, at = list(chars), 0
    while at < len(chars):
        end = at + 1
        while ranks[at] and end < len(chars) and ranks[end]:
            end += 1
        ordered[at:end] = sorted(chars[at:end], key=unicodedata.combining)
        at = end
    return ordered
