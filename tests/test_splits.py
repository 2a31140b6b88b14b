"""How stories are dealt into splits: brute force on small cases, and the choice as committed."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgewire.loading import find_data, load_corpus
from pledgewire.problems import Problem
from pledgewire.records import Story
from pledgewire.splits import SIZES, SplitLine, choose_splits, imbalance, list_dealings, read_plan

SPLIT_NAMES = ("train", "dev", "test")


def story(name: str, year: int, region: str = "here", topic: str = "aid") -> Story:
    return Story(
        id=name, title=name, window=f"{year}-01-01/{year}-02-01", split="test", region=region,
        topic=topic,
    )  # fmt: skip


@st.composite
def plans(draw: st.DrawFn) -> tuple[dict[str, Story], dict[str, SplitLine], dict[str, int]]:
    names = [f"s{n}" for n in range(draw(st.integers(3, 6)))]
    stories = {
        n: story(n, draw(st.integers(2022, 2024)), draw(st.sampled_from(["here", "there"])))
        for n in names
    }
    plan = {
        n: SplitLine(
            story=n,
            figures=draw(st.integers(1, 50)),
            event=draw(st.sampled_from([None, None, "flood"])),
            fixed=draw(st.sampled_from([None, None, None, "train", "test"])),
        )
        for n in names
    }
    train, dev = draw(st.integers(0, len(names))), draw(st.integers(0, len(names)))
    train = min(train, len(names))
    dev = min(dev, len(names) - train)
    sizes = {"train": train, "dev": dev, "test": len(names) - train - dev}
    return stories, plan, sizes


def is_allowed(dealt: dict[str, str], plan: dict[str, SplitLine], sizes: dict[str, int]) -> bool:
    """State the rules anew: sizes, fixed stories, one split an event."""
    events = {line.event: dealt[name] for name, line in plan.items() if line.event}
    return (
        all(list(dealt.values()).count(s) == n for s, n in sizes.items())
        and all(line.fixed in (None, dealt[name]) for name, line in plan.items())
        and all(line.event is None or dealt[n] == events[line.event] for n, line in plan.items())
    )


@given(plans())
def test_dealings_are_those_that_the_rules_allow(case) -> None:
    stories, plan, sizes = case
    every = [dict(zip(sorted(stories), row, strict=True))
             for row in product(SPLIT_NAMES, repeat=len(stories))]  # fmt: skip
    wanted = sorted(sorted(d.items()) for d in every if is_allowed(d, plan, sizes))
    assert sorted(sorted(d.items()) for d in list_dealings(sorted(stories), plan, sizes)) == wanted


@given(plans())
def test_the_choice_has_the_least_imbalance(case) -> None:
    stories, plan, sizes = case
    costs = [
        imbalance(d, stories, plan, sizes) for d in list_dealings(sorted(stories), plan, sizes)
    ]
    if not costs:
        with pytest.raises(ValueError, match=r"splits\.jsonl: expected ties"):
            choose_splits(stories, plan, sizes)
        return
    chosen = choose_splits(stories, plan, sizes)
    assert imbalance(chosen, stories, plan, sizes) == min(costs)
    backwards = dict(reversed(list(stories.items())))
    assert choose_splits(backwards, plan, sizes) == chosen


def test_imbalance_of_a_case_by_hand() -> None:
    stories = {"a": story("a", 2022), "b": story("b", 2023)}
    plan = {n: SplitLine(story=n, figures=f) for n, f in (("a", 10), ("b", 30))}
    dealt = {"a": "train", "b": "test"}
    # years: each split has 1 story of a year where half a story is due, twice: 4 times 1/2 = 2
    # region and topic: 1 of 2 in each split, as due: 0
    # figures: 10 and 30 where the mean story has 20: 1/2 too few and 1/2 too many = 1
    # (2 + 1) times 2 stories times 40 figures
    assert imbalance(dealt, stories, plan, {"train": 1, "test": 1}) == 3 * 2 * 40


@pytest.mark.slow
def test_the_splits_committed_are_the_choice() -> None:
    root = find_data()
    problems: list[Problem] = []
    plan = read_plan(root, problems)
    assert problems == []
    stories = dict(load_corpus(Path(root), "wire", "all").stories)
    assert choose_splits(stories, plan) == {s.id: s.split for s in stories.values()}
    assert {s: [x.split for x in stories.values()].count(s) for s in SIZES} == SIZES
