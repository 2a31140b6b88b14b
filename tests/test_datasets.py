"""The JSON Lines of gold load with Hugging Face datasets as they are, offline."""

from __future__ import annotations

from pathlib import Path

import pytest

from pledgewire.loading import load_corpus

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(("file", "layer"), [("mentions", "entities"), ("stances", "stances")])
def test_gold_loads_with_datasets(file: str, layer: str, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    paths = sorted(map(str, (ROOT / "annotations" / "wire").glob(f"*/{file}.jsonl")))
    loaded = datasets.load_dataset("json", data_files=paths, split="train", cache_dir=str(tmp_path))
    gold = load_corpus(ROOT, "wire", "all").gold
    expected = {(d, record.id) for d, layers in gold.items() for record in getattr(layers, layer)}
    assert {(row["doc_id"], row["id"]) for row in loaded} == expected
