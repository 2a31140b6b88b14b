"""The dataset repository read back as a corpus: the same gold, the same scores and signature."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from pledgewire.api import read_prediction
from pledgewire.hub.load import fetch_repository, load_repository
from pledgewire.loading import find_data, load_corpus
from pledgewire.scoring import score_prediction

pytest.importorskip("pyarrow", reason="needs the extra `hub`")


@pytest.mark.parametrize(("split", "hub_split"), [("train", "train"), ("test", "test")])
def test_a_split_comes_back_as_the_corpus_it_was_built_from(
    split: str, hub_split: str, hub_folder: Path
) -> None:
    corpus, loaded = load_corpus(find_data(), "wire", split), load_repository(hub_folder, hub_split)
    for name in ("version", "track", "split", "gold", "clusters", "entities"):
        assert getattr(loaded, name) == getattr(corpus, name), name
    assert loaded.texts == {doc_id: corpus.texts[doc_id] for doc_id in corpus.gold}
    for doc_id in corpus.gold:
        assert loaded.source(doc_id) == corpus.source(doc_id)
        assert loaded.documents[doc_id].sources == corpus.documents[doc_id].sources


def test_scores_and_signature_are_those_of_the_corpus(hub_folder: Path) -> None:
    """Of documents without gold the repository has nothing, so they are taken out first."""
    whole, loaded = load_corpus(find_data(), "wire", "test"), load_repository(hub_folder, "test")
    stories = {whole.documents[doc_id].story for doc_id in whole.gold}
    corpus = dataclasses.replace(
        whole,
        texts={doc_id: whole.texts[doc_id] for doc_id in whole.gold},
        issues={i.id: i for i in whole.issues.values() if i.story in stories},
    )
    lines: list[Any] = [
        {"doc_id": doc_id, "figures": [{"kind": f.kind, "text": f.text, "value": f.text}
                                       for f in gold.figures[::2]]}
        for doc_id, gold in corpus.gold.items()
    ]  # fmt: skip
    prediction = read_prediction(lines, corpus)
    ours, theirs = (score_prediction(c, prediction, resamples=100) for c in (corpus, loaded))
    assert ours.signature == theirs.signature
    assert ours.layers == theirs.layers


def test_dev_is_understood_as_the_hubs_name(hub_folder: Path) -> None:
    corpus = load_corpus(find_data(), "wire", "dev")
    if not corpus.gold:
        with pytest.raises(ValueError, match="expected a split of this repository"):
            load_repository(hub_folder, "dev")
        return
    assert load_repository(hub_folder, "dev").gold == corpus.gold
    assert load_repository(hub_folder, "validation").split == "dev"


def test_what_is_no_repository_is_told(hub_folder: Path, tmp_path: Path) -> None:
    for source, told in (
        (tmp_path, "export hub"),
        (tmp_path / "missing", "an id on the Hub"),
        ("pledgewire", "an id on the Hub"),
    ):
        with pytest.raises(ValueError, match=told):
            load_repository(source)
    with pytest.raises(ValueError, match="allowed: train, validation, test"):
        load_repository(hub_folder, "final")


def test_an_id_is_fetched_from_the_hub_at_its_revision(
    hub_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Any] = {}

    def snapshot_download(repo_id: str, **options: Any) -> str:
        asked.update(options, repo_id=repo_id)
        return str(hub_folder)

    monkeypatch.setattr("huggingface_hub.snapshot_download", snapshot_download)
    assert fetch_repository("pledgewire/pledgewire", "v0.1.0") == hub_folder
    assert (asked["repo_id"], asked["repo_type"], asked["revision"]) == (
        "pledgewire/pledgewire", "dataset", "v0.1.0",
    )  # fmt: skip
    wanted = asked["allow_patterns"]
    assert {"default/*", "stories/*", "registry/*", "croissant.json"} == set(wanted)
