"""Laws that every score keeps, and oracles that try all ways to pair, place and resolve.

Documents are small and crowded, so that records compete: the cases in which a scorer that is greedy
or looks at the order of its input goes wrong.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import pledgewire
from pledgewire.checks.offsets import Placed, find_offset_faults
from pledgewire.checks.predictions import build_prediction
from pledgewire.counts import Counts
from pledgewire.extract import make_extractor
from pledgewire.grounding import UNGROUNDED, ground
from pledgewire.jsonl import Line
from pledgewire.loading import load_corpus
from pledgewire.metrics.claims import count_claims
from pledgewire.metrics.crossdoc import align_figures, count_crossdoc
from pledgewire.metrics.figures import RTOL, count_figures
from pledgewire.metrics.stances import count_stances
from pledgewire.metrics.tally import Tally, sum_tallies
from pledgewire.records import (
    LAYERS,
    Cluster,
    Entity,
    Figure,
    Layers,
    Mention,
    Pair,
    Stance,
    StoryLayer,
    readings,
)
from pledgewire.resolve import GoldNames, Resolver
from pledgewire.run import run_extractor
from pledgewire.spans import Span

MINI = Path(__file__).parent / "data" / "mini"
QUICK = settings(max_examples=50, deadline=None)
FEW = settings(max_examples=20, deadline=None, phases=(Phase.explicit, Phase.generate))
"""Whole outputs are too large to be made smaller in good time."""
SHUFFLER = st.randoms(use_true_random=False)
MEANINGS = {"ab": {"a", "b"}, "bc": {"b", "c"}}
"""Names that two entities share."""


def resolve(reference: str | None) -> frozenset[str]:
    """Resolve a name to itself, a shared name to both of its entities."""
    return frozenset(MEANINGS.get(reference, {reference}) if reference else ())


OWN_IDS = {"a": "z1", "b": "z0", "ab": "y", "bc": "x", None: None}
"""Ids that a system may give instead; sorted, they come in another order."""
MEANT = {own: name for name, own in OWN_IDS.items()}


def resolve_own(reference: str | None) -> frozenset[str]:
    return resolve(MEANT[reference])


def shuffled(records: tuple[Any, ...], order: random.Random) -> tuple[Any, ...]:
    return tuple(order.sample(records, len(records)))


def change(record: Any, **fields: Any) -> Any:
    return msgspec.structs.replace(record, **fields)


def most_pairs(n_gold: int, n_predicted: int, agrees: Any) -> int:
    """Count the pairs of the largest one-to-one matching by trying every order."""
    size = max(n_gold, n_predicted)
    return max(
        sum(j < n_predicted and agrees(i, j) for i, j in zip(range(n_gold), order, strict=False))
        for order in permutations(range(size))
    )


def check_bounds(tally: Tally) -> None:
    for name, counts in tally.items():
        assert 0 <= counts.recalled <= counts.gold, name
        assert 0 <= counts.precise <= counts.predicted, name


# Figures

NAMES = st.sampled_from([None, "a", "b", "ab"])


@st.composite
def figures(draw: Any, most: int = 4, also: bool = False) -> tuple[Figure, ...]:
    """Draw figures that overlap a lot and differ in few fields; sums of money and dates."""
    drawn = []
    for number in range(draw(st.integers(0, most))):
        start = draw(st.integers(0, 6))
        figure = Figure(
            kind="money",
            id=f"f{number}",
            start=start,
            end=start + draw(st.integers(1, 4)),
            status=draw(st.sampled_from(["none", "committed"])),
        )
        if draw(st.integers(0, 3)):
            low = draw(st.sampled_from([1, 10]))
            figure = change(
                figure,
                kind=draw(st.sampled_from(["money", "money", "count"])),
                low=low,
                high=low,
                unit=draw(st.sampled_from(["EUR", "USD"])),
                bound=draw(st.sampled_from(["exact", "about"])),
                giver=draw(NAMES.filter(lambda name: name != "ab")),
            )
        else:
            date = draw(st.sampled_from(["2025-03", "2025-03-03", "2025-04"]))
            figure = change(figure, kind="date", date=date)
        if also and figure.kind == "money" and draw(st.booleans()):
            fields = [
                {"unit": "EUR"},
                {"bound": "about"},
                {"low": 10, "high": 10},
                {"giver": "b"},
                {"kind": "count"},
            ]
            figure = change(figure, also=(draw(st.sampled_from(fields)),))
        drawn.append(figure)
    return tuple(drawn)


def covers(figure: Figure) -> set[int]:
    return set(range(figure.start, figure.end))


def means(figure: Figure) -> tuple[Any, ...]:
    return figure.kind, figure.low, figure.high, figure.unit, figure.bound, figure.date


def is_right(gold: Figure, predicted: Figure) -> bool:
    """Say by the definition of the headline whether a prediction is right."""
    return any(
        bool(covers(r) & covers(predicted)) and means(r) == means(predicted) for r in readings(gold)
    )


def count_records(gold: Any, predicted: Any, rtol: float = RTOL) -> Counts:
    return count_figures(gold, predicted, resolve, rtol)["record"]


@QUICK
@given(gold=figures(also=True), predicted=figures())
def test_figures_are_matched_as_well_as_brute_force_can(gold, predicted):
    counted = count_figures(gold, predicted, resolve)
    sizes = len(gold), len(predicted)
    right = most_pairs(*sizes, lambda i, j: is_right(gold[i], predicted[j]))
    found = most_pairs(*sizes, lambda i, j: bool(covers(gold[i]) & covers(predicted[j])))
    assert counted["record"] == Counts.of_hits(right, *sizes)
    assert counted["detection"] == Counts.of_hits(found, *sizes)


@QUICK
@given(gold=figures(also=True), predicted=figures(), order=SHUFFLER)
def test_order_of_figures_does_not_matter(gold, predicted, order):
    expected = count_figures(gold, predicted, resolve)
    assert count_figures(shuffled(gold, order), shuffled(predicted, order), resolve) == expected


@QUICK
@given(gold=figures(also=True), predicted=figures())
def test_ids_of_figures_and_their_givers_do_not_matter(gold, predicted):
    renamed = [change(f, id=f"z{9 - k}", giver=OWN_IDS[f.giver]) for k, f in enumerate(predicted)]
    assert count_figures(gold, renamed, resolve_own) == count_figures(gold, predicted, resolve)


@QUICK
@given(gold=figures(most=6, also=True))
def test_gold_figures_against_themselves_are_1_in_every_detail(gold):
    counted = count_figures(gold, gold, resolve)
    assert counted["record"] == Counts.of_hits(len(gold), len(gold), len(gold))
    for name in ("detection", "giver:end_to_end"):
        assert counted[name].f1 in (1.0, None), name


@QUICK
@given(gold=figures(also=True), predicted=figures())
def test_no_share_of_figures_passes_1(gold, predicted):
    check_bounds(count_figures(gold, predicted, resolve))


@QUICK
@given(gold=figures(also=True), predicted=figures(), extra=figures(most=1))
def test_one_more_figure_raises_the_score_only_if_it_is_right(gold, predicted, extra):
    before = count_records(gold, predicted)
    after = count_records(gold, predicted + extra)
    assert after.recalled >= before.recalled
    if not any(is_right(g, e) for g in gold for e in extra):
        assert (after.f1 or 0) <= (before.f1 or 0)
        assert after.recalled == before.recalled


@QUICK
@given(gold=figures(), predicted=figures())
def test_swapping_gold_and_predicted_figures_swaps_precision_and_recall(gold, predicted):
    recalled, n_gold, precise, n_predicted = count_records(gold, predicted)
    assert count_records(predicted, gold) == (precise, n_predicted, recalled, n_gold)


@QUICK
@given(documents=st.lists(st.tuples(figures(also=True), figures()), min_size=1, max_size=4))
def test_counts_of_figures_add_over_shards_and_over_a_joined_document(documents):
    parts = [count_figures(gold, predicted, resolve) for gold, predicted in documents]
    whole = sum_tallies(parts)
    assert sum_tallies([sum_tallies(parts[:2]), sum_tallies(parts[2:])]) == whole
    joined: tuple[list[Figure], list[Figure]] = ([], [])
    for number, document in enumerate(documents):
        for side, records in zip(joined, document, strict=True):
            side += [
                change(f, start=f.start + 100 * number, end=f.end + 100 * number) for f in records
            ]
    assert sum_tallies([count_figures(*joined, resolve)]) == whole


@QUICK
@given(
    value=st.integers(1, 10**12),
    share=st.sampled_from([0.01, 0.05, 0.2]),
    part=st.floats(0, 3).filter(lambda x: abs(x - 1) > 1e-3),
    sign=st.sampled_from([-1, 1]),
)
def test_value_is_right_within_the_tolerance_and_wrong_beyond(value, share, part, sign):
    gold = Figure(kind="money", start=0, end=5, low=value, high=value, unit="EUR", bound="exact")
    off = value * (1 + sign * part * share)
    predicted = msgspec.structs.replace(gold, low=off, high=off)
    assert count_records([gold], [predicted], share).recalled == (part < 1)


@pytest.mark.parametrize(
    ("gold", "predicted", "error", "hits"),
    [
        ("2025-03-03", "2025-03-03", "date:equal", 1),
        ("2025-03-03", "2025-03", "date:precision", 0),
        ("2025-03", "2025-03-03", "date:precision", 0),
        ("2025-03", "2025", "date:precision", 0),
        ("2025-03-03", "2025-04", "date:different", 0),
        ("2022/..", "2022-02-24/..", "date:precision", 0),
        ("../2030", "2030/..", "date:different", 0),
    ],
)
def test_date_of_another_precision_is_no_hit_but_told_apart(gold, predicted, error, hits):
    counted = count_figures(
        [Figure(kind="date", start=0, end=5, date=gold)],
        [Figure(kind="date", start=0, end=5, date=predicted)],
        resolve,
    )
    assert counted["record"] == (hits, 1, hits, 1)
    assert [name for name in counted if name.startswith("date:")] == [error]


MONEY = Figure(kind="money", start=10, end=20, low=5, high=5, unit="EUR", bound="exact")


def test_roles_are_counted_over_all_figures():
    gold = [
        change(MONEY, giver="a", receiver="c"),
        change(MONEY, giver="b", start=30, end=40),
        change(MONEY, giver="a", start=50, end=60),
    ]
    predicted = [
        change(MONEY, giver="ab"),  # shared name, one of its entities is right
        change(MONEY, giver="c", start=30, end=40),  # wrong giver
        change(MONEY, giver="a", receiver="c", start=70, end=80),  # where gold has no figure
    ]
    counted = count_figures(gold, predicted, resolve)
    assert counted["giver:end_to_end"] == (1, 3, 1, 3)
    assert counted["receiver:end_to_end"] == (0, 1, 0, 1)
    assert counted["field:giver"] == (1, 2, 1, 2)
    assert counted["field:receiver"] == (0, 1, 0, 0)
    assert counted["record"] == (2, 3, 2, 3)


def test_a_reading_counts_as_right_and_never_twice():
    gold = [change(MONEY, also=({"unit": "USD"}, {"low": 4, "high": 4}))]
    base, other = MONEY, change(MONEY, unit="USD")
    third, mixed = change(MONEY, low=4, high=4), change(MONEY, unit="USD", low=4, high=4)
    for predicted in (base, other, third):
        assert count_records(gold, [predicted]) == (1, 1, 1, 1)
    assert count_records(gold, [base, other, third]) == (1, 1, 1, 3)
    # Fields of two readings do not make a third.
    assert count_records(gold, [mixed]) == (0, 1, 0, 1)


def test_a_right_reading_is_listed_under_no_error():
    gold = [
        change(MONEY, also=({"unit": "USD"},)),
        change(MONEY, start=30, end=40, also=({"low": 5000, "high": 5000},)),
        Figure(kind="date", start=50, end=60, date="2025-03", also=({"date": "2025-03-03"},)),
    ]
    predicted = [readings(figure)[1] for figure in gold]
    counted = count_figures(gold, predicted, resolve)
    assert counted["record"] == (3, 3, 3, 3)
    assert counted["date:equal"] == (1, 1, 1, 1)
    assert "date:precision" not in counted
    assert "magnitude:3" not in counted
    assert "currency:EUR>USD" not in counted


def test_a_giver_of_a_reading_alone_does_not_pass_1():
    gold = [change(MONEY, also=({"giver": "a"},))]
    counted = count_figures(gold, [change(MONEY, giver="a")], resolve)
    assert counted["giver:end_to_end"].f1 == 1.0
    assert counted["field:giver"].f1 == 1.0


def test_prediction_of_another_kind_with_a_unit_is_wrong_and_no_error():
    predicted = change(MONEY, kind="date", unit="USD", date="2025")
    assert count_figures([MONEY], [predicted], resolve)["record"] == (0, 1, 0, 1)


def test_detection_is_not_given_up_for_fields_in_a_long_chain():
    """Prediction i overlaps gold i, agreeing in nothing, and gold i + 1, agreeing in all.

    All 20 can be detected; pairing for fields alone gives up one of them.
    """
    chain = [
        Figure(
            kind="count" if i % 2 else "money",
            start=10 * i,
            end=10 * i + 6,
            low=i,
            high=i,
            unit="tank" if i % 2 else "EUR",
            bound="about" if i % 2 else "exact",
            status="none" if i % 2 else "committed",
            giver=f"giver-{i}",
            receiver=f"receiver-{i}",
        )
        for i in range(21)
    ]
    predicted = [change(f, start=f.start - 6, end=f.start + 2) for f in chain[1:]]
    assert count_figures(chain[:20], predicted, resolve)["detection"] == (20, 20, 20, 20)


def test_two_half_right_figures_for_one_count_alike_in_any_order():
    predicted = [change(MONEY, unit="USD"), change(MONEY, low=6, high=6)]
    expected = count_figures([MONEY], predicted, resolve)
    assert count_figures([MONEY], predicted[::-1], resolve) == expected


def test_of_two_golds_of_other_kinds_the_same_one_is_found_in_any_order():
    gold = [change(MONEY, also=({"kind": "count"},)), change(MONEY, kind="count", start=12)]
    predicted = [change(MONEY, kind="count")]
    expected = count_figures(gold, predicted, resolve)
    assert count_figures(gold[::-1], predicted, resolve) == expected


# Stances

LABELS = ["affirms", "denies", "uncertain"]


@st.composite
def stances(draw: Any, most: int = 4, also: bool = False) -> tuple[Stance, ...]:
    """Draw stances of few holders on two issues; in gold without shared names."""
    holders = ["a", "b"] if also else ["a", "b", "ab", "bc"]
    drawn = []
    for number in range(draw(st.integers(0, most))):
        start = draw(st.integers(0, 5))
        stance = Stance(
            holder=draw(st.sampled_from(holders)),
            issue_id=draw(st.sampled_from(["i", "k"])),
            label=draw(st.sampled_from(LABELS)),
            id=f"s{number}",
            evidence=((start, start + draw(st.integers(1, 5))),),
            via=draw(st.sampled_from([(), ("a",), ("b", "a")])),
        )
        if also and draw(st.booleans()):
            fields = [{"holder": "c"}, {"label": "uncertain"}, {"issue_id": "k"}]
            stance = change(stance, also=(draw(st.sampled_from(fields)),))
        drawn.append(stance)
    return tuple(drawn)


def takes_the_same_side(gold: Stance, predicted: Stance) -> bool:
    return any(
        (r.issue_id, r.label) == (predicted.issue_id, predicted.label)
        and r.holder in resolve(predicted.holder)
        for r in readings(gold)
    )


@QUICK
@given(gold=stances(also=True), predicted=stances())
def test_stances_are_matched_as_well_as_brute_force_can(gold, predicted):
    sizes = len(gold), len(predicted)
    right = most_pairs(*sizes, lambda i, j: takes_the_same_side(gold[i], predicted[j]))
    counted = count_stances(gold, predicted, resolve)
    assert counted["tuple"] == Counts.of_hits(right, *sizes)
    assert counted["pair"].recalled >= right
    check_bounds(counted)


@QUICK
@given(gold=stances(also=True), predicted=stances(), order=SHUFFLER)
def test_order_of_stances_does_not_matter(gold, predicted, order):
    expected = count_stances(gold, predicted, resolve)
    assert count_stances(shuffled(gold, order), shuffled(predicted, order), resolve) == expected


@QUICK
@given(gold=stances(also=True), predicted=stances())
def test_ids_of_stances_and_their_holders_do_not_matter(gold, predicted):
    renamed = [
        change(s, id=f"z{9 - k}", holder=OWN_IDS[s.holder], via=tuple(OWN_IDS[v] for v in s.via))
        for k, s in enumerate(predicted)
    ]
    assert count_stances(gold, renamed, resolve_own) == count_stances(gold, predicted, resolve)


def test_two_wrong_labels_for_one_stance_count_alike_in_any_order():
    gold = [Stance(holder="a", issue_id="i", label="affirms")]
    predicted = [Stance(holder="a", issue_id="i", label=label) for label in LABELS[1:]]
    expected = count_stances(gold, predicted, resolve)
    assert count_stances(gold, predicted[::-1], resolve) == expected


@QUICK
@given(gold=stances(also=True))
def test_gold_stances_against_themselves_are_1(gold):
    counted = count_stances(gold, gold, resolve)
    for name in ("tuple", "pair", "closed"):
        assert counted[name] == Counts.of_hits(len(gold), len(gold), len(gold))


@QUICK
@given(gold=stances(also=True), predicted=stances(), extra=stances(most=1))
def test_one_more_stance_raises_the_score_only_if_it_is_right(gold, predicted, extra):
    before = count_stances(gold, predicted, resolve)["tuple"]
    after = count_stances(gold, predicted + extra, resolve)["tuple"]
    assert after.recalled >= before.recalled
    if not any(takes_the_same_side(g, e) for g in gold for e in extra):
        assert (after.f1 or 0) <= (before.f1 or 0)


@QUICK
@given(documents=st.lists(st.tuples(stances(also=True), stances()), max_size=4))
def test_counts_of_stances_add_over_shards(documents):
    parts = [count_stances(gold, predicted, resolve) for gold, predicted in documents]
    shards = [sum_tallies(parts[:1]), sum_tallies(parts[1:])]
    assert sum_tallies(shards) == sum_tallies(parts)


def test_the_rest_of_a_stance_is_held_against_the_reading_that_is_right():
    gold = Stance(
        holder="a",
        issue_id="i",
        label="denies",
        evidence=((0, 10),),
        also=({"holder": "b", "via": ("a",), "label": "uncertain"},),
    )
    predicted = change(readings(gold)[1], also=())
    counted = count_stances([gold], [predicted], resolve)
    assert counted["tuple"] == (1, 1, 1, 1)
    assert counted["via"] == (1, 1, 1, 1)
    assert counted["confusion:uncertain>uncertain"] == (1, 1, 1, 1)


# Claims of a story


def test_a_claim_in_another_reading_is_right():
    gold = Stance(holder="a", issue_id="i", label="affirms", also=({"holder": "b"},))
    predicted = Stance(holder="b", issue_id="i", label="affirms")
    counted = count_claims({"d": [gold]}, {"d": [predicted]}, {"d": resolve})
    assert counted["story:claims"] == (1, 1, 1, 1)


@pytest.mark.parametrize("holder", ["a", "b"])
def test_a_claim_by_a_shared_name_is_right_whichever_entity_gold_has(holder):
    gold = Stance(holder=holder, issue_id="i", label="affirms")
    predicted = Stance(holder="ab", issue_id="i", label="affirms")
    counted = count_claims({"d": [gold]}, {"d": [predicted]}, {"d": resolve})
    assert counted["story:claims"] == (1, 1, 1, 1)


@QUICK
@given(gold=stances(also=True))
def test_gold_claims_against_themselves_are_1_and_one_told_twice_counts_once(gold):
    counted = count_claims({"d": gold, "e": gold}, {"d": gold}, {"d": resolve})
    claims = {(s.holder, s.issue_id, s.label) for s in gold}
    assert counted["story:claims"] == Counts.of_hits(len(claims), len(claims), len(claims))


# Across documents

KEYS = ("d#f1", "d#f2", "e#f1", "e#f2", "g#f1")


@st.composite
def clusterings(draw: Any) -> tuple[Cluster, ...]:
    """Draw a partition of some figures of three documents, with relations of some pairs."""
    places = draw(st.lists(st.integers(0, 3), min_size=len(KEYS), max_size=len(KEYS)))
    drawn = []
    for place in (1, 2, 3):
        keys = tuple(k for k, p in zip(KEYS, places, strict=True) if p == place)
        pairs = [draw(st.permutations(pair)) for pair in combinations(keys, 2)]
        relations = [
            Pair(a, b, draw(st.sampled_from(["identical", "rounded"])))
            for a, b in pairs
            if a[0] != b[0] and draw(st.booleans())
        ]
        if keys:
            drawn.append(Cluster(figures=keys, relations=tuple(relations)))
    return tuple(drawn)


def relations_of(clusters: tuple[Cluster, ...]) -> set[tuple[frozenset[str], str]]:
    """List pairs and relations by their definition."""
    return {
        (
            frozenset({a, b}),
            next((p.relation for p in c.relations if {p.a, p.b} == {a, b}), "identical"),
        )
        for c in clusters
        for a in c.figures
        for b in c.figures
        if a.partition("#")[0] != b.partition("#")[0]
    }


ALIGNED = {key: key for key in KEYS}


@QUICK
@given(gold=clusterings(), predicted=clusterings(), order=SHUFFLER)
def test_pairs_across_documents_are_those_of_the_definition(gold, predicted, order):
    wanted, found = relations_of(gold), relations_of(predicted)
    counted = count_crossdoc(gold, predicted, ALIGNED)
    assert counted["pair"] == Counts.of_hits(len(wanted & found), len(wanted), len(found))
    pairs = {pair for pair, _ in wanted} & {pair for pair, _ in found}
    assert counted["pair:any"] == Counts.of_hits(len(pairs), len(wanted), len(found))
    mixed = tuple(
        change(c, figures=shuffled(c.figures, order), relations=shuffled(c.relations, order))
        for c in shuffled(predicted, order)
    )
    assert count_crossdoc(shuffled(gold, order), mixed, ALIGNED) == counted
    check_bounds(counted)
    rows = [counts for name, counts in counted.items() if name.startswith("relation=")]
    assert Counts(*(sum(column) for column in zip(Counts(), *rows, strict=True))) == counted["pair"]


@QUICK
@given(gold=clusterings(), predicted=clusterings())
def test_names_of_clustered_figures_do_not_matter(gold, predicted):
    names = {key: f"{key[0]}#z{9 - n}" for n, key in enumerate(KEYS)}
    renamed = [
        Cluster(
            figures=tuple(names[f] for f in c.figures),
            cluster_id="other",
            relations=tuple(Pair(names[p.b], names[p.a], p.relation) for p in c.relations),
        )
        for c in predicted
    ]
    alignment = {name: key for key, name in names.items()}
    assert count_crossdoc(gold, renamed, alignment) == count_crossdoc(gold, predicted, ALIGNED)


@QUICK
@given(gold=clusterings())
def test_gold_clusters_against_themselves_are_1(gold):
    counted = count_crossdoc(gold, gold, ALIGNED)
    assert {counts.f1 for counts in counted.values()} <= {1.0, None}


@QUICK
@given(gold=clusterings(), predicted=clusterings())
def test_a_pair_of_figures_that_gold_has_not_never_raises_the_score(gold, predicted):
    before = count_crossdoc(gold, predicted, ALIGNED)["pair"]
    wrong = Cluster(figures=("d#x", "e#x"))
    after = count_crossdoc(gold, (*predicted, wrong), ALIGNED)["pair"]
    assert (after.f1 or 0) <= (before.f1 or 0)
    assert after == (before.recalled, before.gold, before.precise, before.predicted + 1)


@QUICK
@given(gold=figures(also=True), predicted=figures(), order=SHUFFLER)
def test_alignment_is_one_to_one_leaves_nothing_over_and_is_free_of_order(gold, predicted, order):
    aligned = align_figures("d", gold, predicted)
    assert len(set(aligned.values())) == len(aligned)
    for g, p in ((g, p) for g in gold for p in predicted if covers(g) & covers(p)):
        assert f"d#{p.id}" in aligned or f"d#{g.id}" in aligned.values()
    # Figures that are alike in all but their id may be exchanged.
    gold_content = {f"d#{f.id}": change(f, id=None) for f in gold}
    content = {f"d#{f.id}": change(f, id=None) for f in predicted}
    again = align_figures("d", shuffled(gold, order), shuffled(predicted, order))
    assert Counter(repr((content[a], gold_content[b])) for a, b in again.items()) == Counter(
        repr((content[a], gold_content[b])) for a, b in aligned.items()
    )


def test_two_figures_that_share_as_much_with_gold_are_aligned_alike_in_any_order():
    gold = [change(MONEY, id="f1")]
    predicted = [change(MONEY, id="p", start=5, end=15), change(MONEY, id="q", start=15, end=25)]
    assert align_figures("d", gold, predicted[::-1]) == align_figures("d", gold, predicted)


# Grounding

WORDS = ("Kyiv", "Oslo")


@st.composite
def quoted(draw: Any) -> tuple[str, tuple[Mention, ...], tuple[Mention, ...]]:
    """Draw a text of few words, gold mentions of some, and predictions that only quote words."""
    words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6))
    text = " ".join(words)
    types = st.sampled_from(["GPE", "ORG"])
    gold = []
    at = 0
    for number, word in enumerate(words):
        if draw(st.booleans()):
            mention = Mention(draw(types), f"m{number}", at, at + 4, word, "x")
            if draw(st.integers(0, 3)) == 0:
                mention = change(mention, also=({"type": draw(types)},))
            gold.append(mention)
        at += len(word) + 1
    spellings = st.sampled_from(["Kyiv", "KYIV", "Oslo", "Oslo ", "oslo"])
    predicted = draw(st.lists(st.builds(Mention, type=types, text=spellings), max_size=4))
    return text, tuple(gold), tuple(predicted)


def count_strict(gold: tuple[Mention, ...], placed: list[tuple[Span | None, str]]) -> int:
    """Count exact spans and types, in any reading, one to one."""
    return most_pairs(
        len(gold),
        len(placed),
        lambda i, j: placed[j] in [(r.span, r.type) for r in readings(gold[i])],
    )


@QUICK
@given(drawn=quoted())
def test_repeated_strings_are_placed_as_well_for_the_system_as_can_be(drawn):
    text, gold, predicted = drawn
    places = [
        [Span(k, k + 4) for k in range(len(text)) if text[k : k + 4].lower() == word]
        for word in (m.text.strip().lower() for m in predicted)
    ]
    options = [Span(k, k + 4) for k in range(0, len(text), 5)] + [None] * len(predicted)
    best = max(
        count_strict(gold, list(zip(chosen, [m.type for m in predicted], strict=True)))
        for chosen in set(permutations(options, len(predicted)))
        if all(span is None or span in place for span, place in zip(chosen, places, strict=True))
    )
    grounded = ground(Layers("d", predicted), text, Layers("d", gold)).layers.entities
    assert count_strict(gold, [(m.span, m.type) for m in grounded]) == best
    used = [m.span for m in grounded if m.span != UNGROUNDED]
    assert len(set(used)) == len(used)
    n_words = Counter(text.lower().split())
    wanted = Counter(m.text.strip().lower() for m in predicted)
    assert len(used) == sum(min(n, n_words[word]) for word, n in wanted.items())


@QUICK
@given(dates=st.permutations(["2025-03-03", "2025-03-10", "2025-03-17"]))
def test_repeated_days_are_placed_where_their_value_is_right(dates):
    text = "Monday Monday Monday"
    gold = tuple(
        Figure(kind="date", start=7 * k, end=7 * k + 6, date=date)
        for k, date in enumerate(["2025-03-03", "2025-03-10", "2025-03-17"])
    )
    predicted = tuple(Figure(kind="date", text="Monday", date=date) for date in dates)
    grounded = ground(Layers("d", figures=predicted), text, Layers("d", figures=gold))
    assert count_records(gold, grounded.layers.figures) == (3, 3, 3, 3)


@pytest.mark.parametrize("units", [("USD", "EUR"), ("EUR", "USD")])
def test_repeated_amounts_are_placed_where_their_unit_is_right(units):
    text = "10 million and 10 million"
    gold = tuple(
        change(MONEY, start=start, end=start + 10, unit=unit)
        for start, unit in ((0, "USD"), (15, "EUR"))
    )
    predicted = tuple(
        change(MONEY, start=None, end=None, text="10 million", unit=unit) for unit in units
    )
    grounded = ground(Layers("d", figures=predicted), text, Layers("d", figures=gold))
    assert count_records(gold, grounded.layers.figures) == (2, 2, 2, 2)


def test_figures_that_differ_in_id_alone_are_placed_alike_in_any_order():
    predicted = [change(MONEY, start=None, end=None, text="Oslo", id=name) for name in ("f1", "f2")]
    first, again = (
        {f.id: f.span for f in ground(Layers("d", figures=tuple(o)), "Oslo Oslo").layers.figures}
        for o in (predicted, predicted[::-1])
    )
    assert first == again


def test_repeated_string_is_placed_on_a_right_reading():
    text = "Oslo air and the Oslo air show"
    gold = (
        Mention("EVENT", "m1", 0, 8, "Oslo air", "x"),
        Mention("EVENT", "m2", 17, 30, "Oslo air show", "y", also=({"type": "ORG", "end": 25},)),
    )
    grounded = ground(
        Layers("d", (Mention("ORG", text="Oslo air"),)), text, Layers("d", gold)
    ).layers.entities
    assert grounded[0].span == (17, 25)


def test_string_of_a_wrong_type_is_still_placed_where_gold_has_it():
    text = "Oslo said that Oslo pays"
    gold = Layers("d", (Mention("GPE", "m1", 15, 19, "Oslo", "x"),))
    grounded = ground(Layers("d", (Mention("ORG", text="Oslo"),)), text, gold).layers.entities
    assert grounded[0].span == (15, 19)


def test_one_record_given_twice_has_two_places():
    mention = Mention("GPE", text="Oslo")
    grounded = ground(Layers("d", (mention, mention)), "Oslo and Oslo").layers.entities
    assert {m.span for m in grounded} == {(0, 4), (9, 13)}


def test_strings_that_are_there_twice_in_another_spelling_have_two_places():
    text = "The Norwegian-made munitions; more Norwegian-made munitions."
    mention = Mention("EQUIPMENT", text="Norwegian made munitions")
    other = Mention("EQUIPMENT", text="Norwegian made munitions", id="m2")
    grounded = ground(Layers("d", (mention, other)), text)
    assert {m.span for m in grounded.layers.entities} == {(4, 28), (35, 59)}
    assert grounded.ungrounded == ()


def test_quoted_evidence_is_placed_where_gold_has_it():
    text = "Oslo pays.\nBy Ana Berg\nOslo pays."
    gold = Stance(holder="a", issue_id="i", label="affirms", evidence=((23, 33),))
    predicted = change(gold, evidence=(), evidence_text=("Oslo pays.",))
    grounded = ground(
        Layers("d", stances=(predicted,)), text, Layers("d", stances=(gold,))
    ).layers.stances
    assert grounded[0].evidence == ((23, 33),)


NUMBERS = st.one_of(
    st.integers(1, 3000).map(str),
    st.tuples(st.integers(0, 99), st.integers(1, 9)).map(lambda parts: f"{parts[0]}.{parts[1]}"),
)


@settings(max_examples=200, deadline=None)
@given(there=NUMBERS, quoted_number=NUMBERS, layer=st.sampled_from(["entities", "figures"]))
def test_a_number_is_placed_if_and_only_if_it_is_in_the_text(there, quoted_number, layer):
    text = f"Norland will give {there} million euros, its parliament said."
    string = f"{quoted_number} million euros"
    record = (
        Mention("EQUIPMENT", text=string)
        if layer == "entities"
        else Figure(kind="money", text=string)
    )
    placed = getattr(ground(Layers("d", **{layer: (record,)}), text).layers, layer)[0]
    assert (placed.span != UNGROUNDED) == (there == quoted_number)


@pytest.mark.parametrize(
    ("text", "string"),
    [
        ("It gave 15 million euros.", "5 million euros"),
        ("It gave 8.8 billion yen.", "8 billion yen"),
        ("It gave 1,500 excavators.", "500 excavators"),
        ("It gave 15 million euros.", "1.5 million euros"),
        ("It grew by 120.", "12"),
        ("It grew by 2.5 points.", "2"),
        ("It gave 15 MILLION euros.", "5 million euros"),
    ],
)
def test_part_of_a_number_is_another_number(text, string):
    grounded = ground(Layers("d", figures=(Figure(kind="money", text=string),)), text)
    assert grounded.layers.figures[0].span == UNGROUNDED
    assert grounded.ungrounded[0].text == string


@pytest.mark.parametrize(
    ("text", "string", "span"),
    [
        ("Of 15, 20 ferries came.", "20 ferries", (7, 17)),
        ("It grew by 12.", "12", (11, 13)),
        ("example.comNorland pays.", "Norland", (11, 18)),
        ("Norland  gave\n5 million euros.", "norland gave 5", (0, 15)),
        ("It gave 1,500 excavators.", "1500 excavators", (8, 24)),
    ],
)
def test_what_is_there_in_another_form_is_found(text, string, span):
    grounded = ground(Layers("d", figures=(Figure(kind="count", text=string),)), text)
    assert grounded.layers.figures[0].span == span


# Resolving

GOLD = Layers(
    "d",
    entities=(
        Mention("GPE", "m1", 0, 7, "Norland", "norland"),
        Mention("GPE", "m2", 10, 17, "Sudmark", "sudmark"),
        Mention("ORG", "m3", 20, 30, "Daily Tide", "daily-tide"),
        Mention("GPE", "m4", 40, 47, "Norland", "norland"),
    ),
    stances=(Stance(holder="harbour-office", issue_id="i", label="denies"),),
)
REGISTRY = {
    "norland": Entity("norland", "GPE", "Norland"),
    "harbour-office": Entity("harbour-office", "ORG", "Harbour Office", ("the harbour",)),
}
GOLD_NAMES = GoldNames(GOLD, REGISTRY)
SPANS = [m.span for m in GOLD.entities]


@st.composite
def own_mentions(draw: Any) -> tuple[Mention, ...]:
    """Draw mentions near the gold ones, with ids of the system's own."""
    drawn = []
    for number in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, 50))
        span = draw(st.sampled_from([*SPANS, Span(start, start + 6), UNGROUNDED]))
        text = draw(st.sampled_from(["Harbour Office", "Norland", "it"]))
        drawn.append(Mention("ORG", f"q{number}", *span, text, draw(st.sampled_from("uvw"))))
    return tuple(drawn)


@QUICK
@given(mentions=own_mentions(), order=SHUFFLER)
def test_references_depend_neither_on_order_nor_on_the_ids_of_the_system(mentions, order):
    first = Resolver(GOLD_NAMES, Layers("d", mentions))
    again = Resolver(GOLD_NAMES, Layers("d", shuffled(mentions, order)))
    renamed = [change(m, id=f"n{m.id}", entity_id=f"n{m.entity_id}") for m in mentions]
    other = Resolver(GOLD_NAMES, Layers("d", tuple(renamed)))
    for name in ["u", "v", "w", *(m.id for m in mentions)]:
        assert again(name) == first(name)
        assert other(f"n{name}") == first(name)


@QUICK
@given(mentions=own_mentions())
def test_an_entity_of_one_mention_is_what_its_mention_is(mentions):
    resolver = Resolver(GOLD_NAMES, Layers("d", mentions))
    sizes = Counter(m.entity_id for m in mentions)
    for mention in mentions:
        if sizes[mention.entity_id] == 1:
            assert resolver(mention.entity_id) == resolver(mention.id)


def test_an_entity_of_strings_that_are_not_there_is_the_same_in_any_order():
    mentions = [Mention("ORG", None, *UNGROUNDED, text, "x") for text in ("Norland", "the harbour")]
    first, again = (
        Resolver(GOLD_NAMES, Layers("d", tuple(order)))("x") for order in (mentions, mentions[::-1])
    )
    assert first == again


def test_an_entity_that_takes_in_everybody_is_not_everybody():
    everybody = Layers("d", tuple(change(m, entity_id="all") for m in GOLD.entities[:3]))
    assert len(Resolver(GOLD_NAMES, everybody)("all")) == 1


@QUICK
@given(span=st.tuples(st.integers(0, 50), st.integers(1, 30)).map(lambda s: (s[0], sum(s))))
def test_a_place_belongs_to_the_entities_it_shares_most_with(span):
    shared = {m: Span(*span).overlap(m.span) for m in GOLD.entities}
    most = max(shared.values())
    equal = {m.entity_id for m in GOLD.entities if m.span == span}
    nearest = {m.entity_id for m, size in shared.items() if size == most and size}
    assert GOLD_NAMES.at_span(span) == (equal or nearest)


# Checks of predictions


def test_offsets_past_the_end_are_not_called_another_unit():
    placed = [Placed("a", 0, 7, "Norland"), Placed("b", 0, 99, None)]
    faults = list(find_offset_faults("Norland pays", placed))
    assert [(field, code) for field, code, _, _ in faults] == [("b", "offset-past-end")]


def test_offsets_in_utf16_are_recognised_with_those_that_have_no_text():
    text = "🚢 Norland pays"
    placed = [Placed("a", 3, 10, "Norland"), Placed("b", 3, 15, None)]
    assert [code for _, code, _, _ in find_offset_faults(text, placed)] == ["offset-unit"]


def test_an_offset_that_no_unit_mends_is_told_beside_one_that_is_mended():
    placed = [Placed("a", 3, 10, "Norland"), Placed("b", 0, 99, None)]
    faults = list(find_offset_faults("🚢 Norland pays", placed))
    assert ("b", "offset-past-end") in [(field, code) for field, code, _, _ in faults]


def test_cluster_may_join_a_figure_of_a_document_that_is_not_scored():
    corpus = load_corpus(MINI)
    known = {doc_id: document.story for doc_id, document in corpus.documents.items()}
    partial = replace(
        corpus, gold={doc_id: g for doc_id, g in corpus.gold.items() if doc_id != "ferry/report"}
    )
    lines = [
        Layers("ferry/bulletin", figures=(change(MONEY, id="f1"),)),
        Layers("ferry/report", figures=(change(MONEY, id="f1"),)),
        StoryLayer("ferry", (Cluster(figures=("ferry/bulletin#f1", "ferry/report#f1")),)),
    ]
    problems: list[Any] = []
    numbered = [Line(number, record) for number, record in enumerate(lines, start=1)]
    assert build_prediction("p", numbered, partial, known, problems).elsewhere == 1
    assert problems == []


# Scores as a whole

ORACLE = run_extractor("oracle", make_extractor("oracle"), load_corpus(MINI)).records()


@st.composite
def outputs(draw: Any) -> list[dict[str, Any]]:
    """Draw a system's output: gold with records damaged, doubled and left out."""
    rows = [json.loads(msgspec.json.encode(record)) for record in ORACLE]
    for row in rows:
        for layer, fields in (
            ("entities", [{"type": "LOC"}, {"entity_id": "daily-tide"}]),
            ("figures", [{"status": "proposed"}, {"bound": "less_than"}, {"giver": "sudmark"}]),
            ("stances", [{"holder": "norland"}, {"via": ["norland"]}]),
        ):
            for record in list(row.get(layer, ())):
                fate = draw(st.integers(0, 5))
                if fate == 0:
                    record |= draw(st.sampled_from(fields))
                elif fate == 1:
                    copy = record | draw(st.sampled_from(fields)) | {"id": f"{record['id']}9"}
                    row[layer].append(copy)
                elif fate == 2 and layer != "stances":
                    del record["start"], record["end"]
                elif fate == 3 and layer == "stances":
                    row[layer].remove(record)
    return rows


def details(rows: list[dict[str, Any]]) -> dict[str, Tally]:
    report = pledgewire.score(rows, data=MINI, resamples=10)
    return {layer: dict(report.scores.layers[layer].details) for layer in LAYERS}


def mix(rows: list[dict[str, Any]], order: random.Random) -> list[dict[str, Any]]:
    return [
        {
            key: order.sample(value, len(value)) if isinstance(value, list) else value
            for key, value in row.items()
        }
        for row in order.sample(rows, len(rows))
    ]


@FEW
@given(rows=outputs(), order=SHUFFLER)
def test_order_of_an_output_changes_no_count(rows, order):
    assert details(mix(rows, order)) == details(rows)


def rename(rows: list[dict[str, Any]], mark: str) -> list[dict[str, Any]]:
    """Give ids of a system's own to mentions, entities, figures, stances and clusters."""
    entities = {m["entity_id"] for row in rows for m in row.get("entities", ())}
    own = {name: f"{mark}{k}" for k, name in enumerate(sorted(entities, reverse=mark < "n"))}
    figures_of = {
        f"{row['doc_id']}#{f['id']}": f"{row['doc_id']}#{mark}{f['id']}"
        for row in rows
        for f in row.get("figures", ())
    }
    renamed = json.loads(json.dumps(rows))
    for row in renamed:
        here = {m["entity_id"] for m in row.get("entities", ())}
        known = {name: own[name] for name in here}
        for mention in row.get("entities", ()):
            mention |= {"id": f"{mark}{mention['id']}", "entity_id": own[mention["entity_id"]]}
        for figure in row.get("figures", ()):
            figure["id"] = f"{mark}{figure['id']}"
            for role in ("giver", "receiver"):
                if role in figure:
                    figure[role] = known.get(figure[role], figure[role])
        for stance in row.get("stances", ()):
            stance |= {"id": f"{mark}{stance['id']}", "holder": known.get(*[stance["holder"]] * 2)}
            stance["via"] = [known.get(name, name) for name in stance.get("via", ())]
        for cluster in row.get("clusters", ()):
            cluster["cluster_id"] = f"{mark}{cluster['cluster_id']}"
            cluster["figures"] = [figures_of[key] for key in cluster["figures"]]
            for pair in cluster["relations"]:
                pair |= {"a": figures_of[pair["a"]], "b": figures_of[pair["b"]]}
    return renamed


@FEW
@given(rows=outputs())
def test_ids_that_a_system_invents_change_no_count(rows):
    assert details(rename(rows, "q")) == details(rename(rows, "b"))


def test_gold_under_ids_of_a_systems_own_is_1():
    rows = rename([json.loads(msgspec.json.encode(record)) for record in ORACLE], "q")
    report = pledgewire.score(rows, data=MINI, resamples=10)
    assert [report.f1(layer) for layer in LAYERS] == [1.0, 1.0, 1.0, 1.0]
