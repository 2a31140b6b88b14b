"""A tally: counts by name. Tallies add name by name."""

from __future__ import annotations

from collections.abc import Iterable

from pledgewire.counts import Counts

Tally = dict[str, Counts]


def add(tally: Tally, name: str, counts: Counts) -> None:
    """Add counts to one name of a tally, in place."""
    known = tally.get(name)
    tally[name] = counts if known is None else known.plus(counts)


def sum_tallies(tallies: Iterable[Tally]) -> Tally:
    """Add tallies; names come out sorted."""
    result: Tally = {}
    for tally in tallies:
        for name, counts in tally.items():
            add(result, name, counts)
    return dict(sorted(result.items()))
