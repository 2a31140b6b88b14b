"""Count entity mentions: the four modes of SemEval-2013, and what kind of error each miss is.

Mentions may nest, overlap and repeat. Every count is that of an optimal one-to-one matching, so
that no order of mentions matters, and counts of documents add.
Source: SemEval-2013 task 9.1 (Segura-Bedmar et al. 2013) for the modes; GUIDELINES.md for gold.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import add, attrgetter
from typing import Literal, NamedTuple, TypeVar

from pledgewire.counts import Counts
from pledgewire.matching import Edge, components, match_any, match_best, overlapping_pairs
from pledgewire.records import Mention

Mode = Literal["strict", "exact", "partial", "type"]
ErrorKind = Literal["missed", "spurious", "type", "boundary", "both"]
MODES: tuple[Mode, ...] = ("strict", "exact", "partial", "type")


class ModeCounts(NamedTuple):
    """What became of gold and predicted mentions in one mode.

    A pair is `correct`, `partial` (partial mode only, half a hit) or `incorrect` (it overlaps, but
    the mode asks for more); `missed` gold and `spurious` predicted mentions are in no pair.
    """

    correct: int = 0
    incorrect: int = 0
    partial: int = 0
    missed: int = 0
    spurious: int = 0

    @property
    def possible(self) -> int:
        return self.correct + self.incorrect + self.partial + self.missed

    @property
    def actual(self) -> int:
        return self.correct + self.incorrect + self.partial + self.spurious

    @property
    def credit(self) -> float:
        return self.correct + self.partial / 2 if self.partial else self.correct

    @property
    def counts(self) -> Counts:
        return Counts.of_hits(self.credit, self.possible, self.actual)

    def plus(self, other: ModeCounts) -> ModeCounts:
        """Add place by place."""
        return ModeCounts(*(a + b for a, b in zip(self, other, strict=True)))


class Row(tuple[int, ...]):
    """The counts of one set of mentions in all modes.

    Shape: the fields of ModeCounts, mode by mode; flat, so that rows add quickly.
    """

    __slots__ = ()

    @property
    def strict(self) -> ModeCounts:
        return ModeCounts(*self[:5])

    @property
    def exact(self) -> ModeCounts:
        return ModeCounts(*self[5:10])

    @property
    def partial(self) -> ModeCounts:
        return ModeCounts(*self[10:15])

    @property
    def type(self) -> ModeCounts:
        return ModeCounts(*self[15:])

    def plus(self, other: Row) -> Row:
        """Add place by place."""
        return Row(map(add, self, other))


class ErrorCounts(NamedTuple):
    """How many errors there are of each kind.

    `type`: the span of a gold mention with another type. `boundary`: its type on a span that
    overlaps. `both`: a span that overlaps, and another type. `missed` and `spurious`: in no pair.
    """

    missed: int = 0
    spurious: int = 0
    type: int = 0
    boundary: int = 0
    both: int = 0

    def plus(self, other: ErrorCounts) -> ErrorCounts:
        """Add place by place."""
        return ErrorCounts(*(a + b for a, b in zip(self, other, strict=True)))


class ErrorRecord(NamedTuple):
    """One error and the mentions it concerns; `gold` is None if spurious, `predicted` if missed."""

    kind: ErrorKind
    gold: Mention | None
    predicted: Mention | None


class MentionCounts(NamedTuple):
    """The entity mentions of some documents, counted.

    `overall` is the sum of `by_type` and the sum of `by_form`: a pair stands in the row of its gold
    mention, a spurious mention in the row of its own type or form. `confusions` holds the pairs of
    two types by (gold type, predicted type). `errors` are those of strict mode, and `records` the
    mentions behind them, by document in the order of the text.
    """

    overall: Row
    by_type: Mapping[str, Row]
    by_form: Mapping[str, Row]
    confusions: Mapping[tuple[str, str], Row]
    errors: ErrorCounts
    records: tuple[ErrorRecord, ...] = ()

    def plus(self, other: MentionCounts) -> MentionCounts:
        """Add the counts of other documents."""
        return MentionCounts(
            self.overall.plus(other.overall),
            _add_rows(self.by_type, other.by_type),
            _add_rows(self.by_form, other.by_form),
            _add_rows(self.confusions, other.confusions),
            self.errors.plus(other.errors),
            self.records + other.records,
        )

    def type_scores(self, mode: Mode) -> dict[str, Counts]:
        """Give each type recall over its gold and precision over its predicted mentions.

        In `by_type` a prediction that took a gold mention of another type stands in that one's row;
        here it counts against its own type, as in other tools. These counts too add up to overall.
        """
        scores = {label: getattr(row, mode).counts for label, row in self.by_type.items()}
        for (gold_type, predicted_type), row in self.confusions.items():
            moved: ModeCounts = getattr(row, mode)
            precise = Counts(precise=moved.credit, predicted=moved.actual)
            taken = Counts(precise=-moved.credit, predicted=-moved.actual)
            scores[gold_type] = scores[gold_type].plus(taken)
            scores[predicted_type] = scores.get(predicted_type, Counts()).plus(precise)
        return scores


Key = TypeVar("Key")


def _add_rows(some: Mapping[Key, Row], others: Mapping[Key, Row]) -> dict[Key, Row]:
    rows = dict(some)
    for key, row in others.items():
        rows[key] = rows[key].plus(row) if key in rows else row
    return rows


Reading = tuple[int, int, str]
_READING = attrgetter("start", "end", "type")
_ALSO = attrgetter("also")


def count_strict(gold: Sequence[Mention], predicted: Sequence[Mention]) -> Counts:
    """Count the predicted mentions of one document that have span and type of a gold mention.

    Each gold mention is found once: the second of two equal predictions is spurious. A gold mention
    with `also` is found by any of its readings. Mentions without a span, or with an empty one, are
    never found.
    Undefined: see Counts.
    """
    keys, predicted_keys = list(map(_READING, gold)), list(map(_READING, predicted))
    hits = 0
    if any(map(_ALSO, gold)):
        # Only what some alternative touches has to be matched; the rest agrees with its like.
        touched = {reading for mention in gold if mention.also for reading in _readings(mention)}
        contested = [
            tuple(_readings(mention)) if mention.also else (key,)
            for key, mention in zip(keys, gold, strict=True)
            if mention.also or key in touched
        ]
        hits = _count_matches(contested, [key for key in predicted_keys if key in touched])
        keys = [key for key, mention in zip(keys, gold, strict=True) if not mention.also]
        predicted_keys = [key for key in predicted_keys if key not in touched]
    hits += _count_common(keys, predicted_keys)
    return Counts.of_hits(hits, len(gold), len(predicted))


def _count_common(gold: Sequence[Reading], predicted: Sequence[Reading]) -> int:
    gold_keys, predicted_keys = set(gold), set(predicted)
    common = [
        (start, end, label)
        for start, end, label in gold_keys & predicted_keys
        if start is not None and end is not None and start < end
    ]
    if len(gold_keys) == len(gold) or len(predicted_keys) == len(predicted):
        return len(common)
    in_gold, in_predicted = Counter(gold), Counter(predicted)
    return sum(min(in_gold[key], in_predicted[key]) for key in common)


def _count_matches(gold: Sequence[Sequence[Reading]], predicted: Sequence[Reading]) -> int:
    where: dict[Reading, list[int]] = defaultdict(list)
    for j, key in enumerate(predicted):
        where[key].append(j)
    edges = {
        (i, j)
        for i, readings in enumerate(gold)
        for reading in readings
        for j in where.get(reading, ())
    }
    return len(match_any(edges))


def _readings(mention: Mention) -> Iterator[Reading]:
    """Yield span and type of a mention and of its equally right readings, those with a span."""
    for other in ({}, *mention.also):
        start, end = other.get("start", mention.start), other.get("end", mention.end)
        if start is not None and end is not None and start < end:
            yield start, end, other.get("type", mention.type)


# What a pair agrees in. Of several readings each mode takes the best, so that span and type may
# both agree, each in another reading, without a hit, which is both in one.
_SPAN, _TYPE, _HIT = 1, 2, 4
_ALL = _SPAN | _TYPE | _HIT
# Outcomes are the agreements 0 to 7 and these two.
_MISSED, _SPURIOUS = 8, 9
_ERRORS: dict[int, ErrorKind] = {
    0: "both",
    _SPAN: "type",
    _TYPE: "boundary",
    _SPAN | _TYPE: "type",
    _MISSED: "missed",
    _SPURIOUS: "spurious",
}
# The agreement that makes a pair correct in each mode.
_ASKED: dict[Mode, int] = {"strict": _HIT, "exact": _SPAN, "partial": _SPAN, "type": _TYPE}
# Modes that ask for the same agreement have the same matching. Group 0 is of mentions that can be
# paired in one way only, whatever the mode.
_GROUPS: tuple[tuple[Mode, ...], ...] = (MODES, ("strict",), ("exact", "partial"), ("type",))
_STRICT_GROUPS = (0, 1)


_FIELDS = ModeCounts._fields
_WIDTH = len(MODES) * len(_FIELDS)


def _place(outcome: int, mode: Mode) -> int:
    """Say where a row counts an outcome."""
    if outcome in (_MISSED, _SPURIOUS):
        field = "missed" if outcome == _MISSED else "spurious"
    elif outcome & _ASKED[mode]:
        field = "correct"
    else:
        field = "partial" if mode == "partial" else "incorrect"
    return MODES.index(mode) * len(_FIELDS) + _FIELDS.index(field)


_PLACES = [
    {outcome: [_place(outcome, mode) for mode in modes] for outcome in (*_ERRORS, _ALL)}
    for modes in _GROUPS
]

# Start, end (both 0 if the mention covers nothing), type, form, readings if there are several, and
# the place in the input. Plain tuples here and below, as there is one for every mention.
_Located = tuple[int, int, str, str, tuple[Reading, ...], int]
# The same without readings and place.
_Flat = tuple[int, int, str, str]
# Group of modes, outcome, gold and predicted mention; one of these is None if it is in no pair.
_Finding = tuple[int, int, _Located | None, _Located | None]
# Group of modes, outcome, gold type and predicted type (one None if in no pair), form.
Outcome = tuple[int, int, str | None, str | None, str]


def count_mentions(
    gold: Sequence[Mention], predicted: Sequence[Mention], *, explain: bool = False
) -> MentionCounts:
    """Count the mentions of one document in all modes, by type, by form and by kind of error.

    Shape: counts add with `plus`; with `explain` the mentions behind `errors` are in `records`.
    Correct: strict, same span and type; exact and partial, same span; type, overlap and same type.
    In each mode a matching of overlapping mentions is taken that has the most correct pairs, then
    the most pairs. That is also the most credit in partial mode, where credit is half the sum of
    correct pairs and pairs: an exchange that gives up a correct pair gains at most one pair.
    Ties: the pairs that are closest in sum (see _closeness), then the smallest list of pairs with
    mentions sorted by start, end, type and form. So no count depends on the order of input.
    A gold mention with `also` agrees as well as the best of its readings, in each mode, but stands
    in the row of its own type. Mentions without a span are missed or spurious, as are empty ones.
    """
    if not explain:
        return tally_mentions(Counter(find_outcomes(gold, predicted)))
    findings = _align(_locate(gold), _locate(predicted))
    records = _explain(findings, gold, predicted)
    return tally_mentions(Counter(map(_outcome_of, findings)))._replace(records=records)


def find_outcomes(gold: Sequence[Mention], predicted: Sequence[Mention]) -> list[Outcome]:
    """Say what became of each mention of one document, as `count_mentions` describes.

    Shape: outcomes of several documents may be tallied together.
    """
    plain = _flatten(gold), _flatten(predicted)
    if plain[0] is None or plain[1] is None:
        return list(map(_outcome_of, _align(_locate(gold), _locate(predicted))))
    # Where no mention overlaps another of its side, equal ones can be paired with each other only.
    equal = set(plain[0]).intersection(plain[1])
    outcomes: list[Outcome] = [(0, _ALL, label, label, form) for _, _, label, form in equal]
    rest = ([m for m in mentions if m not in equal] for mentions in plain)
    return outcomes + _sweep(*rest)


def _sweep(golds: Sequence[_Flat], predictions: Sequence[_Flat]) -> list[Outcome]:
    """Say what became of mentions that are sorted and overlap none of their side.

    Groups of mentions that reach into each other are found from left to right. In a group of more
    than two there are several ways to pair them.
    """
    outcomes: list[Outcome] = []
    i = j = 0
    while i < len(golds) and j < len(predictions):
        g, p = golds[i], predictions[j]
        if g[1] <= p[0]:
            outcomes.append((0, _MISSED, g[2], None, g[3]))
            i += 1
        elif p[1] <= g[0]:
            outcomes.append((0, _SPURIOUS, None, p[2], p[3]))
            j += 1
        else:
            first_gold, first_predicted = i, j
            i, j, end = i + 1, j + 1, max(g[1], p[1])
            while True:
                if i < len(golds) and golds[i][0] < end:
                    end = max(end, golds[i][1])
                    i += 1
                elif j < len(predictions) and predictions[j][0] < end:
                    end = max(end, predictions[j][1])
                    j += 1
                else:
                    break
            if i - first_gold == 1 == j - first_predicted:
                outcomes.append((0, _agreement_of(g, p), g[2], p[2], g[3]))
            else:
                group = golds[first_gold:i], predictions[first_predicted:j]
                located = ([(*m, (), at) for at, m in enumerate(side)] for side in group)
                outcomes += map(_outcome_of, _align(*located))
    outcomes += [(0, _MISSED, g[2], None, g[3]) for g in golds[i:]]
    outcomes += [(0, _SPURIOUS, None, p[2], p[3]) for p in predictions[j:]]
    return outcomes


def count_strict_hits(outcomes: Sequence[Outcome]) -> int:
    """Count the hits among outcomes as `count_strict` does."""
    return sum([group in _STRICT_GROUPS and outcome == _ALL for group, outcome, *_ in outcomes])


_FLAT = attrgetter("start", "end", "type", "form")


def _flatten(mentions: Sequence[Mention]) -> list[_Flat] | None:
    """Sort mentions; None if two of them overlap, or one lacks a span or has several readings."""
    if any(map(_ALSO, mentions)):
        return None
    flat = list(map(_FLAT, mentions))
    at = -1
    try:
        flat.sort()
        for start, end, _, _ in flat:
            if not at <= start < end:
                return None
            at = end
    except TypeError:  # None compares with no number
        return None
    return flat


def _outcome_of(finding: _Finding) -> Outcome:
    group, outcome, g, p = finding
    if p is None:
        return group, outcome, g[2], None, g[3]
    if g is None:
        return group, outcome, None, p[2], p[3]
    return group, outcome, g[2], p[2], g[3]


def tally_mentions(outcomes: Mapping[Outcome, int]) -> MentionCounts:
    """Add up outcomes, each with the times that it came."""
    by_type: dict[str, list[int]] = defaultdict(_no_counts)
    by_form: dict[str, list[int]] = defaultdict(_no_counts)
    confusions: dict[tuple[str, str], list[int]] = defaultdict(_no_counts)
    errors = dict.fromkeys(ErrorCounts._fields, 0)
    for (group, outcome, gold_type, predicted_type, form), times in outcomes.items():
        type_row, form_row = by_type[gold_type or predicted_type], by_form[form]
        places = _PLACES[group][outcome]
        for place in places:
            type_row[place] += times
            form_row[place] += times
        if gold_type != predicted_type and gold_type and predicted_type:
            row = confusions[gold_type, predicted_type]
            for place in places:
                row[place] += times
        if outcome != _ALL and group in _STRICT_GROUPS:
            errors[_ERRORS[outcome]] += times
    overall: Iterable[int] = _no_counts()
    for flat in by_form.values():
        overall = map(add, overall, flat)
    return MentionCounts(
        Row(overall),
        {label: Row(flat) for label, flat in by_type.items()},
        {form: Row(flat) for form, flat in by_form.items()},
        {labels: Row(flat) for labels, flat in confusions.items()},
        ErrorCounts(**errors),
    )


def _no_counts() -> list[int]:
    return [0] * _WIDTH


def _explain(
    findings: Sequence[_Finding], gold: Sequence[Mention], predicted: Sequence[Mention]
) -> tuple[ErrorRecord, ...]:
    """Look up the mentions of the findings of strict mode that are errors."""
    errors = [
        (g or p, ErrorRecord(_ERRORS[outcome], g and gold[g[-1]], p and predicted[p[-1]]))
        for group, outcome, g, p in findings
        if group in _STRICT_GROUPS and outcome in _ERRORS
    ]
    return tuple(record for _, record in sorted(errors, key=lambda error: error[0][:2]))


def _locate(mentions: Sequence[Mention]) -> list[_Located]:
    """Sort mentions by all that counts depend on, so that those which tie are interchangeable."""
    located: list[_Located] = []
    for index, mention in enumerate(mentions):
        start, end = mention.start, mention.end
        if start is None or end is None or start >= end:
            start = end = 0
        readings = tuple(_readings(mention)) if mention.also else ()
        located.append((start, end, mention.type, mention.form, readings, index))
    located.sort()
    return located


def _align(golds: Sequence[_Located], predictions: Sequence[_Located]) -> list[_Finding]:
    """Say for each mention what it is paired with, in each group of modes."""
    pairs = _overlaps(golds, predictions)
    gold_degree, predicted_degree = [0] * len(golds), [0] * len(predictions)
    for i, j in pairs:
        gold_degree[i] += 1
        predicted_degree[j] += 1
    findings: list[_Finding] = []
    crowded: list[Edge] = []
    for i, j in pairs:
        if gold_degree[i] == 1 == predicted_degree[j]:
            g, p = golds[i], predictions[j]
            outcome = _ALL if g[:3] == p[:3] else _agreement(g, p)
            findings.append((0, outcome, g, p))
        else:
            crowded.append((i, j))
    findings += [
        (0, _MISSED, g, None) for g, degree in zip(golds, gold_degree, strict=True) if not degree
    ]
    findings += [
        (0, _SPURIOUS, None, p)
        for p, degree in zip(predictions, predicted_degree, strict=True)
        if not degree
    ]
    if crowded:
        findings += _align_crowded(golds, predictions, crowded)
    return findings


def _align_crowded(
    golds: Sequence[_Located], predictions: Sequence[_Located], pairs: Sequence[Edge]
) -> Iterator[_Finding]:
    """Match mentions that can be paired in several ways, once a group of modes if need be."""
    agreements = {(i, j): _agreement(golds[i], predictions[j]) for i, j in pairs}
    all_hits = set(match_any([edge for edge in pairs if agreements[edge] == _ALL]))
    doubtful: list[Edge] = []
    for component in components(pairs):
        # Hits that use up one side are the best matching in every mode.
        hits = [edge for edge in component if edge in all_hits]
        if len(hits) == min(len({i for i, _ in component}), len({j for _, j in component})):
            yield from _findings(0, golds, predictions, component, hits, agreements)
        else:
            doubtful += component
    if not doubtful:
        return
    closeness = {(i, j): _closeness(golds[i], predictions[j]) for i, j in doubtful}
    most = min(len({i for i, _ in doubtful}), len({j for _, j in doubtful}))
    # One pair outweighs all closeness there can be, and one correct pair outweighs all pairs.
    pair_weight = most * _CLOSEST + 1
    correct_weight = most * (pair_weight + _CLOSEST) + 1
    for group, (mode, *_) in enumerate(_GROUPS[1:], start=1):
        asked = _ASKED[mode]
        weights = {
            edge: near + pair_weight + (correct_weight if agreements[edge] & asked else 0)
            for edge, near in closeness.items()
        }
        matched = match_best(len(golds), len(predictions), weights)
        yield from _findings(group, golds, predictions, doubtful, matched, agreements)


def _findings(
    group: int,
    golds: Sequence[_Located],
    predictions: Sequence[_Located],
    pairs: Sequence[Edge],
    matched: Sequence[Edge],
    agreements: Mapping[Edge, int],
) -> Iterator[_Finding]:
    """Report the matched pairs, and the mentions of `pairs` that are not among them."""
    for i, j in matched:
        yield group, agreements[i, j], golds[i], predictions[j]
    for i in {i for i, _ in pairs}.difference(i for i, _ in matched):
        yield group, _MISSED, golds[i], None
    for j in {j for _, j in pairs}.difference(j for _, j in matched):
        yield group, _SPURIOUS, None, predictions[j]


def _overlaps(golds: Sequence[_Located], predictions: Sequence[_Located]) -> list[Edge]:
    """List the pairs that overlap in some reading."""
    predicted_spans = [p[:2] for p in predictions]
    if not any(g[4] for g in golds):
        return overlapping_pairs([g[:2] for g in golds], predicted_spans)
    read = [(i, reading[:2]) for i, g in enumerate(golds) for reading in g[4] or (g,)]
    pairs = overlapping_pairs([span for _, span in read], predicted_spans)
    return sorted({(read[at][0], j) for at, j in pairs})


def _agreement(g: _Located, p: _Located) -> int:
    """Say in what a gold mention agrees with a prediction that it overlaps, in some reading."""
    if not g[4]:
        return _agreement_of(g, p)
    agreement = 0
    for reading in g[4]:
        if reading[0] < p[1] and p[0] < reading[1]:
            agreement |= _agreement_of(reading, p)
    return agreement


def _agreement_of(reading: Reading | _Located, p: _Located) -> int:
    same_type = reading[2] == p[2]
    if reading[0] == p[0] and reading[1] == p[1]:
        return _ALL if same_type else _SPAN
    return _TYPE if same_type else 0


def _closeness(g: _Located, p: _Located) -> int:
    """Rate what the spans share (Dice, whole per cent), half a per cent more for the same type."""
    return max(_closeness_of(reading, p) for reading in g[4] or (g,))


def _closeness_of(reading: Reading | _Located, p: _Located) -> int:
    shared = max(0, min(reading[1], p[1]) - max(reading[0], p[0]))
    per_cent = 200 * shared // (reading[1] - reading[0] + p[1] - p[0])
    return 2 * per_cent + (reading[2] == p[2])


_CLOSEST = 2 * 100 + 1
