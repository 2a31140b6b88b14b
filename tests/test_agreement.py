"""Agreement of passes: kappa and alpha against other sources, slices that add up."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from pledgewire.cli import main
from pledgewire.reliability import ABSENT, cohen_kappa, krippendorff_alpha, reliability_of

PAIRS = st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("xyz")), min_size=2, max_size=30)


def test_alpha_of_krippendorffs_example() -> None:
    # Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section A: alpha 0.095
    first, second = "0100000010", "1110010000"
    assert krippendorff_alpha(list(zip(first, second, strict=True))) == pytest.approx(
        0.095, abs=5e-4
    )


@given(PAIRS)
def test_kappa_is_that_of_scikit_learn(pairs) -> None:
    kappa = cohen_kappa(pairs)
    if kappa is None:
        assert len({label for pair in pairs for label in pair}) == 1
    else:
        a, b = zip(*pairs, strict=True)
        assert kappa == pytest.approx(cohen_kappa_score(a, b))


@given(PAIRS, st.randoms())
def test_order_and_names_of_passes_do_not_matter(pairs, random) -> None:
    swapped = [(b, a) for a, b in pairs]
    random.shuffle(swapped)
    for measure in (cohen_kappa, krippendorff_alpha):
        assert measure(swapped) == pytest.approx(measure(pairs))


@given(st.lists(st.sampled_from("xy"), min_size=2, max_size=20))
def test_passes_that_say_the_same_agree_wholly(labels) -> None:
    pairs = [(label, label) for label in labels]
    wanted = 1 if len(set(labels)) > 1 else None
    assert cohen_kappa(pairs) == wanted
    assert krippendorff_alpha(pairs) == wanted


def test_a_record_of_one_pass_counts_for_alpha_only() -> None:
    pairs = [("x", "x"), ("y", "y"), ("x", ABSENT)]
    found = reliability_of("stance label", pairs)
    assert (found.matched, found.kappa, found.records) == (2, 1, 3)
    # labels x 3, y 2, absent 1 of 6: expected disagreement 1 - (3*2 + 2*1 + 0) / (6*5) = 22/30;
    # one pair of three disagrees: 1 - (1/3) / (22/30) = 12/22
    assert found.alpha == pytest.approx(12 / 22)


@pytest.fixture(scope="module")
def measured() -> dict:
    result = CliRunner().invoke(main, ["agreement", "--json", "-"])
    assert result.exit_code == 0
    return json.loads(result.output)


def test_json_has_the_headline_measures(measured: dict) -> None:
    for measure in ("mentions", "figures", "stances", "clusters"):
        assert 0.8 < measured[measure]["f1"] <= 1
    assert set(measured["against_gold"]) == {"a-gold", "b-gold"}


@pytest.mark.parametrize("kind", ["track", "voice"])
@pytest.mark.parametrize("measure", ["mentions", "figures", "stances"])
def test_slices_add_up(measured: dict, kind: str, measure: str) -> None:
    whole = measured[measure]["counts"]
    parts = [slice_[measure]["counts"] for slice_ in measured["by"][kind].values()]
    for name, number in whole.items():
        assert sum(part[name] for part in parts) == pytest.approx(number)
