"""Names that are known beforehand: states, places, bodies, weapons."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from pledgewire.normalise import fold_name
from pledgewire_baselines.rules.lexicon import load
from pledgewire_baselines.rules.texts import BROKEN, GLUED, Token, tokenise

SPELLINGS = (
    ("defence", "defense"), ("programme", "program"), ("organisation", "organization"),
    ("prioritised", "prioritized"), ("armour", "armor"), ("centre", "center"),
    ("labour", "labor"), ("harbour", "harbor"), ("calibre", "caliber"),
)  # fmt: skip


class Entry(NamedTuple):
    """What a listed name means. `group` is the list it comes from."""

    type: str
    entity_id: str
    group: str


def make_slug(name: str) -> str:
    """Turn a name into an id: lower-case ASCII words joined by hyphens, one spelling of each."""
    plain = fold_name(name)
    for british, american in SPELLINGS:
        plain = plain.replace(british, american)
    words = re.findall(r"[a-z0-9]+", re.sub(r"['’.]", "", plain))
    return "-".join(words) or "unnamed"


class Gazetteer:
    """Finds the longest listed name that begins at a token. Case counts."""

    def __init__(self, entries: Iterator[tuple[str, Entry]]) -> None:
        listed: dict[tuple[str, ...], Entry] = {}
        for name, entry in entries:
            listed.setdefault(tuple(t.text for t in tokenise(name)), entry)
        self.by_first: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
        for parts, entry in sorted(listed.items(), key=lambda item: (-len(item[0]), item[0])):
            self.by_first.setdefault(parts[0], []).append((parts, entry))

    def match(self, tokens: Sequence[Token], index: int) -> tuple[Entry, int] | None:
        """Give what the name at `index` means and the index of the token after it."""
        first = tokens[index].text.replace("’", "'")
        for parts, entry in self.by_first.get("the" if first == "The" else first, ()):
            end = index + len(parts)
            inner = tokens[index + 1 : end]
            if len(inner) == len(parts) - 1 and all(
                token.text.replace("’", "'") == part
                and token.gap != BROKEN
                and (part != "-" or token.gap == GLUED)
                for token, part in zip(inner, parts[1:], strict=True)
            ):
                return entry, end
        return None


@cache
def known_names() -> Gazetteer:
    """Build the gazetteer of all lists; where two have a name, the first list wins."""
    return Gazetteer(list_names())


def list_names() -> Iterator[tuple[str, Entry]]:
    places, bodies = load("places"), load("bodies")
    for state, names, people, capitals in load("states")["states"]:
        yield from ((name, Entry("GPE", state, "state")) for name in names)
        yield from ((name, Entry("NORP", state, "people")) for name in people)
        yield from ((name, Entry("GPE", state, "capital")) for name in capitals)
    for area, names in places["areas"].items():
        yield from ((name, Entry("LOC", area, "area")) for name in names)
    for area, names in places["area_people"].items():
        yield from ((name, Entry("NORP", area, "area-people")) for name in names)
    for name in places["cities"]:
        yield name, Entry("GPE", make_slug(name), "city")
    for name in places["units"]:
        yield name, Entry("GPE", make_slug(name), "unit")
    for group, entity_type in (
        ("organisations", "ORG"), ("media", "ORG"), ("programmes", "PROGRAMME"),
        ("events", "EVENT"), ("laws", "LAW"),
    ):  # fmt: skip
        for entity_id, names in bodies[group].items():
            yield from ((name, Entry(entity_type, entity_id, group)) for name in names)
    for entity_id, names in load("equipment")["named"].items():
        yield from ((name, Entry("EQUIPMENT", entity_id, "equipment")) for name in names)


@cache
def leaders() -> dict[str, str]:
    """Map the surnames of well-known office-holders to their ids."""
    return {name: key for key, names in load("people")["leaders"].items() for name in names}


@cache
def capitals() -> dict[str, str]:
    """Map the names of capitals to the ids of the cities."""
    return {
        name: make_slug(names[0]) for _, _, _, names in load("states")["states"] for name in names
    }
