"""Pass agreement as Markdown and JSON: overall, by track and voice, and corrected for chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from pledgewire.agreement import MEASURES, Agreement, measure_again, measure_agreement
from pledgewire.corpus import Corpus
from pledgewire.loading import load_corpus, load_press_outline
from pledgewire.records import TRACKS, VOICES
from pledgewire.reliability import Reliability, measure_reliability
from pledgewire.render.report import interval_list, rounded, show, show_interval
from pledgewire.statistics import Table, markdown_table

PASSES = ("a", "b")
SLICES = {"track": TRACKS, "voice": VOICES}


def load_tracks(root: Path) -> list[Corpus]:
    """Load both tracks; no press text is needed to compare passes."""
    return [load_corpus(root, "wire", "all"), load_press_outline(root)]


def slice_agreement(corpora: Sequence[Corpus]) -> Iterator[tuple[str, str, list[Agreement]]]:
    """Yield (kind of slice, its value, agreement of the passes in it)."""
    for kind, values in SLICES.items():
        for value in values:
            found = measure_agreement(
                corpora, keep=lambda d, kind=kind, value=value: getattr(d, kind) == value
            )
            yield kind, value, [a for a in found if a.sides == PASSES]


def make_agreement(root: Path) -> str:
    """Lay out pass agreement: overall, by slice, and labels corrected for chance."""
    corpora = load_tracks(root)
    overall = measure_agreement(corpora)
    parts = [
        agreement_table(overall),
        "By track and voice, a - b:",
        slice_table(list(slice_agreement(corpora))),
        "Labels, corrected for chance (kappa over records that both passes have, alpha over those "
        "of either, with a record that one pass lacks as a label of its own):",
        reliability_table(measure_reliability(corpora)),
    ]
    return "\n\n".join(parts)


def make_again(root: Path) -> str:
    """Lay out how documents annotated anew from the guidelines agree with gold."""
    doc_ids, found = measure_again(load_corpus(root, "wire", "all"))
    return f"{agreement_table(found, 'n in gold')}\n\nDocuments: {', '.join(doc_ids)}."


def agreement_table(found: list[Agreement], head: str = "n in pass a") -> str:
    cells = {(a.measure, a.sides): a for a in found}
    sides = list(dict.fromkeys(a.sides for a in found))
    rows = [
        (
            measure,
            *(
                f"{show(cell.counts.f1)} {show_interval(cell.interval)}"
                for cell in (cells[measure, pair] for pair in sides)
            ),
            f"{cells[measure, sides[0]].counts.gold:,.0f}",
        )
        for measure in dict.fromkeys(a.measure for a in found)
    ]
    return markdown_table(("F1", *(f"{x} - {y}" for x, y in sides), head), rows)


def agreement_rows(root: Path) -> Table:
    """Give F1 between the passes and gold of all documents, for a page that shows no intervals."""
    found = measure_agreement(load_tracks(root), resamples=100)
    cells = {(a.measure, a.sides): show(a.counts.f1) for a in found}
    sides = list(dict.fromkeys(a.sides for a in found))
    head = ("F1", *(f"{x} - {y}" for x, y in sides))
    return head, [(m, *(cells[m, pair] for pair in sides)) for m in MEASURES]


def slice_table(slices: Sequence[tuple[str, str, list[Agreement]]]) -> str:
    measures = [a.measure for a in slices[0][2]]
    rows = [(value, *(show(a.counts.f1) for a in found)) for _, value, found in slices]
    return markdown_table(("F1", *measures), rows)


def reliability_table(found: Sequence[Reliability]) -> str:
    rows = [
        (r.label, show(r.kappa), f"{r.matched:,}", show(r.alpha), f"{r.records:,}") for r in found
    ]
    return markdown_table(("label", "kappa", "n", "alpha", "n"), rows)


def agreement_json(root: Path) -> bytes:
    """Give agreement as one object: measures of a against b, then those against gold, then slices
    and labels."""
    corpora = load_tracks(root)
    sides: dict[str, dict[str, object]] = {}
    for row in measure_agreement(corpora):
        sides.setdefault("-".join(row.sides), {})[row.measure] = agreement_value(row)
    between = sides.pop("-".join(PASSES))
    by: dict[str, dict[str, Any]] = {}
    for kind, value, found in slice_agreement(corpora):
        by.setdefault(kind, {})[value] = {a.measure: agreement_value(a) for a in found}
    labels = {
        r.label: {
            "kappa": rounded(r.kappa),
            "matched": r.matched,
            "alpha": rounded(r.alpha),
            "records": r.records,
        }
        for r in measure_reliability(corpora)
    }
    content = msgspec.json.encode({**between, "against_gold": sides, "by": by, "labels": labels})
    return msgspec.json.format(content, indent=2) + b"\n"


def agreement_value(row: Agreement) -> dict[str, object]:
    return {
        "f1": rounded(row.counts.f1),
        "interval": interval_list(row.interval),
        "counts": row.counts._asdict(),
    }
