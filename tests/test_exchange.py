"""All layers out to forms that people edit and back: nothing lost, and clear words for faults."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from pledgewire.cli import main
from pledgewire.corpus import Corpus
from pledgewire.exchange import FORMS, export_gold, read_form, write_form, write_imported
from pledgewire.exchange.brat_write import annotation_conf
from pledgewire.loading import find_data, load_corpus
from pledgewire.problems import DataError

MINI = Path(__file__).parent / "data" / "mini"


@pytest.fixture(scope="module")
def mini() -> Corpus:
    return load_corpus(MINI)


@pytest.mark.parametrize("form", FORMS)
def test_gold_of_the_benchmark_comes_back_as_it_was(form: str, tmp_path: Path) -> None:
    corpus = load_corpus(find_data(), "wire", "all")
    export_gold(form, corpus, tmp_path)
    back = {layers.doc_id: layers for layers in read_form(form, corpus, [tmp_path])}
    assert back == dict(corpus.gold)


def test_brat_holds_alternatives_and_characters_beyond_the_first_plane(
    mini: Corpus, tmp_path: Path
) -> None:
    export_gold("brat", mini, tmp_path)
    back = {layers.doc_id: layers for layers in read_form("brat", mini, [tmp_path])}
    for doc_id, gold in mini.gold.items():
        for layer in ("entities", "figures"):
            assert getattr(back[doc_id], layer) == getattr(gold, layer), (doc_id, layer)
        # ids of stances are given anew
        assert [
            (s.holder, s.issue_id, s.label, s.evidence, s.via) for s in back[doc_id].stances
        ] == [(s.holder, s.issue_id, s.label, s.evidence, s.via) for s in gold.stances]


def test_brat_files_are_what_brat_reads(mini: Corpus, tmp_path: Path) -> None:
    export_gold("brat", mini, tmp_path, ["ferry"])
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.*")) == [
        "annotation.conf",
        "ferry/bulletin.ann",
        "ferry/bulletin.txt",
        "ferry/report.ann",
        "ferry/report.txt",
    ]
    lines = (tmp_path / "ferry" / "bulletin.ann").read_text("utf-8").splitlines()
    assert "T1\tGPE 0 7\tNorland" in lines
    assert "N1\tReference T1 pledgewire:norland\tNorland" in lines
    assert "A1\tNominal T5" in lines
    assert "T9\tFIGURE_MONEY 70 95\tabout 5.5 million dollars" in lines
    assert (
        "#3\tAnnotatorNotes T9\tlow=5500000 high=5500000 unit=USD giver=norland receiver=marevia"
        in lines
    )
    assert "R1\tSame_as Arg1:T9 Arg2:T8" in lines
    for section in ("[entities]", "[relations]", "[events]", "[attributes]"):
        assert section in annotation_conf()


def test_a_stance_in_several_sentences_is_one_line(mini: Corpus, tmp_path: Path) -> None:
    gold = mini.gold["ferry/bulletin"]
    stance = msgspec.structs.replace(gold.stances[0], evidence=((159, 214), (36, 158)))
    changed = msgspec.structs.replace(gold, stances=(stance,))
    write_form("brat", mini, [changed], tmp_path)
    line = (tmp_path / "ferry" / "bulletin.ann").read_text("utf-8")
    assert "STANCE 36 158;159 214" in line
    (back,) = read_form("brat", mini, [tmp_path])
    assert back.stances[0].evidence == ((159, 214), (36, 158))


STANCE = "T1\tSTANCE 0 7\tNorland\nA1\tLabel T1 "
FAULTS = {
    "T1\tBOAT 0 7\tNorland": "T1: 'BOAT' is no type of ours",
    "T1\tGPE 0 7\tNowhere": "reads 'Norland'",
    "T1\tGPE 0 9999\tNorland": "9999",
    "T1\tFIGURE_MONEY 0 7\tNorland\n#1\tAnnotatorNotes T1\tlow=many": "low has no value",
    "T1\tGPE 0 7\tNorland\n#1\tAnnotatorNotes T1\tcolour=red": "cannot read 'colour=red'",
    'T1\tSTANCE 0 7\tNorland\n#1\tAnnotatorNotes T1\tholder="x': "holder has no value",
    STANCE + "support": "holder",
    STANCE + "likes\n#1\tAnnotatorNotes T1\tholder=x issue_id=y": "likes",
    "T1\tGPE 0 7\tNorland\nA1\tStatus T1 committed": "says nothing of ours",
    "R1\tSame_as Arg1:T1 Arg2:T2": "says nothing of ours",
    "so it is": "no line of brat's format",
    STANCE + "support\n#1\tAnnotatorNotes T1\tholder=x issue_id=y evidence=[[1,2]]": (
        "orders other pieces"
    ),
}


@pytest.mark.parametrize("written", FAULTS)
def test_faults_in_brat_files_are_told(written: str, mini: Corpus, tmp_path: Path) -> None:
    path = tmp_path / "ferry" / "bulletin.ann"
    path.parent.mkdir()
    path.write_text(written + "\n", "utf-8")
    with pytest.raises(DataError) as raised:
        read_form("brat", mini, [path])
    assert FAULTS[written] in str(raised.value)
    assert all(problem.line for problem in raised.value.problems)


def test_files_that_are_not_there(mini: Corpus, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no \.ann file in it"):
        read_form("brat", mini, [tmp_path])
    (tmp_path / "canal.ann").write_text("", "utf-8")
    with pytest.raises(DataError, match="unknown-document"):
        read_form("brat", mini, [tmp_path])
    with pytest.raises(ValueError, match="expected a form"):
        read_form("word", mini, [tmp_path])
    with pytest.raises(ValueError, match="expected a story, got 'canal'"):
        export_gold("brat", mini, tmp_path, ["canal"])


def test_what_was_exported_scores_1_when_it_is_imported(tmp_path: Path) -> None:
    run = CliRunner().invoke
    folder, file = str(tmp_path / "brat"), str(tmp_path / "annotated.jsonl")
    assert run(main, ["export", "brat", "--out", folder, "--data", str(MINI)]).exit_code == 0
    assert run(main, ["import", "brat", folder, "--out", file, "--data", str(MINI)]).exit_code == 0
    done = run(main, ["score", file, "--data", str(MINI), "--json", "-", "--layers",
                      "entities,figures,stances"])  # fmt: skip
    assert done.exit_code == 0, done.output
    layers = json.loads(done.output)["layers"]
    assert {name: found["f1"] for name, found in layers.items() if found} == {
        "entities": 1, "figures": 1, "stances": 1,
    }  # fmt: skip


def test_gold_that_was_imported_is_the_gold_exported(mini: Corpus, tmp_path: Path) -> None:
    export_gold("brat", mini, tmp_path / "brat")
    documents = read_form("brat", mini, [tmp_path / "brat"])
    told = write_imported(documents, tmp_path / "gold", as_gold=True)
    assert told.startswith("4 documents of 2 stories")
    for name in ("mentions", "figures"):
        file = Path("dyke") / f"{name}.jsonl"
        rows = [json.loads(x) for x in (tmp_path / "gold" / file).read_text("utf-8").splitlines()]
        original = MINI / "annotations" / "wire" / file
        assert rows == [json.loads(x) for x in original.read_text("utf-8").splitlines()]
    assert "1 alternatives left out" in write_imported(documents, tmp_path / "p", as_gold=False)
