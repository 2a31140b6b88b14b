"""Counts that add. Ratios are derived from sums, never stored, so that any subset is a sum."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Counts(NamedTuple):
    """Numerators and denominators of recall and precision.

    For plain matching `recalled == precise` (the hits), `gold` and `predicted` are the numbers of
    records. Metrics of coreference have weights in all four places.
    Undefined: recall is None when gold is 0, precision when predicted is 0. F1 is None only when
    both are 0: if there is gold but no prediction, or the reverse, F1 is 0.
    """

    recalled: float = 0
    gold: float = 0
    precise: float = 0
    predicted: float = 0

    @classmethod
    def of_hits(cls, hits: float, gold: int, predicted: int) -> Counts:
        """Count one-to-one hits among `gold` and `predicted` records."""
        return cls(hits, gold, hits, predicted)

    def plus(self, other: Counts) -> Counts:
        """Add place by place."""
        return Counts(*(a + b for a, b in zip(self, other, strict=True)))

    @property
    def recall(self) -> float | None:
        return self.recalled / self.gold if self.gold else None

    @property
    def precision(self) -> float | None:
        return self.precise / self.predicted if self.predicted else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall.

        Computed as 2rp/(r+p) from the four counts; 0 when one side is empty and the other is not.
        """
        recall, precision = self.recall, self.precision
        if recall is None and precision is None:
            return None
        if not recall or not precision:
            return 0.0
        return 2 * recall * precision / (recall + precision)


def total(parts: Iterable[Counts]) -> Counts:
    """Sum counts; an empty sum is all zeros."""
    result = Counts()
    for part in parts:
        result = result.plus(part)
    return result
