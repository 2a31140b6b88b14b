"""Cut a text into tokens and find listed phrases among them.

Every repetition in the pattern has an upper limit or cannot fail after it matched, so that the scan
is linear in the length of the text whatever stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from pledgewire.normalise.vocabulary import load

GLUED, SPACED, BROKEN = 0, 1, 2
DASHES = frozenset("-–‐‑−")


class Token(NamedTuple):
    """A piece of text without white space.

    Units: `start` and `end` are code points, half-open. `gap` tells what stands before it: nothing
    (GLUED), white space (SPACED), or a line break or the start of the text (BROKEN).
    """

    start: int
    end: int
    kind: str
    text: str
    fold: str
    gap: int


END = Token(-1, -1, "end", "", "", BROKEN)
Tokens = Sequence[Token]


def signs() -> str:
    """List the signs of money as a pattern, longest first; letters begin no sign inside a word."""
    found = {s for c in load("currencies")["in_text"].values() for s in c.get("signs", ())}
    longest_first = sorted(found, key=lambda sign: (-len(sign), sign))
    return "|".join(
        rf"(?<![^\W\d_]){re.escape(s)}" if s[0].isalpha() else re.escape(s) for s in longest_first
    )


FRACTION_SIGNS = "".join(load("numbers")["fraction_signs"])
PATTERN = re.compile(
    rf"""
      (?P<stamp>                                    # 2026-02-10
        (?<![\w-]) [0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}} (?![\w-])
      )
    | (?P<number>
        (?: [0-9]{{1,3}} (?: [,'’][0-9]{{3}} ){{1,5}}    # 1,200   12'400
          | [0-9]{{1,3}} (?: [ \u00a0\u2009\u202f][0-9]{{3}} ){{1,5}} (?! [ -]?mm )  # 4 000
          | [0-9]{{1,2}} (?: ,[0-9]{{2}} ){{1,6}} ,[0-9]{{3}}           # 12,34,000 (lakh)
        ) (?: \.[0-9]{{1,20}} )? (?! [,.:/]?[0-9] )
      | [0-9]{{1,3}} (?: \.[0-9]{{3}} ){{2,5}} (?! [,.:/]?[0-9] )       # 1.200.000
      | [0-9]{{1,12}},[0-9]{{1,2}} (?! [,.:/]?[0-9] )    # 2,5
      | [0-9]{{0,12}} [{FRACTION_SIGNS}]                 # 2½
      | (?<![\w.]) \.[0-9]{{1,20}} (?! [.0-9] )          # .5
      | [0-9]{{1,18}} (?: \.[0-9]{{1,20}} )? (?! [.:/]?[0-9] )          # 8   8.8
    )
    | (?P<stamped> [0-9]{{1,30}} (?: [.:/,] [0-9]{{1,30}} ){{0,8}} )    # 10.2.2026  14:30  24/7
    | (?P<sign> {signs()} )
    | (?P<word>
        (?: [A-Za-z]\. ){{2,6}} (?! [^\W\d_] )           # U.S.
      | [^\W\d_]+ (?: ['’] (?! s\b ) [^\W\d_]+ )*
    )
    | (?P<possessive> (?<=\w) ['’]s\b )
    | (?P<other> \S )
    """,
    re.VERBOSE,
)


def tokenise(text: str) -> list[Token]:
    """Cut a text into tokens, from left to right."""
    tokens: list[Token] = []
    last = 0
    for match in PATTERN.finditer(text):
        start, end = match.span()
        if not tokens or "\n" in text[last:start]:
            gap = BROKEN
        else:
            gap = SPACED if start > last else GLUED
        piece = match[0]
        tokens.append(Token(start, end, match.lastgroup or "other", piece, fold(piece), gap))
        last = end
    return tokens


def fold(piece: str) -> str:
    """Bring a token to the form in which phrases are listed: lower case, no stops (`us`)."""
    folded = piece.casefold().replace("’", "'")
    return folded.replace(".", "") if "." in folded and folded[0].isalpha() else folded


def at(tokens: Tokens, index: int) -> Token:
    """Give the token at an index, or END where there is none."""
    return tokens[index] if 0 <= index < len(tokens) else END


def is_dash(token: Token) -> bool:
    return token.text in DASHES


def skip_hyphen(tokens: Tokens, index: int) -> int:
    """Step over a hyphen that joins two words (`five-year`)."""
    joined = is_dash(at(tokens, index)) and at(tokens, index).gap == GLUED
    return index + 1 if joined and at(tokens, index + 1).gap == GLUED else index


T = TypeVar("T")


class Phrases(Generic[T]):
    """A list of phrases and what each means; finds the longest that begins at a token.

    Words may be joined by hyphens instead of spaces. With `exact`, case counts and the parts must
    stand as close together as in the list: for symbols (`MW`, `km/h`).
    """

    def __init__(self, meanings: Mapping[str, T], *, exact: bool = False) -> None:
        self.exact = exact
        self.by_first: dict[str, list[tuple[list[Token], T]]] = {}
        for phrase, meaning in meanings.items():
            parts = tokenise(phrase)
            self.by_first.setdefault(self.form(parts[0]), []).append((parts, meaning))
        for listed in self.by_first.values():
            listed.sort(key=lambda entry: -len(entry[0]))

    def form(self, token: Token) -> str:
        return token.text if self.exact else token.fold

    def match(self, tokens: Tokens, index: int) -> tuple[T, int] | None:
        """Give the meaning of the phrase at `index` and the index of the token after it."""
        for parts, meaning in self.by_first.get(self.form(at(tokens, index)), ()):
            end = self.end_of(parts, tokens, index + 1)
            if end is not None:
                return meaning, end
        return None

    def end_of(self, parts: list[Token], tokens: Tokens, index: int) -> int | None:
        for part in parts[1:]:
            if part.gap != GLUED:
                index = skip_hyphen(tokens, index)
            token = at(tokens, index)
            if self.form(token) != self.form(part) or token.gap == BROKEN:
                return None
            if part.gap == GLUED and token.gap != GLUED:
                return None
            index += 1
        return index
