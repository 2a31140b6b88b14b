"""The word lists of the rules, one JSON file a topic, written to be edited by hand."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

TOPICS = (
    "bodies", "equipment", "figures", "people", "places", "stances", "states", "words"
)  # fmt: skip


@cache
def load(topic: str) -> Any:
    """Read one topic. Raises: ValueError for a topic that does not exist."""
    if topic not in TOPICS:
        raise ValueError(f"expected a topic of the word lists, got {topic!r}; allowed: {TOPICS}")
    folder = files("pledgewire_baselines.rules") / "words"
    return msgspec.json.decode((folder / f"{topic}.json").read_bytes())
