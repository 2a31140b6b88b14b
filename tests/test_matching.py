"""Overlaps and matchings against brute force, and the ties that the docstrings promise."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pledgewire.matching import components, match_any, match_best, overlapping_pairs

# The first call of the solver loads it, which takes longer than a deadline allows.
law = settings(deadline=None)

spans = st.tuples(st.integers(0, 12), st.integers(0, 6)).map(lambda at: (at[0], at[0] + at[1]))


def all_matchings(edges):
    """List every choice of pairs that shares no record, the empty one too."""
    found = [[]]
    for i, j in sorted(edges):
        found += [[*m, (i, j)] for m in found if all(i != a and j != b for a, b in m)]
    return found


def best_by_brute_force(weights):
    """Take the heaviest matching, then the one with more pairs, then the smallest list."""
    return min(
        all_matchings(weights), key=lambda m: (-sum(weights[edge] for edge in m), -len(m), m)
    )


# Overlaps


@law
@given(gold=st.lists(spans, max_size=8), predicted=st.lists(spans, max_size=8))
def test_overlapping_pairs_are_those_that_share_a_code_point(gold, predicted):
    shared = [
        (i, j)
        for i, g in enumerate(gold)
        for j, p in enumerate(predicted)
        if set(range(*g)) & set(range(*p))
    ]
    assert overlapping_pairs(gold, predicted) == shared


def test_spans_that_touch_do_not_overlap():
    assert overlapping_pairs([(0, 5)], [(5, 9)]) == []
    assert overlapping_pairs([(5, 9)], [(0, 5)]) == []
    assert overlapping_pairs([(0, 5)], [(4, 9)]) == [(0, 0)]


def test_empty_spans_overlap_nothing_not_even_themselves():
    assert overlapping_pairs([(3, 3)], [(3, 3), (0, 9)]) == []
    assert overlapping_pairs([(0, 9)], [(3, 3), (5, 4)]) == []


def test_thousands_of_shuffled_spans_pair_with_their_like():
    gold = [(10 * i, 10 * i + 7) for i in range(4000)]
    shift = [(start + 3, end + 3) for start, end in gold]
    order = random.Random(1).sample(range(4000), 4000)
    assert overlapping_pairs(gold, [shift[i] for i in order]) == sorted(
        (i, j) for j, i in enumerate(order)
    )


# Components


@law
@given(edges=st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5))))
def test_components_share_no_record_and_cannot_be_split(edges):
    groups = components(edges)
    assert sorted(edge for group in groups for edge in group) == sorted(edges)
    for side in (0, 1):
        records = [{edge[side] for edge in group} for group in groups]
        assert sum(map(len, records)) == len(set().union(*records))
    for group in groups:
        reached = {group[0]}
        for _ in group:
            reached |= {e for e in group if any(e[0] == r[0] or e[1] == r[1] for r in reached)}
        assert reached == set(group)


# Heaviest matching

sparse_weights = st.dictionaries(
    st.tuples(st.integers(0, 5), st.integers(0, 5)), st.integers(0, 4), max_size=10
)
# Most pairs of a table: more combinations than are tried one by one, so the assignment solver and
# the search for the smallest of its ties are at work.
SHAPES = ((5, 5), (4, 6), (6, 4))
MATCHINGS = {
    (rows, columns): all_matchings({(i, j) for i in range(rows) for j in range(columns)})
    for rows, columns in SHAPES
}


def dense_weights(rows: int, columns: int):
    count = rows * columns
    return st.lists(st.integers(-1, 3), min_size=count, max_size=count).map(
        lambda values: {divmod(at, columns): value for at, value in enumerate(values) if value >= 0}
    )


@law
@given(weights=sparse_weights)
def test_sparse_matching_is_the_one_that_brute_force_takes(weights):
    assert match_best(6, 6, weights) == best_by_brute_force(weights)


@law
@pytest.mark.parametrize("shape", SHAPES)
@given(data=st.data())
def test_dense_matching_is_the_one_that_brute_force_takes(shape, data):
    weights = data.draw(dense_weights(*shape))
    possible = [m for m in MATCHINGS[shape] if weights.keys() >= set(m)]
    best = min(possible, key=lambda m: (-sum(weights[edge] for edge in m), -len(m), m))
    assert match_best(*shape, weights) == best
    # Quarters are exact in floats; of the matching only the total is promised then.
    quarters = {edge: weight / 4 for edge, weight in weights.items()}
    assert sum(quarters[edge] for edge in match_best(*shape, quarters)) == sum(
        quarters[edge] for edge in best
    )


@law
@given(
    weights=dense_weights(5, 5),
    orders=st.tuples(st.permutations(range(5)), st.permutations(range(5))),
)
def test_weight_and_number_of_pairs_do_not_depend_on_numbering(weights, orders):
    renumbered = {(orders[0][i], orders[1][j]): weight for (i, j), weight in weights.items()}
    one, other = match_best(5, 5, weights), match_best(5, 5, renumbered)
    assert len(one) == len(other)
    assert sum(weights[edge] for edge in one) == sum(renumbered[edge] for edge in other)


def test_one_heavy_pair_gives_way_to_two_that_weigh_more():
    assert match_best(2, 2, {(0, 0): 3, (0, 1): 2, (1, 0): 2}) == [(0, 1), (1, 0)]  # 2 + 2 > 3
    assert match_best(2, 2, {(0, 0): 5, (0, 1): 2, (1, 0): 2}) == [(0, 0)]  # 5 > 2 + 2


def test_of_equal_weights_more_pairs_are_taken():
    assert match_best(2, 2, {(0, 0): 4, (0, 1): 2, (1, 0): 2}) == [(0, 1), (1, 0)]  # 4 = 2 + 2


def test_pairs_of_weight_0_are_taken_where_records_are_free():
    assert match_best(2, 2, {(0, 0): 1, (1, 1): 0}) == [(0, 0), (1, 1)]


def test_a_star_takes_its_heaviest_pair_and_of_equal_ones_the_first():
    assert match_best(1, 3, {(0, 0): 1, (0, 1): 7, (0, 2): 7}) == [(0, 1)]
    assert match_best(3, 1, {(2, 0): 7, (1, 0): 7, (0, 0): 1}) == [(1, 0)]


def test_nothing_to_match():
    assert match_best(0, 0, {}) == []
    assert match_best(3, 2, {}) == []
    assert match_any([]) == []


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({(0, 2): 1}, r"1 gold and 2 predicted records, got \(0, 2\)"),
        ({(-1, 0): 1}, r"got \(-1, 0\)"),
        ({(0, 0): -0.5}, r"not below 0, got -0.5 for \(0, 0\)"),
        ({(0, 0): float("nan")}, "finite"),
        ({(0, 0): float("inf")}, "finite"),
    ],
)
def test_wrong_pairs_and_weights_are_named(weights, message):
    with pytest.raises(ValueError, match=message):
        match_best(1, 2, weights)


# Largest matching


@law
@given(edges=st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12))
def test_largest_matching_is_the_one_that_brute_force_takes(edges):
    assert match_any(edges) == best_by_brute_force(dict.fromkeys(edges, 1))


@law
@pytest.mark.parametrize("shape", SHAPES)
@given(data=st.data(), order=st.randoms(use_true_random=False))
def test_largest_matching_does_not_depend_on_the_order_of_edges(shape, data, order):
    listed = list(data.draw(dense_weights(*shape)))
    possible = [m for m in MATCHINGS[shape] if set(listed) >= set(m)]
    best = min(possible, key=lambda m: (-len(m), m))
    order.shuffle(listed)
    assert match_any(listed) == match_any(listed * 2) == best


def test_a_long_chain_is_matched_from_end_to_end():
    # Record i goes with i and i + 1, the last only with 0: all must shift by one.
    chain = [(i, i + 1) for i in range(300)] + [(i, i) for i in range(300)] + [(300, 0)]
    assert match_any(chain) == [*((i, i + 1) for i in range(300)), (300, 0)]


def test_importing_the_module_does_not_load_the_solver():
    code = "import sys, pledgewire.matching; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
