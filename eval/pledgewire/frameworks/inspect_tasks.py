"""Tasks of Inspect AI: entities, figures and stances by document, clusters by story.

    inspect eval pledgewire/pledgewire_documents --model ... -T dataset=DIR
    inspect eval pledgewire/pledgewire_stories --model ... -T dataset=DIR

`dataset` is an id on the Hub or a folder that `pledgewire export hub` has written. F1 is that of
summed counts; over several epochs it is that of the mean counts. A sample that ended in an error
is in no sum, where `pledgewire score` would count its document as empty. Needs the extra `inspect`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ResponseSchema
from inspect_ai.scorer import (
    Metric,
    SampleScore,
    Score,
    Scorer,
    Target,
    mean,
    metric,
    scorer,
    stderr,
)
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.util import JSONSchema

from pledgewire.corpus import Corpus
from pledgewire.counts import Counts
from pledgewire.frameworks.counting import (
    Counted,
    clustered_stderr,
    count_answer,
    count_story_answer,
    f1_of_counts,
    story_sources,
)
from pledgewire.hub.load import load_repository
from pledgewire.prompting import (
    DOCUMENT_LAYERS,
    answer_schema,
    document_prompt,
    instructions_version,
    story_prompt,
    story_schema,
)

HUB_ID = "pledgewire/pledgewire"
STORY = "story"
"""Name of a sample's story in its metadata: the cluster of standard errors."""
PARTS = Counts._fields


class BoundedSchema(JSONSchema):
    """A JSON Schema that keeps the bounds of its lists, without which a small model never ends."""

    items: BoundedSchema | None = None  # type: ignore[assignment]
    properties: dict[str, BoundedSchema] | None = None  # type: ignore[assignment]
    anyOf: list[BoundedSchema] | None = None  # type: ignore[assignment]  # noqa: N815
    maxItems: int | None = None  # noqa: N815


@lru_cache(maxsize=4)
def load(dataset: str, split: str, revision: str | None) -> Corpus:
    """Load a split once for task and scorer."""
    return load_repository(dataset, split, revision)


@task
def pledgewire_documents(
    dataset: str = HUB_ID,
    split: str = "test",
    layers: str | list[str] = "entities,figures,stances",
    structured: bool = True,
    revision: str | None = None,
) -> Task:
    """Ask for entities, figures and stances of each document.

    `layers` by comma; `structured` has the provider hold the model to the schema of the answer.
    """
    chosen = layers.split(",") if isinstance(layers, str) else list(layers)
    corpus = load(dataset, split, revision)
    return Task(
        dataset=MemoryDataset(
            [
                Sample(
                    id=doc_id,
                    input=document_prompt(corpus.source(doc_id), chosen),
                    metadata={
                        STORY: corpus.documents[doc_id].story,
                        "voice": corpus.documents[doc_id].voice,
                        "schema": answer_schema(corpus.source(doc_id), chosen),
                    },
                )
                for doc_id in corpus.gold
            ],
            name=f"pledgewire-{split}",
        ),
        solver=ask(structured),
        scorer=document_counts(dataset, split, chosen, revision),
        metrics=metrics_of(chosen),
        version=instructions_version(chosen),
    )


@task
def pledgewire_stories(
    dataset: str = HUB_ID,
    split: str = "test",
    structured: bool = True,
    revision: str | None = None,
) -> Task:
    """Ask which figures of the documents of a story state one quantity, and how they relate."""
    corpus = load(dataset, split, revision)
    sources = {story_id: story_sources(corpus, story_id) for story_id in corpus.clusters}
    return Task(
        dataset=MemoryDataset(
            [
                Sample(
                    id=story_id,
                    input=story_prompt(members),
                    metadata={STORY: story_id, "schema": story_schema(members)},
                )
                for story_id, members in sources.items()
            ],
            name=f"pledgewire-stories-{split}",
        ),
        solver=ask(structured),
        scorer=story_counts(dataset, split, revision),
        metrics=metrics_of(["crossdoc"]),
        version=instructions_version(["crossdoc"]),
    )


@solver
def ask(structured: bool = True) -> Solver:
    """Ask once, with the schema of the sample's answer."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        if not structured:
            return await generate(state)
        schema = BoundedSchema.model_validate(state.metadata["schema"])
        return await generate(
            state,
            response_schema=ResponseSchema(name="annotations", json_schema=schema, strict=True),
        )

    return solve


def f1_metric(layer: str) -> Callable[[], Metric]:
    """Make the metric that sums the counts of a layer to F1."""

    @metric(name=f"{layer}_f1")
    def make() -> Metric:
        def measure(scores: list[SampleScore]) -> float:
            return f1_of_counts(counts_of(score, layer) for score in scores)

        return measure

    return make


def stderr_metric(layer: str) -> Callable[[], Metric]:
    """Make the metric that gives the standard error of a layer's F1, clustered by story."""

    @metric(name=f"{layer}_stderr")
    def make() -> Metric:
        def measure(scores: list[SampleScore]) -> float:
            stories = [(score.sample_metadata or {}).get(STORY) for score in scores]
            return clustered_stderr([counts_of(score, layer) for score in scores], stories)

        return measure

    return make


def counts_of(score: SampleScore, layer: str) -> Counts:
    value = score.score.as_dict()
    return Counts(*(value[f"{layer}_{part}"] for part in PARTS))


LAYER_METRICS = {
    layer: (f1_metric(layer), stderr_metric(layer)) for layer in (*DOCUMENT_LAYERS, "crossdoc")
}


def metrics_of(layers: Sequence[str]) -> list[Any]:
    """List the metrics of some layers: F1 and its error, and the share of valid answers."""
    by_layer = [make() for layer in layers for make in LAYER_METRICS[layer]]
    return [*by_layer, {"valid": [mean(), stderr(cluster=STORY)]}]


@scorer(metrics=metrics_of(DOCUMENT_LAYERS))
def document_counts(
    dataset: str, split: str, layers: list[str], revision: str | None = None
) -> Scorer:
    """Count the answer about a document against its gold."""

    async def score(state: TaskState, target: Target) -> Score:
        corpus = load(dataset, split, revision)
        counted = count_answer(corpus, str(state.sample_id), state.output.completion, layers)
        return make_score(counted, state)

    return score


@scorer(metrics=metrics_of(["crossdoc"]))
def story_counts(dataset: str, split: str, revision: str | None = None) -> Scorer:
    """Count the answer about a story against its gold."""

    async def score(state: TaskState, target: Target) -> Score:
        corpus = load(dataset, split, revision)
        counted = count_story_answer(corpus, str(state.sample_id), state.output.completion)
        return make_score(counted, state)

    return score


def make_score(counted: Counted, state: TaskState) -> Score:
    """Put the counts into the value, where epochs are averaged; all else into the metadata."""
    refused = not counted.is_valid and state.output.stop_reason == "content_filter"
    status = "refused" if refused else counted.status
    value: dict[str, float] = {"valid": float(counted.is_valid)}
    for layer, counts in counted.counts.items():
        value |= {f"{layer}_{part}": float(getattr(counts, part)) for part in PARTS}
    left_out = ", ".join(f"{number} {reason}" for reason, number in counted.dropped.items())
    return Score(
        value=value,
        answer=state.output.completion,
        explanation=f"answer: {status}; dropped: {left_out or 'nothing'}",
        metadata={**counted.plain(), "status": status},
    )
