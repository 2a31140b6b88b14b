"""Comparisons of systems as plain text, JSON and Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from pledgewire.comparison import ALPHA, OVERALL, POWER, Comparison, Gap, Ranking
from pledgewire.render.layout import (
    align,
    interval_list,
    rounded,
    show,
    show_interval,
    show_p,
    show_signed,
)


def comparison_text(comparison: Comparison) -> str:
    """Lay out overall and each layer, how to read the columns, what to mind, and the verdict."""
    a, b, data = comparison.a, comparison.b, comparison.data
    head = ("F1", a, b, "difference", "95% interval", "p", "detectable", "stories that differ")
    rows = [head]
    for name, gap in gaps_of(comparison):
        rows.append((name, *gap_cells(gap)))
    return "\n".join(
        [
            f"{a} against {b}: track {data['track']}, split {data['split']}, "
            f"{data['documents']} documents, {comparison.stories} stories",
            *align(rows),
            f"difference: F1 of {a} less F1 of {b}; interval: paired bootstrap over stories",
            "p: two-sided paired permutation test over stories; "
            "of the layers each by itself, not corrected for their number",
            f"detectable: about the smallest true difference that {POWER:.0%} of samples of so "
            f"many stories would show at {ALPHA:g}, if systems differ from story to story as here",
            *(f"note: {note}" for note in comparison.notes),
            verdict(comparison),
            f"signature {comparison.signature}",
        ]
    )


def gaps_of(comparison: Comparison) -> Iterator[tuple[str, Gap | None]]:
    yield OVERALL, comparison.overall
    yield from comparison.layers.items()


def gap_cells(gap: Gap | None) -> tuple[str, ...]:
    if gap is None:
        return ("-",) * 7
    return (
        show(gap.a),
        show(gap.b),
        show_signed(gap.difference),
        show_interval(gap.interval),
        show_p(gap.p),
        show(gap.detectable),
        str(gap.differing),
    )


def verdict(comparison: Comparison) -> str:
    """Say in a sentence what the overall scores show."""
    gap = comparison.overall
    if gap.difference is None or gap.p is None:
        return "verdict: none, as it takes an overall score of both"
    if not gap.differing:
        return "verdict: no difference on any story"
    ahead, behind = (
        (comparison.a, comparison.b) if gap.difference >= 0 else (comparison.b, comparison.a)
    )
    lead = f"{ahead} is {abs(gap.difference):.3f} ahead of {behind}" if gap.difference else "a tie"
    decisive = "decisive" if gap.is_decisive else "not decisive"
    return f"verdict: {lead}; the gap is {decisive} (p {show_p(gap.p)}, level {ALPHA:g})"


def comparison_dict(comparison: Comparison) -> dict[str, Any]:
    """Give the contract of `pledgewire compare --json`."""
    return {
        "a": comparison.a,
        "b": comparison.b,
        "signature": comparison.signature,
        "data": dict(comparison.data),
        "stories": comparison.stories,
        "overall": gap_dict(comparison.overall),
        "layers": {
            layer: gap_dict(gap) if gap else None for layer, gap in comparison.layers.items()
        },
        "alpha": ALPHA,
        "power": POWER,
        "notes": list(comparison.notes),
    }


def comparison_json(comparison: Comparison) -> bytes:
    """Give the same bytes for the same input on every run."""
    encoded = msgspec.json.encode(comparison_dict(comparison))
    return msgspec.json.format(encoded, indent=2) + b"\n"


def gap_dict(gap: Gap) -> dict[str, Any]:
    return {
        "a": rounded(gap.a),
        "b": rounded(gap.b),
        "difference": rounded(gap.difference),
        "interval": interval_list(gap.interval),
        "p": rounded(gap.p),
        "detectable": rounded(gap.detectable),
        "differing_stories": gap.differing,
        "decisive": gap.is_decisive,
    }


def ranking_markdown(ranking: Ranking) -> str:
    """Lay out the gap between each two neighbours of a ranking, and what to mind."""
    head = ("ahead", "behind", "gap", "95% interval", "p (Holm)", "verdict")
    rows: list[tuple[str, ...]] = [head, ("---",) * len(head)]
    for pair in ranking.neighbours:
        gap = pair.gap
        rows.append(
            (
                pair.ahead,
                pair.behind,
                show_signed(gap.difference),
                show_interval(gap.interval),
                show_p(gap.p),
                f"gap is {'' if gap.is_decisive else 'not '}decisive",
            )
        )
    notes = list(ranking.notes)
    if ranking.unranked:
        notes.append(f"no {ranking.by} score, so not ranked: {', '.join(ranking.unranked)}")
    lines = [f"Neighbours by {ranking.by} F1, paired over {ranking.stories} stories:", ""]
    if ranking.neighbours:
        lines += [f"| {' | '.join(row)} |" for row in rows]
    else:
        lines.append("No two systems to compare.")
    if notes:
        lines += ["", *(f"note: {note}" for note in notes)]
    return "\n".join(lines)
