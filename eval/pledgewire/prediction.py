"""A system's output as the harness holds it after reading and checking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pledgewire.records import Layers, StoryLayer


@dataclass(frozen=True)
class Prediction:
    """Layers by document, clusters by story. Built by `checks.predictions`.

    `elsewhere` counts lines for documents and stories that the data knows but that are not in the
    track and split at hand.
    """

    name: str
    documents: Mapping[str, Layers]
    stories: Mapping[str, StoryLayer]
    elsewhere: int = 0
