"""Gold is what both passes say plus what was decided: built again here from passes and log."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import combinations
from pathlib import Path

import msgspec
import pytest

from pledgewire import jsonl
from pledgewire.adjudication import Adjudicated, find_differences
from pledgewire.corpus import ClusterLine, Corpus
from pledgewire.loading import load_corpus, read_keyed
from pledgewire.metrics.crossdoc import key_of
from pledgewire.passes import read_authored_pass, read_standoff_pass, rebuild
from pledgewire.problems import DataError
from pledgewire.records import Document, Layers

ROOT = Path(__file__).resolve().parents[1]
PASSES = ROOT / "annotations" / "passes"
DOCUMENTS = read_keyed(ROOT, "corpus/documents.jsonl", Document, "id", [])
GUIDELINES = (ROOT / "annotations" / "GUIDELINES.md").read_text("utf-8")


def read_log() -> dict[str, list[Adjudicated]]:
    problems: list = []
    log: dict[str, list[Adjudicated]] = defaultdict(list)
    path = PASSES / "adjudication.jsonl"
    for _, line in jsonl.read_records(path, path.name, Adjudicated, problems):
        log[line.doc_id].append(line)
    assert problems == []
    return log


LOG = read_log()
ANNOTATED = sorted(
    d.id
    for d in DOCUMENTS.values()
    if (ROOT / "annotations" / d.track / d.story / "mentions.jsonl").is_file()
)


def read_pass(name: str, document: Document) -> Layers:
    folder = PASSES / name / document.track / document.story
    if document.track == "press":
        return read_standoff_pass(folder, [document.id])[document.id]
    text = (ROOT / "corpus" / "wire" / f"{document.id}.txt").read_text("utf-8")
    return read_authored_pass(folder, document.id, text)


def read_gold(document: Document) -> Layers:
    if document.track == "press":
        folder = ROOT / "annotations" / "press" / document.story
        return read_standoff_pass(folder, [document.id])[document.id]
    return load_wire().gold[document.id]


@cache
def load_wire() -> Corpus:
    return load_corpus(ROOT, "wire", "all")


def as_sets(layers: Layers) -> dict[str, set[bytes]]:
    return {
        layer: {jsonl.encode(record) for record in getattr(layers, layer) or ()}
        for layer in ("entities", "figures", "stances")
    }


def layer_lines(doc_id: str) -> list[Adjudicated]:
    return [line for line in LOG[doc_id] if line.layer != "crossdoc"]


@pytest.mark.parametrize("doc_id", ANNOTATED)
def test_gold_is_passes_plus_decisions(doc_id: str) -> None:
    document = DOCUMENTS[doc_id]
    a, b = read_pass("a", document), read_pass("b", document)
    assert as_sets(rebuild(a, b, layer_lines(doc_id))) == as_sets(read_gold(document))


@pytest.mark.parametrize("doc_id", ANNOTATED)
def test_every_difference_is_decided_once(doc_id: str) -> None:
    document = DOCUMENTS[doc_id]
    differences = find_differences(read_pass("a", document), read_pass("b", document))
    # Lines with two equal readings are corrections of what both passes had wrong.
    decided = [jsonl.encode([x.a, x.b]) for x in layer_lines(doc_id) if x.a != x.b]
    assert sorted(decided) == sorted(jsonl.encode([d.a, d.b]) for d in differences)


def test_a_log_that_leaves_a_difference_open_is_refused() -> None:
    doc_id = next(d for d in ANNOTATED if layer_lines(d))
    document = DOCUMENTS[doc_id]
    with pytest.raises(DataError, match="not decided"):
        rebuild(read_pass("a", document), read_pass("b", document), layer_lines(doc_id)[1:])


def test_every_decision_has_a_reason_and_a_rule_of_the_guidelines() -> None:
    for lines in LOG.values():
        for line in lines:
            assert line.reason
            assert f"**{line.rule}" in GUIDELINES or f"### {line.rule}" in GUIDELINES, line.rule


def read_pairs(path: Path) -> dict[tuple[str, str], str]:
    pairs = {}
    for raw in path.read_text("utf-8").splitlines():
        cluster = msgspec.json.decode(raw)
        cluster.pop("note", None)
        line = msgspec.convert(cluster, ClusterLine)
        stated = {key_of(p.a, p.b): p.relation for p in line.relations}
        for a, b in combinations(sorted(line.figures), 2):
            if key_of(a, b) in stated:
                pairs[key_of(a, b)] = stated[key_of(a, b)]
    return pairs


def clustered() -> list[Path]:
    found = sorted((ROOT / "annotations").glob("*/*/clusters.jsonl"))
    return [path for path in found if path.read_bytes()]


@pytest.mark.parametrize("path", clustered(), ids=lambda p: "/".join(p.parts[-3:-1]))
def test_gold_clusters_are_passes_plus_decisions(path: Path) -> None:
    track, story = path.parts[-3:-1]
    a, b = (read_pairs(PASSES / name / track / story / "clusters.jsonl") for name in "ab")
    decided = {}
    for line in LOG[story]:
        row = line.a or line.b or line.gold[0]
        if line.layer == "crossdoc" and row["a"].startswith("press/") == (track == "press"):
            decided[key_of(row["a"], row["b"])] = line.gold[0]["relation"] if line.gold else None
    built = {
        pair: decided.get(pair, a.get(pair))
        for pair in a.keys() | b.keys() | decided.keys()
        if pair in decided or a.get(pair) == b.get(pair)
    }
    undecided = [p for p in a.keys() | b.keys() if a.get(p) != b.get(p) and p not in decided]
    assert undecided == []
    gold = read_pairs(path)
    assert {pair: relation for pair, relation in built.items() if relation} == gold
