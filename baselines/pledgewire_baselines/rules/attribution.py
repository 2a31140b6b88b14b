"""Find who says, wants or denies something in a sentence, and who relays it.

Source: annotations/GUIDELINES.md S3, S4.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from pledgewire.records import AUTHOR
from pledgewire_baselines.rules.clauses import (
    ROLES,
    comma_before,
    content_of,
    governor,
    is_ahead,
    is_loose,
    is_passive,
)
from pledgewire_baselines.rules.lexicon import load
from pledgewire_baselines.rules.shapes import OUTLET_CUES, TITLES, Found, index_mentions
from pledgewire_baselines.rules.stems import stem_of
from pledgewire_baselines.rules.texts import Sentence, Text

LISTS, GRAMMAR = load("stances"), load("words")["grammar"]
CLASSES = ("say", "deny", "support", "oppose", "noncommittal")
VERB_CLASS: dict[str, str] = {}
for _name in CLASSES:
    for _form in LISTS[_name]:
        if " " not in _form:
            VERB_CLASS.setdefault(stem_of(_form), _name)
VIEW_NOUNS = frozenset(LISTS["view_nouns"])
ANAPHORA_PEOPLE, ANAPHORA_BODIES = (
    frozenset(LISTS["anaphora_people"]), frozenset(LISTS["anaphora_bodies"])
)  # fmt: skip
SPEAKS_FOR = frozenset(GRAMMAR["speaks_for"])
AUXILIARIES = frozenset(GRAMMAR["skipped_before_verb"])
CLAUSE_STARTS = frozenset(GRAMMAR["clause_starts"])
RELAY_WORDS = frozenset(GRAMMAR["relays"])
RELAY_PHRASES = (("word", "of"), ("reference", "to"), ("quoted", "by"), ("cited", "by"),
                 ("reported", "by"))  # fmt: skip
BEFORE_NOUNS = frozenset(GRAMMAR["before_noun"])
SUBORDINATING = frozenset(GRAMMAR["subordinating"])
SUBJECT_REACH, OBJECT_REACH, NOUN_REACH = 14, 7, 4
PRONOUNS = {"he": "PERSON", "she": "PERSON", "they": "group", "it": "body"}


class Subject(NamedTuple):
    """A mention or anaphor that can hold a stance. Units: indices of tokens, half-open."""

    first: int
    last: int
    holder: str
    is_media: bool


@dataclass(frozen=True)
class Attribution:
    """A holder, the class and place of the verb, what is said, and the relays, outermost first."""

    holder: str
    verb: str
    stem: str
    at: int
    content: tuple[range, ...]
    via: tuple[str, ...] = ()


@dataclass
class AttributionReader:
    """Reads attributions sentence by sentence; remembers who was spoken of."""

    text: Text
    mentions: Sequence[Found]
    memory: dict[str, Subject] = field(default_factory=dict)

    @cached_property
    def longest(self) -> dict[int, Found]:
        """Longest mention that begins at each token."""
        return {first: found[-1] for first, found in index_mentions(self.mentions).items()}

    @cached_property
    def media(self) -> set[str]:
        """Ids of outlets: listed ones, and bodies that a word beside them calls an outlet."""
        found = set()
        for m in self.mentions:
            if m.type != "ORG":
                continue
            near = (self.text.at(m.first - 1).fold, self.text.at(m.last).fold)
            beside = self.text.tokens[m.last : m.last + OBJECT_REACH]
            apposed = near[1] == "," and any(t.fold in OUTLET_CUES for t in beside[1:])
            if m.group in ("media", "site", "outlet") or near[0] in OUTLET_CUES or apposed:
                found.add(str(m.entity_id))
        return found

    def read(self, sentence: Sentence) -> list[Attribution]:
        """List the attributions of a sentence, those of a relay merged into what it relays."""
        subjects = list(self.subjects(sentence))
        found = list(self.read_verbs(sentence, subjects))
        found = [a for a in found if not self.is_denied(a, found)]
        found += self.read_phrases(sentence, subjects)
        found = merge_relays(self, sentence, found, subjects)
        self.remember(subjects)
        return found

    def subjects(self, sentence: Sentence) -> Iterator[Subject]:
        """Yield what can hold a stance in a sentence, outer mentions only, with anaphors."""
        taken = -1
        index = sentence.first
        while index < sentence.last:
            mention = self.longest.get(index)
            if mention is not None and index >= taken and can_hold(mention):
                holder = str(mention.entity_id)
                yield Subject(index, mention.last, holder, holder in self.media)
                taken = index = mention.last
                continue
            anaphor = None if mention is not None else self.resolve(index)
            if anaphor is not None:
                yield Subject(index, index + 1, anaphor.holder, anaphor.is_media)
            index += 1

    def resolve(self, index: int) -> Subject | None:
        """Give whom a pronoun or `the officials`, `the agency` stands for."""
        word, before = self.text.at(index).fold, self.text.at(index - 1).fold
        if self.text.at(index).text in ("I", "we", "We"):
            return None if self.is_quoted(index) else Subject(index, index + 1, AUTHOR, False)
        if word in PRONOUNS:
            return self.memory.get(PRONOUNS[word])
        definite = before in ("the", "these", "those", "of") or word == "one"
        if word in ANAPHORA_PEOPLE and (definite or self.text.at(index - 1).text == "'s"):
            return self.memory.get("group")
        if word in ANAPHORA_BODIES and before in ("the", "its"):
            return self.memory.get("media" if word in OUTLET_CUES else "org")
        return None

    def is_quoted(self, index: int) -> bool:
        """Tell whether a token stands inside quotation marks, as far as its line shows."""
        start = self.text.tokens[index].start
        before = self.text.text[self.text.text.rfind("\n", 0, start) + 1 : start]
        return before.count("“") > before.count("”") or before.count('"') % 2 == 1

    def remember(self, subjects: Sequence[Subject]) -> None:
        for subject in subjects:
            mention = self.longest.get(subject.first)
            if mention is None or mention.entity_id != subject.holder:
                continue
            if mention.type == "PERSON":
                self.memory["PERSON" if mention.form == "name" else "group"] = subject
            elif subject.is_media:
                self.memory["media"] = subject
            else:
                self.memory["body"] = subject
                if mention.type == "ORG":
                    self.memory["org"] = subject

    def read_verbs(self, sentence: Sentence, subjects: Sequence[Subject]) -> Iterator[Attribution]:
        last: Subject | None = None
        for index in range(sentence.first, sentence.last):
            token = self.text.tokens[index]
            stem = stem_of(token.fold)
            verb = VERB_CLASS.get(stem)
            if verb is None or (token.is_capital and index > sentence.first):
                continue
            before = self.text.at(index - 1)
            reach = self.text.tokens[max(0, index - NOUN_REACH) : index]
            if any(t.fold == "according" for t in reach):
                continue
            if before.fold in BEFORE_NOUNS or is_passive(self.text, index):
                continue
            if is_ahead(self.text, index) or is_loose(self.text, index):
                continue
            if stem == "call" and self.text.at(index + 1).fold in ("on", "for"):
                verb = "support"
            subject, joined = self.subject_left(index, sentence, subjects)
            if joined:
                subject = last
            inverted = None
            if subject is None and not joined and verb in ("say", "deny"):
                subject = inverted = self.subject_right(index, sentence, subjects)
            if subject is None or self.text.at(subject.first - 1).fold in ("whether", "if"):
                continue
            if not subject.is_media:
                last = subject
            content = content_of(
                self.text, index, sentence, range(subject.first, subject.last), inverted is not None
            )
            yield Attribution(subject.holder, verb, stem, index, content)

    def is_denied(self, inner: Attribution, found: Sequence[Attribution]) -> bool:
        """Tell whether another denies an attribution: `denied that Japan had decided`."""
        return any(
            outer.verb in ("deny", "oppose")
            and outer.holder != inner.holder
            and any(t.fold == "that" for t in self.text.tokens[outer.at + 1 : inner.at])
            and not any(t.fold in (",", "and") for t in self.text.tokens[outer.at + 1 : inner.at])
            for outer in found
            if outer.at < inner.at
        )

    def subject_left(
        self, verb: int, sentence: Sentence, subjects: Sequence[Subject]
    ) -> tuple[Subject | None, bool]:
        """Find the subject before a verb; the flag says that `and` joins it to the verb before."""
        ends = {s.last: s for s in subjects}
        index = verb
        first_word = True
        while index > max(sentence.first, verb - 3 * SUBJECT_REACH):
            word = self.text.at(index - 1)
            if index in ends:
                subject = ends[index]
                before = governor(self.text, subject.first)
                if before is None:
                    return subject, False
                if self.text.at(before - 1).fold in SPEAKS_FOR:
                    return subject, False
                index = before
                first_word = False
                continue
            if (word.fold in ("and", "but") and first_word) or (
                word.text == "," and index == verb and self.text.at(verb).fold.endswith("ing")
            ):
                return None, True
            if (
                word.text == ","
                and (opening := comma_before(self.text, index - 1, sentence)) is not None
            ):
                index = opening
                first_word = False
                continue
            if word.fold in AUXILIARIES or word.fold.endswith("ly"):
                index -= 1
                continue
            if word.fold in CLAUSE_STARTS or verb - index > SUBJECT_REACH or word.text in ',“"':
                return None, False
            if stem_of(word.fold) in VERB_CLASS and word.fold not in ROLES:
                return None, False
            first_word = False
            index -= 1
        return None, False

    def subject_right(
        self, verb: int, sentence: Sentence, subjects: Sequence[Subject]
    ) -> Subject | None:
        """Find the subject of an inverted clause: `said Interior Minister ...`."""
        for subject in subjects:
            if verb < subject.first <= verb + OBJECT_REACH:
                between = self.text.tokens[verb + 1 : subject.first]
                if all(
                    t.text in TITLES or t.fold in ROLES or t.fold in ("the", "a", "an", "'s")
                    or (t.is_capital and t.is_word)
                    for t in between
                ):  # fmt: skip
                    before = self.text.at(verb - 1).text
                    return subject if before in ',”"’' or verb == sentence.first else None
        return None

    def read_phrases(
        self, sentence: Sentence, subjects: Sequence[Subject]
    ) -> Iterator[Attribution]:
        """Read `according to X`, `by X's reckoning`, `from X's point of view`."""
        everything = (range(sentence.first, sentence.last),)
        for subject in subjects:
            near = self.text.tokens[max(sentence.first, subject.first - 4) : subject.first]
            words = [t.fold for t in near]
            follows = ["according", "to"] in (words[k : k + 2] for k in range(len(words)))
            follows = follows and "," not in words[words.index("according") :]
            after = self.text.at(subject.last), self.text.at(subject.last + 1)
            owns = after[0].text in ("'s", "’s") and after[1].fold in VIEW_NOUNS
            if follows or (owns and words[-1:] and words[-1] in ("in", "by", "from")):
                yield Attribution(subject.holder, "say", "say", subject.first, everything)


def can_hold(mention: Found) -> bool:
    return mention.type in ("PERSON", "ORG", "GPE") and mention.group not in ("city", "unit")


def merge_relays(
    reader: AttributionReader,
    sentence: Sentence,
    found: list[Attribution],
    subjects: Sequence[Subject],
) -> list[Attribution]:
    """Make outlets that relay others the `via` of what they relay (S3.2.5, S4)."""
    text = reader.text
    opening = text.tokens[sentence.first].fold
    relays = {a.holder for a in found if a.holder in reader.media}
    sources = [a for a in found if a.holder not in reader.media]
    extra: list[Attribution] = []
    for subject in subjects:
        near = [t.fold for t in text.tokens[max(0, subject.first - 5) : subject.first]]
        named = bool(RELAY_WORDS & set(near)) or any(
            tuple(near[k : k + 2]) in RELAY_PHRASES for k in range(len(near) - 1)
        )
        passive = near[-1:] == ["by"] or near[-2:] == ["by", "the"]
        if named and passive and subject.is_media:
            relays.add(subject.holder)
        elif named and relays - {subject.holder}:
            main = next((a for a in found if a.holder in relays - {subject.holder}), None)
            if main is not None:
                extra.append(
                    Attribution(subject.holder, main.verb, main.stem, main.at, main.content)
                )
    for attribution in sources:
        if attribution.stem == "tell":
            target = next((s for s in subjects if s.first > attribution.at), None)
            if target is not None and target.is_media and target.first <= attribution.at + 4:
                relays.add(target.holder)
    if not (sources or extra) or not relays:
        return found
    merged = []
    for a in (*sources, *extra):
        apart = opening in SUBORDINATING and a not in extra and a.stem != "tell"
        via = () if apart else tuple(sorted(relays - {a.holder}))
        merged.append(Attribution(a.holder, a.verb, a.stem, a.at, a.content, via))
    return merged
