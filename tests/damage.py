"""Two invented articles, and ten ways in which copies differ, with an account of what went where.

A damage rewrites a text character by character and returns, with the new text, the place of every
old character in it or None. Tests hold this account against what hydration finds; it shares no code
with it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Range = tuple[int, int]


@dataclass(frozen=True)
class Damaged:
    """A damaged text. `moved[i]` is where old character `i` is now, half-open, or None."""

    text: str
    moved: tuple[Range | None, ...]

    def follow(self, start: int, end: int) -> Range | None:
        """Give the new place of an old span; None if a character of it is gone or was put in.

        White space inside the span may come and go.
        """
        places = self.moved[start:end]
        if not places or places[0] is None or places[-1] is None:
            return None
        return (places[0][0], places[-1][1]) if self.is_whole(start, end) else None

    def is_whole(self, start: int, end: int) -> bool:
        """Tell whether old characters from `start` to `end` still follow each other."""
        places = [p for p in self.moved[start:end] if p is None or self.text[slice(*p)].strip()]
        if not places or None in places:
            return False
        return not any(self.text[a[1] : b[0]].strip() for a, b in pairwise(places))

    def then(self, other: Callable[[str], Damaged]) -> Damaged:
        """Damage the damaged text once more."""
        after = other(self.text)
        return Damaged(after.text, tuple(p and join(after.moved[slice(*p)]) for p in self.moved))


def join(places: Sequence[Range | None]) -> Range | None:
    """Give the one stretch that the places make up; None if one is gone or they lie apart."""
    if None in places or any(left[1] != right[0] for left, right in pairwise(places)):
        return None
    return places[0][0], places[-1][1]


def rewrite(text: str, change: Mapping[int, str | None], insert: Mapping[int, str]) -> Damaged:
    """Write a text anew: `change` gives what a character becomes (None: it is dropped), `insert`
    what is put in before one; all other characters stay."""
    parts: list[str] = []
    moved: list[Range | None] = []
    length = 0
    for at, char in enumerate(text):
        added = insert.get(at, "")
        new = change.get(at, char)
        parts += [added, new or ""]
        length += len(added)
        moved.append(None if new is None else (length, length + len(new)))
        length += len(new or "")
    parts.append(insert.get(len(text), ""))
    return Damaged("".join(parts), tuple(moved))


def map_chars(text: str, table: Mapping[str, str]) -> Damaged:
    return rewrite(text, {at: table[char] for at, char in enumerate(text) if char in table}, {})


def drop(text: str, start: int, end: int) -> Damaged:
    return rewrite(text, dict.fromkeys(range(start, end)), {})


ENTITIES = {"&": "&amp;", "<": "&lt;", "'": "&#39;", '"': "&quot;", "’": "&rsquo;", "“": "&#8220;"}
ENTITIES |= {"”": "&#x201D;", "–": "&ndash;", "€": "&euro;", "é": "&eacute;", "\u00a0": "&nbsp;"}


def encode_entities(text: str, seed: int) -> Damaged:
    """A page's source: some characters as HTML character references."""
    return map_chars(text, ENTITIES)


def use_crlf(text: str, seed: int) -> Damaged:
    return map_chars(text, {"\n": "\r\n"})


def use_no_break_spaces(text: str, seed: int) -> Damaged:
    """A word processor's habit: one space in three no longer breaks."""
    chance = random.Random(seed)
    spaces = [at for at, char in enumerate(text) if char == " " and chance.random() < 1 / 3]
    return rewrite(text, dict.fromkeys(spaces, "\u00a0"), {})


def straighten_quotes(text: str, seed: int) -> Damaged:
    return map_chars(text, {"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})


def drop_headline(text: str, seed: int) -> Damaged:
    """Lose the first line, and the line break after it."""
    first = re.search(r"\S[^\n]*\n*", text)
    return drop(text, *first.span()) if first else rewrite(text, {}, {})


def drop_last_paragraph(text: str, seed: int) -> Damaged:
    last = re.search(r"\n[^\n]*\S[^\n]*\s*\Z", text)
    return drop(text, *last.span()) if last else rewrite(text, {}, {})


def double_blank_lines(text: str, seed: int) -> Damaged:
    return map_chars(text, {"\n": "\n\n\n"})


def change_dashes(text: str, seed: int) -> Damaged:
    """Another house style for dashes, and hyphens that do not break."""
    return map_chars(text, {"–": "--", "—": "-", "-": "\u2011"})


def add_byte_order_mark(text: str, seed: int) -> Damaged:
    return rewrite(text, {}, {0: "\ufeff"})


def edit_sentence(text: str, seed: int) -> Damaged:
    """Drop a word of one sentence, put two others into it and change the case of a third."""
    chance = random.Random(seed)
    sentences = [m.span() for m in re.finditer(r"[A-Z][^.\n]{20,}", text)]
    if not sentences:
        return rewrite(text, {}, {})
    start, end = chance.choice(sentences)
    words = [m.span() for m in re.finditer(r"\w+", text[start:end])]
    gone, before, louder = (chance.choice(words) for _ in range(3))
    dropped = dict.fromkeys(range(start + gone[0], start + gone[1]))
    changed = {at: None for at in range(start + louder[0], start + louder[1]) if text[at].islower()}
    upper = {at: text[at].upper() for at in changed}
    damaged = rewrite(text, upper | dropped, {start + before[0]: "quite certainly "})
    # A letter in another case is another letter to whoever annotated it.
    moved = (None if at in changed else p for at, p in enumerate(damaged.moved))
    return Damaged(damaged.text, tuple(moved))


HARBOUR = """Norrland and Estmark sign a harbour pact worth €240 million – ministry
5 min read
Norrland and Estmark sign a harbour pact worth €240 million – ministry
Cranes at Port Astrid on Tuesday, 4 March 2031. (Ida Holm/Norrland Photo)

Norrland’s transport ministry said on Tuesday that it had signed a “ten-year” pact with Estmark \
to rebuild the quays of Port Astrid – the largest in the Grey Sea.

Minister Karl Øberg told reporters that Norrland would pay €240 million (about $260 million) and \
that Estmark would add 35 cranes, 12 tugs and "whatever else the pilots ask for".

The Grey Sea Shipowners’ Union, which speaks for more than 80 companies, called the sum "a \
start". Its head, Élise Marchetti, asked for another €90 million by the end of 2033.

- Estmark’s parliament votes on the pact on 11 March.
- Øberg denied that Norrland had asked Estmark for naval berths; he said: 'Not one pier.'
- AT&T Nordic lays the cables.

Neither of the two governments has said who will run the harbour after the works are done. Short \
of that, the union would rather wait than sign.

Karl Øberg was born in Port Astrid in 1979 and worked for the Grey Sea Pilots from 2001 to 2014.

Neither of the two governments has said who will run the harbour after the works are done. Write \
to the desk of the Estmark Courier with corrections.
"""
GRAIN = """The Lowland Council pledges 1,200 lorries of seed grain to Vardia
Vardia's farm minister, Petra Lund, thanked the Lowland Council on Friday for 1,200 lorries of \
seed grain, the first 300 of which crossed at Bridge Kilo in April 2029.

"We asked for 2,000," she said, "and we are glad of every one." Her deputy, Tomas Reyl, said \
that 15-20 lorries a day could be unloaded — if the railway holds.

The Council's envoy, Anne-Marie Duval, disagreed… She told Radio Vardia that the railway had \
been mended in May and that half the grain would go by barge to Port Selene.

In a letter seen by the Vardian Herald, the Mill Workers' League objected to the barges. "Nobody \
counted the sacks," the letter says. The League wants weighing at Bridge Kilo, at Port Selene \
and at each of the 46 mills.

Petra Lund answers the League on 9 June 2029. Radio Vardia will carry the session.
"""

HARMLESS: dict[str, Callable[[str, int], Damaged]] = {
    "html entities": encode_entities,
    "crlf": use_crlf,
    "no-break spaces": use_no_break_spaces,
    "straightened quotes": straighten_quotes,
    "doubled blank lines": double_blank_lines,
    "changed dash": change_dashes,
    "byte order mark": add_byte_order_mark,
}
HARMFUL: dict[str, Callable[[str, int], Damaged]] = {
    "missing headline": drop_headline,
    "missing last paragraph": drop_last_paragraph,
    "one sentence edited": edit_sentence,
}
DAMAGES = HARMLESS | HARMFUL
