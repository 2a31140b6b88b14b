"""Read the noun that a count counts: `14 old main battle tanks` counts `tank`.

No tagger: a run of at most WINDOW words after the number, ended by punctuation, function words and
verbs. The head is the first plural, unless it is one that stands before nouns (`arms deals`).
Source: annotations/GUIDELINES.md F3.3, F1.4.
"""

from __future__ import annotations

from typing import NamedTuple

from pledgewire.normalise.context import FUNCTION, VERBS, is_capitalised
from pledgewire.normalise.nouns import is_plural, unit_of_count
from pledgewire.normalise.numbers import SCALES, WORDS
from pledgewire.normalise.tokens import GLUED, SPACED, Tokens, at, is_dash
from pledgewire.normalise.vocabulary import load

NOUNS = load("nouns")
ATTRIBUTIVE = frozenset(NOUNS["attributive"])
NAME_HEADS = frozenset(NOUNS["name_heads"])
NOT_HEADS = frozenset(NOUNS["not_heads"])
GOODS = frozenset(NOUNS["goods"])
CASUALTIES = frozenset(NOUNS["casualties"])
HOMOGRAPHS = frozenset(load("words")["attributive_verbs"])
STOPS = FUNCTION | (VERBS - HOMOGRAPHS)
CALIBRES = frozenset({"mm", "cm", "inch"})
WINDOW = 4
WHOLE_WINDOW = 8
"""Words looked at when a whole string is known to be one quantity."""


class Head(NamedTuple):
    """The unit of a count, and the index of the token after its noun."""

    unit: str
    end: int


class Word(NamedTuple):
    """One word of a noun phrase, compounds whole (`air-to-air`, `F-16s`, `Leopard 2`)."""

    text: str
    end: int
    capital: bool
    possessive: bool = False


def read_head(tokens: Tokens, index: int) -> Head | None:
    """Read the plural noun that begins at or shortly after a token."""
    words = read_words(tokens, index)
    for place, word in enumerate(words):
        if word.possessive or not is_plural(word.text):
            continue
        if is_attributive(word, words[place + 1 :]):
            continue
        folded = word.text.casefold()
        name = word.capital and place > 0 and words[place - 1].capital and folded in NAME_HEADS
        if name or folded in NOT_HEADS:
            return None
        return Head(unit_of_count(folded), word.end)
    return None


def read_one_head(tokens: Tokens, index: int) -> Head | None:
    """Read the singular noun after `one`; only goods count."""
    words = read_words(tokens, index)
    if not words or words[-1].text.casefold() not in GOODS:
        return None
    return Head(unit_of_count(words[-1].text.casefold()), words[-1].end)


def read_casualties(tokens: Tokens, index: int) -> Head | None:
    """Read `12 killed`, `12 were killed`: persons, with nothing to stand for the noun."""
    here = index
    while at(tokens, here).fold in ("were", "was", "have", "had", "been", "are", "reported"):
        here += 1
    if here - index > 3 or at(tokens, here).fold not in CASUALTIES:
        return None
    if read_head(tokens, here) is not None:
        return None
    return Head("person", index)


def read_whole_head(tokens: Tokens, index: int) -> Head | None:
    """Read a noun phrase that fills the rest of the tokens, singular or plural."""
    words = read_words(tokens, index, WHOLE_WINDOW)
    if not words or words[-1].end != len(tokens):
        return None
    return Head(unit_of_count(words[-1].text.casefold()), words[-1].end)


def is_attributive(word: Word, following: list[Word]) -> bool:
    """Tell whether a plural stands before its noun: `arms deals`, `20 Hamas fighters`."""
    if not following or following[0].text.casefold().split("-")[0] in VERBS:
        return False
    if word.text.casefold() in ATTRIBUTIVE:
        return is_plural(following[0].text)
    common = [w for w in following if not w.capital]
    return word.capital and bool(common) and is_plural(common[0].text)


def read_words(tokens: Tokens, index: int, window: int = WINDOW) -> list[Word]:
    """Read the words of the noun phrase that may begin at a token."""
    words: list[Word] = []
    here = index
    while len(words) < window:
        if words and at(tokens, here).fold == "and" and joins_adjectives(tokens, here, words):
            here += 1
        word = read_word(tokens, here, words)
        if word is None:
            break
        words.append(word)
        here = word.end
    return words


def joins_adjectives(tokens: Tokens, index: int, words: list[Word]) -> bool:
    """Tell whether `and` stands between two names of peoples: `Chinese and Russian citizens`."""
    capitals = words[-1].capital and is_capitalised(at(tokens, index + 1))
    return capitals and not is_plural(words[-1].text)


def read_word(tokens: Tokens, index: int, before: list[Word]) -> Word | None:
    token = at(tokens, index)
    if token.gap != SPACED:
        return None
    if token.kind == "number":
        return read_number_word(tokens, index, before)
    if token.kind != "word":
        return None
    end = end_of_compound(tokens, index)
    alone = end == index + 1
    if alone and (token.fold in STOPS or token.fold in WORDS or token.fold in SCALES):
        return None
    text = "".join(t.text for t in tokens[index:end])
    possessive = at(tokens, end).kind == "possessive"
    return Word(text, end + possessive, is_capitalised(token), possessive)


def read_number_word(tokens: Tokens, index: int, before: list[Word]) -> Word | None:
    """Read a number inside a noun phrase: a calibre, or the number of a type (`Leopard 2A6s`)."""
    end = end_of_compound(tokens, index)
    text = "".join(t.text for t in tokens[index:end])
    follower = at(tokens, end)
    if end == index + 1 and follower.fold in CALIBRES and follower.gap == SPACED:
        return Word(text, end + 1, False)
    if any(text.endswith(unit) for unit in CALIBRES):
        return Word(text, end, False)
    if before and before[-1].capital:
        return Word(f"{before[-1].text} {text}", end, True)
    if is_dash(at(tokens, index + 1)) and end > index + 2:
        return Word(text, end, False)  # `two 500-pound bombs`
    return None


def end_of_compound(tokens: Tokens, index: int) -> int:
    """Give the index after the tokens that are written together with the one at `index`."""
    end = index + 1
    while at(tokens, end).gap == GLUED and end < len(tokens):
        if tokens[end].kind in ("word", "number"):
            end += 1
        elif is_dash(tokens[end]) and at(tokens, end + 1).kind in ("word", "number"):
            if at(tokens, end + 1).gap != GLUED:
                break
            end += 2
        else:
            break
    return end
