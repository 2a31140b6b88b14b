"""Find weapons, vehicles, protective items. Source: annotations/GUIDELINES.md E12."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pledgewire_baselines.rules.gazetteer import SPELLINGS, known_names, make_slug
from pledgewire_baselines.rules.lexicon import load
from pledgewire_baselines.rules.shapes import Found
from pledgewire_baselines.rules.texts import BROKEN, FUNCTION, GLUED, SPACED, Text, tokenise

LISTS, GRAMMAR = load("equipment"), load("words")["grammar"]
HEADS = {
    tuple(t.fold for t in tokenise(form)): key
    for key, forms in LISTS["heads"].items()
    for form in forms
}
HEADS_BY_FIRST: dict[str, list[tuple[str, ...]]] = {}
for _parts in sorted(HEADS, key=lambda parts: (-len(parts), parts)):
    HEADS_BY_FIRST.setdefault(_parts[0], []).append(_parts)
NEEDS_PREMODIFIER = frozenset(LISTS["heads_with_premodifier"])
SYSTEM_MAKERS = frozenset(LISTS["system_makers"])
PREMODIFIERS = frozenset(LISTS["premodifiers"])
COMPOUND_ENDS = frozenset(LISTS["compound_ends"])
NOT_LEADING = frozenset(LISTS["not_leading"])
CARRIED = frozenset(LISTS["carried"])
MASS = frozenset(LISTS["mass"])
AFTER_PLURAL = frozenset(LISTS["after_plural"])
AFTER_HEAD = frozenset(load("words")["after_head"]) | FUNCTION
HEAD_IDS: dict[str, str] = LISTS["head_ids"]
CODE = re.compile(
    rf"(?<![\w/-])(?:{LISTS['coded']})(?:-\d{{1,4}}|\d{{2,4}})[A-Z0-9]{{0,4}}s?(?![\w/])"
)
LONGEST_PHRASE = 16
AMBIGUOUS = frozenset(LISTS["needs_cue"])
VERBS_TOO = frozenset(GRAMMAR["verbs_too"])
DETERMINERS = frozenset(GRAMMAR["determiners"])


def find_equipment(text: Text) -> list[Found]:
    """List named types with the class noun after them, then mentions of a class."""
    named = list(find_named(text))
    taken = {index for name in named for index in range(name.first, name.last)}
    return [*named, *find_classes(text, taken)]


def find_named(text: Text) -> Iterator[Found]:
    """Yield named types, each with its version and class noun (E12.3)."""
    coded = {}
    for match in CODE.finditer(text.text):
        first = text.index_at(match.start())
        coded[first] = (make_slug(match[0].removesuffix("s")), text.index_at(match.end() - 1) + 1)
    index = 0
    while index < len(text.tokens):
        known = known_names().match(text.tokens, index)
        entity_id, end = coded.get(index, (None, index))
        if known is not None and known[0].group == "equipment" and known[1] >= end:
            entity_id, end = known[0].entity_id, known[1]
            end = version_end(text, end)
        elif known is not None and entity_id is None:
            index = known[1]
            continue
        if entity_id is None:
            index += 1
            continue
        if text.at(end).text == "-" and text.at(end + 1).fold in ("type", "style", "class"):
            index = end
            continue
        last = class_end(text, end)
        if text.tokens[index].text in AMBIGUOUS and last == end:
            index = end
            continue
        if text.at(last).fold == "coalition":
            yield Found(index, last + 1, "PROGRAMME", f"{entity_id}-coalition", "coalition")
        else:
            yield Found(index, last, "EQUIPMENT", named_id(text, entity_id, end, last), "equipment")
        index = max(last, index + 1)


def version_end(text: Text, end: int) -> int:
    """Step over a version after a name: `2A6`, `TB2`, `-M`."""
    if text.at(end).gap == SPACED and re.fullmatch(r"\d", text.at(end).text):
        end += 1
    if text.at(end - 1).text.isdigit():
        while text.at(end).gap == GLUED and re.fullmatch(r"[A-Z]\w?|\d", text.at(end).text):
            end += 1
    return end


def class_end(text: Text, end: int) -> int:
    """Step over the class words directly after a named type, up to the last class noun."""
    last = index = end
    while text.at(index).gap == SPACED or (index > end and text.at(index).gap == GLUED):
        head = head_end(text, index)
        if head is not None:
            last = index = head
            continue
        word = text.at(index).fold
        if word in NEEDS_PREMODIFIER:
            last = index + 1
        elif word not in PREMODIFIERS and word != "-":
            break
        index += 1
    return last


def named_id(text: Text, entity_id: str, end: int, last: int) -> str:
    """Tell a system from its missiles (E12.3); other class nouns add nothing to the name."""
    words = {t.fold for t in text.tokens[end:last]}
    if words & {"missile", "missiles", "interceptors"} and "systems" not in words:
        return f"{entity_id}-missile"
    return f"{entity_id}-system" if entity_id == "patriot" else entity_id


def head_end(text: Text, index: int) -> int | None:
    """Give the end of a class noun that begins at a token."""
    for parts in HEADS_BY_FIRST.get(text.at(index).fold, ()):
        tokens = text.tokens[index : index + len(parts)]
        if tuple(t.fold for t in tokens) == parts and all(t.gap != BROKEN for t in tokens[1:]):
            return index + len(parts)
    return None


def find_classes(text: Text, taken: set[int]) -> Iterator[Found]:
    """Yield mentions of a class: the noun with its class-making premodifiers (E12.4)."""
    index = 0
    while index < len(text.tokens):
        if index in taken:
            index += 1
            continue
        end = head_end(text, index) or index + 1
        bare = head_end(text, index) is None
        if bare and text.tokens[index].fold not in NEEDS_PREMODIFIER:
            index += 1
            continue
        first = premodified_start(text, index, taken)
        makers = {t.fold for t in text.tokens[first:index]}
        if not is_head(text, index, end, first) or (bare and not makers & SYSTEM_MAKERS):
            after = text.at(end)
            coalition = after.fold == "coalition" and not bare
            if coalition:
                slug = class_id(text, first, end)
                yield Found(first, end + 1, "PROGRAMME", f"{slug}-coalition", "coalition")
            index = end
            continue
        yield Found(first, end, "EQUIPMENT", class_id(text, first, end), "class", "nominal")
        index = end


def premodified_start(text: Text, index: int, taken: set[int]) -> int:
    """Step back over class-making words: `155 mm artillery`, `next-generation fighter`."""
    first = here = index
    while here > max(0, index - LONGEST_PHRASE) and here - 1 not in taken:
        token, current = text.tokens[here - 1], text.tokens[here]
        if current.gap == BROKEN:
            break
        word = token.fold
        if token.gap == GLUED and text.at(here - 2).text == "-" and text.at(here - 2).gap == GLUED:
            start = here - 1
            while (
                start >= 2
                and text.tokens[start].gap == GLUED
                and text.tokens[start - 1].text == "-"
            ):
                start -= 2 if text.tokens[start - 1].gap == GLUED else 1
            if word not in COMPOUND_ENDS and word not in PREMODIFIERS:
                break
            first = here = start
        elif word == "mm" and text.at(here - 2).text[0].isdigit():
            first = here = here - 2
        elif current.gap == SPACED and word in PREMODIFIERS:
            here -= 1
            first = here
        elif current.gap == SPACED and word in CARRIED:
            here -= 1
        else:
            break
    while (
        first < index and text.tokens[first].fold in NOT_LEADING and text.at(first + 1).text != "-"
    ):
        first += 1
    return first


def is_head(text: Text, index: int, end: int, first: int) -> bool:
    """Tell whether a class noun is the head of its phrase, not a modifier or a verb (E12.6)."""
    after, phrase = text.at(end), " ".join(t.fold for t in text.tokens[index:end])
    before = text.at(first - 1)
    singular = not phrase.endswith("s") and phrase not in MASS
    if after.gap == GLUED and (after.text in "-/" or after.is_word):
        return False
    if singular and phrase in VERBS_TOO and first == index and before.fold not in DETERMINERS:
        return phrase == "tank" and before.gap == SPACED and before.fold != "to"
    if before.text == "-" and before.gap == GLUED:
        return False
    if after.gap != SPACED or not after.is_word or after.is_capital:
        return True
    word = after.fold
    if word in AFTER_HEAD or word.endswith("ly"):
        return True
    if phrase.endswith("s"):
        return word not in AFTER_PLURAL
    return word.endswith(("ed", "ing")) and word not in ("training", "spending", "funding")


def class_id(text: Text, first: int, end: int) -> str:
    """Make the id of a class: one for its wordings, number and origin left out (E12.7)."""
    words = []
    for position in range(first, end):
        token = text.tokens[position]
        if token.text == "-" or token.fold in CARRIED:
            continue
        words.append(token.fold)
    if len(words) > 2 and words[1] in ("made", "built", "era", "produced", "supplied", "designed"):
        words = words[2:]
    words[-1] = singular_of(words[-1])
    phrase = " ".join(words)
    for british, american in SPELLINGS:
        phrase = phrase.replace(british, american)
    if phrase in HEAD_IDS:
        return HEAD_IDS[phrase]
    plain = HEADS.get((words[-1],))
    return plain if plain and len(words) == 1 else make_slug(phrase)


def singular_of(noun: str) -> str:
    if noun in ("aircraft", "torpedoes"):
        return noun.removesuffix("es")
    if noun.endswith("ies"):
        return noun[:-3] + "y"
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun
