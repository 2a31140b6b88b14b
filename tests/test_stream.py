"""Scoring files of any size: the same scores as the ordinary path, whatever the order of lines."""

from __future__ import annotations

import hashlib
import json
import random
import re
import subprocess
import sys
from fractions import Fraction
from itertools import permutations
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pledgewire
from pledgewire.corpus import Corpus
from pledgewire.counts import Counts
from pledgewire.extract import make_extractor
from pledgewire.loading import load_corpus
from pledgewire.metrics.identity import (
    _reduce_matching,
    _solve_matching,
    count_identity,
    count_joined,
    join_members,
    merge_joined,
)
from pledgewire.metrics.stances import count_evidence
from pledgewire.metrics.tally import TallySum, sum_tallies
from pledgewire.normalise import fold_name
from pledgewire.problems import DataError
from pledgewire.records import LAYERS, Layers, Mention, Stance, StoryLayer
from pledgewire.render.report import Report
from pledgewire.resolve import GoldNames, fold_names
from pledgewire.run import run_extractor
from pledgewire.scoring import HEADLINE
from pledgewire.spans import Span
from pledgewire.stream import MOST_SHOWN, GoldLine, ManyProblemsError, score_files
from pledgewire.stream_index import index_lines, read_ids
from pledgewire.stream_lines import GOLD_KINDS

ROOT = Path(__file__).resolve().parents[1]
MINI = ROOT / "tests" / "data" / "mini"
Row = dict[str, Any]


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_corpus(MINI)


@pytest.fixture
def gold_rows(corpus: Corpus) -> list[Row]:
    rows = []
    for story_id, layer in corpus.clusters.items():
        for doc_id in corpus.story_documents(story_id):
            layers = corpus.gold[doc_id]
            line = GoldLine(
                doc_id=doc_id,
                entities=layers.entities,
                figures=layers.figures,
                stances=layers.stances,
                text=corpus.texts[doc_id],
                story_id=story_id,
            )
            rows.append(plain(line))
        rows.append(plain(StoryLayer(story_id, layer.clusters)))
    return rows


def plain(record: Any) -> Row:
    return json.loads(msgspec.json.encode(record))


def predict(name: str, corpus: Corpus) -> list[Row]:
    return list(map(plain, run_extractor(name, make_extractor(name), corpus).records()))


def mangle(rows: list[Row], seed: int) -> list[Row]:
    """Do to gold what systems do: shift, retype, invent, repeat, leave out, take offsets off."""
    rng = random.Random(seed)
    rows = json.loads(json.dumps(rows))
    for row in rows:
        for mention in row.get("entities", ()):
            fate = rng.random()
            if fate < 0.2:
                mention["type"] = "LOC"
            elif fate < 0.4:
                mention["end"] = max(mention["start"] + 1, mention["end"] - 1)
                del mention["text"]
            elif fate < 0.6:
                del mention["start"], mention["end"]
        if row.get("entities"):
            row["entities"] += [row["entities"][0] | {"id": "again"}]
            row["entities"] += [{"type": "ORG", "text": "Nowhere Bank", "id": "nowhere"}]
            del row["entities"][1]
        for figure in row.get("figures", ()):
            fate = rng.random()
            if fate < 0.2 and "low" in figure:
                figure["low"] = figure["high"] = figure["low"] * 10
            elif fate < 0.4 and "low" in figure:
                figure["value"] = figure["text"]
            figure.pop("giver" if rng.random() < 0.3 else "status", None)
        for stance in row.get("stances", ()):
            if rng.random() < 0.3:
                stance["label"] = {"denies": "affirms", "support": "oppose"}.get(
                    stance["label"], stance["label"]
                )
        for cluster in row.get("clusters", ()):
            cluster["relations"] = cluster.get("relations", [])[1:]
    return rows


def write(path: Path, rows: list[Row]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def without_names(report: dict[str, Any]) -> dict[str, Any]:
    return {key: part for key, part in report.items() if key not in ("system", "signature", "data")}


def systems(corpus: Corpus) -> dict[str, list[Row]]:
    gold = predict("oracle", corpus)
    return {
        "oracle": gold,
        "nothing": predict("nothing", corpus),
        "rules": predict("rules", corpus),
        "entities alone": [
            {key: row[key] for key in ("doc_id", "entities")} for row in gold if "doc_id" in row
        ],
        "a document missing": gold[1:2] + gold[3:],
        **{f"mangled {seed}": mangle(gold, seed) for seed in range(4)},
    }


@pytest.mark.parametrize("order", ["same", "shuffled"])
def test_scores_are_those_of_the_ordinary_path(
    corpus: Corpus, gold_rows: list[Row], tmp_path: Path, order: str
) -> None:
    for seed, (name, rows) in enumerate(systems(corpus).items()):
        rows = [row for row in rows if "doc_id" in row or name != "a document missing"]
        expected = pledgewire.score(rows, data=MINI).to_dict()
        golds = list(gold_rows)
        if order == "shuffled":
            random.Random(seed).shuffle(rows)
            random.Random(seed + 1).shuffle(golds)
        gold = write(tmp_path / "gold.jsonl", golds)
        scores = score_files(write(tmp_path / "predicted.jsonl", rows), gold)
        assert without_names(Report(scores).to_dict()) == without_names(expected), name


def test_report_has_the_table_and_the_hash_of_the_gold_file(
    corpus: Corpus, gold_rows: list[Row], tmp_path: Path
) -> None:
    gold = write(tmp_path / "gold.jsonl", gold_rows)
    report = Report(score_files(write(tmp_path / "mine.jsonl", predict("oracle", corpus)), gold))
    digest = hashlib.sha256(gold.read_bytes()).hexdigest()
    assert report.to_dict()["data"] == {
        "version": digest,
        "sha256": digest,
        "track": "file",
        "split": "all",
        "documents": 4,
        "stories": 2,
    }
    assert str(report).startswith("mine: track file, split all, 4 documents, ")
    assert f"sha256:{digest[:12]}|track:file" in report.scores.signature


@pytest.mark.parametrize("level", ["headline", "modes"])
def test_lower_levels_have_the_same_headlines_and_nothing_that_all_has_not(
    corpus: Corpus, gold_rows: list[Row], tmp_path: Path, level: str
) -> None:
    gold = write(tmp_path / "gold.jsonl", gold_rows)
    predicted = write(tmp_path / "predicted.jsonl", mangle(predict("oracle", corpus), 0))
    whole, part = (score_files(predicted, gold, level=name) for name in ("all", level))
    assert part.overall == whole.overall
    assert part.overall_interval == whole.overall_interval
    assert (part.stories == whole.stories).all()
    for layer in LAYERS:
        few, all_details = part.layers[layer].details, whole.layers[layer].details
        assert few.items() <= all_details.items()
        if level == "headline":
            assert set(few) == {HEADLINE[layer]}
    identity = {"muc", "b3", "ceafm", "ceafe", "lea", "blanc_coref", "blanc_noncoref"}
    lacking = whole.layers["entities"].details.keys() - part.layers["entities"].details.keys()
    assert lacking >= identity


def test_workers_change_no_byte(corpus: Corpus, gold_rows: list[Row], tmp_path: Path) -> None:
    rows, golds = [], []
    for copy in range(200):  # 800 documents: more than one stretch
        for source, target in ((mangle(predict("oracle", corpus), copy), rows), (gold_rows, golds)):
            # Ids alone begin with the name of a story and go on with one of these.
            text = re.sub(r'"(ferry|dyke)(?=["/:])', rf'"\g<1>{copy}', json.dumps(source))
            target += json.loads(text)
    gold = write(tmp_path / "gold.jsonl", golds)
    predicted = write(tmp_path / "predicted.jsonl", rows)
    one, two = (
        Report(score_files(predicted, gold, workers=workers, resamples=100)).to_json()
        for workers in (1, 2)
    )
    assert one == two
    assert json.loads(one)["data"]["stories"] == 400


def test_documents_without_story_are_units_by_themselves(
    corpus: Corpus, gold_rows: list[Row], tmp_path: Path
) -> None:
    golds = [
        {key: part for key, part in row.items() if key != "story_id"}
        for row in gold_rows
        if "doc_id" in row
    ]
    rows = [row for row in mangle(predict("oracle", corpus), 1) if "doc_id" in row]
    gold = write(tmp_path / "gold.jsonl", golds)
    scores = score_files(write(tmp_path / "predicted.jsonl", rows), gold)
    assert scores.stories.shape == (4, 4, 4)
    assert scores.layers["crossdoc"] is None
    assert scores.overall is None
    assert "story:b3" not in scores.layers["entities"].details
    assert tuple(scores.stories[:, 0].sum(axis=0)) == scores.layers["entities"].counts


def test_without_text_offsets_are_checked_as_far_as_they_show(tmp_path: Path) -> None:
    mention = {"type": "GPE", "start": 3, "end": 9}
    gold = write(tmp_path / "gold.jsonl", [{"doc_id": "a", "entities": [mention]}])
    right = write(tmp_path / "right.jsonl", [{"doc_id": "a", "entities": [mention]}])
    assert score_files(right, gold).f1("entities") == 1.0
    bad = [mention | {"end": 3}, mention | {"start": -1}, {"type": "GPE", "text": "x"}]
    wrong = write(tmp_path / "wrong.jsonl", [{"doc_id": "a", "entities": bad}])
    with pytest.raises(DataError) as raised:
        score_files(wrong, gold)
    assert [(p.line, p.field, p.code) for p in raised.value.problems] == [
        (1, "entities[0]", "offset-reversed"),
        (1, "entities[1]", "offset-negative"),
        (1, "entities[2]", "no-text"),
    ]


def test_names_are_compared_as_ids_or_strings(tmp_path: Path) -> None:
    mention = {"type": "GPE", "id": "m1", "start": 0, "end": 7, "text": "Norland"}
    figure = {"kind": "money", "start": 8, "end": 9, "low": 5, "high": 5, "unit": "EUR"}
    golds = [
        {
            "doc_id": "a",
            "entities": [mention | {"entity_id": "norland"}],
            "figures": [figure | {"giver": "norland", "receiver": "the Port Board"}],
        }
    ]
    gold = write(tmp_path / "gold.jsonl", golds)
    for giver in ("norland", "Norland", "the Norland's", "m1", "own"):
        row = {
            "doc_id": "a",
            "entities": [mention | {"entity_id": "own"}],
            "figures": [figure | {"giver": giver, "receiver": "the Port Board"}],
        }
        details = score_files(write(tmp_path / "p.jsonl", [row]), gold).layers["figures"].details
        assert details["field:giver"] == details["field:receiver"] == Counts(1, 1, 1, 1), giver


def test_problems_of_both_files_are_told_with_their_lines(
    corpus: Corpus, gold_rows: list[Row], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = predict("oracle", corpus)
    rows[0]["entities"][0]["type"] = "COUNTRY"
    rows[1]["figures"][0]["end"] = 100_000
    rows[2]["entities"][0]["text"] = "Elsewhere"
    rows[3]["colour"] = "red"
    rows[5]["clusters"][0]["figures"][0] = f"{rows[0]['doc_id']}#f99"
    rows += [rows[2] | {"entities": []}]
    rows += [{"doc_id": "nowhere"}, {"story_id": "none", "clusters": []}]
    write(Path("predicted.jsonl"), rows)
    with open("predicted.jsonl", "a") as stream:
        stream.write('{"doc_id": \n["doc_id"]\n{"entities": []}\n')
    golds = json.loads(json.dumps(gold_rows))
    golds[0]["entities"][0]["start"] = -5
    golds[1]["entities"][1]["id"] = golds[1]["entities"][0]["id"]
    write(Path("gold.jsonl"), golds)
    with pytest.raises(ManyProblemsError) as raised:
        score_files("predicted.jsonl", "gold.jsonl")
    places = [(p.path, p.line, p.field, p.code) for p in raised.value.problems]
    assert places == sorted(places)
    assert places == [
        ("gold.jsonl", 1, "entities[0]", "offset-negative"),
        ("gold.jsonl", 2, "entities[1].id", "duplicate-id"),
        ("predicted.jsonl", 1, "entities[0].type", "unknown-value"),
        ("predicted.jsonl", 2, "figures[0]", "offset-past-end"),
        ("predicted.jsonl", 3, "entities[0]", "text-mismatch"),
        ("predicted.jsonl", 4, "colour", "unknown-field"),
        ("predicted.jsonl", 7, "doc_id", "duplicate-id"),
        ("predicted.jsonl", 8, "doc_id", "unknown-document"),
        ("predicted.jsonl", 9, "story_id", "unknown-story"),
        ("predicted.jsonl", 10, "", "json-truncated"),
        ("predicted.jsonl", 11, "", "wrong-type"),
        ("predicted.jsonl", 12, "doc_id", "missing-field"),
    ]
    assert raised.value.total == len(places)


def test_clusters_are_checked(corpus: Corpus, gold_rows: list[Row], tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.jsonl", gold_rows)
    rows = predict("oracle", corpus)
    story = next(row for row in rows if "clusters" in row)
    first = story["clusters"][0]["figures"]
    first[0] = first[0].rpartition("#")[0] + "#f99"
    first += ["f1", "elsewhere/report#f1", first[1]]
    story["clusters"][0]["relations"] = [{"a": "x#f1", "b": first[1], "relation": "identical"}]
    with pytest.raises(DataError) as raised:
        score_files(write(tmp_path / "predicted.jsonl", rows), gold)
    assert [(p.field, p.code) for p in raised.value.problems] == [
        ("clusters[0].figures[0]", "unknown-figure"),
        ("clusters[0].figures[2]", "figure-key"),
        ("clusters[0].figures[3]", "unknown-document"),
        (f"clusters[0].figures[{len(first) - 1}]", "duplicate-figure"),
        ("clusters[0].relations[0]", "pair-outside"),
    ]


def test_only_the_first_thousand_problems_are_shown(tmp_path: Path) -> None:
    ids = [f"d{k:04}" for k in range(1_500)]
    gold = write(tmp_path / "gold.jsonl", [{"doc_id": doc_id, "entities": []} for doc_id in ids])
    bad = [{"type": "GPE", "start": 5, "end": 2}]
    rows = [{"doc_id": doc_id, "entities": bad} for doc_id in ids]
    predicted = write(tmp_path / "predicted.jsonl", rows)
    command = [sys.executable, "-m", "pledgewire.cli", "score", str(predicted), "--gold", str(gold)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == MOST_SHOWN + 1
    assert lines[-1] == "1,500 problems, the first 1,000 shown"
    assert [line.split(":")[1] for line in lines[:-1]] == [str(k + 1) for k in range(1_000)]


def test_files_that_cannot_be_read(tmp_path: Path, gold_rows: list[Row]) -> None:
    gold = write(tmp_path / "gold.jsonl", gold_rows)
    empty = write(tmp_path / "empty.jsonl", [])
    for workers in (1, 2):
        for path, code in ((tmp_path / "none", "file-missing"), (empty, "file-empty")):
            with pytest.raises(DataError) as raised:
                score_files(path, gold, workers=workers)
            assert [(p.path, p.code) for p in raised.value.problems] == [(str(path), code)]


def test_entities_alone_are_scored_the_same_and_the_rest_is_passed_over(
    corpus: Corpus, gold_rows: list[Row], tmp_path: Path
) -> None:
    gold = write(tmp_path / "gold.jsonl", gold_rows)
    rows = mangle(predict("oracle", corpus), 2)
    whole = score_files(write(tmp_path / "whole.jsonl", rows), gold)
    for row in rows:
        if "doc_id" in row:
            row["figures"] = [{"kind": "nonsense"}]
    predicted = write(tmp_path / "predicted.jsonl", rows)
    alone = score_files(predicted, gold, layers=("entities",))
    assert alone.layers["entities"] == whole.layers["entities"]
    assert [alone.layers[layer] for layer in LAYERS[1:]] == [None, None, None]
    with pytest.raises(DataError, match="nonsense"):
        score_files(predicted, gold)
    write(predicted, [row | {"colour": "red"} for row in rows])
    with pytest.raises(DataError, match="unknown-field: colour"):
        score_files(predicted, gold, layers=("entities",))


def test_settings_say_what_is_allowed(tmp_path: Path) -> None:
    wrong: tuple[Row, ...] = ({"level": "most"}, {"layers": ("entitis",)}, {"workers": 0})
    for chosen in wrong:
        with pytest.raises(ValueError, match="expected"):
            score_files(tmp_path / "p", tmp_path / "g", **chosen)


def test_command_takes_a_gold_file(corpus: Corpus, gold_rows: list[Row], tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.jsonl", gold_rows)
    predicted = write(tmp_path / "predicted.jsonl", predict("oracle", corpus))
    base = [sys.executable, "-m", "pledgewire.cli", "score", str(predicted), "--gold", str(gold)]
    done = subprocess.run([*base, "--json", "-"], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["overall"]["f1"] == 1.0
    done = subprocess.run([*base, "--by", "voice"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--gold goes with" in done.stderr


@pytest.mark.parametrize(
    ("line", "ids"),
    [
        (b'{"doc_id":"a","entities":[]}', (b"a", None)),
        (b' { "doc_id" : "a" , "story_id" : "s" }', (b"a", b"s")),
        (b'{"story_id":"s","clusters":[]}', (None, b"s")),
        (b'{"story_id":"s","doc_id":"a"}', (b"a", b"s")),
        (b'{"doc_id":"a","text":"x","story_id":"s"}', (b"a", b"s")),
        (b'{"entities":[],"doc_id":"a"}', (b"a", None)),
        (b'{"doc_id":"a\\u0062\\"c"}', (b'ab"c', None)),
        ('{"doc_id":"é"}'.encode(), ("é".encode(), None)),
        (b'{"doc_id":"a","text":"\\"story_id\\": \\"s\\""}', (b"a", None)),
        (b'{"doc_id":""}', None),
        (b"[1]", None),
        (b'{"doc_id":7}', None),
    ],
)
def test_ids_are_read_off_any_way_of_writing_a_line(
    line: bytes, ids: tuple[bytes | None, bytes | None] | None
) -> None:
    assert read_ids(line) == ids


def test_index_knows_where_lines_stand(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    lines = [b"\xef\xbb\xbf" + b'{"doc_id":"a"}\n', b"\n", b'{"doc_id":"b"}\r\n', b'{"doc_id":"a"}']
    path.write_bytes(b"".join(lines))
    index = index_lines(path, "gold.jsonl", GOLD_KINDS)
    # 3 + 14 + 1 bytes of line 1, 1 of line 2, 16 of line 3.
    assert [tuple(index.documents[k]) for k in range(3)] == [(3, 15, 1), (19, 16, 3), (35, 14, 4)]
    assert index.documents.repeated().tolist() == [[2, 0]]


@settings(deadline=None)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from("abc"),
            st.builds(Counts, *[st.one_of(st.integers(0, 9), st.floats(0, 1e6))] * 4),
        ),
        max_size=8,
    ),
    st.randoms(use_true_random=False),
    st.integers(0, 8),
)
def test_sums_are_the_same_in_any_order_and_in_any_batches(tallies, rng, cut) -> None:
    expected = sum_tallies(tallies)
    for name, counts in expected.items():
        for place, number in enumerate(counts):
            parts = (tally[name][place] for tally in tallies if name in tally)
            assert number == float(sum(map(Fraction, parts)))
    rng.shuffle(tallies)
    one, two = TallySum(), TallySum()
    for sums, part in ((one, tallies[:cut]), (two, tallies[cut:])):
        for tally in part:
            sums.add(tally)
    two.merge(one)
    assert two.tally() == expected


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc")
def test_peak_memory_stays_under_100_mb(tmp_path: Path) -> None:
    """3,000 documents of the benchmark's size; held in memory they take more than that."""
    code = (
        "import sys, resource\n"
        f"sys.path.insert(0, {str(ROOT / 'benchmarks')!r})\n"
        "from synthesize import write_corpus\n"
        "from pathlib import Path\n"
        "write_corpus(Path(sys.argv[1]), 3_000)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
    gold, predicted = tmp_path / "gold.jsonl", tmp_path / "predicted.jsonl"
    # The peak of a process as the kernel keeps it counts what it was forked from: look inside.
    command = (
        "import sys\n"
        "from pledgewire.cli import main\n"
        "main(['score', sys.argv[2], '--gold', sys.argv[1], '--workers', '1'], "
        "standalone_mode=False)\n"
        "status = open('/proc/self/status').read()\n"
        "print(status.split('VmHWM:')[1].split()[0], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", command, str(gold), str(predicted)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stderr.split()[-1]) * 1024 < 100_000_000
    assert "3000 documents" in done.stdout


# What counting does quickly, against the plain way to do it.

WEIGHTS = st.dictionaries(
    st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(1, 6), min_size=1, max_size=25
)


@settings(deadline=None)
@given(WEIGHTS)
def test_alignment_of_clusters_is_as_heavy_as_trying_all_finds(weights) -> None:
    settled, rest = _reduce_matching([(i, j, w) for (i, j), w in weights.items()])
    found = settled + (_solve_matching(rest) if rest else 0)
    assert found == max(
        sum(weights.get(edge, 0) for edge in enumerate(order)) for order in permutations(range(5))
    )


MEMBERS = st.lists(
    st.tuples(st.sampled_from([None, "a", "b", "c"]), st.integers(0, 9)),
    max_size=10,
    unique_by=lambda member: member[1],
)


@settings(deadline=None)
@given(st.lists(st.tuples(MEMBERS, MEMBERS), max_size=3))
def test_joined_documents_count_as_their_clusters_do(documents) -> None:
    sides: list[list[tuple[str | None, tuple[int, int]]]] = [[], []]
    parts = []
    for number, document in enumerate(documents):
        members = [[(name, (number, key)) for name, key in side] for side in document]
        parts.append(join_members(*members))
        for side, part in zip(sides, members, strict=True):
            side += part
    clusters = []
    for side in sides:
        named: dict[Any, list[Any]] = {}
        for name, key in side:
            named.setdefault(name or key, []).append(key)
        clusters.append(list(named.values()))
    assert count_joined(merge_joined(parts)) == count_identity(*clusters)


SPANS = st.tuples(st.integers(0, 30), st.integers(1, 9)).map(lambda span: (span[0], sum(span)))


@settings(deadline=None)
@given(st.lists(st.tuples(SPANS, st.sampled_from("abc")), max_size=8), SPANS)
def test_entities_at_a_span_are_those_that_overlap_it_most(mentions, span) -> None:
    gold = Layers(
        doc_id="d",
        entities=tuple(
            Mention(type="GPE", start=start, end=end, entity_id=name)
            for (start, end), name in mentions
        ),
    )
    equal = {name for place, name in mentions if place == span}
    shared = [(Span(*place).overlap(Span(*span)), name) for place, name in mentions]
    most = max((size for size, _ in shared), default=0)
    overlapping = {name for size, name in shared if size == most and most}
    assert GoldNames(gold, {}).at_span(span) == (equal or overlapping)


@settings(deadline=None)
@given(st.lists(st.text(alphabet="aB1 .'\nthe é", max_size=8), max_size=5))
def test_many_names_fold_as_each_does(names) -> None:
    assert fold_names(names) == [fold_name(name) for name in names]


EVIDENCE = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=4)


@settings(deadline=None)
@given(EVIDENCE, EVIDENCE)
def test_evidence_is_counted_in_code_points(gold, predicted) -> None:
    records = [
        Stance(holder="a", issue_id="i", label="support", evidence=tuple(spans))
        for spans in (gold, predicted)
    ]
    points, others = (
        {at for start, end in spans for at in range(start, end)} for spans in (gold, predicted)
    )
    shared = len(points & others)
    assert count_evidence(*records) == Counts(shared, len(points), shared, len(others))
