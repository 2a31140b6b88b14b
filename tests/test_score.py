"""Scoring as a whole: gold is 1, nothing is 0, order does not matter, counts add."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import msgspec
import pytest

import pledgewire
from pledgewire.counts import Counts
from pledgewire.extract import make_extractor
from pledgewire.loading import load_corpus
from pledgewire.records import LAYERS, Layers, StoryLayer
from pledgewire.run import run_extractor
from pledgewire.scoring import HEADLINE

MINI = Path(__file__).parent / "data" / "mini"


def predict(name: str) -> list[Layers | StoryLayer]:
    corpus = load_corpus(MINI)
    return run_extractor(name, make_extractor(name), corpus).records()


def test_gold_against_itself_is_exactly_1() -> None:
    report = pledgewire.score(predict("oracle"), data=MINI)
    assert [report.f1(layer) for layer in LAYERS] == [1.0, 1.0, 1.0, 1.0]
    assert report.overall == 1.0
    for layer in LAYERS:
        assert report.scores.layers[layer].interval[:2] == (1.0, 1.0)


def test_nothing_predicted_is_0() -> None:
    report = pledgewire.score(predict("nothing"), data=MINI)
    assert [report.f1(layer) for layer in LAYERS] == [0.0, 0.0, 0.0, 0.0]
    assert report.overall == 0.0


def test_every_detail_of_gold_against_itself_is_1_or_an_error_count_of_none() -> None:
    report = pledgewire.score(predict("oracle"), data=MINI)
    for layer in LAYERS:
        details = report.scores.layers[layer].details
        assert not [name for name in details if name.startswith("error:")]
        right = (1.0, None)
        wrong = {name for name, part in details.items() if part.f1 not in right} - {"none"}
        assert wrong == set()


def test_counts_of_documents_add_up_to_the_total() -> None:
    report = pledgewire.score(mangled(), data=MINI)
    for layer in LAYERS:
        parts = [
            tallies[layer][HEADLINE[layer]]
            for tallies in report.scores.documents.values()
            if HEADLINE[layer] in tallies.get(layer, {})
        ]
        assert report.scores.layers[layer].counts == Counts(
            *(sum(column) for column in zip(*parts, strict=True))
        )


def as_dicts(name: str) -> list[dict]:
    return [json.loads(msgspec.json.encode(record)) for record in predict(name)]


def mangled() -> list[dict]:
    """Give gold with one fault a layer: a wrong type, value, label and relation."""
    rows = as_dicts("oracle")
    by_id = {row.get("doc_id") or row["story_id"]: row for row in rows}
    by_id["ferry/bulletin"]["entities"][0]["type"] = "LOC"
    by_id["ferry/bulletin"]["figures"][1]["low"] = 4_000_000
    by_id["ferry/report"]["stances"][1]["label"] = "denies"
    by_id["ferry"]["clusters"][1]["relations"][0]["relation"] = "rounded"
    return rows


def test_one_fault_a_layer_costs_what_arithmetic_says() -> None:
    report = pledgewire.score(mangled(), data=MINI)
    # 17 mentions, 10 figures, 7 stances, 4 pairs; one of each wrong, as many predicted as gold.
    assert [report.f1(layer) for layer in LAYERS] == [
        pytest.approx(16 / 17),
        pytest.approx(9 / 10),
        pytest.approx(6 / 7),
        pytest.approx(3 / 4),
    ]
    assert report.overall == pytest.approx((16 / 17 + 9 / 10 + 6 / 7 + 3 / 4) / 4)


def test_order_of_lines_and_records_changes_no_byte(tmp_path: Path) -> None:
    expected = pledgewire.score(mangled(), data=MINI).to_json()
    shuffled_data = tmp_path / "data"
    shutil.copytree(MINI, shuffled_data)
    rng = random.Random(7)
    for path in shuffled_data.rglob("*.jsonl"):
        lines = path.read_text("utf-8").splitlines(keepends=True)
        rng.shuffle(lines)
        path.write_text("".join(lines), "utf-8")
    for _ in range(5):
        rows = mangled()
        rng.shuffle(rows)
        for row in rows:
            for layer in ("entities", "figures", "stances", "clusters"):
                rng.shuffle(row.get(layer, []))
        assert pledgewire.score(rows, data=shuffled_data).to_json() == expected


def test_alternative_reading_counts_as_right() -> None:
    rows = as_dicts("oracle")
    drone = next(m for row in rows for m in row.get("entities", ()) if m["text"] == "drones")
    drone["entity_id"] = "uav"
    assert pledgewire.score(rows, data=MINI).f1("entities") == 1.0


def test_layer_left_out_is_not_scored_and_overall_is_undefined() -> None:
    documents = [row for row in predict("nothing") if isinstance(row, Layers)]
    rows = [{"doc_id": row.doc_id, "entities": []} for row in documents]
    report = pledgewire.score(rows, data=MINI)
    assert report.f1("entities") == 0.0
    assert [report.f1(layer) for layer in LAYERS[1:]] == [None, None, None]
    assert report.overall is None
    assert "not attempted" in str(report)


def test_missing_document_counts_as_empty_and_is_told() -> None:
    rows = [r for r in predict("oracle") if getattr(r, "doc_id", "") != "ferry/report"]
    rows = [r for r in rows if getattr(r, "story_id", "") != "ferry"]
    report = pledgewire.score(rows, data=MINI)
    assert report.scores.input.missing_documents == ("ferry/report",)
    # 5 of 17 mentions are in the missing document: recall 12/17, precision 1.
    assert report.f1("entities") == pytest.approx(2 * (12 / 17) / (12 / 17 + 1))


def test_strings_without_offsets_are_grounded() -> None:
    rows = as_dicts("oracle")
    for row in rows:
        for layer in ("entities", "figures"):
            for record in row.get(layer, ()):
                del record["start"], record["end"]
    report = pledgewire.score(rows, data=MINI)
    assert [report.f1(layer) for layer in LAYERS] == [1.0, 1.0, 1.0, 1.0]
    assert report.scores.input.ungrounded == ()
    assert report.scores.input.asked == {"entities": 17, "figures": 10, "stances": 0}


def test_string_that_is_not_there_counts_as_wrong_and_is_told() -> None:
    rows = [{"doc_id": "ferry/bulletin", "entities": [{"type": "GPE", "text": "Sudmark"}]}]
    report = pledgewire.score(rows, data=MINI)
    assert report.scores.layers["entities"].counts == Counts.of_hits(0, 17, 1)
    assert report.to_dict()["input"]["ungrounded"]["entities"] == 1.0


def test_values_given_as_strings_are_normalised() -> None:
    figure = {"kind": "money", "text": "5 million euros", "value": "5 million euros"}
    report = pledgewire.score([{"doc_id": "ferry/bulletin", "figures": [figure]}], data=MINI)
    assert report.scores.layers["figures"].counts == Counts.of_hits(1, 10, 1)
    assert report.scores.input.normalised_values == 1


@pytest.mark.parametrize("holder", ["m3", "n", "norland", "Norland", "the Norland government"])
def test_holder_may_be_mention_id_own_entity_id_gold_id_or_name(holder: str) -> None:
    row = {
        "doc_id": "ferry/bulletin",
        "entities": [{"id": "m3", "type": "GPE", "text": "Norland", "entity_id": "n"}],
        "stances": [{"holder": holder, "issue_id": "ferry:worth", "label": "support"}],
    }
    report = pledgewire.score([row], data=MINI)
    assert report.scores.layers["stances"].counts == Counts.of_hits(1, 7, 1)


def test_duplicates_are_scored_as_wrong_and_counted() -> None:
    mention = {"type": "GPE", "start": 0, "end": 7}
    report = pledgewire.score(
        [{"doc_id": "ferry/bulletin", "entities": [mention, dict(mention)]}], data=MINI
    )
    assert report.scores.layers["entities"].counts == Counts.of_hits(1, 17, 2)
    assert report.scores.input.duplicates == 1


def test_json_has_the_contract_of_the_command_line() -> None:
    data = json.loads(pledgewire.score(predict("oracle"), data=MINI).to_json())
    assert set(data) >= {"signature", "data", "layers", "overall", "input"}
    assert set(data["data"]) == {"version", "sha256", "track", "split", "documents", "stories"}
    assert list(data["layers"]) == list(LAYERS)
    for layer in data["layers"].values():
        assert set(layer) >= {"precision", "recall", "f1", "interval", "counts"}
        assert layer["interval"] == [1.0, 1.0]
    assert set(data["overall"]) == {"f1", "interval"}
    assert set(data["input"]) >= {"duplicates", "ungrounded", "missing_documents"}


def test_unknown_track_split_and_layer_say_what_is_allowed() -> None:
    for arguments in ({"track": "wires"}, {"split": "tset"}, {"layers": ("entitis",)}):
        with pytest.raises(ValueError, match="allowed: "):
            pledgewire.score([], data=MINI, **arguments)


def test_a_date_with_a_bound_is_right_all_the_same() -> None:
    figure = {"kind": "date", "text": "Monday", "date": "2025-03-03", "bound": "exact"}
    report = pledgewire.score([{"doc_id": "ferry/bulletin", "figures": [figure]}], data=MINI)
    assert report.scores.layers["figures"].counts == Counts.of_hits(1, 10, 1)
