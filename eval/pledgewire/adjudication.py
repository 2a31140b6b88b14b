"""Compare two independent passes over a document and build gold from the decisions.

A difference is one place where the passes do not say the same. Each is decided (`a`, `b` or
`other`, with a reason and a rule); gold is what both say plus what was decided.
Source: annotations/GUIDELINES.md, P3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any, Literal

import msgspec

from pledgewire.matching import match_best
from pledgewire.records import Figure, Layers, Mention, Record, Stance

Layer = Literal["entities", "figures", "stances"]
Choice = Literal["a", "b", "other"]
LAYERS_OF_PASS: tuple[Layer, ...] = ("entities", "figures", "stances")
KINDS = {"entities": Mention, "figures": Figure, "stances": Stance}


class Difference(Record):
    """What two passes say of one place; None where a pass says nothing."""

    doc_id: str
    layer: Layer
    n: int
    a: dict[str, Any] | None
    b: dict[str, Any] | None


class Decision(Record):
    """How one difference was decided. `gold` is given for `other`: the records that stand instead
    (none: nothing should be there). `n` is 0 for a change where both passes agreed."""

    doc_id: str
    layer: Layer
    n: int
    choice: Choice
    reason: str
    rule: str
    gold: tuple[dict[str, Any], ...] = ()
    removes: tuple[dict[str, Any], ...] = ()


class Adjudicated(Record):
    """A line of the log: the place, both readings, the decision. For `crossdoc`, `doc_id` is the
    story and the readings are pairs of figures."""

    doc_id: str
    layer: Literal["entities", "figures", "stances", "crossdoc"]
    a: dict[str, Any] | None
    b: dict[str, Any] | None
    decision: Choice
    gold: tuple[dict[str, Any], ...]
    reason: str
    rule: str


def find_differences(a: Layers, b: Layers) -> list[Difference]:
    """List the differences of two passes over one document, numbered from 1 a layer."""
    found: list[Difference] = []
    for layer in LAYERS_OF_PASS:
        rows = pair_records(layer, content_of(a, layer), content_of(b, layer))
        differing = [(x, y) for x, y in rows if x != y]
        found.extend(
            Difference(doc_id=a.doc_id, layer=layer, n=n, a=x, b=y)
            for n, (x, y) in enumerate(differing, start=1)
        )
    return found


def agreed_records(a: Layers, b: Layers, layer: Layer) -> list[dict[str, Any]]:
    """List what both passes say."""
    rows = pair_records(layer, content_of(a, layer), content_of(b, layer))
    return [x for x, y in rows if x is not None and x == y]


def content_of(layers: Layers, layer: Layer) -> list[dict[str, Any]]:
    """Give the records of a layer without ids, links between figures told by place, not by id."""
    records = getattr(layers, layer) or ()
    places = {f.id: [f.start, f.end] for f in layers.figures or ()}
    rows = []
    for record in records:
        row = msgspec.json.decode(msgspec.json.encode(record))  # lists, as the log has them
        row.pop("id", None)
        if row.get("same_as"):
            row["same_as"] = places[row["same_as"]]
        rows.append(row)
    return rows


def pair_records(
    layer: Layer, a: Sequence[dict[str, Any]], b: Sequence[dict[str, Any]]
) -> list[tuple[dict[str, Any] | None, dict[str, Any] | None]]:
    """Pair the records of two passes that speak of the same thing, in order of place."""
    weights = {
        (i, j): weight
        for i, x in enumerate(a)
        for j, y in enumerate(b)
        if (weight := likeness(layer, x, y))
    }
    pairs = match_best(len(a), len(b), weights)
    used_a, used_b = {i for i, _ in pairs}, {j for _, j in pairs}
    rows: list[tuple[dict[str, Any] | None, dict[str, Any] | None]] = [
        *((a[i], b[j]) for i, j in pairs),
        *((x, None) for i, x in enumerate(a) if i not in used_a),
        *((None, y) for j, y in enumerate(b) if j not in used_b),
    ]
    return sorted(rows, key=lambda row: place(layer, row[0] or row[1] or {}))


def likeness(layer: Layer, x: Mapping[str, Any], y: Mapping[str, Any]) -> int:
    """Rate how surely two records speak of the same thing; 0 if they do not."""
    if x == y:
        return 1000
    if layer == "stances":
        same = x["issue_id"] == y["issue_id"]
        if same and x["holder"] == y["holder"]:
            return 100
        shared = any(s < t2 and s2 < t for s, t in x["evidence"] for s2, t2 in y["evidence"])
        return 10 if same and shared else 0
    overlap = min(x["end"], y["end"]) - max(x["start"], y["start"])
    if overlap <= 0:
        return 0
    return 100 if (x["start"], x["end"]) == (y["start"], y["end"]) else min(overlap, 90)


def place(layer: Layer, row: Mapping[str, Any]) -> tuple[int, int, str]:
    if layer == "stances":
        start, end = row["evidence"][0] if row["evidence"] else (0, 0)
        return start, -end, row["issue_id"] + row["holder"]
    return row["start"], -row["end"], row.get("type") or row.get("kind") or ""


def build_gold(
    a: Layers, b: Layers, decisions: Iterable[Decision]
) -> tuple[Layers, list[Adjudicated], list[str]]:
    """Build a document's gold and its part of the log.

    Gives the layers, the log, and complaints: a difference without decision or with two, a decision
    without difference, a removal of something that is not there.
    """
    complaints: list[str] = []
    log: list[Adjudicated] = []
    rows: dict[Layer, list[dict[str, Any]]] = {
        layer: agreed_records(a, b, layer) for layer in LAYERS_OF_PASS
    }
    open_differences = {(d.layer, d.n): d for d in find_differences(a, b)}
    for decision in decisions:
        where = f"{decision.doc_id} {decision.layer} {decision.n}"
        difference = None
        if decision.n:
            difference = open_differences.pop((decision.layer, decision.n), None)
            if difference is None:
                complaints.append(f"{where}: no such difference, or decided twice")
                continue
        chosen = choose(decision, difference)
        for gone in decision.removes:
            if gone not in rows[decision.layer]:
                complaints.append(f"{where}: nothing to remove like {gone}")
                continue
            rows[decision.layer].remove(gone)
        rows[decision.layer].extend(chosen)
        log.extend(log_lines(decision, difference, chosen))
    complaints.extend(
        f"{a.doc_id} {layer} {n}: not decided" for layer, n in sorted(open_differences)
    )
    return layers_of(a.doc_id, rows), log, complaints


def log_lines(
    decision: Decision, difference: Difference | None, chosen: Sequence[dict[str, Any]]
) -> list[Adjudicated]:
    """Write a decision to the log: a difference as one line, a correction of what both passes said
    as one line for each record that goes or comes."""
    if difference is not None:
        rows = [(difference.a, difference.b, tuple(chosen))]
    else:
        rows = [
            (gone, gone, () if new is None else (new,))
            for gone, new in zip_longest(decision.removes, chosen)
        ]
    return [
        Adjudicated(
            doc_id=decision.doc_id,
            layer=decision.layer,
            a=a,
            b=b,
            decision=decision.choice,
            gold=gold,
            reason=decision.reason,
            rule=decision.rule,
        )
        for a, b, gold in rows
    ]


def choose(decision: Decision, difference: Difference | None) -> list[dict[str, Any]]:
    if decision.choice == "other" or difference is None:
        return list(decision.gold)
    chosen = difference.a if decision.choice == "a" else difference.b
    return [] if chosen is None else [chosen]


def order(layer: Layer, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: place(layer, row))


def layers_of(doc_id: str, rows: Mapping[Layer, Sequence[dict[str, Any]]]) -> Layers:
    """Number the records by place (GUIDELINES P5) and turn links back into ids."""
    ordered = {layer: order(layer, rows[layer]) for layer in rows}
    ids = {(r["start"], r["end"]): f"f{n}" for n, r in enumerate(ordered["figures"], start=1)}
    built: dict[str, tuple[Any, ...]] = {}
    for layer, letter in (("entities", "m"), ("figures", "f"), ("stances", "s")):
        records = []
        for n, row in enumerate(ordered[layer], start=1):
            values = {**row, "id": f"{letter}{n}"}
            if values.get("same_as"):
                values["same_as"] = ids.get(tuple(values["same_as"]))
            records.append(msgspec.convert(values, KINDS[layer]))
        built[layer] = tuple(records)
    return Layers(doc_id=doc_id, **built)
