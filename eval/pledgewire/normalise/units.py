"""Read units off the tokens, and bring their many forms to one."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from pledgewire.normalise.names import fold_name
from pledgewire.normalise.nouns import unit_of_count
from pledgewire.normalise.tokens import BROKEN, GLUED, Phrases, Tokens, at
from pledgewire.normalise.tokens import skip_hyphen as skip
from pledgewire.normalise.vocabulary import invert, load
from pledgewire.records import KINDS

ONE = Decimal(1)
CURRENCIES = load("currencies")
IN_TEXT: dict[str, dict[str, list[str]]] = CURRENCIES["in_text"]
CODES = frozenset([*IN_TEXT, *CURRENCIES["other_codes"]])
SIGNS = invert({code: c.get("signs", ()) for code, c in IN_TEXT.items()})
MARKS = invert({code: [code, *c.get("marks", ())] for code, c in IN_TEXT.items()})
MONEY_WORDS = invert(
    {
        code: [*c.get("words", ()), *([] if code in CURRENCIES["not_words"] else [code.lower()])]
        for code, c in IN_TEXT.items()
    }
)
MINOR = {word: (code, Decimal(share)) for word, (code, share) in CURRENCIES["minor"].items()}

MEASURES = load("units")
PERCENT = invert(MEASURES["percent"])
DURATIONS = invert(MEASURES["duration"])
SYMBOLS = invert({unit: m.get("symbols", ()) for unit, m in MEASURES["quantity"].items()})
QUANTITIES = invert({unit: m["words"] for unit, m in MEASURES["quantity"].items()})
SYMBOLS_IN_LOWER_CASE = {symbol.casefold(): unit for symbol, unit in SYMBOLS.items()}

UNITS_OF: dict[str, frozenset[str]] = {
    "money": CODES,
    "percent": frozenset(PERCENT.values()),
    "duration": frozenset(DURATIONS.values()),
}
"""The units that a kind can have, for kinds that have a closed set."""


class Unit(NamedTuple):
    """A unit read off the tokens: `factor` turns the number before it into base units."""

    kind: str
    unit: str
    factor: Decimal
    end: int


WORDS: Phrases[tuple[str, str, Decimal]] = Phrases(
    {form: ("money", code, ONE) for form, code in MONEY_WORDS.items()}
    | {form: ("money", code, share) for form, (code, share) in MINOR.items()}
    | {form: ("percent", unit, ONE) for form, unit in PERCENT.items()}
    | {form: ("duration", unit, ONE) for form, unit in DURATIONS.items()}
    | {form: ("quantity", unit, ONE) for form, unit in QUANTITIES.items()}
)
EXACT: Phrases[tuple[str, str, Decimal]] = Phrases(
    {form: ("money", code, ONE) for form, code in (SIGNS | MARKS).items()}
    | {form: ("quantity", unit, ONE) for form, unit in SYMBOLS.items()},
    exact=True,
)


def read_currency(tokens: Tokens, index: int) -> tuple[str, int] | None:
    """Read what stands before a sum, `US$`, `EUR`, `Fr.`: (ISO 4217 code, index after it)."""
    code, end = None, index
    for _ in range(2):  # `USD $500` says it twice
        token = at(tokens, end)
        found = {"sign": SIGNS, "word": MARKS}.get(token.kind, {}).get(token.text)
        if found is None or (code is not None and token.gap == BROKEN):
            break
        code, end = code or found, end + 1
        if token.kind == "word" and at(tokens, end).text == "." and at(tokens, end).gap == GLUED:
            end += 1
    return None if code is None else (code, end)


def read_unit(tokens: Tokens, index: int, *, scaled: bool = False) -> Unit | None:
    """Read the unit after a number, joined to it by a space, a hyphen or nothing.

    `scaled` says that the number has a scale word: then `of` may stand between (`2 millions of
    dollars`).
    """
    here = skip(tokens, index)
    token = at(tokens, here)
    if token.gap == BROKEN:
        return None
    if token.kind == "sign" and (here > index or leads_number(tokens, here)):
        return None
    if scaled and token.fold == "of":
        unit = read_unit(tokens, here + 1)
        return unit if unit is not None and unit.kind == "money" else None
    found = EXACT.match(tokens, here) or WORDS.match(tokens, here)
    if found is None:
        return None
    (kind, unit, factor), end = found
    if here > index and token.fold == "pound" and not scaled:
        return Unit("quantity", "lb", ONE, end)  # `500-pound bombs` are weighed, not priced
    return Unit(kind, unit, factor, end)


def leads_number(tokens: Tokens, index: int) -> bool:
    """Tell whether a sign belongs to the number after it: `$3 billion-$4 billion`."""
    return at(tokens, index + 1).kind == "number" and at(tokens, index + 1).gap == GLUED


@lru_cache(maxsize=4096)
def normalise_unit(kind: str, unit: str) -> str:
    """Bring a unit to the one form that stands for all its forms.

    Units: ISO 4217 for money, `percent`, a singular word for durations and counts, an SI symbol in
    lower case or a customary word for quantities. What no list has comes back folded.
    Raises: ValueError for a kind that has no unit.
    Source: annotations/GUIDELINES.md F3.
    """
    if kind not in KINDS or kind == "date":
        allowed = [k for k in KINDS if k != "date"]
        raise ValueError(f"expected a kind that has units, got {kind!r}; allowed: {allowed}")
    bare = " ".join(unit.split())
    folded = fold_name(bare)
    if kind == "money":
        return money_unit(bare, folded)
    if kind == "percent":
        return PERCENT.get(folded, folded)
    if kind == "duration":
        return DURATIONS.get(folded, folded)
    if kind == "quantity":
        found = SYMBOLS.get(bare) or QUANTITIES.get(folded) or SYMBOLS_IN_LOWER_CASE.get(folded)
        return found or unit_of_count(folded)
    return unit_of_count(folded)


def money_unit(bare: str, folded: str) -> str:
    if bare.upper() in CODES:
        return bare.upper()
    return SIGNS.get(bare) or MARKS.get(bare) or MONEY_WORDS.get(folded) or folded
