"""Identity of entities: worked examples, brute force by definition, laws, faults of other scorers.

With the environment variable PLEDGEWIRE_REFERENCE set to a folder that holds coref_cases.json,
also the 216 values of the CoNLL reference scorer's test cases.
"""

from __future__ import annotations

import json
import os
import random
from fractions import Fraction
from functools import reduce
from itertools import combinations, permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from pledgewire.counts import Counts
from pledgewire.metrics.identity import (
    IdentityCounts,
    clusters_across,
    clusters_of,
    count_identity,
    drop_repeated,
    in_canonical_order,
)
from pledgewire.records import Mention

METRICS = ("muc", "b3", "ceafm", "ceafe", "lea", "blanc_coref", "blanc_noncoref")


# Values of the reference scorers


def reference_cases() -> list:
    folder = os.environ.get("PLEDGEWIRE_REFERENCE")
    if not folder:
        reason = "set PLEDGEWIRE_REFERENCE to the folder that holds coref_cases.json"
        return [pytest.param(None, None, marks=pytest.mark.skip(reason=reason), id="unset")]
    cases = json.loads((Path(folder) / "coref_cases.json").read_text(encoding="utf-8"))["cases"]
    return [
        pytest.param(case, metric, id=f"{case['id']}-{metric}")
        for case in cases
        for metric in case["expected"]
    ]


@pytest.mark.parametrize(("case", "metric"), reference_cases())
def test_reference_scorer_gives_the_same_value(case, metric):
    gold, predicted = (
        [[tuple(mention) for mention in cluster] for cluster in case[side]]
        for side in ("key", "response")
    )
    expected = case["expected"][metric]
    for clusters in (predicted, drop_repeated(predicted)[0]):
        counts = count_identity(gold, clusters)
        parts = [counts.blanc_coref, counts.blanc_noncoref]
        ours = counts.blanc if metric == "blanc" else getattr(counts, metric)
        numbers = [*parts[0], *parts[1]] if metric == "blanc" else [*ours]
        assert numbers == pytest.approx(expected["counts"], abs=1e-6)
        # the reference prints 0 for a ratio without denominator
        ratios = [ratio or 0.0 for ratio in (ours.recall, ours.precision, ours.f1)]
        assert ratios == pytest.approx(
            [expected["recall"], expected["precision"], expected["f1"]], abs=1e-6
        )


# Worked examples


def clusters(text: str) -> list[list[str]]:
    """One letter a mention, a space between clusters."""
    return [list(cluster) for cluster in text.split()]


def count(gold: str, predicted: str) -> IdentityCounts:
    return count_identity(clusters(gold), clusters(predicted))


def test_muc_counts_the_links_that_are_missing():
    assert count("abcd", "ab cd").muc == Counts(4 - 2, 4 - 1, (2 - 1) + (2 - 1), 2)
    assert count("ab cd", "abcd").muc == Counts(2, 2, 4 - 2, 4 - 1)
    assert count("abc", "ac").muc == Counts(3 - 2, 3 - 1, 2 - 1, 2 - 1)


def test_b_cubed_and_ceaf_tell_which_entities_were_merged():
    small_to_big = count("abcde fg hijkl", "abcde fghijkl")
    assert small_to_big.b3 == pytest.approx((12, 12, 5 + 2 * 2 / 7 + 5 * 5 / 7, 12))
    assert small_to_big.ceafm == (5 + 5, 12, 5 + 5, 12)
    assert small_to_big.ceafe == pytest.approx((1 + 2 * 5 / 12, 3, 1 + 2 * 5 / 12, 2))
    big_to_big = count("abcde fg hijkl", "abcdehijkl fg")
    assert big_to_big.b3 == pytest.approx((12, 12, 5 * 5 / 10 + 2 + 5 * 5 / 10, 12))
    assert big_to_big.ceafm == (5 + 2, 12, 5 + 2, 12)
    assert big_to_big.ceafe == pytest.approx((2 * 5 / 15 + 1, 3, 2 * 5 / 15 + 1, 2))
    assert small_to_big.muc == big_to_big.muc == (9, 9, 9, 10)


def test_lea_weighs_entities_by_their_size():
    lea = count("abc defg", "ab cd fghi").lea
    assert lea.recall == pytest.approx((3 * 1 / 3 + 4 * 1 / 6) / 7)
    assert lea.precision == pytest.approx((2 * 1 / 1 + 2 * 0 / 1 + 4 * 1 / 6) / 8)


def test_lea_finds_a_singleton_only_in_a_singleton():
    assert count("a b", "a bc").lea == Counts(1 + 0, 2, 1 + 0, 3)


def test_blanc_is_the_mean_of_both_kinds_of_links():
    counts = count("ab cde", "cbx de")
    assert counts.blanc_coref == Counts(1, 1 + 3, 1, 3 + 1)  # de
    assert counts.blanc_noncoref == Counts(2, 10 - 4, 2, 10 - 4)  # bd, be
    assert counts.blanc.recall == pytest.approx((1 / 4 + 2 / 6) / 2)
    assert counts.blanc.precision == pytest.approx((1 / 4 + 2 / 6) / 2)


@pytest.mark.parametrize(
    ("gold", "predicted", "expected"),
    [
        ("abcd", "ab cd", (2 / 6, 2 / 2, 1 / 2)),  # gold has coreference links only
        ("a b c", "ab c", (2 / 3, 2 / 2, 4 / 5)),  # gold has non-coreference links only
        ("abcd", "a b c d", (0 / 6, None, 0.0)),
        ("ab c", "a b c", ((0 + 2 / 2) / 2, (0 + 2 / 3) / 2, (0 + 4 / 5) / 2)),
        ("a", "ab", (None, 0 / 1, 0.0)),
        ("a", "a", (None, None, None)),
    ],
)
def test_blanc_takes_the_kinds_of_links_that_gold_has(gold, predicted, expected):
    assert count(gold, predicted).blanc == pytest.approx(expected)


def test_blanc_is_not_symmetric_where_one_side_lacks_a_kind():
    assert count("abcd", "ab cd").blanc.f1 == pytest.approx(1 / 2)
    assert count("ab cd", "abcd").blanc.f1 == pytest.approx((1 / 2 + 0) / 2)


def test_conll_is_the_mean_of_three():
    counts = count("abcd", "ab cd")
    muc = 2 * (2 / 3) * 1 / (2 / 3 + 1)
    b3 = 2 * (2 / 4) * 1 / (2 / 4 + 1)
    ceafe = 2 * (2 * 2 / 6) / (1 + 2)
    assert counts.conll == pytest.approx((muc + b3 + ceafe) / 3)


def test_conll_is_undefined_with_muc():
    counts = count("a b", "a b")
    assert (counts.muc.f1, counts.b3.f1, counts.ceafe.f1) == (None, 1, 1)
    assert counts.conll is None


def test_nothing_on_both_sides_counts_nothing():
    counts = count_identity([], [])
    assert counts == IdentityCounts()
    assert (counts.conll, counts.blanc) == (None, (None, None, None))


# Faults of published scorers (coval 87071a6, the Perl reference 8.01), each with its least case


def test_coval_fault_ceafm_divides_by_mentions_and_stays_within_one():
    assert count("abcd", "abcd").ceafm.f1 == 1  # coval: 4.0


def test_coval_fault_mention_in_two_clusters_does_not_depend_on_order():
    one, other = count("ab c", "ab bc"), count("ab c", "bc ab")  # coval: MUC .667 or 0
    assert one == other
    assert one == count("ab c", "ab c")._replace(repeated=1)


def test_coval_fault_empty_cluster_is_ignored():
    empty_too = count_identity([["a", "b"], []], [[], ["a", "b"]])  # coval: ZeroDivisionError
    assert empty_too == count("ab", "ab")


def test_coval_fault_document_that_was_not_predicted_lowers_recall():
    both = count("ab", "ab").plus(count("cd", ""))  # coval: KeyError
    assert (both.b3.recall, both.b3.precision) == (2 / 4, 2 / 2)


def test_coval_fault_document_that_gold_lacks_lowers_precision():
    both = count("ab", "ab").plus(count("", "cd"))  # coval: ignored, 100.0
    assert (both.b3.recall, both.b3.precision) == (2 / 2, 2 / 4)
    assert (both.muc.precision, both.ceafe.precision, both.lea.precision) == (1 / 2, 1 / 2, 2 / 4)


def test_coval_fault_names_of_clusters_are_compared_whole():
    mentions = [mention(0, "gpe-1"), mention(9, "org-1")]  # coval: cut to digits, one cluster
    assert clusters_of(mentions, start) == [[0], [9]]


def test_coval_fault_documents_are_not_paired_by_position():
    gold = {"a": [mention(0, "x"), mention(1, "x")], "b": [mention(2, "y"), mention(3, "y")]}
    swapped = {"b": gold["b"], "a": gold["a"]}  # coval, one name for both: MUC 33.3
    counts = count_identity(clusters_across(gold, start), clusters_across(swapped, start))
    assert counts.muc == Counts(2, 2, 2, 2)


def test_coval_fault_singletons_alone_leave_muc_undefined_not_zero():
    counts = count("a b c", "a b c")
    assert (counts.muc.f1, counts.b3.f1, counts.ceafm.f1, counts.lea.f1) == (None, 1, 1, 1)


def test_reference_fault_more_than_ten_repeated_mentions_are_scored():
    counts = count("ab c", "ab c" + "b" * 11)  # Perl: exits
    assert counts == count("ab c", "ab c")._replace(repeated=11)


# Repeated mentions


def test_repeated_mention_stays_with_the_entity_that_the_text_introduces_first():
    counts = count("ab cd", "bcd ab")
    assert counts == count("ab cd", "ab cd")._replace(repeated=1)


def test_naming_a_mention_twice_does_not_move_its_cluster_forward():
    assert count("bd", "bd bbz") == count("bd", "bd z")._replace(repeated=1 + 1)


def test_drop_repeated_keeps_the_order_given():
    assert drop_repeated(clusters("bcd bab bd")) == (clusters("bcd a"), 4)
    assert drop_repeated(clusters("aab bc")) == (clusters("ab c"), 2)


def test_repeats_in_gold_are_counted_apart():
    assert count("ab aab", "ab")[-2:] == (0, 3)


def test_mentions_that_do_not_compare_have_an_order_too():
    mixed = [[(1, 2), "a"], [None, (1, 2)]]
    assert in_canonical_order(mixed) == in_canonical_order([c[::-1] for c in mixed[::-1]])
    counts = count_identity([[(1, 2), "a"]], mixed)
    assert counts == count_identity([["a", (1, 2)]], mixed[::-1])
    assert counts.repeated == 1


# From records to clusters


def mention(start: int, entity_id: str | None) -> Mention:
    return Mention(type="ORG", start=start, end=start + 1, entity_id=entity_id)


def start(mention: Mention) -> int | None:
    return mention.start


def test_mentions_without_an_entity_are_singletons():
    mentions = [mention(0, "a"), mention(1, None), mention(2, "b"), mention(3, None)]
    mentions += [mention(4, "a")]
    assert sorted(clusters_of(mentions, start)) == [[0, 4], [1], [2], [3]]


def test_keys_of_several_documents_carry_the_document():
    mentions_of = {"d1": [mention(0, "a"), mention(1, None)], "d2": [mention(0, "a")]}
    grouped = clusters_across(mentions_of, start)
    assert sorted(grouped) == [[("d1", 0), ("d2", 0)], [("d1", 1)]]


# Brute force, by definition


def links(cluster) -> list[frozenset]:
    """Pairs of mentions; a singleton has one link, to itself (LEA)."""
    if len(cluster) == 1:
        return [frozenset(cluster)]
    return [frozenset(pair) for pair in combinations(cluster, 2)]


def muc_side(gold, predicted):
    home = {m: i for i, c in enumerate(predicted) for m in c}
    parts = [len({home.get(m, ("alone", m)) for m in c}) for c in gold]
    return [
        sum(len(c) - p for c, p in zip(gold, parts, strict=True)),
        sum(len(c) - 1 for c in gold),
    ]


def b3_side(gold, predicted):
    home = {m: set(c) for c in predicted for m in c}
    found = (Fraction(len(set(c) & home.get(m, set())), len(c)) for c in gold for m in c)
    return [sum(found), sum(len(c) for c in gold)]


def lea_side(gold, predicted):
    others = {link for c in predicted for link in links(c)}
    resolved = (Fraction(len(others & set(links(c))), len(links(c))) * len(c) for c in gold)
    return [sum(resolved), sum(len(c) for c in gold)]


def blanc_sides(gold, predicted):
    sides = []
    for side in (gold, predicted):
        every = {frozenset(pair) for pair in combinations([m for c in side for m in c], 2)}
        joined = {frozenset(pair) for c in side for pair in combinations(c, 2)}
        sides.append((joined, every - joined))
    return [[len(g & p), len(g), len(g & p), len(p)] for g, p in zip(*sides, strict=True)]


def best_alignment(gold, predicted, similarity):
    fewer, more = sorted((gold, predicted), key=len)
    return max(
        sum((similarity(set(a), set(b)) for a, b in zip(fewer, order, strict=False)), Fraction(0))
        for order in permutations(more)
    )


def phi_3(a: set, b: set) -> Fraction:
    return Fraction(len(a & b))


def phi_4(a: set, b: set) -> Fraction:
    return Fraction(2 * len(a & b), len(a) + len(b))


def by_definition(gold, predicted) -> dict[str, list]:
    sizes = [sum(len(c) for c in side) for side in (gold, predicted)]
    mentions = best_alignment(gold, predicted, phi_3)
    aligned = best_alignment(gold, predicted, phi_4)
    coref, noncoref = blanc_sides(gold, predicted)
    expected = {
        "ceafm": [mentions, sizes[0], mentions, sizes[1]],
        "ceafe": [aligned, len(gold), aligned, len(predicted)],
        "blanc_coref": coref,
        "blanc_noncoref": noncoref,
    }
    for name, side in (("muc", muc_side), ("b3", b3_side), ("lea", lea_side)):
        expected[name] = side(gold, predicted) + side(predicted, gold)
    return expected


@st.composite
def partitions(draw, most_mentions=9, most_clusters=5) -> list[list[int]]:
    """Some of the mentions, each in one cluster."""
    homes = draw(st.lists(st.integers(0, most_clusters), max_size=most_mentions))
    grouped = [[m for m, home in enumerate(homes) if home == c] for c in range(most_clusters)]
    return [cluster for cluster in grouped if cluster]


@given(gold=partitions(), predicted=partitions())
def test_counts_follow_the_definitions(gold, predicted):
    counts = count_identity(gold, predicted)
    for name, expected in by_definition(gold, predicted).items():
        assert list(getattr(counts, name)) == pytest.approx([float(n) for n in expected]), name


def made_up(seed: int, mentions: int, entities: int, noise: float):
    """Gold and predicted clusters in which a share of the mentions moved to another cluster."""
    rng = random.Random(seed)
    gold, predicted = {}, {}
    for m in range(mentions):
        home = rng.randrange(entities)
        gold.setdefault(home, []).append(m)
        moved = rng.randrange(entities) if rng.random() < noise else home
        predicted.setdefault(moved, []).append(m)
    return list(gold.values()), list(predicted.values())


@pytest.mark.parametrize(
    ("mentions", "entities"),
    [
        (60, 20),
        (900, 12),  # sizes with no small common multiple
        (1500, 500),  # too large for a dense matrix
    ],
)
def test_ceaf_agrees_with_one_assignment_over_all_pairs(mentions, entities):
    gold, predicted = made_up(7, mentions, entities, noise=0.6)
    counts = count_identity(gold, predicted)
    shared = np.array([[len(set(g) & set(p)) for p in map(set, predicted)] for g in gold])
    both = np.array([[len(g) + len(p) for p in predicted] for g in gold])
    for part, similarity in ((counts.ceafm, shared), (counts.ceafe, 2 * shared / both)):
        expected = similarity[linear_sum_assignment(similarity, maximize=True)].sum()
        assert part.recalled == pytest.approx(expected, rel=1e-11)
    shuffled = [random.Random(1).sample(c, len(c)) for c in predicted[::-1]]
    assert count_identity(gold[::-1], shuffled) == counts


# Laws


@given(
    gold=partitions(),
    predicted=st.lists(st.lists(st.integers(0, 6), max_size=4), max_size=5),
    rng=st.randoms(),
)
def test_order_leaves_no_trace_even_with_repeated_mentions(gold, predicted, rng):
    shuffled = [
        [rng.sample(c, len(c)) for c in rng.sample(side, len(side))] for side in (gold, predicted)
    ]
    assert count_identity(*shuffled) == count_identity(gold, predicted)


@given(gold=partitions(), predicted=partitions(), names=st.permutations(range(9)))
def test_names_of_mentions_do_not_matter(gold, predicted, names):
    renamed = [[[f"m{names[m]}" for m in c] for c in side] for side in (gold, predicted)]
    assert count_identity(*renamed) == count_identity(gold, predicted)


@given(gold=partitions(most_mentions=30, most_clusters=8))
def test_gold_against_gold_is_one(gold):
    counts = count_identity(gold, gold)
    for part in counts[:7]:
        assert part.f1 == (1 if part.gold else None)
    assert counts.blanc.f1 == (1 if sum(map(len, gold)) > 1 else None)
    assert counts.conll == (1 if any(len(c) > 1 for c in gold) else None)


@given(gold=partitions(), predicted=partitions())
def test_swapping_sides_swaps_recall_and_precision(gold, predicted):
    there, back = count_identity(gold, predicted), count_identity(predicted, gold)
    for one, other in zip(there[:7], back[:7], strict=True):
        assert (one[:2], one[2:]) == (other[2:], other[:2])


@given(gold=partitions(), predicted=partitions())
def test_ratios_stay_between_nought_and_one(gold, predicted):
    counts = count_identity(gold, predicted)
    for part in (*counts[:7], counts.blanc):
        for ratio in (part.recall, part.precision, part.f1):
            assert ratio is None or 0 <= ratio <= 1


@given(gold=partitions(), predicted=partitions())
def test_one_more_invented_mention_never_raises_a_score(gold, predicted):
    before = count_identity(gold, predicted)
    after = count_identity(gold, [*predicted, ["invented"]])
    for one, other in zip((*before[:7], before.blanc), (*after[:7], after.blanc), strict=True):
        assert (other.f1 or 0) <= (one.f1 or 0) + 1e-15


@given(documents=st.lists(st.tuples(partitions(6), partitions(6)), min_size=2, max_size=2))
def test_counts_of_two_documents_merged_are_the_sum(documents):
    named = [
        [[[(name, m) for m in c] for c in side] for side in document]
        for name, document in zip("ab", documents, strict=True)
    ]
    merged = count_identity(named[0][0] + named[1][0], named[0][1] + named[1][1])
    added = reduce(IdentityCounts.plus, [count_identity(*document) for document in named])
    # only pairs of mentions across documents are new: links of non-coreference
    sizes = [[{m for c in side for m in c} for side in document] for document in named]
    pairs = [len(sizes[0][side]) * len(sizes[1][side]) for side in (0, 1)]
    both = [len(document[0] & document[1]) for document in sizes]
    across = Counts.of_hits(both[0] * both[1], *pairs)
    added = added._replace(blanc_noncoref=added.blanc_noncoref.plus(across))
    for name in METRICS:
        assert getattr(merged, name) == pytest.approx(getattr(added, name)), name


def test_sums_of_repeats_are_kept():
    counts = count("ab", "ab b").plus(count("aa", "aab"))
    assert (counts.repeated, counts.gold_repeated) == (1 + 1, 1)
