"""Tasks of lm-evaluation-harness: run offline with a model of our own, same numbers as `score`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from model_answers import damaged_answers, damaged_story_answers

pytest.importorskip("lm_eval", reason="needs the extra `lm-eval`")

from lm_eval import simple_evaluate
from lm_eval.api.model import LM
from lm_eval.loggers import EvaluationTracker
from lm_eval.tasks import TaskManager

from pledgewire.api import score
from pledgewire.corpus import Corpus
from pledgewire.frameworks.lm_eval import samples
from pledgewire.loading import find_data, load_corpus

pytestmark = pytest.mark.slow


class Reader(LM):
    """A model that reads its answers from a file, by the rows' ids."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.answers: dict[str, str] = json.loads(path.read_text("utf-8"))
        self.prompts: list[str] = []

    def generate_until(self, requests: list[Any], disable_tqdm: bool = False) -> list[str]:
        self.prompts += [request.args[0] for request in requests]
        return [self.answers[r.doc.get("doc_id", r.doc["story"])] for r in requests]

    def loglikelihood(self, requests: list[Any]) -> Any:
        raise NotImplementedError

    def loglikelihood_rolling(self, requests: list[Any]) -> Any:
        raise NotImplementedError


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_corpus(find_data(), "wire", "test")


@pytest.fixture(scope="module")
def include_path() -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pledgewire.frameworks.lm_eval"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def test_the_group_has_the_scores_of_pledgewire(
    hub_folder: Path, corpus: Corpus, include_path: str, tmp_path: Path
) -> None:
    answers = {**damaged_answers(corpus), **damaged_story_answers(corpus)}
    (tmp_path / "answers.json").write_text(json.dumps(answers), "utf-8")
    model = Reader(tmp_path / "answers.json")
    manager = TaskManager(include_path=include_path, metadata={"dataset": str(hub_folder)})
    tracker = EvaluationTracker(output_path=str(tmp_path / "out"))
    done = simple_evaluate(
        model=model, tasks=["pledgewire"], task_manager=manager, bootstrap_iters=0,
        log_samples=True, evaluation_tracker=tracker,
    )  # fmt: skip
    assert any(corpus.texts[doc_id] in model.prompts[0] for doc_id in corpus.gold)
    found = {
        name.removesuffix(",none"): value
        for task in ("pledgewire_documents", "pledgewire_stories")
        for name, value in done["results"][task].items()
    }
    tracker.save_results_aggregated(results=done, samples=done["samples"])
    for task, lines in done["samples"].items():
        tracker.save_results_samples(task_name=task, samples=lines)
    logged = [str(path) for path in (tmp_path / "out").rglob("samples_*.jsonl")]
    assert len(logged) == 2
    predictions = tmp_path / "predictions.jsonl"
    wrote = CliRunner().invoke(samples.main, [*logged, "--out", str(predictions)])
    assert wrote.exit_code == 0, wrote.output
    scores = score(predictions, resamples=100).scores
    for layer in ("entities", "stances", "crossdoc"):
        assert found[f"{layer}_f1"] == scores.f1(layer), layer
        assert 0.1 < found[f"{layer}_f1"] < 0.95
        assert found[f"{layer}_f1_stderr"] > 0
    only = tmp_path / "documents.jsonl"
    documents = [path for path in logged if "documents" in path]
    CliRunner().invoke(samples.main, [*documents, "--out", str(only)])
    assert found["figures_f1"] == score(only, resamples=100).scores.f1("figures")


def test_rows_are_those_of_the_split_and_hold_no_gold(hub_folder: Path, corpus: Corpus) -> None:
    from pledgewire.frameworks.lm_eval.utils import load_documents, load_stories

    rows = load_documents(dataset=str(hub_folder), split="train", version=1)["test"]
    assert set(rows.column_names) == {
        "doc_id", "story", "prompt", "dataset", "split", "revision",
    }  # fmt: skip
    train = load_corpus(find_data(), "wire", "train")
    assert sorted(rows["doc_id"]) == sorted(train.gold)
    stories = load_stories(dataset=str(hub_folder))["test"]
    assert sorted(stories["story"]) == sorted(corpus.clusters)


def test_a_log_of_another_task_is_told(tmp_path: Path) -> None:
    path = tmp_path / "samples_other.jsonl"
    path.write_text('{"doc": {"question": "?"}, "resps": [["4"]]}\n', "utf-8")
    with pytest.raises(ValueError, match="samples_pledgewire"):
        list(samples.read_samples([path]))
