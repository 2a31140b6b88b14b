"""Slices of a score as a plain-text table and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pledgewire.render.layout import (
    align,
    counts_dict,
    interval_list,
    ratio_dict,
    show,
    show_interval,
)
from pledgewire.scoring import Scores
from pledgewire.slices import RECORD_SLICES, Slice, slice_scores

HEAD = ("layer", "stories", "gold", "predicted", "precision", "recall", "F1", "95% interval")


def slices_text(scores: Scores, by: str) -> str:
    """Lay the slices of a system out as a table, one row a value and layer, with what to mind."""
    slices = slice_scores(scores, by)
    title = f"{scores.system} by {by}"
    if not slices:
        layer = RECORD_SLICES.get(by, "every layer")
        attempted = scores.layers.get(layer) is not None
        return f"{title}: {layer} {'has no records' if attempted else 'not attempted'}"
    rows = [(by, *HEAD)]
    for part in slices:
        counts = part.counts
        rows.append(
            (
                part.value,
                part.layer,
                str(part.stories),
                f"{counts.gold:g}",
                f"{counts.predicted:g}",
                show(counts.precision),
                show(counts.recall),
                show(counts.f1),
                show_interval(part.interval),
            )
        )
    return "\n".join([title, *align(rows, left=(0, 1)), *notes(scores, by, slices)])


def notes(scores: Scores, by: str, slices: Iterable[Slice]) -> list[str]:
    found = []
    if any(part.interval is None for part in slices):
        found.append("no interval where it cannot be had; it takes at least two stories")
    if by == "voice" and scores.layers["crossdoc"] is not None:
        found.append("crossdoc is not cut by voice: a pair of figures has two documents")
    return [f"note: {line}" for line in found]


def slices_dict(slices: Iterable[Slice]) -> dict[str, dict[str, Any]]:
    """Give slices by value, then layer."""
    found: dict[str, dict[str, Any]] = {}
    for part in slices:
        found.setdefault(part.value, {})[part.layer] = {
            **ratio_dict(part.counts),
            "interval": interval_list(part.interval),
            "counts": counts_dict(part.counts),
            "stories": part.stories,
        }
    return found
