"""The short names by which a text calls again what it has named. Source: GUIDELINES.md E2.4."""

from __future__ import annotations

from collections.abc import Iterator

from pledgewire_baselines.rules.shapes import NAME_SUFFIXES, SURNAMES_FIRST, TITLES, TRIGGERS, Found
from pledgewire_baselines.rules.texts import Text


def short_forms(text: Text, found: list[Found]) -> dict[str, Found]:
    """Map the words by which a text may call its named people and bodies again.

    Surnames stand for people, the first word of a body's name for the body if it is no common word.
    """
    short: dict[str, Found] = {}
    for name in sorted(found):
        words = [t for t in text.tokens[name.first : name.last] if t.is_word]
        if name.type == "PERSON" and len(words) > 1:
            key = words[0] if words[0].text in SURNAMES_FIRST else words[-1]
            if key.text in NAME_SUFFIXES and len(words) > 2:
                key = words[-2]
            short.setdefault(key.text, name)
        elif name.type == "ORG" and len(words) == 2 and name.group in ("built", "shape"):
            first, second = words[0].text, words[1].text
            if first not in TITLES and second in TRIGGERS:
                short.setdefault(first, name)
    return short


def list_abbreviations(text: Text, found: list[Found]) -> Iterator[tuple[Found, Found]]:
    """Yield pairs of a full name and an abbreviation that the text puts beside it (E2.4)."""
    by_first = {name.first: name for name in found}
    for name in found:
        here = name.last + (text.at(name.last).text in ("(", ","))
        here += text.at(here).fold == "the"
        other = by_first.get(here)
        if other is None or here == name.last:
            continue
        if initials_agree(text, name, other):
            yield name, other
        elif initials_agree(text, other, name):
            yield other, name


def initials_agree(text: Text, full: Found, short: Found) -> bool:
    """Tell whether a one-word name is made of the initials of another."""
    words = [t for t in text.tokens[full.first : full.last] if t.is_word]
    letters = text.tokens[short.first].text.upper()
    if short.last - short.first != 1 or len(words) < 2 or len(letters) < 2:
        return False
    return letters in (
        "".join(t.text[0] for t in words if t.is_capital).upper(),
        "".join(t.text[0] for t in words).upper(),
    )
