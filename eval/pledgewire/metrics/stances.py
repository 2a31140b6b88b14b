"""Count the stances that a prediction reads off rightly: who takes which side of what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from pledgewire.counts import Counts
from pledgewire.matching import match_any
from pledgewire.metrics.tally import NamedCounts, Tally
from pledgewire.records import Stance, readings
from pledgewire.resolve import Candidates

Resolve = Callable[[str | None], Candidates]
Outcome = tuple[Any, ...]
"""(GOLD, label, is a hit), PREDICTED likewise, or (PAIR, is right, gold label, predicted label,
counts of evidence, counts of via)."""
GOLD, PREDICTED, PAIR = "gold", "predicted", "pair"


class ViaCounts(NamedTuple):
    """Whether (0 or 1) chains of relays agree, and which of the two records has one."""

    whole: int
    innermost: int
    in_gold: int
    in_predicted: int


def count_stances(gold: Sequence[Stance], predicted: Sequence[Stance], resolve: Resolve) -> Tally:
    """Count matches of one document.

    `tuple` is the headline: holder, issue and label all right. `pair` asks for holder and issue
    alone. `label=<label>` is `tuple` for records of that label. `closed` asks, for each gold holder
    and issue, for the label (a pair that is not predicted has none, and the recall of `none` is the
    share of these). `confusion:<gold>><predicted>` counts labels of matched pairs, `evidence` code
    points of their evidence, `via` their chain of relays, `via:innermost` its last link.
    Undefined: evidence and via when no pair matches.
    Source: annotations/GUIDELINES.md, S rules; design of the benchmark, "Scores".
    """
    return tally_stances(Counter(find_outcomes(gold, predicted, resolve)))


def find_outcomes(
    gold: Sequence[Stance], predicted: Sequence[Stance], resolve: Resolve
) -> list[Outcome]:
    """Say what became of each stance of one document and of each pair by holder and issue.

    Shape: outcomes of several documents may be tallied together.
    """
    pairs = find_pairs(gold, predicted, resolve, same_pair)
    if len({i for i, _ in pairs}) < len(pairs) or len({j for _, j in pairs}) < len(pairs):
        # Ties may arise: what is counted must not depend on the order of input.
        gold, predicted = (
            sorted(gold, key=content_of),
            sorted(predicted, key=lambda stance: content_of(stance, resolve)),
        )
        pairs = find_pairs(gold, predicted, resolve, same_pair)
    hits = match_any([(i, j) for i, j in pairs if same_tuple(gold[i], predicted[j], resolve)])
    hit_gold, hit_predicted = {i for i, _ in hits}, {j for _, j in hits}
    outcomes: list[Outcome] = [(GOLD, s.label, i in hit_gold) for i, s in enumerate(gold)]
    outcomes += [(PREDICTED, s.label, j in hit_predicted) for j, s in enumerate(predicted)]
    for i, j in match_pairs(pairs, hits):
        is_right = (i in hit_gold and (i, j) in hits) or same_tuple(gold[i], predicted[j], resolve)
        meant = reading_meant(gold[i], predicted[j], resolve)
        evidence, via = (
            count_evidence(meant, predicted[j]),
            compare_via(meant, predicted[j], resolve),
        )
        outcomes.append((PAIR, is_right, meant.label, predicted[j].label, evidence, via))
    return outcomes


def content_of(stance: Stance, resolve: Resolve | None = None) -> str:
    names = [stance.holder, *stance.via]
    if resolve is not None:
        names = [sorted(resolve(name)) for name in names]
    return repr((stance.issue_id, stance.label, sorted(stance.evidence), names))


def reading_meant(gold: Stance, predicted: Stance, resolve: Resolve) -> Stance:
    """Give the reading of a gold stance that a prediction agrees with most."""
    if not gold.also:
        return gold
    plain = [msgspec.structs.replace(reading, also=()) for reading in readings(gold)]
    return max(
        plain,
        key=lambda r: (same_tuple(r, predicted, resolve), same_pair(r, predicted, resolve)),
    )


def count_hits(outcomes: Sequence[Outcome]) -> int:
    """Count the hits of the headline among outcomes."""
    return sum([outcome[0] == GOLD and outcome[2] for outcome in outcomes])


def count_tuples(gold: Sequence[Stance], predicted: Sequence[Stance], resolve: Resolve) -> Counts:
    """Count one document by the headline alone."""
    edges = find_pairs(gold, predicted, resolve, same_tuple)
    return Counts.of_hits(len(match_any(edges)), len(gold), len(predicted))


def find_pairs(
    gold: Sequence[Stance],
    predicted: Sequence[Stance],
    resolve: Resolve,
    agrees: Callable[[Stance, Stance, Resolve], bool],
) -> list[tuple[int, int]]:
    """List the pairs that agree, by way of the predicted issues."""
    on_issue: dict[str, list[int]] = defaultdict(list)
    for j, stance in enumerate(predicted):
        on_issue[stance.issue_id].append(j)
    return [
        (i, j)
        for i, stance in enumerate(gold)
        for j in (on_issue.get(stance.issue_id, ()) if not stance.also else range(len(predicted)))
        if agrees(stance, predicted[j], resolve)
    ]


def tally_stances(outcomes: Mapping[Outcome, int]) -> Tally:
    """Add up outcomes, each with the times that it came."""
    counted = NamedCounts("tuple", "pair", "closed", "none")
    for (side, *rest), times in outcomes.items():
        if side == PAIR:
            tally_pair(counted, *rest, times)
            continue
        label, is_hit = rest
        hit = times * is_hit
        is_gold = side == GOLD
        counts = (hit, times, 0, 0) if is_gold else (0, 0, hit, times)
        counted.add("tuple", *counts)
        counted.add(f"label={label}", *counts)
        counted.add("pair", 0, times * is_gold, 0, times * (not is_gold))
        counted.add("closed", 0, times * is_gold, 0, 0)
        counted.add("none", times * is_gold, times * is_gold, 0, 0)
    return counted.tally()


def tally_pair(
    counted: NamedCounts,
    is_right: bool,
    gold_label: str,
    predicted_label: str,
    evidence: Counts,
    via: ViaCounts | None,
    times: int,
) -> None:
    """Add up stances that have holder and issue in common."""
    right = times * is_right
    counted.add("pair", times, 0, times, 0)
    counted.add("closed", right, 0, right, times)
    counted.add("none", -times, 0, 0, 0)
    counted.add(f"confusion:{gold_label}>{predicted_label}", times, times, times, times)
    counted.add("evidence", *(times * number for number in evidence))
    if via is not None:
        whole, innermost, in_gold, in_predicted = (times * part for part in via)
        counted.add("via", whole, in_gold, whole, in_predicted)
        counted.add("via:innermost", innermost, in_gold, innermost, in_predicted)


def match_pairs(
    pairs: Sequence[tuple[int, int]], hits: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Pair records by holder and issue, keeping the pairs whose label is right too."""
    gold_used, predicted_used = {i for i, _ in hits}, {j for _, j in hits}
    rest = [(i, j) for i, j in pairs if i not in gold_used and j not in predicted_used]
    return sorted([*hits, *match_any(rest)])


def same_pair(gold: Stance, predicted: Stance, resolve: Resolve) -> bool:
    if not gold.also:
        return gold.issue_id == predicted.issue_id and gold.holder in resolve(predicted.holder)
    return any(
        r.issue_id == predicted.issue_id and r.holder in resolve(predicted.holder)
        for r in readings(gold)
    )


def same_tuple(gold: Stance, predicted: Stance, resolve: Resolve) -> bool:
    if not gold.also:
        return gold.label == predicted.label and same_pair(gold, predicted, resolve)
    return any(
        r.issue_id == predicted.issue_id
        and r.label == predicted.label
        and r.holder in resolve(predicted.holder)
        for r in readings(gold)
    )


def count_evidence(gold: Stance, predicted: Stance) -> Counts:
    """Count the code points that the evidence of two records shares."""
    gold_spans, predicted_spans = merge_spans(gold.evidence), merge_spans(predicted.evidence)
    shared = sum(
        max(0, min(end, other_end) - max(start, other_start))
        for start, end in gold_spans
        for other_start, other_end in predicted_spans
    )
    gold_size = sum(end - start for start, end in gold_spans)
    return Counts.of_hits(shared, gold_size, sum(end - start for start, end in predicted_spans))


def merge_spans(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join spans that overlap or touch, so that each code point is in one; drop empty ones."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        elif start < end:
            merged.append((start, end))
    return merged


def compare_via(gold: Stance, predicted: Stance, resolve: Resolve) -> ViaCounts | None:
    """Compare chains of relays, as a whole and by the innermost link; None if both are empty."""
    if not gold.via and not predicted.via:
        return None
    whole = len(gold.via) == len(predicted.via) and all(
        g in resolve(p) for g, p in zip(gold.via, predicted.via, strict=True)
    )
    last = bool(gold.via and predicted.via) and gold.via[-1] in resolve(predicted.via[-1])
    return ViaCounts(int(whole), int(last), int(bool(gold.via)), int(bool(predicted.via)))
