"""Draw what an auditor looks at: random labels to be judged, random sentences to be searched.

A draw is made anew from the seed and the gold of that day; verdicts are kept in
`annotations/audit/`. Source: annotations/GUIDELINES.md, G3 (sentences) and P (process).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pledgewire.authoring_text import Lines
from pledgewire.authoring_write import write_authored
from pledgewire.corpus import LAYER_FILES, Corpus
from pledgewire.metrics.crossdoc import document_of, pairs_of
from pledgewire.records import Layers
from pledgewire.spans import Span

LAYERS = ("entities", "figures", "stances", "crossdoc")
SENTENCE_END = re.compile(
    r"(?<=[.!?][\"”’')])\s+(?=[\"“‘(]?[A-Z0-9])|(?<=[.!?])\s+(?=[\"“‘(]?[A-Z0-9])"
)
ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:\w|(?:\w\.)+\w|Mr|Mrs|Ms|Dr|Gen|Lt|Col|Maj|Sen|Rep|St|No|Jr)\.$"
)


class Label(NamedTuple):
    """A label to be judged: `name` is `doc#id`, or `doc#id doc#id` for a pair of figures."""

    layer: str
    name: str
    told: str
    context: str


class Sentence(NamedTuple):
    """A sentence to be searched for omissions. Units: `line` counts from 1."""

    doc_id: str
    line: int
    span: Span
    told: str


def draw_labels(corpora: Sequence[Corpus], number: int, seed: int) -> list[Label]:
    """Draw labels by layer in proportion, at random in each; fewer if there are not so many."""
    by_layer: dict[str, list[tuple[Corpus, str, str]]] = {layer: [] for layer in LAYERS}
    for corpus in corpora:
        for doc_id, layers in corpus.gold.items():
            for layer in LAYER_FILES:
                for record in getattr(layers, layer) or ():
                    by_layer[layer].append((corpus, f"{doc_id}#{record.id}", ""))
        for story in corpus.clusters.values():
            for (a, b), relation in sorted(pairs_of(story.clusters).items()):
                by_layer["crossdoc"].append((corpus, f"{a} {b}", relation))
    total = sum(map(len, by_layer.values()))
    chooser = random.Random(seed)
    drawn: list[Label] = []
    for layer, labels in by_layer.items():
        share = min(len(labels), round(number * len(labels) / total)) if total else 0
        for corpus, name, relation in sorted(chooser.sample(labels, share), key=lambda x: x[1]):
            drawn.append(describe(corpus, layer, name, relation))
    return drawn


def describe(corpus: Corpus, layer: str, name: str, relation: str) -> Label:
    """Write a label as the authoring form has it, under the line it is on."""
    if layer == "crossdoc":
        sides = [tell_record(corpus, side, "figures") for side in name.split()]
        told = f"{relation}: {sides[0][0]} ~ {sides[1][0]}"
        return Label(layer, name, told, " || ".join(context for _, context in sides))
    return Label(layer, name, *tell_record(corpus, name, layer))


def tell_record(corpus: Corpus, name: str, layer: str) -> tuple[str, str]:
    """Give a record in the authoring form and the line of the text that it is on."""
    doc_id, record_id = document_of(name), name.rpartition("#")[2]
    gold = corpus.gold[doc_id]
    (record,) = [r for r in getattr(gold, layer) if r.id == record_id]
    text = corpus.texts[doc_id]
    alone = dict.fromkeys(LAYER_FILES, ())
    if layer == "figures":
        record = type(record)(**{**as_fields(record), "same_as": None})
    renamed = type(record)(**{**as_fields(record), "id": f"{record_id[0]}1"})
    written = write_authored(Layers(doc_id=doc_id, **{**alone, layer: (renamed,)}), text)
    (told,) = [line for line in written.split("\n") if line[:2] in ("E ", "F ", "S ")]
    start = record.evidence[0][0] if layer == "stances" else record.start
    lines = Lines.of(text)
    number = lines.number_at(start)
    return told, f"{number}| {lines[number]}"


def as_fields(record: object) -> dict:
    return {name: getattr(record, name) for name in record.__struct_fields__}


def draw_sentences(corpora: Sequence[Corpus], number: int, seed: int) -> list[Sentence]:
    """Draw sentences of annotated documents at random, each document with its own chance."""
    found = [
        sentence
        for corpus in corpora
        for doc_id in corpus.gold
        for sentence in sentences_of(doc_id, corpus.texts[doc_id])
    ]
    chosen = random.Random(seed).sample(found, min(number, len(found)))
    return sorted(chosen)


def sentences_of(doc_id: str, text: str) -> Iterator[Sentence]:
    """Cut a text into sentences, which lie inside one line each."""
    lines = Lines.of(text)
    for number, line in enumerate(lines.texts, start=1):
        begin = 0
        for cut in [*SENTENCE_END.finditer(line), None]:
            end = cut.start() if cut else len(line)
            piece = line[begin:end]
            if cut and ABBREVIATION.search(piece):
                continue
            if piece.strip():
                start = lines.start_of(number) + begin
                yield Sentence(doc_id, number, Span(start, start + len(piece)), piece)
            begin = cut.end() if cut else end
