"""Check offsets against the text, and recognise offsets that were counted in another unit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Fault = tuple[str, str, str, str]


class Placed(NamedTuple):
    """A record's claim about the text: where it stands and, if it says so, what stands there."""

    field: str
    start: Any
    end: Any
    text: str | None


class Unit(NamedTuple):
    """A wrong way to count offsets: its name, and how a code-point offset looks in it."""

    name: str
    to_points: Callable[[str], dict[int, int]]
    end_shift: int = 0


def points_of_utf16(text: str) -> dict[int, int]:
    places, at = {}, 0
    for index, char in enumerate(text):
        places[at] = index
        at += 2 if ord(char) > 0xFFFF else 1
    places[at] = len(text)
    return places


def points_of_bytes(text: str) -> dict[int, int]:
    places, at = {}, 0
    for index, char in enumerate(text):
        places[at] = index
        at += len(char.encode("utf-8"))
    places[at] = len(text)
    return places


def points_of_points(text: str) -> dict[int, int]:
    return {index: index for index in range(len(text) + 1)}


UNITS = (
    Unit("UTF-16 units", points_of_utf16),
    Unit("UTF-8 bytes", points_of_bytes),
    Unit("code points with the last one included", points_of_points, 1),
)


def find_offset_faults(text: str, placed: Sequence[Placed]) -> Iterator[Fault]:
    """Yield (field, code, message, mend) for offsets that cannot be right.

    If all the offsets that are wrong become right in one other unit, that is said once.
    """
    faults = [(claim, fault) for claim in placed if (fault := find_fault(text, claim)) is not None]
    if not faults:
        return
    wrong = [claim for claim, _ in faults if claim.text]
    unit = recognise_unit(text, placed, [claim for claim, _ in faults]) if wrong else None
    if unit is not None:
        claim = faults[0][0]
        yield (
            claim.field,
            "offset-unit",
            f"{len(faults)} of {len(placed)} offsets are wrong as code points and right as {unit}",
            "count Unicode code points, as Python's str does, with the end not included",
        )
        return
    for _, fault in faults:
        yield fault


def find_fault(text: str, claim: Placed) -> Fault | None:
    start, end = claim.start, claim.end
    if start < 0 or end < 0:
        return (
            claim.field,
            "offset-negative",
            f"{start}:{end} is before the text",
            "count from 0 at the first character",
        )
    if end <= start:
        return (
            claim.field,
            "offset-reversed",
            f"the end {end} is not after the start {start}",
            "give the end as the offset after the last character",
        )
    if end > len(text):
        return (
            claim.field,
            "offset-past-end",
            f"{start}:{end} passes the end of the text at {len(text)}",
            "count code points in the text as it is stored",
        )
    if claim.text is not None and text[start:end] != claim.text:
        at = text.find(claim.text) if claim.text else -1
        mend = f"that text first stands at {at}" if at >= 0 else "that text is not in the document"
        return (
            claim.field,
            "text-mismatch",
            f"{start}:{end} reads {shorten(text[start:end])!r}, text says {shorten(claim.text)!r}",
            mend,
        )
    return None


def recognise_unit(text: str, placed: Iterable[Placed], wrong: Sequence[Placed]) -> str | None:
    """Name the unit in which every claim that has a text or is wrong comes out right, if any."""
    claims = [c for c in placed if c.text or c in wrong]
    if not claims:
        return None
    for unit in UNITS:
        points = unit.to_points(text)
        if all(comes_out_right(text, c, points, unit.end_shift) for c in claims):
            return unit.name
    return None


def comes_out_right(text: str, claim: Placed, points: Mapping[int, int], shift: int) -> bool:
    if claim.start not in points or claim.end + shift not in points:
        return False
    found = text[points[claim.start] : points[claim.end + shift]]
    return found == claim.text if claim.text else bool(found)


def shorten(string: str, most: int = 40) -> str:
    return string if len(string) <= most else string[: most - 1] + "…"
