"""README, DATASHEET and results say what the code gives today."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import msgspec
import pytest

from pledgewire.benchmark import SPLITS_OF, score_run
from pledgewire.extract import list_extractors, make_extractor
from pledgewire.loading import load_corpus
from pledgewire.render.blocks import FILES, fill_blocks
from pledgewire.run import run_extractor

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_generated_blocks_are_fresh() -> None:
    assert fill_blocks(ROOT, write=False) == []


def test_a_stale_block_is_found_and_mended(tmp_path: Path) -> None:
    for name in ("corpus", "annotations", "results", "benchmarks", "README.md", "DATASHEET.md"):
        source = ROOT / name
        if source.is_dir():
            (tmp_path / name).symlink_to(source)
        elif source.is_file():
            (tmp_path / name).write_text(source.read_text("utf-8").replace("| wire", "| wier"))
    stale = fill_blocks(tmp_path, write=True)
    assert "DATASHEET.md: sizes" in stale
    assert fill_blocks(tmp_path, write=False) == []
    for name in FILES:
        assert (tmp_path / name).read_text("utf-8") == (ROOT / name).read_text("utf-8")


def test_python_of_the_readme_runs() -> None:
    snippets = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert snippets
    for snippet in snippets:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(snippet, {})
        assert "signature pledgewire:" in printed.getvalue()


def test_json_line_of_the_readme_is_valid() -> None:
    import pledgewire

    (line,) = re.findall(r"```json\n(.*?)```", README, re.DOTALL)
    report = pledgewire.score([msgspec.json.decode(line)], split="test")
    assert report.scores.layers["entities"].counts.recalled == 1
    assert report.scores.layers["figures"].counts.recalled == 1
    assert report.scores.layers["stances"].counts.recalled == 1


def test_commands_of_the_readme_exist() -> None:
    from pledgewire.cli import main

    named = set(re.findall(r"pledgewire ([a-z]+)", README)) & set(main.commands)
    assert {"validate", "score", "show", "hydrate"} <= named


@pytest.mark.parametrize("name", sorted(list_extractors()))
@pytest.mark.parametrize("split", SPLITS_OF["wire"])
def test_committed_results_are_what_the_code_gives(name: str, split: str) -> None:
    corpus = load_corpus(ROOT, "wire", split)
    report = score_run(run_extractor(name, make_extractor(name), corpus), corpus, 10_000)
    committed = (ROOT / "results" / f"wire-{split}" / f"{name}.json").read_bytes()
    assert report.to_json() == committed


@pytest.mark.parametrize("name", sorted(list_extractors()))
def test_committed_press_results_are_what_the_code_gives(name: str, press: Path) -> None:
    corpus = load_corpus(ROOT, "press", "test", press)
    report = score_run(run_extractor(name, make_extractor(name), corpus), corpus, 10_000)
    assert report.to_json() == (ROOT / "results" / "press-test" / f"{name}.json").read_bytes()


def test_committed_plots_are_what_the_code_draws() -> None:
    matplotlib = pytest.importorskip("matplotlib", reason="plots need the extra report")
    from pledgewire.render.plots import draw_plots

    drawn = draw_plots(load_corpus(ROOT, "wire", "all"))
    folder = ROOT / "corpus" / "plots"
    assert {path.name for path in folder.iterdir()} == set(drawn)
    for name, content in drawn.items():
        committed = (folder / name).read_bytes()
        (made_with,) = re.findall(rb"Matplotlib v([\d.]+)", committed)
        if made_with.decode() != matplotlib.__version__:
            pytest.skip(
                f"drawn with matplotlib {made_with.decode()}, here {matplotlib.__version__}"
            )
        assert content == committed, name
