"""What a language model might answer: gold in its words, whole or damaged, for tests."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from pledgewire.corpus import Corpus
from pledgewire.prompting import DOCUMENT_LAYERS
from pledgewire.prompting.answers import LIMITS


def gold_answer(corpus: Corpus, doc_id: str) -> dict[str, Any]:
    """Say gold as a model would: quoted strings, no offsets."""
    gold, text = corpus.gold[doc_id], corpus.texts[doc_id]
    found: dict[str, Any] = {}
    for layer in DOCUMENT_LAYERS:
        found[layer] = [
            {name: getattr(record, name, None) for name in LIMITS[layer]}
            for record in getattr(gold, layer)
        ]
    for item, stance in zip(found["stances"], gold.stances, strict=True):
        item["evidence_text"] = [text[start:end] for start, end in stance.evidence]
    return json.loads(msgspec.json.encode(found))


def gold_story_answer(corpus: Corpus, story_id: str) -> dict[str, Any]:
    clusters = corpus.clusters[story_id].clusters
    joined = {key for cluster in clusters for key in cluster.figures}
    return {
        "documents": [
            {
                "document": doc_id,
                "figures": [
                    {"id": f.id, "kind": f.kind, "text": f.text}
                    for f in corpus.gold[doc_id].figures
                    if f"{doc_id}#{f.id}" in joined
                ],
            }
            for doc_id in corpus.story_documents(story_id)
            if doc_id in corpus.gold
        ],
        "clusters": [
            {
                "figures": list(cluster.figures),
                "relations": [
                    {"a": p.a, "b": p.b, "relation": p.relation}
                    for p in cluster.relations
                    if p.relation != "identical"
                ],
            }
            for cluster in clusters
        ],
    }


def worse(answer: dict[str, Any], number: int) -> str:
    """Damage the answer about the `number`th item: records left out, changed, invalid; now and then
    no answer at all."""
    if number % 7 == 5:
        return "I'm sorry, but I cannot help with that."
    written = json.dumps(answer)
    if number % 7 == 6:
        return written[: len(written) // 2]
    for layer, records in answer.items():
        if layer == "documents":
            continue
        answer[layer] = kept = [r for i, r in enumerate(records) if (i + number) % 5]
        for i, record in enumerate(kept):
            if "low" in record and i % 4 == 1 and record["low"]:
                record["high"] = record["low"] = record["low"] + 1
            if "type" in record and i % 6 == 2:
                record["type"] = "LOC"
            if i % 9 == 8:
                record["kind"] = record["type"] = record["label"] = "nonsense"
            if record.get("relations"):
                record["relations"].pop()
    return f"Here it is:\n```json\n{json.dumps(answer)}\n```"


def damaged_answers(corpus: Corpus) -> dict[str, str]:
    """Give an answer for each document by its id, of very different quality."""
    return {
        doc_id: worse(gold_answer(corpus, doc_id), number)
        for number, doc_id in enumerate(corpus.gold)
    }


def damaged_story_answers(corpus: Corpus) -> dict[str, str]:
    """Give an answer for each story by its id."""
    return {
        story_id: worse(gold_story_answer(corpus, story_id), number)
        for number, story_id in enumerate(corpus.clusters)
    }
