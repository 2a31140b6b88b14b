"""Checks of texts and metadata of the wire track: form, lengths, voices, splits, facts.

Any corpus in our layout can be checked. What the benchmark's design demands of its texts (form,
title, voices, length, facts, a full day of publication) is asked of its own documents only: those
whose `origin` is "written for the benchmark". Hashes, splits and dates are checked in all.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator

from pledgewire.checks.context import Context
from pledgewire.corpus import text_path
from pledgewire.normalise import is_edtf
from pledgewire.problems import Problem
from pledgewire.records import OWN, VOICES, Document
from pledgewire.splits import SPLITS_FILE

DOCUMENTS = "corpus/documents.jsonl"
CANARY = "corpus/CANARY"
WORDS = {
    "bulletin": (180, 350),
    "rewrite": (450, 650),
    "report": (350, 550),
    "analysis": (600, 900),
    "digest": (500, 900),
}
"""Lengths of the voices, in words between white space. Source: corpus/README.md."""


def wire_documents(context: Context) -> Iterator[tuple[Document, str]]:
    for corpus in context.tracks:
        if corpus.track == "wire":
            for doc_id, document in corpus.documents.items():
                yield document, corpus.texts[doc_id]


def own_documents(context: Context) -> Iterator[tuple[Document, str]]:
    """Yield the documents that the benchmark's design speaks of, by their `origin`."""
    for document, text in wire_documents(context):
        if document.origin == OWN:
            yield document, text


def problem(document: Document, field: str, code: str, message: str, mend: str) -> Problem:
    return Problem(DOCUMENTS, 0, f"{document.id}.{field}", code, message, mend)


def check_origins(context: Context) -> Iterator[Problem]:
    """A folder holds the benchmark's own wire texts or others, so that none escapes by a slip."""
    if not any(own_documents(context)):
        return
    for document, _ in wire_documents(context):
        if document.origin != OWN:
            yield problem(
                document,
                "origin",
                "origin",
                f"{document.origin!r} stands beside texts of the benchmark",
                f"write {OWN!r}, or keep the document in a folder of other texts",
            )


def check_hashes(context: Context) -> Iterator[Problem]:
    """The hash of a text is the one that its metadata states."""
    for document, text in wire_documents(context):
        found = hashlib.sha256(text.encode("utf-8")).hexdigest()
        if found != document.sha256:
            yield problem(
                document, "sha256", "hash-mismatch", f"the text has {found[:16]}", "update the hash"
            )


def check_text_form(context: Context) -> Iterator[Problem]:
    """Own texts are NFC with LF, one newline at the end, no tabs, no blank before a line break."""
    for document, text in own_documents(context):
        path = text_path(document)
        if unicodedata.normalize("NFC", text) != text:
            yield Problem(path, 0, "", "not-nfc", "the text is not in NFC", "normalise it")
        if "\r" in text or "\t" in text:
            yield Problem(path, 0, "", "control", "carriage return or tab", "use LF and blanks")
        if not text.endswith("\n") or text.endswith("\n\n"):
            yield Problem(path, 0, "", "final-newline", "not one newline at the end", "mend it")
        for number, line in enumerate(text.split("\n"), start=1):
            if line != line.rstrip():
                yield Problem(path, number, "", "trailing-blank", "blank at the end", "remove it")


def check_titles(context: Context) -> Iterator[Problem]:
    """The first line of an own text is its title."""
    for document, text in own_documents(context):
        first = text.split("\n", 1)[0]
        if first != document.title:
            yield problem(
                document, "title", "title-mismatch", f"line 1 reads {first!r}", "make them equal"
            )


def check_voices(context: Context) -> Iterator[Problem]:
    """A story of the benchmark has each voice once."""
    voices: dict[str, list[str]] = defaultdict(list)
    for document, _ in own_documents(context):
        voices[document.story].append(document.voice or "none")
    for story, found in sorted(voices.items()):
        if sorted(found) != sorted(VOICES):
            yield Problem(
                DOCUMENTS,
                0,
                story,
                "voices",
                f"has the voices {', '.join(sorted(found))}",
                f"each story needs {', '.join(VOICES)}, once",
            )


def check_lengths(context: Context) -> Iterator[Problem]:
    """An own text has as many words as its voice allows."""
    for document, text in own_documents(context):
        if document.voice is None:
            continue
        low, high = WORDS[document.voice]
        words = len(text.split())
        if not low <= words <= high:
            yield Problem(
                text_path(document),
                0,
                "",
                "length",
                f"{words} words",
                f"a {document.voice} has {low} to {high}",
            )


def check_splits(context: Context) -> Iterator[Problem]:
    """All documents of a wire story are in the split of the story."""
    for corpus in context.tracks:
        if corpus.track != "wire":
            continue
        for document in corpus.documents.values():
            story = corpus.stories.get(document.story)
            if story is None:
                yield problem(
                    document,
                    "story",
                    "unknown-story",
                    f"{document.story!r} is not in corpus/stories.jsonl",
                    "add it there",
                )
            elif story.split != document.split:
                yield problem(
                    document, "split", "split", f"the story is in {story.split}", "split by story"
                )


def check_split_ties(context: Context) -> Iterator[Problem]:
    """Stories of one event are in one split, and a fixed story is where it is fixed."""
    splits = {
        story.id: story.split for corpus in context.tracks for story in corpus.stories.values()
    }
    homes: dict[str, dict[str, str]] = defaultdict(dict)
    for story, line in sorted(context.plan.items()):
        if story not in splits:
            yield Problem(
                SPLITS_FILE, 0, story, "unknown-story", "is not in corpus/stories.jsonl", "add it"
            )
            continue
        if line.event is not None:
            homes[line.event][story] = splits[story]
        if line.fixed not in (None, splits[story]):
            yield Problem(
                SPLITS_FILE, 0, story, "split", f"is in {splits[story]}", f"put it in {line.fixed}"
            )
    for event, found in sorted(homes.items()):
        if len(set(found.values())) > 1:
            told = ", ".join(f"{story} in {split}" for story, split in found.items())
            yield Problem(SPLITS_FILE, 0, event, "torn-event", told, "keep them in one split")


def check_dates(context: Context) -> Iterator[Problem]:
    """Days of publication are EDTF, in own documents full days; in others they may be unknown."""
    for corpus in context.tracks:
        for document in corpus.documents.values():
            is_own = document.origin == OWN
            if not is_own and corpus.track == "wire" and not document.published:
                continue
            full = len(document.published) == len("2026-02-10") or not is_own
            if not full or not is_edtf(document.published):
                yield problem(
                    document,
                    "published",
                    "date-invalid",
                    f"{document.published!r}",
                    "write 2026-02-10",
                )


def check_canary(context: Context) -> Iterator[Problem]:
    """The canary stands in metadata and card, never in a text: who searches training data for it
    finds copies of the corpus, and no model sees it in a task."""
    path = context.root / CANARY
    if not path.is_file():
        return
    canary = path.read_text("utf-8").strip()
    for document, text in own_documents(context):
        if canary in text:
            yield Problem(text_path(document), 0, "", "canary", "has the canary", "remove it")
    for name in ("DATASHEET.md", "corpus/README.md"):
        card = context.root / name
        if card.is_file() and canary not in card.read_text("utf-8"):
            yield Problem(name, 0, "", "canary", "lacks the canary", f"copy it from {CANARY}")


def check_facts(context: Context) -> Iterator[Problem]:
    """Every fact, figure and position that an own document names exists and has a source."""
    for document, _ in own_documents(context):
        known = context.facts.get(document.story, {})
        if not document.facts or not document.sources:
            yield problem(
                document, "facts", "no-facts", "names no facts or sources", "list what it rests on"
            )
        for field in ("facts", "figures", "positions"):
            for fact_id in getattr(document, field):
                if fact_id not in known:
                    yield problem(
                        document,
                        field,
                        "unknown-fact",
                        f"{fact_id!r} is not in corpus/facts/{document.story}.jsonl",
                        "add it there, with its source",
                    )
                elif not known[fact_id].sources:
                    yield problem(
                        document, field, "no-source", f"{fact_id!r} has no source", "add one"
                    )
