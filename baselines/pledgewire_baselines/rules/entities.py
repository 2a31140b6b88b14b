"""Put the mentions of a text together: names, equipment, institutions, groups.

Source: annotations/GUIDELINES.md E1 to E15.
"""

from __future__ import annotations

from collections.abc import Iterable

from pledgewire.records import Mention
from pledgewire_baselines.rules.equipment import find_equipment
from pledgewire_baselines.rules.identity import resolve_names
from pledgewire_baselines.rules.lexicon import load
from pledgewire_baselines.rules.names import NameFinder
from pledgewire_baselines.rules.nominals import (
    find_constitutions,
    find_groups,
    find_institutions,
    find_patterns,
    find_summits,
)
from pledgewire_baselines.rules.shapes import Found
from pledgewire_baselines.rules.texts import FUNCTION, SPACED, Text

WORDS = load("words")
CURRENCIES = frozenset(WORDS["currency_nouns"])
LANGUAGE_VERBS = frozenset(w for w in WORDS["languages_after"] if " " not in w)
NESTING = frozenset({"kind", "group", "class"})
"""Groups whose mentions may hold others (E3.2)."""


def find_entities(text: Text) -> list[Found]:
    """List the mentions of a text in order, with ids, without overlaps that rule E3 forbids."""
    equipment = find_equipment(text)
    patterns = list(find_patterns(text))
    names = [n for n in NameFinder(text).find() if is_wanted(text, n)]
    solid = [f for f in (*equipment, *patterns) if f.group not in NESTING]
    names = drop_covered(resolve_names(text, names), solid)
    longer = [*find_constitutions(text, names), *find_summits(text, names)]
    names = drop_covered(names, longer)
    institutions = drop_covered(find_institutions(text, names), solid)
    groups = drop_covered(find_groups(text, [*institutions, *names]), solid)
    found: dict[tuple[int, int], Found] = {}
    for mention in (*equipment, *patterns, *longer, *institutions, *groups, *names):
        found.setdefault((mention.first, mention.last), mention)
    return sorted(drop_crossing(found.values()), key=lambda m: (m.first, -m.last))


def is_wanted(text: Text, name: Found) -> bool:
    """Leave out state words in currencies and languages (E1.4)."""
    before, after = text.at(name.first - 1), text.at(name.last)
    if name.group in ("state", "people", "acronym") and (
        (after.gap == SPACED and after.fold in CURRENCIES) or after.text in "$€£¥"
    ):
        return False
    if name.group != "people":
        return True
    ends = not (after.gap == SPACED and after.is_word and after.fold not in FUNCTION)
    return not (before.fold in LANGUAGE_VERBS and ends)


def drop_covered(names: Iterable[Found], solid: Iterable[Found]) -> list[Found]:
    """Leave out names that lie inside a longer name (E3.1) or cross it."""
    covered = {index for f in solid for index in range(f.first, f.last)}
    return [n for n in names if covered.isdisjoint(range(n.first, n.last))]


def drop_crossing(mentions: Iterable[Found]) -> list[Found]:
    """Keep the longer of two mentions that cross, or of two names that nest."""
    kept: list[Found] = []
    over: dict[int, list[Found]] = {}
    for mention in sorted(mentions, key=lambda m: (m.first - m.last, m)):
        indices = range(mention.first, mention.last)
        if any(clashes(mention, other) for index in indices for other in over.get(index, ())):
            continue
        kept.append(mention)
        for index in indices:
            over.setdefault(index, []).append(mention)
    return kept


def clashes(inner: Found, outer: Found) -> bool:
    """Tell whether a mention cannot stand with one that overlaps it and is at least as long."""
    nested = outer.first <= inner.first and inner.last <= outer.last
    return not nested or outer.group not in NESTING or outer.group == inner.group


def as_mentions(text: Text, found: Iterable[Found]) -> tuple[Mention, ...]:
    """Turn mentions over tokens into records over code points."""
    mentions = []
    for number, item in enumerate(found, 1):
        start, end = text.tokens[item.first].start, text.tokens[item.last - 1].end
        mentions.append(
            Mention(
                type=item.type,  # type: ignore[arg-type]
                id=f"m{number}",
                start=start,
                end=end,
                text=text.text[start:end],
                entity_id=item.entity_id,
                form=item.form,  # type: ignore[arg-type]
            )
        )
    return tuple(mentions)
