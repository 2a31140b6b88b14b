"""The words of the calendar and what they stand for."""

from __future__ import annotations

from pledgewire.normalise.vocabulary import invert, load

LISTS = load("calendar")


def numbered(table: dict[str, list[str]]) -> dict[str, int]:
    return {form: int(key) for form, key in invert(table).items()}


MONTHS = numbered(LISTS["months"])
UNSURE_MONTHS = frozenset(LISTS["unsure_months"])
WEEKDAYS = numbered(LISTS["weekdays"])
SEASONS = numbered(LISTS["seasons"])
ORDINALS = numbered(LISTS["ordinals"])
WHICH = numbered(LISTS["which"])
DAYS = numbered(LISTS["days"])
FEASTS = invert(LISTS["feasts"])
AHEAD = frozenset(LISTS["ahead"])
BEHIND = frozenset(LISTS["behind"])
INFINITIVES = frozenset(LISTS["infinitives"])
