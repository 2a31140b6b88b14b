"""Rules: gazetteers, shapes and cue words; what a competent engineer writes in a day."""

from __future__ import annotations

from collections.abc import Sequence

from pledgewire.records import Cluster, Layers, Source
from pledgewire_baselines.rules.clusters import link_figures
from pledgewire_baselines.rules.entities import as_mentions, find_entities
from pledgewire_baselines.rules.figures import find_figures
from pledgewire_baselines.rules.stances import find_stances
from pledgewire_baselines.rules.texts import Text


class Rules:
    """Predicts every layer by hand-written rules; the same text always gives the same answer."""

    def extract(self, source: Source) -> Layers:
        text = Text.of(source.text)
        found = find_entities(text)
        return Layers(
            doc_id=source.doc_id,
            entities=as_mentions(text, found),
            figures=find_figures(text, found, source.published),
            stances=find_stances(text, found, source.issues),
        )

    def link(
        self, story_id: str, sources: Sequence[Source], layers: Sequence[Layers]
    ) -> tuple[Cluster, ...]:
        return link_figures(sources, layers)
