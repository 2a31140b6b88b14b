"""Give each name an id: one for the wordings of one referent, and the same in every document.

Source: annotations/GUIDELINES.md E2.4, E6.3, E15.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pledgewire_baselines.rules.abbreviations import initials_agree, list_abbreviations
from pledgewire_baselines.rules.gazetteer import capitals, leaders, make_slug
from pledgewire_baselines.rules.lexicon import load
from pledgewire_baselines.rules.shapes import Found
from pledgewire_baselines.rules.texts import FUNCTION, SPACED, Text

WORDS = load("words")
PLACE_BEFORE = frozenset(WORDS["place_prepositions"])
MOTION = frozenset(WORDS["motion"]) | {"dispatch", "report", "reporting", "reports", "live"}
CITY_BEFORE, CITY_AFTER = frozenset(WORDS["city_before"]), frozenset(WORDS["city_after"])
BUILDINGS = frozenset({"White House", "Pentagon", "Kremlin", "Capitol", "Downing Street"})
SEATS = {"brussels": "eu"}
MOTION_REACH = 4
LONGEST_LIST = 6
INITIALS_FROM = 4
"""From this many words on, a body is known by its initials, so that JICA in one document and the
full name in another have one id."""


def resolve_names(text: Text, names: Sequence[Found]) -> list[Found]:
    """Give every name its id, and the type that its use asks for (E5.3, E6.4)."""
    resolved = [resolve(text, name) for name in names]
    return link_people(text, link_abbreviations(text, resolved))


def resolve(text: Text, name: Found) -> Found:
    if name.group in ("capital", "city"):
        return resolve_city(text, name)
    if surface(text, name) in BUILDINGS and is_building(text, name):
        return name._replace(type="LOC")
    if name.entity_id is not None:
        return name
    if name.type == "PERSON":
        return name._replace(entity_id=person_id(surface(text, name)))
    return name._replace(entity_id=body_id(text, name))


def surface(text: Text, name: Found) -> str:
    return text.text[text.tokens[name.first].start : text.tokens[name.last - 1].end]


def body_id(text: Text, name: Found) -> str:
    words = [t for t in text.tokens[name.first : name.last] if t.is_word and t.is_capital]
    if len(words) >= INITIALS_FROM:
        return "".join(t.text[0] for t in words).lower()
    return make_slug(surface(text, name))


def person_id(full: str) -> str:
    """Make a person's id; Slavic endings that transliterations differ in are written one way."""
    slug = make_slug(full)
    known = leaders().get(full.split()[-1])
    if known is not None and (" " not in full or slug[0] == known[0]):
        return known
    return "-".join(re.sub(r"(?:iy|yi|yy|ii|ij|yj)$", "y", word) for word in slug.split("-"))


def is_place(text: Text, name: Found) -> bool:
    """Tell whether a capital stands where only the city can be meant."""
    here, after = list_start(text, name.first), text.at(name.last)
    before = text.at(here - 1)
    if after.text == "-" and text.at(name.last + 1).fold == "based":
        return True
    if before.fold in PLACE_BEFORE or before.fold in CITY_BEFORE:
        return True
    if after.gap == SPACED and after.fold in CITY_AFTER:
        return True
    if before.fold == "of" and text.at(here - 2).fold in ("city", "capital", "mayor", "streets"):
        return True
    if before.fold in ("to", "from", "for"):
        reach = text.tokens[max(0, here - 1 - MOTION_REACH) : here - 1]
        return any(t.fold in MOTION for t in reach)
    return False


def list_start(text: Text, first: int) -> int:
    """Step back to the first name of a list: from Oslo to Paris in `in Paris, Rome and Oslo`."""
    for _ in range(LONGEST_LIST):
        if text.at(first - 1).text not in (",", "and", "or") or not text.at(first - 2).is_capital:
            break
        first -= 2
        while text.at(first).gap == SPACED and text.at(first - 1).is_capital:
            first -= 1
    return first


def resolve_city(text: Text, name: Found) -> Found:
    """Settle what a city's name means: its event, the place, or the state or body it is seat of."""
    city = name.entity_id if name.group == "city" else capitals()[surface(text, name)]
    before, after = text.at(name.first - 1), text.at(name.last)
    modifies = after.gap == SPACED and after.is_word and after.fold not in FUNCTION
    if before.fold == "at" and not modifies and after.text != "-":
        return name._replace(type="EVENT", entity_id=f"{city}-event")
    if is_place(text, name):
        return name._replace(entity_id=city)
    return name._replace(entity_id=SEATS.get(name.entity_id or "", name.entity_id))


def is_building(text: Text, name: Found) -> bool:
    """Tell whether `the building` can replace a seat of power: `at the White House` (E5.3)."""
    here = name.first - 1 - (text.at(name.first - 1).fold == "the")
    return text.at(here).fold in ("at", "in", "outside", "inside", "near", "around", "into")


def link_abbreviations(text: Text, names: list[Found]) -> list[Found]:
    """Give a full name and its abbreviation one id, and the type of the name that is known."""
    groups = {}
    pairs = list(list_abbreviations(text, names))
    full_names = [n for n in names if n.last - n.first > 1 and n.group in ("built", "shape")]
    acronyms = [n for n in names if n.group == "acronym"]
    pairs += [(f, a) for f in full_names for a in acronyms if initials_agree(text, f, a)]
    for full, short in pairs:
        source = short if short.group not in ("acronym", "shape", "built") else full
        entity_id = short.entity_id if source is short else source.entity_id
        if source is full and full.group in ("built", "shape"):
            entity_id = short.entity_id
        for name in (full, short):
            groups[name.entity_id] = (entity_id, source.type)
    return [
        n._replace(entity_id=groups[n.entity_id][0], type=groups[n.entity_id][1])
        if n.entity_id in groups and n.group not in ("state", "people", "capital")
        else n
        for n in names
    ]


def link_people(text: Text, names: list[Found]) -> list[Found]:
    """Give a surname the id of the person whom the document names in full."""
    full = {}
    for name in names:
        words = surface(text, name).split()
        if name.type == "PERSON" and len(words) > 1:
            full.setdefault(words[-1], name.entity_id)
    linked = []
    for name in names:
        alone = name.type == "PERSON" and name.last - name.first == 1
        entity_id = full.get(surface(text, name)) if alone else None
        linked.append(name._replace(entity_id=entity_id) if entity_id else name)
    return linked
