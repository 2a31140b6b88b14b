"""A tally: counts by name. Tallies add name by name, to the same digits in any order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from pledgewire.counts import Counts

Tally = dict[str, Counts]


def add(tally: Tally, name: str, counts: Counts) -> None:
    """Add counts to one name of a tally, in place."""
    known = tally.get(name)
    tally[name] = counts if known is None else known.plus(counts)


def sum_tallies(tallies: Iterable[Tally]) -> Tally:
    """Add tallies; names come out sorted."""
    sums = TallySum()
    for tally in tallies:
        sums.add(tally)
    return sums.tally()


class TallySum:
    """A sum of tallies that keeps every bit, so that order, batches and shards leave no trace.

    Whole numbers add as they are. A float is a whole number over a power of two: numerators add by
    denominator, and the sum is rounded once, when it is asked for.
    """

    def __init__(self) -> None:
        self.whole: dict[str, list[int]] = {}
        self.fractions: dict[tuple[str, int], dict[int, int]] = {}

    def add(self, tally: Mapping[str, Counts]) -> None:
        """Add one tally."""
        whole = self.whole
        for name, (recalled, gold, precise, predicted) in tally.items():
            sums = whole.get(name)
            if sums is None:
                sums = whole[name] = [0, 0, 0, 0]
            if type(recalled) is type(gold) is type(precise) is type(predicted) is int:
                sums[0] += recalled
                sums[1] += gold
                sums[2] += precise
                sums[3] += predicted
                continue
            for place, number in enumerate((recalled, gold, precise, predicted)):
                if isinstance(number, float):
                    numerator, denominator = number.as_integer_ratio()
                    parts = self.fractions.setdefault((name, place), {})
                    parts[denominator] = parts.get(denominator, 0) + numerator
                else:
                    sums[place] += number

    def merge(self, other: TallySum) -> None:
        """Add what another sum holds."""
        for name, numbers in other.whole.items():
            sums = self.whole.setdefault(name, [0, 0, 0, 0])
            for place, number in enumerate(numbers):
                sums[place] += number
        for key, parts in other.fractions.items():
            own = self.fractions.setdefault(key, {})
            for denominator, numerator in parts.items():
                own[denominator] = own.get(denominator, 0) + numerator

    def tally(self) -> Tally:
        """Give the sums by name, sorted."""
        numbers: dict[str, list[float]] = {name: list(self.whole[name]) for name in self.whole}
        for (name, place), parts in self.fractions.items():
            common = max(parts)
            numerators = (n * (common // denominator) for denominator, n in parts.items())
            numbers[name][place] = (numbers[name][place] * common + sum(numerators)) / common
        return {name: Counts(*numbers[name]) for name in sorted(numbers)}


class NamedCounts:
    """Adds up counts by name in plain lists, for metrics that add many to few names."""

    def __init__(self, *names: str) -> None:
        self.sums: defaultdict[str, list[float]] = defaultdict(lambda: [0, 0, 0, 0])
        for name in names:
            self.sums[name] = [0, 0, 0, 0]

    def add(
        self, name: str, recalled: float, gold: float, precise: float, predicted: float
    ) -> None:
        sums = self.sums[name]
        sums[0] += recalled
        sums[1] += gold
        sums[2] += precise
        sums[3] += predicted

    def tally(self) -> Tally:
        return {name: Counts(*sums) for name, sums in self.sums.items()}
