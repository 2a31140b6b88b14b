"""Bring names to one form, so that spellings of one name can be matched."""

from __future__ import annotations

import re
import unicodedata

LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
    | dict.fromkeys("‘’‛`´ʼʹʻ", "'")
    | dict.fromkeys("“”„‟«»", '"')
    | dict.fromkeys("‐‑‒–—―−", "-")
)
STOP_AFTER_CAPITAL = re.compile(r"(?<=[A-Z])\.")
POSSESSIVE = re.compile(r"(?:'s)+(?!\w)|(?<=s)'+(?!\w)")
ARTICLE = re.compile(r"^(?:the )+(?=\S)")


def fold_name(text: str) -> str:
    """Fold a name for comparison: `The U.S.’s Café` and `US cafe` become `us cafe`.

    NFKC, no accents, case folded, quotes and dashes of one kind, white space collapsed; without a
    leading article, possessive 's, and full stops after capitals. Folding twice changes nothing.
    """
    if text.isascii() and text.replace(" ", "").isalnum():
        folded = " ".join(text.lower().split())
        return ARTICLE.sub("", folded) if folded.startswith("the ") else folded
    folded = STOP_AFTER_CAPITAL.sub("", unicodedata.normalize("NFKC", text))
    previous = None
    while folded != previous:
        previous = folded
        folded = fold_once(folded)
    return folded


def fold_once(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    folded = unicodedata.normalize("NFKC", bare).translate(LETTERS)
    return ARTICLE.sub("", " ".join(POSSESSIVE.sub("", folded).split()))
