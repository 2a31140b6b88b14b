"""The document page: a text with its gold, and beside it what a system made of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pledgewire.corpus import Corpus
from pledgewire.errors import Error
from pledgewire.records import AUTHOR, Document, Figure, Layers, Mention, Stance
from pledgewire.scoring import Scores
from pledgewire.site.marks import Mark, Node, build_tree
from pledgewire.spans import Span

RULES = {
    "entities": {
        "PERSON": "E3",
        "ORG": "E5",
        "GPE": "E6",
        "LOC": "E7",
        "NORP": "E8",
        "PROGRAMME": "E9",
        "EQUIPMENT": "E12",
        "EVENT": "E10",
        "LAW": "E11",
    },
    "figures": {"date": "F5"},
    "stances": {},
}
"""Section of the guidelines by label; F3 and S2 for the others."""
STATES = ("right", "missed", "spurious", "wrong")


@dataclass(frozen=True)
class StanceRow:
    """A stance as a line of the list under the text."""

    anchor: str
    holder: str
    issue: str
    label: str
    via: tuple[str, ...]
    state: str


@dataclass(frozen=True)
class Side:
    """One reading of a text: gold, or a system's. Shape: `lines` has a tree for each line."""

    name: str
    lines: tuple[tuple[Node, ...], ...]
    stances: tuple[StanceRow, ...]
    counts: Mapping[str, int]


def page_name(doc_id: str, system: str = "") -> str:
    """Name the file of a document's page; ids have no characters that a file may not have."""
    return doc_id.replace("/", "__") + (f".{safe_name(system)}" if system else "") + ".html"


def safe_name(name: str) -> str:
    """Turn a system's name, which may be anything, into a part of a file name."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in name)
    return kept.strip("-")[:80] or "system"


def gold_side(corpus: Corpus, doc_id: str, states: Mapping[tuple[str, str], str]) -> Side:
    return make_side("gold", corpus, corpus.gold[doc_id], doc_id, "g-", states)


def system_side(scores: Scores, doc_id: str, states: Mapping[tuple[str, int], str]) -> Side:
    grounded = scores.grounded.get(doc_id)
    layers = grounded.layers if grounded else Layers(doc_id=doc_id)
    return make_side(scores.system, scores.corpus, layers, doc_id, "p-", states)


def error_states(
    errors: list[Error], gold: Layers
) -> tuple[dict[tuple[str, str], str], dict[tuple[str, int], str]]:
    """Tell for each gold record, by layer and id, and each predicted one, by layer and identity in
    memory, what came of it; records without an entry are right."""
    of_gold: dict[tuple[str, str], str] = {}
    of_predicted: dict[tuple[str, int], str] = {}
    for error in errors:
        state = error.kind if error.kind in STATES else "wrong"
        if error.gold is not None:
            of_gold[error.layer, error.gold.id or ""] = state
        if error.predicted is not None:
            of_predicted[error.layer, id(error.predicted)] = state
    return of_gold, of_predicted


def make_side(
    name: str,
    corpus: Corpus,
    layers: Layers,
    doc_id: str,
    prefix: str,
    states: Mapping[Any, str],
) -> Side:
    """Mark the text with every record that has a place in it."""
    text = corpus.texts[doc_id]
    marks: list[Mark] = []
    counts: dict[str, int] = defaultdict(int)

    def state_of(layer: str, record: Any) -> str:
        key = (layer, record.id or "") if name == "gold" else (layer, id(record))
        found = states.get(key, "right")
        counts[found] += 1
        return found

    for mention in layers.entities or ():
        if mention.span is not None:
            state = state_of("entities", mention)
            marks.append(mention_mark(mention, prefix, state, corpus))
    for figure in layers.figures or ():
        if figure.span is not None:
            marks.append(figure_mark(figure, prefix, state_of("figures", figure)))
    rows = []
    for number, stance in enumerate(layers.stances or (), start=1):
        anchor = f"{prefix}s{number}"
        state = state_of("stances", stance)
        rows.append(stance_row(stance, anchor, state, corpus))
        for place, (start, end) in enumerate(stance.evidence):
            told = f"evidence: {stance.label}, {stance.holder}, {stance.issue_id}"
            marks.append(Mark(Span(start, end), f"{anchor}-{place}", f"ev {state}", told))
    marks.sort(key=lambda m: (m.span.start, -m.span.end, not m.classes.startswith("ev")))
    return Side(name, tuple(lines_of(text, marks)), tuple(rows), dict(counts))


def mention_mark(mention: Mention, prefix: str, state: str, corpus: Corpus) -> Mark:
    entity = corpus.entities.get(mention.entity_id or "")
    known = f" · {entity.name}" if entity else ""
    told = f"{mention.type} · {mention.entity_id or 'no id'}{known} · {mention.form}"
    rule = RULES["entities"].get(mention.type, "E1")
    anchor = f"{prefix}{mention.id or f'{mention.start}-{mention.end}-{mention.type}'}"
    classes = f"en t-{mention.type} {mention.form} {state}"
    return Mark(mention.span, anchor, classes, told, rule)


def figure_mark(figure: Figure, prefix: str, state: str) -> Mark:
    rule = RULES["figures"].get(figure.kind, "F3")
    anchor = f"{prefix}{figure.id or f'{figure.start}-{figure.end}'}"
    return Mark(figure.span, anchor, f"fi k-{figure.kind} {state}", tell_figure(figure), rule)


def tell_figure(figure: Figure) -> str:
    """Say in one line what a figure means."""
    if figure.kind == "date":
        parts = ["date", figure.date or ""]
    else:
        parts = [figure.kind, tell_value(figure), figure.bound or ""]
    parts += [figure.status] if figure.status != "none" else []
    parts += [f"giver {figure.giver}"] if figure.giver else []
    parts += [f"receiver {figure.receiver}"] if figure.receiver else []
    parts += [f"same as {figure.same_as}"] if figure.same_as else []
    return " · ".join(filter(None, parts))


def tell_value(figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return figure.value or ""
    ends = [f"{figure.low:,}", f"{figure.high:,}"]
    value = ends[0] if figure.low == figure.high else " to ".join(ends)
    return f"{value} {figure.unit or ''}".strip()


def stance_row(stance: Stance, anchor: str, state: str, corpus: Corpus) -> StanceRow:
    issue = corpus.issues.get(stance.issue_id)
    return StanceRow(
        anchor,
        tell_holder(stance.holder, corpus),
        issue.proposition if issue else stance.issue_id,
        stance.label,
        tuple(tell_holder(v, corpus) for v in stance.via),
        state,
    )


def tell_holder(holder: str, corpus: Corpus) -> str:
    if holder == AUTHOR:
        return "the author"
    entity = corpus.entities.get(holder)
    return entity.name if entity else holder


def lines_of(text: str, marks: list[Mark]) -> list[tuple[Node, ...]]:
    """Cut the text at its line breaks; a mark that crosses one has a part in each line."""
    lines = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        inside = [
            Mark(
                Span(max(m.span.start, start) - start, min(m.span.end, end) - start),
                m.anchor,
                m.classes,
                m.told,
                m.target,
            )
            for m in marks
            if m.span.start < end and start < m.span.end
        ]
        lines.append(tuple(build_tree(line, inside)))
        start = end + 1
    return lines


def describe_document(document: Document) -> list[tuple[str, str]]:
    """List what is known of a document as (name, value)."""
    found = [
        ("outlet", document.outlet),
        ("published", document.published),
        ("voice", document.voice or ""),
        ("split", document.split),
        ("origin", document.origin),
    ]
    return [(name, value) for name, value in found if value]
