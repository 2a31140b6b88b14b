"""Near-duplicates among the texts: long runs of shared words, and MinHash over shingles of words.

Two texts of one story share facts and names but no wording; two texts of different splits share
nothing that a model could have learnt by heart. Source: MinHash after Broder 1997, as datasketch
has it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from pledgewire.checks.context import Context
from pledgewire.checks.documents import own_documents
from pledgewire.problems import Problem
from pledgewire.records import Document

if TYPE_CHECKING:
    from datasketch import MinHash

WORD = re.compile(r"[^\W_]+")
SHARED_RUN = 13
"""Words: a run of this length in two texts is a sentence used twice, if it is not all names."""
SHINGLE = 4
"""Words in a shingle."""
LIMITS = {"one story": 0.10, "two stories": 0.05, "two splits": 0.05}
"""Highest likeness that two texts may have, by what they share."""
PERMUTATIONS = 256
SEED = 1


@dataclass(frozen=True)
class Likeness:
    """Two texts and how alike they are: the estimated Jaccard index of their shingles, the
    longest run of words that both have, and what they share (a key of LIMITS)."""

    one: str
    other: str
    sharing: str
    jaccard: float
    run: tuple[str, ...]


def words_of(text: str) -> list[str]:
    return WORD.findall(text)


def compare_texts(documents: Sequence[tuple[Document, str]]) -> Iterator[Likeness]:
    """Compare every pair of texts. Units: Jaccard index in [0, 1], runs in words."""
    words = {document.id: words_of(text) for document, text in documents}
    sketches = sketch_texts(words)
    runs = find_shared_runs(words)
    for (one, _), (other, _) in combinations(documents, 2):
        sharing = "one story" if one.story == other.story else "two stories"
        if one.split != other.split:
            sharing = "two splits"
        yield Likeness(
            one.id,
            other.id,
            sharing,
            sketches[one.id].jaccard(sketches[other.id]),
            runs.get((one.id, other.id)) or runs.get((other.id, one.id)) or (),
        )


def sketch_texts(words: Mapping[str, Sequence[str]]) -> dict[str, MinHash]:
    """Sketch the set of shingles of each text, case folded."""
    from datasketch import MinHash

    sketches = {}
    for name, found in words.items():
        sketch = MinHash(num_perm=PERMUTATIONS, seed=SEED)
        sketch.update_batch({" ".join(s).encode() for s in shingles_of(found, SHINGLE)})
        sketches[name] = sketch
    return sketches


def shingles_of(words: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    folded = [word.casefold() for word in words]
    return zip(*(folded[i:] for i in range(length)), strict=False)


def find_shared_runs(words: Mapping[str, Sequence[str]]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Find for each pair of texts the longest run of words, of SHINGLE at least, that both have.

    A run of names and numbers alone (no word of it begins with a small letter) is no wording.
    """
    places: dict[tuple[str, ...], list[tuple[str, int]]] = defaultdict(list)
    for name, found in words.items():
        for at, shingle in enumerate(shingles_of(found, SHINGLE)):
            places[shingle].append((name, at))
    longest: dict[tuple[str, str], tuple[str, ...]] = {}
    for homes in places.values():
        for (one, i), (other, j) in combinations(homes, 2):
            if one == other:
                continue
            run = extend_run(words[one], words[other], i, j)
            if len(run) > len(longest.get((one, other), ())) and is_wording(run):
                longest[one, other] = run
    return longest


def extend_run(one: Sequence[str], other: Sequence[str], i: int, j: int) -> tuple[str, ...]:
    """Give the run that begins at `one[i]` and `other[j]`; () if it began before."""
    if i and j and one[i - 1].casefold() == other[j - 1].casefold():
        return ()
    length = 0
    while (
        i + length < len(one)
        and j + length < len(other)
        and one[i + length].casefold() == other[j + length].casefold()
    ):
        length += 1
    return tuple(one[i : i + length])


def is_wording(run: Iterable[str]) -> bool:
    return any(word[0].islower() for word in run)


def check_duplicates(context: Context) -> Iterator[Problem]:
    """No sentence stands in two texts, and no two texts are near-duplicates."""
    for pair in compare_texts(list(own_documents(context))):
        name = f"{pair.one} {pair.other}"
        if len(pair.run) >= SHARED_RUN:
            yield Problem(
                "corpus/wire",
                0,
                name,
                "shared-run",
                f"both have {len(pair.run)} words: {' '.join(pair.run)!r}",
                "say it in other words in one of them",
            )
        limit = LIMITS[pair.sharing]
        if pair.jaccard > limit:
            yield Problem(
                "corpus/wire",
                0,
                name,
                "near-duplicate",
                f"likeness {pair.jaccard:.2f}, at most {limit:.2f} in {pair.sharing}",
                "rewrite one of them",
            )
