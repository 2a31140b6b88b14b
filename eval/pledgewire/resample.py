"""Intervals, tests and power from counts alone: no text and no record is read again.

A unit is what was sampled together: a story with all its documents. Its counts are four numbers
(recalled, gold, precise, predicted) for each layer or metric, and a score is a statistic of their
sum, so that a resample costs an addition. Units with equal counts are one *kind*; where kinds are
few, how often each comes is drawn at once. Kinds are sorted, so the order of the units does not
matter, and the seed decides everything else.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from statistics import NormalDist
from typing import Literal, NamedTuple, get_args

import numpy as np

Statistic = Callable[[np.ndarray], np.ndarray]
Method = Literal["percentile", "bca"]

_TIE = 1e-12  # scores closer than this differ by rounding only
_BLOCK = 250_000  # numbers in the largest array of a block: 2 MB, which caches hold
_FEW = 10  # drawing one kind costs about as much as drawing this many units one by one


class Interval(NamedTuple):
    """A confidence interval; `undefined` resamples had no score and were left out."""

    low: float
    high: float
    undefined: int = 0


class Difference(NamedTuple):
    """Score of a less score of b, with its interval and the p-value of no difference."""

    value: float
    low: float
    high: float
    p: float
    undefined: int = 0


class _Kinds(NamedTuple):
    """Distinct units in sorted order: `rows` (kinds, numbers), how many `times` each comes."""

    rows: np.ndarray
    times: np.ndarray
    shape: tuple[int, ...]

    def sums(self, flat: np.ndarray) -> np.ndarray:
        return flat.reshape(-1, *self.shape)


class _Drawn(NamedTuple):
    """The score of all units and those scores of resamples that are defined."""

    kinds: _Kinds
    value: float
    scores: np.ndarray
    undefined: int = 0

    def interval(self, tails: list[float] | None) -> Interval | None:
        if tails is None or not self.scores.size:
            return None
        low, high = np.quantile(self.scores, tails)
        return Interval(float(low), float(high), self.undefined)


def f1_of(sums: np.ndarray) -> np.ndarray:
    """Compute F1 from summed counts, as `Counts.f1` does.

    Shape:     (..., 4) -> (...).
    Undefined: nan where there is neither gold nor a prediction.
    """
    recalled, gold, precise, predicted = np.moveaxis(np.asarray(sums, dtype=float), -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        recall, precision = recalled / gold, precise / predicted
        f1 = 2 * recall * precision / (recall + precision)
    nothing_found = ~np.isfinite(f1)
    return np.where((gold == 0) & (predicted == 0), np.nan, np.where(nothing_found, 0.0, f1))


def mean_f1_of(sums: np.ndarray) -> np.ndarray:
    """Average F1 over layers.

    Shape:     (..., layers, 4) -> (...).
    Undefined: nan where the F1 of any layer is.
    """
    return f1_of(sums).mean(axis=-1)


def bootstrap_interval(
    units: np.ndarray,
    statistic: Statistic,
    *,
    resamples: int = 10_000,
    seed: int,
    confidence: float = 0.95,
    method: Method = "percentile",
) -> Interval | None:
    """Estimate a confidence interval by resampling units with replacement.

    Shape:     `units` is (n_units, ..., 4); `statistic` maps sums (b, ..., 4) to b scores.
    Undefined: None with fewer than two units, or without a score of all units; for `bca` also
               where the score without one unit is undefined, or all resamples lie on one side.
    Raises:    ValueError for counts that are not finite, or settings out of range.
    Source:    Efron and Tibshirani 1993, 13.3 (percentile) and 14.3 (BCa).
    """
    _check_share("confidence", confidence)
    if method not in get_args(Method):
        raise ValueError(f"method must be one of {', '.join(get_args(Method))}, got {method!r}")
    drawn = _bootstrap(units, statistic, resamples, seed)
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    if method == "bca" and drawn.scores.size:
        tails = _accelerated(tails, drawn, statistic)
    return drawn.interval(tails)


def standard_error(
    units: np.ndarray, statistic: Statistic, *, resamples: int = 10_000, seed: int
) -> float | None:
    """Estimate the standard error of a score as the deviation of its bootstrap resamples.

    Shape:     as in `bootstrap_interval`.
    Undefined: None with fewer than two units, or fewer than two resamples with a score.
    """
    scores = _bootstrap(units, statistic, resamples, seed).scores
    return float(scores.std(ddof=1)) if scores.size > 1 else None


def paired_bootstrap(
    units_a: np.ndarray,
    units_b: np.ndarray,
    statistic: Statistic,
    *,
    resamples: int = 10_000,
    seed: int,
    confidence: float = 0.95,
) -> Difference | None:
    """Estimate how far system a is ahead of system b on the same units, by percentiles.

    `p` is two-sided and agrees with the interval: twice the smaller share of resamples in which
    the difference is not above, or not below, zero, one added to both counts.

    Shape:     row i of both arrays counts the same unit.
    Undefined: None as in `bootstrap_interval`, of the difference.
    Raises:    ValueError when the arrays differ in shape, and as in `bootstrap_interval`.
    """
    _check_share("confidence", confidence)
    both, difference = _paired(units_a, units_b), _difference_in(statistic)
    drawn = _bootstrap(both, difference, resamples, seed)
    interval = drawn.interval([(1 - confidence) / 2, (1 + confidence) / 2])
    if interval is None:
        return None
    beyond = min(np.count_nonzero(drawn.scores <= 0), np.count_nonzero(drawn.scores >= 0))
    p = min(1.0, 2 * (1 + int(beyond)) / (1 + drawn.scores.size))
    return Difference(drawn.value, interval.low, interval.high, p, interval.undefined)


def paired_permutation(
    units_a: np.ndarray,
    units_b: np.ndarray,
    statistic: Statistic,
    *,
    resamples: int = 10_000,
    seed: int,
) -> float | None:
    """Compute the two-sided p-value of "the systems are exchangeable on every unit".

    In each arrangement the two systems are swapped on some of the units. Units on which their
    counts are equal change nothing. All arrangements of the others are enumerated if they are no
    more than `resamples`; else as many are drawn and one is added to both counts. An arrangement
    without a score counts as a difference as large as the one seen.

    Shape:     row i of both arrays counts the same unit.
    Undefined: None without units, or if either system has no score.
    Raises:    ValueError when the arrays differ in shape, or counts are not finite.
    Source:    Noreen 1989; the added one: Phipson and Smyth 2010.
    """
    _check_resamples(resamples)
    kinds = _kinds_of(_paired(units_a, units_b))
    difference = _difference_in(statistic)
    value = _score_of_all(kinds, difference)
    if np.isnan(value):
        return None
    a, b = kinds.rows.reshape(len(kinds.rows), 2, -1).swapaxes(0, 1)
    differing = (a != b).any(axis=1)
    change = np.concatenate([b - a, a - b], axis=1)[differing]
    times = kinds.times[differing]
    n_differing = int(times.sum())
    exact = 2**n_differing <= resamples
    arrangements = 2**n_differing if exact else resamples
    rng = np.random.Generator(np.random.PCG64(seed))
    by_kind = not exact and _FEW * len(times) <= n_differing
    if not by_kind:
        change = np.repeat(change, times, axis=0)

    total = kinds.times @ kinds.rows
    as_large = 0
    for start, stop in _blocks(arrangements, max(n_differing, total.size)):
        if exact:
            swapped = (np.arange(start, stop)[:, None] >> np.arange(n_differing)) & 1
        elif by_kind:
            swapped = rng.binomial(times, 0.5, size=(stop - start, len(times)))
        else:
            swapped = _coins(rng, stop - start, n_differing)
        scores = _scored(difference, kinds.sums(total + swapped.astype(float) @ change))
        as_large += int(np.count_nonzero(~(np.abs(scores) < abs(value) - _TIE)))
    return as_large / arrangements if exact else (1 + as_large) / (1 + arrangements)


def smallest_detectable_difference(
    units_a: np.ndarray,
    units_b: np.ndarray,
    statistic: Statistic,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    resamples: int = 10_000,
    seed: int,
) -> float | None:
    """Estimate the least true difference that a two-sided test would find with this `power`.

    It is (z(1 - alpha/2) + z(power)) standard errors of the paired difference, so it holds for
    systems that differ from unit to unit as these two do, and for as many units.

    Units:     score points in [0, 1].
    Undefined: None as in `standard_error`, of the difference.
    Raises:    ValueError when `power` or `alpha` is not between 0 and 1, or the shapes differ.
    Source:    Card et al. 2020, "With little power comes great responsibility", EMNLP.
    """
    _check_share("power", power)
    _check_share("alpha", alpha)
    both, difference = _paired(units_a, units_b), _difference_in(statistic)
    error = standard_error(both, difference, resamples=resamples, seed=seed)
    if error is None:
        return None
    normal = NormalDist()
    return (normal.inv_cdf(1 - alpha / 2) + normal.inv_cdf(power)) * error


def correct_holm(pvalues: Sequence[float | None]) -> list[float | None]:
    """Correct p-values of several tests by Holm's method, in the order given.

    Undefined: a test without a p-value (None) stays None and is not counted among the tests.
    Raises:    ValueError when a p-value is not in [0, 1].
    Source:    Holm 1979.
    """
    for p in pvalues:
        if p is not None and not 0 <= p <= 1:
            raise ValueError(f"a p-value must lie in [0, 1], got {p}")
    tests = sorted((p, at) for at, p in enumerate(pvalues) if p is not None)
    corrected: list[float | None] = [None] * len(pvalues)
    largest = 0.0
    for rank, (p, at) in enumerate(tests):
        largest = max(largest, min(1.0, (len(tests) - rank) * p))
        corrected[at] = largest
    return corrected


def _kinds_of(units: np.ndarray) -> _Kinds:
    units = np.asarray(units, dtype=float)
    if units.ndim < 2 or units.shape[-1] != 4:
        raise ValueError(f"units must have the shape (n_units, ..., 4), got {units.shape}")
    if not np.isfinite(units).all():
        raise ValueError("counts must be finite, got nan or inf; count an absent layer as zeros")
    flat = units.reshape(len(units), math.prod(units.shape[1:]))
    flat = flat[np.lexsort(flat.T[::-1])]
    is_new = np.ones(len(flat), dtype=bool)
    is_new[1:] = (flat[1:] != flat[:-1]).any(axis=1)
    starts = np.flatnonzero(is_new)
    return _Kinds(flat[starts], np.diff(starts, append=len(flat)), units.shape[1:])


def _paired(units_a: np.ndarray, units_b: np.ndarray) -> np.ndarray:
    a, b = np.asarray(units_a, dtype=float), np.asarray(units_b, dtype=float)
    if a.shape != b.shape:
        raise ValueError(f"both systems must count the same units, got {a.shape} and {b.shape}")
    return np.stack([a, b], axis=1)


def _difference_in(statistic: Statistic) -> Statistic:
    def difference(sums: np.ndarray) -> np.ndarray:
        gap = statistic(sums[:, 0]) - statistic(sums[:, 1])
        return np.where(np.abs(gap) <= _TIE, 0.0, gap)

    return difference


def _scored(statistic: Statistic, sums: np.ndarray) -> np.ndarray:
    scores = np.asarray(statistic(sums))
    if scores.shape != sums.shape[:1]:
        raise ValueError(
            f"the statistic must give one score a resample: shape {sums.shape[:1]} from sums "
            f"{sums.shape}, got {scores.shape}"
        )
    return scores


def _score_of_all(kinds: _Kinds, statistic: Statistic) -> float:
    if not len(kinds.rows):
        return math.nan
    return float(_scored(statistic, kinds.sums(kinds.times @ kinds.rows))[0])


def _check_resamples(resamples: int) -> None:
    if resamples < 1:
        raise ValueError(f"resamples must be 1 or more, got {resamples}")


def _check_share(name: str, share: float) -> None:
    if not 0 < share < 1:
        raise ValueError(f"{name} must lie between 0 and 1, got {share}")


def _blocks(n: int, width: int) -> Iterator[tuple[int, int]]:
    """Cut n rows of a width into stretches that fit into a block."""
    step = max(1, _BLOCK // max(1, width))
    return ((start, min(start + step, n)) for start in range(0, n, step))


def _bootstrap(units: np.ndarray, statistic: Statistic, resamples: int, seed: int) -> _Drawn:
    """Score resamples of the units; none with fewer than two units or no score of all of them."""
    _check_resamples(resamples)
    kinds = _kinds_of(units)
    value = _score_of_all(kinds, statistic)
    n = int(kinds.times.sum())
    if n < 2 or np.isnan(value):
        return _Drawn(kinds, value, np.empty(0))
    rng = np.random.Generator(np.random.PCG64(seed))
    by_kind = _FEW * len(kinds.rows) <= n
    rows = kinds.rows if by_kind else np.repeat(kinds.rows, kinds.times, axis=0)
    parts = []
    for start, stop in _blocks(resamples, max(rows.shape)):
        size = stop - start
        if by_kind:
            drawn = rng.multinomial(n, kinds.times / n, size=size)
        else:
            drawn = _tally(rng.integers(n, size=(size, n)), n)
        parts.append(_scored(statistic, kinds.sums(drawn.astype(float) @ rows)))
    scores = np.concatenate(parts)
    defined = scores[~np.isnan(scores)]
    return _Drawn(kinds, value, defined, scores.size - defined.size)


def _tally(drawn: np.ndarray, n: int) -> np.ndarray:
    """Count in each row how often each of n numbers was drawn."""
    drawn += np.arange(len(drawn))[:, None] * n
    return np.bincount(drawn.ravel(), minlength=drawn.size).reshape(drawn.shape)


def _coins(rng: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    octets = rng.integers(256, size=(rows, -(-columns // 8)), dtype=np.uint8)
    return np.unpackbits(octets, axis=1, count=columns)


def _accelerated(tails: list[float], drawn: _Drawn, statistic: Statistic) -> list[float] | None:
    """Shift the tails for bias (share of resamples below) and skew (jackknife over units)."""
    kinds, value, scores, _ = drawn
    below = np.mean(scores < value - _TIE)
    share = float(below + np.mean(np.abs(scores - value) <= _TIE) / 2)
    without_one = _scored(statistic, kinds.sums(kinds.times @ kinds.rows - kinds.rows))
    if not 0 < share < 1 or np.isnan(without_one).any():
        return None
    pull = np.average(without_one, weights=kinds.times) - without_one
    spread = float(kinds.times @ pull**2)
    skew = float(kinds.times @ pull**3) / (6 * spread**1.5) if spread > _TIE**2 else 0.0
    normal = NormalDist()
    bias = normal.inv_cdf(share)
    shifted = [bias + normal.inv_cdf(tail) for tail in tails]
    if any(skew * z >= 1 for z in shifted):
        return None
    return [normal.cdf(bias + z / (1 - skew * z)) for z in shifted]
