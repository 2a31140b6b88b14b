"""Plots of corpus and gold as SVG, the same bytes for the same data and version of matplotlib.

Needs the extra `report`. Colours are those of Okabe and Ito, which colour-blind readers tell apart.
"""

from __future__ import annotations

import io
import math
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from pledgewire.corpus import Corpus
from pledgewire.records import ENTITY_TYPES, LABELS_OF, SPLITS, VOICES, Layers

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
STYLE = {
    "svg.hashsalt": "pledgewire",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.figsize": (7.0, 3.4),
    "font.size": 9,
}


def draw(paint: Callable[[Axes], None]) -> bytes:
    """Draw one plot. Raises: ImportError without matplotlib, saying how to get it."""
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError:
        raise ImportError("plots need matplotlib: pip install 'pledgewire[report]'") from None

    with mpl.rc_context({**mpl.rcParamsDefault, **STYLE}):
        figure = Figure(layout="constrained")
        paint(figure.subplots())
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    lines = buffer.getvalue().decode("utf-8").splitlines()
    return ("\n".join(line.rstrip() for line in lines) + "\n").encode("utf-8")


def layers_of(corpus: Corpus, split: str | None = None) -> Iterator[Layers]:
    for doc_id, layers in corpus.gold.items():
        if split is None or corpus.documents[doc_id].split == split:
            yield layers


def paint_lengths(corpus: Corpus, axes: Axes) -> None:
    """Show the length of each document by voice. Units: words between blanks."""
    for index, voice in enumerate(VOICES):
        words = sorted(
            len(corpus.texts[d.id].split()) for d in corpus.documents.values() if d.voice == voice
        )
        # beside each other, so that equal lengths do not hide one another
        places = [index + 0.3 * (k / max(1, len(words) - 1) - 0.5) for k in range(len(words))]
        axes.plot(places, words, "o", markersize=3.5, color=COLOURS[index])
    axes.set_xticks(range(len(VOICES)), VOICES)
    axes.set_ylim(bottom=0)
    axes.set_ylabel("words")


def paint_types(corpus: Corpus, axes: Axes) -> None:
    """Show the number of mentions by type, a bar a split."""
    stack(
        axes,
        ENTITY_TYPES,
        {
            split: Counter(m.type for x in layers_of(corpus, split) for m in x.entities or ())
            for split in SPLITS
        },
        "mentions",
    )


def paint_labels(corpus: Corpus, axes: Axes) -> None:
    """Show the number of stances by label, a bar a split."""
    labels = [label for labels in LABELS_OF.values() for label in labels]
    stack(
        axes,
        labels,
        {
            split: Counter(s.label for x in layers_of(corpus, split) for s in x.stances or ())
            for split in SPLITS
        },
        "stances",
    )


def stack(axes: Axes, names: tuple[str, ...] | list[str], parts: dict, what: str) -> None:
    """Draw bars of counts on top of each other, one colour a part."""
    base = [0] * len(names)
    for colour, (part, counts) in zip(COLOURS, parts.items(), strict=False):
        heights = [counts[name] for name in names]
        axes.bar(range(len(names)), heights, 0.7, bottom=base, color=colour, label=part)
        base = [low + height for low, height in zip(base, heights, strict=True)]
    axes.set_xticks(range(len(names)), names, rotation=20, ha="right")
    axes.set_ylabel(what)
    axes.legend(frameon=False)


def paint_magnitudes(corpus: Corpus, axes: Axes) -> None:
    """Show how large the sums and counts of gold are. Units: base units, on a log scale."""
    kinds = ("money", "count")
    parts = {
        kind: [
            math.log10(f.high)
            for x in layers_of(corpus)
            for f in x.figures or ()
            if f.kind == kind and f.high and f.high > 0
        ]
        for kind in kinds
    }
    last = math.ceil(max((max(v) for v in parts.values() if v), default=1))
    edges = [step / 2 for step in range(2 * last + 1)]
    axes.hist(
        list(parts.values()), bins=edges, stacked=True, label=kinds, color=COLOURS[: len(kinds)]
    )
    axes.set_xticks(range(0, last + 1, 2), [f"$10^{{{n}}}$" for n in range(0, last + 1, 2)])
    axes.set_xlabel("value in base units")
    axes.set_ylabel("figures")
    axes.legend(frameon=False)


PLOTS: dict[str, Callable[[Corpus, Axes], None]] = {
    "lengths": paint_lengths,
    "types": paint_types,
    "labels": paint_labels,
    "magnitudes": paint_magnitudes,
}


def draw_plots(corpus: Corpus) -> dict[str, bytes]:
    """Draw every plot of the corpus, by name of its file."""
    return {
        f"{name}.svg": draw(lambda axes, paint=paint: paint(corpus, axes))
        for name, paint in PLOTS.items()
    }
