"""Fine-tune a token classifier on the entities of pledgewire, and write predictions that score.

    pip install datasets torch transformers
    python finetune_token_classifier.py --dataset pledgewire/pledgewire --model bert-base-cased \\
        --steps 500 --out predictions.jsonl
    pledgewire score predictions.jsonl --layers entities

`--dataset` may be a folder that `pledgewire export hub` has written. Without `--model` a tiny model
with random weights is built, and a tokenizer is trained on the texts: nothing is downloaded, and
nothing worth while is learnt. A token has one label, so mentions inside others are left out.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset, load_dataset
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import (
    AutoModelForTokenClassification,
    AutoTokenizer,
    BertConfig,
    BertForTokenClassification,
    PreTrainedTokenizerFast,
)

TYPES = ("PERSON", "ORG", "GPE", "LOC", "NORP", "PROGRAMME", "EQUIPMENT", "EVENT", "LAW")
LABELS = ["O", *(f"{prefix}-{name}" for name in TYPES for prefix in "BI")]
IGNORED = -100  # the label that PyTorch's loss passes over, for special pieces
CUT = {"truncation": True, "max_length": 256, "stride": 32, "return_overflowing_tokens": True}

Row = dict[str, Any]
Span = tuple[int, int, str]


def outermost(mentions: list[Row]) -> list[Row]:
    """Leave out mentions inside others."""
    kept: list[Row] = []
    for mention in sorted(mentions, key=lambda m: (m["start"], -m["end"])):
        if not kept or mention["start"] >= kept[-1]["end"]:
            kept.append(mention)
    return kept


def align_labels(pieces: list[tuple[int, int]], mentions: list[Row]) -> list[int]:
    """Label word pieces by their offsets: B for the first that a mention touches, then I."""
    labels = [LABELS.index("O") if end > start else IGNORED for start, end in pieces]
    for mention in outermost(mentions):
        begin, stop = mention["start"], mention["end"]
        touched = [at for at, (s, e) in enumerate(pieces) if s < e and s < stop and begin < e]
        for number, at in enumerate(touched):
            labels[at] = LABELS.index(f"{'I' if number else 'B'}-{mention['type']}")
    return labels


def decode_labels(pieces: list[tuple[int, int]], labels: list[int]) -> Iterator[Span]:
    """Join labelled pieces to spans; an I that follows nothing of its type begins one."""
    begun: Span | None = None
    for (start, end), number in zip(pieces, labels, strict=True):
        prefix, _, name = LABELS[max(number, 0)].partition("-")
        if begun and (prefix in ("B", "O") or name != begun[2]):
            yield begun
            begun = None
        if name and end > start:
            begun = (begun[0] if begun else start, end, name)
    if begun:
        yield begun


def encode(rows: Dataset, tokenizer: Any) -> list[Row]:
    """Cut texts into windows of pieces, each with its labels."""
    windows = []
    for row in rows:
        cut = tokenizer(row["text"], return_offsets_mapping=True, **CUT)
        for ids, pieces in zip(cut["input_ids"], cut["offset_mapping"], strict=True):
            labels = align_labels(pieces, row["entities"])
            window = {"ids": ids, "pieces": pieces, "labels": labels}
            windows.append({"doc_id": row["doc_id"], **window})
    return windows


def build_tiny(texts: list[str]) -> tuple[Any, Any]:
    """Train a tokenizer on texts and build a small model with random weights."""
    trained = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    trained.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(vocab_size=2_000, special_tokens=["[UNK]"])
    trained.train_from_iterator(texts, trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=trained, unk_token="[UNK]")
    size = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    config = BertConfig(vocab_size=len(tokenizer), num_labels=len(LABELS), **size)
    return tokenizer, BertForTokenClassification(config)


def train(model: Any, windows: list[Row], steps: int) -> float:
    """Take some steps of gradient descent, a window each; give the last loss."""
    optimizer, loss = torch.optim.AdamW(model.parameters(), lr=3e-5), torch.tensor(0.0)
    model.train()
    for step in range(steps):
        window = windows[step % len(windows)]
        ids, labels = torch.tensor([window["ids"]]), torch.tensor([window["labels"]])
        loss = model(input_ids=ids, labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


@torch.no_grad()
def predict(model: Any, windows: list[Row]) -> Iterator[tuple[str, Span]]:
    model.eval()
    for window in windows:
        found = model(input_ids=torch.tensor([window["ids"]])).logits[0].argmax(-1).tolist()
        for span in decode_labels(window["pieces"], found):
            yield window["doc_id"], span


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="pledgewire/pledgewire")
    parser.add_argument("--model", help="a pretrained model; default: a tiny one, random")
    parser.add_argument("--steps", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("predictions.jsonl"))
    chosen = parser.parse_args()
    torch.manual_seed(0)
    rows = load_dataset(chosen.dataset, "default")
    if chosen.model:
        tokenizer = AutoTokenizer.from_pretrained(chosen.model, use_fast=True)
        load = AutoModelForTokenClassification.from_pretrained
        model = load(chosen.model, num_labels=len(LABELS))
    else:
        tokenizer, model = build_tiny(list(rows["train"]["text"]))
    loss = train(model, encode(rows["train"], tokenizer), chosen.steps)
    spans: dict[str, set[Span]] = {doc_id: set() for doc_id in rows["test"]["doc_id"]}
    for doc_id, span in predict(model, encode(rows["test"], tokenizer)):
        spans[doc_id].add(span)  # windows overlap: a set has what both find once
    with chosen.out.open("w", encoding="utf-8") as stream:
        for doc_id, found in spans.items():
            mentions = [{"start": s, "end": e, "type": name} for s, e, name in sorted(found)]
            stream.write(json.dumps({"doc_id": doc_id, "entities": mentions}) + "\n")
    print(f"loss {loss:.3f}, {sum(map(len, spans.values()))} mentions: {chosen.out}")


if __name__ == "__main__":
    main()
