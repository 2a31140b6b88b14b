"""The records behind the scores: each fault is listed once, and the list adds up to the score."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from test_score import MINI, as_dicts, mangled
from test_slices import damaged

import pledgewire
from pledgewire.cli import main
from pledgewire.errors import Error, error_rows, list_errors, list_figure_errors
from pledgewire.jsonl import encode
from pledgewire.records import Figure, Layers
from pledgewire.scoring import Scores


def scores_of(rows: list[dict], **settings: object) -> Scores:
    return pledgewire.score(rows, data=MINI, resamples=100, name="system", **settings).scores


def by_document(rows: list[dict]) -> dict[str, dict]:
    return {row.get("doc_id") or row["story_id"]: row for row in rows}


def brief(errors: list[Error]) -> list[tuple]:
    return [(e.layer, e.place, e.kind, e.fields) for e in errors]


# By hand


def test_gold_against_itself_has_no_errors() -> None:
    assert list_errors(scores_of(as_dicts("oracle"))) == []


def test_one_fault_a_layer_is_one_error_a_layer() -> None:
    errors = list_errors(scores_of(mangled()))
    assert brief(errors) == [
        ("entities", "ferry/bulletin", "type", ()),
        ("figures", "ferry/bulletin", "wrong", ("value",)),
        ("stances", "ferry/report", "label", ("label",)),
        ("crossdoc", "ferry", "relation", ("relation",)),
    ]
    mention, figure, stance, pair = errors
    assert (mention.gold.type, mention.predicted.type) == ("GPE", "LOC")
    assert (figure.gold.low, figure.predicted.low) == (5_000_000, 4_000_000)
    assert (stance.gold.label, stance.predicted.label) == ("affirms", "denies")
    assert (pair.gold.relation, pair.predicted.relation) == ("identical", "rounded")


def test_nothing_predicted_is_all_missed() -> None:
    errors = list_errors(scores_of(as_dicts("nothing")))
    assert {error.kind for error in errors} == {"missed"}
    assert {error.predicted for error in errors} == {None}
    assert Counter(error.layer for error in errors) == {
        "entities": 17,
        "figures": 10,
        "stances": 7,
        "crossdoc": 4,
    }


def test_layer_that_was_not_attempted_has_no_errors() -> None:
    errors = list_errors(scores_of([{"doc_id": "ferry/bulletin", "stances": []}]))
    assert {error.layer for error in errors} == {"stances"}
    assert len(errors) == 7


def test_wrong_span_is_boundary_and_wrong_type_on_it_is_both() -> None:
    rows = as_dicts("oracle")
    mentions = by_document(rows)["dyke/report"]["entities"]
    mentions[1] |= {"start": 96, "text": "Berg"}
    mentions[2] |= {"end": 148, "text": "drone", "type": "ORG"}
    assert brief(list_errors(scores_of(rows))) == [
        ("entities", "dyke/report", "boundary", ()),
        ("entities", "dyke/report", "both", ()),
    ]


def test_every_wrong_field_of_a_figure_is_named() -> None:
    rows = as_dicts("oracle")
    figures = by_document(rows)["ferry/bulletin"]["figures"]
    figures[1] |= {"unit": "USD", "bound": "about", "status": "proposed", "giver": "marevia"}
    (error,) = list_errors(scores_of(rows))
    assert error.kind == "wrong"
    assert error.fields == ("unit", "bound", "status", "giver")


def test_figure_that_counts_but_has_other_fields_wrong_is_listed_apart() -> None:
    rows = as_dicts("oracle")
    figures = by_document(rows)["ferry/bulletin"]["figures"]
    figures[0] |= {"status": "delivered", "receiver": "norland"}
    scores = scores_of(rows)
    assert scores.f1("figures") == 1.0
    assert brief(list_errors(scores)) == [
        ("figures", "ferry/bulletin", "fields", ("status", "receiver"))
    ]


def test_field_that_only_the_prediction_has_is_wrong() -> None:
    rows = as_dicts("oracle")
    by_document(rows)["ferry/report"]["figures"][0]["receiver"] = "marevia"
    (error,) = list_errors(scores_of(rows))
    assert (error.kind, error.fields) == ("fields", ("receiver",))


def test_tolerance_decides_what_is_an_error() -> None:
    corpus_scores = scores_of(mangled())
    prediction = pledgewire.read_prediction(mangled(), corpus_scores.corpus)
    # 4 million for 5 million is a fifth off.
    for rtol, wrong in ((0.19, 1), (0.21, 0)):
        scores = pledgewire.scoring.score_prediction(
            corpus_scores.corpus, prediction, resamples=100, rtol=rtol
        )
        assert sum(error.layer == "figures" for error in list_errors(scores)) == wrong


def figure(start: int, end: int, low: float, **others: object) -> Figure:
    fields = {"kind": "count", "high": low, "unit": "tank", "bound": "exact", **others}
    return Figure(start=start, end=end, low=low, **fields)


def figure_errors(gold: list[Figure], predicted: list[Figure]) -> list[tuple]:
    found = list_figure_errors(
        Layers(doc_id="d", figures=tuple(gold)),
        Layers(doc_id="d", figures=tuple(predicted)),
        lambda name: frozenset({name} if name else ()),
        0.0,
    )
    return [
        (e.kind, e.fields, e.gold and e.gold.low, e.predicted and e.predicted.low) for e in found
    ]


def test_wrong_figure_is_paired_with_the_gold_figure_that_it_is_nearest_to() -> None:
    gold = [figure(0, 20, 5, unit="gun"), figure(10, 30, 7)]
    # Overlaps both; of the second only the value is wrong.
    assert figure_errors(gold, [figure(12, 18, 8)]) == [
        ("missed", (), 5, None),
        ("wrong", ("value",), 7, 8),
    ]


def test_figure_that_is_right_is_not_taken_for_the_error_of_another() -> None:
    gold = [figure(0, 20, 5), figure(10, 30, 7)]
    assert figure_errors(gold, [figure(12, 18, 5)]) == [("missed", (), 7, None)]


def test_fields_are_those_of_the_reading_that_is_nearest() -> None:
    also = ({"unit": "gun", "low": 6, "high": 6},)
    gold = [figure(0, 20, 5, also=also)]
    assert figure_errors(gold, [figure(0, 20, 6, unit="gun")]) == []
    assert figure_errors(gold, [figure(0, 20, 6, unit="gun", bound="about")]) == [
        ("wrong", ("bound",), 5, 6)
    ]


def test_clusters_that_join_the_wrong_figures() -> None:
    rows = as_dicts("oracle")
    by_document(rows)["ferry"]["clusters"] = [
        {"figures": ["ferry/bulletin#f1", "ferry/report#f1"]},
        {"figures": ["ferry/bulletin#f2", "ferry/bulletin#f3", "ferry/report#f2"]},
    ]
    found = [e for e in list_errors(scores_of(rows)) if e.layer == "crossdoc"]
    pairs = {(e.kind, (e.gold or e.predicted).a, (e.gold or e.predicted).b) for e in found}
    # f2 and f3 of the bulletin are of one document, so they are no pair.
    assert pairs == {
        ("spurious", "ferry/bulletin#f1", "ferry/report#f1"),
        ("spurious", "ferry/bulletin#f2", "ferry/report#f2"),
        ("spurious", "ferry/bulletin#f3", "ferry/report#f2"),
        ("missed", "ferry/bulletin#f1", "ferry/report#f2"),
        ("missed", "ferry/bulletin#f2", "ferry/report#f1"),
        ("missed", "ferry/bulletin#f3", "ferry/report#f1"),
    }
    assert len(found) == len(pairs)


# Laws


@pytest.mark.parametrize("seed", range(8))
def test_errors_add_up_to_what_the_score_lacks(seed: int) -> None:
    scores = scores_of(damaged(seed))
    errors = list_errors(scores)
    for layer, result in scores.layers.items():
        counts = result.counts
        own = [e for e in errors if e.layer == layer and e.kind != "fields"]
        assert sum(e.gold is not None for e in own) == counts.gold - counts.recalled
        assert sum(e.predicted is not None for e in own) == counts.predicted - counts.precise
    kinds = Counter(e.kind for e in errors if e.layer == "entities")
    details = scores.layers["entities"].details
    assert kinds == {
        name.removeprefix("error:"): counts.gold
        for name, counts in details.items()
        if name.startswith("error:")
    }
    wrong_labels = sum(
        counts.gold
        for name, counts in scores.layers["stances"].details.items()
        if name.startswith("confusion:") and len(set(name.partition(":")[2].split(">"))) == 2
    )
    assert sum(e.layer == "stances" and e.kind == "label" for e in errors) == wrong_labels


# The file


def test_lines_show_what_was_counted_and_no_placeholder() -> None:
    rows = [
        {
            "doc_id": "ferry/bulletin",
            "entities": [{"type": "GPE", "text": "Sudmark"}, {"type": "ORG", "text": "Marévia"}],
            "figures": [{"kind": "money", "text": "5 million euros", "value": "6 million euros"}],
        }
    ]
    found = [json.loads(encode(row)) for row in error_rows(scores_of(rows))]
    spurious = next(row for row in found if row["error"] == "spurious")
    # It has no place in the text, so it has no span.
    assert spurious["predicted"] == {"type": "GPE", "text": "Sudmark"}
    assert spurious["gold"] is None
    wrong_type = next(row for row in found if row["error"] == "type")
    # Grounding found it: Norland gives Marévia.
    assert (wrong_type["predicted"]["start"], wrong_type["gold"]["start"]) == (14, 14)
    value = next(row for row in found if row["error"] == "wrong")
    # Nothing was said of these three; gold has committed, norland and marevia.
    assert value["fields"] == ["value", "status", "giver", "receiver"]
    assert (value["predicted"]["low"], value["gold"]["low"]) == (6_000_000, 5_000_000)


def test_command_writes_the_errors_of_all_files_one_a_line(tmp_path: Path) -> None:
    for name, rows in (("mangled", mangled()), ("oracle", as_dicts("oracle"))):
        content = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(content, "utf-8")
    out = tmp_path / "errors" / "all.jsonl"
    arguments = ["score", str(tmp_path / "oracle.jsonl"), str(tmp_path / "mangled.jsonl")]
    options = ["--data", str(MINI), "--resamples", "100", "--errors", str(out)]
    result = CliRunner().invoke(main, [*arguments, *options])
    assert result.exit_code == 0, result.output
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [(line["system"], line["layer"], line["error"]) for line in lines] == [
        ("mangled", "entities", "type"),
        ("mangled", "figures", "wrong"),
        ("mangled", "stances", "label"),
        ("mangled", "crossdoc", "relation"),
    ]
    assert [line.get("doc_id") or line["story_id"] for line in lines] == [
        "ferry/bulletin",
        "ferry/bulletin",
        "ferry/report",
        "ferry",
    ]
