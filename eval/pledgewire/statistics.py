"""Numbers that describe the corpus and its gold, as README and DATASHEET show them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from pledgewire.corpus import Corpus
from pledgewire.metrics.crossdoc import pairs_of
from pledgewire.records import ENTITY_TYPES, KINDS, LABELS_OF, RELATIONS, SPLITS, VOICES


class Row(NamedTuple):
    """Counts of one set of documents. Units: words stand between blanks; None without texts."""

    name: str
    stories: int
    documents: int
    words: int | None
    annotated: int
    mentions: int
    figures: int
    stances: int


def count_row(name: str, corpus: Corpus, doc_ids: Iterable[str]) -> Row:
    """Count the documents given; `annotated` are those that have gold."""
    ids = list(doc_ids)
    gold = [corpus.gold[doc_id] for doc_id in ids if doc_id in corpus.gold]
    return Row(
        name,
        len({corpus.documents[doc_id].story for doc_id in ids}),
        len(ids),
        sum(len(corpus.texts[d].split()) for d in ids) if corpus.texts else None,
        len(gold),
        sum(len(layers.entities or ()) for layers in gold),
        sum(len(layers.figures or ()) for layers in gold),
        sum(len(layers.stances or ()) for layers in gold),
    )


Table = tuple[Sequence[str], list[Sequence[str]]]
"""Names of columns, and rows of what they show."""


def size_table(corpora: Sequence[Corpus]) -> str:
    """Lay out sizes by track, split and voice as Markdown."""
    return markdown_table(*size_rows(corpora))


def size_rows(corpora: Sequence[Corpus]) -> Table:
    """Give sizes by track, split and voice."""
    rows = []
    for corpus in corpora:
        rows.append(count_row(f"**{corpus.track}**", corpus, corpus.documents))
        if corpus.track != "wire":
            continue
        for split in SPLITS:
            ids = [d.id for d in corpus.documents.values() if d.split == split]
            if ids:
                rows.append(count_row(f"{corpus.track}, {split}", corpus, ids))
        for voice in VOICES:
            ids = [d.id for d in corpus.documents.values() if d.voice == voice]
            rows.append(count_row(f"{corpus.track}, {voice}", corpus, ids))
    head = ("", "stories", "documents", "words", "with gold", "mentions", "figures", "stances")
    return head, [(row.name, *map(show_count, row[1:])) for row in rows]


def show_count(number: int | None) -> str:
    return "-" if number is None else f"{number:,}"


def currency_rows(corpora: Sequence[Corpus]) -> Table:
    """Give the number of sums of money by currency, the most frequent first."""
    counts = [
        Counter(
            figure.unit
            for layers in corpus.gold.values()
            for figure in layers.figures or ()
            if figure.kind == "money" and figure.unit
        )
        for corpus in corpora
    ]
    units = sorted(sum(counts, Counter()).items(), key=lambda item: (-item[1], item[0]))
    head = ("currency", *(corpus.track for corpus in corpora))
    return head, [(unit, *(f"{count[unit]:,}" for count in counts)) for unit, _ in units]


def label_table(corpora: Sequence[Corpus]) -> str:
    """Lay out how often each type, kind, label and relation stands in gold, by track."""
    return markdown_table(*label_rows(corpora))


def label_rows(corpora: Sequence[Corpus]) -> Table:
    """Give how often each type, kind, label and relation stands in gold, by track."""
    counts: list[Counter[str]] = []
    for corpus in corpora:
        tally: Counter[str] = Counter()
        for layers in corpus.gold.values():
            tally.update(m.type for m in layers.entities or ())
            tally.update(f.kind for f in layers.figures or ())
            tally.update(s.label for s in layers.stances or ())
        for story in corpus.clusters.values():
            tally.update(pairs_of(story.clusters).values())
        counts.append(tally)
    groups = {
        "entities": ENTITY_TYPES,
        "figures": KINDS,
        "stances": [label for labels in LABELS_OF.values() for label in labels],
        "pairs across documents": RELATIONS,
    }
    rows = [
        (group, label, *(f"{tally[label]:,}" for tally in counts))
        for group, labels in groups.items()
        for label in labels
    ]
    return ("layer", "label", *(c.track for c in corpora)), rows


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
