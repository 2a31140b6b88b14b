"""Say of a figure whether it was asked for, intended, pledged or given, by whom and to whom.

Source: annotations/GUIDELINES.md F6.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from pledgewire.records import Figure, Status
from pledgewire_baselines.rules.lexicon import load
from pledgewire_baselines.rules.shapes import PROGRAMME_CUES, Found
from pledgewire_baselines.rules.stems import stem_of
from pledgewire_baselines.rules.texts import BROKEN, FUNCTION, Sentence, Text

LISTS = load("figures")
VERBS: dict[tuple[str, ...], str] = {
    (stem_of(form.split()[0]), *form.split()[1:]): status
    for status, forms in LISTS["verbs"].items()
    for form in forms
}
NOUNS = {form: status for status, forms in LISTS["nouns"].items() for form in forms}
BINDING = frozenset(map(stem_of, LISTS["asking_first"]))
MODALS = frozenset(LISTS["modals"])
NEGATIONS = frozenset(map(stem_of, LISTS["negations"]))
GOODS, NOT_GOODS = frozenset(LISTS["goods"]), frozenset(LISTS["not_goods"])
RECEIVING = frozenset(map(stem_of, LISTS["receiving"]))
GIVER_NOUNS = frozenset(LISTS["giver_nouns"])
CLAUSE_SIGNS = frozenset({",", ";", ":", "–", "—", "and", "but", "while", "which", "that", "as"})
STATES = frozenset({"state", "people", "capital"})
CROSSING = 6
"""Tokens that a clause border counts for when the nearest cue is sought."""
REACH = 5
TITLE_REACH = 7
FAR = 30


class Cue(NamedTuple):
    """A word that tells of a transfer. Units: index of a token."""

    at: int
    stem: str
    status: str
    is_verb: bool


@dataclass(frozen=True)
class RoleReader:
    """Reads status, giver and receiver off the sentences of one text."""

    text: Text
    mentions: Sequence[Found]

    @cached_property
    def starts(self) -> dict[int, Found]:
        """Longest body, state or adjective of a state that begins at each token."""
        found: dict[int, Found] = {}
        for mention in self.mentions:
            if mention.type in ("GPE", "ORG", "NORP") and mention.group != "media":
                other = found.get(mention.first)
                if other is None or mention.last > other.last:
                    found[mention.first] = mention
        return found

    @cached_property
    def people(self) -> dict[int, Found]:
        return {m.first: m for m in self.mentions if m.type == "PERSON" and m.form == "name"}

    @cached_property
    def equipment(self) -> set[int]:
        return {i for m in self.mentions if m.type == "EQUIPMENT" for i in range(m.first, m.last)}

    @cached_property
    def states_of_people(self) -> dict[str, str]:
        """Map people to the state in their title: `Japan's foreign minister Motegi`."""
        found: dict[str, str] = {}
        for person in self.mentions:
            if person.type == "PERSON" and person.entity_id is not None:
                state = self.state_before(person) or self.state_after(person)
                if state is not None:
                    found.setdefault(person.entity_id, state)
        return found

    def state_before(self, person: Found) -> str | None:
        """Read the state in a title: `Japan's foreign minister Motegi`."""
        for index in range(person.first - 1, max(-1, person.first - TITLE_REACH), -1):
            if self.text.at(index + 1).gap == BROKEN or self.text.at(index).text in ",.;:":
                return None
            mention = self.starts.get(index)
            if mention is not None and mention.group in STATES:
                return mention.entity_id
        return None

    def state_after(self, person: Found) -> str | None:
        """Read the state behind a name: `Motegi, Japan's foreign minister`."""
        if self.text.at(person.last).text != ",":
            return None
        article = self.text.at(person.last + 1).fold == "the"
        mention = self.starts.get(person.last + 1 + article)
        return mention.entity_id if mention is not None and mention.group in STATES else None

    @cached_property
    def beneficiary(self) -> str | None:
        """Give the state that most things in the text are for: whom silent sums benefit."""
        tally: Counter[str] = Counter()
        for index, mention in self.starts.items():
            linked = self.text.at(index - 1).fold in ("to", "for")
            if mention.type == "GPE" and linked and mention.group in ("state", "capital"):
                tally[str(mention.entity_id)] += 1
        if not tally:
            return None
        state, times = min(tally.items(), key=lambda item: (-item[1], item[0]))
        return state if times > 1 else None

    def is_transferable(self, figure: Figure, first: int, last: int) -> bool:
        """Tell whether a figure is money or a number of goods (F6.1)."""
        if figure.kind == "money":
            return True
        if figure.kind not in ("count", "quantity") or figure.unit in NOT_GOODS:
            return False
        after = last + 1 if self.text.at(last).fold == "of" else last
        near = range(first, after + 2)
        return figure.unit in GOODS or not self.equipment.isdisjoint(near)

    def read(self, figure: Figure) -> tuple[Status, str | None, str | None]:
        first = self.text.index_at(figure.start or 0)
        last = self.text.index_at((figure.end or 1) - 1) + 1
        if not self.is_transferable(figure, first, last):
            return "none", None, None
        sentence = self.text.sentences[self.text.sentence_at(figure.start or 0)]
        cue = self.nearest_cue(sentence, first, last)
        if cue is None or cue.status == "none":
            return "none", None, None
        status = self.status_of(cue, sentence)
        giver = self.giver_of(cue, sentence, first, last)
        receiver = self.receiver_of(cue, sentence, first, last, giver)
        return status, giver, receiver

    def cues(self, sentence: Sentence) -> Iterator[Cue]:
        tokens = self.text.tokens
        for index in range(sentence.first, sentence.last):
            word = tokens[index].fold
            stem = stem_of(word)
            status = NOUNS.get(word)
            is_verb = status is None
            if is_verb:
                after = self.text.at(index + 1).fold
                status = VERBS.get((stem, after)) or VERBS.get((stem,))
            if status is not None and index not in self.equipment:
                yield Cue(index, stem, status, is_verb)

    def nearest_cue(self, sentence: Sentence, first: int, last: int) -> Cue | None:
        """Give the cue that is nearest to a figure; a border of clauses counts as far."""
        tokens = self.text.tokens
        best, nearest = None, FAR
        for cue in self.cues(sentence):
            if first <= cue.at < last:
                continue
            between = tokens[cue.at + 1 : first] if cue.at < first else tokens[last : cue.at]
            borders = sum(t.fold in CLAUSE_SIGNS for t in between)
            distance = len(between) + CROSSING * borders + (cue.at >= last) + 2 * (not cue.is_verb)
            if distance < nearest:
                best, nearest = cue, distance
        return best

    def status_of(self, cue: Cue, sentence: Sentence) -> Status:
        """Weigh the cue with what governs it: `will send`, `promised to send`, `did not send`."""
        tokens = self.text.tokens
        before = tokens[max(sentence.first, cue.at - REACH) : cue.at]
        stems = [stem_of(t.fold) for t in before]
        if not NEGATIONS.isdisjoint(stems[-3:]) or self.text.at(cue.at + 1).fold == "not":
            return "none"
        if not cue.is_verb:
            return cue.status  # type: ignore[return-value]
        base = tokens[cue.at].fold == cue.stem or not tokens[cue.at].fold.endswith(("ed", "en"))
        governed = stems and (stems[-1] == "to" or not MODALS.isdisjoint(stems[-2:]))
        if base and governed and cue.status in ("delivered", "committed"):
            if not BINDING.isdisjoint(stems):
                return "committed"
            for stem in reversed(stems):
                status = VERBS.get((stem,))
                if status in ("requested", "proposed"):
                    return status  # type: ignore[return-value]
            return "proposed"
        return cue.status  # type: ignore[return-value]

    def giver_of(self, cue: Cue, sentence: Sentence, first: int, last: int) -> str | None:
        """Find who gives: the adjective before the gift, `by X`, `from X`, or the subject."""
        tokens = self.text.tokens
        for index in range(max(sentence.first, first - REACH), first):
            mention = self.starts.get(index)
            noun = self.text.at(mention.last).fold if mention is not None else ""
            if mention is not None and mention.type != "PERSON" and noun in GIVER_NOUNS:
                return mention.entity_id
        for index in range(last, min(sentence.last, last + REACH)):
            if tokens[index].fold in ("by", "from") and (found := self.body_at(index + 1)):
                return found.entity_id
        receiving = cue.stem in RECEIVING
        if receiving or cue.status == "requested":
            return None
        return self.subject_of(cue.at, sentence)

    def subject_of(self, at: int, sentence: Sentence) -> str | None:
        """Give the nearest body before a verb that no preposition governs.

        A person stands for the state in the title; `it` for the first state of the sentence before.
        """
        for index in range(at - 1, sentence.first - 1, -1):
            person = self.people.get(index)
            if person is not None and person.last <= at:
                return self.states_of_people.get(str(person.entity_id))
            if self.text.at(index).fold in ("it", "they"):
                return self.subject_before(sentence)
            mention = self.starts.get(index)
            if mention is None or mention.type == "NORP" or mention.last > at:
                continue
            before = self.text.at(index - 1)
            if before.fold == "the":
                before = self.text.at(index - 2)
            if before.fold in FUNCTION and before.fold not in (
                "and",
                "that",
                "when",
                "as",
                "while",
            ):
                continue
            return mention.entity_id
        return None

    def subject_before(self, sentence: Sentence) -> str | None:
        """Give the first state or body of the sentence before."""
        previous = self.text.sentence_at(sentence.start) - 1
        if previous < 0:
            return None
        before = self.text.sentences[previous]
        for index in range(before.first, before.last):
            mention = self.starts.get(index)
            if mention is not None and mention.type in ("GPE", "ORG"):
                return mention.entity_id
        return None

    def body_at(self, index: int) -> Found | None:
        """Give the state or body whose mention begins here, article and adjectives apart."""
        if self.text.at(index).fold in ("the", "its", "a"):
            index += 1
        mention = self.starts.get(index)
        return mention if mention is not None and mention.type in ("GPE", "ORG") else None

    def receiver_of(
        self, cue: Cue, sentence: Sentence, first: int, last: int, giver: str | None
    ) -> str | None:
        """Find who receives: `to X`, `for X`, the object before the figure, who needs it."""
        tokens = self.text.tokens
        if cue.stem in RECEIVING:
            return self.subject_of(cue.at, sentence)
        for index in range(cue.at + 1, first):
            mention = self.starts.get(index)
            beside = mention is not None and mention.type == "GPE" and first - mention.last <= 1
            if mention is not None and beside and mention.entity_id != giver:
                return mention.entity_id  # `send Ukraine 20 radars`
        for reach in (range(last, sentence.last), range(sentence.first, first)):
            for index in reach:
                if tokens[index].fold not in ("to", "for", "with"):
                    continue
                found = self.body_at(index + 1)
                if found is not None and found.type == "GPE" and found.entity_id != giver:
                    return found.entity_id
        return self.beneficiary if giver != self.beneficiary and self.has_scheme(sentence) else None

    def has_scheme(self, sentence: Sentence) -> bool:
        """Tell whether a sentence speaks of a programme, whose sums benefit one state."""
        words = {t.fold for t in self.text.tokens[sentence.first : sentence.last]}
        named = any(
            m.type == "PROGRAMME" and sentence.first <= m.first < sentence.last
            for m in self.mentions
        )
        return named or not PROGRAMME_CUES.isdisjoint(words)
