"""Numbers and tables as plain text and as JSON values: the one place that rounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from pledgewire.counts import Counts

DIGITS = 6


def align(rows: Sequence[Sequence[str]], left: Sequence[int] = (0,)) -> list[str]:
    """Pad the cells of rows of one length so that columns line up; those in `left` to the left."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(width) if i in left else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return lines


def show(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def show_signed(value: float | None) -> str:
    """Show a difference with its sign; one that rounds to nothing has none."""
    text = "-" if value is None else f"{value:+.3f}"
    return text[1:] if text in ("+0.000", "-0.000") else text


def show_p(value: float | None) -> str:
    if value is None:
        return "-"
    return "<0.0001" if value < 0.0001 else f"{value:.4f}"


def show_interval(interval: Any) -> str:
    return "-" if interval is None else f"[{interval.low:.3f}, {interval.high:.3f}]"


def rounded(value: float | None) -> float | None:
    """Round for JSON; adding 0.0 turns -0.0 into 0.0."""
    return None if value is None else round(value, DIGITS) + 0.0


def interval_list(interval: Any) -> list[float | None] | None:
    return None if interval is None else [rounded(interval.low), rounded(interval.high)]


def ratio_dict(counts: Counts) -> dict[str, float | None]:
    return {
        "precision": rounded(counts.precision),
        "recall": rounded(counts.recall),
        "f1": rounded(counts.f1),
    }


def counts_dict(counts: Counts) -> dict[str, float]:
    """Name the four counts; `hits` alone where both numerators are one number."""
    if counts.recalled == counts.precise:
        return {"hits": counts.recalled, "gold": counts.gold, "predicted": counts.predicted}
    return counts._asdict()


def to_plain(value: Any) -> Any:
    """Turn dataclasses, named tuples and mappings into dicts for JSON, and round floats."""
    if is_dataclass(value):
        return {f.name: to_plain(getattr(value, f.name)) for f in fields(value)}
    if hasattr(value, "_asdict"):
        return {name: to_plain(part) for name, part in value._asdict().items()}
    if isinstance(value, Mapping):
        return {str(name): to_plain(part) for name, part in value.items()}
    return rounded(value) if isinstance(value, float) else value
