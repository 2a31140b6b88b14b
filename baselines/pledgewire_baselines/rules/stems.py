"""Bring the forms of an English word to one stem, by suffix rules and a short list."""

from __future__ import annotations

from functools import lru_cache

IRREGULAR = {
    "gave": "give", "given": "give", "gives": "give", "sent": "send", "paid": "pay", "bought": "buy", "held": "hold",
    "told": "tell", "said": "say", "says": "say", "took": "take", "taken": "take", "went": "go", "gone": "go",
    "made": "make", "found": "find", "lent": "lend", "spent": "spend", "met": "meet", "left": "leave", "wrote": "write",
    "written": "write", "thought": "think", "kept": "keep", "sold": "sell", "won": "win", "sought": "seek", "came": "come",
    "chosen": "choose", "chose": "choose", "drawn": "draw", "drew": "draw", "broken": "break", "broke": "break",
    "began": "begin", "begun": "begin", "built": "build", "meant": "mean", "knew": "know", "known": "know",
    "fought": "fight", "forbade": "forbid", "forbidden": "forbid", "withdrew": "withdraw", "withdrawn": "withdraw",
    "children": "child", "women": "woman", "men": "man", "lies": "lie", "lied": "lie", "denied": "deny", "denies": "deny",
    "wars": "war", "talks": "talk", "grown": "grow", "grew": "grow", "shown": "show", "saw": "see", "seen": "see",
    "lost": "lose", "led": "lead", "rose": "rise", "risen": "rise", "fell": "fall", "fallen": "fall", "brought": "bring",
}  # fmt: skip
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
        return rest.removesuffix("e") if suffix == "s" else rest
    return word
