"""Read and write JSON Lines of records; the only module that opens data files.

Every fault becomes a Problem with file, line and field; nothing is dropped and all faults of a
file are reported in one run. Writing goes to a temporary file that is renamed when complete.
"""

from __future__ import annotations

import difflib
import os
import re
import tempfile
import typing
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

from pledgewire.problems import Problem
from pledgewire.records import Layers, StoryLayer

T = TypeVar("T", bound=msgspec.Struct)
DECODERS: dict[type, msgspec.json.Decoder] = {}


class Line(NamedTuple):
    """A record and the line (from 1) it stood on."""

    number: int
    record: Any


def read_bytes(path: Path, shown: str, problems: list[Problem]) -> bytes | None:
    """Read a file whole, or note why that cannot be done."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        problems.append(
            Problem(shown, 0, "", "file-missing", "there is no such file", "check the path")
        )
    except IsADirectoryError:
        problems.append(
            Problem(shown, 0, "", "file-missing", "this is a folder", "name a file in it")
        )
    except OSError as error:
        problems.append(
            Problem(
                shown,
                0,
                "",
                "file-unreadable",
                str(error.strerror),
                "make the file readable for this user",
            )
        )
    return None


def read_text(path: Path, shown: str, problems: list[Problem]) -> str | None:
    """Read a UTF-8 text exactly as stored (no newline translation), or note what is wrong."""
    raw = read_bytes(path, shown, problems)
    return None if raw is None else decode_utf8(raw, shown, 0, problems)


def decode_utf8(raw: bytes, shown: str, number: int, problems: list[Problem]) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        problems.append(
            Problem(
                shown,
                number,
                "",
                "not-utf-8",
                f"byte {error.start} is 0x{raw[error.start]:02x}, which is not UTF-8 there",
                "save the file as UTF-8",
            )
        )
        return None


def iter_lines(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (number, line) for every line that is not blank; a BOM is passed over."""
    if raw.startswith(b"\xef\xbb\xbf"):
        raw = raw[3:]
    for number, line in enumerate(raw.split(b"\n"), start=1):
        if line.strip():
            yield number, line


def read_records(path: Path, shown: str, kind: type[T], problems: list[Problem]) -> list[Line]:
    """Read one record of type `kind` a line. An empty file is a valid, empty list."""
    raw = read_bytes(path, shown, problems)
    if raw is None:
        return []
    return [
        Line(number, record)
        for number, line in iter_lines(raw)
        if (record := decode_line(line, (kind,), shown, number, problems)) is not None
    ]


def read_predictions(path: Path, shown: str, problems: list[Problem]) -> list[Line]:
    """Read a system's output: Layers (lines with `doc_id`) and StoryLayer (with `story_id`)."""
    raw = read_bytes(path, shown, problems)
    if raw is None:
        return []
    lines = list(iter_lines(raw))
    if lines and lines[0][1].strip() == b"[":
        problems.append(
            Problem(
                shown,
                lines[0][0],
                "",
                "json-array",
                "the file is one JSON array over many lines",
                "write one JSON object a line (JSON Lines)",
            )
        )
        return []
    if not lines:
        problems.append(
            Problem(
                shown,
                0,
                "",
                "file-empty",
                "the file holds no prediction",
                "write one line a document, with an empty list for a layer without finds: "
                '{"doc_id": "...", "entities": []}',
            )
        )
    return [
        Line(number, record)
        for number, line in lines
        if (record := decode_line(line, (Layers, StoryLayer), shown, number, problems)) is not None
    ]


def decode_line(
    line: bytes, kinds: tuple[type, ...], shown: str, number: int, problems: list[Problem]
) -> Any:
    """Decode one line as the first kind that fits; note every fault if none does."""
    for kind in kinds:
        try:
            return decoder_of(kind).decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
    if decode_utf8(line, shown, number, problems) is None:
        return None
    try:
        value = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError) as error:
        problems.append(json_problem(line, error, shown, number))
        return None
    kind = kinds[0]
    if len(kinds) > 1 and isinstance(value, dict) and "doc_id" not in value:
        if "story_id" not in value:
            problems.append(
                Problem(
                    shown,
                    number,
                    "doc_id",
                    "missing-field",
                    "the line names neither a document nor a story",
                    'add "doc_id" (layers of a document) or "story_id" (clusters of a story)',
                )
            )
            return None
        kind = kinds[1]
    before = len(problems)
    problems.extend(
        Problem(shown, number, field, code, message, mend)
        for field, code, message, mend in find_faults(value, kind, "")
    )
    if len(problems) == before:
        problems.append(
            Problem(
                shown,
                number,
                "",
                "wrong-type",
                f"the line is no {kind.__name__}",
                "see `pledgewire schema`",
            )
        )
    return None


def decoder_of(kind: type) -> msgspec.json.Decoder:
    if kind not in DECODERS:
        DECODERS[kind] = msgspec.json.Decoder(kind)
    return DECODERS[kind]


def json_problem(line: bytes, error: Exception, shown: str, number: int) -> Problem:
    """Name wrong JSON; a line that ends too early is told as truncated."""
    if isinstance(error, RecursionError):
        return Problem(
            shown,
            number,
            "",
            "json-invalid",
            "the JSON is nested too deeply",
            "write one JSON object a line",
        )
    if re.search(rb"[:\[,]\s*-?(NaN|Infinity)", line):
        return Problem(
            shown,
            number,
            "",
            "json-invalid",
            "NaN and Infinity are no JSON numbers",
            "write null, or leave the field out",
        )
    if "truncated" in str(error) and line.rstrip()[-1:] not in b"}]":
        return Problem(
            shown,
            number,
            "",
            "json-truncated",
            f"the JSON breaks off after {len(line)} bytes",
            "write the line again, whole; was the writing program interrupted?",
        )
    return Problem(
        shown,
        number,
        "",
        "json-invalid",
        str(error).removeprefix("JSON is malformed: "),
        "write one JSON object a line",
    )


Fault = tuple[str, str, str, str]


def find_faults(value: Any, kind: Any, field: str) -> Iterator[Fault]:
    """Yield (field, code, message, mend) for each way a decoded value contradicts its type."""
    kind = strip_optional(kind, value)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield from find_struct_faults(value, kind, field)
        return
    items = typing.get_args(kind)
    if typing.get_origin(kind) is tuple and len(items) == 2 and items[1] is Ellipsis:
        if not isinstance(value, list):
            yield field, "wrong-type", f"expected a list, got {describe(value)}", "write [...]"
            return
        for index, item in enumerate(value):
            yield from find_faults(item, items[0], f"{field}[{index}]")
        return
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        yield explain(value, kind, field, str(error))


def find_struct_faults(value: Any, kind: type[msgspec.Struct], field: str) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield field, "wrong-type", f"expected an object, got {describe(value)}", "write {...}"
        return
    fields = {f.encode_name: f for f in msgspec.structs.fields(kind)}
    dot = f"{field}." if field else ""
    for name in value:
        if name not in fields:
            near = difflib.get_close_matches(name, fields, n=1)
            mend = f"did you mean {near[0]!r}?" if near else f"allowed: {', '.join(fields)}"
            yield f"{dot}{name}", "unknown-field", f"a {kind.__name__} has no such field", mend
    for name, info in fields.items():
        if name in value:
            yield from find_faults(value[name], info.type, f"{dot}{name}")
        elif info.required:
            yield f"{dot}{name}", "missing-field", f"a {kind.__name__} needs it", f"add {name!r}"


def strip_optional(kind: Any, value: Any) -> Any:
    """Reduce `X | None` to X for a value that is there."""
    options = [option for option in typing.get_args(kind) if option is not type(None)]
    if value is not None and type(None) in typing.get_args(kind) and len(options) == 1:
        return options[0]
    return kind


def explain(value: Any, kind: Any, field: str, message: str) -> Fault:
    if typing.get_origin(kind) is typing.Literal:
        allowed = typing.get_args(kind)
        near = difflib.get_close_matches(str(value), allowed, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}? " if near else ""
        return (
            field,
            "unknown-value",
            f"{value!r} is not one of the labels",
            f"{hint}allowed: {', '.join(allowed)}",
        )
    expected = message.split(" - at ")[0].replace("`", "")
    mend = f"mend {field or 'the line'}"
    if isinstance(value, str) and field.endswith((".low", ".high")):
        mend = 'write a number, or the whole string in "value"'
    return field, "wrong-type", expected[0].lower() + expected[1:], mend


def describe(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "a truth value"}
    return names.get(type(value), "null" if value is None else "a number")


def encode(record: Any) -> bytes:
    """Encode with sorted keys of dicts and declared order of fields: the same bytes every time."""
    return msgspec.json.encode(record, order="deterministic")


def write_bytes(path: Path, content: bytes) -> None:
    """Write through a temporary file in the same folder, then rename: whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def write_rows(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write one plain dict a line, keys in the order given."""
    encoder = msgspec.json.Encoder()
    write_bytes(path, b"".join(encoder.encode(row) + b"\n" for row in rows))


def write_records(path: Path, records: Iterable[Any]) -> None:
    """Write one record a line."""
    write_bytes(path, b"".join(encode(record) + b"\n" for record in records))
