"""The leaderboard as Markdown: systems by layer, with intervals."""

from __future__ import annotations

from collections.abc import Sequence

from pledgewire.comparison import rank
from pledgewire.records import LAYERS
from pledgewire.render.layout import show, show_interval
from pledgewire.render.report import Report


def to_markdown(reports: Sequence[Report]) -> str:
    """Lay out one row a system, best first; systems of equal score by name."""
    head = ["system", "overall", *LAYERS]
    rows = [head, ["---"] * len(head)]
    for scores in rank([report.scores for report in reports]):
        cells = [scores.system, cell(scores.overall, scores.overall_interval)]
        for layer in LAYERS:
            result = scores.layers[layer]
            cells.append(cell(result.f1, result.interval) if result else "-")
        rows.append(cells)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def cell(value: float | None, interval: object) -> str:
    text = show(value)
    return text if interval is None else f"{text} {show_interval(interval)}"
