"""Turn gold or predictions in other tools' formats into ours, so that any corpus can be scored.

A reader of a format is a pure function from the files' contents to documents; here the files are
opened, labels mapped and the result written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pledgewire import jsonl
from pledgewire.convert.brat import BratFile, BratOptions, read_brat
from pledgewire.convert.conll import ConllOptions, read_conll
from pledgewire.convert.folder import (
    is_name,
    place_documents,
    write_gold,
    write_predictions,
)
from pledgewire.convert.foreign import Content, Reading, count
from pledgewire.convert.labels import map_labels, parse_map
from pledgewire.convert.spacy import read_spacy
from pledgewire.normalise import is_edtf
from pledgewire.problems import Problem, raise_if_any
from pledgewire.records import Split

PREDICTIONS = "predictions.jsonl"
BOM = "\ufeff"


def convert_files(
    kind: str,
    inputs: Sequence[Path],
    out: Path,
    *,
    as_gold: bool,
    mapping: Sequence[str] = (),
    story: str | None = None,
    split: Split = "test",
    published: str = "",
    **options: Any,
) -> str:
    """Convert files of one format and give lines that say what was made of them.

    Nothing is written if there is any fault. `options` are those of the format.
    Raises: DataError with every fault of the files; ValueError for wrong options, and for a
    folder of gold that is not empty.
    """
    if kind not in READERS:
        raise ValueError(f"expected a format, got {kind!r}, allowed: {', '.join(READERS)}")
    if story is not None and not is_name(story):
        raise ValueError(f"expected a folder's name in --story, got {story!r}")
    if published and not is_edtf(published):
        raise ValueError(
            f"expected an EDTF date in --published, got {published!r}, allowed: 2003, 2003-05-30"
        )
    labels = parse_map(mapping)
    problems: list[Problem] = []
    reading = READERS[kind](inputs, options, problems)
    documents, notes = map_labels(reading.documents, labels, problems)
    placed = place_documents(documents, story, problems)
    if not placed and not problems:
        shown = ", ".join(map(str, inputs))
        problems.append(Problem(shown, 0, "", "no-document", "nothing is left", "check the input"))
    raise_if_any(problems)
    target = out if as_gold else out / PREDICTIONS
    mentions = sum(len(document.mentions) for document in documents)
    told = [*reading.notes, *notes]
    if as_gold:
        told += write_gold(placed, out, split, published, f"converted from {kind}")
    else:
        write_predictions(placed, target)
    head = f"{count(len(documents), 'document')}, {count(mentions, 'mention')}: {target}"
    return "\n".join([head, *(f"note: {note}" for note in told)])


def make_options(kind: str, given: Mapping[str, Any], allowed: type | None) -> Any:
    """Build the options of a format. Raises: ValueError for one that it does not have."""
    fields = getattr(allowed, "_fields", ())
    for name in given:
        if name not in fields:
            names = ", ".join(f"--{field}" for field in fields) or "none"
            raise ValueError(f"expected options of {kind}, got --{name}, allowed: {names}")
    return allowed(**given) if allowed is not None else None


def read_contents(inputs: Sequence[Path], problems: list[Problem]) -> list[Content]:
    """Read files as text, without a byte order mark; note those that cannot be read."""
    contents = []
    for path in inputs:
        text = jsonl.read_text(path, str(path), problems)
        if text is not None:
            contents.append(Content(str(path), text.removeprefix(BOM)))
    return contents


def from_conll(
    inputs: Sequence[Path], options: Mapping[str, Any], problems: list[Problem]
) -> Reading:
    chosen = make_options("conll", options, ConllOptions)
    return read_conll(read_contents(inputs, problems), chosen, problems)


def from_spacy(
    inputs: Sequence[Path], options: Mapping[str, Any], problems: list[Problem]
) -> Reading:
    make_options("spacy", options, None)
    return read_spacy(read_contents(inputs, problems), problems)


def from_brat(
    inputs: Sequence[Path], options: Mapping[str, Any], problems: list[Problem]
) -> Reading:
    """Read `.ann` files, each with the `.txt` beside it, and those of folders with their
    subfolders. The text is kept as it is, since offsets count all of it."""
    chosen = make_options("brat", options, BratOptions)
    files: list[BratFile] = []
    bare = 0
    for path in inputs:
        if path.is_dir():
            found = sorted(path.rglob("*.ann"))
            bare += sum(not text.with_suffix(".ann").exists() for text in path.rglob("*.txt"))
            names = [p.relative_to(path).with_suffix("").as_posix() for p in found]
            if not found:
                problems.append(
                    Problem(str(path), 0, "", "file-missing", "no .ann file in it", "check it")
                )
        else:
            found, names = [path.with_suffix(".ann")], [path.stem]
        for name, marks in zip(names, found, strict=True):
            text_file = marks.with_suffix(".txt")
            lines = jsonl.read_text(marks, str(marks), problems)
            text = jsonl.read_text(text_file, str(text_file), problems)
            if lines is not None and text is not None:
                files.append(BratFile(name, str(marks), text, lines.removeprefix(BOM)))
    reading = read_brat(files, chosen, problems)
    if bare:
        note = f"{count(bare, 'text')} without .ann left out"
        reading = reading._replace(notes=(*reading.notes, note))
    return reading


READERS: dict[str, Callable[[Sequence[Path], Mapping[str, Any], list[Problem]], Reading]] = {
    "conll": from_conll,
    "brat": from_brat,
    "spacy": from_spacy,
}
