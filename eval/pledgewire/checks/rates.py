"""Exchange rates that the conversions of gold imply, and those out of line with the others.

A conversion is a figure and its `same_as` in another currency, or a pair of a cluster whose
relation is `converted`, unless a bound or another account keeps the pair from telling a rate:
`more than $100m` in one document, or a sum that conflicts with others of its cluster or was updated
later. Rates of one pair of currencies are compared with the middle one of the
same month, or of all months if the month has too few.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from statistics import median

from pledgewire.checks.context import Context
from pledgewire.corpus import Corpus
from pledgewire.metrics.crossdoc import document_of
from pledgewire.problems import Problem
from pledgewire.records import Cluster, Figure

OUT_OF_LINE = 0.12
"""Share by which a rate may differ from the middle one: rounded sums imply rounded rates."""
ENOUGH = 3
"""Rates of a month that make a middle of its own."""


@dataclass(frozen=True)
class Rate:
    """Units: how much of `units[1]` one unit of `units[0]` buys; `units` are in order of code."""

    name: str
    units: tuple[str, str]
    month: str
    rate: float


def find_rates(context: Context) -> Iterator[Rate]:
    """List the rate of every conversion between two currencies."""
    for corpus in context.tracks:
        figures = figures_of(corpus)
        for name, figure in figures.items():
            if figure.same_as is not None:
                doc_id = document_of(name)
                yield from rate_of(f"{doc_id}#{figure.same_as}", name, figures, corpus)
        for layer in corpus.clusters.values():
            for cluster in layer.clusters:
                firm = firm_figures(cluster, figures)
                for pair in cluster.relations:
                    if pair.relation == "converted" and {pair.a, pair.b} <= firm:
                        yield from rate_of(pair.a, pair.b, figures, corpus)


def firm_figures(cluster: Cluster, figures: Mapping[str, Figure]) -> set[str]:
    """Give the figures of a cluster that name one size, which no other document disputes."""
    disputed = {
        name
        for pair in cluster.relations
        if pair.relation in ("conflicting", "updated")
        for name in (pair.a, pair.b)
    }
    return {
        name
        for name in cluster.figures
        if name in figures and figures[name].bound in ("exact", "about") and name not in disputed
    }


def figures_of(corpus: Corpus) -> dict[str, Figure]:
    return {
        f"{doc_id}#{figure.id}": figure
        for doc_id, layers in corpus.gold.items()
        for figure in layers.figures or ()
    }


def rate_of(one: str, other: str, figures: Mapping[str, Figure], corpus: Corpus) -> Iterator[Rate]:
    """Yield the rate that two figures imply, if both are sums of money in two currencies."""
    sides = [(name, figures[name]) for name in (one, other) if name in figures]
    if len(sides) < 2 or any(f.kind != "money" or not f.low or not f.high for _, f in sides):
        return
    (_, a), (_, b) = sorted(sides, key=lambda side: side[1].unit or "")
    if a.unit == b.unit:
        return
    published = max(corpus.documents[document_of(name)].published for name, _ in sides)
    rate = (b.low + b.high) / (a.low + a.high)
    yield Rate(f"{one} {other}", (a.unit or "", b.unit or ""), published[:7], rate)


def middle_rates(rates: Iterable[Rate]) -> dict[tuple[tuple[str, str], str], float]:
    """Give the middle rate of each pair of currencies by month; month "" is all of them."""
    found: dict[tuple[tuple[str, str], str], list[float]] = defaultdict(list)
    for rate in rates:
        found[rate.units, rate.month].append(rate.rate)
        found[rate.units, ""].append(rate.rate)
    return {key: median(values) for key, values in found.items() if len(values) >= ENOUGH}


def check_rates(context: Context) -> Iterator[Problem]:
    """No conversion implies a rate out of line with the others of its month."""
    rates = list(find_rates(context))
    middle = middle_rates(rates)
    for rate in rates:
        usual = middle.get((rate.units, rate.month)) or middle.get((rate.units, ""))
        if usual and abs(rate.rate - usual) > OUT_OF_LINE * usual:
            yield Problem(
                "annotations",
                0,
                rate.name,
                "odd-rate",
                f"implies {rate.rate:.4g} {rate.units[1]} for 1 {rate.units[0]} in {rate.month}, "
                f"others {usual:.4g}",
                "check both values, or say why the text has them so",
            )
