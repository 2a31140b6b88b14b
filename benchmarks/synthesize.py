"""Make up a corpus and a prediction of any size, for timing: no word in it is a real one.

A document is drawn from its own seed, so that document i is the same however many there are. Five
documents in a row are a story. Of 40 gold mentions a document, 28.7 are predicted exactly, 4.1 with
a shifted edge, 3.2 with another type and 4.0 not at all, and 3.2 mentions are predicted where gold
has none: precision 28.7 / 39.2, recall 28.7 / 40, F1 0.725.

Usage: python benchmarks/synthesize.py DIR --documents 300 [--mentions 40] [--seed 0]
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from pledgewire.records import BOUNDS, ENTITY_TYPES, LABELS_OF, STATUSES

GOLD, PREDICTED = "gold.jsonl", "predicted.jsonl"
DOCUMENTS_A_STORY = 5
MENTIONS, ENTITIES, FIGURES, STANCES = 40, 15, 8, 5
SLOT = 9  # words between the starts of two mentions
EXACT, SHIFTED, RETYPED, SPURIOUS = 28.7 / 40, 4.1 / 40, 3.2 / 40, 3.2 / 40
UNITS = ("EUR", "USD", "SEK", "JPY")
LABELS = LABELS_OF["position"] + LABELS_OF["veracity"]
Row = dict[str, Any]


class Made(NamedTuple):
    """One document twice: as a line of the gold file and as a line of the prediction."""

    gold: Row
    predicted: Row


@lru_cache(maxsize=1)
def vocabulary() -> tuple[str, ...]:
    """Invent 4,000 words of one to three syllables."""
    rng = random.Random("vocabulary")
    heads, vowels, tails = "bdfgklmnprstvz", "aeiou", ("", "", "n", "r", "s", "l")
    words = {
        "".join(rng.choice(heads) + rng.choice(vowels) + rng.choice(tails) for _ in range(size))
        for size in (1, 2, 2, 2)
        for _ in range(2_000)
    }
    return tuple(sorted(words)[:: max(1, len(words) // 4_000)])


def make_document(index: int, seed: int = 0, mentions: int = MENTIONS) -> Made:
    """Make document number `index`; all its parts grow with `mentions`."""
    rng = random.Random(f"{seed}/{mentions}/{index}")
    scale = max(1, mentions // MENTIONS)
    words = rng.choices(vocabulary(), k=mentions * SLOT + 24)
    story = f"story-{index // DOCUMENTS_A_STORY}"
    doc_id = f"{story}/document-{index}"
    amounts = draw_amounts(rng, words, mentions, FIGURES * scale)
    starts, at = [], 0
    for word in words:
        starts.append(at)
        at += len(word) + 1
    text = " ".join(words)

    def place(first: int, size: int) -> Row:
        start, end = starts[first], starts[first + size - 1] + len(words[first + size - 1])
        return {"start": start, "end": end, "text": text[start:end]}

    entities = [f"{story}/entity-{k}" for k in range(ENTITIES * scale)]
    gold_mentions, predicted_mentions = make_mentions(rng, place, mentions, entities)
    names = name_entities(gold_mentions, predicted_mentions)
    gold_figures, predicted_figures = make_figures(rng, place, amounts, entities, names)
    number = STANCES * scale
    gold_stances, predicted_stances = make_stances(rng, text, number, story, entities, names)
    return Made(
        {
            "doc_id": doc_id,
            "story_id": story,
            "text": text,
            "entities": gold_mentions,
            "figures": gold_figures,
            "stances": gold_stances,
        },
        {
            "doc_id": doc_id,
            "entities": predicted_mentions,
            "figures": predicted_figures,
            "stances": predicted_stances,
        },
    )


def make_mentions(
    rng: random.Random, place: Any, number: int, entities: list[str]
) -> tuple[list[Row], list[Row]]:
    """Put one gold mention into every slot and make a prediction of it, or none."""
    gold: list[Row] = []
    predicted: list[Row] = []
    for slot in range(number):
        first, size = slot * SLOT + rng.randrange(2), rng.choice((1, 1, 2, 3))
        often = min(int(rng.expovariate(5 / len(entities))), len(entities) - 1)
        entity = entities[slot if slot < len(entities) else often]
        label = rng.choice(ENTITY_TYPES)
        form = "name" if rng.random() < 0.8 else "nominal"
        gold.append(
            {"type": label, "id": f"m{slot + 1}", **place(first, size), "entity_id": entity}
            | ({"form": form} if form != "name" else {})
        )
        own = own_id(entity) if rng.random() < 0.9 else f"x{rng.randrange(9)}"
        found: list[Row] = []
        fate = rng.random()
        if fate < EXACT:
            found.append({"type": label, **place(first, size)})
        elif fate < EXACT + SHIFTED:
            found.append({"type": label, **place(first, size + 1)})
        elif fate < EXACT + SHIFTED + RETYPED:
            other = ENTITY_TYPES[(ENTITY_TYPES.index(label) + 1) % len(ENTITY_TYPES)]
            found.append({"type": other, **place(first, size)})
        if rng.random() < SPURIOUS:
            found.append({"type": rng.choice(ENTITY_TYPES), **place(slot * SLOT + 5, 1)})
        for row in found:
            predicted.append(
                {"type": row["type"], "id": f"p{len(predicted) + 1}", **row, "entity_id": own}
            )
    return gold, predicted


def draw_amounts(
    rng: random.Random, words: list[str], slots: int, number: int
) -> list[tuple[int, int, str]]:
    """Write sums of money into the text, in slots that are spread evenly: (word, value, unit)."""
    amounts = []
    for k in range(number):
        at = (k * slots // number) * SLOT + 7
        value, unit = rng.randrange(1, 1_000) * 1_000, rng.choice(UNITS)
        words[at : at + 2] = [f"{value:,}", unit]
        amounts.append((at, value, unit))
    return amounts


def make_figures(
    rng: random.Random,
    place: Any,
    amounts: list[tuple[int, int, str]],
    entities: list[str],
    names: dict[str, str],
) -> tuple[list[Row], list[Row]]:
    """Record the sums; of the predicted ones a tenth has a wrong value, and a tenth is missing."""
    gold: list[Row] = []
    predicted: list[Row] = []
    for k, (at, value, unit) in enumerate(amounts, start=1):
        row = {
            "kind": "money",
            "id": f"f{k}",
            **place(at, 2),
            "low": value,
            "high": value,
            "unit": unit,
            "bound": rng.choice(BOUNDS[:4]),
            "status": rng.choice(STATUSES),
            "giver": rng.choice(entities),
            "receiver": rng.choice(entities),
        }
        gold.append(row)
        fate = rng.random()
        if fate < 0.1:
            continue
        changed = {"giver": names[row["giver"]], "receiver": names[row["receiver"]]}
        if fate < 0.2:
            changed |= {"low": value * 10, "high": value * 10}
        elif fate < 0.25:
            changed |= {"bound": "up_to"}
        elif fate < 0.3:
            changed |= {"unit": "CHF"}
        predicted.append(row | changed)
    return gold, predicted


def make_stances(
    rng: random.Random,
    text: str,
    number: int,
    story: str,
    entities: list[str],
    names: dict[str, str],
) -> tuple[list[Row], list[Row]]:
    """Give holders labels on issues; of the predicted ones a fifth has a wrong label."""
    gold: list[Row] = []
    predicted: list[Row] = []
    for k in range(1, number + 1):
        start = rng.randrange(0, len(text) - 120)
        label = rng.choice(LABELS)
        row = {
            "holder": entities[k % len(entities)],
            "issue_id": f"{story}:issue-{rng.randrange(4)}",
            "label": label,
            "id": f"s{k}",
            "evidence": [[start, start + rng.randrange(40, 110)]],
        }
        if rng.random() < 0.3:
            row["via"] = [rng.choice(entities)]
        gold.append(row)
        changed = {"holder": names[row["holder"]]}
        if rng.random() < 0.2:
            changed["label"] = rng.choice(LABELS)
        if rng.random() < 0.9:
            predicted.append(row | changed)
    return gold, predicted


def own_id(entity: str) -> str:
    """Give the id that the prediction has for an entity."""
    return f"x{entity.rpartition('-')[2]}"


def name_entities(gold: list[Row], predicted: list[Row]) -> dict[str, str]:
    """Name entities as the prediction does: by its own id, or by words if it has no mention."""
    known = {row["entity_id"] for row in predicted}
    words = {row["entity_id"]: row["text"] for row in reversed(gold)}
    return {
        entity: own_id(entity) if own_id(entity) in known else text
        for entity, text in words.items()
    }


def make_clusters(documents: list[Made]) -> tuple[Row, Row]:
    """Join figures number 1, and number 2, of a story's documents; the prediction loses some."""
    sides = []
    for side in ("gold", "predicted"):
        rows = [getattr(document, side) for document in documents]
        clusters = []
        for figure in ("f1", "f2"):
            members = [
                f"{row['doc_id']}#{figure}"
                for row in rows
                if any(f["id"] == figure for f in row["figures"])
            ]
            if len(members) > 1:
                clusters.append({"figures": members, "cluster_id": f"c{len(clusters) + 1}"})
        sides.append({"story_id": documents[0].gold["story_id"], "clusters": clusters})
    gold, predicted = sides
    for cluster in gold["clusters"]:
        members = cluster["figures"]
        cluster["relations"] = [
            {"a": a, "b": b, "relation": "identical"}
            for k, a in enumerate(members)
            for b in members[k + 1 :]
        ]
    return gold, predicted


def make_lines(documents: int, seed: int = 0, mentions: int = MENTIONS) -> Iterator[Made]:
    """Yield documents, and after five the layer of their story."""
    story: list[Made] = []
    for index in range(documents):
        made = make_document(index, seed, mentions)
        yield made
        story.append(made)
        if len(story) == DOCUMENTS_A_STORY:
            yield Made(*make_clusters(story))
            story = []


def write_corpus(
    folder: Path, documents: int, seed: int = 0, mentions: int = MENTIONS
) -> tuple[Path, Path]:
    """Write gold.jsonl and predicted.jsonl into a folder; give their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    gold_path, predicted_path = folder / GOLD, folder / PREDICTED
    encode = msgspec.json.Encoder().encode
    with gold_path.open("wb") as gold, predicted_path.open("wb") as predicted:
        for made in make_lines(documents, seed, mentions):
            gold.write(encode(made.gold) + b"\n")
            predicted.write(encode(made.predicted) + b"\n")
    return gold_path, predicted_path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--mentions", type=int, default=MENTIONS)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    for path in write_corpus(chosen.folder, chosen.documents, chosen.seed, chosen.mentions):
        print(path)


if __name__ == "__main__":
    main()
