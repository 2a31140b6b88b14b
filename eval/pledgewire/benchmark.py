"""Run every baseline on every track at hand, score it, write results and the table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pledgewire import jsonl
from pledgewire.api import known_documents
from pledgewire.checks.predictions import build_prediction
from pledgewire.corpus import Corpus
from pledgewire.extract import list_extractors, make_extractor
from pledgewire.loading import load_corpus
from pledgewire.problems import Problem, raise_if_any
from pledgewire.render.report import Report
from pledgewire.render.table import to_markdown
from pledgewire.run import PREDICTIONS, Progress, Run, run_extractor, silent, write_run
from pledgewire.scoring import score_prediction

SPLITS_OF = {"wire": ("test",), "press": ("test",)}
"""Splits that the benchmark reports, by track."""


def run_benchmark(
    press: Path | None,
    baselines: Sequence[str] | None,
    out: Path,
    results: Path,
    resamples: int,
    progress: Progress = silent,
) -> str:
    """Run, score and write; give the tables as Markdown, as they are written to `results`.

    Predictions and manifests go to `out/<track>-<split>/<baseline>/`, scores to
    `results/<track>-<split>/<baseline>.json`, the table beside them to `leaderboard.md`.
    Raises: DataError when a baseline's own output has faults.
    """
    names = chosen_names(baselines)
    sections = []
    for track, splits in SPLITS_OF.items():
        if track == "press" and press is None:
            sections.append(
                "## press\n\nNot run: the articles are not part of the package. Give the folder "
                "with your copies with `--press DIR` or in `PLEDGEWIRE_PRESS`."
            )
            continue
        for split in splits:
            corpus = load_corpus(None, track, split, press)
            reports = [
                score_baseline(name, corpus, out, results, resamples, progress) for name in names
            ]
            section = to_section(corpus, reports)
            path = results / f"{track}-{split}" / "leaderboard.md"
            jsonl.write_bytes(path, f"{section}\n".encode())
            sections.append(section)
    return "\n\n".join(sections)


def list_predictions(
    out: Path, press: Path | None, baselines: Sequence[str] | None
) -> tuple[Path, ...]:
    """Give the files of predictions that `run_benchmark` wrote below `out` with these settings."""
    return tuple(
        out / f"{track}-{split}" / name / PREDICTIONS
        for track, splits in SPLITS_OF.items()
        if track != "press" or press is not None
        for split in splits
        for name in chosen_names(baselines)
    )


def chosen_names(baselines: Sequence[str] | None) -> list[str]:
    return list(list_extractors() if baselines is None else baselines)


def score_baseline(
    name: str, corpus: Corpus, out: Path, results: Path, resamples: int, progress: Progress
) -> Report:
    """Run one baseline, write what it predicts and how that scores."""
    place = f"{corpus.track}-{corpus.split}"
    run = run_extractor(name, make_extractor(name), corpus, progress)
    write_run(run, corpus, out / place / name)
    report = score_run(run, corpus, resamples)
    jsonl.write_bytes(results / place / f"{name}.json", report.to_json())
    return report


def score_run(run: Run, corpus: Corpus, resamples: int) -> Report:
    """Score what a run predicted, after the same checks as a file from outside."""
    problems: list[Problem] = []
    lines = [jsonl.Line(number, record) for number, record in enumerate(run.records(), start=1)]
    prediction = build_prediction(run.system, lines, corpus, known_documents(corpus.root), problems)
    raise_if_any(problems)
    return Report(score_prediction(corpus, prediction, resamples=resamples))


def to_section(corpus: Corpus, reports: Sequence[Report]) -> str:
    """Give the part of the leaderboard for one track and split."""
    signature = reports[0].scores.signature if reports else ""
    stories = len(reports[0].scores.stories) if reports else 0
    noun = "story" if stories == 1 else "stories"
    return (
        f"## {corpus.track}, {corpus.split}: {len(corpus.gold)} documents of {stories} {noun}\n\n"
        f"{to_markdown(reports)}\n\n`{signature}`"
    )
