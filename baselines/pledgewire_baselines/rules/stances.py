"""Find who holds what about the issues of a story.

Source: annotations/GUIDELINES.md S1 to S5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pledgewire.records import AUTHOR, Issue, Stance
from pledgewire_baselines.rules.attribution import Attribution, AttributionReader
from pledgewire_baselines.rules.issues import Topic, make_topics, read_features
from pledgewire_baselines.rules.lexicon import load
from pledgewire_baselines.rules.shapes import Found, index_mentions
from pledgewire_baselines.rules.stems import stem_of
from pledgewire_baselines.rules.texts import Sentence, Text

LISTS = load("stances")
LEAST_SCORE, NEAR_BEST, AUTHOR_SCORE = 0.5, 0.8, 0.5
NEGATION_REACH, EVASION_REACH = 4, 20
NEGATIONS, DOUBTS = frozenset(LISTS["negation"]), frozenset(LISTS["doubt"])
EVASIONS, OPEN_PHRASES = tuple(LISTS["evasions"]), tuple(LISTS["open_phrases"])
POSITIVE, NEGATIVE = (
    frozenset(stem_of(w) for w in LISTS[key] if " " not in w) for key in ("positive", "negative")
)
POSITIVE_PHRASES, NEGATIVE_PHRASES = (
    tuple(w for w in LISTS[key] if " " in w) for key in ("positive", "negative")
)
VIEWS = tuple(LISTS["author_views"])
FUTURE, DONE = (frozenset(map(stem_of, LISTS[key])) for key in ("future", "done"))


@dataclass(frozen=True)
class Candidate:
    """A stance with how well its passage fits the issue. Units: `at` is a code point."""

    stance: Stance
    score: float
    at: int


def find_stances(
    text: Text, mentions: Sequence[Found], issues: Sequence[Issue]
) -> tuple[Stance, ...]:
    """List stances, one a holder and issue: that of the passage which fits the issue best."""
    topics = make_topics(tuple(issues))
    programmes = {f"@{m.entity_id}" for m in mentions if m.type == "PROGRAMME"}
    best: dict[tuple[str, str], Candidate] = {}
    reader = AttributionReader(text, mentions)
    names = index_mentions(mentions)
    context: set[str] = set()
    line = -1
    for sentence in text.sentences:
        if sentence.is_title or not sentence.ends:
            continue  # headlines, captions, labels (S5.3)
        everything = range(sentence.first, sentence.last)
        features = read_features(text, names, everything)
        if "@scheme" in features:
            features |= programmes
        if sentence.line != line:
            context, line = set(), sentence.line
        for candidate in judge(text, names, sentence, reader, topics, features, context):
            key = (candidate.stance.holder, candidate.stance.issue_id)
            if key not in best or candidate.score > best[key].score:
                best[key] = candidate
        context = features
    ordered = sorted(best.values(), key=lambda c: (c.at, c.stance.issue_id, c.stance.holder))
    return tuple(candidate.stance for candidate in ordered)


def judge(
    text: Text,
    names: Mapping[int, Sequence[Found]],
    sentence: Sentence,
    reader: AttributionReader,
    topics: Sequence[Topic],
    features: set[str],
    context: set[str],
) -> Iterator[Candidate]:
    """Yield the stances of one sentence."""
    attributions = reader.read(sentence)
    verbs = sorted({text.tokens[a.at].start for a in attributions})
    for attribution in attributions:
        later = [at for at in verbs if at > text.tokens[attribution.at].start]
        stop = later[0] if later else sentence.end
        here = {f for part in attribution.content for f in read_features(text, names, part)}
        scored = [(topic.score(here, features, context), topic) for topic in topics]
        top = max((score for score, _ in scored), default=0.0)
        for score, topic in scored:
            if score < LEAST_SCORE or score < NEAR_BEST * top:
                continue
            if topic.key.isdisjoint(features | context):
                continue
            if attribution.holder == AUTHOR and topic.issue.dimension == "veracity":
                continue
            label = label_of(text, sentence, attribution, topic, stop)
            if label is not None:
                yield make_candidate(
                    sentence, attribution.holder, topic, label, score, attribution.via
                )
    if not attributions:
        yield from judge_author(text, sentence, topics, features, context)


def make_candidate(
    sentence: Sentence, holder: str, topic: Topic, label: str, score: float, via: tuple[str, ...]
) -> Candidate:
    stance = Stance(
        holder=holder,
        issue_id=topic.issue.id,
        label=label,  # type: ignore[arg-type]
        evidence=((sentence.start, sentence.end),),
        via=via,
    )
    return Candidate(stance, score, sentence.start)


def judge_author(
    text: Text, sentence: Sentence, topics: Sequence[Topic], features: set[str], context: set[str]
) -> Iterator[Candidate]:
    """Yield what an unattributed sentence judges: positions in strong words only (S3.5)."""
    content = (range(sentence.first, sentence.last),)
    plain = f" {text.text[sentence.start : sentence.end].lower()} "
    if not any(f" {view}" in plain for view in VIEWS) or plain.rstrip().endswith("?"):
        return
    for topic in topics:
        if topic.issue.dimension != "position":
            continue
        score = topic.score(features, features, context)
        if score >= AUTHOR_SCORE and not topic.key.isdisjoint(features | context):
            label = polarity_of(text, content)
            if label is not None:
                yield make_candidate(sentence, AUTHOR, topic, label, score, ())


def label_of(
    text: Text, sentence: Sentence, attribution: Attribution, topic: Topic, stop: int
) -> str | None:
    """Give the label that a verb and what follows it show; None if neither shows any.

    Units: `stop` is the code point where the next attribution begins.
    """
    start = text.tokens[attribution.at].start
    plain = text.text[max(sentence.start, start - EVASION_REACH) : stop].lower()
    evades = any(phrase in plain for phrase in EVASIONS)
    is_negated = negates(text, attribution.at)
    if topic.issue.dimension == "veracity":
        return veracity_of(text, attribution, topic, evades, is_negated)
    is_open = any(phrase in plain for phrase in OPEN_PHRASES)
    if evades or is_open or attribution.verb == "noncommittal":
        return "noncommittal"
    if attribution.verb == "support":
        return "oppose" if is_negated else "support"
    if attribution.verb == "oppose":
        return "support" if is_negated else "oppose"
    return polarity_of(text, attribution.content)


def veracity_of(
    text: Text, attribution: Attribution, topic: Topic, evades: bool, is_negated: bool
) -> str | None:
    """Weigh verb, negation and doubt on a claim that something is so (S2.4, S2.7)."""
    words = [text.tokens[i].fold for part in attribution.content for i in part]
    stems = {stem_of(word) for word in words}
    ahead = not topic.stems.isdisjoint(FUTURE)
    if evades or attribution.verb == "noncommittal":
        return "uncertain"
    if attribution.verb in ("deny", "oppose"):
        return "denies"
    if attribution.verb == "support":
        return None
    denied = is_negated or any(negates_notion(text, part, topic) for part in attribution.content)
    if denied:
        return "denies"
    if not ahead and not FUTURE.isdisjoint(stems) and DONE.isdisjoint(stems):
        return None
    doubtful = not DOUBTS.isdisjoint(words)
    return "uncertain" if doubtful else "affirms"


def negates(text: Text, index: int) -> bool:
    """Tell whether a negation stands shortly before a verb."""
    return any(text.at(k).fold in NEGATIONS for k in range(index - 3, index))


def negates_notion(text: Text, part: range, topic: Topic) -> bool:
    """Tell whether the notion that marks an issue is negated: `there was no agreement`."""
    for index in part:
        if topic.key.isdisjoint(read_features(text, {}, range(index, index + 1))):
            continue
        reach = range(max(part.start, index - NEGATION_REACH), index)
        after = range(index + 1, min(part.stop, index + 3))
        if any(text.at(k).fold in NEGATIONS for k in (*reach, *after)):
            return True
    return False


def polarity_of(text: Text, content: Sequence[range]) -> str | None:
    """Weigh words of approval against words of disapproval, negated ones the other way."""
    balance = 0
    for part in content:
        for index in part:
            stem = stem_of(text.tokens[index].fold)
            value = (stem in POSITIVE) - (stem in NEGATIVE)
            if value and (negates(text, index) or text.at(index + 1).fold == "not"):
                value = -value
            balance += value
        plain = text.text[text.at(part.start).start : text.at(part.stop - 1).end].lower()
        balance += sum(phrase in plain for phrase in POSITIVE_PHRASES)
        balance -= sum(phrase in plain for phrase in NEGATIVE_PHRASES)
    if balance == 0:
        return None
    return "support" if balance > 0 else "oppose"
