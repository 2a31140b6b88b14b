"""Join figures of different documents that state one quantity, and say how they relate.

Source: annotations/GUIDELINES.md C1 to C4.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from pledgewire.normalise import compare_dates, normalise_unit
from pledgewire.records import Cluster, Figure, Layers, Pair, Relation, Source
from pledgewire_baselines.rules.stems import stem_of
from pledgewire_baselines.rules.texts import FUNCTION, Text

CLUSTERED = ("money", "count", "percent", "quantity")
VAGUE = frozenset({"exact", "about"})
FLOORS = frozenset({"more_than", "at_least"})
CEILINGS = frozenset({"less_than", "up_to"})
NEAR, NEAR_FLOOR = 0.15, 0.25
"""How far two values of one thing may lie apart, and how far if one is only a floor or ceiling."""
UNITS_ALIKE = frozenset({"country", "state", "member", "nation", "ally"})
LEAST_SHARED, LEAST_SHARED_NEAR = 2, 3
DIGITS_OF_ROUND = 2


@dataclass(frozen=True)
class Node:
    """A figure in its document: its key, the stems around it, and the sums that convert it."""

    key: str
    doc_id: str
    figure: Figure
    stems: frozenset[str]
    names: frozenset[str]
    group: str


def link_figures(sources: Sequence[Source], layers: Sequence[Layers]) -> tuple[Cluster, ...]:
    """Cluster the figures of a story's documents. The order of documents does not matter."""
    nodes = sorted(
        (
            node
            for source, layer in zip(sources, layers, strict=True)
            for node in nodes_of(source, layer)
        ),
        key=lambda node: node.key,
    )
    joined = Groups(node.key for node in nodes)
    for a, b in combinations(nodes, 2):
        if a.group == b.group:
            joined.join(a.key, b.key)
    pairs = sorted(
        (
            (-likeness(a, b), a.key, b.key)
            for a, b in combinations(nodes, 2)
            if a.doc_id != b.doc_id and states_the_same(a, b)
        ),
    )
    by_key = {node.key: node for node in nodes}
    for _, a, b in pairs:
        if joined.may_join(a, b, by_key):
            joined.join(a, b)
    clusters = list(make_clusters(joined, by_key))
    texts = {source.doc_id: Text.of(source.text) for source in sources}
    figures = {layer.doc_id: layer.figures or () for layer in layers}
    return (*clusters, *cluster_dates(clusters, by_key, texts, figures))


def cluster_dates(
    clusters: Sequence[Cluster],
    nodes: Mapping[str, Node],
    texts: Mapping[str, Text],
    figures: Mapping[str, Sequence[Figure]],
) -> Iterator[Cluster]:
    """Cluster the dates at which clustered sums were pledged or given (C3)."""
    used: set[str] = set()
    for cluster in clusters:
        dates: dict[str, Figure] = {}
        for key in cluster.figures:
            node = nodes[key]
            date = date_beside(node.figure, texts[node.doc_id], figures[node.doc_id])
            if date is not None and node.figure.status in ("committed", "delivered"):
                dates.setdefault(f"{node.doc_id}#{date.id}", date)
        alike = {
            key: date
            for key, date in sorted(dates.items())
            if key not in used and any(o != key and dates_agree(date, dates[o]) for o in dates)
        }
        used |= alike.keys()
        if len({key.rpartition("#")[0] for key in alike}) > 1:
            yield Cluster(figures=tuple(alike), relations=tuple(relate(list(alike.items()))))


def dates_agree(a: Figure, b: Figure) -> bool:
    return compare_dates(a.date or "", b.date or "") != "different"


def date_beside(figure: Figure, text: Text, figures: Sequence[Figure]) -> Figure | None:
    """Give the date nearest to a figure in its sentence."""
    here = text.sentence_at(figure.start or 0)
    dates = [f for f in figures if f.kind == "date" and text.sentence_at(f.start or 0) == here]
    return min(
        dates, key=lambda f: (abs((f.start or 0) - (figure.start or 0)), f.start), default=None
    )


class Groups:
    """Sets of figures that grow together; a document has one sum and its conversions in each."""

    def __init__(self, keys: Iterable[str]) -> None:
        self.members = {key: [key] for key in keys}

    def join(self, a: str, b: str) -> None:
        if self.members[a] is self.members[b]:
            return
        merged = sorted([*self.members[a], *self.members[b]])
        for key in merged:
            self.members[key] = merged

    def may_join(self, a: str, b: str, nodes: dict[str, Node]) -> bool:
        groups: dict[str, set[str]] = {}
        for key in {*self.members[a], *self.members[b]}:
            groups.setdefault(nodes[key].doc_id, set()).add(nodes[key].group)
        return all(len(found) == 1 for found in groups.values())


def nodes_of(source: Source, layer: Layers) -> Iterator[Node]:
    """Give the figures of a document that may stand in a cluster, with their surroundings."""
    text = Text.of(source.text)
    for figure in layer.figures or ():
        if figure.kind not in CLUSTERED or figure.id is None or figure.low is None:
            continue
        sentence = text.sentences[text.sentence_at(figure.start or 0)] if text.sentences else None
        if sentence is None:
            continue
        names = {
            str(m.entity_id)
            for m in layer.entities or ()
            if sentence.start <= (m.start or 0) < sentence.end
        }
        stems = {
            stem_of(t.fold)
            for t in text.tokens[sentence.first : sentence.last]
            if t.is_word and t.fold not in FUNCTION and len(t.fold) > 2
        }
        first = figure.same_as or figure.id
        yield Node(
            key=f"{source.doc_id}#{figure.id}",
            doc_id=source.doc_id,
            figure=figure,
            stems=frozenset(stems),
            names=frozenset(names),
            group=f"{source.doc_id}#{first}",
        )


def same_unit(a: Figure, b: Figure) -> bool:
    one, other = normalise_unit(a.kind, a.unit or ""), normalise_unit(b.kind, b.unit or "")
    return one == other or (one in UNITS_ALIKE and other in UNITS_ALIKE)


def states_the_same(a: Node, b: Node) -> bool:
    """Tell whether two figures of different documents state one quantity, as far as words show."""
    one, other = a.figure, b.figure
    if one.kind != other.kind or not same_unit(one, other):
        return False
    for role in ("giver", "receiver"):
        ends = {getattr(one, role), getattr(other, role)} - {None}
        if len(ends) > 1:
            return False
    stages = {one.status, other.status}
    if "delivered" in stages and stages & {"requested", "proposed"}:
        return False
    shared = len(a.stems & b.stems) + len(a.names & b.names)
    if (one.low, one.high) == (other.low, other.high):
        return shared >= LEAST_SHARED
    return is_near(one, other) and shared >= LEAST_SHARED_NEAR


def is_near(a: Figure, b: Figure) -> bool:
    """Tell whether one value may be the other in fewer digits or later."""
    big, small = max(a.low, b.low), min(a.low, b.low)  # type: ignore[type-var]
    reach = NEAR_FLOOR if admits(a, b) or admits(b, a) else NEAR
    return small > 0 and (big - small) / big <= reach  # type: ignore[operator]


def likeness(a: Node, b: Node) -> float:
    """Rate a pair: equal values first, then shared words and names."""
    equal = (a.figure.low, a.figure.high) == (b.figure.low, b.figure.high)
    union = a.stems | b.stems
    return 2.0 * equal + len(a.stems & b.stems) / len(union) + 0.1 * len(a.names & b.names)


def make_clusters(joined: Groups, nodes: dict[str, Node]) -> Iterator[Cluster]:
    groups = sorted({tuple(members) for members in joined.members.values()})
    for members in groups:
        if len({nodes[key].doc_id for key in members}) < 2:
            continue
        relations = tuple(relate([(key, nodes[key].figure) for key in members]))
        yield Cluster(figures=members, relations=relations)


def relate(members: Sequence[tuple[str, Figure]]) -> Iterator[Pair]:
    """Relate every two figures of different documents."""
    for (a, one), (b, other) in combinations(members, 2):
        if a.rpartition("#")[0] != b.rpartition("#")[0]:
            yield Pair(a=a, b=b, relation=relation_of(one, other))


def relation_of(a: Figure, b: Figure) -> Relation:
    """Give the first relation that fits (C2); `updated` needs times that rules do not read."""
    if a.kind == "date" and b.kind == "date":
        same = compare_dates(a.date or "", b.date or "") == "equal"
        return "identical" if same else "rounded"
    if not same_unit(a, b):
        return "converted"
    if (a.low, a.high) == (b.low, b.high):
        return "identical" if compatible(str(a.bound), str(b.bound)) else "rounded"
    if admits(a, b) or admits(b, a) or is_rounded(a, b) or is_rounded(b, a):
        return "rounded"
    return "conflicting"


def compatible(a: str, b: str) -> bool:
    return a == b or {a, b} <= VAGUE or {a, b} <= FLOORS or {a, b} <= CEILINGS


def admits(loose: Figure, other: Figure) -> bool:
    """Tell whether the bound or range of a figure holds the value of another."""
    low, high = other.low or 0, other.high or 0
    if loose.bound in FLOORS:
        return low >= (loose.low or 0)
    if loose.bound in CEILINGS:
        return high <= (loose.high or 0)
    return loose.bound == "between" and (loose.low or 0) <= low and high <= (loose.high or 0)


def is_rounded(coarse: Figure, fine: Figure) -> bool:
    """Tell whether a value is another to fewer digits: 57 million for 56.6 million."""
    value, target = float(fine.low or 0), float(coarse.low or 0)
    if value <= 0 or target <= 0:
        return False
    for digits in range(1, DIGITS_OF_ROUND + 1):
        step = 10.0 ** (math.floor(math.log10(value)) - digits + 1)
        if math.isclose(round(value / step) * step, target, rel_tol=1e-9):
            return True
    return False
