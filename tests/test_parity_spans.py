"""Where other span scorers are right we agree with them; where they answer wrongly we do not.

Each known fault has its smallest case and the right answer as arithmetic. Where the scorer is
installed its own answer stands beside ours, so that a fault that was mended shows.
Source: nervaluate 1.2.1, seqeval 1.2.2, spaCy 3.8.18 (its answers are in the comments).
"""

from __future__ import annotations

import random
import sys
from itertools import pairwise, permutations

import pytest
from seqeval.metrics import classification_report
from seqeval.metrics import f1_score as seqeval_f1
from seqeval.scheme import IOB2
from sklearn.metrics import f1_score, precision_recall_fscore_support

from pledgewire.counts import Counts, total
from pledgewire.metrics.entities import MODES, ModeCounts, count_mentions, count_strict
from pledgewire.records import ENTITY_TYPES, Mention
from pledgewire.spans import Span

needs_nervaluate = pytest.mark.skipif(
    sys.version_info < (3, 11), reason="nervaluate 1.2.1 needs Python 3.11"
)


def mention(label: str, start: int, end: int) -> Mention:
    return Mention(type=label, start=start, end=end)


def mode_counts(gold, predicted, mode) -> ModeCounts:
    return getattr(count_mentions(gold, predicted).overall, mode)


def nervaluate(documents, labels=ENTITY_TYPES):
    """Let nervaluate count [(gold, predicted), ...]; it wants the last code point, not the end."""
    from nervaluate.evaluator import Evaluator

    sides = [
        [
            [{"label": m.type, "start": m.start, "end": m.end - 1} for m in document[side]]
            for document in documents
        ]
        for side in (0, 1)
    ]
    overall = Evaluator(*sides, tags=list(labels), loader="dict").evaluate()["overall"]
    names = {"strict": "strict", "exact": "exact", "partial": "partial", "type": "ent_type"}
    return {mode: overall[name] for mode, name in names.items()}


def nervaluate_counts(gold, predicted, mode, labels=ENTITY_TYPES) -> ModeCounts:
    result = nervaluate([(gold, predicted)], labels)[mode]
    return ModeCounts(
        result.correct, result.incorrect, result.partial, result.missed, result.spurious
    )


# nervaluate: order

ORG, GPE = "ORG", "GPE"


def test_a_shorter_prediction_does_not_use_up_the_gold_mention():
    gold = [mention(ORG, 0, 11)]
    predicted = [mention(ORG, 0, 5), mention(ORG, 0, 11)]
    for order in permutations(predicted):
        assert mode_counts(gold, order, "strict") == ModeCounts(correct=1, spurious=1)
        assert count_strict(gold, order).f1 == pytest.approx(2 * (1 / 2) * 1 / (1 / 2 + 1))


@needs_nervaluate
def test_a_shorter_prediction_uses_up_the_gold_mention_in_nervaluate():
    gold = [mention(ORG, 0, 11)]
    predicted = [mention(ORG, 0, 5), mention(ORG, 0, 11)]
    assert nervaluate_counts(gold, predicted, "strict") == ModeCounts(incorrect=1, spurious=1)
    assert nervaluate_counts(gold, predicted[::-1], "strict") == ModeCounts(correct=1, spurious=1)


def test_partial_credit_does_not_depend_on_the_order_of_predictions():
    gold = [mention(ORG, 0, 5), mention(ORG, 6, 10)]
    predicted = [mention(ORG, 3, 8), mention(ORG, 1, 3)]
    for order in permutations(predicted):
        # 1:3 with 0:5 and 3:8 with 6:10, half a hit each.
        assert mode_counts(gold, order, "partial") == ModeCounts(partial=2)
        assert mode_counts(gold, order, "partial").counts.f1 == (1 / 2 + 1 / 2) / 2


@needs_nervaluate
def test_partial_credit_depends_on_the_order_of_predictions_in_nervaluate():
    gold = [mention(ORG, 0, 5), mention(ORG, 6, 10)]
    predicted = [mention(ORG, 3, 8), mention(ORG, 1, 3)]
    one = nervaluate_counts(gold, predicted, "partial")
    assert one == ModeCounts(partial=1, missed=1, spurious=1)
    assert nervaluate_counts(gold, predicted[::-1], "partial") == ModeCounts(partial=2)


def test_no_mode_changes_over_500_random_documents_and_8_orders():
    draw = random.Random(2024)
    for _ in range(500):
        gold, predicted = (
            [
                mention(draw.choice(ENTITY_TYPES[:2]), start, start + draw.randint(1, 6))
                for start in draw.choices(range(12), k=draw.randint(1, 4))
            ]
            for _ in range(2)
        )
        first = count_mentions(gold, predicted)
        for _ in range(8):
            draw.shuffle(predicted)
            assert count_mentions(gold, predicted) == first


def test_one_prediction_over_two_gold_mentions():
    # nervaluate, issue 40.
    gold = [mention(ORG, 0, 13), mention(GPE, 14, 19)]
    for order in permutations(gold):
        counts = mode_counts(order, [mention(ORG, 0, 19)], "type")
        assert counts == ModeCounts(correct=1, missed=1)


# nervaluate: rows that do not add up


def test_the_right_type_is_found_beside_a_wrong_one():
    # nervaluate, issue 84: overall 0 or 1 correct by order, in the row of the type always 1.
    gold = [mention(ORG, 0, 3)]
    predicted = [mention(GPE, 0, 4), mention(ORG, 0, 4)]
    for order in permutations(predicted):
        counted = count_mentions(gold, order)
        assert counted.overall.type == ModeCounts(correct=1, spurious=1)
        assert counted.by_type[ORG].type == ModeCounts(correct=1)
        assert counted.by_type[GPE].type == ModeCounts(spurious=1)


def test_a_span_with_another_type_is_counted_once_in_the_rows():
    # nervaluate: overall 1 correct, but by type 1 missed and 1 spurious.
    counted = count_mentions([mention(ORG, 0, 6)], [mention(GPE, 0, 6)])
    for mode in ("exact", "partial"):
        assert getattr(counted.overall, mode) == ModeCounts(correct=1)
        assert getattr(counted.overall, mode).counts.f1 == 1
        assert getattr(counted.by_type[ORG], mode) == ModeCounts(correct=1)
    assert counted.by_type.keys() == {ORG}


def test_partial_credit_of_several_documents_is_kept():
    # nervaluate 1.1.0 lost it from two documents on; 1 whole and 1 half hit of 2 gold, 2 predicted.
    documents = [
        ([mention(ORG, 0, 5)], [mention(ORG, 0, 5)]),
        ([mention(ORG, 0, 5)], [mention(ORG, 0, 4)]),
    ]
    one, other = (count_mentions(*document) for document in documents)
    counts = one.plus(other).overall.partial.counts
    assert counts.precision == counts.recall == counts.f1 == (1 + 1 / 2) / 2


# Duplicates and halves


def test_of_two_equal_predictions_the_second_is_spurious():
    # spaCy puts them together and gives F1 1.
    gold, predicted = [mention(ORG, 0, 5)], [mention(ORG, 0, 5)] * 2
    for mode in MODES:
        assert mode_counts(gold, predicted, mode) == ModeCounts(correct=1, spurious=1)
    assert count_strict(gold, predicted).f1 == pytest.approx(2 * 1 / (1 + 2))


def test_of_two_equal_gold_mentions_the_second_is_missed():
    gold, predicted = [mention(ORG, 0, 5)] * 2, [mention(ORG, 0, 5)]
    for mode in MODES:
        assert mode_counts(gold, predicted, mode) == ModeCounts(correct=1, missed=1)
    assert count_strict(gold, predicted).f1 == pytest.approx(2 * 1 / (2 + 1))


def test_two_halves_are_one_partial_match():
    gold = [mention(ORG, 0, 10)]
    predicted = [mention(ORG, 0, 5), mention(ORG, 5, 10)]
    counts = mode_counts(gold, predicted, "partial")
    assert counts == ModeCounts(partial=1, spurious=1)
    assert (counts.counts.recall, counts.counts.precision) == (0.5 / 1, 0.5 / 2)


def test_one_prediction_over_two_gold_mentions_is_half_a_hit():
    # seqeval has no partial credit: 0.
    gold = [mention(ORG, 0, 5), mention(ORG, 5, 10)]
    counts = mode_counts(gold, [mention(ORG, 0, 10)], "partial")
    assert counts == ModeCounts(partial=1, missed=1)
    assert (counts.counts.recall, counts.counts.precision) == (0.5 / 2, 0.5 / 1)
    assert count_strict(gold, [mention(ORG, 0, 10)]) == Counts(0, 2, 0, 1)


# Nesting


def test_nested_mentions_are_found_in_any_order():
    # nervaluate 1.1.0 gives F1 0 when swapped, spaCy recall 0.5 or 1 by order; tags cannot nest.
    gold = [mention(ORG, 0, 4), mention(GPE, 1, 2)]
    for order in permutations(gold):
        for mode in MODES:
            assert mode_counts(gold, order, mode) == ModeCounts(correct=2)
        assert count_strict(gold, order).f1 == 1


# Nothing there


def test_empty_sides_are_told_apart():
    some = [mention(ORG, 0, 5)]
    assert count_strict([], []).f1 is None  # nervaluate and seqeval: 0.0
    assert count_strict(some, []).f1 == 0
    assert count_strict([], some).f1 == 0  # seqeval, strict, without a scheme: ValueError
    assert total([]).f1 is None  # nervaluate: {}; seqeval: TypeError
    first_is_empty = count_mentions([], []).plus(count_mentions(some, some))
    assert first_is_empty.overall.strict.counts.f1 == 1  # nervaluate: IndexError


@needs_nervaluate
def test_both_sides_empty_is_zero_in_nervaluate():
    assert nervaluate([([], [])])["strict"].f1 == 0


# Types


def test_a_prediction_of_a_type_that_gold_lacks_is_spurious():
    gold, predicted = [mention(ORG, 0, 5)], [mention(ORG, 0, 5), mention("LAW", 10, 15)]
    assert count_strict(gold, predicted) == Counts(1, 1, 1, 2)
    assert count_strict(gold, predicted).f1 == pytest.approx(2 * 1 / (1 + 2))


@needs_nervaluate
def test_a_prediction_of_an_unlisted_type_vanishes_in_nervaluate():
    gold, predicted = [mention(ORG, 0, 5)], [mention(ORG, 0, 5), mention("LAW", 10, 15)]
    assert nervaluate([(gold, predicted)], labels=[ORG])["strict"].f1 == 1


# Offsets


def test_neighbours_that_touch_do_not_overlap():
    # nervaluate fed with ends that are not included: 1 correct.
    gold = [mention(ORG, 0, 5), mention(GPE, 5, 9)]
    counts = mode_counts(gold, [mention(GPE, 2, 5)], "type")
    assert counts == ModeCounts(incorrect=1, missed=1)


def test_a_span_of_length_0_is_found_in_no_mode():
    # nervaluate: in strict mode 1 correct, in partial mode 1 missed and 1 spurious.
    empty = [mention(ORG, 5, 5)]
    for mode in MODES:
        assert mode_counts(empty, empty, mode) == ModeCounts(missed=1, spurious=1)
    assert count_strict(empty, empty) == Counts(0, 1, 0, 1)


def test_a_span_that_ends_before_it_starts_is_found_in_no_mode():
    reversed_span = [mention(ORG, 9, 4)]
    for gold, predicted in ((reversed_span, reversed_span), ([mention(ORG, 4, 9)], reversed_span)):
        for mode in MODES:
            assert mode_counts(gold, predicted, mode) == ModeCounts(missed=1, spurious=1)


def test_a_gold_mention_past_the_end_still_counts():
    # spaCy leaves it out with a warning: recall 1.
    gold = [mention(ORG, 0, 5), mention(ORG, 900, 905)]
    assert count_strict(gold, gold[:1]).recall == 1 / 2


def test_a_prediction_across_the_edge_of_a_token_still_counts():
    # spaCy, issue 12811: precision 1.
    gold = [mention(ORG, 0, 5)]
    assert count_strict(gold, [*gold, mention(ORG, 8, 11)]).precision == 1 / 2


def test_the_least_overlap_counts_alike_on_both_sides():
    # nervaluate asks for 1 % of the gold mention: 1 of 200 code points is nothing to it, but a
    # prediction of 10,000 over a gold mention of 1 is an overlap.
    long, tip = mention(ORG, 0, 200), mention(ORG, 199, 202)
    for gold, predicted in ((long, tip), (tip, long)):
        assert mode_counts([gold], [predicted], "partial") == ModeCounts(partial=1)
        assert mode_counts([gold], [predicted], "type") == ModeCounts(correct=1)


@needs_nervaluate
def test_the_least_overlap_depends_on_the_side_in_nervaluate():
    long, tip = mention(ORG, 0, 200), mention(ORG, 199, 202)
    nothing = ModeCounts(missed=1, spurious=1)
    assert nervaluate_counts([long], [tip], "type") == nothing
    assert nervaluate_counts([tip], [long], "type") == ModeCounts(correct=1)


def test_offsets_are_code_points():
    text = "e\u0301tat 🚆 gare\r\nParis"
    gold = [mention(GPE, 14, 19)]
    assert Span(14, 19).of(text) == "Paris"
    starts = {
        "code points": text.index("Paris"),
        "UTF-16 units": len(text[:14].encode("utf-16-le")) // 2,
        "UTF-8 bytes": len(text[:14].encode()),
        "NFC": text.replace("e\u0301", "é").index("Paris"),
        "LF": text.replace("\r\n", "\n").index("Paris"),
    }
    assert list(starts.values()) == [14, 15, 18, 13, 13]
    scores = {
        unit: count_strict(gold, [mention(GPE, start, start + 5)]).f1
        for unit, start in starts.items()
    }
    assert scores == {"code points": 1, "UTF-16 units": 0, "UTF-8 bytes": 0, "NFC": 0, "LF": 0}


# Agreement with nervaluate where order cannot matter


def flat_document(draw: random.Random):
    """Make mentions of which each overlaps at most one of the other side, in any order."""
    gold, predicted, at = [], [], 0
    for _ in range(draw.randint(0, 25)):
        at += draw.randint(3, 30)
        end = at + draw.randint(3, 40)
        label = draw.choice(ENTITY_TYPES)
        other = draw.choice(ENTITY_TYPES)
        fate = draw.choice(
            ["right"] * 4 + ["start", "end", "inside", "type", "both", "missed", "spurious"]
        )
        if fate != "spurious":
            gold.append(mention(label, at, end))
        if fate != "missed":
            start = at + (fate in ("start", "inside")) - (fate == "both")
            stop = end - (fate in ("end", "inside")) + (fate == "both")
            predicted.append(mention(other if fate in ("type", "both") else label, start, stop))
        at = end
    draw.shuffle(gold)
    draw.shuffle(predicted)
    return gold, predicted


@needs_nervaluate
@pytest.mark.parametrize("seed", range(5))
def test_all_four_modes_are_those_of_nervaluate_on_flat_documents(seed):
    draw = random.Random(seed)
    documents = [flat_document(draw) for _ in range(60)]
    counted = count_mentions([], [])
    for document in documents:
        counted = counted.plus(count_mentions(*document))
    for mode, theirs in nervaluate(documents).items():
        ours: ModeCounts = getattr(counted.overall, mode)
        assert ours == (
            theirs.correct, theirs.incorrect, theirs.partial, theirs.missed, theirs.spurious
        )  # fmt: skip
        assert min(ours.correct, ours.missed, ours.spurious) > 0
        assert ours.counts.precision == pytest.approx(theirs.precision)
        assert ours.counts.recall == pytest.approx(theirs.recall)
        assert ours.counts.f1 == pytest.approx(theirs.f1)


# Agreement with seqeval on tokens


def random_tags(draw: random.Random, length: int, labels) -> list[str]:
    """Draw a well-formed IOB2 sequence."""
    tags: list[str] = []
    while len(tags) < length:
        if draw.random() < 0.5:
            tags.append("O")
        else:
            label = draw.choice(labels)
            tags += [f"B-{label}", *[f"I-{label}"] * draw.randint(0, 3)]
    return tags[:length]


def disturbed(draw: random.Random, tags: list[str], labels) -> list[str]:
    """Replace some stretches by others, and mend what is no IOB2 afterwards."""
    result = list(tags)
    for at in range(0, len(tags), 6):
        if draw.random() < 0.4:
            result[at : at + 6] = random_tags(draw, len(tags[at : at + 6]), labels)
    for at, (before, tag) in enumerate(pairwise(["O", *result])):
        if tag.startswith("I-") and before[2:] != tag[2:]:
            result[at] = f"B-{tag[2:]}"
    return result


def mentions_of(tags: list[str]) -> list[Mention]:
    """Read spans of tokens off IOB2 tags."""
    starts = [at for at, tag in enumerate(tags) if tag.startswith("B-")]
    mentions = []
    for start in starts:
        end = start + 1
        while end < len(tags) and tags[end].startswith("I-"):
            end += 1
        mentions.append(mention(tags[start][2:], start, end))
    return mentions


@pytest.mark.parametrize("seed", range(5))
def test_strict_mode_is_that_of_seqeval_on_iob2_tags(seed):
    draw = random.Random(seed)
    labels = ENTITY_TYPES[:5]
    gold_tags = [random_tags(draw, draw.randint(1, 60), labels) for _ in range(40)]
    predicted_tags = [disturbed(draw, tags, labels) for tags in gold_tags]
    counted = count_mentions([], [])
    headline = Counts()
    for gold, predicted in zip(gold_tags, predicted_tags, strict=True):
        document = mentions_of(gold), mentions_of(predicted)
        counted = counted.plus(count_mentions(*document))
        headline = headline.plus(count_strict(*document))
    assert headline == counted.overall.strict.counts
    assert 0 < headline.f1 < 1

    report = classification_report(
        gold_tags, predicted_tags, mode="strict", scheme=IOB2, output_dict=True, zero_division=0
    )
    assert headline.gold == report["micro avg"]["support"]
    assert headline.precision == pytest.approx(report["micro avg"]["precision"])
    assert headline.recall == pytest.approx(report["micro avg"]["recall"])
    assert headline.f1 == pytest.approx(report["micro avg"]["f1-score"])
    scores = counted.type_scores("strict")
    for label in labels:
        assert scores[label].precision == pytest.approx(report[label]["precision"])
        assert scores[label].recall == pytest.approx(report[label]["recall"])
        assert scores[label].f1 == pytest.approx(report[label]["f1-score"])
        assert scores[label].gold == report[label]["support"]
    macro = sum(scores[label].f1 for label in labels) / len(labels)
    assert macro == pytest.approx(report["macro avg"]["f1-score"])


def test_an_entity_that_starts_without_b_is_none_of_ours_nor_of_strict_seqeval():
    gold, predicted = [["B-ORG", "I-ORG", "O"]], [["I-ORG", "I-ORG", "O"]]
    assert seqeval_f1(gold, predicted, mode="strict", scheme=IOB2) == 0
    assert seqeval_f1(gold, predicted) == 1  # the default mends the tags unasked
    assert count_strict(mentions_of(gold[0]), mentions_of(predicted[0])).f1 == 0


# Agreement with scikit-learn, where the spans are its items


@pytest.mark.parametrize("seed", range(5))
def test_scores_by_type_are_those_of_scikit_learn_over_spans(seed):
    draw = random.Random(seed)
    spans = [(10 * at, 10 * at + draw.randint(1, 9)) for at in range(400)]
    labels = ENTITY_TYPES
    gold_labels = [draw.choice([*labels, "O"]) for _ in spans]
    predicted_labels = [
        label if draw.random() < 0.6 else draw.choice([*labels, "O"]) for label in gold_labels
    ]
    gold, predicted = (
        [mention(label, *span) for label, span in zip(side, spans, strict=True) if label != "O"]
        for side in (gold_labels, predicted_labels)
    )
    scores = count_mentions(gold, predicted).type_scores("strict")
    ours = [
        [scores[label].precision for label in labels],
        [scores[label].recall for label in labels],
        [scores[label].f1 for label in labels],
        [scores[label].gold for label in labels],
    ]
    theirs = precision_recall_fscore_support(gold_labels, predicted_labels, labels=list(labels))
    for row, their_row in zip(ours, theirs, strict=True):
        assert row == pytest.approx(their_row)
    macro = f1_score(gold_labels, predicted_labels, labels=list(labels), average="macro")
    assert sum(ours[2]) / len(labels) == pytest.approx(macro)
    micro = f1_score(gold_labels, predicted_labels, labels=list(labels), average="micro")
    assert count_strict(gold, predicted).f1 == pytest.approx(micro)
