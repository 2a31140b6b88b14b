"""The dataset repository: loads offline with each library, round-trips to gold, and is valid."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from pledgewire.cli import main as cli
from pledgewire.corpus import LAYER_FILES, Corpus
from pledgewire.hub.build import HUB_SPLITS, build_hub
from pledgewire.hub.features import make_features
from pledgewire.hub.rows import layers_of_row, story_layer_of_row
from pledgewire.loading import find_data, load_corpus

FLAT = {"mentions": "entities", "figures": "figures", "stances": "stances"}


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_corpus(find_data(), "wire", "all")


@pytest.fixture(scope="module")
def load(hub_folder: Path, tmp_path_factory: pytest.TempPathFactory):
    """Load a config as `datasets` does, with a cache of its own: the shared one may be stale."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    from datasets import load_dataset

    cache = str(tmp_path_factory.mktemp("cache"))

    def load_config(config: str, **options):
        return load_dataset(str(hub_folder), config, cache_dir=cache, **options)

    return load_config


def doc_ids(corpus: Corpus, hub_split: str) -> list[str]:
    (split,) = [ours for ours, theirs in HUB_SPLITS.items() if theirs == hub_split]
    return [d for d in corpus.gold if corpus.documents[d].split == split]


@pytest.mark.parametrize("config", ["default", "stories", "mentions", "figures", "stances",
                                    "clusters", "press"])  # fmt: skip
def test_each_config_loads_with_the_features_that_the_card_states(config: str, load) -> None:
    loaded = load(config)
    features = make_features()[config]
    assert list(loaded) == [s for s in HUB_SPLITS.values() if s in loaded]
    for split in loaded.values():
        assert split.features == features
        assert split.num_rows > 0


def test_documents_come_back_as_gold(load, corpus: Corpus) -> None:
    loaded = load("default")
    back = {row["doc_id"]: layers_of_row(row) for split in loaded.values() for row in split}
    assert back == dict(corpus.gold)
    for name, split in loaded.items():
        assert sorted(split["doc_id"]) == sorted(doc_ids(corpus, name))
    texts = {row["doc_id"]: row["text"] for split in loaded.values() for row in split}
    assert texts == {doc_id: corpus.texts[doc_id] for doc_id in corpus.gold}


def test_clusters_come_back_as_gold(load, corpus: Corpus) -> None:
    back = {
        row["story_id"]: story_layer_of_row(row)
        for split in load("stories").values()
        for row in split
    }
    with_gold = {corpus.documents[d].story for d in corpus.gold}
    assert back == {s: layer for s, layer in corpus.clusters.items() if s in with_gold}


@pytest.mark.parametrize("config", FLAT)
def test_flat_rows_are_the_records_of_gold(config: str, load, corpus: Corpus) -> None:
    layer = FLAT[config]
    rows = [row for split in load(config).values() for row in split]
    assert len(rows) == sum(len(getattr(gold, layer) or ()) for gold in corpus.gold.values())
    texts = corpus.texts
    for row in rows:
        if layer == "stances":
            assert row["evidence_text"] == [
                texts[row["doc_id"]][span["start"] : span["end"]] for span in row["evidence"]
            ]
        else:
            assert texts[row["doc_id"]][row["start"] : row["end"]] == row["text"]


def test_streaming_gives_the_same_rows(load) -> None:
    whole = load("figures", split="test")
    assert list(load("figures", split="test", streaming=True)) == list(whole)


def test_press_rows_have_no_word_of_the_articles(load, hub_folder: Path) -> None:
    (split,) = load("press").values()
    assert len(split) == 5
    for row in split:
        assert row["title"] == ""
        for layer in LAYER_FILES:
            assert row[layer]
            assert not {"text", "evidence_text"} & set(row[layer][0])
            assert all(record["selectors"] for record in row[layer])


def test_polars_and_duckdb_read_the_tables_without_a_cast(hub_folder: Path, corpus: Corpus) -> None:
    import duckdb
    import polars as pl

    path = hub_folder / "figures" / "test-00000-of-00001.parquet"
    table = pl.read_parquet(path)
    assert table.schema["low"] == pl.Float64
    gold = [f for d in doc_ids(corpus, "test") for f in corpus.gold[d].figures]
    wanted = sum(f.low for f in gold if f.kind == "money")
    assert table.filter(pl.col("kind") == "money")["low"].sum() == pytest.approx(wanted)
    (found,) = duckdb.sql(f"select sum(low) from '{path}' where kind = 'money'").fetchall()[0]
    assert found == pytest.approx(wanted)
    nested = duckdb.sql(
        f"select count(*) from (select unnest(figures, recursive := true) "
        f"from '{hub_folder}/default/*.parquet')"
    ).fetchall()
    assert nested == [(sum(len(x.figures) for x in corpus.gold.values()),)]


def test_the_card_is_valid_and_says_what_the_files_hold(hub_folder: Path) -> None:
    from huggingface_hub import DatasetCard

    card = DatasetCard.load(hub_folder / "README.md")
    card_data = card.data.to_dict()
    assert card_data["license"] == "cc-by-4.0"
    assert card_data["configs"][0]["default"] is True
    assert (hub_folder / "CANARY").read_text("utf-8").strip() in card.text
    assert "large language model" in card.text
    assert (
        "{"
        not in card.text.replace("@misc{", "")
        .replace("= {", "")
        .replace("{{", "")
        .replace("={", "")
        .split("```bibtex")[0]
    )
    sizes = {info["config_name"]: info["download_size"] for info in card_data["dataset_info"]}
    for config, size in sizes.items():
        assert size == sum(p.stat().st_size for p in (hub_folder / config).glob("*.parquet"))


def test_bytes_are_the_same_on_every_build(hub_folder: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from pledgewire.hub.build import build_hub; "
        "build_hub(Path(sys.argv[1]))"
    )
    again = tmp_path / "again"
    subprocess.run([sys.executable, "-c", code, str(again)], check=True)
    files = sorted(p.relative_to(hub_folder) for p in hub_folder.rglob("*") if p.is_file())
    assert files == sorted(p.relative_to(again) for p in again.rglob("*") if p.is_file())
    for name in files:
        assert (hub_folder / name).read_bytes() == (again / name).read_bytes(), name


@pytest.mark.slow
def test_croissant_is_valid_and_reads_the_rows(hub_folder: Path, corpus: Corpus) -> None:
    import mlcroissant as mlc

    dataset = mlc.Dataset(jsonld=str(hub_folder / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    assert not dataset.metadata.ctx.issues.warnings
    rows = list(dataset.records(record_set="figures-test"))
    assert len(rows) == sum(len(corpus.gold[d].figures) for d in doc_ids(corpus, "test"))
    first = next(iter(dataset.records(record_set="default-test")))
    assert first["default-test/doc_id"].decode() in corpus.documents
    described = json.loads((hub_folder / "croissant.json").read_text("utf-8"))
    for name in ("dataLimitations", "dataBiases", "dataUseCases", "dataAnnotationProtocol"):
        assert described[f"rai:{name}"]


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(ValueError, match="expected an empty or new folder"):
        build_hub(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_the_command_writes_the_repository(tmp_path: Path) -> None:
    from click.testing import CliRunner

    done = CliRunner().invoke(cli, ["export", "hub", "--out", str(tmp_path / "x")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "x" / "croissant.json").is_file()
    assert msgspec.json.decode((tmp_path / "x" / "croissant.json").read_bytes())["version"]
