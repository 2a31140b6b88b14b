"""The shapes of names: capitalised runs, titles, trigger words. Source: GUIDELINES.md E1 to E3."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pledgewire_baselines.rules.gazetteer import Entry, known_names
from pledgewire_baselines.rules.lexicon import load
from pledgewire_baselines.rules.texts import FUNCTION, GLUED, SPACED, Text, Token

WORDS, PEOPLE, PLACES = load("words"), load("people"), load("places")
TITLES, TITLE_HEADS = frozenset(PEOPLE["titles"]), frozenset(PEOPLE["title_heads"])
FIRST_NAMES, PARTICLES = frozenset(PEOPLE["first_names"]), frozenset(PEOPLE["particles"])
SURNAMES_FIRST = frozenset(PEOPLE["asian_surname_first"])
NAME_SUFFIXES = frozenset(PEOPLE["suffixes"])
CALENDAR, NO_NAMES = frozenset(WORDS["calendar"]), frozenset(WORDS["no_names"])
STARTERS, COMPASS = frozenset(WORDS["starters"]), frozenset(PLACES["compass"])
TRIGGERS = {w: t for t, listed in WORDS["triggers"].items() if t != "PREFIX" for w in listed}
PREFIXES: dict[str, str] = WORDS["triggers"]["PREFIX"]
GENERIC, STATE_HEADS = frozenset(WORDS["generic"]), frozenset(WORDS["state_heads"])
EXTENSIONS = {"ORG": frozenset({"of", "for", "on"}), "LAW": frozenset({"of", "on", "for"})}
SHORT_STATES = frozenset({"US", "U.S.", "UK", "U.K.", "EU", "UN"})
NEEDS_ARTICLE = frozenset(
    {"Times", "Independent", "Economist", "Guardian", "Telegraph", "Commons", "House", "Treasury"}
)
PLACE_BEFORE = frozenset(WORDS["place_prepositions"])
REPORTS = frozenset({"reported", "reports", "wrote", "writes"})
PROGRAMME_CUES = frozenset(WORDS["programme_cues"])
OUTLET_CUES = frozenset(WORDS["outlet_cues"])
COMPANY_CUES = frozenset(WORDS["company_cues"])
LONGEST_PERSON = 4


PRIZES = frozenset({"Prize", "Award", "Awards", "Medal"})
KIND_HEADS = frozenset({"Ministry", "Department", "Embassy", "Armed", "Air", "Army", "Navy"})


class Found(NamedTuple):
    """A name or nominal over tokens, half-open. `group` is the list or rule that found it."""

    first: int
    last: int
    type: str
    entity_id: str | None
    group: str
    form: str = "name"


def index_mentions(mentions: Iterable[Found]) -> dict[int, list[Found]]:
    """List mentions by the token that they begin at, the longest last."""
    found: dict[int, list[Found]] = {}
    for mention in sorted(mentions, key=lambda m: (m.first, m.last)):
        found.setdefault(mention.first, []).append(mention)
    return found


def extension_end(text: Text, index: int, last: int, kind: str) -> int:
    """Step over `of Defence`, `for the Study of War`, `of Foreign Affairs and Trade`."""
    allowed = EXTENSIONS.get(kind, frozenset({"for", "on"}))
    end = index
    for _ in range(3):
        link = text.at(end)
        here = end + 1 + (text.at(end + 1).fold == "the")
        if end >= last or link.fold not in allowed | {"and"} or link.gap != SPACED:
            break
        if not is_name_word(text, here, last):
            break
        chunk = chunk_end(text, here, last)
        if link.fold == "and" and (
            end == index
            or chunk - here > 2
            or not is_unknown(text, here)
            or any(t.text in TITLE_HEADS for t in text.tokens[here:chunk])
        ):
            break
        if text.tokens[here].text in TITLE_HEADS:
            break
        end = chunk
    return end


def is_name_word(text: Text, index: int, last: int) -> bool:
    token = text.at(index)
    return (
        index < last
        and token.is_word
        and token.is_capital
        and token.gap == SPACED
        and token.text not in CALENDAR
        and token.fold not in FUNCTION
    )


def chunk_end(text: Text, index: int, last: int) -> int:
    """Step over capitalised words that stand together, with hyphens, initials, particles."""
    tokens = text.tokens
    end = index + 1
    while end < last:
        token, after = tokens[end], text.at(end + 1)
        if token.gap == SPACED and token.is_word and token.is_capital:
            if token.text in CALENDAR or token.is_site:
                break
            end += 1
        elif token.text == "-" and token.gap == GLUED and after.gap == GLUED:
            joins = after.is_word and (after.is_capital or tokens[index].text in SURNAMES_FIRST)
            if not joins or end + 1 >= last:
                break
            end += 2
        elif token.text == "." and len(tokens[end - 1].text) == 1 and after.is_capital:
            end += 1
        elif (token.text == "&" or token.fold in PARTICLES) and is_name_word(text, end + 1, last):
            end += 2
        else:
            break
    return min(end, last)


def is_generic(text: Text, first: int, last: int) -> bool:
    """Tell whether words only say a kind and its field: `Foreign Ministry`."""
    words = text.tokens[first:last]
    return first < last and all(token.fold in GENERIC for token in words)


def title_end(text: Text, index: int, last: int) -> int | None:
    """Step over the titles before a name: `Chief Cabinet Secretary`, `Lt. Gen.`."""
    tokens = text.tokens
    end, head = index, None
    while end < last and tokens[end].text in TITLES:
        if tokens[end].text in TITLE_HEADS:
            head = end
        end += 1
        while end < last and tokens[end].text in ".-" and tokens[end].gap == GLUED:
            end += 1
    if head is None:
        return None
    return end if tokens[end - 1].text in (".", "-") else head + 1


def is_unknown(text: Text, index: int) -> bool:
    return known_names().match(text.tokens, index) is None


def is_acronym(token: Token) -> bool:
    return (
        2 <= len(token.text) <= 7
        and token.text.isalpha()
        and token.text.isupper()
        and token.text not in NO_NAMES
    )


def city_in_capitals(token: Token) -> Entry | None:
    """Read the city of a dateline: `KYIV`."""
    title = token._replace(text=token.text.title())
    known = known_names().match([title], 0)
    return known[0] if known is not None and known[0].type == "GPE" else None
