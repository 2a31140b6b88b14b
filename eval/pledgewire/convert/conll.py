"""Read columns of tokens and tags, as of CoNLL-2003: one token a line, a blank line a sentence.

The first column is the token, another (the last, unless told) the tag. The text is built again:
tokens with single blanks, one sentence a line.
Source: Tjong Kim Sang and De Meulder 2003 (IOB1 and IOB2); Ratinov and Roth 2009 (BILOU).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pledgewire.convert.foreign import (
    Content,
    ForeignDocument,
    ForeignMention,
    Reading,
    count,
    number_name,
)
from pledgewire.problems import Problem

SCHEMES = {"iob1": "BI", "iob2": "BI", "bioes": "BIESLU"}
"""Prefixes of each scheme. BILOU is BIOES with L for E and U for S; both are read as `bioes`."""
ILLEGAL = ("refuse", "drop", "keep")
BOUNDARIES = ("auto", "file", "sentence")
DOCSTART = "-DOCSTART-"
TAG = re.compile(r"([BIESLU])-(.+)")
LAST, SINGLE = "EL", "SU"


class ConllOptions(NamedTuple):
    """How to read columns.

    `column` counts from 1, or from the end if negative. `illegal` says what becomes of tags that
    the scheme does not allow: `drop` leaves them out as seqeval's strict mode does, `keep` lets
    them form a mention as conlleval does. `documents`: `auto` begins one at each -DOCSTART-, and
    at each file if there is none.
    """

    scheme: str = "auto"
    illegal: str = "refuse"
    column: int = -1
    documents: str = "auto"


class Token(NamedTuple):
    line: int
    text: str
    tag: str


class Run(NamedTuple):
    """Tokens `[start, end)` that the tags join; `fault` says why the scheme does not allow it."""

    start: int
    end: int
    label: str
    fault: str = ""


Sentence = list[Token]
Document = list[Sentence]


def read_conll(files: Sequence[Content], options: ConllOptions, problems: list[Problem]) -> Reading:
    """Read files of columns. Documents are numbered through all files, empty ones too.

    Raises: ValueError for a column that can hold no tag.
    """
    if options.column in (0, 1):
        raise ValueError(
            f"expected a column of tags, got {options.column}, allowed: 2 and more, or -1 and less"
        )
    comments = 0
    documents: list[tuple[str, Document]] = []
    has_docstart = any(f"\n{DOCSTART}" in f"\n{file.text}" for file in files)
    boundary = options.documents
    if boundary == "auto":
        boundary = "docstart" if has_docstart else "file"
    for file in files:
        found, passed = split_documents(file, boundary, options.column, problems)
        documents.extend((file.shown, document) for document in found)
        comments += passed
        if not any(map(len, found)):
            problems.append(
                Problem(file.shown, 0, "", "file-empty", "the file holds no token", "check it")
            )
    scheme = options.scheme
    if scheme == "auto":
        scheme = detect_scheme(
            [token.tag for token in sentence] for _, document in documents for sentence in document
        )
    if not check_tags(documents, scheme, problems):
        return Reading(())
    read: list[ForeignDocument] = []
    faulty = 0
    for number, (shown, document) in enumerate(documents, start=1):
        if document:
            built, wrong = build_document(
                number_name(number), shown, document, scheme, options.illegal, problems
            )
            read.append(built)
            faulty += wrong
    how = {
        "docstart": "a document begins at each -DOCSTART-",
        "file": "each file is one document",
        "sentence": "each sentence is one document",
    }
    notes = [f"tags are read as {scheme.upper()}; {how[boundary]}"]
    if comments:
        notes.append(f"{count(comments, 'line')} of comment passed over")
    if len(read) < len(documents):
        empty = count(len(documents) - len(read), "document")
        notes.append(f"{empty} without tokens left out")
    if faulty and options.illegal != "refuse":
        what = {"drop": "left out", "keep": "kept as mentions"}[options.illegal]
        notes.append(f"{count(faulty, 'run')} of tags that {scheme.upper()} does not allow {what}")
    return Reading(tuple(read), tuple(notes))


def split_documents(
    file: Content, boundary: str, column: int, problems: list[Problem]
) -> tuple[list[Document], int]:
    """Split a file into documents of sentences of tokens; count the lines of comment.

    A line that begins with # is a comment if its column holds no tag. Only blanks and tabs part
    columns, only LF parts lines: tokens may hold other white space.
    """
    documents: list[Document] = []
    document: Document = []
    sentence: Sentence = []
    comments = 0
    begun = boundary != "docstart"

    def end_sentence() -> None:
        if sentence:
            document.append(sentence[:])
            sentence.clear()
            if boundary == "sentence":
                end_document()

    def end_document() -> None:
        documents.append(document[:])
        document.clear()

    for number, raw in enumerate(file.text.split("\n"), start=1):
        line = raw.strip(" \t\r")
        if not line:
            end_sentence()
            continue
        if line.startswith(DOCSTART):
            end_sentence()
            if boundary == "docstart" and (begun or document):
                end_document()
            begun = True
            continue
        columns = [c.strip(" ") for c in line.split("\t")] if "\t" in line else line.split(" ")
        columns = [c for c in columns if c]
        tag = tag_of(columns, column)
        if line.startswith("#") and (tag is None or not (tag == "O" or TAG.fullmatch(tag))):
            comments += 1
        elif tag is None:
            problems.append(
                Problem(
                    file.shown,
                    number,
                    "",
                    "column-missing",
                    f"{count(len(columns), 'column')}, no tag in column {column}",
                    "write a token and a tag, parted by a blank or tab; see --column",
                )
            )
        else:
            sentence.append(Token(number, columns[0], tag))
    end_sentence()
    if boundary != "sentence":
        end_document()
    return documents, comments


def tag_of(columns: Sequence[str], column: int) -> str | None:
    """Give the tag of a line; None if the column is missing or is that of the token."""
    index = column - 1 if column > 0 else len(columns) + column
    return columns[index] if 0 < index < len(columns) else None


def detect_scheme(sentences: Iterable[Sequence[str]]) -> str:
    """Tell the scheme from the tags of all files.

    BIOES if a prefix of its own occurs. IOB1 if an I begins a mention and no B does but to part
    two mentions of one label. IOB2 otherwise.
    """
    starts_inside = begins_anywhere = False
    for tags in sentences:
        before: re.Match[str] | None = None
        for tag in tags:
            match = TAG.fullmatch(tag)
            if match is not None:
                prefix, label = match.groups()
                if prefix in LAST + SINGLE:
                    return "bioes"
                follows = before is not None and before[2] == label
                starts_inside |= prefix == "I" and not follows
                begins_anywhere |= prefix == "B" and not follows
            before = match
    return "iob1" if starts_inside and not begins_anywhere else "iob2"


def check_tags(
    documents: Iterable[tuple[str, Document]], scheme: str, problems: list[Problem]
) -> bool:
    """Note each string that is no tag of the scheme once, at its first line, with its number.

    Gives whether all are tags.
    """
    wrong: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], int] = {}
    for shown, document in documents:
        for token in (token for sentence in document for token in sentence):
            match = TAG.fullmatch(token.tag)
            if token.tag != "O" and (match is None or match[1] not in SCHEMES[scheme]):
                wrong[shown, token.tag] += 1
                first.setdefault((shown, token.tag), token.line)
    for (shown, tag), number in wrong.items():
        problems.append(
            Problem(
                shown,
                first[shown, tag],
                "",
                "tag-invalid",
                f"{tag!r} ({count(number, 'line')}) is no tag of {scheme.upper()}",
                f"write O or PREFIX-LABEL with a prefix of {', '.join(SCHEMES[scheme])}; "
                "see --column and --scheme",
            )
        )
    return not wrong


def build_document(
    name: str, shown: str, document: Document, scheme: str, illegal: str, problems: list[Problem]
) -> tuple[ForeignDocument, int]:
    """Build the text, and mentions from runs of tags; count the runs that are not allowed."""
    lines: list[str] = []
    mentions: list[ForeignMention] = []
    offset = faulty = 0
    for sentence in document:
        starts = []
        at = offset
        for token in sentence:
            starts.append(at)
            at += len(token.text) + 1
        for run in find_runs([token.tag for token in sentence], scheme):
            line = sentence[run.start].line
            if run.fault:
                faulty += 1
                if illegal == "refuse":
                    problems.append(Problem(shown, line, "", "tag-sequence", run.fault, MEND))
                if illegal != "keep":
                    continue
            end = starts[run.end - 1] + len(sentence[run.end - 1].text)
            mentions.append(ForeignMention(starts[run.start], end, run.label, line))
        lines.append(" ".join(token.text for token in sentence) + "\n")
        offset = at
    text = "".join(lines)
    return ForeignDocument(name, text, tuple(mentions), shown, document[0][0].line), faulty


MEND = (
    "mend the tags, or choose: --illegal drop leaves such tags out (seqeval's strict mode), "
    "--illegal keep makes a mention of them (conlleval)"
)


def find_runs(tags: Sequence[str], scheme: str) -> list[Run]:
    """Join the tags of a sentence to runs. Strings that are no tags are passed over as O.

    >>> find_runs(["B-PER", "I-PER", "O", "B-LOC"], "iob2")
    [Run(start=0, end=2, label='PER', fault=''), Run(start=3, end=4, label='LOC', fault='')]
    """
    return list(iter_runs(tags, scheme))


def iter_runs(tags: Sequence[str], scheme: str) -> Iterator[Run]:
    needs_end = scheme == "bioes"
    run: Run | None = None
    for index, tag in enumerate([*tags, "O"]):
        match = TAG.fullmatch(tag)
        prefix, label = match.groups() if match else ("O", "")
        continues = run is not None and run.label == label and prefix in "I" + LAST
        if run is not None and not continues:
            yield run._replace(fault=run.fault or no_end(tags[run.start])) if needs_end else run
            run = None
        if prefix == "O":
            continue
        if continues:
            run = run._replace(end=index + 1)
        else:
            legal = prefix in "B" + SINGLE or scheme == "iob1"
            before = repr(tags[index - 1]) if index else "nothing"
            fault = "" if legal else f"{tag!r} continues no mention: {before} stands before it"
            run = Run(index, index + 1, label, fault)
        if prefix in LAST + SINGLE:
            yield run
            run = None


def no_end(tag: str) -> str:
    return f"{tag!r} begins a mention that no tag ends"
