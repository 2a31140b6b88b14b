"""Findings that are right as they are: a line each with a reason; a stale line is a problem."""

from __future__ import annotations

from collections.abc import Sequence

from pledgewire import jsonl
from pledgewire.checks.context import Context
from pledgewire.problems import Problem
from pledgewire.records import Record

EXCEPTIONS = "annotations/exceptions.jsonl"


class ExceptionLine(Record):
    """Excuses the finding with this code and field, for this reason."""

    code: str
    field: str
    reason: str


def apply_exceptions(context: Context, found: Sequence[Problem]) -> list[Problem]:
    """Leave out excused findings; add a problem for each exception that excuses nothing.

    An exception of a press document is stale only if the press texts are at hand.
    """
    path = context.root / EXCEPTIONS
    if not path.is_file():
        return list(found)
    problems: list[Problem] = []
    excused = {
        (line.record.code, line.record.field): line.number
        for line in jsonl.read_records(path, EXCEPTIONS, ExceptionLine, problems)
    }
    left = [p for p in found if (p.code, p.field) not in excused]
    seen = {(p.code, p.field) for p in found}
    for (code, field), number in excused.items():
        if (code, field) in seen or (field.startswith("press/") and not context.has_press):
            continue
        problems.append(
            Problem(
                EXCEPTIONS, number, field, "stale-exception", f"no {code} there", "remove the line"
            )
        )
    return [*left, *problems]
