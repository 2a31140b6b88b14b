"""Compare systems on the same data: how far apart, how sure that is, what the split can show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, pairwise

import numpy as np

from pledgewire.records import LAYERS
from pledgewire.resample import (
    Interval,
    Statistic,
    correct_holm,
    f1_of,
    mean_f1_of,
    paired_bootstrap,
    paired_permutation,
    smallest_detectable_difference,
)
from pledgewire.scoring import RESAMPLES, SEED, Scores, read_signature

OVERALL = "overall"
ALPHA = 0.05
POWER = 0.8
FREE = ("layers", "interval", "resamples", "seed")
"""Parts of a signature in which compared systems may differ: the counts do not depend on them."""


@dataclass(frozen=True)
class Gap:
    """F1 of system a against F1 of system b, overall or in one layer.

    `difference` is a less b, `interval` its percentile interval by paired bootstrap over stories,
    `p` that of the two-sided paired permutation test. `detectable` is the smallest true difference
    that a test at ALPHA would find with POWER, `differing` the number of stories on which the
    counts of the two differ: no others tell them apart.
    Undefined: what needs both scores, if either has none; the interval with fewer than two stories;
    `detectable` also when no story differs.
    """

    a: float | None
    b: float | None
    differing: int
    difference: float | None = None
    interval: Interval | None = None
    p: float | None = None
    detectable: float | None = None

    @property
    def is_decisive(self) -> bool:
        return self.p is not None and self.p < ALPHA


@dataclass(frozen=True)
class Comparison:
    """Two systems side by side. `layers` has None for a layer that one of them did not attempt."""

    a: str
    b: str
    signature: str
    data: Mapping[str, str]
    stories: int
    overall: Gap
    layers: Mapping[str, Gap | None]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Neighbours:
    """Two systems that follow each other in a ranking; p of the gap is corrected by Holm."""

    ahead: str
    behind: str
    gap: Gap


@dataclass(frozen=True)
class Ranking:
    """Systems from best to worst `by` overall F1 or one layer's, and the gaps between neighbours.

    `unranked` names the systems that have no such score.
    """

    by: str
    systems: tuple[str, ...]
    unranked: tuple[str, ...]
    neighbours: tuple[Neighbours, ...]
    stories: int
    notes: tuple[str, ...]


def compare(a: Scores, b: Scores, *, resamples: int = RESAMPLES, seed: int = SEED) -> Comparison:
    """Compare two systems, overall and in each layer that both attempted.

    Raises: ValueError when they were scored on different data or by different rules.
    """
    check_same_data((a, b))
    overall = measure_gap(a, b, OVERALL, resamples, seed)
    layers = {
        layer: measure_gap(a, b, layer, resamples, seed)
        if a.layers[layer] is not None and b.layers[layer] is not None
        else None
        for layer in LAYERS
    }
    data = data_of(a)
    return Comparison(
        a=a.system,
        b=b.system,
        signature=make_signature(data, resamples, seed),
        data=data,
        stories=len(a.stories),
        overall=overall,
        layers=layers,
        notes=(*notes_on_stories(len(a.stories)), *notes_on_gaps(a, b, overall, layers)),
    )


def compare_many(
    systems: Sequence[Scores], *, resamples: int = RESAMPLES, seed: int = SEED
) -> Ranking:
    """Rank systems and compare each with the next; the order in which they are given is free.

    p-values are corrected by Holm for the number of neighbours, so that the chance of calling any
    equal pair decisively different stays below ALPHA.
    Raises: ValueError without systems, or when they were scored on different data.
    """
    check_same_data(systems)
    by = ranked_by(systems)
    ranked = [s for s in rank(systems) if score_of(s, by) is not None]
    pairs = list(pairwise(ranked))
    gaps = [measure_gap(a, b, by, resamples, seed) for a, b in pairs]
    corrected = correct_holm([gap.p for gap in gaps])
    stories = len(systems[0].stories)
    return Ranking(
        by=by,
        systems=tuple(s.system for s in ranked),
        unranked=tuple(s.system for s in rank(systems) if score_of(s, by) is None),
        neighbours=tuple(
            Neighbours(a.system, b.system, replace(gap, p=p))
            for (a, b), gap, p in zip(pairs, gaps, corrected, strict=True)
        ),
        stories=stories,
        notes=notes_on_stories(stories, max(1, len(gaps))),
    )


def rank(systems: Sequence[Scores]) -> list[Scores]:
    """Sort from best to worst; equal scores by name, systems without a score last."""
    by = ranked_by(systems)

    def place(scores: Scores) -> tuple[bool, float, str, str]:
        score = score_of(scores, by)
        return score is None, -(score or 0), scores.system, scores.signature

    return sorted(systems, key=place)


def ranked_by(systems: Sequence[Scores]) -> str:
    """Name what ranks systems: the overall score, or the one layer if all have only that."""
    layers = {layer for s in systems for layer in LAYERS if s.layers[layer] is not None}
    return layers.pop() if len(layers) == 1 else OVERALL


def score_of(scores: Scores, by: str) -> float | None:
    return scores.overall if by == OVERALL else scores.f1(by)


def measure_gap(a: Scores, b: Scores, by: str, resamples: int, seed: int) -> Gap:
    """Measure the difference of two systems, overall or in one layer, from counts by story."""
    units_a, units_b, statistic = units_of(a, b, by)
    differing = int((units_a != units_b).any(axis=tuple(range(1, units_a.ndim))).sum())
    gap = Gap(score_of(a, by), score_of(b, by), differing)
    if gap.a is None or gap.b is None:
        return gap
    drawn = paired_bootstrap(units_a, units_b, statistic, resamples=resamples, seed=seed)
    return replace(
        gap,
        difference=gap.a - gap.b if drawn is None else drawn.value,
        interval=None if drawn is None else Interval(drawn.low, drawn.high, drawn.undefined),
        p=paired_permutation(units_a, units_b, statistic, resamples=resamples, seed=seed),
        detectable=smallest_detectable_difference(
            units_a, units_b, statistic, power=POWER, alpha=ALPHA, resamples=resamples, seed=seed
        )
        if differing
        else None,
    )


def units_of(a: Scores, b: Scores, by: str) -> tuple[np.ndarray, np.ndarray, Statistic]:
    """Give the counts by story that a score rests on, and how it follows from their sum."""
    if by == OVERALL:
        return a.stories, b.stories, mean_f1_of
    at = LAYERS.index(by)
    return a.stories[:, at], b.stories[:, at], f1_of


def check_same_data(systems: Sequence[Scores]) -> None:
    """Refuse to compare what was not measured alike. Raises: ValueError naming the parts."""
    if not systems:
        raise ValueError("expected at least one scored system, got none")
    first, *others = systems
    expected = data_of(first)
    for other in others:
        got = data_of(other)
        parts = [part for part in expected if got.get(part) != expected[part]]
        if parts:
            raise ValueError(
                f"expected scores on the same data, got {first.system} with "
                + ", ".join(f"{part}:{expected[part]}" for part in parts)
                + f" and {other.system} with "
                + ", ".join(f"{part}:{got.get(part)}" for part in parts)
                + f"; allowed to differ: {', '.join(FREE)}"
            )


def data_of(scores: Scores) -> dict[str, str]:
    """Give the parts of a signature that the counts depend on."""
    parts = read_signature(scores.signature)
    return {name: value for name, value in parts.items() if name not in FREE}


def make_signature(data: Mapping[str, str], resamples: int, seed: int) -> str:
    parts = {
        **data,
        "interval": "paired-percentile95-stories",
        "test": "paired-permutation-stories",
        "power": f"{POWER:g}",
        "alpha": f"{ALPHA:g}",
        "resamples": resamples,
        "seed": seed,
    }
    return "|".join(f"{name}:{value}" for name, value in parts.items())


def least_p(stories: int, tests: int = 1) -> float:
    """Give the smallest p of a permutation test: swapping none and swapping all look alike.

    With several tests it is that of Holm's correction.
    """
    return min(1.0, tests * 2.0 ** (1 - stories))


def stories_needed(tests: int = 1) -> int:
    """Count the stories from which on p can be below ALPHA: 6 for one test, as 2 / 2**6 is 0.03."""
    return next(stories for stories in count(1) if least_p(stories, tests) < ALPHA)


def notes_on_stories(stories: int, tests: int = 1) -> tuple[str, ...]:
    """Say what cannot be shown with so few stories."""
    needed = stories_needed(tests)
    if stories >= needed:
        return ()
    several = f", corrected for {tests} tests," if tests > 1 else ""
    return (
        f"with {counted(stories, 'story', 'stories')} the permutation test{several} cannot give p "
        f"below {least_p(stories, tests):.3g}, and so cannot reach {ALPHA:g} however large the "
        f"gap: it takes {needed} stories; intervals from so few are too narrow to prove anything",
    )


def notes_on_gaps(
    a: Scores, b: Scores, overall: Gap, layers: Mapping[str, Gap | None]
) -> list[str]:
    """Say what is missing, and where too few of the stories tell the two systems apart."""
    found = []
    for layer, gap in layers.items():
        missing = [s.system for s in (a, b) if s.layers[layer] is None]
        if gap is None and missing:
            found.append(f"{layer} is not compared: not attempted by {' and '.join(missing)}")
    if overall.difference is None:
        found.append("overall is not compared: it takes an F1 in all four layers from both")
    measured = [(OVERALL, overall), *((name, gap) for name, gap in layers.items() if gap)]
    for name, gap in measured:
        if gap.difference is None:
            continue
        if len(a.stories) >= stories_needed() > gap.differing > 0:
            found.append(
                f"{name}: the two differ on {counted(gap.differing, 'story', 'stories')} of "
                f"{len(a.stories)} only, so p cannot be below {least_p(gap.differing):.3g}"
            )
        if gap.interval is not None and gap.interval.undefined:
            found.append(
                f"{name}: {gap.interval.undefined} resamples had no score and were left out of "
                "the interval"
            )
    return found


def counted(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"
