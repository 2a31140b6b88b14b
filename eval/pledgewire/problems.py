"""A fault in the data: where, what is wrong, how to mend it. Faults are collected, then raised."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Problem(NamedTuple):
    """One fault in a data file; sorts by file, line, field and code.

    Units: `line` counts from 1; 0 stands for the file as a whole.
    """

    path: str
    line: int
    field: str
    code: str
    message: str
    mend: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        field = f" {self.field}:" if self.field else ""
        return f"{place}: {self.code}:{field} {self.message}; {self.mend}"


class DataError(ValueError):
    """All problems found in one run, sorted; the one exception for bad data."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


def raise_if_any(problems: list[Problem]) -> None:
    """Raise one DataError that holds every problem, if there is any."""
    if problems:
        raise DataError(problems)
