"""The closed word lists of the package, one JSON file a topic, written to be edited by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

TOPICS = ("bounds", "calendar", "currencies", "nouns", "numbers", "units", "words")


@cache
def load(topic: str) -> Any:
    """Read one topic. Raises: ValueError for a topic that does not exist."""
    if topic not in TOPICS:
        raise ValueError(f"expected a topic of the vocabulary, got {topic!r}; allowed: {TOPICS}")
    return msgspec.json.decode((files(__package__) / f"{topic}.json").read_bytes())


def invert(table: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Map every form to the key that lists it.

    Raises: ValueError when a form is listed twice: it could mean two things.
    """
    keys: dict[str, str] = {}
    for key, forms in table.items():
        for form in forms:
            if form in keys:
                raise ValueError(f"{form!r} is listed for {keys[form]!r} and for {key!r}")
            keys[form] = key
    return keys
