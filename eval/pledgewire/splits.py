"""How the stories were dealt into splits: the best balance that the rules of splits.jsonl allow.

A test story shares no event with a train story, so stories of one event stay in one split, and
some stories are fixed, each with its reason. Among all that remains possible the choice is the
one whose splits are most alike in year, region, topic and figures; a tie goes to the first in
order of story ids. Source: corpus/README.md, Splits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path

from pledgewire import jsonl
from pledgewire.problems import Problem
from pledgewire.records import Record, Split, Story

SPLITS_FILE = "corpus/splits.jsonl"
SIZES: dict[Split, int] = {"train": 6, "dev": 6, "test": 12}


class SplitLine(Record):
    """What bears on the split of one story.

    `figures` is the number of figures gathered for the story before it was written; stories with
    one `event` stay together; `fixed` is the split of a story that was not free, with a `reason`.
    """

    story: str
    figures: int
    event: str | None = None
    fixed: Split | None = None
    reason: str | None = None


Plan = Mapping[str, SplitLine]


def read_plan(root: Path, problems: list[Problem]) -> dict[str, SplitLine]:
    """Read corpus/splits.jsonl by story; faults are added to `problems`."""
    lines = jsonl.read_records(root / SPLITS_FILE, SPLITS_FILE, SplitLine, problems)
    return {line.record.story: line.record for line in lines}


def choose_splits(
    stories: Mapping[str, Story], plan: Plan, sizes: Mapping[Split, int] = SIZES
) -> dict[str, Split]:
    """Deal the stories into splits. Raises: ValueError if no dealing obeys the plan."""
    best: tuple[int, dict[str, Split]] | None = None
    for dealt in list_dealings(sorted(stories), plan, sizes):
        cost = imbalance(dealt, stories, plan, sizes)
        if best is None or cost < best[0]:
            best = (cost, dealt)
    if best is None:
        raise ValueError(f"{SPLITS_FILE}: expected ties that sizes {dict(sizes)} allow, got others")
    return best[1]


def list_dealings(
    story_ids: Sequence[str], plan: Plan, sizes: Mapping[Split, int]
) -> Iterator[dict[str, Split]]:
    """List every dealing that keeps sizes, fixed stories and stories of one event."""
    groups: dict[str, list[str]] = {}
    for story in story_ids:
        groups.setdefault(plan[story].event or story, []).append(story)
    dealt: dict[str, Split] = {}
    free = []
    for group in groups.values():
        fixed = {plan[s].fixed for s in group} - {None}
        if len(fixed) > 1:
            return
        if fixed:
            dealt.update(dict.fromkeys(group, fixed.pop()))
        else:
            free.append(tuple(group))
    taken = Counter(dealt.values())
    yield from fill(dealt, free, [(split, size - taken[split]) for split, size in sizes.items()])


def fill(
    dealt: dict[str, Split],
    free: Sequence[tuple[str, ...]],
    left: Sequence[tuple[Split, int]],
) -> Iterator[dict[str, Split]]:
    """Fill the first split of `left` in every way, then the others."""
    if not left:
        if not free:
            yield dealt
        return
    (split, size), *others = left
    for number in range(size + 1):
        for chosen in combinations(free, number):
            if sum(map(len, chosen)) != size:
                continue
            rest = [group for group in free if group not in chosen]
            more = {story: split for group in chosen for story in group}
            yield from fill({**dealt, **more}, rest, others)


def imbalance(
    dealt: Mapping[str, Split],
    stories: Mapping[str, Story],
    plan: Plan,
    sizes: Mapping[Split, int],
) -> int:
    """Sum how far each split is from its share of each year, region, topic and of the figures.

    Units: stories, times their number and all figures so that the sum is a whole number; figures
    count as the number of average stories that they would fill.
    """
    counted, figures = len(stories), sum(plan[i].figures for i in stories)
    whole = Counter(value for story in stories.values() for value in features_of(story))
    far_features = far_figures = 0
    for split, size in sizes.items():
        ids = [i for i, own in dealt.items() if own == split]
        part = Counter(value for i in ids for value in features_of(stories[i]))
        far_features += sum(abs(part[v] * counted - n * size) for v, n in whole.items())
        far_figures += abs(sum(plan[i].figures for i in ids) * counted - size * figures)
    return far_features * figures + far_figures * counted


def features_of(story: Story) -> tuple[tuple[str, str], ...]:
    """Name the year in which the story begins, its region and its topic."""
    return ("year", story.window[:4]), ("region", story.region), ("topic", story.topic)
