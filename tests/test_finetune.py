"""The example of fine-tuning: labels follow offsets, and its predictions score."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pledgewire.api import score
from pledgewire.hub.load import load_repository, read_table

pytest.importorskip("torch", reason="the example needs torch")
pytest.importorskip("transformers", reason="the example needs transformers")
pytest.importorskip("datasets", reason="needs the extra `hub`")

pytestmark = pytest.mark.slow

EXAMPLE = (
    Path(__file__).resolve().parents[1]
    / "baselines" / "examples" / "finetune_token_classifier.py"
)  # fmt: skip


@pytest.fixture(scope="module")
def example() -> Any:
    spec = importlib.util.spec_from_file_location("finetune_token_classifier", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_labels_of_pieces_say_the_outermost_mentions(example: Any, hub_folder: Path) -> None:
    """Decoding gives a mention back unless it ends inside a piece, which is then taken whole."""
    rows = read_table(hub_folder, "default", "test")
    tokenizer, _ = example.build_tiny([row["text"] for row in rows])
    whole = cut = 0
    for row in rows:
        encoded = tokenizer(row["text"], return_offsets_mapping=True)
        pieces = encoded["offset_mapping"]
        found = set(example.decode_labels(pieces, example.align_labels(pieces, row["entities"])))
        borders = {place for piece in pieces for place in piece}
        for mention in example.outermost(row["entities"]):
            if {mention["start"], mention["end"]} <= borders:
                assert (mention["start"], mention["end"], mention["type"]) in found
                whole += 1
            else:
                cut += 1
    assert whole > 20 * cut


def test_alignment_by_hand(example: Any) -> None:
    """`NATO-led forces in Kyivsky`: pieces NATO, -, led, forces, in, Ky, ivsky, and a special."""
    pieces = [(0, 4), (4, 5), (5, 8), (9, 15), (16, 18), (19, 21), (21, 26), (0, 0)]
    mentions = [
        {"start": 0, "end": 15, "type": "ORG"},
        {"start": 0, "end": 4, "type": "ORG"},
        {"start": 19, "end": 23, "type": "GPE"},
    ]
    labels = example.align_labels(pieces, mentions)
    names = [example.LABELS[n] if n >= 0 else "" for n in labels]
    assert names == ["B-ORG", "I-ORG", "I-ORG", "I-ORG", "O", "B-GPE", "I-GPE", ""]
    assert list(example.decode_labels(pieces, labels)) == [(0, 15, "ORG"), (19, 26, "GPE")]


def test_the_example_runs_offline_and_its_predictions_score(
    hub_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "predictions.jsonl"
    environment = {
        **os.environ, "HF_HUB_OFFLINE": "1", "HF_DATASETS_CACHE": str(tmp_path / "cache"),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, str(EXAMPLE), "--dataset", str(hub_folder), "--out", str(out)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().startswith("loss ")
    scores = score(out, resamples=100).scores
    assert set(scores.documents) >= set(load_repository(hub_folder).gold)
    assert scores.layers["entities"].counts.predicted > 0


def test_the_example_stays_short_and_free_of_ours() -> None:
    text = EXAMPLE.read_text("utf-8")
    assert "import pledgewire" not in text
    assert len(text.splitlines()) < 150
