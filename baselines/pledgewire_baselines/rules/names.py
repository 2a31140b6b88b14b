"""Find proper names by lists and by shape. Source: annotations/GUIDELINES.md E1 to E11."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pledgewire_baselines.rules.abbreviations import short_forms
from pledgewire_baselines.rules.gazetteer import known_names, leaders, make_slug
from pledgewire_baselines.rules.shapes import (
    CALENDAR,
    COMPANY_CUES,
    COMPASS,
    FIRST_NAMES,
    KIND_HEADS,
    LONGEST_PERSON,
    NEEDS_ARTICLE,
    NO_NAMES,
    OUTLET_CUES,
    PLACE_BEFORE,
    PREFIXES,
    PRIZES,
    PROGRAMME_CUES,
    REPORTS,
    SHORT_STATES,
    STARTERS,
    STATE_HEADS,
    SURNAMES_FIRST,
    TITLE_HEADS,
    TITLES,
    TRIGGERS,
    Found,
    chunk_end,
    city_in_capitals,
    extension_end,
    is_acronym,
    is_generic,
    is_name_word,
    is_unknown,
    title_end,
)
from pledgewire_baselines.rules.texts import BROKEN, FUNCTION, GLUED, SPACED, Sentence, Text


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
            end = title_end(self.text, index, sentence.last)
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
        first = index + (tokens[index].fold == "the" and entry.group == "area")
        if end < sentence.last and tokens[end].gap == GLUED and tokens[end].text == "-":
            joined = chunk_end(self.text, index, sentence.last)
            if joined > end + 1 and is_unknown(self.text, end + 1) and entry.group != "people":
                return None
        self.add(first, end, entry.type, entry.entity_id, entry.group)
        return end

    def fits(self, first: int, last: int, group: str) -> bool:
        """Tell whether a listed name that is also a common word is meant as a name here."""
        token, before = self.text.at(first), self.text.at(first - 1)
        if token.text in NEEDS_ARTICLE and last == first + 1:
            return before.fold == "the"
        if token.text == "X":
            return before.fold in ("on", "platform", "to") and self.text.at(last).text != "-"
        if group == "state" and token.text == "US" and self.text.at(last).text == "$":
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
        if token.text in PREFIXES and is_name_word(self.text, index + 1, sentence.last):
            return chunk_end(self.text, index, sentence.last), PREFIXES[token.text], index
        end = chunk_end(self.text, index, sentence.last)
        if any(token.text in PRIZES for token in tokens[index:end]):
            return None
        heads = [k for k in range(index, end) if tokens[k].text in TRIGGERS]
        if not heads:
            return None
        head = heads[-1]
        kind = TRIGGERS[tokens[head].text]
        if head + 1 == end:
            longer = extension_end(self.text, end, sentence.last, kind)
            if longer > end:
                return longer, kind, head
        if head == index or (
            tokens[head].text in TITLES and self.text.at(head + 1).text in TITLE_HEADS
        ):
            return None
        return head + 1, kind, head

    def add_built(self, index: int, end: int, kind: str, head: int) -> int:
        """Take a name built on a trigger apart: leading state words, generic names (E13.3)."""
        tokens = self.text.tokens
        known = known_names().match(tokens, index)
        if is_generic(self.text, index, end):
            return end
        if known is not None and known[0].group in ("people", "state", "organisations"):
            rest = known[1]
            entry = known[0]
            if rest >= end or is_generic(self.text, rest, end) or tokens[rest].text in KIND_HEADS:
                self.add(index, rest, entry.type, entry.entity_id, entry.group)
                return max(end, rest) if rest >= end or is_generic(self.text, rest, end) else rest
            stands_off = entry.group == "people" or tokens[index].text in SHORT_STATES
            if stands_off and tokens[head].text in STATE_HEADS:
                self.add(index, rest, entry.type, entry.entity_id, entry.group)
                index = rest
        before_summit = (
            known_names().match(tokens, index) if tokens[head].text == "Summit" else None
        )
        if before_summit is not None and before_summit[0].type == "ORG":
            entry, end = before_summit  # `NATO Summit` is no name (E10)
            self.add(index, end, entry.type, entry.entity_id, entry.group)
            return end
        ordinal = kind == "ORG" and re.fullmatch("st|nd|rd|th", self.text.at(index - 1).text)
        self.add(index - 2 if ordinal else index, end, kind, None, "built")
        return end

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
        end = chunk_end(self.text, index, sentence.last)
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
        return index == sentence.first or before.text in '"“‘«:(['

    def kind_of_unknown(self, first: int, last: int, after_title: bool) -> str:
        """Give the type of a name of several words that no list has."""
        tokens = self.text.tokens
        before, after = self.text.at(first - 1), self.text.at(last)
        words = [t.text for t in tokens[first:last] if t.is_word]
        by_line = before.fold == "by" and before.gap == BROKEN
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
                    first = index + (tokens[index].fold == "the" and entry.group == "area")
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
