"""Generated blocks of README and DATASHEET: every figure there comes from here.

A block stands between `<!-- begin: NAME -->` and `<!-- end: NAME -->`. `pledgewire statistics
--write` fills them; a test compares what is committed with what the command says.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from pledgewire.agreement import MEASURES, Agreement, measure_agreement
from pledgewire.jsonl import write_bytes
from pledgewire.loading import load_corpus, load_press_outline
from pledgewire.render.report import show, show_interval
from pledgewire.statistics import label_table, markdown_table, size_table

FILES = ("README.md", "DATASHEET.md")
BLOCK = re.compile(r"(<!-- begin: (\S+) -->\n)(.*?)(<!-- end: \2 -->)", re.DOTALL)


def make_sizes(root: Path) -> str:
    return size_table([load_corpus(root, "wire", "all"), load_press_outline(root)])


def make_labels(root: Path) -> str:
    return label_table([load_corpus(root, "wire", "all"), load_press_outline(root)])


def make_agreement(root: Path) -> str:
    """Lay out pass agreement: one row a measure, one column a pair of sides."""
    found = measure_agreement([load_corpus(root, "wire", "all"), load_press_outline(root)])
    return agreement_table(found)


def agreement_table(found: list[Agreement]) -> str:
    cells = {(a.measure, a.sides): a for a in found}
    sides = list(dict.fromkeys(a.sides for a in found))
    rows = [
        (
            measure,
            *(f"{show(cell.counts.f1)} {show_interval(cell.interval)}" for cell in row),
            f"{cells[measure, sides[0]].counts.gold:,.0f}",
        )
        for measure in MEASURES
        if (row := [cells[measure, pair] for pair in sides])
    ]
    return markdown_table(("F1", *(f"{x} - {y}" for x, y in sides), "n in pass a"), rows)


def make_leaderboard(root: Path) -> str:
    """Copy the tables of `results/leaderboard.md`, one heading level lower."""
    text = (root / "results" / "leaderboard.md").read_text("utf-8")
    return re.sub(r"^## ", "### ", text.partition("\n")[2].strip(), flags=re.MULTILINE)


def make_speed(root: Path) -> str:
    """Copy the tables that `benchmarks/run.py` wrote last."""
    return (root / "benchmarks" / "results.md").read_text("utf-8").strip()


BLOCKS: dict[str, Callable[[Path], str]] = {
    "sizes": make_sizes,
    "labels": make_labels,
    "agreement": make_agreement,
    "leaderboard": make_leaderboard,
    "speed": make_speed,
}


def fill_blocks(root: Path, *, write: bool) -> list[str]:
    """Fill the blocks of every file; give the names of those that were not as generated.

    Raises: ValueError for a block that nothing generates.
    """
    made: dict[str, str] = {}
    stale = []
    for name in FILES:
        path = root / name
        text = path.read_text("utf-8")

        def fill(match: re.Match[str], file: str = name) -> str:
            block = match[2]
            if block not in BLOCKS:
                raise ValueError(f"no block is called {block!r}; allowed: {', '.join(BLOCKS)}")
            if block not in made:
                made[block] = BLOCKS[block](root)
            body = f"\n{made[block]}\n\n"
            if body != match[3]:
                stale.append(f"{file}: {block}")
            return f"{match[1]}{body}{match[4]}"

        filled = BLOCK.sub(fill, text)
        if write and filled != text:
            write_bytes(path, filled.encode("utf-8"))
    return stale
