"""Two systems side by side, and several in a ranking: arithmetic by hand, laws, the command."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from test_score import MINI, as_dicts, mangled

import pledgewire
from pledgewire.cli import main
from pledgewire.comparison import compare, compare_many, stories_needed
from pledgewire.counts import Counts
from pledgewire.loading import load_corpus
from pledgewire.records import LAYERS
from pledgewire.render.comparison import comparison_json, comparison_text, ranking_markdown
from pledgewire.resample import mean_f1_of
from pledgewire.scoring import LayerScore, Scores, score_prediction

FEW = 200


def scores_of(rows: list[dict], name: str) -> Scores:
    return pledgewire.score(rows, data=MINI, resamples=FEW, name=name).scores


@pytest.fixture(scope="module")
def oracle() -> Scores:
    return scores_of(as_dicts("oracle"), "oracle")


@pytest.fixture(scope="module")
def worse() -> Scores:
    return scores_of(mangled(), "mangled")


@pytest.fixture(scope="module")
def nothing() -> Scores:
    return scores_of(as_dicts("nothing"), "nothing")


def made_up(like: Scores, name: str, hits: Sequence[int], size: int = 10) -> Scores:
    """Make a system up that has so many hits of `size` in each story, alike in all four layers."""
    units = np.array([[(h, size, h, size)] * len(LAYERS) for h in hits], dtype=float)
    sums = units.sum(axis=0)
    return replace(
        like,
        system=name,
        layers={
            layer: LayerScore(Counts(*map(float, sums[at])), None, {})
            for at, layer in enumerate(LAYERS)
        },
        overall=float(mean_f1_of(sums[None])[0]),
        stories=units,
    )


# Arithmetic


def test_difference_and_interval_are_what_two_stories_allow(oracle: Scores, worse: Scores) -> None:
    found = compare(oracle, worse, resamples=10_000, seed=0)
    gap = found.layers["entities"]
    assert (gap.a, gap.b) == (1.0, pytest.approx(16 / 17))
    assert gap.difference == pytest.approx(1 / 17)
    # Story ferry has 11 mentions, one of them wrong, story dyke has 6. A resample is twice dyke
    # (1 in 4, difference 0), one of each (1 in 2, 1/17) or twice ferry (1 in 4, 1/11).
    assert gap.interval.low == 0.0
    assert gap.interval.high == pytest.approx(1 / 11)
    # 2.80 standard errors: z(0.975) + z(0.8) = 1.960 + 0.842.
    mean = (0 + 2 / 17 + 1 / 11) / 4
    variance = ((0 - mean) ** 2 + 2 * (1 / 17 - mean) ** 2 + (1 / 11 - mean) ** 2) / 4
    assert gap.detectable == pytest.approx(2.802 * variance**0.5, rel=0.03)


def test_p_counts_the_ways_to_swap_the_stories_that_differ(oracle: Scores) -> None:
    # All right against all wrong: of 2**n swaps only "none" and "all" are as far apart.
    for stories in (2, 5, 6):
        good, bad = ([10] * stories, [0] * stories)
        found = compare(made_up(oracle, "a", good), made_up(oracle, "b", bad), resamples=FEW)
        assert found.overall.p == 2 / 2**stories
        assert found.overall.is_decisive == (2 / 2**stories < 0.05)
        assert found.overall.differing == stories


def test_it_takes_six_stories_to_reach_0_05(oracle: Scores) -> None:
    assert stories_needed() == 6
    for stories, told in ((1, True), (5, True), (6, False)):
        found = compare(
            made_up(oracle, "a", [10] * stories), made_up(oracle, "b", [0] * stories), resamples=FEW
        )
        assert any("cannot reach 0.05" in note for note in found.notes) == told


def test_few_stories_that_differ_are_told(oracle: Scores) -> None:
    a, b = made_up(oracle, "a", [10] * 8), made_up(oracle, "b", [10] * 6 + [4, 5])
    found = compare(a, b, resamples=FEW)
    assert found.overall.differing == 2
    assert found.overall.p == 2 / 4
    assert "overall: the two differ on 2 stories of 8 only, so p cannot be below 0.5" in found.notes


def test_single_story_has_a_difference_but_no_interval(oracle: Scores) -> None:
    found = compare(made_up(oracle, "a", [9]), made_up(oracle, "b", [5]), resamples=FEW)
    assert found.overall.difference == pytest.approx(9 / 10 - 5 / 10)
    assert found.overall.interval is None
    assert found.overall.p == 1.0
    assert found.overall.detectable is None


def test_layer_that_one_did_not_attempt_is_not_compared(oracle: Scores) -> None:
    partly = scores_of([{"doc_id": "ferry/bulletin", "entities": []}], "partly")
    found = compare(oracle, partly, resamples=FEW)
    assert found.layers["entities"].difference == 1.0
    assert found.layers["figures"] is None
    assert found.overall.difference is None
    assert "figures is not compared: not attempted by partly" in found.notes
    assert any(note.startswith("overall is not compared") for note in found.notes)


# Laws


def test_identical_systems_have_difference_0_and_p_1(worse: Scores) -> None:
    found = compare(worse, replace(worse, system="twin"), resamples=FEW)
    for gap in (found.overall, *found.layers.values()):
        assert (gap.difference, gap.p, gap.differing) == (0.0, 1.0, 0)
        assert gap.interval[:2] == (0.0, 0.0)
        assert gap.detectable is None
        assert not gap.is_decisive
    assert "verdict: no difference on any story" in comparison_text(found)


hits = st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=1, max_size=7)


@settings(max_examples=30, deadline=None)
@given(hits=hits)
def test_exchanging_the_systems_turns_the_difference_round(
    oracle: Scores, hits: list[tuple[int, int]]
) -> None:
    a, b = (made_up(oracle, name, [h[i] for h in hits]) for i, name in enumerate("ab"))
    there, back = compare(a, b, resamples=FEW).overall, compare(b, a, resamples=FEW).overall
    assert there.difference == pytest.approx(-back.difference)
    assert there.p == back.p
    assert there.differing == sum(x != y for x, y in hits)


@settings(max_examples=30, deadline=None)
@given(hits=hits, order=st.randoms())
def test_order_of_systems_does_not_change_a_ranking(oracle, hits, order) -> None:
    systems = [made_up(oracle, name, [h[i] for h in hits]) for i, name in enumerate("ab")]
    systems.append(made_up(oracle, "c", [5] * len(hits)))
    shuffled = order.sample(systems, len(systems))
    assert compare_many(shuffled, resamples=FEW) == compare_many(systems, resamples=FEW)


# Only what was scored alike is compared


def test_other_split_is_refused(oracle: Scores) -> None:
    corpus = load_corpus(MINI, split="all")
    prediction = pledgewire.read_prediction(as_dicts("oracle"), corpus, name="all")
    other = score_prediction(corpus, prediction, resamples=FEW)
    with pytest.raises(ValueError, match=r"same data, got oracle with split:test and all with spl"):
        compare(oracle, other)
    with pytest.raises(ValueError, match="same data"):
        compare_many([oracle, other])


def test_other_rtol_is_refused_but_other_resamples_are_not(oracle: Scores) -> None:
    prediction = pledgewire.read_prediction(as_dicts("oracle"), oracle.corpus, name="loose")
    loose = score_prediction(oracle.corpus, prediction, resamples=FEW, rtol=0.01)
    with pytest.raises(ValueError, match=r"rtol:1e-09 and loose with rtol:0\.01"):
        compare(oracle, loose)
    other = score_prediction(oracle.corpus, prediction, resamples=FEW + 1, seed=1, interval="bca")
    assert compare(oracle, other, resamples=FEW).overall.difference == 0.0


def test_no_system_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        compare_many([])


# Rankings


def test_holm_multiplies_the_smallest_p_by_the_number_of_neighbours(oracle: Scores) -> None:
    # Ten stories: a and b differ on all of them, always by as much (p = 2/1024); b and c differ on
    # two (p = 2/4); a is named last, as order is free.
    b = made_up(oracle, "b", [5] * 10)
    c = made_up(oracle, "c", [5] * 8 + [4, 4])
    a = made_up(oracle, "a", [10] * 10)
    found = compare_many([b, c, a], resamples=1024)
    assert found.systems == ("a", "b", "c")
    first, second = found.neighbours
    assert (first.ahead, first.behind, first.gap.p) == ("a", "b", 2 * 2 / 1024)
    assert (second.ahead, second.behind, second.gap.p) == ("b", "c", 2 / 4)
    assert (first.gap.is_decisive, second.gap.is_decisive) == (True, False)
    lines = ranking_markdown(found).splitlines()
    assert "| a | b | +0.500 | [0.500, 0.500] | 0.0039 | gap is decisive |" in lines
    assert lines[-1].endswith("0.5000 | gap is not decisive |")


def test_correction_asks_for_more_stories(oracle: Scores) -> None:
    # Three gaps: 3 * 2 / 2**6 = 0.094 with six stories, 3 * 2 / 2**7 = 0.047 with seven.
    assert stories_needed(3) == 7
    for stories, told in ((6, True), (7, False)):
        systems = [
            made_up(oracle, n, [h] * stories) for n, h in zip("abcd", (9, 7, 5, 3), strict=True)
        ]
        found = compare_many(systems, resamples=FEW)
        assert bool(found.notes) == told
        assert all(pair.gap.is_decisive != told for pair in found.neighbours)


def test_ranking_by_the_one_layer_that_all_attempted(oracle: Scores) -> None:
    rows = [{"doc_id": "ferry/bulletin", "entities": []}]
    none, right = scores_of(rows, "none"), as_dicts("oracle")
    some = [{k: v for k, v in row.items() if k in ("doc_id", "entities")} for row in right]
    found = compare_many([none, scores_of([r for r in some if "doc_id" in r], "some")])
    assert (found.by, found.systems) == ("entities", ("some", "none"))


def test_system_without_an_overall_score_is_not_ranked(oracle: Scores, worse: Scores) -> None:
    partly = scores_of([{"doc_id": "ferry/bulletin", "entities": []}], "partly")
    found = compare_many([partly, worse, oracle], resamples=FEW)
    assert (found.systems, found.unranked) == (("oracle", "mangled"), ("partly",))
    assert "no overall score, so not ranked: partly" in ranking_markdown(found)


# The command


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    paths = []
    for name, rows in (("oracle", as_dicts("oracle")), ("mangled", mangled())):
        path = tmp_path / f"{name}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        paths.append(str(path))
    return paths[0], paths[1]


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, [*arguments, "--data", str(MINI), "--resamples", str(FEW)])
    assert result.exit_code == 0, result.output
    return result.output


def test_command_prints_table_notes_verdict_and_signature(files: tuple[str, str]) -> None:
    lines = run("compare", *files).splitlines()
    assert lines[0].startswith("oracle against mangled: track wire, split test, 4 documents, 2 sto")
    # 16/17 is 0.941, 1/17 is 0.059; ferry alone has 1/11, which is 0.091.
    row = next(line.split() for line in lines if line.startswith("entities"))
    assert row[:7] == ["entities", "1.000", "0.941", "+0.059", "[0.000,", "0.091]", "1.0000"]
    assert any("cannot reach 0.05" in line for line in lines)
    assert lines[-2].startswith(
        "verdict: oracle is 0.138 ahead of mangled; the gap is not decisive"
    )
    assert lines[-1].startswith("signature pledgewire:")


def test_command_gives_json_of_the_same(
    files: tuple[str, str], oracle: Scores, worse: Scores, tmp_path: Path
) -> None:
    expected = comparison_json(compare(oracle, worse, resamples=FEW))
    assert run("compare", *files, "--json", "-").encode() == expected
    run("compare", *files, "--json", str(tmp_path / "c.json"))
    assert (tmp_path / "c.json").read_bytes() == expected
    decoded = json.loads(expected)
    assert list(decoded["layers"]) == list(LAYERS)
    assert decoded["layers"]["crossdoc"]["difference"] == 0.25
    assert decoded["overall"]["p"] == 1.0


def test_command_tells_files_of_one_name_apart(files: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    twin = tmp_path / "new" / "oracle.jsonl"
    twin.write_bytes(Path(files[0]).read_bytes())
    assert f"{files[0]} against {twin}: " in run("compare", files[0], str(twin))


def test_several_scored_files_end_with_the_gaps_between_neighbours(files: tuple[str, str]) -> None:
    output = run("score", *files)
    assert "| oracle | mangled | +0.138 | [0.000, 0.210] | 1.0000 | gap is not decisive |" in output
    assert "Neighbours by overall F1, paired over 2 stories" in output


def test_one_scored_file_has_no_neighbours(files: tuple[str, str]) -> None:
    assert "Neighbours" not in run("score", files[0])
