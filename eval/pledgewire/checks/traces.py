"""Trace every figure of gold to a fact that its document rests on.

A figure is traced if an item that its document lists states its value or, where the text rounds,
one near it; a date, if an item has a date that it equals, contains or lies in, or if it is the day
of publication. What cannot be traced so has a line in `annotations/traces.jsonl`: the fact it
comes from, or none where it is background that needs no source (an invented author's life).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from pledgewire import jsonl
from pledgewire.checks.context import Context, Fact
from pledgewire.checks.documents import own_documents
from pledgewire.normalise import (
    compare_dates,
    find_dates,
    find_quantities,
    is_edtf,
    parse_number,
)
from pledgewire.problems import Problem, raise_if_any
from pledgewire.records import Document, Figure, Record

TRACES = "annotations/traces.jsonl"
BARE = re.compile(r"\d[\d,.]*\d|\d")
NEAR_EXACT = 0.02
"""How far, as a share, a figure without a bound may be from the fact: 60.8bn told as 61bn."""
NEAR_ROUNDED = 0.15
"""The same for a figure that the text itself calls rounded (about, nearly, more than)."""


class Trace(Record):
    """Where a figure comes from: a fact of its story, or None for background without a source."""

    figure: str
    fact: str | None
    reason: str


class Statement(NamedTuple):
    """What an item of the facts states. `amounts` are (kind, unit, value); kind "" fits any."""

    fact_id: str
    amounts: tuple[tuple[str, str, float], ...]
    dates: tuple[str, ...]


def read_statement(fact: Fact) -> Statement:
    """Collect the values and dates of an item: those of its fields and those of its wording."""
    text = " ".join(filter(None, (fact.statement, fact.proposition)))
    amounts: list[tuple[str, str, float]] = []
    for value in (fact.low, fact.high):
        if value is not None:
            amounts.append((fact.quantity or "", fact.unit or "", float(value)))
    for found in find_quantities(text):
        amounts += [(found.kind, found.unit, float(v)) for v in (found.low, found.high)]
    amounts += [("", "", float(number)) for number in map(read_bare, BARE.findall(text)) if number]
    dates = [d for d in (fact.date, fact.when) if d and is_edtf(d)]
    anchor = (fact.when or "").partition("/")[0]
    if re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])(-\d\d)?)?", anchor):
        dates += [found.date for found in find_dates(text, anchor)]
    return Statement(fact.id, tuple(amounts), tuple(dates))


def read_bare(written: str) -> float | None:
    number = parse_number(written)
    return None if number is None else float(number)


def find_fact(figure: Figure, statements: Iterable[Statement], published: str) -> str | None:
    """Give the id of the first item that states the figure, "published" for the day itself."""
    if figure.kind == "date":
        if figure.date and compare_dates(figure.date, published) != "different":
            return "published"
        for statement in statements:
            if any(compare_dates(figure.date or "", d) != "different" for d in statement.dates):
                return statement.fact_id
        return None
    for statement in statements:
        if all(states(statement, figure, value) for value in (figure.low, figure.high)):
            return statement.fact_id
    return None


def states(statement: Statement, figure: Figure, value: float | None) -> bool:
    near = NEAR_EXACT if figure.bound in ("exact", None) else NEAR_ROUNDED
    return value is not None and any(
        fits(figure, kind, unit) and abs(stated - value) <= near * max(abs(stated), abs(value))
        for kind, unit, stated in statement.amounts
    )


def fits(figure: Figure, kind: str, unit: str) -> bool:
    """Tell whether a value of this kind and unit can be the figure's. Heads of counts may differ
    (vehicle, tank), currencies and percentages may not."""
    if not kind:
        return True
    if figure.kind in ("money", "percent"):
        return kind == figure.kind and unit == figure.unit
    return kind not in ("money", "percent")


def check_traces(context: Context) -> Iterator[Problem]:
    """Every figure of an own document is traced to a fact or marked; no line is idle or wrong."""
    lines = read_traces(context)
    statements = {
        story: {fact.id: read_statement(fact) for fact in facts.values()}
        for story, facts in context.facts.items()
    }
    gold = {d: layers for corpus in context.tracks for d, layers in corpus.gold.items()}
    used: set[str] = set()
    for document, _ in own_documents(context):
        known = statements.get(document.story, {})
        for figure in gold[document.id].figures or () if document.id in gold else ():
            name = f"{document.id}#{figure.id}"
            if find_fact(figure, listed(document, known), document.published):
                continue
            used.add(name)
            if name not in lines:
                yield Problem(
                    context.place(document.id, "figures.jsonl"),
                    0,
                    name,
                    "untraced",
                    f"{figure.text!r} ({shown(figure)}) is in no item that the document lists",
                    f"list its fact in the metadata, or add a line to {TRACES}",
                )
            elif lines[name].fact is not None and lines[name].fact not in known:
                yield Problem(
                    TRACES,
                    0,
                    name,
                    "unknown-fact",
                    f"{lines[name].fact!r} is not in corpus/facts/{document.story}.jsonl",
                    "name a fact of the story, or null",
                )
    for name in sorted(set(lines) - used):
        yield Problem(TRACES, 0, name, "stale-trace", "no figure needs it", "remove the line")


def read_traces(context: Context) -> dict[str, Trace]:
    """Read the traces given by hand, by figure. Raises: DataError if the file is malformed."""
    path = context.root / TRACES
    if not path.is_file():
        return {}
    problems: list[Problem] = []
    lines = jsonl.read_records(path, TRACES, Trace, problems)
    raise_if_any(problems)
    return {line.record.figure: line.record for line in lines}


def listed(document: Document, known: Mapping[str, Statement]) -> list[Statement]:
    """Give what the items say that a document lists, in the order listed."""
    ids = (*document.figures, *document.facts, *document.positions)
    return [known[fact_id] for fact_id in ids if fact_id in known]


def shown(figure: Figure) -> str:
    if figure.kind == "date":
        return figure.date or ""
    value = figure.low if figure.low == figure.high else f"{figure.low} to {figure.high}"
    return f"{value} {figure.unit}"
