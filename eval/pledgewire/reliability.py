"""Chance-corrected agreement of the two passes on labels: Cohen's kappa and Krippendorff's alpha.

F1 says whether two passes find the same records; these say whether they label them alike beyond
what the frequencies of the labels give by chance. Source: Cohen 1960; Krippendorff 2004, chapter 11
(nominal data, two coders).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pledgewire.adjudication import content_of, pair_records
from pledgewire.agreement import read_versions
from pledgewire.corpus import Corpus
from pledgewire.records import Layers

ABSENT = "absent"
"""The label of a record that one pass does not have."""
LabelPair = tuple[str, str]
LABELS = {
    "mention type": ("entities", "type"),
    "mention form": ("entities", "form"),
    "figure kind": ("figures", "kind"),
    "figure bound": ("figures", "bound"),
    "figure status": ("figures", "status"),
    "stance label": ("stances", "label"),
}


@dataclass(frozen=True)
class Reliability:
    """`kappa` is over records that both passes have, `alpha` over those of either, with ABSENT as
    a label of its own. Undefined: None if only one label was used."""

    label: str
    matched: int
    kappa: float | None
    records: int
    alpha: float | None


def measure_reliability(corpora: Iterable[Corpus]) -> list[Reliability]:
    """Compare the labels of passes a and b. Raises: DataError when a pass cannot be read."""
    pairs: dict[str, list[LabelPair]] = defaultdict(list)
    for corpus in corpora:
        for story in sorted({corpus.documents[doc_id].story for doc_id in corpus.gold}):
            versions = read_versions(corpus, story)
            for doc_id, one in versions["a"].items():
                for label, pair in label_pairs(one, versions["b"][doc_id]):
                    pairs[label].append(pair)
    return [reliability_of(label, pairs[label]) for label in LABELS]


def label_pairs(one: Layers, two: Layers) -> Iterator[tuple[str, LabelPair]]:
    """Pair the records of two passes and yield the labels that each gives them."""
    for name, (layer, field) in LABELS.items():
        for a, b in pair_records(layer, content_of(one, layer), content_of(two, layer)):
            pair = label_of(a, field), label_of(b, field)
            if set(pair) - {ABSENT, "None"}:
                yield name, pair


def label_of(record: dict[str, Any] | None, field: str) -> str:
    """Give a label, ABSENT without a record. Fields left out are at their default."""
    defaults = {"form": "name", "status": "none"}
    return ABSENT if record is None else str(record.get(field, defaults.get(field)))


def reliability_of(label: str, pairs: Sequence[LabelPair]) -> Reliability:
    matched = [pair for pair in pairs if ABSENT not in pair]
    return Reliability(
        label, len(matched), cohen_kappa(matched), len(pairs), krippendorff_alpha(pairs)
    )


def cohen_kappa(pairs: Sequence[LabelPair]) -> float | None:
    """Agreement beyond chance, with each coder's own frequencies of labels.

    Undefined: None without pairs, or if both coders used one and the same label only.
    """
    if not pairs:
        return None
    total = len(pairs)
    observed = sum(a == b for a, b in pairs) / total
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    expected = sum(first[label] * second[label] for label in first) / total**2
    return None if expected == 1 else (observed - expected) / (1 - expected)


def krippendorff_alpha(pairs: Sequence[LabelPair]) -> float | None:
    """Agreement beyond chance, with the frequencies of labels of both coders together.

    Undefined: None without pairs, or if only one label was used.
    """
    counts = Counter(label for pair in pairs for label in pair)
    total = sum(counts.values())
    if len(counts) < 2:
        return None
    observed = sum(a != b for a, b in pairs) / len(pairs)
    expected = 1 - sum(n * (n - 1) for n in counts.values()) / (total * (total - 1))
    return 1 - observed / expected
