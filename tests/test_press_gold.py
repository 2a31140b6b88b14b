"""The press gold in the articles themselves, whole and damaged in ten ways."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from damage import DAMAGES, HARMLESS

import pledgewire
from pledgewire.cli import main
from pledgewire.corpus import Corpus
from pledgewire.extract import make_extractor
from pledgewire.loading import load_corpus
from pledgewire.records import LAYERS, Layers
from pledgewire.run import run_extractor
from pledgewire.standoff import read_standoff, rehydrate

ROOT = Path(__file__).resolve().parents[1]
DOC_IDS = [f"press/00{number}" for number in range(5)]


@pytest.fixture(scope="module")
def corpus(press: Path) -> Corpus:
    return load_corpus(ROOT, "press", "all", press)


def spans_of(layers: Layers) -> dict[tuple[str, str, int], tuple[int, int]]:
    """List every span of a document's gold by layer, id and number."""
    spans = {}
    for layer in ("entities", "figures"):
        for record in getattr(layers, layer):
            spans[layer, record.id, 0] = (record.start, record.end)
    for stance in layers.stances:
        for number, pair in enumerate(stance.evidence):
            spans["stances", stance.id, number] = tuple(pair)
    return spans


def test_every_article_is_found_and_every_annotation_placed(corpus: Corpus) -> None:
    assert sorted(corpus.gold) == DOC_IDS
    assert corpus.notes == ()


def test_gold_of_the_press_track_scores_1(press: Path, corpus: Corpus) -> None:
    run = run_extractor("oracle", make_extractor("oracle"), corpus)
    report = pledgewire.score(run.records(), track="press", press=press)
    assert [report.f1(layer) for layer in LAYERS] == [1.0, 1.0, 1.0, 1.0]


@pytest.mark.parametrize("name", DAMAGES)
@pytest.mark.parametrize("doc_id", DOC_IDS)
def test_damaged_copy(doc_id: str, name: str, corpus: Corpus) -> None:
    """What is placed is where the damage's own account says; what is intact is placed."""
    damaged = DAMAGES[name](corpus.texts[doc_id], 3)
    standoff = read_standoff(ROOT / "annotations", corpus.documents)[doc_id]
    layers, unplaced = rehydrate(standoff, damaged.text)
    old = spans_of(corpus.gold[doc_id])
    for layer in ("entities", "figures"):
        for record in getattr(layers, layer):
            expected = damaged.follow(*old[layer, record.id, 0])
            assert (record.start, record.end) == expected
            assert damaged.text[record.start : record.end] == record.text
    placed = sum(len(getattr(layers, layer)) for layer in ("entities", "figures", "stances"))
    gone = {(loss.layer, loss.id) for loss in unplaced if not loss.part}
    everything = sum(len(getattr(standoff, layer)) for layer in ("entities", "figures", "stances"))
    assert placed + len(gone) == everything
    if name in HARMLESS:
        assert gone == set()
    for layer, record_id in gone:
        follow = [damaged.follow(*old[key]) for key in old if key[:2] == (layer, record_id)]
        near = [
            damaged.is_whole(max(0, old[key][0] - 60), old[key][1] + 60)
            for key in old
            if key[:2] == (layer, record_id)
        ]
        assert None in follow or not all(near), "an annotation far from the damage was lost"


def test_hydrate_command_writes_a_folder_that_scores(
    press: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "press-data"
    with pytest.raises(SystemExit) as ended:
        main(["hydrate", "--from", str(press), "--out", str(out)])
    assert ended.value.code == 0
    assert capsys.readouterr().out.count("(identical)") == 5
    assert load_corpus(out, "press", "all").gold == load_corpus(ROOT, "press", "all", press).gold


def test_hydrate_command_says_what_is_missing(
    press: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = next(press.glob("000*.txt"))
    (tmp_path / "some name.html").write_bytes(first.read_bytes())
    with pytest.raises(SystemExit) as ended:
        main(["hydrate", "--from", str(tmp_path)])
    assert ended.value.code == 1
    assert capsys.readouterr().out.count("not found") == 4


def test_repository_holds_no_four_words_in_a_row_of_an_article(corpus: Corpus) -> None:
    """Names apart: a run counts if one of its words begins with a small letter."""
    held = []
    for folder in (ROOT / "annotations" / "press", *(ROOT / "annotations/passes").glob("*/press")):
        for path in folder.rglob("*.jsonl"):
            for line in path.read_text("utf-8").splitlines():
                held.append(json.dumps(json.loads(line), ensure_ascii=False))
    written = " ".join(re.findall(r"[^\W_]+", "\n".join(held)))
    for text in corpus.texts.values():
        words = re.findall(r"[^\W_]+", text)
        for at in range(len(words) - 3):
            run = words[at : at + 4]
            if any(word[0].islower() for word in run):
                assert f" {' '.join(run)} " not in written
