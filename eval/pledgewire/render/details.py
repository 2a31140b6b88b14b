"""Every metric of a score as plain-text tables by layer, each with a line on what it counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pledgewire.counts import Counts
from pledgewire.derived import (
    NONE,
    EntityValues,
    FigureValues,
    Identity,
    Macro,
    StanceValues,
    Table,
    derive,
    numbers_of,
    rows_of,
)
from pledgewire.metrics.identity import BLANC_CONVENTION
from pledgewire.metrics.tally import Tally
from pledgewire.render.layout import align, show
from pledgewire.scoring import HEADLINE, Scores

HEAD = ("precision", "recall", "F1", "gold", "predicted")

IDENTITY = {
    "muc": "links needed to join the mentions of each entity",
    "b3": "B-cubed: for each mention, the share of its entity that is right",
    "ceafm": "CEAF phi 3: mentions shared by entities paired one to one",
    "ceafe": "CEAF phi 4: similarity of entities paired one to one",
    "lea": "LEA: links within entities, large entities weigh more",
    "blanc_coref": "pairs of mentions of one entity (half of BLANC)",
    "blanc_noncoref": "pairs of mentions of two entities (half of BLANC)",
}

METRICS: Mapping[str, Mapping[str, str]] = {
    "entities": {
        "strict": "span and type of a gold mention both right",
        "exact": "span right, whatever the type",
        "partial": "span right, or half a hit for one that overlaps",
        "type": "type right, on a span that overlaps",
        **IDENTITY,
        **{f"story:{name}": f"the same across a story: {name}" for name in IDENTITY},
    },
    "figures": {
        "record": "span overlaps; kind, value, unit and bound right (of dates the date)",
        "detection": "span overlaps a gold figure",
        "giver:end_to_end": "who gives, among all figures",
        "receiver:end_to_end": "who receives, among all figures",
    },
    "stances": {
        "tuple": "holder, issue and label right",
        "pair": "holder and issue right",
        "evidence": "code points of the evidence, of pairs that are right",
        "via": "whole chain of relays, of pairs that are right",
        "via:innermost": "last relay alone, of pairs that are right",
        "story:claims": "holder, issue and label over all documents of a story, each once",
        "story:contested": "issues of a story on which holders take both sides",
    },
    "crossdoc": {
        "pair": "two figures of different documents and their relation right",
        "pair:any": "two figures right, whatever the relation",
        "lea": "clusters of figures by LEA",
    },
}

RATIOS: Mapping[str, Mapping[str, str]] = {
    "entities": {
        "type=": "by type (strict): recall by gold's type, precision by the predicted",
        "form=": "by form of the gold mention (strict)",
    },
    "figures": {
        "field:": "field by field, of figures that stand on a gold figure",
        "kind=": "by kind (record): recall by gold's kind, precision by the predicted",
    },
    "stances": {"label=": "by label (tuple): recall by gold's label, precision by the predicted"},
    "crossdoc": {"relation=": "by relation (pair): recall by gold's, precision by the predicted"},
}
"""Families of metrics by the prefix of their names, for one table each."""


class Block(NamedTuple):
    """A table with a line above it that says what it counts."""

    title: str
    rows: Sequence[Sequence[str]]
    left: Sequence[int] = (0,)

    def __str__(self) -> str:
        return "\n".join([self.title, *(f"  {line}" for line in align(self.rows, self.left))])


def details_text(scores: Scores) -> str:
    """Lay out all metrics of the layers that were scored."""
    parts = [f"{scores.system} in detail"]
    for layer, result in scores.layers.items():
        if result is None:
            parts.append(f"== {layer}: not attempted")
            continue
        parts.append(f"== {layer}: headline {HEADLINE[layer]}, F1 {show(result.f1)}")
        parts += map(str, blocks_of(layer, result.details))
    return "\n\n".join(parts)


def blocks_of(layer: str, tally: Tally) -> Iterator[Block]:
    """Yield the tables of one layer."""
    named = METRICS[layer]
    rows = [
        (name, *ratio_cells(tally[name]), meaning)
        for name, meaning in named.items()
        if name in tally
    ]
    yield Block("metrics", [("", *HEAD, "what is counted"), *rows], left=(0, 6))
    for prefix, title in RATIOS[layer].items():
        family = rows_of(tally, prefix)
        if family:
            body = [(name, *ratio_cells(counts)) for name, counts in family.items()]
            yield Block(title, [("", *HEAD), *body])
    values = derive(layer, tally)
    if isinstance(values, EntityValues):
        yield from entity_blocks(values, tally)
    elif isinstance(values, FigureValues):
        yield from figure_blocks(values)
    elif isinstance(values, StanceValues):
        yield from stance_blocks(values)
    else:
        yield macro_block("relations", values.macro_relations)


def entity_blocks(values: EntityValues, tally: Tally) -> Iterator[Block]:
    yield macro_block("types", values.macro_types)
    yield Block(
        "errors of strict mode: both is a wrong type on a span that only overlaps",
        [(kind, str(number)) for kind, number in numbers_of(tally, "error:").items()]
        or [("none", "0")],
    )
    yield Block(
        f"identity: CoNLL is the mean F1 of MUC, B-cubed and CEAF-e; BLANC as {BLANC_CONVENTION}",
        [
            ("", "CoNLL", "BLANC precision", "BLANC recall", "BLANC F1"),
            ("in one document", *identity_cells(values.document)),
            ("across a story", *identity_cells(values.story)),
        ],
    )


def identity_cells(identity: Identity) -> tuple[str, ...]:
    recall, precision, f1 = identity.blanc
    return tuple(map(show, (identity.conll, precision, recall, f1)))


def figure_blocks(values: FigureValues) -> Iterator[Block]:
    yield macro_block("kinds", values.macro_kinds)
    if values.magnitudes:
        yield Block(
            "values by the powers of ten that they are off, rounded; 0 holds the right ones too",
            [(str(off), str(number)) for off, number in values.magnitudes.items()],
        )
    if values.dates:
        yield Block(
            "dates: equal, one within the other (precision), or different",
            [(name, str(number)) for name, number in values.dates.items()],
        )
    if values.currencies:
        yield table_block(
            "sums of money, gold currency by row, predicted by column", values.currencies
        )


def stance_blocks(values: StanceValues) -> Iterator[Block]:
    yield macro_block("labels", values.macro_labels)
    yield Block(
        "closed setting: holder and issue are given, the label is asked; none: nothing predicted",
        [
            ("accuracy", show(values.closed_accuracy)),
            ("macro F1", show(values.closed_macro.f1)),
            ("none rate", show(values.none_rate)),
        ],
    )
    if values.confusion:
        yield table_block(
            "labels of stances, gold by row, predicted by column; none: nothing predicted",
            values.confusion,
        )


def macro_block(what: str, macro: Macro) -> Block:
    """Show a mean over labels and name the labels that it is over."""
    names = ", ".join(macro.labels) or "none"
    return Block(
        f"macro F1: mean over {what} that gold or the prediction has ({names})",
        [("macro F1", show(macro.f1))],
    )


def table_block(title: str, table: Table) -> Block:
    order = {name: place for place, name in enumerate(table)}
    columns = sorted(
        {name for row in table.values() for name in row},
        key=lambda name: (name == NONE, order.get(name, len(order)), name),
    )
    rows = [
        (gold, *(str(row.get(predicted, 0)) for predicted in columns))
        for gold, row in table.items()
    ]
    return Block(title, [("", *columns), *rows])


def ratio_cells(counts: Counts) -> tuple[str, ...]:
    return (
        show(counts.precision),
        show(counts.recall),
        show(counts.f1),
        f"{counts.gold:g}",
        f"{counts.predicted:g}",
    )
