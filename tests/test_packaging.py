"""The wheel that is built from the sdist carries code and data, and works by itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

PIP_INSTALL = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sdist, and from it the wheel (that is what `python -m build` does)."""
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)],
        check=True,
        capture_output=True,
    )
    assert len(list(out.glob("*.tar.gz"))) == 1
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("site")
    subprocess.run(
        [*PIP_INSTALL, "--target", str(target), str(wheel)],
        check=True,
        capture_output=True,
    )
    return target


def run_installed(installed: Path, tmp_path: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_wheel_holds_every_data_file_of_the_repository(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("corpus", "annotations"):
        files = [p for p in (ROOT / folder).rglob("*") if p.is_file()]
        assert files
        for path in files:
            assert f"pledgewire/data/{path.relative_to(ROOT).as_posix()}" in names


def test_wheel_holds_both_licences(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert [n for n in names if n.endswith("/LICENSE")]
    assert [n for n in names if n.endswith("/LICENSE-DATA")]


def test_installed_package_finds_its_own_data(installed: Path, tmp_path: Path) -> None:
    code = "import pledgewire.loading as l; print(l.__file__); print(l.find_data())"
    module, data = run_installed(installed, tmp_path, "-c", code).splitlines()
    assert Path(module).is_relative_to(installed)
    assert Path(data) == installed / "pledgewire" / "data"


def test_installed_package_runs_and_scores_offline(installed: Path, tmp_path: Path) -> None:
    out = tmp_path / "oracle"
    cli = ("-m", "pledgewire.cli")
    run_installed(installed, tmp_path, *cli, "run", "oracle", "--split", "all", "--out", str(out))
    predictions = str(out / "predictions.jsonl")
    scored = run_installed(
        installed, tmp_path, *cli, "score", predictions, "--split", "all", "--json", "-"
    )
    assert json.loads(scored)["overall"]["f1"] == 1.0
