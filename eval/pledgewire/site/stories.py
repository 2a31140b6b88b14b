"""The story page: what the outlets agree on, figure by figure and claim by claim."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from pledgewire.corpus import Corpus
from pledgewire.metrics.crossdoc import document_of, key_of
from pledgewire.records import VOICES, Cluster, Figure, Stance
from pledgewire.site.documents import tell_holder, tell_value

REFERENCE = "first"
"""Class of the figure that the others of its row are compared with."""
MOST_HOLDERS = 24
"""Columns of the claim matrix at most; the others are listed under it."""


@dataclass(frozen=True)
class Cell:
    """A figure in the matrix. `rate` is what one unit of the first figure is worth here."""

    doc_id: str
    figure: Figure
    relation: str
    rate: str


@dataclass(frozen=True)
class FigureRow:
    """One quantity and how each document states it."""

    what: str
    cells: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Claim:
    doc_id: str
    number: int
    label: str


@dataclass(frozen=True)
class ClaimRow:
    """One issue and what each holder says of it."""

    issue: str
    dimension: str
    cells: tuple[tuple[Claim, ...], ...]


def story_documents(corpus: Corpus, story_id: str) -> list[str]:
    """List the documents in the order of the voices."""
    order = {voice: index for index, voice in enumerate(VOICES)}
    return sorted(
        (d for d in corpus.story_documents(story_id) if d in corpus.gold),
        key=lambda d: (order.get(corpus.documents[d].voice or "", len(order)), d),
    )


def figure_rows(corpus: Corpus, story_id: str) -> list[FigureRow]:
    """Lay out the clusters of a story, the largest first."""
    doc_ids = story_documents(corpus, story_id)
    layer = corpus.clusters.get(story_id)
    clusters = sorted(
        layer.clusters if layer else (), key=lambda c: (-len(c.figures), c.cluster_id or "")
    )
    figures = {
        f"{doc_id}#{f.id}": f for doc_id in doc_ids for f in corpus.gold[doc_id].figures or ()
    }
    return [figure_row(cluster, doc_ids, figures) for cluster in clusters]


def figure_row(cluster: Cluster, doc_ids: list[str], figures: Mapping[str, Figure]) -> FigureRow:
    known = sorted(
        (key for key in cluster.figures if key in figures),
        key=lambda key: (doc_ids.index(document_of(key)), figures[key].start or 0),
    )
    relation = {key_of(p.a, p.b): p.relation for p in cluster.relations}
    first = known[0] if known else ""
    cells: dict[str, list[Cell]] = defaultdict(list)
    for key in known:
        own = REFERENCE if key == first else relation.get(key_of(first, key))
        if own is None:  # two figures of one document: nobody relates these but their units
            own = "identical" if figures[first].unit == figures[key].unit else "converted"
        rate = tell_rate(figures[first], figures[key]) if own == "converted" else ""
        cells[document_of(key)].append(Cell(document_of(key), figures[key], own, rate))
    return FigureRow(
        tell_quantity([figures[key] for key in known]),
        tuple(tuple(cells[doc_id]) for doc_id in doc_ids),
    )


def tell_quantity(figures: list[Figure]) -> str:
    """Name what a cluster measures by its most frequent value, and who gives to whom."""
    if not figures:
        return ""
    told = Counter(f.date if f.kind == "date" else tell_value(f) for f in figures)
    what = told.most_common(1)[0][0] or ""
    giver = next((f.giver for f in figures if f.giver), None)
    receiver = next((f.receiver for f in figures if f.receiver), None)
    roles = " → ".join(filter(None, (giver, receiver)))
    return f"{what} ({roles})" if roles else what


def tell_rate(first: Figure, other: Figure) -> str:
    if not first.low or not other.low or first.kind != "money" or other.kind != "money":
        return ""
    return f"1 {first.unit} = {other.low / first.low:.4g} {other.unit}"


def claim_matrix(corpus: Corpus, story_id: str) -> tuple[list[str], list[ClaimRow], list[str]]:
    """Give the holders of the columns, a row an issue, and the holders that have no column.

    Holders are in order of how many stances they have in the story.
    """
    doc_ids = story_documents(corpus, story_id)
    found: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    tally: Counter[str] = Counter()
    for doc_id in doc_ids:
        for number, stance in enumerate(corpus.gold[doc_id].stances or (), start=1):
            found[stance.issue_id, stance.holder].append(claim_of(doc_id, number, stance))
            tally[stance.holder] += 1
    ranked = sorted(tally, key=lambda holder: (-tally[holder], holder))
    shown, rest = ranked[:MOST_HOLDERS], ranked[MOST_HOLDERS:]
    rows = [
        ClaimRow(
            issue.proposition,
            issue.dimension,
            tuple(tuple(found.get((issue.id, holder), ())) for holder in shown),
        )
        for issue in corpus.issues.values()
        if issue.story == story_id
    ]
    return (
        [tell_holder(holder, corpus) for holder in shown],
        rows,
        [tell_holder(holder, corpus) for holder in rest],
    )


def claim_of(doc_id: str, number: int, stance: Stance) -> Claim:
    return Claim(doc_id, number, stance.label)
