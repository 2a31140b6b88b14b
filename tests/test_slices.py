"""Slices: arithmetic by hand, parts that add up to the whole, table, JSON and options."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import get_args

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner
from test_score import MINI, as_dicts, mangled

import pledgewire
from pledgewire.cli import INTERVAL_CHOICES, SLICE_CHOICES, main
from pledgewire.counts import Counts, total
from pledgewire.metrics.figures import RTOL
from pledgewire.metrics.identity import BLANC_CONVENTION, REPEATED, SINGLETONS
from pledgewire.records import LAYERS
from pledgewire.render.report import Report
from pledgewire.resample import Interval, Method, bootstrap_interval, f1_of
from pledgewire.scoring import Scores, read_signature, score_prediction
from pledgewire.slices import RECORD_SLICES, SLICES, Slice, slice_scores

FEW = 500


@pytest.fixture(scope="module")
def scores() -> Scores:
    return pledgewire.score(mangled(), data=MINI, resamples=FEW, name="mangled").scores


def find(slices: tuple[Slice, ...], value: str, layer: str) -> Slice:
    (found,) = (part for part in slices if (part.value, part.layer) == (value, layer))
    return found


# Arithmetic


def test_by_voice(scores: Scores) -> None:
    slices = slice_scores(scores, "voice")
    # Both bulletins have 6 + 3 mentions, one of ferry's with a wrong type; both reports 5 + 3.
    bulletin = find(slices, "bulletin", "entities")
    assert bulletin.counts == Counts.of_hits(8, 9, 9)
    assert find(slices, "report", "entities").counts == Counts.of_hits(8, 8, 8)
    # Twice dyke is 1, twice ferry 5/6; each is 1 resample in 4.
    assert bulletin.interval[:2] == (pytest.approx(5 / 6), 1.0)
    assert bulletin.stories == 2
    assert [(s.value, s.layer) for s in slices] == [
        (voice, layer)
        for voice in ("bulletin", "report")
        for layer in ("entities", "figures", "stances")
    ]


def test_by_story(scores: Scores) -> None:
    slices = slice_scores(scores, "story")
    assert find(slices, "ferry", "crossdoc").counts == Counts.of_hits(2, 3, 3)
    assert find(slices, "dyke", "crossdoc").counts == Counts.of_hits(1, 1, 1)
    assert find(slices, "ferry", "stances").counts == Counts.of_hits(3, 4, 4)
    assert {part.interval for part in slices} == {None}
    assert {part.stories for part in slices} == {1}


def test_by_type_recall_is_of_gold_and_precision_of_the_predicted(scores: Scores) -> None:
    slices = slice_scores(scores, "type")
    # Of 10 GPE one was called LOC.
    assert find(slices, "GPE", "entities").counts == Counts(9, 10, 9, 9)
    loc = find(slices, "LOC", "entities")
    assert loc.counts == Counts(0, 0, 0, 1)
    # Only story ferry has a record of it, so there is nothing to resample.
    assert (loc.stories, loc.interval) == (1, None)


def test_by_form_kind_label_and_relation(scores: Scores) -> None:
    expected = {
        ("form", "nominal", "entities"): Counts.of_hits(2, 2, 2),
        ("kind", "money", "figures"): Counts.of_hits(2, 3, 3),
        ("kind", "date", "figures"): Counts.of_hits(2, 2, 2),
        # ferry/report s2 affirms, but was read as a denial.
        ("label", "affirms", "stances"): Counts(1, 2, 1, 1),
        ("label", "denies", "stances"): Counts(1, 1, 1, 2),
        # ferry c2 has an identical pair that was read as rounded.
        ("relation", "identical", "crossdoc"): Counts(1, 2, 1, 1),
        ("relation", "rounded", "crossdoc"): Counts(1, 1, 1, 2),
    }
    for (by, value, layer), counts in expected.items():
        assert find(slice_scores(scores, by), value, layer).counts == counts


def test_by_year_a_story_goes_with_its_earliest_document(scores: Scores) -> None:
    corpus = scores.corpus
    documents = {
        **corpus.documents,
        "ferry/report": msgspec.structs.replace(
            corpus.documents["ferry/report"], published="2026-01"
        ),
    }
    slices = slice_scores(replace(scores, corpus=replace(corpus, documents=documents)), "year")
    assert find(slices, "2026", "entities").counts == Counts.of_hits(5, 5, 5)
    assert find(slices, "2025", "entities").counts == Counts.of_hits(11, 12, 12)
    assert find(slices, "2025", "crossdoc").counts == Counts.of_hits(3, 4, 4)
    assert not [part for part in slices if (part.value, part.layer) == ("2026", "crossdoc")]


# Laws


def damaged(seed: int) -> list[dict]:
    """Take gold and drop, relabel and repeat records at random."""
    rng = random.Random(seed)
    rows = as_dicts("oracle")
    for row in rows:
        for layer in ("entities", "figures", "stances"):
            kept = [record for record in row.get(layer, []) if rng.random() < 0.8]
            for record in kept:
                if layer == "entities" and rng.random() < 0.4:
                    record["type"] = rng.choice(("ORG", "LOC", "GPE"))
                    record["end"] -= rng.randrange(2)
                    record["text"] = record["text"][: record["end"] - record["start"]]
                if layer == "figures" and "low" in record and rng.random() < 0.4:
                    record["low"] = record["high"] = record["low"] * rng.choice((1, 10, 1000))
                if layer == "stances" and rng.random() < 0.4:
                    record["label"] = {"support": "oppose", "affirms": "denies"}.get(
                        record["label"], record["label"]
                    )
            if layer in row:
                row[layer] = kept
        if "clusters" in row:
            row["clusters"] = []
    return rows


@pytest.mark.parametrize("by", SLICES)
@pytest.mark.parametrize("seed", range(4))
def test_slices_add_up_to_the_whole(by: str, seed: int) -> None:
    scores = pledgewire.score(damaged(seed), data=MINI, resamples=FEW).scores
    slices = slice_scores(scores, by)
    layers = {RECORD_SLICES[by]} if by in RECORD_SLICES else set(LAYERS)
    if by == "voice":
        layers.remove("crossdoc")
    assert {part.layer for part in slices} == layers
    for layer in layers:
        parts = [part.counts for part in slices if part.layer == layer]
        assert total(parts) == scores.layers[layer].counts


@pytest.mark.parametrize("by", SLICES)
def test_order_of_documents_does_not_matter(by: str, scores: Scores) -> None:
    backwards = dict(reversed(scores.documents.items()))
    assert slice_scores(replace(scores, documents=backwards), by) == slice_scores(scores, by)


def test_unknown_slice_says_what_is_allowed(scores: Scores) -> None:
    with pytest.raises(ValueError, match="got 'vioce', allowed: voice, story"):
        slice_scores(scores, "vioce")


def test_choices_of_the_command_are_those_of_the_modules() -> None:
    assert SLICE_CHOICES == SLICES
    assert get_args(Method) == INTERVAL_CHOICES
    (rtol,) = (o for o in main.commands["score"].params if o.name == "rtol")
    assert rtol.default == RTOL


# Reports


def test_table_of_slices_stands_below_the_main_table(scores: Scores) -> None:
    text = str(Report(scores, by=("relation", "voice")))
    assert text.startswith(str(Report(scores)))
    lines = text.splitlines()
    # 2/3: one of two identical pairs was found, and the one that was said to be identical is.
    assert ["identical", "crossdoc", "1", "2", "1", "1.000", "0.500", "0.667", "-"] in [
        line.split() for line in lines
    ]
    assert "note: crossdoc is not cut by voice: a pair of figures has two documents" in lines


def test_slice_of_a_layer_that_was_not_attempted_is_told() -> None:
    report = pledgewire.score([{"doc_id": "ferry/bulletin", "figures": []}], data=MINI)
    assert "by type: entities not attempted" in str(Report(report.scores, by=("type",)))


def test_json_has_slices_by_value_and_layer(scores: Scores) -> None:
    found = Report(scores, by=("voice", "type")).to_dict()["slices"]
    assert found["voice"]["bulletin"]["entities"]["counts"] == {
        "hits": 8,
        "gold": 9,
        "predicted": 9,
    }
    assert found["type"]["GPE"]["entities"]["recall"] == 0.9
    assert found["type"]["GPE"]["entities"]["stories"] == 2
    assert "slices" not in Report(scores).to_dict()


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "mangled.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in mangled()), "utf-8")
    return str(path)


@pytest.fixture
def run(file: str) -> Callable[..., dict]:
    def score(*options: str) -> dict:
        arguments = ["score", file, "--data", str(MINI), "--resamples", str(FEW), "--json", "-"]
        result = CliRunner().invoke(main, [*arguments, *options])
        assert result.exit_code == 0, result.output
        return json.loads(result.output)

    return score


def test_command_slices_as_often_as_asked(run: Callable[..., dict]) -> None:
    assert list(run("--by", "label", "--by", "year", "--by", "label")["slices"]) == [
        "label",
        "year",
    ]


def test_signature_names_every_convention(run: Callable[..., dict]) -> None:
    parts = read_signature(run()["signature"])
    assert parts["interval"] == "percentile95-stories"
    assert parts["modes"] == "strict+record+tuple+pair"
    assert parts["blanc"] == BLANC_CONVENTION
    assert parts["singletons"] == SINGLETONS == "kept"
    assert parts["repeated"] == REPEATED


def test_bca_is_named_in_the_signature_and_used(scores: Scores) -> None:
    prediction = pledgewire.read_prediction(mangled(), scores.corpus)

    def interval_of(method: Method, seed: int) -> Interval | None:
        found = score_prediction(scores.corpus, prediction, resamples=1, seed=seed, interval=method)
        assert read_signature(found.signature)["interval"] == f"{method}95-stories"
        return found.layers["entities"].interval

    # Of a single resample the percentiles are its score. BCa has no interval if that is not the
    # score of all (16/17), as then all resamples lie on one side of it.
    percentiles = [interval_of("percentile", seed).low for seed in range(8)]
    expected = [low == pytest.approx(16 / 17) for low in percentiles]
    assert [interval_of("bca", seed) is not None for seed in range(8)] == expected
    assert set(expected) == {True, False}


def test_slices_have_the_interval_that_was_chosen(scores: Scores) -> None:
    hits = (10, 10, 10, 9, 9, 2)
    units = np.array([(n, 10, n, 10) for n in hits], dtype=float)
    documents = {
        f"story{at}": {"crossdoc": {"relation=rounded": Counts.of_hits(n, 10, 10)}}
        for at, n in enumerate(hits)
    }
    found = {}
    for method in get_args(Method):
        chosen = replace(
            scores, documents=documents, settings=replace(scores.settings, interval=method)
        )
        (part,) = slice_scores(chosen, "relation")
        assert part.interval == bootstrap_interval(
            units, f1_of, resamples=FEW, seed=0, method=method
        )
        found[method] = part.interval
    # Skewed hits: the two methods do not agree.
    assert found["bca"].low != found["percentile"].low


def test_command_passes_interval_and_rtol_on(run: Callable[..., dict]) -> None:
    # ferry/bulletin f2 has low 4 million instead of 5 million: a fifth off.
    assert run("--rtol", "0.19")["layers"]["figures"]["f1"] == 0.9
    loose = run("--rtol", "0.21", "--interval", "bca")
    assert loose["layers"]["figures"]["f1"] == 1.0
    parts = read_signature(loose["signature"])
    assert (parts["rtol"], parts["interval"]) == ("0.21", "bca95-stories")


def test_rtol_that_is_no_share_is_refused(scores: Scores) -> None:
    prediction = pledgewire.read_prediction(mangled(), scores.corpus)
    for rtol in (-0.1, float("nan")):
        with pytest.raises(ValueError, match="expected rtol as a share, 0 or more"):
            score_prediction(scores.corpus, prediction, rtol=rtol)


def test_json_is_the_same_to_the_byte_on_every_run(file: str) -> None:
    command = [sys.executable, "-m", "pledgewire.cli", "score", file, "--data", str(MINI)]
    command += ["--json", "-", "--resamples", str(FEW)]
    command += [option for by in SLICES for option in ("--by", by)]
    found = set()
    for hash_seed in ("1", "2"):
        done = subprocess.run(
            command,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            check=True,
        )
        found.add(done.stdout)
    (content,) = found
    assert list(json.loads(content)["slices"]) == list(SLICES)
