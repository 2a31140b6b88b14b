"""Intervals, tests and power: closed forms, brute force, parity with scipy, laws."""

from __future__ import annotations

import math
from functools import partial
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pledgewire.counts import Counts, total
from pledgewire.resample import (
    bootstrap_interval,
    correct_holm,
    f1_of,
    mean_f1_of,
    paired_bootstrap,
    paired_permutation,
    smallest_detectable_difference,
    standard_error,
)

HIT, MISS, NOTHING = (1, 1, 1, 1), (0, 1, 0, 1), (0, 0, 0, 0)


def made_up(n_units: int, *layers: int, seed: int, accuracy: float = 0.7) -> np.ndarray:
    """Counts of units with about 40 gold and 40 predicted records a layer."""
    rng = np.random.default_rng(seed)
    gold, predicted = rng.poisson(40, size=(2, n_units, *layers))
    hits = np.minimum(rng.binomial(gold, accuracy), predicted)
    return np.stack([hits, gold, hits, predicted], axis=-1).astype(float)


# Statistics

counts = st.one_of(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)).map(
        lambda n: (min(n), n[1], min(n), n[2])
    ),
    st.sampled_from([NOTHING, (0, 3, 0, 0), (0, 0, 0, 3), (0.5, 2, 1.5, 2)]),
)


@given(st.lists(counts, min_size=1, max_size=5))
def test_f1_is_that_of_counts(rows):
    ours = f1_of(np.array(rows))
    theirs = [Counts(*row).f1 for row in rows]
    assert [None if np.isnan(score) else score for score in ours] == theirs


def test_mean_f1_is_undefined_with_any_layer():
    layers = np.array([[HIT, (1, 2, 1, 2)], [HIT, NOTHING]])
    mean = mean_f1_of(layers)
    assert mean[0] == (1 + 1 / 2) / 2
    assert np.isnan(mean[1])


# Bootstrap


@pytest.mark.parametrize(
    ("hits", "misses"),
    [
        (30, 10),  # few kinds: drawn by kind
        (6, 3),  # drawn unit by unit
    ],
)
def test_standard_error_of_a_share_of_hits(hits, misses):
    units = np.array([HIT] * hits + [MISS] * misses)
    n, resamples = hits + misses, 10_000
    share = hits / n
    expected = math.sqrt(share * (1 - share) / n)
    error = standard_error(units, f1_of, resamples=resamples, seed=1)
    assert error == pytest.approx(expected, rel=5 / math.sqrt(2 * resamples))


def test_many_distinct_units_are_drawn_in_blocks_without_losing_any():
    n, resamples = 400, 10_000  # four million draws, two million a block
    found = np.arange(n) / n
    units = np.stack([found, np.ones(n), found, np.ones(n)], axis=-1)
    expected = found.std() / math.sqrt(n)
    error = standard_error(units, f1_of, resamples=resamples, seed=1)
    assert error == pytest.approx(expected, rel=5 / math.sqrt(2 * resamples))


def test_standard_error_is_the_sample_deviation_of_the_resamples():
    units = made_up(10, seed=1)
    low, high, _ = bootstrap_interval(units, f1_of, resamples=2, seed=1, confidence=1 - 1e-12)
    error = standard_error(units, f1_of, resamples=2, seed=1)
    assert error == pytest.approx((high - low) / math.sqrt(2))


def worst_f1_of(sums: np.ndarray) -> np.ndarray:
    return f1_of(sums).min(axis=-1)


@pytest.mark.parametrize("method", ["percentile", "bca"])
@pytest.mark.parametrize(
    "statistic",
    [
        lambda sums: f1_of(sums[..., 0, :]),
        mean_f1_of,
        worst_f1_of,  # biased: resamples lie below the score of all units
    ],
    ids=["one layer", "mean", "worst"],
)
def test_interval_agrees_with_scipy(method, statistic):
    units = made_up(15, 4, seed=3, accuracy=0.9)
    units[0, ..., [0, 2]] //= 2  # a bad story: skewed
    units[1:3] = units[0]  # a kind that comes three times
    resamples, seeds = 20_000, range(8)
    ours = np.array(
        [
            bootstrap_interval(units, statistic, resamples=resamples, seed=seed, method=method)[:2]
            for seed in seeds
        ]
    )
    theirs = stats.bootstrap(
        (np.arange(len(units)),),
        lambda drawn, axis: statistic(units[drawn].sum(axis=drawn.ndim - 1)),
        n_resamples=resamples,
        method={"percentile": "percentile", "bca": "BCa"}[method],
        vectorized=True,
        random_state=np.random.default_rng(0),
    ).confidence_interval
    # one run of scipy against the mean of 8 of ours, all with the same Monte Carlo error
    error = ours.std(axis=0, ddof=1) * math.sqrt(1 + 1 / len(seeds))
    assert np.all(np.abs(ours.mean(axis=0) - theirs) <= 4 * error)


def test_bca_weighs_a_kind_by_how_often_it_comes():
    units = made_up(9, seed=1)
    units[:4] = units[0]
    apart = units.copy()
    apart[:4, 1] += np.arange(4) * 1e-9  # four kinds that differ by next to nothing
    together = bootstrap_interval(units, f1_of, seed=1, method="bca")
    assert bootstrap_interval(apart, f1_of, seed=1, method="bca") == pytest.approx(
        together, abs=1e-8
    )


def test_interval_covers_the_true_score_about_as_often_as_it_says():
    rng = np.random.default_rng(5)
    runs, n_stories, true = 300, 40, 2 * 0.6 * 20 / (20 + 24)
    covered = 0
    for run in range(runs):
        ease = rng.beta(6, 4, size=n_stories)  # mean 0.6: stories differ in difficulty
        hits = rng.binomial(20, ease)
        ones = np.ones(n_stories)
        units = np.stack([hits, 20 * ones, hits, 24 * ones], axis=-1)
        low, high, _ = bootstrap_interval(units, f1_of, resamples=400, seed=run)
        covered += low <= true <= high
    # 0.95 less the known optimism of percentiles at 40 units, within three standard errors
    assert 0.93 - 3 * math.sqrt(0.93 * 0.07 / runs) <= covered / runs <= 0.99


@given(
    seed=st.integers(0, 10**6),
    n_units=st.integers(5, 40),
    method=st.sampled_from(["percentile", "bca"]),
)
def test_interval_contains_the_score(seed, n_units, method):
    units = made_up(n_units, 3, seed=seed)
    interval = bootstrap_interval(units, mean_f1_of, resamples=300, seed=seed, method=method)
    assert interval.low <= mean_f1_of(units.sum(axis=0)) <= interval.high


def test_wider_confidence_gives_a_wider_interval():
    of = partial(bootstrap_interval, made_up(20, seed=1), f1_of, seed=1)
    narrow, wide = of(confidence=0.5), of(confidence=0.99)
    assert wide.low < narrow.low < narrow.high < wide.high


@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_perfect_system_has_no_width(method):
    units = np.array([(n, n, n, n) for n in range(1, 9)])
    assert bootstrap_interval(units, f1_of, seed=1, method=method) == (1, 1, 0)


def test_undefined_resamples_are_left_out_and_counted():
    units = np.array([HIT, NOTHING])
    low, high, undefined = bootstrap_interval(units, f1_of, resamples=10_000, seed=1)
    assert (low, high) == (1, 1)
    # both draws fall on the empty unit in one resample of four
    assert undefined == pytest.approx(10_000 / 4, abs=4 * math.sqrt(10_000 * 1 / 4 * 3 / 4))


@pytest.mark.parametrize("n_units", [0, 1])
def test_fewer_than_two_units_give_no_interval(n_units):
    units = np.array([HIT] * n_units).reshape(n_units, 4)
    assert bootstrap_interval(units, f1_of, seed=1) is None
    assert standard_error(units, f1_of, seed=1) is None
    assert paired_bootstrap(units, units, f1_of, seed=1) is None


def test_without_a_score_there_is_no_interval_and_no_test():
    units = np.array([NOTHING] * 5)
    assert bootstrap_interval(units, f1_of, seed=1) is None
    assert paired_permutation(units, units, f1_of, seed=1) is None
    assert smallest_detectable_difference(units, units, f1_of, seed=1) is None


def test_bca_needs_a_score_without_each_unit():
    units = np.array([HIT, NOTHING])
    assert bootstrap_interval(units, f1_of, seed=1, method="bca") is None


# Paired tests


def arrangements(units_a: np.ndarray, units_b: np.ndarray) -> list[float]:
    """Absolute differences of F1 under every swap, through Counts and nothing of the module."""
    gaps = []
    for swaps in product([False, True], repeat=len(units_a)):
        sides = zip(units_a, units_b, swaps, strict=True)
        pairs = [(b, a) if swap else (a, b) for a, b, swap in sides]
        first = total(Counts(*a) for a, _ in pairs).f1
        second = total(Counts(*b) for _, b in pairs).f1
        gaps.append(abs(first - second))
    return gaps


@pytest.mark.parametrize("seed", range(5))
def test_permutation_test_is_exact_on_few_units(seed):
    units_a, units_b = made_up(6, seed=seed), made_up(6, seed=seed + 100, accuracy=0.6)
    units_b[:2] = units_a[:2]  # two units on which the systems agree
    gaps = arrangements(units_a, units_b)
    expected = sum(gap >= gaps[0] - 1e-12 for gap in gaps) / 2**6
    assert paired_permutation(units_a, units_b, f1_of, seed=0) == expected


def test_units_with_equal_counts_do_not_stand_in_the_way_of_an_exact_test():
    units_a, units_b = made_up(10, seed=1), made_up(10, seed=2, accuracy=0.5)
    units_b[4:] = units_a[4:]
    gaps = arrangements(units_a, units_b)
    expected = sum(gap >= gaps[0] - 1e-12 for gap in gaps) / 2**10
    assert paired_permutation(units_a, units_b, f1_of, resamples=2**4, seed=0) == expected


def test_sampled_permutation_test_approaches_the_exact_one():
    units_a, units_b = made_up(13, 2, seed=1), made_up(13, 2, seed=2, accuracy=0.66)
    exact = paired_permutation(units_a, units_b, mean_f1_of, resamples=2**13, seed=0)
    draws = 2**13 - 1
    sampled = paired_permutation(units_a, units_b, mean_f1_of, resamples=draws, seed=0)
    assert 0.02 < exact < 0.5
    assert sampled == pytest.approx(exact, abs=4 * math.sqrt(exact * (1 - exact) / draws))


def test_permutation_test_of_many_equal_units_follows_the_binomial():
    # the systems differ on every unit: a is right on 26, b on 14
    units_a, units_b = np.array([HIT] * 26 + [MISS] * 14), np.array([MISS] * 26 + [HIT] * 14)
    gap = 26 - 14
    expected = sum(math.comb(40, k) for k in range(41) if abs(k - (40 - k)) >= gap) / 2**40
    p = paired_permutation(units_a, units_b, f1_of, resamples=10_000, seed=1)
    assert p == pytest.approx(expected, abs=4 * math.sqrt(expected * (1 - expected) / 10_000))


def test_sampled_permutation_test_is_never_zero():
    units_a, units_b = np.array([HIT] * 40), np.array([MISS] * 40)
    assert paired_permutation(units_a, units_b, f1_of, resamples=99, seed=1) == 1 / (1 + 99)


def test_paired_bootstrap_of_hits_follows_the_closed_form():
    # of 36 units a alone hits 12, b alone 3, both 21: per unit the difference is 1, -1 or 0
    units_a = np.array([HIT] * 12 + [MISS] * 3 + [HIT] * 21)
    units_b = np.array([MISS] * 12 + [HIT] * 3 + [HIT] * 21)
    value, low, high, p, undefined = paired_bootstrap(units_a, units_b, f1_of, seed=1)
    assert value == pytest.approx((12 - 3) / 36)
    assert low == pytest.approx(value - 1.96 * math.sqrt((15 / 36 - value**2) / 36), abs=1 / 36)
    assert high == pytest.approx(value + 1.96 * math.sqrt((15 / 36 - value**2) / 36), abs=1 / 36)
    assert low > 0
    assert p < 0.05
    assert undefined == 0


def test_paired_bootstrap_never_gives_zero():
    units_a, units_b = np.array([HIT] * 9), np.array([MISS] * 9)
    found = paired_bootstrap(units_a, units_b, f1_of, resamples=99, seed=1)
    assert found == (1, 1, 1, 2 * 1 / (1 + 99), 0)


@given(seed=st.integers(0, 10**6))
def test_paired_bootstrap_has_a_small_p_only_if_zero_is_outside(seed):
    units_a, units_b = made_up(12, seed=seed), made_up(12, seed=seed + 1, accuracy=0.65)
    found = paired_bootstrap(units_a, units_b, f1_of, resamples=499, seed=seed)
    outside = found.low > 0 or found.high < 0
    # the quantile interpolates between neighbours, so at the edge either answer stands
    assert outside == (found.p < 0.05) or found.p == pytest.approx(0.05, abs=2 * 2 / 500)


@given(seed=st.integers(0, 10**6), n_units=st.integers(2, 30))
def test_identical_systems_do_not_differ(seed, n_units):
    units = made_up(n_units, 4, seed=seed) / 7  # fractions, as metrics of coreference have
    found = paired_bootstrap(units, units.copy(), mean_f1_of, resamples=50, seed=seed)
    assert found == (0, 0, 0, 1, 0)
    assert paired_permutation(units, units.copy(), mean_f1_of, resamples=50, seed=seed) == 1
    detectable = partial(smallest_detectable_difference, units, units, mean_f1_of)
    assert detectable(resamples=50, seed=seed) == 0


def test_swapping_the_systems_keeps_p_and_turns_the_difference():
    units_a, units_b = made_up(9, seed=1), made_up(9, seed=2)
    there = paired_bootstrap(units_a, units_b, f1_of, seed=1)
    back = paired_bootstrap(units_b, units_a, f1_of, seed=1)
    assert there.value == -back.value
    test = partial(paired_permutation, statistic=f1_of, seed=1)
    assert test(units_a, units_b) == test(units_b, units_a)


def test_smallest_detectable_difference_is_a_multiple_of_the_standard_error():
    units_a = np.array([HIT] * 12 + [MISS] * 3 + [HIT] * 21)
    units_b = np.array([MISS] * 12 + [HIT] * 3 + [HIT] * 21)
    error = math.sqrt((15 / 36 - (9 / 36) ** 2) / 36)
    found = smallest_detectable_difference(units_a, units_b, f1_of, seed=1)
    assert found == pytest.approx((1.959964 + 0.841621) * error, rel=5 / math.sqrt(2 * 10_000))
    surer = smallest_detectable_difference(units_a, units_b, f1_of, power=0.9, seed=1)
    assert surer / found == pytest.approx((1.959964 + 1.281552) / (1.959964 + 0.841621))


# Order and seed

CALLS = {
    "percentile": lambda a, b, seed: bootstrap_interval(a, mean_f1_of, seed=seed, resamples=200),
    "bca": lambda a, b, seed: bootstrap_interval(
        a, mean_f1_of, seed=seed, resamples=200, method="bca"
    ),
    "standard error": lambda a, b, seed: standard_error(a, mean_f1_of, seed=seed, resamples=200),
    "paired": lambda a, b, seed: paired_bootstrap(a, b, mean_f1_of, seed=seed, resamples=200),
    "permutation": lambda a, b, seed: paired_permutation(
        a, b, mean_f1_of, seed=seed, resamples=200
    ),
    "detectable": lambda a, b, seed: smallest_detectable_difference(
        a, b, mean_f1_of, seed=seed, resamples=200
    ),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@given(data=st.data())
def test_order_of_units_leaves_no_trace(call, data):
    units_a, units_b = made_up(15, 2, seed=1) / 3, made_up(15, 2, seed=2) / 3
    units_a[7:], units_b[7:] = units_a[7], units_b[7]  # some units are equal
    order = data.draw(st.permutations(range(15)))
    assert call(units_a[order], units_b[order], 1) == call(units_a, units_b, 1)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_seed_decides(call):
    units_a, units_b = made_up(15, 2, seed=1), made_up(15, 2, seed=2)
    assert call(units_a, units_b, 1) == call(units_a, units_b, 1)
    assert call(units_a, units_b, 1) != call(units_a, units_b, 2)


# Holm


def test_holm_by_hand():
    assert correct_holm([0.01, 0.04, 0.03, None, 0.005]) == [
        3 * 0.01,
        2 * 0.03,  # 1 * 0.04 is below the one before
        2 * 0.03,
        None,
        4 * 0.005,
    ]
    assert correct_holm([0.6, 0.7]) == [1, 1]
    assert correct_holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_keeps_the_order_and_never_lowers(pvalues):
    corrected = correct_holm(pvalues)
    assert all(p <= q <= 1 for p, q in zip(pvalues, corrected, strict=True))
    ranked = [q for _, q in sorted(zip(pvalues, corrected, strict=True))]
    assert ranked == sorted(ranked)


# Misuse

UNITS = np.array([HIT, MISS, HIT])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (partial(bootstrap_interval, UNITS[:, :3]), r"\(n_units, \.\.\., 4\), got \(3, 3\)"),
        (partial(bootstrap_interval, UNITS * np.nan), "finite"),
        (partial(bootstrap_interval, UNITS, confidence=95), "confidence .* got 95"),
        (partial(bootstrap_interval, UNITS, method="basic"), "percentile, bca, got 'basic'"),
        (partial(bootstrap_interval, UNITS, resamples=0), "1 or more, got 0"),
        (partial(bootstrap_interval, UNITS[:, None]), "one score a resample"),
        (partial(paired_permutation, UNITS, UNITS, resamples=0), "1 or more, got 0"),
        (partial(paired_permutation, UNITS, UNITS[:2]), r"same units, got \(3, 4\) and \(2, 4\)"),
        (partial(paired_bootstrap, UNITS, UNITS[:2]), "same units"),
        (partial(paired_bootstrap, UNITS, UNITS, confidence=0), "confidence"),
        (partial(smallest_detectable_difference, UNITS, UNITS, power=1), "power .* got 1"),
        (partial(smallest_detectable_difference, UNITS, UNITS, alpha=0), "alpha .* got 0"),
    ],
)
def test_misuse_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(statistic=f1_of, seed=1)


@pytest.mark.parametrize("p", [-0.1, 1.1, math.nan])
def test_holm_refuses_what_is_no_p_value(p):
    with pytest.raises(ValueError, match="p-value"):
        correct_holm([0.5, p])
