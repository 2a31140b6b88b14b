"""The house rules of CONTRIBUTING.md that a machine can check."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "eval" / "pledgewire"

ROWS = (
    ("spans", "problems", "counts", "matching", "version"),
    ("records",),
    ("jsonl", "normalise", "canonical", "resample", "prediction", "engines"),
    ("corpus", "selectors", "authoring", "splits"),
    ("standoff", "hydrate", "grounding", "resolve", "adjudication", "extract"),
    ("loading", "passes", "metrics"),
    (
        *("checks", "scoring", "statistics", "agreement", "reliability"),
        *("comparison", "derived", "errors", "slices", "stream"),
    ),
    ("render", "run", "convert", "exchange", "hub", "prompting", "audit"),
    ("api", "benchmark", "frameworks", "site"),
    ("cli",),
)
"""Modules by row; one imports only from its own row or rows before it, at the top of the file."""


def row_of(module: str) -> int:
    for index, row in enumerate(ROWS):
        if any(module == name or module.startswith(f"{name}_") for name in row):
            return index
    raise AssertionError(f"{module} has no row: add it to ROWS and to CONTRIBUTING.md")


def imports_of(path: Path) -> set[str]:
    """Collect the first part below `pledgewire` of every import, lazy ones included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
            if node.module == "pledgewire":
                names = [f"pledgewire.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("pledgewire.")}
    return found


def modules() -> list[Path]:
    return [p for p in sorted(PACKAGE.rglob("*.py")) if p != PACKAGE / "__init__.py"]


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_one_way(path: Path) -> None:
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    for imported in imports_of(path) - {own}:
        assert row_of(imported) <= row_of(own), f"{own} may not import {imported}"


def test_no_cycles_between_modules() -> None:
    graph: dict[str, set[str]] = {}
    for path in modules():
        own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        graph.setdefault(own, set()).update(imports_of(path) - {own})
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, f"cycle: {' -> '.join((*path, name))}"
        if name not in done:
            for other in sorted(graph.get(name, ())):
                visit(other, (*path, name))
            done.add(name)

    for name in sorted(graph):
        visit(name, ())


def test_harness_never_imports_a_baseline() -> None:
    for path in modules():
        assert "pledgewire_baselines" not in path.read_text("utf-8"), path


def test_import_and_help_load_nothing_heavy() -> None:
    heavy = ("numpy", "scipy", "rich", "rapidfuzz", "msgspec", "datasets", "sklearn")
    for statement in ("import pledgewire", "import pledgewire.cli"):
        code = f"import sys; {statement}; print([m for m in {heavy!r} if m in sys.modules])"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == "[]", statement
