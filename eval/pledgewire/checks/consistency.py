"""What the layers of gold, the texts and the registry owe each other: places to look at again.

A finding here is not always a fault: one that is right as it is has a line with its reason in
`annotations/exceptions.jsonl`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations

from pledgewire.authoring import find_bare
from pledgewire.authoring_text import Lines, list_occurrences, stands_as_word
from pledgewire.checks.context import Context
from pledgewire.checks.gold import documents_of
from pledgewire.corpus import Corpus
from pledgewire.metrics.crossdoc import pairs_of
from pledgewire.normalise import parse_edtf
from pledgewire.problems import Problem
from pledgewire.records import AUTHOR, OWN, Layers
from pledgewire.spans import Span

SHORTEST_ALIAS = 3
"""Characters; shorter aliases (`UN`, `EU`) are found too, if they are in capitals."""
CURRENCY = re.compile(r"\$|\s*-?\s*(?:dollar|yen|franc|krone|krona|won|pound|hryvnia|rouble|ruble)")
ACTION = re.compile(
    r"[ -](?:attack|strike|sale|clearance|clearing|refusal|deliver|fire|export|transfer|production"
    r"|order|deal|decision|launch|training|battalion|brigade|company|plant|factor|maker|bodies"
    r"|initiative|coalition|crew|command|force|industr|programme|program\b|shortage|supply|purchase)"
    r"|,? (?:and|or) \w+ (?:attack|strike|sale|deliver|export)"
)
"""What follows a class word inside the name of an action or body, which is no mention (E12)."""
SENTENCE_ENDS = frozenset('.!?"”’)')
FIGURE_CUES = frozenset({"numeral", "currency", "magnitude", "percent", "month"})
NO_FIGURE = re.compile(
    r"(?i:one|half)\b(?!\s+(?:hundred|thousand|million|billion|trillion|of the\b|a\s))"
    r"|(?i:(?:hundred|thousand|million|billion|trillion)s)\b"
    r"|\d+[ -]min(?:ute)?s?(?: read\b|$)"
    r"|\d+(?:st|nd|rd|th)\b|\d\d?[:.]\d\d\b(?! ?(?:%|per|m|b))"
    r"|(?<=\d\d:)\d\d\b|(?<=\d:)\d\d\b|(?<![^\n])\d\.\s",
    re.MULTILINE,
)
"""`one` picks or stands for a noun, `half` is an adverb, `billions` is indefinite, an ordinal is no
number; a reading time is furniture; clock times and the numbers of a list are none either (F1)."""
FURNITURE_LINES = 5
"""Lines at the top that are furniture (byline, day, section) unless they end as sentences do."""
AMOUNT = re.compile(r"\s?\d")
EARLIEST, LATEST = 250, 40
"""Years before and after publication within which a date lies."""
PRONOUN = re.compile(
    r"\b(?:he|she|they|it|his|her|hers|their|its|him|them|who|whose|which|I|we|our|us|my|me)\b",
    re.IGNORECASE,
)


def judged_documents(context: Context) -> Iterator[tuple[Corpus, Layers, str]]:
    """Yield the gold of the benchmark's own texts and of the press articles; gold of other origin
    need not obey our guidelines."""
    for corpus, layers, folder in documents_of(context):
        if corpus.track == "press" or corpus.documents[layers.doc_id].origin == OWN:
            yield corpus, layers, folder


def check_aliases(context: Context) -> Iterator[Problem]:
    """No name or alias of a registered entity stands in a text outside all mentions."""
    for corpus, layers, folder in judged_documents(context):
        text = corpus.texts[layers.doc_id]
        covered = [m.span for m in layers.entities or () if m.span]
        bare: dict[Span, str] = {}
        for alias, entity_id in aliases_of(corpus):
            if alias not in text:
                continue
            for start in list_occurrences(text, alias):
                span = Span(start, start + len(alias))
                if stands_as_word(text, *span) and not any(span.overlap(c) for c in covered):
                    bare[span] = entity_id
        for span, entity_id in bare.items():
            if alias_is_free(corpus, entity_id, text, span):
                continue
            is_part = any(o != span and o.start <= span.start and span.end <= o.end for o in bare)
            if not is_part:
                yield Problem(
                    f"{folder}/mentions.jsonl",
                    0,
                    f"{layers.doc_id}@{span.start}",
                    "bare-alias",
                    f"{span.of(text)!r} may be {entity_id!r}: {around(text, span)}",
                    "annotate it, or give the rule by which it is none",
                )


def alias_is_free(corpus: Corpus, entity_id: str, text: str, span: Span) -> bool:
    """Tell whether a rule, not an oversight, leaves the alias without a mention."""
    if CURRENCY.match(text, span.end) or is_currency_code(text, span):
        return True
    return corpus.entities[entity_id].type == "EQUIPMENT" and (
        bool(ACTION.match(text, span.end)) or text[: span.start].endswith("anti-")
    )


def is_currency_code(text: str, span: Span) -> bool:
    """`EUR 5bn`: three capitals before an amount are its currency, also where they name a place."""
    code = text[span.start : span.end]
    return len(code) == 3 and code.isupper() and bool(AMOUNT.match(text, span.end))


def aliases_of(corpus: Corpus) -> Iterator[tuple[str, str]]:
    for entity in corpus.entities.values():
        for alias in (entity.name, *entity.aliases):
            if len(alias) >= SHORTEST_ALIAS or (len(alias) > 1 and alias.isupper()):
                yield alias, entity.entity_id


def names_of(corpus: Corpus, entity_id: str | None) -> tuple[str, ...]:
    entity = corpus.entities.get(entity_id or "")
    return (entity.name, *entity.aliases) if entity else ()


def around(text: str, span: Span) -> str:
    return "…" + text[max(0, span.start - 25) : span.end + 25].replace("\n", " ") + "…"


def check_surfaces(context: Context) -> Iterator[Problem]:
    """One surface stands for one entity of one type in a document, but for what a rule allows."""
    for corpus, layers, folder in judged_documents(context):
        meant: dict[str, set[tuple[str, str | None]]] = defaultdict(set)
        for mention in layers.entities or ():
            meant[mention.text or ""].add((mention.type, mention.entity_id))
        for surface, readings in sorted(meant.items()):
            if len(readings) > 1 and not are_allowed(surface, readings, corpus):
                told = ", ".join(f"{kind} {entity_id}" for kind, entity_id in sorted(readings))
                yield Problem(
                    f"{folder}/mentions.jsonl",
                    0,
                    f"{layers.doc_id} {surface!r}",
                    "two-readings",
                    f"is {told}",
                    "make them one, or say why the text means both",
                )


def are_allowed(surface: str, readings: set[tuple[str, str | None]], corpus: Corpus) -> bool:
    """Tell whether a rule lets one surface mean several entities: a city and its state, where the
    registry has the name for both (E6.3), or a class noun that stands once for the class, once for
    a type named before (E12.7)."""
    types = {kind for kind, _ in readings}
    if types == {"EQUIPMENT"}:
        return surface[:1].islower()
    return types == {"GPE"} and all(surface in names_of(corpus, e) for _, e in readings)


def check_bare_figures(context: Context) -> Iterator[Problem]:
    """Every numeral, sign of currency or per cent, magnitude word and month lies in a figure or in
    a name."""
    for corpus, layers, folder in judged_documents(context):
        text = corpus.texts[layers.doc_id]
        lines = Lines.of(text)
        for bare in find_bare(layers, text):
            if bare.cue not in FIGURE_CUES or NO_FIGURE.match(text, bare.start):
                continue
            if 1 < bare.line <= FURNITURE_LINES and lines[bare.line][-1:] not in SENTENCE_ENDS:
                continue
            span = Span(bare.start, bare.end)
            yield Problem(
                f"{folder}/figures.jsonl",
                0,
                f"{layers.doc_id}@{bare.start}",
                "bare-figure",
                f"{span.of(text)!r} is in no figure or name: {around(text, span)}",
                "annotate it, or give the rule by which it is none",
            )


def check_date_distance(context: Context) -> Iterator[Problem]:
    """Dates lie within a sane distance of publication."""
    for corpus, layers, folder in judged_documents(context):
        published = corpus.documents[layers.doc_id].published
        if not published:
            continue
        year = parse_edtf(published).earliest.year
        for figure in layers.figures or ():
            if figure.date is None:
                continue
            days = parse_edtf(figure.date)
            years = [day.year for day in (days.earliest, days.latest) if day is not None]
            if min(years) < year - EARLIEST or max(years) > year + LATEST:
                yield Problem(
                    f"{folder}/figures.jsonl",
                    0,
                    f"{layers.doc_id}#{figure.id}",
                    "date-far",
                    f"{figure.date} is far from {published}",
                    "mend the year, or say why it is right",
                )


def check_evidence(context: Context) -> Iterator[Problem]:
    """Evidence has a mention of the holder, a name of it, or a pronoun that may stand for it."""
    for corpus, layers, folder in judged_documents(context):
        text = corpus.texts[layers.doc_id]
        for stance in layers.stances or ():
            if stance.holder != AUTHOR and not shows_holder(
                layers, stance.holder, text, stance.evidence, corpus
            ):
                yield Problem(
                    f"{folder}/stances.jsonl",
                    0,
                    f"{layers.doc_id}#{stance.id}",
                    "no-holder",
                    f"the evidence does not name {stance.holder!r} and has no pronoun",
                    "add the sentence that names the holder, or say how the text points to it",
                )


def shows_holder(
    layers: Layers, holder: str, text: str, evidence: tuple[tuple[int, int], ...], corpus: Corpus
) -> bool:
    places = [Span(start, end) for start, end in evidence]
    for mention in layers.entities or ():
        ids = {mention.entity_id, *(other.get("entity_id") for other in mention.also)}
        if holder in ids and mention.span and any(mention.span.overlap(p) for p in places):
            return True
    names = names_of(corpus, holder)
    told = [place.of(text) for place in places]
    return any(PRONOUN.search(part) or any(name in part for name in names) for part in told)


def check_issues_used(context: Context) -> Iterator[Problem]:
    """Each issue has at least two stances in the documents at hand."""
    used: Counter[str] = Counter()
    annotated: set[str] = set()
    for corpus, layers, _ in judged_documents(context):
        used.update(stance.issue_id for stance in layers.stances or ())
        annotated.add(corpus.documents[layers.doc_id].story)
    for issue in context.tracks[0].issues.values():
        if issue.story in annotated and used[issue.id] < 2:
            yield Problem(
                "annotations/issues.jsonl",
                0,
                issue.id,
                "idle-issue",
                f"has {used[issue.id]} stances",
                "an issue needs two somewhere (GUIDELINES S1)",
            )


def check_identical(context: Context) -> Iterator[Problem]:
    """In a cluster `identical` is transitive, and figures that are identical have one value."""
    for corpus in context.tracks:
        for story, layer in sorted(corpus.clusters.items()):
            for cluster in layer.clusters:
                relation = pairs_of([cluster])
                same = {tuple(sorted(k)) for k, v in relation.items() if v == "identical"}
                for one, two, three in combinations(sorted(cluster.figures), 3):
                    sides = [(one, two), (one, three), (two, three)]
                    known = [side for side in sides if side in relation]
                    if len(known) == 3 and sum(side in same for side in known) == 2:
                        yield Problem(
                            f"annotations/{corpus.track}/{story}/clusters.jsonl",
                            0,
                            f"{one} {two} {three}",
                            "not-transitive",
                            "two of the pairs are identical and the third is not",
                            "relate the three alike (GUIDELINES C2)",
                        )
