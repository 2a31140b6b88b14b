"""Count the figures that a prediction reads off rightly: whole records, and field by field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import compress, product
from math import isfinite
from typing import Any

import msgspec

from pledgewire.counts import Counts
from pledgewire.matching import Edge, match_any, match_best, overlapping_pairs
from pledgewire.metrics.tally import NamedCounts, Tally
from pledgewire.normalise import (
    compare_dates,
    normalise_unit,
    orders_of_magnitude,
    same_number,
)
from pledgewire.records import Figure, readings
from pledgewire.resolve import Candidates

RTOL = 1e-9
"""Relative tolerance of values: exact but for the noise of binary fractions."""

NO_SPAN = (-1, -1)
FIELDS = ("kind", "value", "unit", "bound", "date", "status", "giver", "receiver")
ROLES = ("giver", "receiver")
CONTENT = ("kind", "low", "high", "unit", "bound", "date", "status")
Resolve = Callable[[str | None], Candidates]
Outcome = tuple[Any, ...]
"""(GOLD, kind, is a hit, has a giver, has a receiver), PREDICTED likewise, or (PAIR, agreeing
fields, fields that gold has, fields that the prediction has, names of errors)."""
GOLD, PREDICTED, PAIR = "gold", "predicted", "pair"


def sets_of_fields(*optional: str, always: Sequence[str] = ()) -> dict[tuple[bool, ...], frozenset]:
    """Make every set of fields once, by which of the optional ones are in it."""
    return {
        chosen: frozenset({*always, *compress(optional, chosen)})
        for chosen in product((False, True), repeat=len(optional))
    }


AGREED = sets_of_fields(*FIELDS)
GIVEN = sets_of_fields(
    *(name for name in FIELDS if name not in ("kind", "status")), always=("kind", "status")
)


def count_figures(
    gold: Sequence[Figure], predicted: Sequence[Figure], resolve: Resolve, rtol: float = RTOL
) -> Tally:
    """Count matches of one document.

    `record` is the headline: overlapping span, and kind, value, unit and bound (for dates the date)
    all right. `detection` asks for an overlapping span alone. `field:<name>` counts a field among
    detected pairs, `<role>:end_to_end` a giver or receiver among all figures. `kind=<kind>` is
    `record` for gold and predicted figures of that kind. For errors see `name_errors`.
    Undefined: a field that no detected figure has.
    Source: annotations/GUIDELINES.md, F rules; design of the benchmark, "Scores".
    """
    pairs = pairs_with_readings(gold, predicted)
    return tally_figures(Counter(find_outcomes(gold, predicted, pairs, resolve, rtol)))


def find_outcomes(
    gold: Sequence[Figure],
    predicted: Sequence[Figure],
    pairs: Sequence[Edge],
    resolve: Resolve,
    rtol: float = RTOL,
) -> list[Outcome]:
    """Say what became of each figure of one document, given its pairs by span, and of these.

    Shape: outcomes of several documents may be tallied together.
    """
    gold, predicted, pairs = in_order_of_content(gold, predicted, pairs, resolve)
    hits = match_any([(i, j) for i, j in pairs if agree(gold[i], predicted[j], rtol)])
    hit_gold, hit_predicted = {i for i, _ in hits}, {j for _, j in hits}
    agreed = {(i, j): agreeing_fields(gold[i], predicted[j], resolve, rtol) for i, j in pairs}
    # As many as can be, and so paired that most fields agree.
    weights = {pair: 1_000_000 + len(fields) for pair, fields in agreed.items()}
    matched = match_best(len(gold), len(predicted), weights)
    meant = list(gold)
    for i, j in matched:
        meant[i] = reading_meant(gold[i], predicted[j], resolve, rtol)
    outcomes: list[Outcome] = [
        (GOLD, gold[i].kind, i in hit_gold, f.giver is not None, f.receiver is not None)
        for i, f in enumerate(meant)
    ]
    outcomes += [
        (PREDICTED, f.kind, j in hit_predicted, f.giver is not None, f.receiver is not None)
        for j, f in enumerate(predicted)
    ]
    outcomes += [
        (
            PAIR,
            agreed[i, j],
            given_fields(meant[i]),
            given_fields(predicted[j]),
            name_errors(meant[i], predicted[j]),
        )
        for i, j in matched
    ]
    return outcomes


def in_order_of_content(
    gold: Sequence[Figure],
    predicted: Sequence[Figure],
    pairs: Sequence[Edge],
    resolve: Resolve | None = None,
) -> tuple[Sequence[Figure], Sequence[Figure], Sequence[Edge]]:
    """Order figures by all that is counted, so that ties do not depend on the order of input.

    Where no figure is in two pairs there are no ties, and the order is left as it is. `resolve`
    brings the names that a prediction uses to those of gold.
    """
    if len({i for i, _ in pairs}) == len(pairs) == len({j for _, j in pairs}):
        return gold, predicted, pairs
    gold_order = sorted(range(len(gold)), key=lambda i: content_of(gold[i], None))
    order = sorted(range(len(predicted)), key=lambda j: content_of(predicted[j], resolve))
    gold_rank = {i: rank for rank, i in enumerate(gold_order)}
    rank_of = {j: rank for rank, j in enumerate(order)}
    return (
        [gold[i] for i in gold_order],
        [predicted[j] for j in order],
        sorted((gold_rank[i], rank_of[j]) for i, j in pairs),
    )


def content_of(figure: Figure, resolve: Resolve | None) -> str:
    roles = [getattr(figure, role) for role in ROLES]
    if resolve is not None:
        roles = [sorted(resolve(role)) for role in roles]
    place = (figure.start or 0, figure.end or 0)
    return repr((place, [getattr(figure, name) for name in CONTENT], roles))


def count_hits(outcomes: Sequence[Outcome]) -> int:
    """Count the hits of the headline among outcomes."""
    return sum([outcome[0] == GOLD and outcome[2] for outcome in outcomes])


def count_records(
    gold: Sequence[Figure],
    predicted: Sequence[Figure],
    pairs: Sequence[Edge],
    rtol: float = RTOL,
) -> Counts:
    """Count one document by the headline alone, given its pairs by span."""
    hits = match_any([(i, j) for i, j in pairs if agree(gold[i], predicted[j], rtol)])
    return Counts.of_hits(len(hits), len(gold), len(predicted))


def tally_figures(outcomes: Mapping[Outcome, int]) -> Tally:
    """Add up outcomes, each with the times that it came."""
    counted = NamedCounts("record", "detection", *(f"{role}:end_to_end" for role in ROLES))
    for (side, *rest), times in outcomes.items():
        if side == PAIR:
            tally_pair(counted, *rest, times)
            continue
        kind, is_hit, *roles = rest
        hit = times * is_hit
        counts = (hit, times, 0, 0) if side == GOLD else (0, 0, hit, times)
        found = (0, times, 0, 0) if side == GOLD else (0, 0, 0, times)
        counted.add("record", *counts)
        counted.add(f"kind={kind}", *counts)
        counted.add("detection", *found)
        for role, has_role in zip(ROLES, roles, strict=True):
            if has_role:
                counted.add(f"{role}:end_to_end", *found)
    return counted.tally()


def tally_pair(
    counted: NamedCounts,
    agreed: frozenset[str],
    gold_given: frozenset[str],
    predicted_given: frozenset[str],
    errors: Sequence[str],
    times: int,
) -> None:
    """Add up figures paired by span, each field that one of the two has."""
    counted.add("detection", times, 0, times, 0)
    for name in gold_given | predicted_given:
        hit = times * (name in agreed)
        has_gold, has_predicted = name in gold_given, name in predicted_given
        counted.add(f"field:{name}", hit, times * has_gold, hit, times * has_predicted)
    for role in ROLES:
        if role in agreed:
            counted.add(f"{role}:end_to_end", times, 0, times, 0)
    for name in errors:
        counted.add(name, times, times, times, times)


def pairs_with_readings(
    gold: Sequence[Figure], predicted: Sequence[Figure]
) -> list[tuple[int, int]]:
    """List overlapping pairs where a gold figure has several spans."""
    spans = [place_of(figure) for figure in predicted]
    if not any(figure.also for figure in gold):
        return overlapping_pairs([place_of(figure) for figure in gold], spans)
    flat = [(i, reading) for i, figure in enumerate(gold) for reading in readings(figure)]
    found = overlapping_pairs([place_of(reading) for _, reading in flat], spans)
    return sorted({(flat[k][0], j) for k, j in found})


def place_of(figure: Figure) -> tuple[int, int]:
    start, end = figure.start, figure.end
    return NO_SPAN if start is None or end is None else (start, end)


def agree(gold: Figure, predicted: Figure, rtol: float = RTOL) -> bool:
    """Tell whether a predicted figure means what some reading of the gold figure means."""
    if not gold.also:
        return reading_agrees(gold, predicted, rtol)
    return any(reading_agrees(reading, predicted, rtol) for reading in readings(gold))


def reading_agrees(gold: Figure, predicted: Figure, rtol: float) -> bool:
    # Dates have neither bound nor unit; a prediction that adds one is not wrong for that.
    return (
        gold.kind == predicted.kind
        and (gold.kind == "date" or gold.bound == predicted.bound)
        and value_agrees(gold, predicted, rtol)
        and (gold.kind == "date" or unit_agrees(gold, predicted))
        and overlaps(gold, predicted)
    )


def overlaps(gold: Figure, predicted: Figure) -> bool:
    return gold.start < predicted.end and predicted.start < gold.end


def value_agrees(gold: Figure, predicted: Figure, rtol: float = RTOL) -> bool:
    """Compare the value: low and high, or for dates the EDTF string after normalisation."""
    if gold.kind == "date":
        return date_agreement(gold, predicted) == "equal"
    low, high, predicted_low, predicted_high = gold.low, gold.high, predicted.low, predicted.high
    if low is None or high is None or predicted_low is None or predicted_high is None:
        return False
    return (low == predicted_low or same_number(low, predicted_low, rtol)) and (
        high == predicted_high or same_number(high, predicted_high, rtol)
    )


def date_agreement(gold: Figure, predicted: Figure) -> str:
    if gold.date is None or predicted.date is None:
        return "different"
    if gold.date == predicted.date:
        return "equal"
    try:
        return compare_dates(gold.date, predicted.date)
    except ValueError:
        return "different"


def unit_agrees(gold: Figure, predicted: Figure) -> bool:
    if gold.unit == predicted.unit:
        return True
    if gold.unit is None or predicted.unit is None or "date" in (gold.kind, predicted.kind):
        return False
    return normalise_unit(gold.kind, gold.unit) == normalise_unit(predicted.kind, predicted.unit)


def name_errors(gold: Figure, predicted: Figure) -> tuple[str, ...]:
    """Name how a paired figure goes wrong: the date's precision, magnitude, currency.

    `date:precision` is a day against its month, `magnitude:<n>` a value off by that many powers of
    ten (rounded), `currency:<gold>><predicted>` a sum in another currency.
    """
    if gold.kind != predicted.kind:
        return ()
    if gold.kind == "date":
        return (f"date:{date_agreement(gold, predicted)}",)
    names = []
    if gold.low is not None and predicted.low is not None:
        off = powers_of_ten(gold.low, predicted.low)
        if off is not None:
            names.append(f"magnitude:{off}")
    if gold.kind == "money" and predicted.unit is not None:
        names.append(f"currency:{gold.unit}>{normalise_unit('money', predicted.unit)}")
    return tuple(names)


def powers_of_ten(gold: float, predicted: float) -> int | None:
    """Round how far a value is off to whole powers of ten; None if the two have no ratio."""
    if gold == predicted and isfinite(gold):
        return 0
    off = orders_of_magnitude(gold, predicted)
    return None if off is None else abs(round(off))


def given_fields(figure: Figure) -> frozenset[str]:
    """Name the fields that a figure has."""
    return GIVEN[
        figure.low is not None,
        figure.unit is not None,
        figure.bound is not None,
        figure.date is not None,
        figure.giver is not None,
        figure.receiver is not None,
    ]


def has_field(figure: Figure, name: str) -> int:
    """Tell (0 or 1) whether a figure has the field at all; every figure has kind and status."""
    if name in ("kind", "status"):
        return 1
    if name == "value":
        return int(figure.low is not None)
    return int(getattr(figure, name) is not None)


def agreeing_fields(
    gold: Figure, predicted: Figure, resolve: Resolve, rtol: float
) -> frozenset[str]:
    """Name the fields in which a prediction agrees with the reading of gold that is meant."""
    meant = reading_meant(gold, predicted, resolve, rtol)
    return fields_of_reading(meant, predicted, resolve, rtol)


def reading_meant(gold: Figure, predicted: Figure, resolve: Resolve, rtol: float) -> Figure:
    """Give the reading of a gold figure that a prediction agrees with in most fields."""
    if not gold.also:
        return gold
    return max(
        readings(gold),
        key=lambda r: (
            agree(msgspec.structs.replace(r, also=()), predicted, rtol),
            len(fields_of_reading(r, predicted, resolve, rtol)),
        ),
    )


def fields_of_reading(
    gold: Figure, predicted: Figure, resolve: Resolve, rtol: float
) -> frozenset[str]:
    same_value = value_agrees(gold, predicted, rtol)
    return AGREED[
        gold.kind == predicted.kind,
        same_value and gold.kind != "date",
        gold.unit is not None and unit_agrees(gold, predicted),
        gold.bound is not None and gold.bound == predicted.bound,
        same_value and gold.kind == "date",
        gold.status == predicted.status,
        gold.giver is not None and gold.giver in resolve(predicted.giver),
        gold.receiver is not None and gold.receiver in resolve(predicted.receiver),
    ]
