"""What the checks look at: the tracks at hand, whole, and the facts that the texts rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pledgewire import jsonl
from pledgewire.corpus import ALL, Corpus
from pledgewire.loading import find_data, load_corpus
from pledgewire.problems import Problem, raise_if_any
from pledgewire.records import Record
from pledgewire.splits import SPLITS_FILE, SplitLine, read_plan


class Fact(Record):
    """One item of a story's facts: a fact, figure, position or background, with its sources."""

    id: str
    kind: str
    statement: str = ""
    when: str | None = None
    sources: tuple[str, ...] = ()
    confidence: str = ""
    checked: str = ""
    quantity: str | None = None
    low: float | int | None = None
    high: float | int | None = None
    unit: str | None = None
    bound: str | None = None
    date: str | None = None
    giver: str | None = None
    receiver: str | None = None
    same_as: str | None = None
    holder: str | None = None
    proposition: str | None = None
    dimension: str | None = None
    label: str | None = None
    relayed_by: str | None = None


@dataclass(frozen=True)
class Context:
    """The data under check. `facts` maps a story to its facts by id, `plan` to what bears on its
    split; the plan is empty for data that have none."""

    root: Path
    tracks: tuple[Corpus, ...]
    facts: Mapping[str, Mapping[str, Fact]]
    plan: Mapping[str, SplitLine]
    has_press: bool

    def place(self, doc_id: str, layer_file: str) -> str:
        """Name the file that holds a layer of a document."""
        for corpus in self.tracks:
            if doc_id in corpus.documents:
                story = corpus.documents[doc_id].story
                return f"annotations/{corpus.track}/{story}/{layer_file}"
        return layer_file


def load_context(data: Path | None, press: Path | None) -> Context:
    """Load every track that has texts. Raises: DataError with every fault of the files."""
    root = data if data is not None else find_data()
    tracks = [load_corpus(root, "wire", ALL)]
    has_press = press is not None or (root / "corpus" / "press").is_dir()
    if has_press:
        tracks.append(load_corpus(root, "press", ALL, press))
    problems: list[Problem] = []
    facts: dict[str, dict[str, Any]] = {}
    for path in sorted((root / "corpus" / "facts").glob("*.jsonl")):
        shown = str(path.relative_to(root))
        found: dict[str, Any] = {}
        for number, fact in jsonl.read_records(path, shown, Fact, problems):
            if fact.id in found:
                problems.append(
                    Problem(
                        shown, number, "id", "duplicate-id", f"{fact.id!r} came before", "renumber"
                    )
                )
            found[fact.id] = fact
        facts[path.stem] = found
    plan = read_plan(root, problems) if (root / SPLITS_FILE).is_file() else {}
    raise_if_any(problems)
    return Context(root=root, tracks=tuple(tracks), facts=facts, plan=plan, has_press=has_press)
