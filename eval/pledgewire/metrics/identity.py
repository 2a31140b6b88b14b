"""Identity of entities: MUC, B-cubed, CEAF, BLANC and LEA of one document or story.

Every metric is computed from the overlaps of those pairs of clusters that share a mention, so
the work grows with the mentions, not with the pairs of clusters or of mentions.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pledgewire.counts import Counts
from pledgewire.records import Mention

BLANC_CONVENTION = "reference-8.01"
SINGLETONS = "kept"
REPEATED = "earliest"

_EXACT = 2**50  # whole numbers up to here survive the float arithmetic of the assignment
_FEW_EDGES = 12  # up to here trying both ways is quicker than a solver
_DENSE = 100_000  # cells up to which a dense matrix is quicker than a sparse one

Clusters = Sequence[Collection[Hashable]]
Members = Sequence[tuple[str | None, Hashable]]
Overlaps = Mapping[tuple[int, int], int]


class _Settled(NamedTuple):
    """Clusters that share no mention: the cluster of each mention, their sizes, how many mentions
    were dropped."""

    homes: Mapping[Hashable, int]
    sizes: Sequence[int]
    repeated: int


class Ratios(NamedTuple):
    """Recall, precision and F1 of a metric that is not a single `Counts`."""

    recall: float | None
    precision: float | None
    f1: float | None


class IdentityCounts(NamedTuple):
    """Counts of the six metrics; they add over documents.

    Units: `muc` and the two parts of BLANC count links, `b3`, `ceafm` and `lea` mentions, `ceafe`
    clusters. `repeated` and `gold_repeated` count mentions that were dropped because their side
    names them in another cluster, or twice in one.
    """

    muc: Counts = Counts()
    b3: Counts = Counts()
    ceafm: Counts = Counts()
    ceafe: Counts = Counts()
    lea: Counts = Counts()
    blanc_coref: Counts = Counts()
    blanc_noncoref: Counts = Counts()
    repeated: int = 0
    gold_repeated: int = 0

    def plus(self, other: IdentityCounts) -> IdentityCounts:
        """Add metric by metric."""
        return IdentityCounts(
            *(mine.plus(its) for mine, its in zip(self[:7], other[:7], strict=True)),
            repeated=self.repeated + other.repeated,
            gold_repeated=self.gold_repeated + other.gold_repeated,
        )

    @property
    def conll(self) -> float | None:
        """Mean F1 of MUC, B-cubed and CEAF-e.

        Undefined: None when one of the three is. MUC has no F1 when neither side links two
        mentions; the reference scorer enters 0 there, which punishes a perfect prediction.
        Source: Pradhan et al. 2012, CoNLL shared task.
        """
        parts = [part.f1 for part in (self.muc, self.b3, self.ceafe)]
        defined = [part for part in parts if part is not None]
        return math.fsum(defined) / 3 if len(defined) == 3 else None

    @property
    def blanc(self) -> Ratios:
        """Mean of coreference and non-coreference links; of one kind alone when gold has but one.

        Undefined: with both kinds in gold, a kind that was not predicted has precision 0, as in
        the reference scorer. With one kind in gold, that kind's ratios stand, None included.
        Without links in gold recall is None, precision and F1 are 0 if any link was predicted.
        Source: Luo et al. 2014; which kinds count is decided by gold alone, hence not symmetric,
        as in the CoNLL reference scorer 8.01 (corefud-scorer averages with 0 instead).
        """
        coref, noncoref = self.blanc_coref, self.blanc_noncoref
        if not (coref.gold and noncoref.gold):
            alone = coref if coref.gold else noncoref
            if not alone.gold:
                alone = coref.plus(noncoref)
            return Ratios(alone.recall, alone.precision, alone.f1)
        return Ratios(
            _mean(coref.recall, noncoref.recall),
            _mean(coref.precision, noncoref.precision),
            _mean(coref.f1, noncoref.f1),
        )


def count_identity(gold: Clusters, predicted: Clusters) -> IdentityCounts:
    """Count what six metrics of coreference find in common between two sets of clusters.

    Mentions are hashable keys: spans, or (document, span) across a story. Singletons are kept.
    A mention that one side names more than once stays in the cluster that `in_canonical_order`
    puts first; the others are dropped and counted. Clusters without mentions are ignored. The
    result is the same, to the bit, in any order of clusters and mentions.

    Shape:  the clusters of one document or story -> one IdentityCounts. Adding documents is not
            merging them: merged, mentions of different documents make non-coreference links.
    Source: MUC: Vilain et al. 1995; B-cubed: Bagga and Baldwin 1998; CEAF (phi 3 and phi 4): Luo
            2005; BLANC: Luo et al. 2014; LEA: Moosavi and Strube 2016. Values agree with the
            CoNLL reference scorer 8.01, and with coval for LEA.
    """
    return _count_settled(_settle(gold), _settle(predicted))


def count_members(gold: Members, predicted: Members) -> IdentityCounts:
    """Count as `count_identity` does, for mentions that are not grouped yet.

    Shape:  pairs of an entity's name and a mention's key; without a name, each is a singleton.
    """
    joined = join_members(gold, predicted)
    if joined is not None:
        return count_joined(joined)
    return _count_settled(_settle(_group(gold)), _settle(_group(predicted)))


class Joined(NamedTuple):
    """What two sides have in common, by the names of clusters: it adds over the documents of a
    story, so that a story need not go through its mentions again."""

    overlaps: Mapping[tuple[Hashable, Hashable], int]
    gold_sizes: Mapping[Hashable, int]
    sizes: Mapping[Hashable, int]


def join_members(gold: Members, predicted: Members) -> Joined | None:
    """Join the mentions of both sides; None where a side names one twice: see `count_members`.

    A mention without a name is its own cluster, by its key.
    """
    gold_homes = {m: m if name is None else name for name, m in gold}
    homes = {m: m if name is None else name for name, m in predicted}
    if len(gold_homes) < len(gold) or len(homes) < len(predicted):
        return None
    return Joined(
        Counter([(name, homes[m]) for m, name in gold_homes.items() if m in homes]),
        Counter(gold_homes.values()),
        Counter(homes.values()),
    )


def merge_joined(parts: Iterable[Joined]) -> Joined:
    """Join documents: clusters of one name are one cluster."""
    merged = Joined(Counter(), Counter(), Counter())
    for part in parts:
        for sums, numbers in zip(merged, part, strict=True):
            sums.update(numbers)
    return merged


def count_joined(joined: Joined) -> IdentityCounts:
    """Count as `count_identity` does."""
    row_of = {name: at for at, name in enumerate(joined.gold_sizes)}
    column_of = {name: at for at, name in enumerate(joined.sizes)}
    overlaps = {(row_of[g], column_of[p]): n for (g, p), n in joined.overlaps.items()}
    return _count_overlaps(overlaps, [*joined.gold_sizes.values()], [*joined.sizes.values()])


def _count_settled(gold: _Settled, predicted: _Settled) -> IdentityCounts:
    homes = predicted.homes
    overlaps = Counter([(i, homes[m]) for m, i in gold.homes.items() if m in homes])
    counts = _count_overlaps(overlaps, gold.sizes, predicted.sizes)
    return counts._replace(repeated=predicted.repeated, gold_repeated=gold.repeated)


def _count_overlaps(
    overlaps: Overlaps, gold_sizes: Sequence[int], sizes: Sequence[int]
) -> IdentityCounts:
    n_gold, n_predicted = sum(gold_sizes), sum(sizes)
    gold_covered, covered = [0] * len(gold_sizes), [0] * len(sizes)
    # Numerators of fractions, collected by denominator: whole numbers until the last step.
    b3_gold, b3_predicted = defaultdict(int), defaultdict(int)
    lea_gold, lea_predicted = defaultdict(int), defaultdict(int)
    common = links = 0
    for (i, j), shared in overlaps.items():
        k, r = gold_sizes[i], sizes[j]
        common += shared
        gold_covered[i] += shared
        covered[j] += shared
        b3_gold[k] += shared * shared
        b3_predicted[r] += shared * shared
        if shared > 1:
            links += shared * (shared - 1) // 2
            lea_gold[k - 1] += shared * (shared - 1)
            lea_predicted[r - 1] += shared * (shared - 1)
        elif k == r == 1:  # LEA gives a singleton one link, to itself
            lea_gold[1] += 1
            lea_predicted[1] += 1

    gold_links, predicted_links = _pairs_within(gold_sizes), _pairs_within(sizes)
    joint = common - len(overlaps)
    apart = _pairs(common) - _pairs_within(gold_covered) - _pairs_within(covered) + links
    aligned_mentions, aligned_clusters = _align(overlaps, gold_sizes, sizes)
    return IdentityCounts(
        muc=Counts(joint, n_gold - len(gold_sizes), joint, n_predicted - len(sizes)),
        b3=Counts(_sum_fractions(b3_gold), n_gold, _sum_fractions(b3_predicted), n_predicted),
        ceafm=Counts.of_hits(aligned_mentions, n_gold, n_predicted),
        ceafe=Counts.of_hits(aligned_clusters, len(gold_sizes), len(sizes)),
        lea=Counts(_sum_fractions(lea_gold), n_gold, _sum_fractions(lea_predicted), n_predicted),
        blanc_coref=Counts.of_hits(links, gold_links, predicted_links),
        blanc_noncoref=Counts.of_hits(
            apart, _pairs(n_gold) - gold_links, _pairs(n_predicted) - predicted_links
        ),
    )


def clusters_of(
    mentions: Iterable[Mention], key: Callable[[Mention], Hashable]
) -> list[list[Hashable]]:
    """Group the keys of one document's mentions by `entity_id`; without one, each is a singleton.

    `key` must tell mentions apart that are different: ground them first, as spans may be None.
    """
    return _group([(mention.entity_id, key(mention)) for mention in mentions])


def clusters_across(
    mentions_of: Mapping[str, Iterable[Mention]], key: Callable[[Mention], Hashable]
) -> list[list[Hashable]]:
    """Group mentions of several documents by `entity_id`; keys become (document, key)."""
    return _group(
        [
            (mention.entity_id, (doc_id, key(mention)))
            for doc_id, mentions in mentions_of.items()
            for mention in mentions
        ]
    )


def drop_repeated(clusters: Clusters) -> tuple[list[list[Hashable]], int]:
    """Keep each mention in the first cluster, in the order given, that names it.

    Clusters left without mentions go too. Applied to both sides before `count_identity`, it
    reproduces scorers that depend on the order of their input, as the CoNLL reference does (which
    notices repeats of gold's mentions only). Returns the clusters and the number dropped.
    """
    seen: set[Hashable] = set()
    kept: list[list[Hashable]] = []
    for cluster in clusters:
        fresh = [mention for mention in dict.fromkeys(cluster) if mention not in seen]
        seen.update(fresh)
        if fresh:
            kept.append(fresh)
    return kept, sum(map(len, clusters)) - len(seen)


def in_canonical_order(clusters: Clusters) -> list[list[Hashable]]:
    """Sort mentions in clusters and clusters by their mentions.

    For spans this is the order in which the text introduces its entities: the cluster with the
    earliest mention comes first, then the one whose next mention is earlier. Neither the order
    of the input nor naming a mention twice changes it. Mentions that do not compare are sorted
    by `repr`.
    """
    try:
        in_order = [(sorted(set(cluster)), sorted(cluster)) for cluster in clusters]
        return [cluster for _, cluster in sorted(in_order)]
    except TypeError:
        in_order = [sorted(cluster, key=repr) for cluster in clusters]
        return sorted(in_order, key=lambda cluster: list(dict.fromkeys(map(repr, cluster))))


def _settle(clusters: Clusters) -> _Settled:
    homes = {mention: i for i, cluster in enumerate(clusters) for mention in cluster}
    if all(clusters) and sum(map(len, clusters)) == len(homes):
        return _Settled(homes, [len(cluster) for cluster in clusters], 0)
    kept, dropped = drop_repeated(in_canonical_order(clusters))
    homes = {mention: i for i, cluster in enumerate(kept) for mention in cluster}
    return _Settled(homes, [len(cluster) for cluster in kept], dropped)


def _align(
    overlaps: Overlaps, gold_sizes: Sequence[int], sizes: Sequence[int]
) -> tuple[int, float]:
    """Return the largest sums of phi 3 and of phi 4 over one-to-one alignments of clusters."""
    mentions, rest = _reduce_matching([(i, j, shared) for (i, j), shared in overlaps.items()])
    if rest:
        mentions += _solve_matching(rest)
    both = {(i, j): gold_sizes[i] + sizes[j] for i, j in overlaps}
    # phi 4 in whole multiples of 1/scale, so that alignments of equal worth add up to the same
    # number whichever of them is found.
    scale = math.lcm(*set(both.values()))
    whole, rest = _reduce_matching(
        [(*edge, 2 * shared * (scale // both[edge])) for edge, shared in overlaps.items()]
    )
    if rest and scale * (len(gold_sizes) + len(sizes)) > _EXACT:
        return mentions, math.fsum(_align_apart(overlaps, both))
    return mentions, (whole + _solve_matching(rest) if rest else whole) / scale


def _align_apart(overlaps: Overlaps, both: Mapping[tuple[int, int], int]) -> Iterator[float]:
    """Yield phi 4 component by component, each in a scale of its own that the solver can hold."""
    for edges in _components(overlaps):
        size = len({i for i, _ in edges}) + len({j for _, j in edges})
        scale = min(math.lcm(*{both[edge] for edge in edges}), _EXACT // size)
        weights = {edge: 2 * overlaps[edge] * scale // both[edge] for edge in edges}
        yield _solve_matching(weights) / scale


def _components(overlaps: Overlaps) -> Iterator[list[tuple[int, int]]]:
    """Split the pairs into groups such that no cluster is in two groups."""
    columns_of, rows_of = defaultdict(list), defaultdict(list)
    for i, j in overlaps:
        columns_of[i].append(j)
        rows_of[j].append(i)
    while columns_of:
        row, columns = columns_of.popitem()
        edges = []
        pending = [(row, columns)]
        while pending:
            i, columns = pending.pop()
            for j in columns:
                edges.append((i, j))
                for other in rows_of.pop(j, ()):
                    if other in columns_of:
                        pending.append((other, columns_of.pop(other)))
        yield edges


def _reduce_matching(
    edges: Sequence[tuple[int, int, int]],
) -> tuple[int, dict[tuple[int, int], int]]:
    """Settle what two rules can; return the weight so far and the edges that are left to match.

    An edge that is no lighter than the next best of its two ends together is in some heaviest
    matching. And where a node has but one edge, the other end has that weight for sure: every
    other edge there is worth only what it weighs more. Of a few edges that are left the heaviest
    is tried both ways.
    """
    best: dict[int, int] = {}  # rows as -1, -2, ...
    second: dict[int, int] = {}
    for row, column, weight in edges:
        for node in (~row, column):
            top = best.get(node, 0)
            if weight > top:
                best[node], second[node] = weight, top
            elif weight > second[node]:
                second[node] = weight
    total = 0
    taken: set[int] = set()
    for row, column, weight in edges:
        row = ~row
        rivals = second[row] if weight == best[row] else best[row]
        rivals += second[column] if weight == best[column] else best[column]
        if weight >= rivals and row not in taken and column not in taken:
            total += weight
            taken.add(row)
            taken.add(column)
    rest = [edge for edge in edges if ~edge[0] not in taken and edge[1] not in taken]
    if not rest:
        return total, {}
    more, left = _fold_leaves(rest)
    if left and len(left) <= _FEW_EDGES:
        (row, column), weight = max(left.items(), key=lambda item: item[1])
        others = [(i, j, w) for (i, j), w in left.items() if (i, j) != (row, column)]
        apart = [(i, j, w) for i, j, w in others if i != row and j != column]
        return total + more + max(
            weight + _reduce_matching(apart)[0], _reduce_matching(others)[0]
        ), {}
    return total + more, left


def _fold_leaves(
    edges: Sequence[tuple[int, int, int]],
) -> tuple[int, dict[tuple[int, int], int]]:
    """Apply both rules until neither applies."""
    near: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for row, column, weight in edges:
        near[~row][column] = near[column][~row] = weight  # rows as -1, -2, ...
    total = 0
    pending = list(near)
    while pending:
        node = pending.pop()
        options = near[node]
        if not options:
            continue
        other = max(options, key=options.__getitem__)
        weight = options.pop(other)
        others = near[other]
        del others[node]
        if weight >= max(options.values(), default=0) + max(others.values(), default=0):
            total += weight
            for end, rest in ((node, options), (other, others)):
                for neighbour in rest:
                    del near[neighbour][end]
                    pending.append(neighbour)
                rest.clear()
        elif not options:
            total += weight
            for neighbour, its_weight in list(others.items()):
                if its_weight > weight:
                    others[neighbour] = near[neighbour][other] = its_weight - weight
                else:
                    del others[neighbour], near[neighbour][other]
                pending.append(neighbour)
            pending.append(other)
        else:
            options[other] = others[node] = weight
    left = ((~row, options) for row, options in near.items() if row < 0)
    return total, {(row, column): w for row, options in left for column, w in options.items()}


def _solve_matching(edges: Mapping[tuple[int, int], int]) -> int:
    """Return the largest total weight of edges (row, column) that share no row and no column."""
    import numpy as np  # here and not above, so that importing the harness stays quick

    row_of = {row: at for at, row in enumerate({row for row, _ in edges})}
    column_of = {column: at for at, column in enumerate({column for _, column in edges})}
    rows, columns = [row_of[row] for row, _ in edges], [column_of[column] for _, column in edges]
    weights = list(edges.values())
    shape = len(row_of), len(column_of)
    if shape[0] * shape[1] <= _DENSE:
        from scipy.optimize import linear_sum_assignment

        matrix = np.zeros(shape)
        matrix[rows, columns] = weights
        return int(matrix[linear_sum_assignment(matrix, maximize=True)].sum())

    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    # The solver matches every row: each gets a column of its own that stands for "none". One is
    # added to all weights, as it takes zero for no edge, and taken off again for every row.
    n = shape[0]
    rows, columns = [*rows, *range(n)], [*columns, *range(shape[1], shape[1] + n)]
    values = np.array([*weights, *[0] * n], dtype=float) + 1
    sparse = csr_array((values, (rows, columns)), shape=(n, shape[1] + n))
    return int(sparse[min_weight_full_bipartite_matching(sparse, maximize=True)].sum()) - n


def _sum_fractions(numerators: Mapping[int, int]) -> float:
    """Add numerators over their denominators; the order of the entries leaves no trace."""
    return math.fsum(n / denominator for denominator, n in numerators.items())


def _pairs(n: int) -> int:
    return n * (n - 1) // 2


def _pairs_within(sizes: Iterable[int]) -> int:
    return sum(n * (n - 1) // 2 for n in sizes)


def _mean(a: float | None, b: float | None) -> float:
    return ((a or 0.0) + (b or 0.0)) / 2


def _group(members: Iterable[tuple[str | None, Hashable]]) -> list[list[Hashable]]:
    grouped: defaultdict[str, list[Hashable]] = defaultdict(list)
    alone = []
    for entity_id, mention in members:
        if entity_id is None:
            alone.append([mention])
        else:
            grouped[entity_id].append(mention)
    return [*grouped.values(), *alone]
