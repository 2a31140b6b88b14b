"""The benchmarks work and their scorers agree; how long they take is no business of a test."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

ROOT = Path(__file__).resolve().parents[1]
BENCHMARKS = ROOT / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import peers  # noqa: E402
import run  # noqa: E402
import synthesize  # noqa: E402

DOCUMENTS = 30


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("corpus")
    synthesize.write_corpus(made, DOCUMENTS)
    return made


def test_document_does_not_depend_on_the_number_of_documents() -> None:
    few = list(synthesize.make_lines(5))
    many = list(synthesize.make_lines(10))
    assert many[: len(few)] == few
    assert synthesize.make_document(3, seed=1) != synthesize.make_document(3, seed=0)


def test_documents_are_of_the_size_that_is_told() -> None:
    made = [synthesize.make_document(index) for index in range(200)]
    golds = [document.gold for document in made]
    assert {len(gold["entities"]) for gold in golds} == {40}
    assert {len({m["entity_id"] for m in gold["entities"]}) for gold in golds} == {15}
    assert {len(gold["figures"]) for gold in golds} == {8}
    assert {len(gold["stances"]) for gold in golds} == {5}
    assert sum(len(gold["text"]) for gold in golds) / 200 == pytest.approx(2_400, rel=0.05)
    predicted = [len(document.predicted["entities"]) for document in made]
    # 28.7 exact, 4.1 shifted, 3.2 retyped and 3.2 spurious mentions a document.
    assert sum(predicted) / 200 == pytest.approx(28.7 + 4.1 + 3.2 + 3.2, rel=0.02)


def test_surfaces_stand_where_offsets_say() -> None:
    made = synthesize.make_document(0, mentions=400)
    text = made.gold["text"]
    for row in (made.gold, made.predicted):
        for record in row["entities"] + row["figures"]:
            assert text[record["start"] : record["end"]] == record["text"]
    assert len(made.gold["entities"]) == 400
    assert len(made.gold["figures"]) == 80


@pytest.mark.parametrize("name", peers.SCORERS)
def test_scorers_agree_on_f1(name: str, folder: Path) -> None:
    if not peers.is_installed(name):
        pytest.skip(f"{peers.NEEDS[name]} is not installed")
    gold, predicted = folder / synthesize.GOLD, folder / synthesize.PREDICTED
    hits = size = 0
    for line, other in zip(gold.open("rb"), predicted.open("rb"), strict=True):
        golds, mentions = (
            {(m["start"], m["end"], m["type"]) for m in msgspec.json.decode(x).get("entities", ())}
            for x in (line, other)
        )
        hits += len(golds & mentions)
        size += len(golds) + len(mentions)
    f1 = peers.SCORERS[name](gold, predicted)
    assert f1 is None if name == "decode" else f1 == pytest.approx(2 * hits / size, abs=1e-12)


def test_process_is_measured(folder: Path) -> None:
    measured = run.run_process(run.scorer_command("sets", folder))
    assert measured.f1 == peers.score_sets(folder / synthesize.GOLD, folder / synthesize.PREDICTED)
    assert 0 < measured.inside < measured.whole
    assert measured.peak > 1


def test_table_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "GROWTH", ((2, 40),))
    monkeypatch.setattr(run, "time_rest", lambda runs: [])
    kept = {name: peers.SCORERS[name] for name in ("decode", "sets")}
    monkeypatch.setattr(run, "SCORERS", kept)
    monkeypatch.setattr(run, "GROWTH_NAMES", tuple(kept))
    out = tmp_path / "results.md"
    monkeypatch.setattr(sys, "argv", ["run.py", "--sizes", "5", "--runs", "1", "--out", str(out)])
    run.main()
    text = out.read_text("utf-8")
    assert "### 5 documents, 0.1 MB" in text
    assert text.count(run.TITLES["sets"]) == 2
    assert "nervaluate, entities" not in text


def test_synthesize_writes_files(tmp_path: Path) -> None:
    command = [sys.executable, str(BENCHMARKS / "synthesize.py"), str(tmp_path), "--documents", "5"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    gold, predicted = map(Path, done.stdout.split())
    golds, rows = (list(map(json.loads, path.open())) for path in (gold, predicted))
    assert [row.get("doc_id", row["story_id"]) for row in golds] == [
        row.get("doc_id") or row["story_id"] for row in rows
    ]
    assert len(golds) == 6
