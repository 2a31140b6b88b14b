"""Read how a verb stands in its clause: passive, to come, governed, what it says of whom."""

from __future__ import annotations

from pledgewire_baselines.rules.lexicon import load
from pledgewire_baselines.rules.shapes import TITLES
from pledgewire_baselines.rules.texts import Sentence, Text

GRAMMAR = load("words")["grammar"]
ROLES = frozenset(load("people")["roles"])
BEFORE_PEOPLE = frozenset(GRAMMAR["before_people"])
PREPOSITIONS = frozenset(GRAMMAR["prepositions"])
BE = frozenset(GRAMMAR["be"])
MODALS = frozenset(GRAMMAR["modals"])
LONG_ENOUGH, LONGEST_INSERTION = 4, 60


def is_passive(text: Text, verb: int) -> bool:
    """Tell whether a verb has its subject as object: `Japan is reported to ...`."""
    index = verb - 1
    while text.at(index).fold.endswith("ly") or text.at(index).fold in ("also", "not"):
        index -= 1
    return text.at(index).fold in BE and not text.at(verb).fold.endswith("ing")


def is_loose(text: Text, verb: int) -> bool:
    """Tell whether a form in -ing has no subject: neither `is weighing` nor `..., adding`."""
    if not text.at(verb).fold.endswith("ing") or text.at(verb - 1).text == ",":
        return False
    return not any(t.fold in BE for t in text.tokens[max(0, verb - 3) : verb])


def is_ahead(text: Text, verb: int) -> bool:
    """Tell whether a verb is only to come: `would soon announce`; `would not say` is said."""
    words = [t.fold for t in text.tokens[max(0, verb - 2) : verb]]
    return not MODALS.isdisjoint(words) and "not" not in words


def governor(text: Text, first: int) -> int | None:
    """Give the preposition that governs a mention, past its article and titles."""
    index = first - 1
    while (
        text.at(index).fold in BEFORE_PEOPLE
        or text.at(index).text in TITLES
        or text.at(index).fold in ROLES
    ):
        index -= 1
    return index if text.at(index).fold in PREPOSITIONS else None


def comma_before(text: Text, comma: int, sentence: Sentence) -> int | None:
    """Give the comma that opens the insertion which this one closes."""
    for index in range(comma - 1, max(sentence.first, comma - LONGEST_INSERTION), -1):
        if text.at(index).text == ",":
            return index
    return None


def content_of(
    text: Text,
    verb: int,
    sentence: Sentence,
    subject: range,
    is_inverted: bool,
) -> tuple[range, ...]:
    """Give what is said: what follows the verb, or what stands before `..., X said`."""
    right = range(max(verb, subject.stop if is_inverted else verb) + 1, sentence.last)
    left = range(sentence.first, min(verb, subject.start))
    before = text.at(left.stop - 1)
    words = sum(text.at(i).is_word for i in right)
    if left and before.text in ',”"’' and (words < 2 * LONG_ENOUGH or is_inverted):
        return left, right
    if left and before.text in ',”"’' and text.at(right.start).text == ",":
        return left, right
    return (right,) if words else (left,)
