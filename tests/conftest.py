"""Shared fixtures: where the things lie that are not part of the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples on every run, so that a red run can be looked into; `--hypothesis-seed` and the
# profile `search` look for new ones.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None)
settings.load_profile(os.environ.get("PLEDGEWIRE_HYPOTHESIS", "repeatable"))

ROOT = Path(__file__).resolve().parents[1]
TESTS = Path(__file__).resolve().parent


def folder_from(variable: str, what: str) -> Path:
    """Give the folder that a variable names, or skip the test and say why."""
    value = os.environ.get(variable)
    if not value:
        pytest.skip(f"{variable} is not set: {what} are not part of the repository")
    folder = Path(value)
    if not folder.is_dir():
        pytest.fail(f"{variable} names {value!r}, which is no folder")
    return folder


@pytest.fixture(scope="session")
def press() -> Path:
    """Folder with the press articles."""
    return folder_from("PLEDGEWIRE_PRESS", "the press articles")


@pytest.fixture
def mini() -> Path:
    """A small corpus in pledgewire's layout, made for the tests."""
    return TESTS / "data" / "mini"


@pytest.fixture(scope="session")
def hub_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset repository, built once for all tests; no test writes into it."""
    from pledgewire.hub.build import build_hub

    out = tmp_path_factory.mktemp("hub") / "pledgewire"
    build_hub(out)
    return out
