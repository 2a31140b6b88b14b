"""Score a prediction against gold: counts per document, sums, intervals, signature."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pledgewire.corpus import Corpus
from pledgewire.counts import Counts
from pledgewire.grounding import FUZZY_THRESHOLD, Grounded, Ungrounded, ground
from pledgewire.metrics.claims import count_claims
from pledgewire.metrics.crossdoc import align_figures, count_crossdoc
from pledgewire.metrics.entity_layer import count_entities, count_story_entities
from pledgewire.metrics.figures import RTOL, count_figures
from pledgewire.metrics.identity import BLANC_CONVENTION, REPEATED, SINGLETONS
from pledgewire.metrics.stances import count_stances
from pledgewire.metrics.tally import Tally, sum_tallies
from pledgewire.prediction import Prediction
from pledgewire.records import LAYERS, Layers, StoryLayer
from pledgewire.resample import Interval, Method, bootstrap_interval, f1_of, mean_f1_of
from pledgewire.resolve import GoldNames, Resolver
from pledgewire.version import __version__

HEADLINE = {"entities": "strict", "figures": "record", "stances": "tuple", "crossdoc": "pair"}
"""Name of the counts in each layer's tally that give its headline F1."""

RESAMPLES = 10_000
SEED = 0


@dataclass(frozen=True)
class LayerScore:
    """Score of one layer. Undefined ratios are None."""

    counts: Counts
    interval: Interval | None
    details: Tally

    @property
    def f1(self) -> float | None:
        return self.counts.f1


@dataclass(frozen=True)
class InputFacts:
    """What was noticed in a prediction that is valid but that its maker should know.

    `ungrounded` is the share of strings given without offsets that have no place in the text.
    """

    duplicates: int
    missing_documents: tuple[str, ...]
    elsewhere: int
    asked: Mapping[str, int]
    ungrounded: tuple[Ungrounded, ...]
    normalised_values: int

    def ungrounded_share(self, layer: str) -> float:
        asked = self.asked.get(layer, 0)
        lost = sum(u.layer == layer for u in self.ungrounded)
        return lost / asked if asked else 0.0


@dataclass(frozen=True)
class Settings:
    """What was chosen for a score. Units: `rtol` is a share of the gold value."""

    resamples: int = RESAMPLES
    seed: int = SEED
    rtol: float = RTOL
    interval: Method = "percentile"

    def __post_init__(self) -> None:
        if not self.rtol >= 0:
            raise ValueError(f"expected rtol as a share, 0 or more, got {self.rtol}")


@dataclass(frozen=True)
class Scores:
    """All that scoring one system yields. A layer that no document attempts is None."""

    system: str
    signature: str
    settings: Settings
    corpus: Corpus
    layers: Mapping[str, LayerScore | None]
    overall: float | None
    overall_interval: Interval | None
    input: InputFacts
    documents: Mapping[str, Mapping[str, Tally]]
    """Tallies by document id, then layer; those of `crossdoc` by story id."""
    stories: np.ndarray
    """Headline counts, shape (stories, layers, 4), stories sorted by id, layers as in LAYERS."""
    grounded: Mapping[str, Grounded]
    """The prediction with every span filled in, by document id: what was counted."""
    clusters: Mapping[str, StoryLayer]
    """Predicted clusters by story id."""

    def f1(self, layer: str) -> float | None:
        """Give the headline F1 of a layer, None if it was not scored."""
        result = self.layers[layer]
        return None if result is None else result.f1


def score_prediction(
    corpus: Corpus,
    prediction: Prediction,
    *,
    layers: Sequence[str] = LAYERS,
    resamples: int = RESAMPLES,
    seed: int = SEED,
    rtol: float = RTOL,
    interval: Method = "percentile",
) -> Scores:
    """Score one system on the annotated documents of a corpus.

    A layer that the prediction has in no document is not scored; a document without it counts as
    empty. Raises: ValueError for a layer that does not exist, or settings out of range.
    """
    settings = Settings(resamples, seed, rtol, interval)
    unknown = [layer for layer in layers if layer not in LAYERS]
    if unknown:
        raise ValueError(f"expected layers, got {unknown}, allowed: {', '.join(LAYERS)}")
    attempted = {layer for layer in layers if is_attempted(layer, prediction)}
    grounded = {
        doc_id: ground(prediction.documents[doc_id], corpus.texts[doc_id], corpus.gold[doc_id])
        for doc_id in corpus.gold
        if doc_id in prediction.documents
    }
    documents = {
        doc_id: count_document(
            corpus,
            corpus.gold[doc_id],
            grounded[doc_id].layers if doc_id in grounded else Layers(doc_id=doc_id),
            attempted,
            rtol,
        )
        for doc_id in corpus.gold
    }
    for story_id in corpus.clusters:
        documents[story_id] = {}
        if "crossdoc" in attempted:
            documents[story_id]["crossdoc"] = count_story(corpus, story_id, prediction, grounded)
        if "entities" in attempted:
            documents[story_id]["entities"] = count_story_identity(corpus, story_id, grounded)
        if "stances" in attempted:
            documents[story_id]["stances"] = count_story_claims(corpus, story_id, grounded)
    units = story_units(corpus, documents)
    results: dict[str, LayerScore | None] = {}
    for index, layer in enumerate(LAYERS):
        if layer not in attempted:
            results[layer] = None
            continue
        details = sum_tallies(parts[layer] for parts in documents.values() if layer in parts)
        results[layer] = LayerScore(
            counts=details.get(HEADLINE[layer], Counts()),
            interval=bootstrap_interval(
                units[:, index], f1_of, resamples=resamples, seed=seed, method=interval
            ),
            details=details,
        )
    scores = [result.f1 if result else None for result in results.values()]
    whole = None not in scores
    return Scores(
        system=prediction.name,
        signature=make_signature(corpus, sorted(attempted, key=LAYERS.index), settings),
        settings=settings,
        corpus=corpus,
        layers=results,
        overall=sum(scores) / len(scores) if whole else None,
        overall_interval=bootstrap_interval(
            units, mean_f1_of, resamples=resamples, seed=seed, method=interval
        )
        if whole
        else None,
        input=input_facts(corpus, prediction, grounded),
        documents=documents,
        stories=units,
        grounded=grounded,
        clusters=prediction.stories,
    )


def is_attempted(layer: str, prediction: Prediction) -> bool:
    if layer == "crossdoc":
        return bool(prediction.stories)
    return any(getattr(d, layer) is not None for d in prediction.documents.values())


def count_document(
    corpus: Corpus, gold: Layers, predicted: Layers, attempted: Iterable[str], rtol: float
) -> dict[str, Tally]:
    """Count one document in every attempted layer."""
    resolve = Resolver(GoldNames(gold, corpus.entities), predicted)
    counted: dict[str, Tally] = {}
    if "entities" in attempted:
        counted["entities"] = count_entities(gold.entities or (), predicted.entities or ())
    if "figures" in attempted:
        counted["figures"] = count_figures(
            gold.figures or (), predicted.figures or (), resolve, rtol
        )
    if "stances" in attempted:
        counted["stances"] = count_stances(gold.stances or (), predicted.stances or (), resolve)
    return counted


def count_story(
    corpus: Corpus, story_id: str, prediction: Prediction, grounded: Mapping[str, Grounded]
) -> Tally:
    """Count the clusters of one story, through the figures that the same system predicted."""
    predicted = prediction.stories.get(story_id)
    return count_crossdoc(
        corpus.clusters[story_id].clusters,
        predicted.clusters if predicted else (),
        align_story(corpus, story_id, grounded),
    )


def align_story(corpus: Corpus, story_id: str, grounded: Mapping[str, Grounded]) -> dict[str, str]:
    """Map the keys of a story's predicted figures to those of the gold figures they stand on."""
    alignment: dict[str, str] = {}
    for doc_id in corpus.story_documents(story_id):
        if doc_id in grounded and doc_id in corpus.gold:
            alignment |= align_figures(
                doc_id, corpus.gold[doc_id].figures or (), grounded[doc_id].layers.figures or ()
            )
    return alignment


def count_story_identity(corpus: Corpus, story_id: str, grounded: Mapping[str, Grounded]) -> Tally:
    """Count the identity of entities across the documents of one story."""
    doc_ids = [doc_id for doc_id in corpus.story_documents(story_id) if doc_id in corpus.gold]
    return count_story_entities(
        {doc_id: corpus.gold[doc_id].entities or () for doc_id in doc_ids},
        {
            doc_id: grounded[doc_id].layers.entities or ()
            for doc_id in doc_ids
            if doc_id in grounded
        },
    )


def count_story_claims(corpus: Corpus, story_id: str, grounded: Mapping[str, Grounded]) -> Tally:
    """Count the claims that the documents of one story make."""
    doc_ids = [doc_id for doc_id in corpus.story_documents(story_id) if doc_id in corpus.gold]
    predicted = {d: grounded[d].layers for d in doc_ids if d in grounded}
    return count_claims(
        {doc_id: corpus.gold[doc_id].stances or () for doc_id in doc_ids},
        {doc_id: layers.stances or () for doc_id, layers in predicted.items()},
        {
            doc_id: Resolver(GoldNames(corpus.gold[doc_id], corpus.entities), layers)
            for doc_id, layers in predicted.items()
        },
    )


def story_units(corpus: Corpus, documents: Mapping[str, Mapping[str, Tally]]) -> np.ndarray:
    """Add headline counts by story. Shape: (stories, layers, 4)."""
    stories = sorted({corpus.documents[doc_id].story for doc_id in corpus.gold})
    units = np.zeros((len(stories), len(LAYERS), 4))
    row_of = {story: row for row, story in enumerate(stories)}
    for key in sorted(documents):
        story = corpus.documents[key].story if key in corpus.documents else key
        for layer, tally in documents[key].items():
            counts = tally.get(HEADLINE[layer], Counts())
            units[row_of[story], LAYERS.index(layer)] += np.array(counts, dtype=float)
    return units


def input_facts(
    corpus: Corpus, prediction: Prediction, grounded: Mapping[str, Grounded]
) -> InputFacts:
    asked: dict[str, int] = {}
    for part in grounded.values():
        for layer, number in part.asked.items():
            asked[layer] = asked.get(layer, 0) + number
    return InputFacts(
        duplicates=sum(count_duplicates(part.layers) for part in grounded.values()),
        missing_documents=tuple(d for d in corpus.gold if d not in prediction.documents),
        elsewhere=prediction.elsewhere,
        asked=asked,
        ungrounded=tuple(lost for _, part in sorted(grounded.items()) for lost in part.ungrounded),
        normalised_values=sum(
            figure.value is not None
            for part in grounded.values()
            for figure in part.layers.figures or ()
        ),
    )


def count_duplicates(layers: Layers) -> int:
    """Count records that repeat another of their document; each is scored, as a wrong one."""
    keys: list[tuple[object, ...]] = [
        *(("m", m.start, m.end, m.type) for m in layers.entities or () if m.start != -1),
        *(("f", f.start, f.end, f.kind) for f in layers.figures or () if f.start != -1),
        *(("s", s.holder, s.issue_id) for s in layers.stances or ()),
    ]
    return len(keys) - len(set(keys))


def make_signature(corpus: Corpus, layers: Sequence[str], settings: Settings) -> str:
    """Name all that a score depends on, so that it can be reproduced."""
    stories = {corpus.documents[doc_id].story for doc_id in corpus.gold}
    return sign_score(corpus, len(corpus.gold), len(stories), layers, settings)


def sign_score(
    data: Any, documents: int, stories: int, layers: Sequence[str], settings: Settings
) -> str:
    """Write a signature; `data` has version, sha256, track and split."""
    parts = {
        "pledgewire": __version__,
        "data": data.version,
        "sha256": data.sha256[:12],
        "track": data.track,
        "split": data.split,
        "documents": documents,
        "stories": stories,
        "layers": "+".join(layers),
        "modes": "+".join(HEADLINE.values()),
        "rtol": f"{settings.rtol:g}",
        "fuzzy": f"{FUZZY_THRESHOLD:g}",
        "blanc": BLANC_CONVENTION,
        "singletons": SINGLETONS,
        "repeated": REPEATED,
        "interval": f"{settings.interval}95-stories",
        "resamples": settings.resamples,
        "seed": settings.seed,
    }
    return "|".join(f"{name}:{value}" for name, value in parts.items())


def read_signature(signature: str) -> dict[str, str]:
    """Give the parts of a signature by name."""
    return dict(part.split(":", 1) for part in signature.split("|"))
