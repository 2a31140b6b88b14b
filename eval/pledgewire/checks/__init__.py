"""Checks of the data. Every check is one function, and all of them stand in CHECKS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from pledgewire.checks import consistency, documents, duplicates, gold, rates, traces
from pledgewire.checks.context import Context, load_context
from pledgewire.checks.exceptions import apply_exceptions
from pledgewire.problems import Problem, raise_if_any

Check = Callable[[Context], Iterator[Problem]]

CHECKS: tuple[Check, ...] = (
    documents.check_origins,
    documents.check_hashes,
    documents.check_text_form,
    documents.check_titles,
    documents.check_voices,
    documents.check_lengths,
    documents.check_splits,
    documents.check_split_ties,
    documents.check_dates,
    documents.check_canary,
    documents.check_facts,
    duplicates.check_duplicates,
    gold.check_offsets,
    gold.check_required_fields,
    gold.check_ids,
    gold.check_registry,
    gold.check_stances,
    gold.check_figures,
    gold.check_clusters,
    traces.check_traces,
    consistency.check_aliases,
    consistency.check_surfaces,
    consistency.check_bare_figures,
    consistency.check_date_distance,
    consistency.check_evidence,
    consistency.check_issues_used,
    consistency.check_identical,
    rates.check_rates,
)


def check_data(data: Path | None = None, press: Path | None = None) -> str:
    """Run every check on the data at hand and give a line that says what was checked.

    Texts that were not written for the benchmark are free of what only its design and guidelines
    demand (see `checks.documents` and `checks.consistency`); the line says so.
    Raises: DataError with every problem found.
    """
    context = load_context(data, press)
    found = [problem for check in CHECKS for problem in check(context)]
    raise_if_any(apply_exceptions(context, found))
    documents_checked = sum(len(corpus.documents) for corpus in context.tracks)
    annotated = sum(len(corpus.gold) for corpus in context.tracks)
    own = sum(1 for _ in documents.own_documents(context))
    others = sum(1 for _ in documents.wire_documents(context)) - own
    free = f"; {others} not of the benchmark: its demands on texts left out" if others else ""
    skipped = "" if context.has_press else "; press track not checked: no texts given"
    return (
        f"fine: {documents_checked} documents, {annotated} with gold, "
        f"{len(CHECKS)} checks{free}{skipped}"
    )
