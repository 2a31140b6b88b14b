"""Find the dates of a text and resolve them to EDTF against the day of publication.

Source: annotations/GUIDELINES.md F5.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from pledgewire.normalise.calendar_words import LISTS
from pledgewire.normalise.context import FUNCTION
from pledgewire.normalise.date_readers import Context, Moment, read_distance, read_moment
from pledgewire.normalise.edtf import OPEN, is_edtf, parse_edtf
from pledgewire.normalise.moments import Anchor
from pledgewire.normalise.tokens import BROKEN, SPACED, Phrases, Tokens, at, is_dash, tokenise
from pledgewire.normalise.tokens import skip_hyphen as skip
from pledgewire.normalise.vocabulary import invert
from pledgewire.spans import Span

PARTS = Phrases(
    dict.fromkeys(LISTS["parts"], "any") | dict.fromkeys(LISTS["hyphenated_parts"], "hyphen")
)
EDGES = Phrases(invert(LISTS["edges"]))
SUFFIXES = Phrases(invert(LISTS["suffixes"]))
ARTICLES = frozenset({"the", "a", "an", "its", "their", "this", "that", "his", "her"})
RANGE_WORDS = frozenset({"to", "until", "through", "till"})
RANGE_KINDS = frozenset({"day", "month", "year", "season"})


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date and where it stands. Units: code points, half-open; `date` is EDTF."""

    start: int
    end: int
    date: str

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A date over tokens: `start` and `end` are indices, half-open."""

    start: int
    end: int
    date: str
    is_range: bool = False


def find_dates(text: str, published: str) -> list[FoundDate]:
    """List the dates of a text in order; they never overlap.

    Units: `published` is EDTF at the precision that is known: a day, a month or a year. If only the
    month is known, weekdays and the like give that month.
    Raises: ValueError when `published` is another kind of date.
    """
    anchor = Anchor.read(published)
    tokens = tokenise(text)
    found: list[FoundDate] = []
    spoken_of: Anchor | None = None
    index = 0
    while index < len(tokens):
        phrase = read_date(tokens, index, Context(anchor, spoken_of))
        if phrase is None or crosses_lines(tokens, phrase):
            index += 1
            continue
        index = phrase.end
        found.append(FoundDate(tokens[phrase.start].start, tokens[phrase.end - 1].end, phrase.date))
        if parse_edtf(phrase.date).precision in ("day", "month", "year"):
            spoken_of = Anchor.read(phrase.date.rstrip("~"))
    return found


def crosses_lines(tokens: Tokens, phrase: Phrase) -> bool:
    return any(token.gap == BROKEN for token in tokens[phrase.start + 1 : phrase.end])


def read_date(tokens: Tokens, index: int, context: Context) -> Phrase | None:
    """Read the date that begins at a token, with the word that opens it (`since`, `by`)."""
    edge = EDGES.match(tokens, index)
    if edge is None:
        inner = read_span(tokens, index, context)
        return None if inner is None else add_suffix(tokens, inner)
    kind, after = edge
    context = replace(
        context,
        ahead=False if tokens[index].fold == "since" else None,
        default=True if kind == "end" else None,
    )
    inner = read_span(tokens, skip_article(tokens, after), context)
    if inner is None:
        return None
    return read_opened(tokens, index, kind, inner, context) or inner


def read_opened(
    tokens: Tokens, index: int, kind: str, inner: Phrase, context: Context
) -> Phrase | None:
    """Apply `since`, `by`, `around`; None where the word belongs to something else.

    `from` opens a date that is followed by `on`, or lies ahead; else it names an origin.
    """
    if stands_before_noun(tokens, inner):
        return None
    suffix = read_suffix(tokens, inner.end, after_from=kind == "from")
    if kind == "from":
        onwards = suffix is not None and suffix[0] == "start"
        if inner.is_range or not (onwards or is_ahead(inner.date, context.published)):
            return None
        kind = "start"
    end = inner.end
    if suffix is not None and suffix[0] != "about":
        kind, end = suffix
    value = bounded(inner.date, kind)
    return None if value is None else Phrase(index, end, value)


def add_suffix(tokens: Tokens, inner: Phrase) -> Phrase:
    """Apply `at the earliest`, `or so`, `onwards` after a date without an opening word."""
    suffix = read_suffix(tokens, inner.end)
    value = None if suffix is None else bounded(inner.date, suffix[0])
    if suffix is None or value is None:
        return inner
    return Phrase(inner.start, suffix[1], value)


def read_suffix(tokens: Tokens, index: int, *, after_from: bool = False) -> tuple[str, int] | None:
    """Read what bounds a date from behind; `on` only in `from 2022 on`, with no noun after it."""
    suffix = SUFFIXES.match(tokens, index)
    if suffix is None or at(tokens, index).fold != "on":
        return suffix
    after = at(tokens, suffix[1])
    is_end = after.kind != "word" or after.fold in FUNCTION - ARTICLES
    return suffix if after_from and is_end else None


def bounded(value: str, kind: str) -> str | None:
    """Open a date to one side, or mark it as `about`: `2030` becomes `../2030`, `2030~`."""
    if OPEN in value:
        return None
    first, _, last = value.partition("/")
    if kind == "start":
        return f"{first}/{OPEN}"
    if kind == "end":
        return f"{OPEN}/{last or first}"
    return value if last or value.endswith("~") else f"{value}~"


def is_ahead(value: str, published: Anchor) -> bool:
    latest = parse_edtf(published.text).latest
    earliest = parse_edtf(value).earliest
    return latest is not None and earliest is not None and earliest > latest


def stands_before_noun(tokens: Tokens, phrase: Phrase) -> bool:
    """Tell whether a date describes a noun: `after Friday's vote`, `since the 2022 invasion`."""
    after = at(tokens, phrase.end)
    if after.kind == "possessive":
        return True
    article = at(tokens, phrase.start - 1).fold == "the"
    word = after.kind == "word" and after.gap == SPACED and after.fold not in FUNCTION
    return article and word


def skip_article(tokens: Tokens, index: int) -> int:
    """Step over `the`, or `the year` before a numeral."""
    if at(tokens, index).fold != "the":
        return index
    year = at(tokens, index + 1).fold == "year" and at(tokens, index + 2).kind == "number"
    return index + 2 if year else index + 1


def read_span(tokens: Tokens, index: int, context: Context) -> Phrase | None:
    """Read a date or an interval: `between 2014 and 2019`, `28 February to 3 March`."""
    if at(tokens, index).fold == "between":
        return read_range(tokens, index, index + 1, frozenset({"and"}), context)
    ranged = read_range(tokens, index, index, RANGE_WORDS, context)
    return ranged if ranged is not None else read_part(tokens, index, context)


def read_range(
    tokens: Tokens, start: int, index: int, links: frozenset[str], context: Context
) -> Phrase | None:
    """Read two dates of one kind and the word or dash between them."""
    here = skip_article(tokens, index) if index > start else index
    first = read_moment(tokens, here, context)
    if first is None or first.kind not in RANGE_KINDS:
        return None
    link = at(tokens, first.end)
    if not (link.fold in links or is_dash(link)) or link.gap == BROKEN:
        return None
    here = skip_article(tokens, first.end + 1)
    second = read_moment(tokens, here, context, linked=True)
    if second is None or second.kind != first.kind or second.date is None:
        return None
    first_date = share_year(first, second)
    if first_date is None:
        return None
    value = f"{first_date}/{second.date}"
    return Phrase(start, second.end, value, True) if is_edtf(value) else None


def share_year(first: Moment, second: Moment) -> str | None:
    """Give a date the year of the one it is joined to: `28 December to 3 January 2026`."""
    if not second.year or first.year or first.kind not in ("day", "month"):
        return first.date
    year = second.year - (first.month > second.month)
    return f"{year:04}-{first.month:02}" + (f"-{first.day:02}" if first.kind == "day" else "")


def read_part(tokens: Tokens, index: int, context: Context) -> Phrase | None:
    """Read a date with the part of it that is meant: `end of 2025`, `mid-March`, `early 2024`."""
    part = PARTS.match(tokens, index)
    here = index if part is None else skip_article(tokens, skip(tokens, part[1]))
    if part is not None and at(tokens, here).gap == BROKEN:
        return None
    if part is not None and part[0] == "hyphen" and here == part[1]:
        return None
    after_part = part is not None
    moment = read_moment(tokens, here, context, part=after_part, linked=after_part)
    if moment is None and part is None:
        moment = read_distance(tokens, index, context)
    if moment is None or moment.date is None:
        return None
    return Phrase(index, moment.end, moment.date, moment.kind in ("days", "years"))
