"""eval.yaml of the dataset, and `.eval_results` for model repositories."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pledgewire.cli import main
from pledgewire.loading import find_data, load_corpus

pytest.importorskip("huggingface_hub", reason="needs the extra `hub`")

import yaml
from huggingface_hub import parse_eval_result_entries

from pledgewire.hub.build import HUB_SPLITS, build_hub
from pledgewire.hub.features import make_features

TASKS = ["entities", "figures", "stances", "crossdoc", "overall"]


@pytest.fixture(scope="module")
def predictions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rules would take long: half of the figures of gold, and nothing else."""
    out = tmp_path_factory.mktemp("run") / "half.jsonl"
    corpus = load_corpus(find_data(), "wire", "test")
    lines = [
        {"doc_id": doc_id,
         "figures": [{"kind": f.kind, "text": f.text, "value": f.text} for f in gold.figures[::2]]}
        for doc_id, gold in corpus.gold.items()
    ]  # fmt: skip
    out.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return out


def score(*arguments: object) -> str:
    done = CliRunner().invoke(main, ["score", "--resamples", "100", *map(str, arguments)])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_dataset_names_its_tasks_with_configs_and_splits_it_has(tmp_path: Path) -> None:
    build_hub(tmp_path / "x")
    described = yaml.safe_load((tmp_path / "x" / "eval.yaml").read_text("utf-8"))
    assert [task["id"] for task in described["tasks"]] == TASKS
    for task in described["tasks"]:
        assert task["config"] in make_features()
        assert task["split"] in HUB_SPLITS.values()
        assert list((tmp_path / "x" / task["config"]).glob(f"{task['split']}-*.parquet"))
    assert described["name"] == described["evaluation_framework"] == "pledgewire"


def test_entries_are_the_scores_of_the_report(predictions: Path, tmp_path: Path) -> None:
    results, report = tmp_path / ".eval_results" / "x.yaml", tmp_path / "report.json"
    score(predictions, "--json", report, "--eval-results", results, "--dataset-id", "a/b",
          "--source-url", "https://example.org/log")  # fmt: skip
    shown = json.loads(report.read_text("utf-8"))
    (entry,) = parse_eval_result_entries(yaml.safe_load(results.read_text("utf-8")))
    assert (entry.dataset_id, entry.task_id) == ("a/b", "figures")
    assert entry.value == shown["layers"]["figures"]["f1"] > 0
    assert entry.notes == shown["signature"]
    assert entry.source_url == "https://example.org/log"


def test_a_system_of_all_layers_has_all_entries(tmp_path: Path) -> None:
    run = CliRunner().invoke
    assert run(main, ["run", "oracle", "--out", str(tmp_path)]).exit_code == 0
    results = tmp_path / "x.yaml"
    score(tmp_path / "predictions.jsonl", "--eval-results", results, "--dataset-id", "a/b")
    entries = parse_eval_result_entries(yaml.safe_load(results.read_text("utf-8")))
    assert {entry.task_id: entry.value for entry in entries} == dict.fromkeys(TASKS, 1.0)


def test_the_report_is_the_same_with_and_without_entries(predictions: Path, tmp_path: Path) -> None:
    plain, more = tmp_path / "plain.json", tmp_path / "more.json"
    score(predictions, "--json", plain)
    score(predictions, "--json", more, "--eval-results", tmp_path / "x", "--dataset-id", "a/b")
    assert plain.read_bytes() == more.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--eval-results", "x.yaml"], "go together"),
        (["--dataset-id", "a/b"], "go together"),
        (["--eval-results", "x.yaml", "--dataset-id", "b"], "owner/name"),
        (["--eval-results", "x.yaml", "--dataset-id", "a/b", "--split", "train"], "split test"),
    ],
)
def test_what_no_leaderboard_compares_is_refused(
    arguments: list[str], told: str, predictions: Path, tmp_path: Path
) -> None:
    given = [str(tmp_path / a) if a == "x.yaml" else a for a in arguments]
    done = CliRunner().invoke(main, ["score", str(predictions), "--resamples", "100", *given])
    assert done.exit_code == 2
    assert told in done.output.replace("\n", " ")
    assert not (tmp_path / "x.yaml").exists()
