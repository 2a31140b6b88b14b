"""The ceiling: hands gold back, so it must score exactly 1; a check of the harness, no baseline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from pledgewire.records import Cluster, Layers, Source

if TYPE_CHECKING:
    from pledgewire.corpus import Corpus


class Oracle:
    """Predicts gold, without the alternatives that gold holds in `also`."""

    reads_gold = True

    def __init__(self) -> None:
        self.corpus: Corpus | None = None

    def give_gold(self, corpus: Corpus) -> None:
        self.corpus = corpus

    def extract(self, source: Source) -> Layers:
        gold = self.known.gold.get(source.doc_id, Layers(doc_id=source.doc_id))
        layers = {
            layer: tuple(msgspec.structs.replace(r, also=()) for r in getattr(gold, layer) or ())
            for layer in ("entities", "figures", "stances")
        }
        return Layers(doc_id=source.doc_id, **layers)

    def link(
        self, story_id: str, sources: Sequence[Source], layers: Sequence[Layers]
    ) -> tuple[Cluster, ...]:
        found = self.known.clusters.get(story_id)
        return found.clusters if found else ()

    @property
    def known(self) -> Corpus:
        if self.corpus is None:
            raise ValueError("the oracle reads gold: call give_gold(corpus) first")
        return self.corpus
