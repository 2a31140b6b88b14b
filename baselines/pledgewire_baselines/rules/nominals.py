"""Find institutions by state and kind, and unnamed people and groups that an affiliation marks.

Source: annotations/GUIDELINES.md E11, E13, E14.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pledgewire_baselines.rules.gazetteer import make_slug
from pledgewire_baselines.rules.lexicon import load
from pledgewire_baselines.rules.shapes import Found
from pledgewire_baselines.rules.stems import stem_of
from pledgewire_baselines.rules.texts import BROKEN, FUNCTION, GLUED, SPACED, Text, tokenise

WORDS = load("words")
KINDS = {
    tuple(t.fold for t in tokenise(form)): key
    for key, forms in WORDS["kinds"].items()
    for form in forms
}
LONGEST_KIND = max(map(len, KINDS))
KIND_FIELDS = frozenset(WORDS["kind_fields"])
LONGEST_FIELD = 4
ADJECTIVES_TOO = frozenset(WORDS["kind_followers"])
ROLE_NOUNS = frozenset(WORDS["role_nouns"])
AFTER_KIND = FUNCTION | ROLE_NOUNS | frozenset(WORDS["after_head"]) | frozenset(WORDS["speaking"])
PEOPLE_HEADS = frozenset(tuple(h.split()) for h in WORDS["people_heads"])
OFFICES = frozenset({"minister", "president", "chancellor", "ambassador", "premier"})
OFFICE_REACH = 6
GROUP_HEADS = frozenset(tuple(h.split()) for h in WORDS["group_heads"])
PEOPLE_FIELDS = KIND_FIELDS | {"senior", "intelligence", "government", "ministry", "security"}
GIVING, SPEAKING = (frozenset(map(stem_of, WORDS[key])) for key in ("giving", "speaking"))
LISTING = frozenset(WORDS["listing"])
STATES = frozenset({"state", "people", "capital"})
HEAD_FIRST = re.compile(
    r"\b(officials?|sources?|diplomats?)\s+(?:connected\s+with|within|inside|from|at|in|of|with)"
    r"\s+(?:the\s+)?\Z"
)
PHASE = re.compile(
    r"\b(?:(?:Phase|Stage|Tranche)\s+(?:\d+|[IVX]+|One|Two|Three|Four|Five)"
    r"|(?:first|second|third|fourth|fifth|sixth|seventh|\d+(?:st|nd|rd|th))\s+phase(?=\s+of\s))\b"
)
LAW = re.compile(
    r"\b(?:Articles?\s+\d+[a-z]?|Chapter\s+(?:[IVX]+|\d+)"
    r"|\d+(?:st|nd|rd|th)\s+(?:EU\s+)?(?:sanctions\s+package|package\s+of\s+sanctions))\b"
)
NUMBERS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")


def find_patterns(text: Text) -> Iterator[Found]:
    """Yield numbered phases, articles and sanctions packages."""
    for pattern, kind in ((PHASE, "PROGRAMME"), (LAW, "LAW")):
        for match in pattern.finditer(text.text):
            slug = make_slug(match[0])
            for number, word in enumerate(NUMBERS, 1):
                slug = slug.replace(f"{word}-phase", f"phase-{number}")
            first, last = text.index_at(match.start()), text.index_at(match.end() - 1) + 1
            yield Found(first, last, kind, slug, "pattern")


def find_constitutions(text: Text, names: Sequence[Found]) -> Iterator[Found]:
    """Yield constitutions named by the state word directly before (E11)."""
    for name in names:
        if is_state(name) and text.at(name.last).fold == "constitution":
            law = f"{name.entity_id}-constitution"
            yield Found(name.first, name.last + 1, "LAW", law, "pattern")


def find_summits(text: Text, names: Sequence[Found]) -> Iterator[Found]:
    """Yield summits named by their city (E10)."""
    for name in names:
        if name.group in ("city", "capital") and text.at(name.last).fold == "summit":
            event = make_slug(text.text[text.tokens[name.first].start : text.tokens[name.last].end])
            yield Found(name.first, name.last + 1, "EVENT", event, "pattern")


def is_state(name: Found) -> bool:
    return name.group in STATES or name.entity_id == "eu"


def find_institutions(text: Text, names: Sequence[Found]) -> Iterator[Found]:
    """Yield institutions described by their state and kind (E13)."""
    bodies = {n.first for n in names if n.type == "ORG"}
    inner = [n for n in names if n.type == "ORG" and n.group not in STATES]
    ends = {n.last for n in names if n.type == "ORG"}
    for name in names:
        by_head = name.type == "PERSON"
        if not (is_state(name) or by_head):
            continue
        found = read_kind(text, name.last, by_head)
        if found is not None:
            end, kind = found
            if end in bodies or is_apposed(text, name.first, ends):
                continue
            if any(name.last <= n.first <= name.last + 1 and end <= n.last for n in inner):
                continue  # the rest is a name by itself: `US [State Department]`
            if (name.group == "capital" and kind) or not may_end(text, end):
                continue
            yield Found(name.first, end, "ORG", institution_id(name, kind), "kind", "nominal")
        elif not by_head:
            yield from read_reversed(text, name)


def institution_id(name: Found, kind: str) -> str:
    """Make the id of an institution; a government has its state's (E13.4)."""
    if name.type == "PERSON":
        return f"{(name.entity_id or 'unnamed').rsplit('-', 1)[-1]}-administration"
    return f"{name.entity_id}-{kind}" if kind else str(name.entity_id)


def read_kind(text: Text, index: int, by_head: bool) -> tuple[int, str] | None:
    """Read `'s new foreign ministry` after a state: the end and the id of the kind."""
    if text.at(index).text in ("'s", "’s", "'", "’"):
        index += 1
    fields: list[str] = []
    for _ in range(LONGEST_FIELD):
        if text.at(index).gap not in (SPACED, GLUED) or text.at(index).text == "-":
            return None
        for size in range(LONGEST_KIND, 0, -1):
            tokens = text.tokens[index : index + size]
            words = tuple(t.fold for t in tokens)
            whole = len(words) == size and all(t.gap != BROKEN for t in tokens[1:])
            if whole and words in KINDS:
                end = index + size
                if text.at(end).fold in ("of", "for") and words[0] in ("ministry", "department"):
                    return read_ministry_of(text, end, fields, words[0])
                kind = KINDS[words]
                if by_head and kind not in ("", "administration"):
                    return None
                return end, "-".join([*field_of(fields), kind]).strip("-")
        word = text.at(index).fold
        if word not in KIND_FIELDS or by_head:
            return None
        fields.append(word)
        index += 1
    return None


def read_ministry_of(
    text: Text, index: int, fields: list[str], kind: str
) -> tuple[int, str] | None:
    """Read on after a ministry: `of Foreign Affairs`; the id is that of `foreign ministry`."""
    end = index + 1
    words = []
    while text.at(end).gap == SPACED and text.at(end).is_capital and end - index <= LONGEST_FIELD:
        words.append(text.at(end).fold)
        end += 1
    if not words:
        return index, "-".join([*field_of(fields), kind])
    return end, "-".join([*field_of(w for w in words if w != "affairs"), kind])


def field_of(words: Sequence[str] | Iterator[str]) -> list[str]:
    """Keep the words that tell one ministry from another."""
    dropped = ("new", "current", "outgoing", "caretaker", "interim", "previous", "former", "own",
               "public", "state", "national", "federal", "coalition", "minority", "conservative",
               "main", "and", "&", "central")  # fmt: skip
    return [w.replace("defence", "defense") for w in words if w not in dropped]


def may_end(text: Text, end: int) -> bool:
    """Tell whether a kind is no mere modifier: `the US military aid` names no institution."""
    word, after = text.at(end - 1).fold, text.at(end)
    if after.gap == GLUED and after.text == "-":
        return False
    if word not in ADJECTIVES_TOO or after.gap != SPACED or not after.is_word or after.is_capital:
        return True
    return after.fold in AFTER_KIND or after.fold.endswith(("ed", "ly"))


def is_apposed(text: Text, first: int, ends: set[int]) -> bool:
    """Tell whether a description stands directly behind the name: `NHK, the Japanese ...`."""
    here = first - (text.at(first - 1).fold in ("the", "a", "an"))
    return text.at(here - 1).text in (",", "–", "(") and here - 1 in ends


def read_reversed(text: Text, name: Found) -> Iterator[Found]:
    """Yield `government of Japan`, `parliament of Ukraine`."""
    here = name.first - 1 - (text.at(name.first - 1).fold == "the")
    if text.at(here).fold != "of" or name.type != "GPE":
        return
    word = text.at(here - 1)
    if word.fold in ("government", "parliament") and text.at(here).gap == SPACED:
        kind = "" if word.fold == "government" else "parliament"
        yield Found(here - 1, name.last, "ORG", institution_id(name, kind), "kind", "nominal")


def find_groups(text: Text, names: Sequence[Found]) -> Iterator[Found]:
    """Yield unnamed people and groups with an affiliation that speak, give or receive (E14)."""
    people, groups = [], []
    persons = [n for n in names if n.type == "PERSON"]
    for name in names:
        if name.type not in ("ORG", "NORP", "GPE", "LOC") or name.group == "media":
            continue
        found = read_group(text, name)
        if found is not None and not holds_named_office(text, found, persons):
            (people if found.type == "PERSON" else groups).append(found)
        if name.type == "ORG":
            people.extend(read_head_first(text, name))
    speaking = {f.entity_id for f in people if sentence_has(text, f, SPEAKING)}
    giving = {f.entity_id for f in groups if sentence_has(text, f, GIVING)}
    yield from (f for f in people if f.entity_id in speaking)
    yield from (f for f in groups if f.entity_id in giving)


def read_group(text: Text, name: Found) -> Found | None:
    """Read `officials`, `member states` after an affiliation."""
    index = name.last
    if text.at(index).text in ("'s", "’s"):
        index += 1
    fields = []
    for _ in range(LONGEST_FIELD):
        if text.at(index).gap != SPACED:
            return None
        words = (text.at(index).fold, text.at(index + 1).fold)
        for heads, kind in ((PEOPLE_HEADS, "PERSON"), (GROUP_HEADS, "GPE")):
            size = 2 if words in heads else 1 if words[:1] in heads else 0
            if not size:
                continue
            end = index + size
            if kind == "GPE" and not (may_be_group(name, fields) and not is_listed(text, end)):
                return None
            if text.at(end).is_capital and text.at(end).gap == SPACED and kind == "PERSON":
                return None
            base = str(name.entity_id)
            suffix = "officials" if kind == "PERSON" else "members"
            if kind == "GPE" and name.type in ("NORP", "LOC"):
                suffix = "countries"
            if words[size - 1] in OFFICES:
                suffix = words[size - 1]
            group = "-".join([base, *field_of(w for w in fields if w != "senior"), suffix])
            return Found(name.first, end, kind, group, "group", "nominal")
        if words[0] not in PEOPLE_FIELDS:
            return None
        fields.append(words[0])
        index += 1
    return None


def holds_named_office(text: Text, found: Found, persons: Sequence[Found]) -> bool:
    """Tell whether an office-holder is named somewhere in the document (E14.1, E14.5)."""
    office = text.tokens[found.last - 1].fold
    if office not in OFFICES:
        return False
    if text.at(found.last).text == "," and text.at(found.last + 1).is_capital:
        return True
    for person in persons:
        title = text.tokens[max(0, person.first - OFFICE_REACH) : person.first]
        apposed = text.tokens[person.last : person.last + OFFICE_REACH]
        if any(t.fold == office for t in (*title, *apposed)):
            return True
    return False


def may_be_group(name: Found, fields: list[str]) -> bool:
    """Tell whether `countries`, `members`, `allies` after a name are a group of states."""
    if fields:
        return False
    if name.type == "ORG":
        return name.entity_id in ("nato", "eu", "g7", "un") or name.group == "acronym"
    return name.group in ("area-people", "area")


def is_listed(text: Text, end: int) -> bool:
    """Tell whether a group is named at once: `NATO members such as Italy` (E14.2)."""
    after = text.at(end)
    if after.text in (",", ":", "–") and text.at(end + 1).is_capital:
        return True
    return after.fold in LISTING or (after.text == "," and text.at(end + 1).fold in LISTING)


def read_head_first(text: Text, name: Found) -> Iterator[Found]:
    """Yield `officials at NATO`, `sources in the European Commission`."""
    start = text.tokens[name.first].start
    before = text.text[max(0, start - 60) : start].rpartition("\n")[2]
    match = HEAD_FIRST.search(before)
    if match is not None:
        first = text.index_at(start - len(before) + match.start())
        yield Found(first, name.last, "PERSON", f"{name.entity_id}-officials", "group", "nominal")


def sentence_has(text: Text, found: Found, words: frozenset[str]) -> bool:
    """Tell whether the sentence of a mention, or a next one that goes on of it, has a word."""
    here = text.sentence_at(text.tokens[found.first].start)
    sentences = [text.sentences[here]]
    if here + 1 < len(text.sentences):
        after = text.sentences[here + 1]
        if text.tokens[after.first].fold in ("they", "one", "he", "she"):
            sentences.append(after)
    return any(stem_of(t.fold) in words for s in sentences for t in text.tokens[s.first : s.last])
