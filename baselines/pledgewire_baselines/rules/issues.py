"""Tell how far a passage speaks of an issue: shared names and notions, rare ones weigh more.

Source: annotations/GUIDELINES.md S1.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from pledgewire.records import Issue
from pledgewire_baselines.rules.entities import find_entities
from pledgewire_baselines.rules.lexicon import load
from pledgewire_baselines.rules.shapes import Found
from pledgewire_baselines.rules.stems import stem_of
from pledgewire_baselines.rules.texts import FUNCTION, Text

LISTS = load("stances")
SCHEME_WORDS = frozenset(map(stem_of, LISTS["scheme_words"]))
NOTIONS: dict[str, set[str]] = {}
PHRASES: dict[str, list[tuple[tuple[str, ...], str]]] = {}
for _notion, _forms in LISTS["concepts"].items():
    for _form in _forms:
        _parts = tuple(stem_of(part) for part in _form.replace("-", " - ").split())
        if len(_parts) == 1:
            NOTIONS.setdefault(_parts[0], set()).add(_notion)
        else:
            PHRASES.setdefault(_parts[0], []).append((_parts, _notion))
LIGHT_VERBS = frozenset(map(stem_of, LISTS["light_verbs"]))
EMPTY = FUNCTION | {"-", "there", "partner", "country", "'s"}


@dataclass(frozen=True)
class Topic:
    """An issue as weighted terms. A term is a set of equal names or notions: `@japan`, `join`."""

    issue: Issue
    terms: tuple[tuple[frozenset[str], float], ...]
    stems: frozenset[str]
    presumed: frozenset[str]

    @cached_property
    def key(self) -> frozenset[str]:
        """The terms that tell this issue best from the others, notions before names."""
        top = max(weight for _, weight in self.terms)
        best = [term for term, weight in self.terms if weight > top - SAME_WEIGHT]
        notions = [term for term in best if not any(t.startswith("@") for t in term)]
        return frozenset().union(*(notions or best))

    def score(self, here: set[str], sentence: set[str], context: set[str]) -> float:
        """Give the share, in [0, 1], of the issue's weight that a passage has."""
        total = got = 0.0
        for rank, (term, full) in enumerate(self.terms):
            weight = full if rank < MAIN_TERMS else full * MINOR
            total += weight
            if not term.isdisjoint(here):
                got += weight
            elif not term.isdisjoint(sentence):
                got += weight * IN_SENTENCE
            elif not term.isdisjoint(context | self.presumed):
                got += weight * IN_CONTEXT
        return got / total if total else 0.0


IN_SENTENCE, IN_CONTEXT = 0.7, 0.5
MAIN_TERMS, MINOR, SAME_WEIGHT = 3, 0.5, 1e-9
STORY_WIDE = 0.5
"""A name that this share of the issues has is what the story is about: it need not be said."""


@lru_cache(maxsize=256)
def make_topics(issues: tuple[Issue, ...]) -> tuple[Topic, ...]:
    """Turn issues into topics; a term that few issues of the story share weighs most."""
    read = [(issue, *read_terms(issue.proposition)) for issue in issues]
    topics = []
    for issue, terms, stems in read:
        shares = {
            term: sum(any(not term.isdisjoint(t) for t in others) for _, others, _ in read)
            / len(read)
            for term in terms
        }
        weighted = sorted(
            ((term, math.log(1 + 1 / share)) for term, share in shares.items()),
            key=lambda item: (-item[1], sorted(item[0])),
        )
        presumed = frozenset(
            name
            for term, share in shares.items()
            for name in term
            if share >= STORY_WIDE and name.startswith("@")
        )
        if weighted:
            topics.append(Topic(issue, tuple(weighted), stems, presumed))
    return tuple(topics)


def read_terms(proposition: str) -> tuple[list[frozenset[str]], frozenset[str]]:
    """List the terms of a proposition and its stems."""
    text = Text.of(proposition)
    mentions = find_entities(text)
    covered = {i for m in mentions if m.type != "EQUIPMENT" for i in range(m.first, m.last)}
    terms = [frozenset({f"@{m.entity_id}"}) for m in mentions if m.type != "EQUIPMENT"]
    phrased = list(find_phrases(text, range(len(text.tokens))))
    terms += [frozenset({notion}) for _, _, notion in phrased]
    covered |= {i for first, last, _ in phrased for i in range(first, last)}
    stems = []
    for index, token in enumerate(text.tokens):
        stem = stem_of(token.fold)
        stems.append(stem)
        if index in covered or not token.is_word or token.fold in EMPTY:
            continue
        if stem in LIGHT_VERBS and text.at(index + 1).fold in ("a", "an", "no", "to"):
            continue  # `reached an agreement` is an agreement
        terms.append(frozenset(NOTIONS.get(stem, {stem})))
    return list(dict.fromkeys(terms)), frozenset(stems)


def find_phrases(text: Text, indices: range) -> Iterable[tuple[int, int, str]]:
    """Yield the notions that are told in several words: `take part`."""
    for index in indices:
        for parts, notion in PHRASES.get(stem_of(text.tokens[index].fold), ()):
            tokens = text.tokens[index : index + len(parts)]
            if tuple(stem_of(t.fold) for t in tokens) == parts:
                yield index, index + len(parts), notion


def read_features(text: Text, names: Mapping[int, Sequence[Found]], indices: range) -> set[str]:
    """Collect the names and notions of a passage; `the scheme` stands for any programme.

    Shape: `names` are mentions by the token that they begin at.
    """
    found = {f"@{m.entity_id}" for index in indices for m in names.get(index, ())}
    found |= {notion for _, _, notion in find_phrases(text, indices)}
    for index in indices:
        stem = stem_of(text.tokens[index].fold)
        found |= NOTIONS.get(stem, {stem})
        if stem in SCHEME_WORDS:
            found.add("@scheme")
    return found
