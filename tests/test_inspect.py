"""Inspect AI tasks: asked and counted offline, with the numbers of `pledgewire score`."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from model_answers import damaged_answers, damaged_story_answers

pytest.importorskip("inspect_ai", reason="needs the extra `inspect`")

from inspect_ai import eval as inspect_eval
from inspect_ai.log import EvalLog
from inspect_ai.model import ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import SampleScore, Score, stderr

from pledgewire.api import score
from pledgewire.cli import main as cli
from pledgewire.corpus import Corpus
from pledgewire.counts import Counts
from pledgewire.frameworks import inspect_log
from pledgewire.frameworks.counting import clustered_stderr
from pledgewire.loading import find_data, load_corpus

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_corpus(find_data(), "wire", "test")


class Mock:
    """A model that looks its answer up by the document in the prompt, and keeps what it was asked.

    It states its usage: else Inspect counts tokens with a table that it downloads.
    """

    def __init__(self, answer_of: Callable[[str], str]) -> None:
        self.answer_of = answer_of
        self.configs: list[Any] = []

    def __call__(self, messages: Any, tools: Any, choice: Any, config: Any) -> ModelOutput:
        self.configs.append(config)
        output = ModelOutput.from_content("mockllm", self.answer_of(messages[-1].text))
        output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
        return output

    @property
    def model(self) -> Any:
        return get_model("mockllm/model", custom_outputs=self, memoize=False)


def pick(answers: dict[str, str], mark: str) -> Callable[[str], str]:
    """Give a function that finds the answer whose key stands in the prompt behind the mark."""
    return lambda prompt: next(text for key, text in answers.items() if f"{mark}{key}" in prompt)


def run(task: str, mock: Mock, hub_folder: Path, logs: Path, **arguments: Any) -> EvalLog:
    (log,) = inspect_eval(
        f"pledgewire/{task}", model=mock.model, log_dir=str(logs), display="none",
        task_args={"dataset": str(hub_folder), **arguments},
    )  # fmt: skip
    assert log.status == "success", log.error
    return log


def metrics_of(log: EvalLog) -> dict[str, float]:
    return {
        name.removeprefix("pledgewire/"): found.value
        for scores in log.results.scores
        for name, found in scores.metrics.items()
    }


def command_f1(log: EvalLog, hub_folder: Path, layers: str) -> dict[str, float]:
    """Write the predictions of a log and score them; the command line shows six digits of F1."""
    predictions, report = hub_folder / "predictions.jsonl", hub_folder / "report.json"
    done = CliRunner().invoke(inspect_log.main, [log.location, "--out", str(predictions)])
    assert done.exit_code == 0, done.output
    done = CliRunner().invoke(
        cli,
        ["score", str(predictions), "--json", str(report), "--layers", layers,
         "--resamples", "100"],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    shown = json.loads(report.read_text("utf-8"))["layers"]
    scores = score(predictions, layers=layers.split(","), resamples=100).scores
    found = {layer: scores.f1(layer) for layer in layers.split(",")}
    assert {layer: round(f1, 6) for layer, f1 in found.items()} == {
        layer: shown[layer]["f1"] for layer in found
    }
    return found


def test_documents_have_the_scores_of_the_command_line(
    hub_folder: Path, corpus: Corpus, tmp_path: Path
) -> None:
    answers = damaged_answers(corpus)
    log = run("pledgewire_documents", Mock(pick(answers, 'id="')), hub_folder, tmp_path)
    found = metrics_of(log)
    for layer, f1 in command_f1(log, tmp_path, "entities,figures,stances").items():
        assert 0.3 < f1 < 0.95
        assert found[f"{layer}_f1"] == f1
        assert 0 < found[f"{layer}_stderr"] < 0.5
    valid = sum(text.startswith("Here") for text in answers.values())
    assert valid < len(answers)
    assert found["mean"] == valid / len(answers)
    by_id = {sample.id: sample.scores["document_counts"] for sample in log.samples}
    assert set(by_id) == set(corpus.gold)
    assert {s.metadata["status"] for s in by_id.values()} == {"ok", "refused", "malformed"}
    assert any(s.metadata["dropped"] for s in by_id.values())


def test_stories_have_the_scores_of_the_command_line(
    hub_folder: Path, corpus: Corpus, tmp_path: Path
) -> None:
    answers = damaged_story_answers(corpus)
    log = run("pledgewire_stories", Mock(pick(answers, '<document id="')), hub_folder, tmp_path)
    found = metrics_of(log)
    f1 = command_f1(log, tmp_path, "crossdoc")["crossdoc"]
    assert 0.1 < f1 < 0.95
    assert found["crossdoc_f1"] == f1


def test_the_model_is_held_to_the_schema_of_its_document(
    hub_folder: Path, corpus: Corpus, tmp_path: Path
) -> None:
    answers = damaged_answers(corpus)
    mock = Mock(pick(answers, 'id="'))
    run("pledgewire_documents", mock, hub_folder, tmp_path, layers="stances")
    assert len(mock.configs) == len(corpus.gold)
    for config in mock.configs:
        schema = config.response_schema.json_schema.model_dump(exclude_none=True)
        assert schema["properties"]["stances"]["maxItems"] == 120
        jsonschema.validate({"stances": []}, schema)
    assert config.response_schema.strict
    mock = Mock(pick(answers, 'id="'))
    run("pledgewire_documents", mock, hub_folder, tmp_path, layers="figures", structured=False)
    assert all(config.response_schema is None for config in mock.configs)


def test_only_the_layers_asked_for_are_counted(
    hub_folder: Path, corpus: Corpus, tmp_path: Path
) -> None:
    log = run("pledgewire_documents", Mock(lambda _: '{"figures": []}'), hub_folder, tmp_path,
              layers="figures")  # fmt: skip
    assert set(metrics_of(log)) == {"figures_f1", "figures_stderr", "mean", "stderr"}
    assert metrics_of(log)["figures_f1"] == 0.0
    assert log.eval.task_version == "figures:1"
    (found,) = log.samples[0].scores.values()
    assert found.metadata["predictions"] == [{"doc_id": log.samples[0].id, "figures": []}]


def test_over_epochs_the_counts_are_averaged(
    hub_folder: Path, tmp_path: Path, corpus: Corpus
) -> None:
    answers = damaged_answers(corpus)
    seen: set[str] = set()

    def answer(prompt: str) -> str:
        """Answer well at first, then never again."""
        text = pick(answers, 'id="')(prompt)
        first = prompt not in seen
        seen.add(prompt)
        return text if first else "{}"

    (log,) = inspect_eval(
        "pledgewire/pledgewire_documents", model=Mock(answer).model, log_dir=str(tmp_path),
        display="none", task_args={"dataset": str(hub_folder), "layers": "figures"}, epochs=2,
    )  # fmt: skip
    hits = predicted = gold = 0.0
    for sample in log.samples:
        counts = sample.scores["document_counts"].metadata["counts"]["figures"]
        hits, predicted = hits + counts["recalled"] / 2, predicted + counts["predicted"] / 2
        gold += counts["gold"] / 2
    assert metrics_of(log)["figures_f1"] == pytest.approx(2 * hits / (gold + predicted))


def test_a_folder_or_split_that_is_not_there_is_told(hub_folder: Path) -> None:
    from pledgewire.frameworks.inspect_tasks import pledgewire_documents

    with pytest.raises(ValueError, match="export hub"):
        pledgewire_documents(dataset=str(hub_folder.parent))
    with pytest.raises(ValueError, match="expected a split, got 'final'"):
        pledgewire_documents(dataset=str(hub_folder), split="final")
    with pytest.raises(ValueError, match="expected layers"):
        pledgewire_documents(dataset=str(hub_folder), layers="crossdoc")


def test_clustered_error_of_a_mean_is_that_of_inspect() -> None:
    values, clusters = [1.0, 0.0, 0.5, 1.0, 0.25, 0.0], list("aabbbc")
    halves = [Counts(v / 2, 0.5, v / 2, 0.5) for v in values]
    scores = [
        SampleScore(score=Score(value=v), sample_metadata={"story": c})
        for v, c in zip(values, clusters, strict=True)
    ]
    ours = clustered_stderr(halves, clusters)
    assert ours == pytest.approx(stderr(cluster="story")(scores))


def test_clustered_error_of_a_ratio_by_hand() -> None:
    """Stories with 2 of 4 and 6 of 8 right: F1 8/12; residuals 2 - 8/3 and 6 - 16/3."""
    parts = [Counts(1, 2, 1, 2), Counts(3, 4, 3, 4)]
    residuals = (2 - 4 * 8 / 12, 6 - 8 * 8 / 12)
    by_hand = math.sqrt(2 / 1 * sum(r * r for r in residuals)) / 12
    assert clustered_stderr(parts, ["a", "b"]) == pytest.approx(by_hand)
    assert clustered_stderr(parts, ["a", "a"]) == 0.0
    assert math.isnan(clustered_stderr([Counts()], ["a"]))
