"""What the terminal shows beside the score table: progress bars, a document with its gold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from pledgewire.corpus import ALL, Corpus
from pledgewire.loading import load_corpus
from pledgewire.records import LAYERS, TRACKS, Layers

COLOURS = {
    "PERSON": "magenta",
    "ORG": "blue",
    "GPE": "green",
    "LOC": "cyan",
    "NORP": "dark_orange",
    "PROGRAMME": "purple",
    "EQUIPMENT": "red",
    "EVENT": "yellow",
    "LAW": "deep_pink3",
}
FIGURE_STYLE = "bold underline"
WIDE = 200


@contextmanager
def show_progress(label: str, total: int) -> Iterator[Callable[[], None]]:
    """Show a bar on standard error while documents are worked through."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=False) as progress:
        task = progress.add_task(label, total=total)
        yield lambda: progress.advance(task)


def show_document(
    doc_id: str, data: Path | None, press: Path | None, layers: Sequence[str]
) -> None:
    """Print a document's text with mentions coloured and figures underlined, then tables.

    Raises: ValueError when no track has the document.
    """
    unknown = [layer for layer in layers if layer not in LAYERS]
    if unknown:
        raise ValueError(f"no layer is called {unknown[0]!r}; allowed: {', '.join(LAYERS)}")
    corpus = find_corpus(doc_id, data, press)
    console = Console()
    gold = corpus.gold.get(doc_id)
    text = Text(corpus.texts[doc_id])
    if not console.is_terminal:
        # No colours will be seen: room for whole tables, and marks as brackets.
        console = Console(width=WIDE)
    document = corpus.documents[doc_id]
    known = (document.outlet, document.published, document.voice, f"split {document.split}")
    console.print(f"[b]{document.id}[/b]  {', '.join(filter(None, known))}", highlight=False)
    if gold is None:
        console.print(text)
        console.print("no gold yet")
        return
    if console.is_terminal:
        mark(text, gold, layers)
    else:
        text = Text(bracket(corpus.texts[doc_id], gold, layers))
    console.print(text, highlight=False)
    if "entities" in layers:
        console.print(
            Text("entities: ").append_text(
                Text("  ").join(Text(name, style=style) for name, style in COLOURS.items())
            )
        )
    if "figures" in layers:
        console.print(figure_table(gold))
    if "stances" in layers:
        console.print(stance_table(gold, corpus))
    if "crossdoc" in layers:
        console.print(cluster_table(doc_id, corpus))


def find_corpus(doc_id: str, data: Path | None, press: Path | None) -> Corpus:
    wire = load_corpus(data, "wire", ALL)
    if doc_id in wire.documents:
        return wire
    if doc_id.startswith("press/"):
        found = load_corpus(data, "press", ALL, press)
        if doc_id in found.documents:
            return found
    raise ValueError(
        f"no document has the id {doc_id!r}; tracks: {', '.join(TRACKS)}; "
        f"wire has: {', '.join(wire.documents)}"
    )


def mark(text: Text, gold: Layers, layers: Sequence[str]) -> None:
    """Style the spans; an inner mention is drawn over the outer one."""
    if "entities" in layers:
        for mention in sorted(gold.entities or (), key=lambda m: (m.start, -m.end)):
            style = COLOURS[mention.type] + (" italic" if mention.form == "nominal" else "")
            text.stylize(style, mention.start, mention.end)
    if "figures" in layers:
        for figure in gold.figures or ():
            text.stylize(FIGURE_STYLE, figure.start, figure.end)


def bracket(text: str, gold: Layers, layers: Sequence[str]) -> str:
    """Mark the spans as `[surface|TYPE]` and `{surface|f1}`, inner ones inside outer ones."""
    opening: dict[int, list[tuple[int, str]]] = defaultdict(list)
    closing: dict[int, list[tuple[int, str]]] = defaultdict(list)
    marks: list[tuple[int, int, str, str]] = []
    if "entities" in layers:
        marks += [(m.start, m.end, "[", f"|{m.type}]") for m in gold.entities or ()]
    if "figures" in layers:
        marks += [(f.start, f.end, "{", f"|{f.id}}}") for f in gold.figures or ()]
    for start, end, before, after in marks:
        opening[start].append((-end, before))
        closing[end].append((-start, after))
    parts = []
    for at in range(len(text) + 1):
        parts += [mark for _, mark in sorted(closing[at])]
        parts += [mark for _, mark in sorted(opening[at])]
        parts.append(text[at : at + 1])
    return "".join(parts)


def figure_table(gold: Layers) -> Table:
    table = Table(title="figures", title_justify="left")
    for column in ("id", "text", "kind", "value", "unit", "bound", "status", "giver", "receiver"):
        table.add_column(column)
    for figure in gold.figures or ():
        value = figure.date or (
            f"{figure.low:,}" if figure.low == figure.high else f"{figure.low:,}..{figure.high:,}"
        )
        cells = (
            figure.id,
            figure.text,
            figure.kind,
            value,
            figure.unit,
            figure.bound,
            figure.status if figure.status != "none" else None,
            figure.giver,
            figure.receiver,
        )
        table.add_row(*(Text(str(cell)) if cell is not None else "" for cell in cells))
    return table


def stance_table(gold: Layers, corpus: Corpus) -> Table:
    table = Table(title="stances", title_justify="left")
    for column in ("holder", "label", "issue", "via", "evidence"):
        table.add_column(column)
    text = corpus.texts[gold.doc_id]
    for stance in gold.stances or ():
        issue = corpus.issues.get(stance.issue_id)
        evidence = " / ".join(text[start:end] for start, end in stance.evidence)
        cells = (
            stance.holder,
            stance.label,
            issue.proposition if issue else stance.issue_id,
            ", ".join(stance.via),
            evidence,
        )
        table.add_row(*map(Text, cells))
    return table


def cluster_table(doc_id: str, corpus: Corpus) -> Table:
    table = Table(title="figures that other documents state too", title_justify="left")
    for column in ("figure", "relation", "elsewhere", "text"):
        table.add_column(column)
    figures = {
        f"{layers.doc_id}#{figure.id}": figure
        for layers in corpus.gold.values()
        for figure in layers.figures or ()
    }
    story = corpus.documents[doc_id].story
    for cluster in corpus.clusters[story].clusters if story in corpus.clusters else ():
        for pair in cluster.relations:
            for here, there in ((pair.a, pair.b), (pair.b, pair.a)):
                if here.rpartition("#")[0] == doc_id:
                    table.add_row(
                        Text(figures[here].text or ""),
                        pair.relation,
                        there,
                        Text(figures[there].text or ""),
                    )
    return table
