"""Generated blocks of README and DATASHEET: every figure there comes from here.

A block stands between `<!-- begin: NAME -->` and `<!-- end: NAME -->`. `pledgewire statistics
--write` fills them; a test compares what is committed with what the command says.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from pledgewire import jsonl
from pledgewire.checks.duplicates import LIMITS, compare_texts
from pledgewire.loading import load_corpus, load_press_outline
from pledgewire.problems import Problem, raise_if_any
from pledgewire.records import OWN, Record
from pledgewire.render.agreement import make_again, make_agreement
from pledgewire.statistics import label_table, markdown_table, size_table

FILES = ("README.md", "DATASHEET.md")
PLOTS_FOLDER = "corpus/plots"
BLOCK = re.compile(r"(<!-- begin: (\S+) -->\n)(.*?)(<!-- end: \2 -->)", re.DOTALL)


def make_sizes(root: Path) -> str:
    return size_table([load_corpus(root, "wire", "all"), load_press_outline(root)])


def make_labels(root: Path) -> str:
    return label_table([load_corpus(root, "wire", "all"), load_press_outline(root)])


class AuditLine(Record):
    """One find of the error hunt and what came of it (`annotations/audit.jsonl`)."""

    doc_id: str
    layer: str
    where: str
    rule: str
    verdict: Literal["wrong", "right", "guideline"]
    found: str
    done: str


class AuditSample(Record):
    """How many labels, or sentences, of a random sample were judged and found wrong.

    Lines of `annotations/audit_samples.jsonl`; each find is a line of `annotations/audit.jsonl`.
    """

    sample: str
    seed: int
    of: str
    judged: int
    wrong: int
    unclear: int


def make_samples(root: Path) -> str:
    """Lay out the random samples of labels and sentences and their rates of error."""
    problems: list[Problem] = []
    name = "annotations/audit_samples.jsonl"
    lines = [x.record for x in jsonl.read_records(root / name, name, AuditSample, problems)]
    raise_if_any(problems)
    rows = [
        (x.sample, x.seed, x.of, x.judged, x.wrong, x.unclear, f"{x.wrong / x.judged:.1%}")
        for x in lines
    ]
    head = ("sample", "seed", "of", "judged", "wrong", "unclear by the rules", "wrong, share")
    return markdown_table(head, rows)


def make_audit(root: Path) -> str:
    """Count the finds of the error hunt by layer and verdict."""
    problems: list[Problem] = []
    name = "annotations/audit.jsonl"
    lines = [x.record for x in jsonl.read_records(root / name, name, AuditLine, problems)]
    raise_if_any(problems)
    rows = []
    for layer in dict.fromkeys(line.layer for line in lines if line.verdict != "guideline"):
        verdicts = [line.verdict for line in lines if line.layer == layer]
        rows.append((layer, len(verdicts), verdicts.count("wrong"), verdicts.count("right")))
    open_points = sum(line.layer == "guideline" or line.verdict == "guideline" for line in lines)
    table = markdown_table(("layer", "claimed", "gold was wrong", "gold stands"), sorted(rows))
    return f"{table}\n\nPoints on which the guidelines were silent: {open_points}."


def make_leaderboard(root: Path) -> str:
    """Join the tables that `pledgewire benchmark` wrote, wire first, one heading level lower."""
    paths = sorted((root / "results").glob("*/leaderboard.md"), reverse=True)
    text = "\n\n".join(path.read_text("utf-8").strip() for path in paths)
    return re.sub(r"^## ", "### ", text, flags=re.MULTILINE)


def make_likeness(root: Path) -> str:
    """Lay out how alike the most alike texts are, by what the two share."""
    corpus = load_corpus(root, "wire", "all")
    own = [(d, corpus.texts[d.id]) for d in corpus.documents.values() if d.origin == OWN]
    pairs = list(compare_texts(own))
    rows = []
    for sharing, limit in LIMITS.items():
        found = [pair for pair in pairs if pair.sharing == sharing]
        if not found:
            continue
        alike = max(found, key=lambda p: p.jaccard)
        longest = max(found, key=lambda p: len(p.run))
        rows.append(
            (
                sharing,
                f"{len(found):,}",
                f"{alike.jaccard:.3f} ({alike.one}, {alike.other})",
                f"{limit:.2f}",
                f"{len(longest.run)} ({longest.one}, {longest.other})",
            )
        )
    head = ("two texts of", "pairs", "highest likeness", "allowed", "longest shared run, words")
    return markdown_table(head, rows)


def make_speed(root: Path) -> str:
    """Copy the tables that `benchmarks/run.py` wrote last."""
    return (root / "benchmarks" / "results.md").read_text("utf-8").strip()


BLOCKS: dict[str, Callable[[Path], str]] = {
    "sizes": make_sizes,
    "labels": make_labels,
    "agreement": make_agreement,
    "again": make_again,
    "audit": make_audit,
    "samples": make_samples,
    "likeness": make_likeness,
    "leaderboard": make_leaderboard,
    "speed": make_speed,
}


def write_plots(root: Path) -> list[str]:
    """Draw the plots of the corpus into corpus/plots; give the names of the files.

    Raises: ImportError without matplotlib.
    """
    from pledgewire.render.plots import draw_plots

    written = []
    for name, content in draw_plots(load_corpus(root, "wire", "all")).items():
        jsonl.write_bytes(root / PLOTS_FOLDER / name, content)
        written.append(f"{PLOTS_FOLDER}/{name}")
    return written


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
            jsonl.write_bytes(path, filled.encode("utf-8"))
    return stale
