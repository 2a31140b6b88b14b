"""What an extractor is, and how installed ones are found.

A package brings its own by an entry point of the group `pledgewire.extractors`, as this one does
for its baselines (see pyproject.toml).
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol

from pledgewire.corpus import Corpus
from pledgewire.records import Cluster, Layers, Source

GROUP = "pledgewire.extractors"


class Extractor(Protocol):
    """Reads layers off texts. It sees text, day of publication and issues: never gold.

    `extract` gives the layers of one document; a layer that it does not attempt is None.
    `link` joins the figures that it found in the documents of one story; None if not attempted.
    """

    def extract(self, source: Source) -> Layers: ...

    def link(
        self, story_id: str, sources: Sequence[Source], layers: Sequence[Layers]
    ) -> tuple[Cluster, ...] | None: ...


class GoldReader(Extractor, Protocol):
    """An extractor that hands gold back, to prove the harness: the one exception to the rule."""

    reads_gold: bool

    def give_gold(self, corpus: Corpus) -> None: ...


def list_extractors() -> dict[str, EntryPoint]:
    """Find the installed extractors by name, sorted; loads none of them."""
    return {point.name: point for point in sorted(entry_points(group=GROUP), key=lambda p: p.name)}


def make_extractor(name: str) -> Extractor:
    """Load and build an extractor. Raises: ValueError for a name that no package brings."""
    found = list_extractors()
    if name not in found:
        near = difflib.get_close_matches(name, found, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise ValueError(f"no baseline is called {name!r}; {hint}allowed: {', '.join(found)}")
    extractor: Extractor = found[name].load()()
    return extractor
