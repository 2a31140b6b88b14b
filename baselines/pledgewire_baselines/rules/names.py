"""Find proper names by lists and by shape. Source: annotations/GUIDELINES.md E1 to E11."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from pledgewire_baselines.rules.gazetteer import Entry, known_names, leaders, make_slug
from pledgewire_baselines.rules.lexicon import load
from pledgewire_baselines.rules.texts import FUNCTION, GLUED, SPACED, Sentence, Text, Token

WORDS, PEOPLE, PLACES = load("words"), load("people"), load("places")
TITLES, TITLE_HEADS = frozenset(PEOPLE["titles"]), frozenset(PEOPLE["title_heads"])
FIRST_NAMES, PARTICLES = frozenset(PEOPLE["first_names"]), frozenset(PEOPLE["particles"])
SURNAMES_FIRST = frozenset(PEOPLE["asian_surname_first"])
NAME_SUFFIXES = frozenset(PEOPLE["suffixes"])
CALENDAR, NO_NAMES = frozenset(WORDS["calendar"]), frozenset(WORDS["no_names"])
STARTERS, COMPASS = frozenset(WORDS["starters"]), frozenset(PLACES["compass"])
TRIGGERS = {w: t for t, listed in WORDS["triggers"].items() if t != "PREFIX" for w in listed}
PREFIXES: dict[str, str] = WORDS["triggers"]["PREFIX"]
GENERIC, STATE_HEADS = frozenset(WORDS["generic"]), frozenset(WORDS["state_heads"])
EXTENSIONS = {"ORG": frozenset({"of", "for", "on"}), "LAW": frozenset({"of", "on", "for"})}
SHORT_STATES = frozenset({"US", "U.S.", "UK", "U.K.", "EU", "UN"})
NEEDS_ARTICLE = frozenset(
    {"Times", "Independent", "Economist", "Guardian", "Telegraph", "Commons", "House", "Treasury"}
)
PLACE_BEFORE = frozenset(WORDS["place_prepositions"])
REPORTS = frozenset({"reported", "reports", "wrote", "writes"})
PROGRAMME_CUES = frozenset(WORDS["programme_cues"])
OUTLET_CUES = frozenset(WORDS["outlet_cues"])
COMPANY_CUES = frozenset(WORDS["company_cues"])
LONGEST_PERSON = 4


class Found(NamedTuple):
    """A name or nominal over tokens, half-open. `group` is the list or rule that found it."""

    first: int
    last: int
    type: str
    entity_id: str | None
    group: str
    form: str = "name"


@dataclass
class NameFinder:
    """Reads the names of one text: first what shape or lists settle, then what the text repeats."""

    text: Text
    found: list[Found] = field(default_factory=list)
    doubtful: list[tuple[int, bool]] = field(default_factory=list)

    def find(self) -> list[Found]:
        self.lower = {t.text for t in self.text.tokens if t.is_word and not t.is_capital}
        for index, token in enumerate(self.text.tokens):
            if token.is_site:
                self.add(index, index + 1, "ORG", make_slug(token.text.rsplit(".", 1)[0]), "site")
        titles = [s for s in self.text.sentences if s.is_title]
        for sentence in self.text.sentences:
            if not sentence.is_title:
                self.read_sentence(sentence)
        short = short_forms(self.text, self.found)
        for sentence in titles:
            self.read_title(sentence, short)
        for index, starts in self.doubtful:
            self.read_doubtful(index, starts, short)
        return sorted(set(self.found))

    def add(self, first: int, last: int, kind: str, entity_id: str | None, group: str) -> None:
        self.found.append(Found(first, last, kind, entity_id, group))

    def read_sentence(self, sentence: Sentence) -> None:
        index, after_title = sentence.first, False
        while index < sentence.last:
            token = self.text.tokens[index]
            if token.is_site:
                index, after_title = index + 1, False
                continue
            end = self.read_known_or_built(index, sentence)
            if end is not None:
                index, after_title = end, False
                continue
            if not token.is_word or not token.is_capital or token.text in CALENDAR:
                after_title = after_title and token.text in ".-"
                index += 1
                continue
            end = self.title_end(index, sentence.last)
            if end is not None:
                index, after_title = end, True
                continue
            index = self.read_unknown(index, sentence, after_title)
            after_title = False

    def read_known_or_built(self, index: int, sentence: Sentence) -> int | None:
        """Read a listed name or one built on a trigger (`... Agency`), whichever is longer."""
        tokens = self.text.tokens
        known = known_names().match(tokens, index)
        if known is not None and not self.fits(index, known[1], known[0].group):
            known = None
        built = self.built_end(index, sentence)
        if built is not None and (known is None or built[0] > known[1]):
            return self.add_built(index, *built)
        if known is None:
            return None
        entry, end = known
        if entry.group == "equipment":
            return None
        name = entry.entity_id
        first = index + 1 if tokens[index].text == "the" else index
        if end < sentence.last and tokens[end].gap == GLUED and tokens[end].text == "-":
            joined = self.chunk_end(index, sentence.last)
            if joined > end + 1 and self.is_unknown(end + 1) and entry.group != "people":
                return None
        self.add(first, end, entry.type, name, entry.group)
        return end

    def is_unknown(self, index: int) -> bool:
        return known_names().match(self.text.tokens, index) is None

    def fits(self, first: int, last: int, group: str) -> bool:
        """Tell whether a listed name that is also a common word is meant as a name here."""
        token, before = self.text.at(first), self.text.at(first - 1)
        if token.text in NEEDS_ARTICLE and last == first + 1:
            return before.fold == "the"
        if token.text == "X":
            return before.fold in ("on", "platform", "to") and self.text.at(last).text != "-"
        if group == "states" and token.text == "US" and self.text.at(last).text == "$":
            return False
        return not (before.gap != GLUED and before.text == "#" and token.gap == GLUED)

    def built_end(self, index: int, sentence: Sentence) -> tuple[int, str, int] | None:
        """Give end, type and head of a name that is built on a trigger word and begins here."""
        tokens = self.text.tokens
        token = tokens[index]
        if not (token.is_word and token.is_capital) or token.text in CALENDAR:
            return None
        if token.fold in FUNCTION or (index == sentence.first and token.text in STARTERS):
            return None
        if token.text in PREFIXES and self.is_name_word(index + 1, sentence.last):
            return self.chunk_end(index, sentence.last), PREFIXES[token.text], index
        end = self.chunk_end(index, sentence.last)
        if any(token.text in PRIZES for token in tokens[index:end]):
            return None
        heads = [k for k in range(index, end) if tokens[k].text in TRIGGERS]
        if not heads:
            return None
        head = heads[-1]
        kind = TRIGGERS[tokens[head].text]
        if head + 1 == end:
            longer = self.extension_end(end, sentence.last, kind)
            if longer > end:
                return longer, kind, head
        if head == index or (
            tokens[head].text in TITLES and self.text.at(head + 1).text in TITLE_HEADS
        ):
            return None
        return head + 1, kind, head

    def extension_end(self, index: int, last: int, kind: str) -> int:
        """Step over `of Defence`, `for the Study of War`, `of Foreign Affairs and Trade`."""
        allowed = EXTENSIONS.get(kind, frozenset({"for", "on"}))
        end = index
        for _ in range(3):
            link = self.text.at(end)
            here = end + 1 + (self.text.at(end + 1).fold == "the")
            if end >= last or link.fold not in allowed | {"and"} or link.gap != SPACED:
                break
            if not self.is_name_word(here, last):
                break
            chunk = self.chunk_end(here, last)
            if link.fold == "and" and (
                end == index
                or chunk - here > 2
                or not self.is_unknown(here)
                or any(t.text in TITLE_HEADS for t in self.text.tokens[here:chunk])
            ):
                break
            if self.text.tokens[here].text in TITLE_HEADS:
                break
            end = chunk
        return end

    def is_name_word(self, index: int, last: int) -> bool:
        token = self.text.at(index)
        return (
            index < last
            and token.is_word
            and token.is_capital
            and token.gap == SPACED
            and token.text not in CALENDAR
            and token.fold not in FUNCTION
        )

    def chunk_end(self, index: int, last: int) -> int:
        """Step over capitalised words that stand together, with hyphens, initials, particles."""
        tokens = self.text.tokens
        end = index + 1
        while end < last:
            token, after = tokens[end], self.text.at(end + 1)
            if token.gap == SPACED and token.is_word and token.is_capital:
                if token.text in CALENDAR or token.is_site:
                    break
                end += 1
            elif token.text == "-" and token.gap == GLUED and after.gap == GLUED:
                joins = after.is_word and (after.is_capital or tokens[index].text in SURNAMES_FIRST)
                if not joins or end + 1 >= last:
                    break
                end += 2
            elif token.text == "." and len(tokens[end - 1].text) == 1 and after.is_capital:
                end += 1
            elif (token.text == "&" or token.fold in PARTICLES) and self.is_name_word(
                end + 1, last
            ):
                end += 2
            else:
                break
        return min(end, last)

    def add_built(self, index: int, end: int, kind: str, head: int) -> int:
        """Take a name built on a trigger apart: leading state words, generic names (E13.3)."""
        tokens = self.text.tokens
        known = known_names().match(tokens, index)
        if self.is_generic(index, end):
            return end
        if known is not None and known[0].group in ("people", "state", "organisations"):
            rest = known[1]
            entry = known[0]
            if rest >= end or self.is_generic(rest, end) or tokens[rest].text in KIND_HEADS:
                self.add(index, rest, entry.type, entry.entity_id, entry.group)
                return max(end, rest) if rest >= end or self.is_generic(rest, end) else rest
            stands_off = entry.group == "people" or tokens[index].text in SHORT_STATES
            if stands_off and tokens[head].text in STATE_HEADS:
                self.add(index, rest, entry.type, entry.entity_id, entry.group)
                index = rest
        if kind == "EVENT" and tokens[head].text == "Summit" and head == index + 1:
            known_before = known_names().match(tokens, index)
            if known_before is None or known_before[0].type == "ORG":
                return index if known_before is None else self.only_known(index)
        ordinal = kind == "ORG" and re.fullmatch("st|nd|rd|th", self.text.at(index - 1).text)
        self.add(index - 2 if ordinal else index, end, kind, None, "built")
        return end

    def only_known(self, index: int) -> int:
        entry, end = known_names().match(self.text.tokens, index)  # type: ignore[misc]
        self.add(index, end, entry.type, entry.entity_id, entry.group)
        return end

    def is_generic(self, first: int, last: int) -> bool:
        """Tell whether words only say a kind and its field: `Foreign Ministry`."""
        words = self.text.tokens[first:last]
        return first < last and all(token.fold in GENERIC for token in words)

    def title_end(self, index: int, last: int) -> int | None:
        """Step over the titles before a name: `Chief Cabinet Secretary`, `Lt. Gen.`."""
        tokens = self.text.tokens
        end, head = index, None
        while end < last and tokens[end].text in TITLES:
            if tokens[end].text in TITLE_HEADS:
                head = end
            end += 1
            while end < last and tokens[end].text in ".-" and tokens[end].gap == GLUED:
                end += 1
        if head is None:
            return None
        return end if tokens[end - 1].text in (".", "-") else head + 1

    def read_unknown(self, index: int, sentence: Sentence, after_title: bool) -> int:
        """Read capitalised words that no list has; single ones wait for the rest of the text."""
        tokens = self.text.tokens
        token = tokens[index]
        if token.fold in FUNCTION or token.text in NO_NAMES or len(token.text) == 1:
            return index + 1
        opens = self.opens(index, sentence)
        if opens and (token.text in STARTERS or token.fold in self.lower):
            return index + 1
        if token.text in COMPASS:
            return index + 1
        end = self.chunk_end(index, sentence.last)
        while end > index + 1 and (tokens[end - 1].text in TITLES or tokens[end - 1].text in ".-&"):
            end -= 1
        end = min(end, index + 2 * LONGEST_PERSON)
        for k in range(index + 1, end):
            if tokens[k].text in TITLE_HEADS and tokens[k].gap == SPACED:
                end = k
                break
        if end == index + 1 and not after_title:
            self.doubtful.append((index, opens))
            return end
        words = [t.text for t in tokens[index:end]]
        if not PRIZES.isdisjoint(words) or " ".join(words) in CALENDAR:
            return end
        kind = self.kind_of_unknown(index, end, after_title)
        self.add(index, end, kind, None, "title" if after_title else "shape")
        return end

    def opens(self, index: int, sentence: Sentence) -> bool:
        before = self.text.at(index - 1)
        return index == sentence.first or before.text in '"“‘«:([' or before.gap == -1

    def kind_of_unknown(self, first: int, last: int, after_title: bool) -> str:
        """Give the type of a name of several words that no list has."""
        tokens = self.text.tokens
        before, after = self.text.at(first - 1), self.text.at(last)
        words = [t.text for t in tokens[first:last] if t.is_word]
        by_line = before.fold == "by" and before.gap == 2
        if after_title or by_line or words[0] in FIRST_NAMES or words[0] in SURNAMES_FIRST:
            return "PERSON"
        if after.fold in PROGRAMME_CUES:
            return "PROGRAMME"
        if (
            any(len(word) > 1 and word.isupper() and word.isalpha() for word in words)
            or before.fold == "the"
        ):
            return "ORG"
        if before.fold in OUTLET_CUES or before.fold in COMPANY_CUES:
            return "ORG"
        if before.fold in PLACE_BEFORE:
            return "GPE"
        return "PERSON"

    def read_title(self, sentence: Sentence, short: dict[str, Found]) -> None:
        """Read a line in title case: only what lists or the body of the text know."""
        tokens = self.text.tokens
        index = sentence.first
        while index < sentence.last:
            known = known_names().match(tokens, index)
            if known is not None and self.fits(index, known[1], known[0].group):
                entry, end = known
                if entry.group != "equipment":
                    first = index + 1 if tokens[index].text == "the" else index
                    self.add(first, end, entry.type, entry.entity_id, entry.group)
                index = end
                continue
            same = short.get(tokens[index].text)
            if same is not None and tokens[index].is_capital:
                self.add(index, index + 1, same.type, same.entity_id, "short")
            index += 1

    def read_doubtful(self, index: int, opens: bool, short: dict[str, Found]) -> None:
        """Decide on a single capitalised word that no list has."""
        tokens = self.text.tokens
        token, before, after = tokens[index], self.text.at(index - 1), self.text.at(index + 1)
        same = short.get(token.text)
        if same is not None:
            self.add(index, index + 1, same.type, same.entity_id, "short")
        elif token.text in leaders():
            self.add(index, index + 1, "PERSON", leaders()[token.text], "leader")
        elif is_acronym(token) and (entry := city_in_capitals(token)) is not None:
            self.add(index, index + 1, entry.type, make_slug(token.text), "city")
        elif is_acronym(token) and after.text not in ("$", "-"):
            programme = after.fold in PROGRAMME_CUES or before.fold in PROGRAMME_CUES
            self.add(index, index + 1, "PROGRAMME" if programme else "ORG", None, "acronym")
        elif after.fold in REPORTS or (before.fold in OUTLET_CUES | COMPANY_CUES and not opens):
            self.add(index, index + 1, "ORG", None, "outlet")
        elif opens or token.text in FIRST_NAMES:
            return
        elif before.fold in PLACE_BEFORE or self.is_listed_with_place(index):
            self.add(index, index + 1, "GPE", None, "place")

    def is_listed_with_place(self, index: int) -> bool:
        """Tell whether a word stands in a list with a known place: `Suva and Kalapu`."""
        for link, other in ((index - 1, index - 2), (index + 1, index + 2)):
            if self.text.at(link).text in (",", "and") and self.text.at(other).is_capital:
                known = known_names().match(self.text.tokens, max(other, 0))
                if known is not None and known[0].group in ("city", "capital", "unit"):
                    return True
        return False


PRIZES = frozenset({"Prize", "Award", "Awards", "Medal"})
KIND_HEADS = frozenset({"Ministry", "Department", "Embassy", "Armed", "Air", "Army", "Navy"})


def is_acronym(token: Token) -> bool:
    return (
        2 <= len(token.text) <= 7
        and token.text.isalpha()
        and token.text.isupper()
        and token.text not in NO_NAMES
    )


def city_in_capitals(token: Token) -> Entry | None:
    """Read the city of a dateline: `KYIV`."""
    title = token._replace(text=token.text.title())
    known = known_names().match([title], 0)
    return known[0] if known is not None and known[0].type == "GPE" else None


def short_forms(text: Text, found: list[Found]) -> dict[str, Found]:
    """Map the words by which a text may call its named people and bodies again.

    Surnames stand for people, the first word of a body's name for the body if it is no common word.
    """
    short: dict[str, Found] = {}
    for name in sorted(found):
        words = [t for t in text.tokens[name.first : name.last] if t.is_word]
        if name.type == "PERSON" and len(words) > 1:
            key = words[0] if words[0].text in SURNAMES_FIRST else words[-1]
            if key.text in NAME_SUFFIXES and len(words) > 2:
                key = words[-2]
            short.setdefault(key.text, name)
        elif name.type == "ORG" and len(words) == 2 and name.group in ("built", "shape"):
            if words[0].text not in TITLES and words[1].text in TRIGGERS:
                short.setdefault(words[0].text, name)
    return short


def list_abbreviations(text: Text, found: list[Found]) -> Iterator[tuple[Found, Found]]:
    """Yield pairs of a full name and an abbreviation that the text puts beside it (E2.4)."""
    by_first = {name.first: name for name in found}
    for name in found:
        here = name.last + (text.at(name.last).text in ("(", ","))
        here += text.at(here).fold == "the"
        other = by_first.get(here)
        if other is None or here == name.last:
            continue
        if initials_agree(text, name, other):
            yield name, other
        elif initials_agree(text, other, name):
            yield other, name


def initials_agree(text: Text, full: Found, short: Found) -> bool:
    """Tell whether a one-word name is made of the initials of another."""
    words = [t for t in text.tokens[full.first : full.last] if t.is_word]
    letters = text.tokens[short.first].text.upper()
    if short.last - short.first != 1 or len(words) < 2 or len(letters) < 2:
        return False
    return letters in (
        "".join(t.text[0] for t in words if t.is_capital).upper(),
        "".join(t.text[0] for t in words).upper(),
    )
