"""Count the figures that a prediction reads off rightly: whole records, and field by field."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pledgewire.counts import Counts
from pledgewire.matching import match_any, match_best, overlapping_pairs
from pledgewire.metrics.tally import Tally, add
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
Resolve = Callable[[str | None], Candidates]


def count_figures(
    gold: Sequence[Figure], predicted: Sequence[Figure], resolve: Resolve, rtol: float = RTOL
) -> Tally:
    """Count matches of one document.

    `record` is the headline: overlapping span, and kind, value, unit and bound (for dates the date)
    all right. `detection` asks for an overlapping span alone. `field:<name>` counts a field among
    detected pairs, `<role>:end_to_end` a giver or receiver among all figures. `kind=<kind>` is
    `record` for gold and predicted figures of that kind. For errors see `count_errors`.
    Undefined: a field that no detected figure has.
    Source: annotations/GUIDELINES.md, F rules; design of the benchmark, "Scores".
    """
    pairs = pairs_with_readings(gold, predicted)
    hits = match_any([(i, j) for i, j in pairs if agree(gold[i], predicted[j], rtol)])
    tally: Tally = {"record": Counts.of_hits(len(hits), len(gold), len(predicted))}
    hit_gold = {i for i, _ in hits}
    for i, figure in enumerate(gold):
        add(tally, f"kind={figure.kind}", Counts(int(i in hit_gold), 1, 0, 0))
    hit_predicted = {j for _, j in hits}
    for j, figure in enumerate(predicted):
        add(tally, f"kind={figure.kind}", Counts(0, 0, int(j in hit_predicted), 1))
    count_fields(tally, gold, predicted, pairs, resolve, rtol)
    return tally


def pairs_with_readings(
    gold: Sequence[Figure], predicted: Sequence[Figure]
) -> list[tuple[int, int]]:
    """List overlapping pairs where a gold figure has several spans."""
    flat = [(i, reading) for i, figure in enumerate(gold) for reading in readings(figure)]
    found = overlapping_pairs(
        [r.span or NO_SPAN for _, r in flat], [f.span or NO_SPAN for f in predicted]
    )
    return sorted({(flat[k][0], j) for k, j in found})


def agree(gold: Figure, predicted: Figure, rtol: float = RTOL) -> bool:
    """Tell whether a predicted figure means what some reading of the gold figure means."""
    return any(
        reading.kind == predicted.kind
        and value_agrees(reading, predicted, rtol)
        and unit_agrees(reading, predicted)
        and reading.bound == predicted.bound
        and overlaps(reading, predicted)
        for reading in readings(gold)
    )


def overlaps(gold: Figure, predicted: Figure) -> bool:
    return gold.start < predicted.end and predicted.start < gold.end


def value_agrees(gold: Figure, predicted: Figure, rtol: float = RTOL) -> bool:
    """Compare the value: low and high, or for dates the EDTF string after normalisation."""
    if gold.kind == "date":
        return date_agreement(gold, predicted) == "equal"
    if None in (gold.low, gold.high, predicted.low, predicted.high):
        return False
    return (gold.low == predicted.low or same_number(gold.low, predicted.low, rtol)) and (
        gold.high == predicted.high or same_number(gold.high, predicted.high, rtol)
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
    if gold.unit is None or predicted.unit is None:
        return False
    return normalise_unit(gold.kind, gold.unit) == normalise_unit(predicted.kind, predicted.unit)


def count_fields(
    tally: Tally,
    gold: Sequence[Figure],
    predicted: Sequence[Figure],
    pairs: Sequence[tuple[int, int]],
    resolve: Resolve,
    rtol: float,
) -> None:
    """Count each field among figures paired by span, so paired that most fields agree."""
    agreed = {(i, j): agreeing_fields(gold[i], predicted[j], resolve, rtol) for i, j in pairs}
    weights = {pair: 100 + len(fields) for pair, fields in agreed.items()}
    matched = match_best(len(gold), len(predicted), weights)
    add(tally, "detection", Counts.of_hits(len(matched), len(gold), len(predicted)))
    for i, j in matched:
        g, p, fields = gold[i], predicted[j], agreed[i, j]
        for name in FIELDS:
            has_gold, has_predicted = has_field(g, name), has_field(p, name)
            if has_gold or has_predicted:
                hit = int(name in fields)
                add(tally, f"field:{name}", Counts(hit, has_gold, hit, has_predicted))
        count_errors(tally, g, p)
    for role in ("giver", "receiver"):
        hits = sum(role in agreed[pair] for pair in matched)
        n_gold = sum(getattr(f, role) is not None for f in gold)
        n_predicted = sum(getattr(f, role) is not None for f in predicted)
        add(tally, f"{role}:end_to_end", Counts.of_hits(hits, n_gold, n_predicted))


def count_errors(tally: Tally, gold: Figure, predicted: Figure) -> None:
    """Count how a paired figure goes wrong: the date's precision, magnitude, currency.

    `date:precision` is a day against its month, `magnitude:<n>` a value off by that many powers of
    ten (rounded), `currency:<gold>><predicted>` a sum in another currency.
    """
    one = Counts(1, 1, 1, 1)
    if gold.kind != predicted.kind:
        return
    if gold.kind == "date":
        add(tally, f"date:{date_agreement(gold, predicted)}", one)
        return
    if gold.low is not None and predicted.low is not None:
        off = orders_of_magnitude(gold.low, predicted.low)
        if off is not None:
            add(tally, f"magnitude:{abs(round(off))}", one)
    if gold.kind == "money" and predicted.unit is not None:
        add(tally, f"currency:{gold.unit}>{normalise_unit('money', predicted.unit)}", one)


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
    """Name the fields in which a prediction agrees with the best reading of the gold figure."""
    return max((fields_of_reading(r, predicted, resolve, rtol) for r in readings(gold)), key=len)


def fields_of_reading(
    gold: Figure, predicted: Figure, resolve: Resolve, rtol: float
) -> frozenset[str]:
    found = set()
    if gold.kind == predicted.kind:
        found.add("kind")
    if gold.kind != "date" and value_agrees(gold, predicted, rtol):
        found.add("value")
    if gold.kind == "date" and value_agrees(gold, predicted, rtol):
        found.add("date")
    if gold.unit is not None and unit_agrees(gold, predicted):
        found.add("unit")
    if gold.bound is not None and gold.bound == predicted.bound:
        found.add("bound")
    if gold.status == predicted.status:
        found.add("status")
    for role in ("giver", "receiver"):
        if getattr(gold, role) is not None and getattr(gold, role) in resolve(
            getattr(predicted, role)
        ):
            found.add(role)
    return frozenset(found)
