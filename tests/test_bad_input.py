"""Bad input: one small file a fault under tests/invalid, and the exact messages for it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pledgewire.api import read_prediction
from pledgewire.corpus import Corpus
from pledgewire.loading import load_corpus
from pledgewire.problems import DataError

INVALID = Path(__file__).parent / "invalid"
EXPECTED: dict[str, list[str]] = json.loads((INVALID / "expected.json").read_text("utf-8"))
MINI = Path(__file__).parent / "data" / "mini"


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_corpus(MINI)


def test_every_invalid_file_has_its_messages() -> None:
    assert {path.stem for path in INVALID.glob("*.jsonl")} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_messages_of(name: str, corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(INVALID)
    with pytest.raises(DataError) as raised:
        read_prediction(f"{name}.jsonl", corpus)
    assert str(raised.value).split("\n") == EXPECTED[name]


def test_every_message_says_place_code_and_mend() -> None:
    for name, messages in EXPECTED.items():
        for message in messages:
            assert message.startswith(f"{name}.jsonl:")
            assert "; " in message
            assert "Traceback" not in message


def test_missing_file(corpus: Corpus, tmp_path: Path) -> None:
    missing = tmp_path / "nowhere.jsonl"
    with pytest.raises(DataError) as raised:
        read_prediction(missing, corpus)
    assert str(raised.value) == f"{missing}: file-missing: there is no such file; check the path"


def test_folder_instead_of_file(corpus: Corpus, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="file-missing: this is a folder"):
        read_prediction(tmp_path, corpus)


def test_faults_of_python_values_are_told_by_number(corpus: Corpus) -> None:
    with pytest.raises(DataError) as raised:
        read_prediction([{"doc_id": "ferry/bulletin"}, {"doc_id": "ferry/report", "x": 1}], corpus)
    assert str(raised.value) == (
        "predictions:2: unknown-field: x: a Layers has no such field; "
        "allowed: doc_id, entities, figures, stances"
    )


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pledgewire.cli", *arguments],
        capture_output=True,
        text=True,
        cwd=INVALID,
        check=False,
    )


def test_command_reports_all_problems_and_exits_1() -> None:
    done = run("validate", "wrong-types.jsonl", "empty.jsonl", "--data", str(MINI))
    assert done.returncode == 1
    assert done.stdout == ""
    expected = sorted(EXPECTED["wrong-types"] + EXPECTED["empty"])
    assert sorted(done.stderr.splitlines()[:-1]) == expected
    assert done.stderr.splitlines()[-1] == f"{len(expected)} problems"


def test_command_exits_2_for_wrong_usage() -> None:
    wrong = (("validate",), ("score", "x", "--split", "tset"), ("run", "rulez", "--out", "x"))
    for arguments in wrong:
        done = run(*arguments)
        assert done.returncode == 2, arguments
        assert "Traceback" not in done.stderr


def test_score_refuses_what_validate_refuses() -> None:
    done = run("score", "offset-utf-16.jsonl", "--data", str(MINI))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines()[:-1] == EXPECTED["offset-utf-16"]
