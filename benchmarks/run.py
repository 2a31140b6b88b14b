"""Time pledgewire, published scorers and floors on made-up corpora; write the results as Markdown.

Every figure comes from whole processes. All of a size run in turn, several times over, so that
whatever else the machine does falls on all of them; what is shown is the median, and each ratio is
the median of the ratios within a turn.

Usage: python benchmarks/run.py [--sizes 300,3000,30000] [--runs 3]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from peers import NEEDS, SCORERS, is_installed
from synthesize import GOLD, PREDICTED, write_corpus

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results.md"
FLOOR = "decode"
LARGEST = {"nervaluate": 30_000, "seqeval": 3_000, "seqeval-strict": 3_000}
"""Documents up to which a peer is run: more take it minutes."""
TITLES = {
    "decode": "floor: msgspec decoding alone",
    "sets": "floor: decoding and F1 by set intersection",
    "pledgewire-headline": "pledgewire, all layers, `--level headline`",
    "pledgewire-headline-2": "the same with 2 workers",
    "pledgewire-all": "pledgewire, all layers, every metric",
    "pledgewire-all-2": "the same with 2 workers",
    "pledgewire-spans": "pledgewire, entities in four modes",
    "pledgewire-spans-2": "the same with 2 workers",
    "nervaluate": "nervaluate, entities in four modes",
    "seqeval": "seqeval, default",
    "seqeval-strict": "seqeval, strict IOB2",
}
GROWTH = ((100, 40), (10, 400), (1, 4_000))
GROWTH_NAMES = ("decode", "sets", "pledgewire-spans", "pledgewire-all", "nervaluate", "seqeval")
STARTS = {
    "`python -c pass`": ["-c", "pass"],
    "`import pledgewire`": ["-c", "import pledgewire"],
    "`pledgewire --help`": ["-m", "pledgewire.cli", "--help"],
}
BOOTSTRAP = """
import json, time
import numpy as np
from pledgewire.resample import bootstrap_interval, f1_of
rng = np.random.default_rng(0)
n, gold = {units}, {gold}
hits = rng.binomial(gold, 0.72, n)
units = np.stack([hits, np.full(n, gold), hits, hits + rng.binomial(gold, 0.26, n)], axis=1)
start = time.perf_counter()
bootstrap_interval(units, f1_of, resamples=10_000, seed=0)
print(json.dumps({{"f1": None, "seconds": time.perf_counter() - start}}))
"""


class Run(NamedTuple):
    """One process. Units: seconds, of which `inside` are without start and imports; megabytes.

    `peak` is that of the largest process.
    """

    whole: float
    inside: float
    peak: float
    f1: float | None


def run_process(arguments: Sequence[str]) -> Run:
    """Run Python once and measure it; what it prints last may tell its own seconds."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE)
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    whole = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)} ended with {process.returncode}")
    peak = usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e6 / 1024)
    last = printed.splitlines()[-1:] or [b""]
    told = json.loads(last[0]) if last[0].startswith(b"{") else {"f1": None, "seconds": whole}
    return Run(whole, told["seconds"], peak, told["f1"])


def run_turns(commands: dict[str, Sequence[str]], runs: int, shown: str) -> dict[str, list[Run]]:
    """Run all commands in turn, `runs` times over."""
    found: dict[str, list[Run]] = defaultdict(list)
    for turn in range(runs):
        for name, arguments in commands.items():
            found[name].append(run_process(arguments))
            print(f"{shown}, turn {turn + 1}: {name} {found[name][-1].inside:.3f} s", flush=True)
    return dict(found)


def scorer_command(name: str, folder: Path) -> list[str]:
    return [str(HERE / "peers.py"), name, str(folder / GOLD), str(folder / PREDICTED)]


def median(numbers: Iterable[float]) -> float:
    return statistics.median(numbers)


def ratio(found: dict[str, list[Run]], name: str, to: str) -> str:
    """Give the median of the ratios of seconds within a turn."""
    if name not in found or to not in found:
        return "-"
    pairs = zip(found[name], found[to], strict=True)
    return f"{median(one.inside / other.inside for one, other in pairs):.1f}"


def time_sizes(sizes: Sequence[int], runs: int, folder: Path) -> list[str]:
    """Time all scorers at every size; give a table a size."""
    lines: list[str] = []
    for size in sizes:
        corpus = folder / str(size)
        write_corpus(corpus, size)
        names = [name for name in SCORERS if is_installed(name) and size <= LARGEST.get(name, size)]
        found = run_turns({n: scorer_command(n, corpus) for n in names}, runs, f"{size:,}")
        megabytes = sum(path.stat().st_size for path in corpus.iterdir()) / 1e6
        lines += [f"### {size:,} documents, {megabytes:,.1f} MB", ""]
        lines += table(
            (
                "",
                "seconds",
                "x floor",
                "nervaluate takes",
                "process, s",
                "peak MB",
                "F1",
            ),
            [
                (
                    TITLES[name],
                    f"{median(r.inside for r in found[name]):.3f}",
                    ratio(found, name, FLOOR),
                    f"{ratio(found, 'nervaluate', name)} x" if "spans" in name else "",
                    f"{median(r.whole for r in found[name]):.2f}",
                    f"{median(r.peak for r in found[name]):.0f}",
                    "" if found[name][0].f1 is None else f"{found[name][0].f1:.6f}",
                )
                for name in names
            ],
        )
        for path in corpus.iterdir():
            path.unlink()
    return lines


def time_growth(runs: int, folder: Path) -> list[str]:
    """Time 4,000 mentions in more and more of a document."""
    names = [name for name in GROWTH_NAMES if is_installed(name)]
    cells: dict[str, list[str]] = {name: [] for name in names}
    for documents, mentions in GROWTH:
        corpus = folder / f"{documents}x{mentions}"
        write_corpus(corpus, documents, mentions=mentions)
        shown = f"{documents} x {mentions}"
        found = run_turns({n: scorer_command(n, corpus) for n in names}, runs, shown)
        for name in names:
            cells[name].append(f"{median(r.inside for r in found[name]):.3f}")
    head = ("seconds", *(f"{d:,} documents x {m:,} mentions" for d, m in GROWTH))
    return table(head, [(TITLES[name], *cells[name]) for name in names])


def time_rest(runs: int) -> list[str]:
    """Time the bootstrap and the start of the program."""
    bootstraps = {
        f"{units:,} {what}": ["-c", BOOTSTRAP.format(units=units, gold=gold)]
        for units, what, gold in ((12, "stories", 200), (600, "stories", 200))
    } | {"30,000 documents": ["-c", BOOTSTRAP.format(units=30_000, gold=40)]}
    found = run_turns(bootstraps, runs, "bootstrap")
    lines = ["### Intervals: 10,000 resamples", ""]
    lines += table(
        ("units", "seconds"),
        [(name, f"{median(r.inside for r in found[name]):.3f}") for name in bootstraps],
    )
    found = run_turns(STARTS, max(runs, 5), "start")
    bare = next(iter(STARTS))
    lines += ["### Start", ""]
    lines += table(
        ("", "seconds", "beyond the interpreter's start", "peak MB"),
        [
            (
                name,
                f"{median(r.whole for r in found[name]):.3f}",
                f"{median(whole_beyond(found[name], found[bare])):.3f}",
                f"{median(r.peak for r in found[name]):.0f}",
            )
            for name in STARTS
        ],
    )
    return lines


def whole_beyond(runs: Sequence[Run], others: Sequence[Run]) -> list[float]:
    return [one.whole - other.whole for one, other in zip(runs, others, strict=True)]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    marks = ["---", *["---:"] * (len(head) - 1)]
    return [f"| {' | '.join(row)} |" for row in (head, marks, *rows)] + [""]


def describe(runs: int) -> list[str]:
    packages = ("pledgewire", "msgspec", "numpy", "scipy", *sorted(set(NEEDS.values())))
    versions = [f"{name} {version(name)}" for name in packages if is_there(name)]
    return [
        "# Results",
        "",
        "Written by `python benchmarks/run.py`; what is measured and how: README.md beside this.",
        f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores; "
        f"{', '.join(versions)}. Medians of {runs} turns.",
        "",
    ]


def is_there(name: str) -> bool:
    return name not in NEEDS.values() or is_installed(name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="300,3000,30000")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--out", type=Path, default=RESULTS)
    chosen = parser.parse_args()
    sizes = [int(size) for size in chosen.sizes.split(",")]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = describe(chosen.runs)
        lines += ["## Documents", "", *time_sizes(sizes, chosen.runs, folder)]
        lines += ["## Mentions a document", "", *time_growth(chosen.runs, folder)]
        lines += ["## The rest", "", *time_rest(chosen.runs)]
    text = "\n".join(lines).rstrip() + "\n"
    chosen.out.write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
