"""Count the stances that a prediction reads off rightly: who takes which side of what."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pledgewire.counts import Counts
from pledgewire.matching import match_any
from pledgewire.metrics.tally import Tally, add
from pledgewire.records import Stance, readings
from pledgewire.resolve import Candidates

Resolve = Callable[[str | None], Candidates]


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
    pairs = [
        (i, j)
        for i, g in enumerate(gold)
        for j, p in enumerate(predicted)
        if same_pair(g, p, resolve)
    ]
    hits = match_any([(i, j) for i, j in pairs if same_tuple(gold[i], predicted[j], resolve)])
    tally: Tally = {"tuple": Counts.of_hits(len(hits), len(gold), len(predicted))}
    hit_gold, hit_predicted = {i for i, _ in hits}, {j for _, j in hits}
    for i, stance in enumerate(gold):
        add(tally, f"label={stance.label}", Counts(int(i in hit_gold), 1, 0, 0))
    for j, stance in enumerate(predicted):
        add(tally, f"label={stance.label}", Counts(0, 0, int(j in hit_predicted), 1))
    matched = match_pairs(pairs, hits)
    add(tally, "pair", Counts.of_hits(len(matched), len(gold), len(predicted)))
    right = sum(same_tuple(gold[i], predicted[j], resolve) for i, j in matched)
    add(tally, "closed", Counts(right, len(gold), right, len(matched)))
    for i, j in matched:
        add(tally, f"confusion:{gold[i].label}>{predicted[j].label}", Counts(1, 1, 1, 1))
        add(tally, "evidence", count_evidence(gold[i], predicted[j]))
        count_via(tally, gold[i], predicted[j], resolve)
    add(tally, "none", Counts(len(gold) - len(matched), len(gold), 0, 0))
    return tally


def match_pairs(
    pairs: Sequence[tuple[int, int]], hits: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Pair records by holder and issue, keeping the pairs whose label is right too."""
    gold_used, predicted_used = {i for i, _ in hits}, {j for _, j in hits}
    rest = [(i, j) for i, j in pairs if i not in gold_used and j not in predicted_used]
    return sorted([*hits, *match_any(rest)])


def same_pair(gold: Stance, predicted: Stance, resolve: Resolve) -> bool:
    return any(
        r.issue_id == predicted.issue_id and r.holder in resolve(predicted.holder)
        for r in readings(gold)
    )


def same_tuple(gold: Stance, predicted: Stance, resolve: Resolve) -> bool:
    return any(
        r.issue_id == predicted.issue_id
        and r.label == predicted.label
        and r.holder in resolve(predicted.holder)
        for r in readings(gold)
    )


def count_evidence(gold: Stance, predicted: Stance) -> Counts:
    """Count the code points that the evidence of two records shares."""
    gold_points, predicted_points = covered(gold), covered(predicted)
    shared = len(gold_points & predicted_points)
    return Counts(shared, len(gold_points), shared, len(predicted_points))


def covered(stance: Stance) -> set[int]:
    return {at for start, end in stance.evidence for at in range(start, end)}


def count_via(tally: Tally, gold: Stance, predicted: Stance, resolve: Resolve) -> None:
    """Count a chain of relays as a whole and by its innermost link; two empty chains agree."""
    if not gold.via and not predicted.via:
        return
    whole = len(gold.via) == len(predicted.via) and all(
        g in resolve(p) for g, p in zip(gold.via, predicted.via, strict=True)
    )
    sizes = (int(bool(gold.via)), int(bool(predicted.via)))
    add(tally, "via", Counts(int(whole), sizes[0], int(whole), sizes[1]))
    last = bool(gold.via and predicted.via) and gold.via[-1] in resolve(predicted.via[-1])
    add(tally, "via:innermost", Counts(int(last), sizes[0], int(last), sizes[1]))
