"""Cut a text into tokens and sentences. Source: annotations/GUIDELINES.md G2 to G4, E2.5, E2.8."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from pledgewire_baselines.rules.lexicon import load

WORDS = load("words")
SITES = "|".join(
    sorted(map(re.escape, load("places")["site_suffixes"]), key=lambda s: (-len(s), s))
)
SITE = re.compile(rf"(?<![\w@.-])(?:[a-z0-9-]{{1,60}}\.){{1,3}}(?:{SITES})(?![a-z0-9])")
PATTERN = re.compile(
    rf"(?P<site>{SITE.pattern})"
    r"""
  | (?:[A-Za-z]\.){2,6}(?![^\W\d_])              # U.S.
  | [^\W\d_]+(?:['’](?!s\b)[^\W\d_]+)*           # words
  | \d+(?:[.,]\d+)*                              # numbers
  | (?<=\w)['’]s\b
  | \S
    """,
    re.VERBOSE,
)
STOP = re.compile(r"(?<![.!?…])[.!?…]+[\"'”’»)\]]*(?=\s)")
OPENING = re.compile(r"\s+[\"'“‘«(\[]*(?=[A-Z\d]|[^\W\d_a-z])")
LABEL = re.compile(
    r"(?:[-–—·•*]\s+|·)?(?:(?:Details|Sources?|Previously|For reference|Background|Updated?|Quote"
    r"|Reminder|Context|Why it matters|What happened|The details|Photo|Key points|In brief): +)?"
)
ABBREVIATIONS = frozenset(WORDS["abbreviations"])
TITLE_SHARE = 0.7
GLUED, SPACED, BROKEN = 0, 1, 2


class Token(NamedTuple):
    """A word, number or sign. Units: code points, half-open; `gap` says what stands before it."""

    start: int
    end: int
    text: str
    fold: str
    gap: int
    is_site: bool = False

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def is_word(self) -> bool:
        return self.text[0].isalpha()


NO_TOKEN = Token(-1, -1, " ", " ", BROKEN)


class Sentence(NamedTuple):
    """A sentence. Units: code points and indices of tokens, half-open; lines count from 0."""

    start: int
    end: int
    first: int
    last: int
    line: int
    is_title: bool
    ends: bool


@dataclass(frozen=True)
class Text:
    """A text with its tokens and sentences."""

    text: str
    tokens: tuple[Token, ...]
    sentences: tuple[Sentence, ...]

    @classmethod
    def of(cls, text: str) -> Text:
        tokens = tokenise(text)
        return cls(text, tokens, tuple(split_sentences(text, tokens)))

    def at(self, index: int) -> Token:
        return self.tokens[index] if 0 <= index < len(self.tokens) else NO_TOKEN

    @cached_property
    def token_starts(self) -> list[int]:
        return [token.start for token in self.tokens]

    @cached_property
    def sentence_starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]

    def index_at(self, offset: int) -> int:
        """Give the index of the token in which or before which an offset lies."""
        return max(0, bisect_right(self.token_starts, offset) - 1)

    def sentence_at(self, offset: int) -> int:
        """Give the index of the sentence that holds an offset, or of the one before it."""
        return max(0, bisect_right(self.sentence_starts, offset) - 1)


def tokenise(text: str) -> tuple[Token, ...]:
    tokens: list[Token] = []
    last = 0
    for match in PATTERN.finditer(text):
        start, end = match.span()
        gap = GLUED
        if not tokens or "\n" in text[last:start]:
            gap = BROKEN
        elif start > last:
            gap = SPACED
        piece = match[0]
        fold = piece.lower().replace("’", "'")
        tokens.append(Token(start, end, piece, fold, gap, match["site"] is not None))
        last = end
    return tuple(tokens)


def split_sentences(text: str, tokens: tuple[Token, ...]) -> list[Sentence]:
    """Cut the lines of a text into sentences, without bullets, labels and glued site names."""
    starts = [token.start for token in tokens]
    found: list[Sentence] = []
    offset = 0
    for number, line in enumerate(text.split("\n")):
        for start, end in split_line(line):
            first = bisect_right(starts, offset + start - 1)
            last = bisect_right(starts, offset + end - 1)
            if first < last:
                ends = line[end - 1] in ".!?…\"'”’)"
                title = not ends and is_title_case(tokens[first:last], 2 if number == 0 else 4)
                found.append(
                    Sentence(offset + start, offset + end, first, last, number, title, ends)
                )
        offset += len(line) + 1
    return found


def split_line(line: str) -> list[tuple[int, int]]:
    """List the sentences of a line. Units: code points from the start of the line."""
    begin = LABEL.match(line).end()  # type: ignore[union-attr]  # it may match nothing
    site = SITE.match(line, begin)
    if site is not None and line[site.end() : site.end() + 1].isupper():
        begin = site.end()
    found = []
    for stop in STOP.finditer(line, begin):
        opening = OPENING.match(line, stop.end())
        if opening is None or ends_nothing(line, stop.start(), opening.end()):
            continue
        found.append((begin, stop.end()))
        begin = stop.end() + len(line[stop.end() :]) - len(line[stop.end() :].lstrip())
    end = len(line.rstrip())
    begin += len(line[begin:]) - len(line[begin:].lstrip())
    return [*found, (begin, end)] if begin < end else found


def ends_nothing(line: str, stop: int, after: int) -> bool:
    """Tell whether a full stop belongs to an abbreviation or an initial."""
    if line[stop] != ".":
        return False
    word = re.search(r"[\w.]*\Z", line[max(0, stop - 20) : stop])[0]  # type: ignore[index]
    following = re.match(r"[^\W\d_]*", line[after:])[0]  # type: ignore[index]
    if re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]", word):
        return following.lower() not in FUNCTION
    return word in ABBREVIATIONS or (len(word) == 1 and word.isupper())


def is_title_case(tokens: tuple[Token, ...], least: int) -> bool:
    """Tell whether a line writes all its long words with capitals, so that they tell nothing."""
    long_words = [t for t in tokens if t.is_word and len(t.text) > 3]
    if len(long_words) < least or tokens[0].text == "By":
        return False
    return sum(t.is_capital for t in long_words) >= TITLE_SHARE * len(long_words)


FUNCTION = frozenset(WORDS["function"])
