"""Other formats to ours: what is read, what is refused with which words, and that scores agree."""

from __future__ import annotations

import json
import random
import re
import shutil
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from seqeval.metrics import f1_score
from seqeval.metrics.sequence_labeling import get_entities
from seqeval.scheme import BILOU, IOB2, IOBES, Entities

import pledgewire
from pledgewire.checks import CHECKS, check_data
from pledgewire.cli import main
from pledgewire.convert import convert_files
from pledgewire.convert.brat import BratFile, BratOptions, read_brat
from pledgewire.convert.conll import ConllOptions, detect_scheme, find_runs, read_conll
from pledgewire.convert.foreign import Content, ForeignDocument, Reading
from pledgewire.convert.labels import map_labels, parse_map
from pledgewire.convert.spacy import read_spacy
from pledgewire.corpus import Corpus
from pledgewire.extract import make_extractor
from pledgewire.loading import load_corpus
from pledgewire.problems import DataError, Problem
from pledgewire.records import OWN, Layers, Mention
from pledgewire.run import run_extractor

MINI = Path(__file__).parent / "data" / "mini"
TYPES = (
    "is none of PERSON, ORG, GPE, LOC, NORP, PROGRAMME, EQUIPMENT, EVENT, LAW; say which it is, "
    "e.g. --map {}, or leave out all such labels with --map '*=drop'"
)


def surfaces(document: ForeignDocument) -> list[tuple[str, str]]:
    return [(m.label, document.text[m.start : m.end]) for m in document.mentions]


def messages(problems: list[Problem]) -> list[str]:
    return [str(problem) for problem in problems]


# conll


def conll(text: str, **options) -> tuple[Reading, list[Problem]]:
    problems: list[Problem] = []
    return read_conll([Content("a.txt", text)], ConllOptions(**options), problems), problems


COLUMNS = """-DOCSTART- -X- O O

Ana NNP I-NP I-PER
Berg NNP I-NP I-PER
saw VB O O
Norland NNP I-NP I-LOC
Sudmark NNP I-NP B-LOC

It PRP O O

-DOCSTART- -X- O O

Tide NN O I-ORG
"""


def test_columns_are_read_with_text_built_of_tokens() -> None:
    reading, problems = conll(COLUMNS)
    assert problems == []
    first, second = reading.documents
    assert (first.name, first.text) == ("doc-00001", "Ana Berg saw Norland Sudmark\nIt\n")
    assert surfaces(first) == [("PER", "Ana Berg"), ("LOC", "Norland"), ("LOC", "Sudmark")]
    assert (second.name, second.text) == ("doc-00002", "Tide\n")
    assert surfaces(second) == [("ORG", "Tide")]
    assert reading.notes == ("tags are read as IOB1; a document begins at each -DOCSTART-",)


@pytest.mark.parametrize(
    ("documents", "texts"),
    [("file", ["Ana Berg saw Norland Sudmark\nIt\nTide\n"]),
     ("sentence", ["Ana Berg saw Norland Sudmark\n", "It\n", "Tide\n"])],
)  # fmt: skip
def test_documents_may_be_files_or_sentences(documents: str, texts: list[str]) -> None:
    reading, _ = conll(COLUMNS, documents=documents)
    assert [document.text for document in reading.documents] == texts


def test_documents_are_numbered_through_all_files_and_empty_ones_keep_their_number() -> None:
    problems: list[Problem] = []
    files = [Content("a", "x O\n"), Content("b", "-DOCSTART- O\n\n-DOCSTART- O\n\ny O\n")]
    reading = read_conll(files, ConllOptions(), problems)
    assert [(d.name, d.text) for d in reading.documents] == [
        ("doc-00001", "x\n"),
        ("doc-00003", "y\n"),
    ]
    assert reading.notes[1:] == ("1 document without tokens left out",)


def test_only_blanks_and_tabs_part_columns_and_only_line_feeds_part_lines() -> None:
    reading, problems = conll("10\u00a0000\tB-ORG\r\nNew York\tB-GPE\r\na\u2028b O\r\n")
    assert problems == []
    assert reading.documents[0].text == "10\u00a0000 New York a\u2028b\n"
    assert surfaces(reading.documents[0]) == [("ORG", "10\u00a0000"), ("GPE", "New York")]


def test_a_hash_is_a_token_if_it_has_a_tag_and_a_comment_if_not() -> None:
    reading, problems = conll("# id 7\n# O\nAna B-PER\n")
    assert problems == []
    assert reading.documents[0].text == "# Ana\n"
    assert reading.notes[1] == "1 line of comment passed over"


def test_column_of_tags_can_be_chosen() -> None:
    for column in (2, -2):
        reading, _ = conll("Ana B-PER O\n", column=column)
        assert surfaces(reading.documents[0]) == [("PER", "Ana")]
    for column in (0, 1):
        with pytest.raises(ValueError, match="expected a column of tags, got"):
            conll("Ana O\n", column=column)


@pytest.mark.parametrize(
    ("tags", "scheme"),
    [
        ("B-A I-A O B-B", "iob2"),
        ("I-A I-A B-A O I-B", "iob1"),
        ("B-A E-A S-B", "bioes"),
        ("B-A L-A U-B", "bioes"),
        ("O O", "iob2"),
        # An I that begins beside a B that does, too: no scheme allows both, so IOB2 with a fault.
        ("I-A O B-A", "iob2"),
    ],
)
def test_scheme_is_told_from_the_tags(tags: str, scheme: str) -> None:
    assert detect_scheme([tags.split()]) == scheme


SEQUENCE = (
    "mend the tags, or choose: --illegal drop leaves such tags out (seqeval's strict mode), "
    "--illegal keep makes a mention of them (conlleval)"
)
CONLL_FAULTS = {
    "Ana B-PER\nBerg\n": [
        "a.txt:2: column-missing: 1 column, no tag in column -1; write a token and a tag, parted "
        "by a blank or tab; see --column"
    ],
    "Ana B-PER\nBerg person\nsaw o\nit o\n": [
        "a.txt:2: tag-invalid: 'person' (1 line) is no tag of IOB2; write O or PREFIX-LABEL with "
        "a prefix of B, I; see --column and --scheme",
        "a.txt:3: tag-invalid: 'o' (2 lines) is no tag of IOB2; write O or PREFIX-LABEL with "
        "a prefix of B, I; see --column and --scheme",
    ],
    "Ana B-PER\nsaw O\nBerg I-PER\n\nit I-ORG\n": [
        "a.txt:3: tag-sequence: 'I-PER' continues no mention: 'O' stands before it; " + SEQUENCE,
        "a.txt:5: tag-sequence: 'I-ORG' continues no mention: nothing stands before it; "
        + SEQUENCE,
    ],
    "Ana B-PER\nBerg I-PER\nsaw O\nit S-ORG\n": [
        "a.txt:1: tag-sequence: 'B-PER' begins a mention that no tag ends; " + SEQUENCE
    ],
    "\n# nothing\n": ["a.txt: file-empty: the file holds no token; check it"],
}


@pytest.mark.parametrize("text", CONLL_FAULTS)
def test_faults_of_columns(text: str) -> None:
    _, problems = conll(text)
    assert messages(problems) == CONLL_FAULTS[text]


def test_tag_of_another_scheme_than_the_one_asked_for_is_refused() -> None:
    _, problems = conll("Ana S-PER\n", scheme="iob2")
    assert [problem.code for problem in problems] == ["tag-invalid"]


TAGS = st.lists(st.sampled_from(["O", "B-A", "I-A", "B-B", "I-B"]), max_size=9)


def by_seqeval(tags: list[str], scheme: type) -> set[tuple[str, int, int]]:
    return {(e.tag, e.start, e.end) for e in Entities([tags], scheme).entities[0]}


def allowed(tags: list[str], scheme: str) -> set[tuple[str, int, int]]:
    return {(r.label, r.start, r.end) for r in find_runs(tags, scheme) if not r.fault}


@given(TAGS)
def test_legal_runs_are_those_of_seqevals_strict_mode(tags: list[str]) -> None:
    assert allowed(tags, "iob2") == by_seqeval(tags, IOB2)


@given(st.lists(st.sampled_from(["O", *(f"{p}-{x}" for p in "BIES" for x in "AB")]), max_size=9))
def test_legal_runs_of_bioes_and_bilou_are_those_of_seqevals_strict_mode(tags: list[str]) -> None:
    assert allowed(tags, "bioes") == by_seqeval(tags, IOBES)
    bilou = [tag.replace("E-", "L-").replace("S-", "U-") for tag in tags]
    assert allowed(bilou, "bioes") == by_seqeval(bilou, BILOU)


@given(TAGS)
def test_all_runs_are_those_of_conlleval(tags: list[str]) -> None:
    lenient = {(label, start, last + 1) for label, start, last in get_entities(tags)}
    for scheme in ("iob1", "iob2"):
        assert {(r.label, r.start, r.end) for r in find_runs(tags, scheme)} == lenient
    assert not [run for run in find_runs(tags, "iob1") if run.fault]


# brat


def brat(text: str, annotations: str, **options) -> tuple[Reading, list[Problem]]:
    problems: list[Problem] = []
    files = [BratFile("a", "a.ann", text, annotations)]
    return read_brat(files, BratOptions(**options), problems), problems


FERRY = "Ana Berg saw\nNorland and 🚢 Sudmark ports.\n"


def test_text_bound_lines_are_read_and_others_told() -> None:
    lines = (
        "T1\tPER 0 8\tAna Berg\r\nE1\tSee:T1\nR1\tIn Arg1:T1 Arg2:T2\nA1\tSure E1\n"
        "T2\tLOC 27 34\tSudmark\nN1\tReference T1 Wikipedia:1\tAna\n*\tEquiv T1 T2\n"
        "#1\tAnnotatorNotes T1\tok\n#2\tAnnotatorNotes T2\tok\n\n"
    )
    reading, problems = brat(FERRY, lines)
    assert problems == []
    assert surfaces(reading.documents[0]) == [("PER", "Ana Berg"), ("LOC", "Sudmark")]
    assert reading.notes == (
        "lines not used: 1 attribute, 1 equivalence, 1 event, 1 normalisation, 2 notes, 1 relation",
    )


def test_pieces_that_only_a_line_break_parts_are_one_mention() -> None:
    reading, problems = brat(FERRY, "T1\tLAW 9 12;13 20\tsaw Norland\n")
    assert problems == []
    assert surfaces(reading.documents[0]) == [("LAW", "saw\nNorland")]


def test_mention_in_pieces_is_refused_until_the_user_chooses() -> None:
    lines = "T1\tLOC 0 3\tAna\nT2\tLOC 13 20;35 40\tNorland ports\n"
    _, problems = brat(FERRY, lines)
    assert messages(problems) == [
        "a.ann:2: discontinuous: T2: 'Norland ports' is in pieces (13 20;35 40), and a mention is "
        "one span; choose: --discontinuous hull takes all from the first to the last piece, "
        "--discontinuous drop leaves such mentions out"
    ]
    reading, problems = brat(FERRY, lines, discontinuous="hull")
    assert problems == []
    assert surfaces(reading.documents[0])[1] == ("LOC", "Norland and 🚢 Sudmark ports")
    assert reading.notes == ("1 discontinuous mention kept from first to last piece",)
    reading, problems = brat(FERRY, lines, discontinuous="drop")
    assert (surfaces(reading.documents[0]), problems) == ([("LOC", "Ana")], [])
    assert reading.notes == ("1 discontinuous mention dropped",)


BRAT_FAULTS = {
    "T1 PER 0 8 Ana Berg\n": [
        "a.ann:1: brat-line: 'T1 PER 0 8 Ana Berg' is no line of brat's format; write ID, tab, "
        "TYPE START END, tab, text"
    ],
    "T1\tPER 0 8\tAna Berg\nT1\tLOC 13 20\tNorland\n": [
        "a.ann:2: duplicate-id: T1: 'T1' stands on line 1 too; give each line an id of its own"
    ],
    "T1\tPER 0 8\tAna Berg\nT2\tLOC 14 20\tNorland\n": [
        "a.ann:2: text-mismatch: T2: 14:20 reads 'orland', text says 'Norland'; "
        "that text first stands at 13"
    ],
    "T1\tPER 0 88\tAna Berg\n": [
        "a.ann:1: offset-past-end: T1: 0:88 passes the end of the text at 42; "
        "count code points in the text as it is stored"
    ],
    "T1\tLOC 13 20;35 40\tNorland harbours\n": [
        "a.ann:1: text-mismatch: T1: reads 'Norland ports', text says 'Norland harbours'; "
        "mend the offsets or the text"
    ],
    "T1\tPER 0 8\tAna Berg\nT2\tLOC 28 35\tSudmark\n": [
        "a.ann:2: offset-unit: T2: 1 of 2 offsets are wrong as code points and right as UTF-16 "
        "units; count Unicode code points, as Python's str does, with the end not included"
    ],
}  # fmt: skip


@pytest.mark.parametrize("lines", BRAT_FAULTS)
def test_faults_of_stand_off(lines: str) -> None:
    _, problems = brat(FERRY, lines, discontinuous="hull")
    assert messages(problems) == BRAT_FAULTS[lines]


# spacy


def spacy(text: str, shown: str = "a.jsonl") -> tuple[Reading, list[Problem]]:
    problems: list[Problem] = []
    return read_spacy([Content(shown, text)], problems), problems


SPACY_FORMS = {
    "entities": '{"text": "Ana saw", "entities": [[0, 3, "PER"]]}',
    "pair": '["Ana saw", {"entities": [[0, 3, "PER"]]}]',
    "prodigy": '{"text": "Ana saw", "spans": [{"start": 0, "end": 3, "label": "PER", "id": 1}]}',
    "to_json": '{"text": "Ana saw", "ents": [{"start": 0, "end": 3, "label": "PER"}], "spans": {}}',
}


@pytest.mark.parametrize("form", SPACY_FORMS)
def test_every_form_of_a_record_is_read_by_line_and_in_a_list(form: str) -> None:
    record = SPACY_FORMS[form]
    for text, shown in ((f"{record}\n\n{record}\n", "a.jsonl"), (f"[{record},{record}]", "a.json")):
        reading, problems = spacy(text, shown)
        assert problems == []
        assert [d.name for d in reading.documents] == ["doc-00001", "doc-00002"]
        assert [surfaces(d) for d in reading.documents] == [[("PER", "Ana")]] * 2


def test_rejected_records_are_left_out_told_and_keep_their_number() -> None:
    rows = [
        '{"text": "a", "spans": [], "answer": "reject"}',
        '{"text": "b", "spans": [], "answer": "accept"}',
        '{"text": "c", "spans": [], "doc_id": "dyke/report"}',
    ]
    reading, problems = spacy("\n".join(rows))
    assert problems == []
    assert [(d.name, d.text) for d in reading.documents] == [
        ("doc-00002", "b"),
        ("dyke/report", "c"),
    ]
    assert reading.notes == ("1 record with the answer 'reject' left out",)


NO_RECORD = (
    "wrong-type: expected an object with a text and its spans; "
    'write {"text": ..., "entities": [[start, end, label]]}'
)
SPACY_FAULTS = {
    '{"text": "Ana"': [
        "a.jsonl:1: json-invalid: Input data was truncated; write one record a line, or name a "
        "file with a list of records .json"
    ],
    "null\n[1]\n": [f"a.jsonl:1: {NO_RECORD}", f"a.jsonl:2: {NO_RECORD}"],
    '\n{"entities": []}': [
        "a.jsonl:2: missing-field: text: a record needs it; write a string as 'text'"
    ],
    '{"text": 3, "entities": [], "doc_id": 4}': [
        "a.jsonl:1: wrong-type: text: expected a string; write a string as 'text'",
        "a.jsonl:1: wrong-type: doc_id: expected a string; write a string as 'doc_id'",
    ],
    '{"text": "Ana"}': [
        "a.jsonl:1: spans: no list of spans; give one list, as one of entities, ents, spans; an "
        "empty one if there is nothing"
    ],
    '{"text": "Ana", "entities": [], "spans": []}': [
        "a.jsonl:1: spans: entities and spans hold spans; give one list, as one of entities, "
        "ents, spans; an empty one if there is nothing"
    ],
    '{"text": "Ana", "entities": [[0, 3], [0, 3.5, "PER"], {"start": 0, "end": 3}]}': [
        "a.jsonl:1: wrong-type: entities[0]: expected start, end and label; "
        "write [start, end, label]",
        "a.jsonl:1: wrong-type: entities[1]: expected start, end and label; "
        "write [start, end, label]",
        "a.jsonl:1: wrong-type: entities[2]: expected start, end and label; "
        'write {"start": ..., "end": ..., "label": ...}',
    ],
    '{"text": "Ana", "entities": [[1, 1, "PER"], [0, 4, "PER"]]}': [
        "a.jsonl:1: offset-reversed: entities[0]: the end 1 is not after the start 1; give the "
        "end as the offset after the last character",
        "a.jsonl:1: offset-past-end: entities[1]: 0:4 passes the end of the text at 3; count "
        "code points in the text as it is stored",
    ],
    "\n": ["a.jsonl: file-empty: the file holds no record; check it"],
}


@pytest.mark.parametrize("text", SPACY_FAULTS)
def test_faults_of_records(text: str) -> None:
    _, problems = spacy(text)
    assert messages(problems) == SPACY_FAULTS[text]


def test_faults_in_a_list_are_told_by_index() -> None:
    _, problems = spacy(
        '[{"text": "a", "ents": []}, {"text": "a", "ents": [[0, 2, "X"]]}]', "a.json"
    )
    assert messages(problems) == [
        "a.json: offset-past-end: [1].ents[0]: 0:2 passes the end of the text at 1; count code "
        "points in the text as it is stored"
    ]


# labels

LABELLED = "Ana B-PER\nTide B-MISC\nand O\nit B-MISC\nNorland B-GPE\n"


def mapped(*mapping: str) -> tuple[list[str], list[str], list[str]]:
    reading, problems = conll(LABELLED)
    documents, notes = map_labels(reading.documents, parse_map(mapping), problems)
    return [m.label for d in documents for m in d.mentions], notes, messages(problems)


def test_labels_are_mapped_dropped_and_told() -> None:
    assert mapped("PER=PERSON, MISC=NORP")[0] == ["PERSON", "NORP", "NORP", "GPE"]
    labels, notes, problems = mapped("PER=PERSON", "*=drop,LOK=LOC")
    assert (labels, problems) == (["PERSON", "GPE"], [])
    assert notes == [
        "2 mentions dropped by the mapping: 2 MISC",
        "mapped, but not in the input: LOK",
    ]
    assert mapped("PER=PERSON,MISC=NORP,GPE=drop")[0] == ["PERSON", "NORP", "NORP"]
    assert mapped("*=EVENT")[0] == ["EVENT", "EVENT", "EVENT", "GPE"]


def test_unmapped_labels_are_told_once_each_with_a_way_out() -> None:
    assert mapped()[2] == [
        "a.txt:1: unknown-label: 'PER' (1 mention) " + TYPES.format("PER=PERSON"),
        "a.txt:2: unknown-label: 'MISC' (2 mentions) " + TYPES.format("MISC=TYPE"),
    ]


@pytest.mark.parametrize("item", ["PER", "PER=PERSONS", "=ORG", "PER=PERSON,", "A=ORG,A=GPE"])
def test_faulty_mapping_says_what_is_expected(item: str) -> None:
    with pytest.raises(ValueError, match=r"expected .* in --map, got"):
        parse_map([item])


# whole conversions


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
    return path


def oracle(data: Path) -> list[Layers]:
    found = run_extractor("oracle", make_extractor("oracle"), load_corpus(data)).records()
    return [msgspec.structs.replace(r, figures=None, stances=None) for r in found
            if isinstance(r, Layers)]  # fmt: skip


def mini_as_conll(corpus: Corpus) -> str:
    """Write the mentions that are in no other one as IOB2, one text after another."""
    lines = []
    for doc_id, text in corpus.texts.items():
        lines.append("-DOCSTART- O\n")
        spans = {(m.start, m.end): m.type for m in corpus.gold[doc_id].entities}
        outer = {
            (start, end): label
            for (start, end), label in spans.items()
            if not any(s <= start and end <= e and (s, e) != (start, end) for s, e in spans)
        }
        for row in re.finditer(r".+", text):
            for token in re.finditer(r"\w+|[^\w\s]", row[0]):
                at = row.start() + token.start()
                tag = "O"
                for (start, end), label in outer.items():
                    if start <= at < end:
                        tag = f"{'B' if at == start else 'I'}-{label}"
                lines.append(f"{token[0]} {tag}")
            lines.append("")
    return "\n".join(lines) + "\n"


def test_round_trip_of_a_corpus_scores_1_against_itself(tmp_path: Path) -> None:
    corpus = load_corpus(MINI)
    source = write(tmp_path / "mini.conll", mini_as_conll(corpus))
    convert_files("conll", [source], tmp_path / "gold", as_gold=True)
    convert_files("conll", [source], tmp_path, as_gold=False)
    converted = load_corpus(tmp_path / "gold")
    # 17 mentions; Norland in "Norland government" cannot be told in columns.
    assert sum(len(g.entities) for g in converted.gold.values()) == 17 - 1
    surfaces_of = [{"".join(m.text.split()) for m in g.entities} for g in converted.gold.values()]
    assert surfaces_of == [
        {"".join(m.text.split()) for m in g.entities} for g in corpus.gold.values()
    ]
    assert check_data(tmp_path / "gold").startswith("fine: 4 documents, 4 with gold")
    for prediction in (oracle(tmp_path / "gold"), tmp_path / "predictions.jsonl"):
        report = pledgewire.score(prediction, data=tmp_path / "gold", resamples=100)
        assert report.f1("entities") == 1.0
        assert report.scores.layers["entities"].counts.gold == 16
        assert len(report.scores.stories) == 4
        assert report.f1("figures") is None


@pytest.mark.parametrize("seed", range(8))
def test_strict_f1_is_that_of_seqeval(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    tags = ["O", "O", "B-ORG", "I-ORG", "B-GPE", "I-GPE"]
    words = ["a", "Ana", "Norland", "🚢", "é"]
    sides: dict[str, list[list[str]]] = {"gold": [], "predicted": []}
    lines: dict[str, list[str]] = {"gold": [], "predicted": []}
    for number in range(40):
        length = rng.randint(1, 9)
        sentence = [rng.choice(words) for _ in range(length)]
        gold = rng.choices(tags, k=length)
        # A prediction is gold with a third of its tags changed, so that hits are many.
        predicted = [rng.choice(tags) if rng.random() < 1 / 3 else tag for tag in gold]
        for side, row in (("gold", gold), ("predicted", predicted)):
            sides[side].append(row)
            if number % 5 == 0:
                lines[side].append("-DOCSTART- O\n")
            lines[side] += [*(f"{w} {t}" for w, t in zip(sentence, row, strict=True)), ""]
    for side, rows in lines.items():
        convert_files(
            "conll",
            [write(tmp_path / f"{side}.txt", "\n".join(rows))],
            tmp_path / side,
            as_gold=side == "gold",
            illegal="drop",
        )
    report = pledgewire.score(
        tmp_path / "predicted" / "predictions.jsonl", data=tmp_path / "gold", resamples=100
    )
    expected = f1_score(sides["gold"], sides["predicted"], mode="strict", scheme=IOB2)
    assert 0.2 < expected < 0.9
    assert report.f1("entities") == pytest.approx(expected, abs=1e-12)


def test_brat_folder_keeps_texts_as_they_are_and_stories_by_subfolder(tmp_path: Path) -> None:
    texts = {"dyke/one": "Ana\r\n\tBerg", "dyke/two": "", "Über uns": "\ufeffAna\n"}
    for name, text in texts.items():
        write(tmp_path / "in" / f"{name}.txt", text)
        write(tmp_path / "in" / f"{name}.ann", "")
    write(tmp_path / "in" / "dyke" / "one.ann", "T1\tPERSON 6 10\tBerg\n")
    write(tmp_path / "in" / "bare.txt", "x")
    told = convert_files("brat", [tmp_path / "in"], tmp_path / "out", as_gold=True)
    assert told.split("\n")[:2] == [
        f"3 documents, 1 mention: {tmp_path / 'out'}",
        "note: 1 text without .ann left out",
    ]
    corpus = load_corpus(tmp_path / "out")
    assert corpus.texts == {
        "dyke/one": texts["dyke/one"],
        "dyke/two": "",
        "Über uns/text": texts["Über uns"],
    }
    assert set(corpus.stories) == {"dyke", "Über uns"}
    assert corpus.gold["dyke/two"].entities == ()
    assert check_data(tmp_path / "out").startswith("fine: 3 documents, 3 with gold")


def test_gold_merges_mentions_that_a_mapping_makes_equal_and_predictions_keep_them(
    tmp_path: Path,
) -> None:
    source = write(
        tmp_path / "a.jsonl", '{"text": "Ana", "entities": [[0, 3, "PER"], [0, 3, "WHO"]]}'
    )
    mapping = ["*=PERSON"]
    told = convert_files("spacy", [source], tmp_path / "g", as_gold=True, mapping=mapping)
    assert "note: 1 mention merged with another of the same span and type" in told
    convert_files("spacy", [source], tmp_path / "p", as_gold=False, mapping=mapping)
    report = pledgewire.score(tmp_path / "p" / "predictions.jsonl", data=tmp_path / "g")
    # 1 of 2 predicted is right and finds the 1 of gold: P 1/2, R 1.
    assert report.f1("entities") == pytest.approx(2 * (1 / 2) * 1 / (1 / 2 + 1))
    assert report.scores.input.duplicates == 1


def test_entities_are_one_for_each_type_and_folded_text(tmp_path: Path) -> None:
    text = "Kyïv Kyiv Kyiv the Kyiv Kyiv"
    spans = [[0, 4, "GPE"], [5, 9, "GPE"], [10, 14, "GPE"], [15, 23, "GPE"], [24, 28, "ORG"]]
    source = write(
        tmp_path / "a.json", msgspec.json.encode({"text": text, "entities": spans}).decode()
    )
    convert_files(
        "spacy", [source], tmp_path / "g", as_gold=True, story="s", split="dev", published="2003-05"
    )
    corpus = load_corpus(tmp_path / "g", split="dev")
    assert {e.entity_id: (e.name, e.aliases) for e in corpus.entities.values()} == {
        "gpe:kyiv": ("Kyiv", ("Kyïv", "the Kyiv")),
        "org:kyiv": ("Kyiv", ()),
    }
    document = corpus.documents["s/doc-00001"]
    assert (document.voice, document.published) == (None, "2003-05")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../x", "document-name: '../x' cannot be a document's name"),
        ("a/b/c", "document-name: 'a/b/c' cannot be a document's name"),
        ("a#b", "document-name: 'a#b' cannot be a document's name"),
        ("", "document-name: '' cannot be a document's name"),
        ("doc-00001", "duplicate-id: 'doc-00001/text' is the id of {}:1 too"),
    ],
)
def test_names_that_cannot_be_ids_are_refused(name: str, message: str, tmp_path: Path) -> None:
    rows = [{"text": "a", "ents": []}, {"text": "b", "ents": [], "doc_id": name}]
    source = write(
        tmp_path / "a.jsonl", "\n".join(msgspec.json.encode(row).decode() for row in rows)
    )
    with pytest.raises(DataError) as raised:
        convert_files("spacy", [source], tmp_path / "out", as_gold=True)
    assert str(raised.value).startswith(f"{source}:2: {message.format(source)}; ")
    assert not (tmp_path / "out").exists()


def test_folder_that_holds_files_is_never_written_into(tmp_path: Path) -> None:
    source = write(tmp_path / "a.txt", "Ana O\n")
    with pytest.raises(ValueError, match="expected a new or empty folder in --out, got"):
        convert_files("conll", [source], tmp_path, as_gold=True)
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        ("xml", {}, "expected a format, got 'xml', allowed: conll, brat, spacy"),
        ("brat", {"scheme": "iob2"}, "expected options of brat, got --scheme, allowed: --disc"),
        ("spacy", {"column": 2}, "expected options of spacy, got --column, allowed: none"),
        ("conll", {"story": "a/b"}, "expected a folder's name in --story, got 'a/b'"),
        ("conll", {"published": "May"}, "expected an EDTF date in --published, got 'May'"),
    ],
)
def test_wrong_options_say_what_is_allowed(
    kind: str, options: dict, message: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        convert_files(kind, [tmp_path / "a"], tmp_path / "out", as_gold=True, **options)


def test_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    missing, folder = tmp_path / "a.txt", tmp_path / "b"
    folder.mkdir()
    latin = tmp_path / "c.txt"
    latin.write_bytes("Kýiv O\n".encode("latin-1"))
    with pytest.raises(DataError) as raised:
        convert_files("conll", [missing, folder, latin], tmp_path / "out", as_gold=True)
    assert [problem.code for problem in raised.value.problems] == [
        "file-missing",
        "file-missing",
        "not-utf-8",
    ]
    with pytest.raises(DataError, match=r"b: file-missing: no \.ann file in it; check it"):
        convert_files("brat", [folder], tmp_path / "out", as_gold=True)
    with pytest.raises(DataError, match=r"x\.txt: file-missing: there is no such file"):
        convert_files("brat", [write(tmp_path / "x.ann", "")], tmp_path / "out", as_gold=True)
    source = write(tmp_path / "r.jsonl", '{"text": "a", "ents": [], "answer": "ignore"}')
    with pytest.raises(DataError, match="no-document: nothing is left; check the input"):
        convert_files("spacy", [source], tmp_path / "out", as_gold=True)


def mini_with_origins(target: Path, origins: list[str]) -> Path:
    shutil.copytree(MINI, target)
    path = target / "corpus" / "documents.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    changed = [row | {"origin": o} for row, o in zip(rows, origins, strict=True)]
    path.write_text("".join(json.dumps(row) + "\n" for row in changed), "utf-8")
    return target


def test_only_the_benchmarks_own_texts_must_be_as_its_design_demands(tmp_path: Path) -> None:
    assert check_data(mini_with_origins(tmp_path / "others", ["", "x", "y", "z"])) == (
        f"fine: 4 documents, 4 with gold, {len(CHECKS)} checks; 4 not of the benchmark: its "
        "demands on texts left out; press track not checked: no texts given"
    )
    with pytest.raises(DataError) as raised:
        check_data(mini_with_origins(tmp_path / "own", [OWN] * 4))
    assert {p.code for p in raised.value.problems} == {
        *("voices", "length", "unknown-fact"),
        *("untraced", "bare-alias"),  # the small gold obeys no guidelines
    }


def test_a_text_of_the_benchmark_cannot_lose_its_origin_unseen(tmp_path: Path) -> None:
    with pytest.raises(DataError) as raised:
        check_data(mini_with_origins(tmp_path / "data", [OWN, OWN, "", OWN]))
    found = [str(problem) for problem in raised.value.problems if problem.code == "origin"]
    assert found == [
        "corpus/documents.jsonl: origin: dyke/bulletin.origin: '' stands beside texts of the "
        f"benchmark; write {OWN!r}, or keep the document in a folder of other texts"
    ]


def test_command_line_says_what_it_made_and_ends_as_others_do(tmp_path: Path) -> None:
    source = write(tmp_path / "a.txt", "Ana B-PER\n")
    run = CliRunner().invoke
    arguments = ["convert", "conll", str(source), "--as", "predictions", "--out", str(tmp_path)]
    done = run(main, [*arguments, "--map", "PER=PERSON", "--story", "s"])
    assert done.exit_code == 0
    assert done.output == (
        f"1 document, 1 mention: {tmp_path / 'predictions.jsonl'}\n"
        "note: tags are read as IOB2; each file is one document\n"
    )
    line = Layers(
        doc_id="s/doc-00001",
        entities=(
            Mention(type="PERSON", id="m1", start=0, end=3, text="Ana", entity_id="person:ana"),
        ),
    )
    assert msgspec.json.decode((tmp_path / "predictions.jsonl").read_bytes(), type=Layers) == line
    failed = run(main, arguments)
    assert (failed.exit_code, failed.output.count("unknown-label")) == (1, 1)
    wrong = run(main, [*arguments, "--discontinuous", "hull"])
    assert wrong.exit_code == 2
    assert "expected options of conll, got --discontinuous, allowed: --scheme, " in wrong.output
