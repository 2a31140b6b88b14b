"""Tell whether a date without a year or week lies ahead, by the words around it."""

from __future__ import annotations

from pledgewire.normalise.calendar_words import AHEAD, BEHIND, INFINITIVES
from pledgewire.normalise.tokens import BROKEN, Token, Tokens, at

WINDOW = 10
CLAUSE_ENDS = frozenset({".", "!", "?", ";", ":", "that", "which", "who", "after", "when", "while"})


def lies_ahead(tokens: Tokens, start: int, end: int) -> bool | None:
    """Tell whether the nearest verb of the clause, first before then after the date, is future.

    None if no word tells.
    """
    before = [at(tokens, start - k) for k in range(1, WINDOW + 1)]
    follows = at(tokens, start)
    for k, token in enumerate(before):
        if follows.gap == BROKEN or token.fold in CLAUSE_ENDS:
            break
        cue = read_cue(token, at(tokens, start - k - 2))
        if cue is not None:
            return cue
        follows = token
    for k in range(WINDOW):
        token = at(tokens, end + k)
        if token.gap == BROKEN or token.fold in CLAUSE_ENDS:
            break
        cue = read_cue(token, at(tokens, end + k - 1))
        if cue is not None:
            return cue
    return None


def read_cue(token: Token, before: Token) -> bool | None:
    """Give True for a word that points ahead, False for one that points back, None for others."""
    if token.kind != "word" or (token.fold == "may" and token.text != "may"):
        return None
    if token.fold in BEHIND:
        return False
    if token.fold in AHEAD or (token.fold in INFINITIVES and before.fold == "to"):
        return True
    return False if token.text.endswith("ed") and token.text.islower() else None
