"""Pair gold with predicted records one to one, in a way that no order of input can change.

Greedy matching, as most scorers have it, lets the first prediction take a gold record that a later
one fits better. Here every matching is optimal, and of equally good ones always the same is taken.
Source: scorers that depend on order are listed in tests/test_parity_spans.py.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from math import inf, prod

Edge = tuple[int, int]
Matcher = Callable[[Sequence[Edge], Mapping[Edge, float]], list[Edge]]

# Up to this many combinations, trying all of them is faster than building a cost matrix.
_FEW_COMBINATIONS = 200
# Floats hold all integers below this, so sums of integer weights are exact in the solver.
_EXACT_INTEGERS = 2**52


def overlapping_pairs(
    gold_spans: Sequence[tuple[int, int]], predicted_spans: Sequence[tuple[int, int]]
) -> list[Edge]:
    """List the index pairs (gold, predicted) whose spans share at least one code point, sorted.

    Units: half-open spans, so neighbours that touch share nothing, nor does an empty span.
    Source: one pass over the starts of each side; n log n in spans plus the number of pairs.
    """
    golds = sorted([(start, end, i) for i, (start, end) in enumerate(gold_spans) if start < end])
    predictions = sorted(
        [(start, end, j) for j, (start, end) in enumerate(predicted_spans) if start < end]
    )
    pairs: list[Edge] = []
    # Of two spans that overlap, one starts inside the other: first the predicted ones that start
    # inside a gold span or with it, then the gold ones that start inside a predicted span.
    starts = [start for start, _, _ in predictions] + [inf]
    first = 0
    for start, end, i in golds:
        while starts[first] < start:
            first += 1
        at = first
        while starts[at] < end:
            pairs.append((i, predictions[at][2]))
            at += 1
    starts = [start for start, _, _ in golds] + [inf]
    first = 0
    for start, end, j in predictions:
        while starts[first] <= start:
            first += 1
        at = first
        while starts[at] < end:
            pairs.append((golds[at][2], j))
            at += 1
    pairs.sort()
    return pairs


def match_best(n_gold: int, n_predicted: int, weights: Mapping[Edge, float]) -> list[Edge]:
    """Choose the one-to-one pairs among the keys of `weights` whose weights sum to the most.

    Of equal sums the one with more pairs is taken, then the lexicographically smallest sorted list
    of pairs. Callers who sort their records by everything that they count are thus free of order.
    With float weights, or integers whose sums may pass 2**52, the total is the greatest up to
    rounding, and in a large component the choice among ties is the solver's.

    Shape:  pairs that are not in `weights` cannot be matched; pairs of weight 0 can.
    Raises: ValueError when an index is out of range or a weight is negative or not finite.
    """
    for (i, j), weight in weights.items():
        if not (0 <= i < n_gold and 0 <= j < n_predicted):
            raise ValueError(
                f"a pair indexes {n_gold} gold and {n_predicted} predicted records, got {(i, j)}"
            )
        if not 0 <= weight < inf:
            raise ValueError(f"a weight is finite and not below 0, got {weight} for {(i, j)}")
    return _match(weights, _match_by_assignment)


def match_any(edges: Iterable[Edge]) -> list[Edge]:
    """Choose as many one-to-one pairs among `edges` as there can be.

    Of the largest choices the lexicographically smallest sorted list of pairs is taken.
    """
    return _match(dict.fromkeys(edges, 1), _match_by_augmenting)


def _match(weights: Mapping[Edge, float], matcher: Matcher) -> list[Edge]:
    if len({i for i, _ in weights}) == len(weights) == len({j for _, j in weights}):
        return sorted(weights)
    chosen: list[Edge] = []
    for component in components(weights):
        chosen += (
            _match_top(component, weights)
            or _match_few(component, weights)
            or matcher(component, weights)
        )
    chosen.sort()
    return chosen


def components(edges: Iterable[Edge]) -> list[list[Edge]]:
    """Split pairs into groups that share no record, so that each can be matched alone.

    Shape: each group is sorted; the order of groups is that of their first pairs.
    """
    by_gold: dict[int, list[Edge]] = defaultdict(list)
    by_predicted: dict[int, list[Edge]] = defaultdict(list)
    for edge in sorted(edges):
        by_gold[edge[0]].append(edge)
        by_predicted[edge[1]].append(edge)
    groups = []
    for first in list(by_gold):
        component = by_gold.pop(first, [])
        if not component:
            continue
        at = 0
        while at < len(component):
            for edge in by_predicted.pop(component[at][1], ()):
                component += by_gold.pop(edge[0], ())
            at += 1
        component.sort()
        groups.append(component)
    return groups


def _match_top(component: Sequence[Edge], weights: Mapping[Edge, float]) -> list[Edge]:
    """Take pairs of the highest weight while records are free; nothing unless a side is used up.

    If one side is used up, no matching can have more pairs nor heavier ones. This settles stars
    (one record on a side) and nested mentions that are all right.
    """
    top = max(weights[edge] for edge in component)
    gold, predicted = {i for i, _ in component}, {j for _, j in component}
    smaller = min(len(gold), len(predicted))
    chosen = []
    for i, j in component:
        if weights[i, j] == top and i in gold and j in predicted:
            chosen.append((i, j))
            gold.remove(i)
            predicted.remove(j)
    return chosen if len(chosen) == smaller else []


def _match_few(component: Sequence[Edge], weights: Mapping[Edge, float]) -> list[Edge]:
    """Try all matchings of a component that has few; nothing if it has many."""
    choices: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for i, j in component:
        choices[i].append((j, weights[i, j]))
    if prod(len(options) + 1 for options in choices.values()) > _FEW_COMBINATIONS:
        return []
    rows = list(choices.items())

    def best_from(at: int, used: frozenset[int]) -> tuple[float, int, list[Edge]]:
        if at == len(rows):
            return 0, 0, []
        i, options = rows[at]
        best: tuple[float, int, list[Edge]] = (-1, 0, [])
        for j, weight in options:
            if j not in used:
                total, pairs, rest = best_from(at + 1, used | {j})
                if (total + weight, pairs + 1) > best[:2]:
                    best = (total + weight, pairs + 1, [(i, j), *rest])
        # Leaving this record out comes last: on a tie the smaller list has it.
        skipped = best_from(at + 1, used)
        return skipped if skipped[:2] > best[:2] else best

    return best_from(0, frozenset())[2]


def _match_by_assignment(component: Sequence[Edge], weights: Mapping[Edge, float]) -> list[Edge]:
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    rows = {i: row for row, i in enumerate(sorted({i for i, _ in component}))}
    columns = {j: column for column, j in enumerate(sorted({j for _, j in component}))}
    smaller = min(len(rows), len(columns))
    integral = all(isinstance(weights[edge], int) for edge in component)
    # One more pair is worth less than one more unit of weight, but more than nothing.
    costs = {
        edge: weights[edge] * (smaller + 1) + 1 if integral else weights[edge] for edge in component
    }
    matrix = np.zeros((len(rows), len(columns)))
    for (i, j), cost in costs.items():
        matrix[rows[i], columns[j]] = cost
    golds, predictions = list(rows), list(columns)
    row_of, column_of = linear_sum_assignment(matrix, maximize=True)
    chosen = [
        (golds[row], predictions[column])
        for row, column in zip(row_of.tolist(), column_of.tolist(), strict=True)
    ]
    chosen = [edge for edge in chosen if edge in costs]
    if integral and smaller * max(costs.values()) < _EXACT_INTEGERS:
        return _smallest_of_ties(component, costs, chosen)
    return chosen


def _match_by_augmenting(component: Sequence[Edge], weights: Mapping[Edge, float]) -> list[Edge]:
    """Grow a matching by alternating paths from each gold record in turn (Kuhn)."""
    choices: dict[int, list[int]] = defaultdict(list)
    for i, j in component:
        choices[i].append(j)
    taken: dict[int, int] = {}
    owner: dict[int, int] = {}
    for start in choices:
        came_from: dict[int, int] = {}
        queue = deque([start])
        free = None
        while queue and free is None:
            i = queue.popleft()
            for j in choices[i]:
                if j not in came_from:
                    came_from[j] = i
                    if j not in owner:
                        free = j
                        break
                    queue.append(owner[j])
        # Back along the path, each gold record takes what it reached and leaves what it held.
        while free is not None:
            i = came_from[free]
            owner[free] = i
            held = taken.get(i)
            taken[i] = free
            free = held
    return _smallest_of_ties(component, weights, list(taken.items()))


_Node = tuple[str, int]
_GOLD, _PREDICTED, _FREE = "gold", "predicted", ("free", 0)


def _smallest_of_ties(
    component: Sequence[Edge], weights: Mapping[Edge, float], chosen: Sequence[Edge]
) -> list[Edge]:
    """Turn one optimal matching into the optimal one whose sorted list is the smallest.

    Another optimal matching differs by cycles of exchanges that cost nothing: a gold record takes
    a predicted one, whose owner takes the next, and so on (or goes free where another was freed).
    Potentials from shortest paths make every exchange cost 0 or more, so that such cycles consist
    of exchanges that cost exactly 0. Each pair in turn is kept if a cycle through it exists.
    """
    taken = dict(chosen)
    owner = {j: i for i, j in chosen}
    choices: dict[int, list[int]] = defaultdict(list)
    for i, j in component:
        choices[i].append(j)
    fixed: set[_Node] = set()

    def exchanges(node: _Node) -> Iterable[tuple[_Node, float]]:
        side, index = node
        if side == _GOLD:
            held = taken.get(index)
            for j in choices[index]:
                if j != held:
                    yield (_PREDICTED, j), -weights[index, j]
            if held is not None:
                yield _FREE, 0
        elif side == _PREDICTED:
            if index in owner:
                yield (_GOLD, owner[index]), weights[owner[index], index]
            else:
                yield _FREE, 0
        else:
            yield from (((_GOLD, i), 0) for i in choices if i not in taken)
            yield from (((_PREDICTED, j), 0) for j in owner)

    nodes: list[_Node] = [(_GOLD, i) for i in choices]
    nodes += [(_PREDICTED, j) for j in sorted({j for _, j in component})] + [_FREE]
    potential: dict[_Node, float] = dict.fromkeys(nodes, 0)
    queue, queued = deque(nodes), set(nodes)
    while queue:
        node = queue.popleft()
        queued.remove(node)
        for other, cost in exchanges(node):
            if potential[node] + cost < potential[other]:
                potential[other] = potential[node] + cost
                if other not in queued:
                    queued.add(other)
                    queue.append(other)

    def costs_nothing(node: _Node, other: _Node, cost: float) -> bool:
        return cost + potential[node] == potential[other]

    def path(start: _Node, goal: _Node) -> list[_Node]:
        """Find exchanges that cost nothing from `start` to `goal`, around what is fixed."""
        came_from: dict[_Node, _Node] = {start: start}
        queue = deque([start])
        while queue and goal not in came_from:
            node = queue.popleft()
            for other, cost in exchanges(node):
                free = other not in came_from and other not in fixed
                if free and costs_nothing(node, other, cost):
                    came_from[other] = node
                    queue.append(other)
        if goal not in came_from:
            return []
        steps = [goal]
        while steps[-1] != start:
            steps.append(came_from[steps[-1]])
        return steps[::-1]

    def exchange(cycle: Sequence[_Node]) -> None:
        for side, index in cycle:
            if side == _GOLD and index in taken:
                del owner[taken.pop(index)]
            elif side == _PREDICTED and index in owner:
                del taken[owner.pop(index)]
        for (side, i), (other_side, j) in pairwise(cycle):
            if side == _GOLD and other_side == _PREDICTED:
                taken[i], owner[j] = j, i

    for i, options in choices.items():
        gold = (_GOLD, i)
        for j in options:
            predicted = (_PREDICTED, j)
            if taken.get(i) != j:
                if predicted in fixed or not costs_nothing(gold, predicted, -weights[i, j]):
                    continue
                back = path(predicted, gold)
                if not back:
                    continue
                exchange([gold, *back])
            fixed |= {gold, predicted}
            break
    return sorted(taken.items())
