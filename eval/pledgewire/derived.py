"""Values that are no single ratio of counts: means over metrics or labels, tables of confusions.

All of them follow from a layer's tally, so they hold for any sum of documents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pledgewire.counts import Counts
from pledgewire.metrics.identity import IdentityCounts, Ratios
from pledgewire.metrics.tally import Tally
from pledgewire.records import LABELS_OF

NONE = "none"
"""Column of a confusion table for gold records that no prediction was paired with."""

Table = Mapping[str, Mapping[str, int]]
"""Numbers by gold label, then by predicted label."""


@dataclass(frozen=True)
class Macro:
    """Mean of F1 over the labels that gold or the prediction has; `labels` gives each one's F1.

    Undefined: None when there is no label at all.
    """

    f1: float | None
    labels: Mapping[str, float]


@dataclass(frozen=True)
class Identity:
    """CoNLL mean (MUC, B-cubed, CEAF-e) and BLANC. Undefined: see `IdentityCounts`."""

    conll: float | None
    blanc: Ratios


@dataclass(frozen=True)
class EntityValues:
    """Identity in one document and across the documents of a story, and the mean over types."""

    document: Identity
    story: Identity
    macro_types: Macro


@dataclass(frozen=True)
class FigureValues:
    """How figures that stand on a gold figure of their kind go wrong.

    `magnitudes` counts values by the powers of ten that they are off, rounded: 0 holds the right
    values too. `dates` counts dates as `equal`, of another `precision` or `different`. `currencies`
    counts sums of money by gold and predicted currency.
    """

    macro_kinds: Macro
    magnitudes: Mapping[int, int]
    dates: Mapping[str, int]
    currencies: Table


@dataclass(frozen=True)
class StanceValues:
    """Labels, in the open and in the closed setting.

    The closed setting gives holder and issue of each gold stance and asks for the label; a pair
    that was not predicted is wrong there, and `none_rate` is the share of these. `confusion` has
    all gold stances, those without a predicted pair under NONE.
    Undefined: `closed_accuracy` and `none_rate` without gold.
    """

    macro_labels: Macro
    closed_accuracy: float | None
    closed_macro: Macro
    none_rate: float | None
    confusion: Table


@dataclass(frozen=True)
class CrossdocValues:
    """Mean over relations."""

    macro_relations: Macro


Values = EntityValues | FigureValues | StanceValues | CrossdocValues


def derive(layer: str, tally: Tally) -> Values:
    """Derive from a layer's tally what is no ratio of four counts."""
    return DERIVATIONS[layer](tally)


def derive_entities(tally: Tally) -> EntityValues:
    return EntityValues(
        document=identity_of(tally),
        story=identity_of(tally, "story:"),
        macro_types=macro_f1(rows_of(tally, "type=")),
    )


def derive_figures(tally: Tally) -> FigureValues:
    magnitudes = {int(off): number for off, number in numbers_of(tally, "magnitude:").items()}
    return FigureValues(
        macro_kinds=macro_f1(rows_of(tally, "kind=")),
        magnitudes=dict(sorted(magnitudes.items())),
        dates=numbers_of(tally, "date:"),
        currencies=table_of(tally, "currency:"),
    )


def derive_stances(tally: Tally) -> StanceValues:
    labels = rows_of(tally, "label=")
    return StanceValues(
        macro_labels=macro_f1(labels),
        closed_accuracy=tally.get("closed", Counts()).recall,
        closed_macro=macro_f1(close_rows(labels, table_of(tally, "confusion:"))),
        none_rate=tally.get("none", Counts()).recall,
        confusion=confuse_labels(tally),
    )


def derive_crossdoc(tally: Tally) -> CrossdocValues:
    return CrossdocValues(macro_f1(rows_of(tally, "relation=")))


DERIVATIONS: Mapping[str, Callable[[Tally], Values]] = {
    "entities": derive_entities,
    "figures": derive_figures,
    "stances": derive_stances,
    "crossdoc": derive_crossdoc,
}


def identity_of(tally: Tally, prefix: str = "") -> Identity:
    """Compute the CoNLL mean and BLANC from the counts of the metrics that they are made of."""
    names = (n for n in IdentityCounts._fields if n not in ("repeated", "gold_repeated"))
    counts = IdentityCounts(**{name: tally.get(prefix + name, Counts()) for name in names})
    return Identity(counts.conll, counts.blanc)


def macro_f1(rows: Mapping[str, Counts]) -> Macro:
    """Average F1 over the labels that have gold or predicted records, each of equal weight."""
    scores = {label: counts.f1 for label, counts in rows.items()}
    labels = {label: f1 for label, f1 in sorted(scores.items()) if f1 is not None}
    return Macro(sum(labels.values()) / len(labels) if labels else None, labels)


def close_rows(labels: Mapping[str, Counts], confusion: Table) -> dict[str, Counts]:
    """Restrict the predicted side of each label to stances whose holder and issue are gold's."""
    predicted: dict[str, int] = defaultdict(int)
    for row in confusion.values():
        for label, number in row.items():
            predicted[label] += number
    return {
        label: Counts(counts.recalled, counts.gold, counts.precise, predicted[label])
        for label, counts in labels.items()
    }


def confuse_labels(tally: Tally) -> dict[str, dict[str, int]]:
    """Complete the confusion table with the gold stances that nothing was predicted for."""
    table = table_of(tally, "confusion:")
    complete = {}
    for label in (label for labels in LABELS_OF.values() for label in labels):
        gold = int(tally.get(f"label={label}", Counts()).gold)
        if gold:
            row = table.get(label, {})
            complete[label] = {**row, NONE: gold - sum(row.values())}
    return complete


def rows_of(tally: Tally, prefix: str) -> dict[str, Counts]:
    """Give the counts whose names begin with a prefix, by the rest of their names."""
    return {n.removeprefix(prefix): c for n, c in tally.items() if n.startswith(prefix)}


def numbers_of(tally: Tally, prefix: str) -> dict[str, int]:
    """Give plain numbers (of errors and the like), which a tally holds four times over."""
    return {name: int(counts.gold) for name, counts in rows_of(tally, prefix).items()}


def table_of(tally: Tally, prefix: str) -> dict[str, dict[str, int]]:
    """Give numbers that are named `<prefix><gold>><predicted>` as a table."""
    table: dict[str, dict[str, int]] = defaultdict(dict)
    for gold, predicted, number in cells_of(tally, prefix):
        table[gold][predicted] = number
    return dict(table)


def cells_of(tally: Tally, prefix: str) -> Iterator[tuple[str, str, int]]:
    for name, number in sorted(numbers_of(tally, prefix).items()):
        gold, _, predicted = name.partition(">")
        yield gold, predicted, number
