"""What an auditor is given: drawn by seed, in proportion, as it stands in the text."""

from __future__ import annotations

from collections import Counter

import pytest

from pledgewire.audit import draw_labels, draw_sentences
from pledgewire.corpus import Corpus
from pledgewire.loading import load_corpus
from pledgewire.metrics.crossdoc import pairs_of


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_corpus(None, "wire", "train")


def test_a_seed_draws_the_same_labels_and_another_others(corpus: Corpus) -> None:
    assert draw_labels([corpus], 50, 1) == draw_labels([corpus], 50, 1)
    assert draw_labels([corpus], 50, 1) != draw_labels([corpus], 50, 2)


def test_layers_are_drawn_in_proportion_and_no_label_twice(corpus: Corpus) -> None:
    drawn = draw_labels([corpus], 200, 3)
    assert len({(x.layer, x.name) for x in drawn}) == len(drawn)
    sizes = Counter(
        {
            layer: sum(len(getattr(gold, layer) or ()) for gold in corpus.gold.values())
            for layer in ("entities", "figures", "stances")
        }
    )
    sizes["crossdoc"] = sum(len(pairs_of(s.clusters)) for s in corpus.clusters.values())
    shares = Counter(x.layer for x in drawn)
    for layer, size in sizes.items():
        assert abs(shares[layer] - 200 * size / sizes.total()) <= 0.5


def test_asking_for_more_than_there_is_gives_everything(corpus: Corpus) -> None:
    every = draw_labels([corpus], 10**6, 0)
    assert len(every) == sum(
        len(getattr(gold, layer) or ())
        for gold in corpus.gold.values()
        for layer in ("entities", "figures", "stances")
    ) + sum(len(pairs_of(s.clusters)) for s in corpus.clusters.values())


def test_a_label_is_told_with_the_line_that_it_is_on(corpus: Corpus) -> None:
    for label in draw_labels([corpus], 60, 4):
        if label.layer == "entities":
            doc_id, record_id = label.name.split("#")
            (mention,) = [m for m in corpus.gold[doc_id].entities or () if m.id == record_id]
            assert (mention.text or "") in label.context
            assert mention.entity_id is None or mention.entity_id in label.told


def test_sentences_stand_in_the_text_where_they_say(corpus: Corpus) -> None:
    drawn = draw_sentences([corpus], 100, 5)
    assert len(drawn) == 100
    for sentence in drawn:
        text = corpus.texts[sentence.doc_id]
        assert text[sentence.span.start : sentence.span.end] == sentence.told
        assert text.count("\n", 0, sentence.span.start) + 1 == sentence.line
