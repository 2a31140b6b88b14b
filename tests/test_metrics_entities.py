"""Entity mentions: worked examples, brute force by definition, laws, ties."""

from __future__ import annotations

import random
from functools import cache
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pledgewire.counts import Counts, total
from pledgewire.metrics.entities import (
    MODES,
    ErrorCounts,
    ErrorRecord,
    ModeCounts,
    Row,
    count_mentions,
    count_strict,
)
from pledgewire.records import Mention

# The first large component loads the solver, which takes longer than a deadline allows.
law = settings(deadline=None)


def mention(label: str, start: int | None, end: int | None, *also: dict, form: str = "name"):
    return Mention(type=label, start=start, end=end, form=form, also=also)


def all_modes(gold, predicted) -> dict[str, tuple[int, ...]]:
    """Give [correct, incorrect, partial, missed, spurious] of each mode."""
    overall = count_mentions(gold, predicted).overall
    return {mode: tuple(getattr(overall, mode)) for mode in MODES}


def crowded(labels=("ORG", "GPE"), *, also=False, size=5):
    """Make few mentions in so little text that they overlap, nest and repeat."""
    readings = st.fixed_dictionaries(
        {}, optional={"start": st.integers(0, 3), "end": st.integers(4, 8)}
    ) | st.fixed_dictionaries({"type": st.sampled_from(labels)})
    return st.lists(
        st.builds(
            lambda label, start, length, form, alternatives: mention(
                label, start, start + length, *alternatives, form=form
            ),
            st.sampled_from(labels),
            st.integers(0, 7),
            st.integers(1, 5),
            st.sampled_from(("name", "nominal")),
            st.lists(readings, max_size=2) if also else st.just([]),
        ),
        max_size=size,
    )


# Definitions, written down a second time: slowly


def readings_of(gold):
    main = {"start": gold.start, "end": gold.end, "type": gold.type}
    return [{**main, **other} for other in ({}, *gold.also)]


def agreement(reading, predicted):
    """Say whether they overlap, have the same span, have the same type."""
    shared = set(range(reading["start"], reading["end"])) & set(
        range(predicted.start, predicted.end)
    )
    same_span = (reading["start"], reading["end"]) == (predicted.start, predicted.end)
    return bool(shared), bool(shared) and same_span, reading["type"] == predicted.type


CORRECT = {
    "strict": lambda overlap, span, label: span and label,
    "exact": lambda overlap, span, label: span,
    "partial": lambda overlap, span, label: span,
    "type": lambda overlap, span, label: overlap and label,
}


@cache
def pairings(n_gold: int, n_predicted: int):
    """List every one-to-one choice of pairs, of any number."""
    return [
        tuple(zip(golds, predictions, strict=True))
        for size in range(min(n_gold, n_predicted) + 1)
        for golds in combinations(range(n_gold), size)
        for predictions in permutations(range(n_predicted), size)
    ]


def correct_and_overlapping(gold, predicted, mode):
    """Say of every pair whether it overlaps and whether it is correct, in any reading."""
    overlapping, correct = set(), set()
    for i, g in enumerate(gold):
        for j, p in enumerate(predicted):
            agreements = [agreement(reading, p) for reading in readings_of(g)]
            if any(overlap for overlap, _, _ in agreements):
                overlapping.add((i, j))
            if any(CORRECT[mode](*each) for each in agreements):
                correct.add((i, j))
    return overlapping, correct


def counts_by_brute_force(gold, predicted, mode) -> tuple[ModeCounts, float]:
    """Take most correct pairs, then most pairs; and, apart from it, the most credit there can be.

    Half a pair and half a correct pair are the credit of partial mode.
    """
    overlapping, correct = correct_and_overlapping(gold, predicted, mode)
    tried = [
        (sum(edge in correct for edge in pairing), len(pairing))
        for pairing in pairings(len(gold), len(predicted))
        if overlapping.issuperset(pairing)
    ]
    hits, pairs = max(tried)
    most_credit = max(
        hits + (pairs - hits) / 2 if mode == "partial" else hits for hits, pairs in tried
    )
    others = pairs - hits
    return (
        ModeCounts(
            correct=hits,
            incorrect=0 if mode == "partial" else others,
            partial=others if mode == "partial" else 0,
            missed=len(gold) - pairs,
            spurious=len(predicted) - pairs,
        ),
        most_credit,
    )


@law
@pytest.mark.parametrize("mode", MODES)
@given(gold=crowded(), predicted=crowded())
def test_each_mode_has_the_most_credit_that_brute_force_finds(mode, gold, predicted):
    counts, most_credit = counts_by_brute_force(gold, predicted, mode)
    found = getattr(count_mentions(gold, predicted).overall, mode)
    assert found == counts
    assert found.credit == most_credit


@law
@pytest.mark.parametrize("mode", MODES)
@given(gold=crowded(also=True, size=4), predicted=crowded(size=4))
def test_alternative_readings_have_the_most_credit_that_brute_force_finds(mode, gold, predicted):
    counts, most_credit = counts_by_brute_force(gold, predicted, mode)
    found = getattr(count_mentions(gold, predicted).overall, mode)
    assert found == counts
    assert found.credit == most_credit


@law
@given(gold=crowded(also=True), predicted=crowded())
def test_the_headline_alone_is_that_of_all_modes(gold, predicted):
    assert count_strict(gold, predicted) == count_mentions(gold, predicted).overall.strict.counts


# Worked examples

KYIV = mention("GPE", 0, 4)
NATO = mention("ORG", 10, 14)
EMBASSY = mention("ORG", 20, 36, form="nominal")


@pytest.mark.parametrize(
    ("predicted", "strict", "exact", "partial", "type_"),
    [
        pytest.param(
            mention("ORG", 20, 36), (1, 0, 0, 0, 0), (1, 0, 0, 0, 0), (1, 0, 0, 0, 0),
            (1, 0, 0, 0, 0), id="same span and type",
        ),
        pytest.param(
            mention("GPE", 20, 36), (0, 1, 0, 0, 0), (1, 0, 0, 0, 0), (1, 0, 0, 0, 0),
            (0, 1, 0, 0, 0), id="same span, other type",
        ),
        pytest.param(
            mention("ORG", 29, 36), (0, 1, 0, 0, 0), (0, 1, 0, 0, 0), (0, 0, 1, 0, 0),
            (1, 0, 0, 0, 0), id="overlap, same type",
        ),
        pytest.param(
            mention("NORP", 20, 28), (0, 1, 0, 0, 0), (0, 1, 0, 0, 0), (0, 0, 1, 0, 0),
            (0, 1, 0, 0, 0), id="overlap, other type",
        ),
        pytest.param(
            mention("ORG", 36, 40), (0, 0, 0, 1, 1), (0, 0, 0, 1, 1), (0, 0, 0, 1, 1),
            (0, 0, 0, 1, 1), id="touches only",
        ),
        pytest.param(
            mention("ORG", None, None), (0, 0, 0, 1, 1), (0, 0, 0, 1, 1), (0, 0, 0, 1, 1),
            (0, 0, 0, 1, 1), id="not found in the text",
        ),
    ],
)  # fmt: skip
def test_one_gold_and_one_predicted_mention(predicted, strict, exact, partial, type_):
    expected = {"strict": strict, "exact": exact, "partial": partial, "type": type_}
    assert all_modes([EMBASSY], [predicted]) == expected


def test_a_document_with_one_error_of_each_kind():
    gold = [KYIV, NATO, EMBASSY, mention("LAW", 40, 50), mention("LOC", 60, 70)]
    predicted = [
        mention("LOC", 0, 4),  # the type is wrong
        mention("ORG", 9, 14),  # the boundary is wrong
        mention("GPE", 20, 28),  # both are wrong
        mention("LAW", 40, 50),  # right
        mention("EVENT", 80, 85),  # nothing there; and 60 to 70 is not found
    ]
    counted = count_mentions(gold, predicted, explain=True)
    assert counted.errors == ErrorCounts(missed=1, spurious=1, type=1, boundary=1, both=1)
    assert counted.records == (
        ErrorRecord("type", gold[0], predicted[0]),
        ErrorRecord("boundary", gold[1], predicted[1]),
        ErrorRecord("both", gold[2], predicted[2]),
        ErrorRecord("missed", gold[4], None),
        ErrorRecord("spurious", None, predicted[4]),
    )
    assert counted.overall.strict == ModeCounts(correct=1, incorrect=3, missed=1, spurious=1)
    assert counted.overall.exact == ModeCounts(correct=2, incorrect=2, missed=1, spurious=1)
    assert counted.overall.partial == ModeCounts(correct=2, partial=2, missed=1, spurious=1)
    assert counted.overall.type == ModeCounts(correct=2, incorrect=2, missed=1, spurious=1)
    assert counted.overall.partial.counts.f1 == pytest.approx((2 + 2 / 2) / 5)  # P = R
    assert counted.by_type["GPE"].strict == ModeCounts(incorrect=1)
    assert counted.by_type["EVENT"].strict == ModeCounts(spurious=1)
    assert counted.by_type["ORG"].type == ModeCounts(correct=1, incorrect=1)
    assert counted.by_form["nominal"].partial == ModeCounts(partial=1)
    assert counted.confusions[("GPE", "LOC")].exact == ModeCounts(correct=1)
    assert set(counted.confusions) == {("GPE", "LOC"), ("ORG", "GPE")}


def test_type_scores_hold_a_prediction_against_its_own_type():
    gold = [mention("GPE", 0, 4), mention("GPE", 10, 14), mention("LOC", 20, 24)]
    predicted = [mention("GPE", 0, 4), mention("LOC", 10, 14), mention("LOC", 20, 24)]
    counted = count_mentions(gold, predicted)
    assert counted.type_scores("strict") == {
        "GPE": Counts(recalled=1, gold=2, precise=1, predicted=1),
        "LOC": Counts(recalled=1, gold=1, precise=1, predicted=2),
    }
    # In exact mode all three are found: GPE found both of its gold, LOC both of its predictions.
    assert counted.type_scores("exact") == {
        "GPE": Counts(recalled=2, gold=2, precise=1, predicted=1),
        "LOC": Counts(recalled=1, gold=1, precise=2, predicted=2),
    }


def test_a_type_that_was_only_predicted_has_a_score():
    counted = count_mentions([KYIV], [mention("LOC", 0, 4)])
    assert counted.type_scores("strict")["LOC"] == Counts(predicted=1)
    assert counted.by_type.keys() == {"GPE"}


def test_nested_mentions_that_are_all_right():
    gold = [mention("ORG", 0, 16), mention("NORP", 0, 8), mention("ORG", 0, 16)]
    for predicted in permutations(gold):
        assert set(all_modes(gold, predicted).values()) == {(3, 0, 0, 0, 0)}


def test_an_exact_mention_is_not_torn_apart_to_make_two_halves():
    # One correct pair, or two partial ones: 1 = 1/2 + 1/2. The exact mention stays correct.
    gold = [mention("ORG", 3, 6), mention("ORG", 5, 8)]
    predicted = [mention("ORG", 3, 6), mention("ORG", 2, 4)]
    assert count_mentions(gold, predicted).overall.partial == ModeCounts(
        correct=1, missed=1, spurious=1
    )
    # In type mode both pairs are correct, so there they are taken: 2 > 1.
    assert count_mentions(gold, predicted).overall.type == ModeCounts(correct=2)


def test_of_several_pairs_of_equal_credit_the_closest_is_explained():
    gold = [mention("PERSON", 0, 5), mention("ORG", 0, 20)]
    predicted = [mention("LAW", 0, 30)]
    # Dice with 0:5 is 2 * 5 / 35, with 0:20 it is 2 * 20 / 50.
    records = count_mentions(gold, predicted, explain=True).records
    assert records == (
        ErrorRecord("missed", gold[0], None),
        ErrorRecord("both", gold[1], predicted[0]),
    )


def test_of_pairs_that_overlap_alike_the_one_of_the_same_type_is_explained():
    gold = [mention("GPE", 0, 4), mention("ORG", 6, 10)]
    predicted = [mention("ORG", 2, 8), mention("LAW", 0, 2)]
    # Both predictions overlap 0:4, and 2:8 overlaps both gold mentions: two pairs can be made.
    assert count_mentions(gold, predicted).errors == ErrorCounts(boundary=1, both=1)
    assert count_mentions(gold, predicted[:1]).errors == ErrorCounts(boundary=1, missed=1)


def test_of_equally_close_pairs_the_first_in_the_text_is_explained():
    gold = [mention("ORG", 6, 10), mention("GPE", 0, 4)]
    predicted = [mention("LAW", 2, 8)]
    # Dice is 2 * 2 / 10 with both.
    assert count_mentions(gold, predicted, explain=True).records == (
        ErrorRecord("both", gold[1], predicted[0]),
        ErrorRecord("missed", gold[0], None),
    )


def test_mentions_without_a_span_or_with_an_empty_one_agree_with_nothing():
    nowhere = [mention("ORG", None, None), mention("ORG", 3, 3), mention("ORG", 9, 4)]
    for each in nowhere:
        assert set(all_modes([each], [each]).values()) == {(0, 0, 0, 1, 1)}
        assert count_strict([each], [each]) == Counts(0, 1, 0, 1)
    assert count_strict(nowhere * 2, nowhere * 2) == Counts(0, 6, 0, 6)


def test_nothing_predicted_and_nothing_to_predict():
    assert count_mentions([], []).overall == Row([0] * 20)
    assert count_strict([], []).f1 is None
    assert count_strict([KYIV], []).f1 == 0
    assert count_strict([KYIV], []).precision is None
    assert count_strict([], [KYIV]).recall is None


# Equally right readings


def test_a_prediction_may_agree_with_any_reading():
    gold = [mention("ORG", 0, 8, {"end": 16}, {"type": "GPE"})]
    for predicted in (mention("ORG", 0, 8), mention("ORG", 0, 16), mention("GPE", 0, 8)):
        assert count_strict(gold, [predicted]) == Counts(1, 1, 1, 1)
        assert set(all_modes(gold, [predicted]).values()) == {(1, 0, 0, 0, 0)}
    # GPE 0:16 takes one part from each: its span from one reading, its type from another.
    assert all_modes(gold, [mention("GPE", 0, 16)]) == {
        "strict": (0, 1, 0, 0, 0),
        "exact": (1, 0, 0, 0, 0),
        "partial": (1, 0, 0, 0, 0),
        "type": (1, 0, 0, 0, 0),
    }
    assert count_mentions(gold, [mention("GPE", 0, 16)]).errors == ErrorCounts(type=1)


def test_several_readings_are_still_one_mention():
    gold = [mention("ORG", 0, 8, {"end": 16})]
    predicted = [mention("ORG", 0, 8), mention("ORG", 0, 16)]
    assert count_strict(gold, predicted) == Counts(1, 1, 1, 2)


def test_a_reading_gives_way_where_another_mention_needs_the_prediction():
    # The first may be found at 0:8 or 0:16, the second at 0:8 only: both are found.
    gold = [mention("ORG", 0, 8, {"end": 16}), mention("ORG", 0, 8)]
    predicted = [mention("ORG", 0, 8), mention("ORG", 0, 16)]
    for order in (predicted, predicted[::-1]):
        assert count_strict(gold, order) == count_strict(gold[::-1], order) == Counts(2, 2, 2, 2)


def test_a_type_agrees_only_in_a_reading_that_overlaps():
    gold = [mention("ORG", 0, 8, {"start": 20, "end": 28, "type": "GPE"})]
    assert all_modes(gold, [mention("GPE", 0, 6)])["type"] == (0, 1, 0, 0, 0)
    assert all_modes(gold, [mention("GPE", 22, 28)])["type"] == (1, 0, 0, 0, 0)


def test_readings_that_differ_in_identity_alone_change_nothing():
    gold = [Mention(type="GPE", start=0, end=5, entity_id="tokyo", also=({"entity_id": "japan"},))]
    assert count_strict(gold, [mention("GPE", 0, 5)]) == Counts(1, 1, 1, 1)


def test_a_mention_found_in_another_type_stands_in_the_row_of_its_own():
    counted = count_mentions([mention("LOC", 0, 8, {"type": "GPE"})], [mention("GPE", 0, 8)])
    assert counted.by_type["LOC"].strict == ModeCounts(correct=1)
    assert counted.type_scores("strict") == {
        "LOC": Counts(recalled=1, gold=1),
        "GPE": Counts(precise=1, predicted=1),
    }


def test_readings_of_a_prediction_are_no_answer():
    assert count_strict([KYIV], [mention("LOC", 0, 4, {"type": "GPE"})]) == Counts(0, 1, 0, 1)
    both = count_mentions([KYIV], [mention("LOC", 0, 4, {"type": "GPE"})])
    assert both.overall.strict == ModeCounts(incorrect=1)


# Laws


@law
@given(gold=crowded(also=True), predicted=crowded(), order=st.randoms(use_true_random=False))
def test_no_count_depends_on_the_order_of_mentions(gold, predicted, order):
    shuffled = [order.sample(side, len(side)) for side in (gold, predicted)]
    assert count_mentions(*shuffled) == count_mentions(gold, predicted)
    assert count_strict(*shuffled) == count_strict(gold, predicted)


@law
@given(gold=crowded(size=12))
def test_gold_against_itself_is_all_right(gold):
    alone = Row([len(gold), 0, 0, 0, 0] * 4)
    assert count_mentions(gold, gold).overall == alone
    assert count_mentions(gold, gold).errors == ErrorCounts()
    assert count_strict(gold, gold).f1 == (1 if gold else None)


@law
@given(gold=crowded(also=True), predicted=crowded())
def test_rows_add_up_to_overall(gold, predicted):
    counted = count_mentions(gold, predicted)
    for rows in (counted.by_type, counted.by_form):
        added = Row([0] * 20)
        for row in rows.values():
            added = added.plus(row)
        assert added == counted.overall
    for mode in MODES:
        counts: ModeCounts = getattr(counted.overall, mode)
        assert total(counted.type_scores(mode).values()) == counts.counts
        assert (counts.possible, counts.actual) == (len(gold), len(predicted))


@law
@given(gold=crowded(also=True), predicted=crowded())
def test_errors_are_what_strict_mode_does_not_call_correct(gold, predicted):
    counted = count_mentions(gold, predicted, explain=True)
    errors, strict = counted.errors, counted.overall.strict
    assert errors.type + errors.boundary + errors.both == strict.incorrect
    assert (errors.missed, errors.spurious) == (strict.missed, strict.spurious)
    assert ErrorCounts(*(
        sum(record.kind == kind for record in counted.records) for kind in ErrorCounts._fields
    )) == errors  # fmt: skip
    concerned = [record.gold for record in counted.records if record.gold]
    assert all(any(each is g for g in gold) for each in concerned)
    assert len(concerned) == len(gold) - strict.correct
    for kind, g, p in counted.records:
        assert (g is None) == (kind == "spurious")
        assert (p is None) == (kind == "missed")


@law
@given(gold=crowded(), predicted=crowded())
def test_swapping_gold_and_predicted_swaps_precision_and_recall(gold, predicted):
    there, back = count_mentions(gold, predicted), count_mentions(predicted, gold)
    for mode in MODES:
        one, other = getattr(there.overall, mode).counts, getattr(back.overall, mode).counts
        assert (one.precision, one.recall) == (other.recall, other.precision)


@law
@pytest.mark.parametrize("mode", MODES)
@given(gold=crowded(also=True), predicted=crowded(), extra=crowded(size=1))
def test_one_more_wrong_prediction_never_raises_precision_or_f1(mode, gold, predicted, extra):
    # Wrong: it earns nothing with any gold mention, neither whole nor half.
    overlapping, correct = correct_and_overlapping(gold, extra, mode)
    if not extra or correct or (mode == "partial" and overlapping):
        return
    before = getattr(count_mentions(gold, predicted).overall, mode).counts
    after = getattr(count_mentions(gold, predicted + extra).overall, mode).counts
    assert (after.precision or 0) <= (before.precision or 0)
    assert (after.f1 or 0) <= (before.f1 or 0)
    assert after.recall == before.recall


@law
@given(gold=crowded(also=True), predicted=crowded(), extra=crowded())
def test_more_predictions_never_lower_recall(gold, predicted, extra):
    before, after = count_mentions(gold, predicted), count_mentions(gold, predicted + extra)
    for mode in MODES:
        assert getattr(after.overall, mode).credit >= getattr(before.overall, mode).credit


@law
@given(gold=crowded(also=True), predicted=crowded())
def test_finding_a_missed_mention_raises_the_score(gold, predicted):
    for record in count_mentions(gold, predicted, explain=True).records:
        if record.kind == "missed":
            found = [*predicted, mention(record.gold.type, *record.gold.span)]
            assert count_strict(gold, found).f1 > count_strict(gold, predicted).f1


@law
@given(
    gold=crowded(("ORG", "GPE", "LAW")),
    predicted=crowded(("ORG", "GPE", "LAW")),
    names=st.permutations(["ORG", "GPE", "LAW"]),
)
def test_renaming_types_changes_nothing_overall(gold, predicted, names):
    new_name = dict(zip(["ORG", "GPE", "LAW"], names, strict=True))
    renamed = [
        [mention(new_name[each.type], each.start, each.end, form=each.form) for each in side]
        for side in (gold, predicted)
    ]
    assert count_mentions(*renamed).overall == count_mentions(gold, predicted).overall


@law
@given(gold=crowded(), predicted=crowded())
def test_modes_are_ordered_by_what_they_ask(gold, predicted):
    overall = count_mentions(gold, predicted).overall
    assert overall.strict.credit <= overall.exact.credit <= overall.partial.credit
    assert overall.strict.credit <= overall.type.credit
    assert overall.partial.correct == overall.exact.correct
    assert overall.partial.partial == overall.exact.incorrect


@law
@given(documents=st.lists(st.tuples(crowded(also=True), crowded()), min_size=1, max_size=4))
def test_counts_of_documents_add(documents):
    # The same documents, told one after the other in one text.
    joined, counted = ([], []), None
    for at, document in enumerate(documents):
        one = count_mentions(*document)
        counted = one if counted is None else counted.plus(one)
        for side, mentions in zip(joined, document, strict=True):
            side.extend(moved(each, 100 * at) for each in mentions)
    assert count_mentions(*joined) == counted


def moved(each: Mention, by: int) -> Mention:
    also = [
        {key: value if key == "type" else value + by for key, value in other.items()}
        for other in each.also
    ]
    return mention(each.type, each.start + by, each.end + by, *also, form=each.form)


# Size


def test_a_long_document_in_any_order():
    order = random.Random(7)
    gold = [mention("ORG", 10 * i, 10 * i + 7) for i in range(4000)]
    predicted = [
        mention("ORG" if i % 4 else "GPE", 10 * i + (i % 2), 10 * i + 7) for i in range(4000)
    ]
    shuffled = order.sample(gold, 4000), order.sample(predicted, 4000)
    # Odd ones start late; of the even ones every second is a GPE.
    assert count_strict(*shuffled) == Counts(1000, 4000, 1000, 4000)
    counted = count_mentions(*shuffled)
    assert counted.overall.strict == ModeCounts(correct=1000, incorrect=3000)
    assert counted.overall.exact == ModeCounts(correct=2000, incorrect=2000)
    assert counted.overall.partial == ModeCounts(correct=2000, partial=2000)
    assert counted.overall.type == ModeCounts(correct=3000, incorrect=1000)
    assert counted.errors == ErrorCounts(type=1000, boundary=2000)


def test_a_prediction_over_the_whole_text_costs_no_more_than_itself():
    gold = [mention("ORG", 10 * i, 10 * i + 7) for i in range(300)]
    predicted = [*gold[1:], mention("ORG", 0, 3000)]
    # It overlaps the one gold mention that is left.
    assert all_modes(gold, predicted) == {
        "strict": (299, 1, 0, 0, 0),
        "exact": (299, 1, 0, 0, 0),
        "partial": (299, 0, 1, 0, 0),
        "type": (300, 0, 0, 0, 0),
    }
