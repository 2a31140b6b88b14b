"""The Hub's benchmark feature: `eval.yaml` of the dataset, and scores for model repositories.

Each task has one number, the headline F1 of its layer. Needs the extra `hub`.
Source: huggingface.co/docs/hub/eval-results, a feature that is still being worked on.
"""

from __future__ import annotations

from pledgewire.records import LAYERS
from pledgewire.scoring import Scores

OVERALL = "overall"
SPLIT = "test"
CONFIGS = {
    "entities": "default",
    "figures": "default",
    "stances": "default",
    "crossdoc": "stories",
    OVERALL: "default",
}
"""The config that a task's documents are in, by task id."""
FRAMEWORK = "pledgewire"
"""Name of the harness in the Hub's list of frameworks, to which it has to be added."""
DESCRIPTION = (
    "News about security assistance that several outlets tell: extract entities, figures and "
    "stances, and say which figures of different outlets agree. F1 of each layer; overall is their "
    "mean."
)
DIGITS = 6
"""Digits of a score, as in the report."""


def write_eval_yaml() -> bytes:
    """Write eval.yaml of the dataset repository."""
    import yaml

    described = {
        "name": "pledgewire",
        "description": DESCRIPTION,
        "evaluation_framework": FRAMEWORK,
        "tasks": [{"id": task, "config": c, "split": SPLIT} for task, c in CONFIGS.items()],
    }
    return yaml.safe_dump(described, sort_keys=False, allow_unicode=True, width=100).encode()


def write_eval_results(
    scores: Scores,
    dataset_id: str,
    *,
    source_url: str | None = None,
    revision: str | None = None,
) -> bytes:
    """Write scores as YAML for the folder `.eval_results` of a model repository.

    A layer that was not scored has no entry. Units: F1 in [0, 1].
    Raises: ValueError for a dataset id without owner, and for scores of other data than the
    benchmark's test split, which is what its leaderboards compare.
    """
    import yaml
    from huggingface_hub import EvalResultEntry, eval_result_entries_to_yaml

    owner, slash, name = dataset_id.partition("/")
    if not (owner and slash and name) or "/" in name:
        raise ValueError(f"expected a dataset id as owner/name, got {dataset_id!r}")
    corpus = scores.corpus
    if (corpus.track, corpus.split) != ("wire", SPLIT):
        raise ValueError(
            "expected scores of track wire and split test for the leaderboards, "
            f"got track {corpus.track} and split {corpus.split}"
        )
    values = {**{layer: scores.f1(layer) for layer in LAYERS}, OVERALL: scores.overall}
    entries = [
        EvalResultEntry(
            dataset_id=dataset_id,
            task_id=task,
            value=round(values[task], DIGITS),
            dataset_revision=revision,
            source_url=source_url,
            notes=scores.signature,
        )
        for task in CONFIGS
        if values[task] is not None
    ]
    rows = eval_result_entries_to_yaml(entries)
    return yaml.safe_dump(rows, sort_keys=False, width=1_000).encode()
