"""Bring the forms of an English word to one stem, by suffix rules and a short list."""

from __future__ import annotations

from functools import lru_cache

from pledgewire_baselines.rules.lexicon import load

IRREGULAR: dict[str, str] = {
    form: stem for stem, forms in load("words")["irregular"].items() for form in forms
}
SPELLINGS = (("defence", "defense"), ("armour", "armor"), ("programme", "program"))
DOUBLED = frozenset("bdgmnprt")
SHORTEST = 3
VOWELS = frozenset("aeiou")


@lru_cache(maxsize=20_000)
def stem_of(word: str) -> str:
    """Give the stem of a lower-case word: `supplies`, `supplied`, `supplying` become `suppli`."""
    word = IRREGULAR.get(word, word)
    for british, american in SPELLINGS:
        word = word.replace(british, american)
    for suffix in ("ies", "ied"):
        if word.endswith(suffix) and len(word) > SHORTEST + 2:
            return word[:-3] + "i"
    for suffix in ("ing", "ed", "es", "s", "e", "y"):
        rest = word.removesuffix(suffix)
        if rest == word or len(rest) < SHORTEST or VOWELS.isdisjoint(rest):
            continue
        if suffix == "s" and rest.endswith(("s", "u", "i")):
            continue
        if suffix == "y":
            return rest + "i"
        if len(rest) > SHORTEST and rest[-1] == rest[-2] and rest[-1] in DOUBLED:
            rest = rest[:-1]
        if rest.endswith("y") and rest[-2] not in VOWELS:
            return rest[:-1] + "i"
        return rest.removesuffix("e") if suffix == "s" else rest
    return word
