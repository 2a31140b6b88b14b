"""Values that are no single ratio, by hand, and the tables of `--details`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from test_score import MINI, as_dicts, mangled
from test_slices import damaged

import pledgewire
from pledgewire.cli import main
from pledgewire.counts import Counts
from pledgewire.derived import (
    NONE,
    confuse_labels,
    derive,
    identity_of,
    macro_f1,
)
from pledgewire.metrics.tally import Tally
from pledgewire.records import LAYERS
from pledgewire.render.details import METRICS, RATIOS
from pledgewire.render.report import Report
from pledgewire.scoring import Scores

NUMBERS = ("error:", "date:", "magnitude:", "currency:", "confusion:")


def scores_of(rows: list[dict]) -> Scores:
    return pledgewire.score(rows, data=MINI, resamples=100, name="system").scores


def details_of(rows: list[dict], layer: str) -> Tally:
    return scores_of(rows).layers[layer].details


# Means


def test_macro_f1_gives_every_label_the_same_weight() -> None:
    found = macro_f1(
        {
            "affirms": Counts.of_hits(9, 10, 10),
            "denies": Counts.of_hits(1, 2, 3),
            "oppose": Counts(0, 0, 0, 4),
            "support": Counts(),
        }
    )
    # F1 is 2 * hits / (gold + predicted); support, which neither side has, is left out.
    assert found.labels == pytest.approx({"affirms": 18 / 20, "denies": 2 / 5, "oppose": 0})
    assert found.f1 == pytest.approx((18 / 20 + 2 / 5 + 0) / 3)
    assert macro_f1({}).f1 is None


def test_macro_over_types_of_one_wrong_type() -> None:
    values = derive("entities", details_of(mangled(), "entities"))
    # 9 of 10 GPE found, one of them called LOC; ORG, PERSON and EQUIPMENT are right.
    assert values.macro_types.f1 == pytest.approx((2 * 9 / (10 + 9) + 0 + 1 + 1 + 1) / 5)


def test_identity_is_the_mean_of_three_metrics_and_of_two_kinds_of_links() -> None:
    tally = {
        "muc": Counts.of_hits(1, 2, 4),
        "b3": Counts.of_hits(3, 4, 4),
        "ceafe": Counts.of_hits(1, 2, 2),
        "blanc_coref": Counts.of_hits(1, 2, 4),
        "blanc_noncoref": Counts.of_hits(3, 4, 4),
        "story:muc": Counts.of_hits(1, 1, 1),
        "story:b3": Counts.of_hits(1, 1, 1),
        "story:ceafe": Counts.of_hits(1, 1, 1),
    }
    found = identity_of(tally)
    assert found.conll == pytest.approx((2 / 6 + 6 / 8 + 2 / 4) / 3)
    assert found.blanc == pytest.approx(
        ((1 / 2 + 3 / 4) / 2, (1 / 4 + 3 / 4) / 2, (2 / 6 + 3 / 4) / 2)
    )
    assert identity_of(tally, "story:").conll == 1.0


def test_identity_within_and_across_documents_are_told_apart() -> None:
    rows = as_dicts("oracle")
    for row in rows:
        for mention in row.get("entities", ()):
            # In each document as in gold, but no entity is the same in two documents.
            mention["entity_id"] = f"{row['doc_id']}:{mention['entity_id']}"
        for figure in row.get("figures", ()):
            figure.pop("giver", None), figure.pop("receiver", None)
        row.pop("stances", None)
    values = derive("entities", details_of(rows, "entities"))
    assert (values.document.conll, values.document.blanc.f1) == (1.0, 1.0)
    # Story ferry joins Norland (4 + 1), Marévia (2 + 1); its Daily Tide (2) and Ana Berg (1) are in
    # one document, story dyke joins Sudmark (2 + 1), the rest is alone. Links of MUC that are left:
    # all but one in each of the three, of (5 - 1) + (3 - 1) + (2 - 1) + (3 - 1) = 9.
    assert details_of(rows, "entities")["story:muc"] == Counts(6, 9, 6, 6)
    assert values.story.conll < 1.0


# Stances


def test_closed_setting_counts_pairs_that_were_not_predicted_as_wrong() -> None:
    rows = mangled()
    by_id = {row.get("doc_id"): row for row in rows}
    by_id["dyke/report"]["stances"] = []
    values = derive("stances", details_of(rows, "stances"))
    # 7 gold pairs: 1 has a wrong label, 1 no prediction.
    assert values.closed_accuracy == pytest.approx(5 / 7)
    assert values.none_rate == pytest.approx(1 / 7)
    assert values.confusion == {
        "support": {"support": 2, NONE: 0},
        "affirms": {"affirms": 1, "denies": 1, NONE: 0},
        "denies": {"denies": 1, NONE: 0},
        "uncertain": {"uncertain": 1, NONE: 1},
    }
    # affirms 1 of 2, denies 1 of 1 and 2 predicted, support all, uncertain 1 of 2.
    assert values.closed_macro.f1 == pytest.approx((2 / 3 + 2 / 3 + 1 + 2 / 3) / 4)


def test_closed_setting_does_not_punish_stances_of_other_holders() -> None:
    rows = as_dicts("oracle")
    by_id = {row.get("doc_id"): row for row in rows}
    by_id["ferry/report"]["stances"].append(
        {"holder": "marevia", "issue_id": "ferry:worth", "label": "oppose"}
    )
    values = derive("stances", details_of(rows, "stances"))
    assert values.closed_macro.f1 == 1.0
    # Open, `oppose` is a label that only the prediction has: F1 0, beside four of 1.
    assert values.macro_labels.f1 == pytest.approx(4 / 5)


def test_confusion_table_holds_every_gold_stance() -> None:
    for seed in range(6):
        tally = details_of(damaged(seed), "stances")
        table = confuse_labels(tally)
        assert sum(sum(row.values()) for row in table.values()) == tally["tuple"].gold == 7


# Figures


def test_value_errors_by_powers_of_ten_and_currencies() -> None:
    rows = as_dicts("oracle")
    figures = next(row for row in rows if row.get("doc_id") == "ferry/bulletin")["figures"]
    figures[1] |= {"low": 5_000, "high": 5_000}
    figures[2] |= {"unit": "EUR"}
    figures[3] |= {"date": "2025-03"}
    values = derive("figures", details_of(rows, "figures"))
    # 8 figures have values; five thousand for five million is off by 3.
    assert values.magnitudes == {0: 7, 3: 1}
    assert values.currencies == {"EUR": {"EUR": 2}, "USD": {"EUR": 1}}
    # A month for its day is another precision of the same date.
    assert values.dates == {"equal": 1, "precision": 1}


def test_nothing_predicted_leaves_nothing_to_tabulate() -> None:
    values = derive("figures", details_of(as_dicts("nothing"), "figures"))
    assert (values.magnitudes, values.currencies, values.dates) == ({}, {}, {})
    assert values.macro_kinds.f1 == 0.0


# Reports


def test_gold_against_itself_is_1_in_every_mean() -> None:
    scores = scores_of(as_dicts("oracle"))
    derived = {layer: derive(layer, scores.layers[layer].details) for layer in LAYERS}
    entities, stances = derived["entities"], derived["stances"]
    assert {
        entities.document.conll,
        entities.story.conll,
        entities.macro_types.f1,
        derived["figures"].macro_kinds.f1,
        stances.macro_labels.f1,
        stances.closed_accuracy,
        stances.closed_macro.f1,
        derived["crossdoc"].macro_relations.f1,
    } == {1.0}
    assert stances.none_rate == 0.0


def test_json_has_derived_values_by_layer() -> None:
    layers = Report(scores_of(mangled())).to_dict()["layers"]
    assert layers["stances"]["derived"]["closed_accuracy"] == round(6 / 7, 6)
    assert layers["figures"]["derived"]["magnitudes"] == {"0": 8}
    assert set(layers["entities"]["derived"]["document"]["blanc"]) == {"recall", "precision", "f1"}


@pytest.mark.parametrize("seed", range(4))
def test_details_leave_no_metric_out(seed: int) -> None:
    scores = scores_of(damaged(seed))
    lines = [line.split() for line in str(Report(scores, details=True)).splitlines()]
    first_words = {line[0] for line in lines if line}
    for layer in LAYERS:
        for name in scores.layers[layer].details:
            prefix = next((p for p in (*RATIOS[layer], *NUMBERS) if name.startswith(p)), None)
            if prefix is not None:
                assert name.removeprefix(prefix).partition(">")[0] in first_words
            elif name not in ("closed", "none"):
                assert name in METRICS[layer]
                assert name in first_words
    assert {"accuracy", "none"} <= first_words


def test_details_say_what_is_counted_and_which_labels_a_mean_is_over() -> None:
    text = str(Report(scores_of(mangled()), details=True))
    assert "span and type of a gold mention both right" in text
    assert "mean over labels that gold or the prediction has (affirms, denies, support, unc" in text
    rows = [line.split() for line in text.splitlines()]
    # Columns support, affirms, denies, uncertain, none.
    assert ["affirms", "0", "1", "1", "0", "0"] in rows
    assert ["accuracy", "0.857"] in rows


def test_command_prints_details_only_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "mangled.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in mangled()), "utf-8")
    arguments = ["score", str(path), "--data", str(MINI), "--resamples", "100"]
    brief = CliRunner().invoke(main, arguments).output
    full = CliRunner().invoke(main, [*arguments, "--details"]).output
    assert full.startswith(brief.rstrip("\n"))
    assert "mangled in detail" in full
    assert "== crossdoc: headline pair, F1 0.750" in full
    assert "in detail" not in brief
