"""Find the lines of a file of any size again: for each a hash of its id and a byte offset.

One pass over the file, in which no record is decoded: ids are read off the head of a line where
they stand there, as they do in what any JSON writer makes of a record, and else by a decoder that
skips all other fields. An index takes 32 bytes a line.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec
import numpy as np

from pledgewire import jsonl
from pledgewire.problems import DataError, Problem

HEAD = re.compile(rb'\s*\{\s*"(doc_id|story_id)"\s*:\s*"([^"\\]+)"')
THEN_STORY = re.compile(rb'\s*,\s*"story_id"\s*:\s*"([^"\\]+)"')
BOM = b"\xef\xbb\xbf"
NOWHERE = -1
MOST_OPEN = 32
MOST_SHOWN = 1_000
"""Problems that are kept; the others are counted."""


class Ids(msgspec.Struct):
    """What a line is about."""

    doc_id: str | None = None
    story_id: str | None = None


IDS = msgspec.json.Decoder(Ids)


class Place(NamedTuple):
    """Where a line stands. Units: bytes, and lines from 1."""

    offset: int
    size: int
    number: int


class Places:
    """Lines of one kind in the order of the file: hashes of ids, offsets, sizes, line numbers.

    `stories` holds for each line the hash of its story, 0 if it names none.
    """

    def __init__(self) -> None:
        self.keys, self.stories = array("Q"), array("Q")
        self.offsets, self.sizes, self.numbers = array("q"), array("I"), array("I")

    def __len__(self) -> int:
        return len(self.keys)

    def append(self, key: int, story: int, place: Place) -> None:
        self.keys.append(key)
        self.stories.append(story)
        self.offsets.append(place.offset)
        self.sizes.append(place.size)
        self.numbers.append(place.number)

    def extend(self, other: Places, offset: int, lines: int) -> None:
        """Append the lines of another file, which begins after so many bytes and lines."""
        self.keys.extend(other.keys)
        self.stories.extend(other.stories)
        self.sizes.extend(other.sizes)
        self.offsets.frombytes((np.asarray(other.offsets, dtype=np.int64) + offset).tobytes())
        numbers = np.asarray(other.numbers, dtype=np.int64) + lines
        self.numbers.frombytes(numbers.astype(np.uint32).tobytes())

    def __getitem__(self, at: int) -> Place:
        return Place(self.offsets[at], self.sizes[at], self.numbers[at])

    def take(self, chosen: np.ndarray) -> np.ndarray:
        """Give places of lines. Shape: (lines, 3); where NOWHERE was chosen, the size is 0."""
        found = np.zeros((len(chosen), 3), dtype=np.int64)
        if len(self.offsets):
            for column, values in enumerate((self.offsets, self.sizes, self.numbers)):
                found[:, column] = np.asarray(values)[chosen]
        found[chosen == NOWHERE] = 0
        return found

    def forget_ids(self) -> None:
        """Free what is needed no more once the lines of two files are joined."""
        self.keys, self.stories = array("Q"), array("Q")

    def find(self, keys: np.ndarray) -> np.ndarray:
        """Give for each key the first line that has it, or NOWHERE."""
        own = np.asarray(self.keys, dtype=np.uint64)
        if not len(own):
            return np.full(len(keys), NOWHERE, dtype=np.int64)
        order = np.argsort(own, kind="stable")
        at = np.minimum(np.searchsorted(own, keys, sorter=order), len(own) - 1)
        found = order[at]
        found[own[found] != keys] = NOWHERE
        return found

    def repeated(self) -> np.ndarray:
        """Give the lines whose id an earlier line has. Shape: (lines, 2): the line, the first."""
        first = self.find(np.asarray(self.keys, dtype=np.uint64))
        later = np.flatnonzero(first != np.arange(len(first)))
        return np.stack([later, first[later]], axis=1)


class Index(NamedTuple):
    """The lines of a file: documents, stories, the hash of all its bytes, and what is no line.

    `problems` are the first ones, `n_problems` counts all, `n_lines` counts lines of any kind.
    """

    documents: Places
    stories: Places
    sha256: str
    problems: tuple[Problem, ...] = ()
    n_problems: int = 0
    n_lines: int = 0


class Shards(NamedTuple):
    """The files of a folder, in the order of their names, as one file of all their lines.

    `offsets` and `lines` give for each file how many bytes and lines there are before it.
    """

    paths: tuple[Path, ...]
    offsets: tuple[int, ...]
    lines: tuple[int, ...]

    def locate(self, number: int) -> tuple[Path, int]:
        """Give the file of a line, and the line's number in it."""
        at = bisect_right(self.lines, number - 1) - 1
        return self.paths[at], number - self.lines[at]


def list_shards(path: Path) -> list[Path]:
    """List the files of lines in a folder, sorted; a file is its own only shard.

    Raises: DataError for a folder without any.
    """
    if not path.is_dir():
        return [path]
    found = sorted(path.glob("*.jsonl"))
    if not found:
        mend = "name a folder with files *.jsonl"
        raise DataError([Problem(str(path), 0, "", "file-missing", "no .jsonl file in it", mend)])
    return found


def join_indexes(paths: Sequence[Path], indexes: Sequence[Index]) -> tuple[Index, Shards]:
    """Join the indexes of the files of a folder as if it were one file.

    The hash of the folder is that of the hashes of its files.
    """
    documents, stories, digest = Places(), Places(), hashlib.sha256()
    problems: list[Problem] = []
    offsets, lines = [0], [0]
    for path, index in zip(paths, indexes, strict=True):
        documents.extend(index.documents, offsets[-1], lines[-1])
        stories.extend(index.stories, offsets[-1], lines[-1])
        digest.update(bytes.fromhex(index.sha256))
        problems += index.problems
        offsets.append(offsets[-1] + path.stat().st_size)
        lines.append(lines[-1] + index.n_lines)
    joined = Index(
        documents,
        stories,
        digest.hexdigest(),
        tuple(problems[:MOST_SHOWN]),
        sum(index.n_problems for index in indexes),
        lines[-1],
    )
    return joined, Shards(tuple(paths), tuple(offsets[:-1]), tuple(lines[:-1]))


def index_lines(path: Path, shown: str, kinds: tuple[type, type]) -> Index:
    """Index a file of document and story lines. Raises: DataError when it cannot be read."""
    documents, stories, digest = Places(), Places(), hashlib.sha256()
    problems: list[Problem] = []
    n_problems = offset = number = 0
    with open_bytes(path, shown) as stream:
        for number, line in enumerate(stream, start=1):
            digest.update(line)
            place = Place(offset, len(line), number)
            offset += len(line)
            if number == 1 and line.startswith(BOM):
                place, line = Place(len(BOM), len(line) - len(BOM), 1), line[len(BOM) :]
            if line.isspace() or not line:
                continue
            ids = read_ids(line)
            if ids is None:
                found: list[Problem] = []
                jsonl.decode_line(line.rstrip(b"\n"), kinds, shown, number, found)
                n_problems += len(found)
                problems += found[: MOST_SHOWN - len(problems)]
                continue
            document, story = ids
            if document is None:
                stories.append(hash_id(story), 0, place)
            else:
                documents.append(hash_id(document), hash_id(story) if story else 0, place)
    return Index(documents, stories, digest.hexdigest(), tuple(problems), n_problems, number)


def empty_file(shown: str) -> Problem:
    return Problem(
        shown,
        0,
        "",
        "file-empty",
        "the file holds no document",
        'write one line a document: {"doc_id": "...", "entities": []}',
    )


def read_ids(line: bytes) -> tuple[bytes | None, bytes | None] | None:
    """Read document and story id off a line; None if it has neither, or is no JSON."""
    head = HEAD.match(line)
    if head is not None:
        if head[1] == b"doc_id":
            story = THEN_STORY.match(line, head.end())
            if story is not None or b'"story_id"' not in line:
                return head[2], story and story[1]
        elif b'"doc_id"' not in line:
            return None, head[2]
    try:
        found = IDS.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if not found.doc_id and not found.story_id:
        return None
    document = found.doc_id.encode() if found.doc_id is not None else None
    return document, found.story_id.encode() if found.story_id is not None else None


def hash_id(name: bytes) -> int:
    """Hash an id to 64 bits, the same in every process; 0 stands for no id."""
    return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "little") or 1


def open_bytes(path: Path, shown: str) -> BinaryIO:
    """Open a file. Raises: DataError that says why it cannot be read, as `jsonl.read_bytes`."""
    try:
        return path.open("rb")
    except OSError as error:
        problems: list[Problem] = []
        jsonl.read_bytes(path, shown, problems)
        raise DataError(problems) from error


class LineReader:
    """Reads lines of one file by their places; quick where they follow each other."""

    def __init__(self, path: Path) -> None:
        self.stream = path.open("rb", buffering=1 << 18)

    def read(self, offset: int, size: int) -> bytes:
        self.stream.seek(offset)
        return self.stream.read(size)

    def close(self) -> None:
        self.stream.close()


class ShardReader:
    """Reads lines of the files of a folder by their places in all of them; keeps some files open,
    as the documents of a story may lie in several."""

    def __init__(self, path: Path) -> None:
        self.paths = list_shards(path)
        sizes = [shard.stat().st_size for shard in self.paths]
        self.offsets = list(accumulate(sizes, initial=0))[:-1]
        self.readers: dict[int, LineReader] = {}

    def read(self, offset: int, size: int) -> bytes:
        at = bisect_right(self.offsets, offset) - 1
        reader = self.readers.get(at)
        if reader is None:
            if len(self.readers) == MOST_OPEN:
                self.readers.pop(next(iter(self.readers))).close()
            reader = self.readers[at] = LineReader(self.paths[at])
        return reader.read(offset - self.offsets[at], size)

    def close(self) -> None:
        for reader in self.readers.values():
            reader.close()
        self.readers.clear()


def open_lines(path: Path) -> LineReader | ShardReader:
    """Open a file, or the files of a folder, to read lines by their places."""
    return ShardReader(path) if path.is_dir() else LineReader(path)
