"""Tell plural nouns, and bring them to the singular."""

from __future__ import annotations

import re

from pledgewire.normalise.vocabulary import invert, load

LISTS = load("nouns")
IRREGULAR: dict[str, str] = LISTS["irregular"]
INVARIANT = frozenset(LISTS["invariant"])
NOT_PLURAL = frozenset(LISTS["not_plural"])
FIXED = invert(LISTS["fixed"])
SPELLING: dict[str, str] = LISTS["spelling"]

PEOPLE = re.compile(r"(?<=[a-z]{2})(?:men|women)$")
NO_SUFFIX_MEN = frozenset({"specimen", "regimen", "abdomen", "acumen", "yemen", "women", "omen"})
NO_PLURAL_END = ("ss", "us", "is", "'s")
SHORTEST_SHOUT = 5
"""Words in capitals shorter than this are acronyms (`GPS`), no plurals (`TANKS`)."""
HISSING = ("sses", "shes", "ches", "xes", "zzes")


def is_plural(word: str) -> bool:
    """Tell whether a word (any case) may be a plural noun, by its form and the lists."""
    folded = word.casefold()
    if folded in IRREGULAR or folded in INVARIANT:
        return True
    if folded in NOT_PLURAL or len(folded) < 3:
        return False
    if is_men(folded):
        return True
    if len(word) < SHORTEST_SHOUT and word.isupper() and word.isalpha():
        return False
    return folded.endswith("s") and not folded.endswith(NO_PLURAL_END)


def singularise(word: str) -> str:
    """Give the singular of a folded word; what is not known as a plural stays as it is."""
    if word in IRREGULAR:
        return IRREGULAR[word]
    if word in INVARIANT or word in NOT_PLURAL:
        return word
    if is_men(word):
        return PEOPLE.sub(lambda match: match[0].replace("men", "man"), word)
    short = len(word) < 3 and not word[:1].isdigit()
    if short or not word.endswith("s") or word.endswith(NO_PLURAL_END):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(HISSING) or (word.endswith("oes") and len(word) > 4):
        return word[:-2]
    return word[:-1]


def is_men(word: str) -> bool:
    return bool(PEOPLE.search(word)) and word not in NO_SUFFIX_MEN


def unit_of_count(noun: str) -> str:
    """Bring the head noun of a count to its unit: singular, of the fixed words where one applies.

    Source: annotations/GUIDELINES.md F3.3.
    """
    words = noun.split()
    if not words:
        return ""
    last = singularise(words[-1])
    last = SPELLING.get(last, last)
    unit = " ".join([*words[:-1], last])
    return FIXED.get(unit, FIXED.get(last, unit) if len(words) == 1 else unit)
