"""The floor: attempts every layer and finds nothing, so it scores 0 in each."""

from __future__ import annotations

from collections.abc import Sequence

from pledgewire.records import Cluster, Layers, Source


class Nothing:
    """Predicts empty layers."""

    def extract(self, source: Source) -> Layers:
        return Layers(doc_id=source.doc_id, entities=(), figures=(), stances=())

    def link(
        self, story_id: str, sources: Sequence[Source], layers: Sequence[Layers]
    ) -> tuple[Cluster, ...]:
        return ()
