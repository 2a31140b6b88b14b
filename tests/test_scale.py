"""Past one machine: folders of files, and a cluster that loses a worker; the same to a digit."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pledgewire import engines, stream, stream_index
from pledgewire.cli import main as cli
from pledgewire.engines import InProcess, open_engine
from pledgewire.loading import load_corpus
from pledgewire.problems import DataError
from pledgewire.render.report import Report
from pledgewire.run_many import run_files
from pledgewire.stream import score_files

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = 600


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of made-up words, as single files and dealt to the files of two folders: documents
    of a story lie in different files, and predictions in another order than gold."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    from synthesize import write_corpus

    out = tmp_path_factory.mktemp("synthetic")
    write_corpus(out, DOCUMENTS)
    for name, parts in (("gold", 3), ("predicted", 2)):
        lines = (out / f"{name}.jsonl").read_bytes().splitlines(keepends=True)
        if name == "predicted":
            random.Random(7).shuffle(lines)
        (out / name).mkdir()
        for part in range(parts):
            shard = b"".join(lines[part::parts])
            (out / name / f"{part}.jsonl").write_bytes(shard)
    (out / "gold" / "3.jsonl").write_bytes(b"")
    return out


@pytest.fixture
def small_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "DOCUMENTS_A_STRETCH", 10)
    monkeypatch.setattr(stream, "STRETCHES_A_TASK", 2)


def report_of(folder: Path, engine: Any = None, **options: Any) -> bytes:
    scores = score_files(
        folder / "predicted", folder / "gold", resamples=200, engine=engine, **options
    )
    return Report(scores).to_json()


def headlines(report: bytes) -> dict[str, Any]:
    layers = json.loads(report)["layers"]
    return {layer: found["metrics"] for layer, found in layers.items()}


def test_a_folder_has_the_counts_of_the_file_it_was_cut_from(folder: Path) -> None:
    single = score_files(folder / "predicted.jsonl", folder / "gold.jsonl", resamples=200)
    whole = report_of(folder)
    assert headlines(whole) == headlines(Report(single).to_json())
    assert json.loads(whole)["data"]["documents"] == DOCUMENTS


def test_an_engine_here_and_several_processes_give_the_same_bytes(
    folder: Path, small_stretches: None
) -> None:
    whole = report_of(folder)
    assert report_of(folder, InProcess()) == whole
    assert report_of(folder, workers=2) == whole


class Killer:
    """Kills the worker that holds most results once some items are done."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.pids = client.run(os.getpid)
        self.killed: int | None = None
        self.left = 0

    def __call__(self, number: int) -> None:
        if self.killed is not None or number < 3:
            return
        held = {address: len(keys) for address, keys in self.client.has_what().items()}
        address = max(held, key=held.__getitem__)
        assert held[address] > 0
        self.left = sum(not future.done() for future in self.client.futures.values())
        self.killed = self.pids[address]
        os.kill(self.killed, signal.SIGKILL)


@pytest.fixture
def cluster() -> Iterator[Any]:
    """Two worker processes, the engine on them, and what will kill one."""
    pytest.importorskip("distributed", reason="needs the extra `scale`")
    with open_engine("local:2") as engine:
        engine.client.wait_for_workers(2, timeout=60)
        killer = Killer(engine.client)
        assert len(set(killer.pids.values())) == 2
        engine.watch = killer
        yield engine, killer


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_midway_gives_the_same_bytes(
    folder: Path, cluster: Any, small_stretches: None
) -> None:
    whole = report_of(folder)
    engine, killer = cluster
    assert report_of(folder, engine) == whole
    assert killer.killed is not None
    assert killer.left > 0
    assert not is_alive(killer.killed)


@pytest.mark.slow
def test_a_run_that_loses_a_worker_midway_writes_the_same_files(
    folder: Path, cluster: Any, small_stretches: None, tmp_path: Path
) -> None:
    engine, killer = cluster
    run_files("nothing", folder / "gold", tmp_path / "here")
    done = run_files("nothing", folder / "gold", tmp_path / "cluster", engine=engine)
    assert done.documents == DOCUMENTS
    assert done.parts == DOCUMENTS // 10
    assert killer.killed is not None
    parts = [sorted((tmp_path / where).glob("part-*.jsonl")) for where in ("here", "cluster")]
    assert [p.name for p in parts[0]] == [p.name for p in parts[1]]
    assert [p.read_bytes() for p in parts[0]] == [p.read_bytes() for p in parts[1]]


@pytest.mark.slow
def test_the_command_has_a_cluster_do_the_work(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="needs the extra `scale`")
    arguments = ["score", str(folder / "predicted"), "--gold", str(folder / "gold"),
                 "--resamples", "100", "--level", "headline"]  # fmt: skip
    found = []
    for more in ([], ["--cluster", "local:2"]):
        done = CliRunner().invoke(cli, [*arguments, "--json", str(tmp_path / "x"), *more])
        assert done.exit_code == 0, done.output
        found.append((tmp_path / "x").read_bytes())
    assert found[0] == found[1]


@pytest.mark.parametrize("shape", [(1, 2), (2, 3), (4, 16), (1_000, 16)], ids=str)
def test_sums_keep_the_order_of_the_items_in_any_shape(
    shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed", reason="needs the extra `scale`")
    from dask.distributed import Client

    for name, value in zip(("WAVE", "FAN_IN"), shape, strict=True):
        monkeypatch.setattr(engines, name, value)
    with Client(processes=False, n_workers=1, dashboard_address=None) as client:
        engine = engines.DaskEngine(client)
        for size in (0, 1, 2, 17):
            letters = [chr(97 + n) for n in range(size)]
            assert engine.total(str.upper, letters, "".join) == (
                InProcess().total(str.upper, letters, "".join)
            )
            assert engine.each(str.upper, letters) == [x.upper() for x in letters]


def test_more_files_than_are_kept_open_are_read(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream_index, "MOST_OPEN", 2)
    whole = report_of(folder)
    monkeypatch.undo()
    assert report_of(folder) == whole


def test_what_was_run_on_files_scores_as_what_was_run_on_the_corpus(
    mini: Path, tmp_path: Path
) -> None:
    """Sources of the mini corpus, two files; rules on them, then gold lines against the parts."""
    corpus = load_corpus(mini)
    (tmp_path / "texts").mkdir()
    (tmp_path / "gold").mkdir()
    for number, doc_id in enumerate(corpus.gold):
        source = corpus.source(doc_id)
        line = {"doc_id": doc_id, "story_id": source.story_id, "text": source.text,
                "published": source.published, "extra": 1,
                "issues": [{"id": i.id, "story": i.story, "proposition": i.proposition,
                            "dimension": i.dimension} for i in source.issues]}  # fmt: skip
        with (tmp_path / "texts" / f"{number % 2}.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")
    run = CliRunner().invoke
    done = run(cli, ["run", "rules", "--sources", str(tmp_path / "texts"),
                     "--out", str(tmp_path / "parts")])  # fmt: skip
    assert done.exit_code == 0, done.output
    assert done.output.startswith("4 documents in 1 parts")
    done = run(cli, ["run", "rules", "--data", str(mini), "--out", str(tmp_path / "whole")])
    assert done.exit_code == 0, done.output
    parts = (tmp_path / "parts" / "part-00000.jsonl").read_bytes().splitlines()
    whole = (tmp_path / "whole" / "predictions.jsonl").read_bytes().splitlines()
    assert sorted(parts) == sorted(whole)
    manifest = json.loads((tmp_path / "parts" / "manifest.json").read_text("utf-8"))
    assert manifest["sources"]["documents"] == 4


def test_faults_in_a_folder_are_told_with_file_and_line(tmp_path: Path) -> None:
    gold, predicted = tmp_path / "gold", tmp_path / "predicted"
    for path in (gold, predicted):
        path.mkdir()
    for at in (0, 1):
        (gold / f"{at}.jsonl").write_text(
            f'\n{{"doc_id": "d{at}", "text": "ab", "entities": []}}\n'
        )
    (predicted / "a.jsonl").write_text('{"doc_id": "d0", "entities": []}\n')
    outside = '{"doc_id": "d1", "entities": [{"type": "GPE", "start": 0, "end": 9}]}'
    lines = ['{"doc_id": "d0"}', '{"doc_id": "d9", "entities": []}', outside, "{"]
    (predicted / "b.jsonl").write_text("\n".join(lines) + "\n")
    with pytest.raises(DataError) as raised:
        score_files(predicted, gold, resamples=100)
    told = {(Path(p.path).name, p.line, p.code) for p in raised.value.problems}
    assert told == {
        ("b.jsonl", 1, "duplicate-id"), ("b.jsonl", 2, "unknown-document"),
        ("b.jsonl", 3, "offset-past-end"), ("b.jsonl", 4, "json-truncated"),
    }  # fmt: skip
    assert any("stands on line 1 of a.jsonl too" in p.message for p in raised.value.problems)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"doc_id": "a", "text": 5}', "no-source"),
        ('{"doc_id": "a"}', "no-source"),
        ('{"text": "a"}', "missing-field"),
        ('{"doc_id": "ok", "text": "a"}', "duplicate-id"),
        ("", "file-empty"),
    ],
)
def test_faults_in_texts_are_told(line: str, told: str, tmp_path: Path) -> None:
    good = '{"doc_id": "ok", "text": "a"}\n' if line else ""
    (tmp_path / "texts.jsonl").write_text(good + line + "\n")
    with pytest.raises(DataError, match=told):
        run_files("nothing", tmp_path / "texts.jsonl", tmp_path / "out")
    assert not (tmp_path / "out" / "manifest.json").exists()


def test_misuse_is_told(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(ValueError, match="empty or new folder"):
        run_files("nothing", folder / "gold", tmp_path)
    with pytest.raises(ValueError, match="reads gold"):
        run_files("oracle", folder / "gold", tmp_path / "out")
    with pytest.raises(DataError, match=r"no \.jsonl file in it"):
        run_files("nothing", tmp_path, tmp_path / "out")
    for wrong in ("local", "local:0", "spark", "local:many"):
        with pytest.raises(ValueError, match="expected a cluster"), open_engine(wrong):
            pass
    run = CliRunner().invoke
    done = run(cli, ["run", "nothing", "--out", "x", "--sources", str(folder / "gold"),
                     "--data", str(folder)])  # fmt: skip
    assert done.exit_code == 2
    assert "give one" in done.output
    for arguments in (
        ["run", "nothing", "--out", "x", "--cluster", "local:2"],
        ["score", str(folder / "predicted.jsonl"), "--cluster", "local:2"],
    ):
        done = run(cli, arguments)
        assert done.exit_code == 2
        assert "--cluster goes with" in done.output
