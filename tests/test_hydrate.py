"""Press gold without words: nothing is disclosed, everything intact is found again, nothing wrong.

The oracle of every placement is `damage`, which tells by itself what went where.
"""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import unicodedata
from itertools import combinations, pairwise
from pathlib import Path

import msgspec
import pytest
from damage import DAMAGES, GRAIN, HARBOUR, HARMLESS, Damaged, drop, rewrite
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pledgewire import jsonl
from pledgewire.canonical import canonicalise
from pledgewire.hydrate import decode_article, find_articles, hydrate, write_hydrated
from pledgewire.loading import read_gold
from pledgewire.problems import DataError
from pledgewire.records import Document, Figure, Layers, Mention, Stance
from pledgewire.selectors import CUT, PLACED, SIDE, BestChains, Candidate, Selector, in_order, reach
from pledgewire.spans import Span
from pledgewire.standoff import dehydrate, read_standoff, rehydrate, write_standoff

TEXTS = {"press/900": HARBOUR, "press/901": GRAIN}
PRESS = os.environ.get("PLEDGEWIRE_PRESS")
PRESS_IDS = [f"press/00{number}" for number in range(5)]
PRESS_TEXTS = {
    f"press/{path.name[:3]}": path.read_bytes().decode("utf-8")
    for path in (sorted(Path(PRESS).glob("[0-9]*.txt")) if PRESS else ())
}
ALL_TEXTS = {**TEXTS, **PRESS_TEXTS}
needs_press = pytest.mark.skipif(
    not PRESS, reason="PLEDGEWIRE_PRESS is not set: the press articles are not in the repository"
)
DOC_IDS = [*TEXTS, *(pytest.param(doc_id, marks=needs_press) for doc_id in PRESS_IDS)]


def annotate(doc_id: str, text: str) -> Layers:
    """Annotate by rule: capitalised runs, numbers, each sentence as evidence of a stance."""
    mentions = [
        Mention(type="ORG", id=f"m{n}", start=m.start(), end=m.end(), text=m[0], entity_id="e1")
        for n, m in enumerate(re.finditer(r"[A-ZØÉ]\w+(?:[ -][A-ZØÉ]\w+)*", text), 1)
    ]
    figures = [
        Figure(kind="count", id=f"f{n}", start=m.start(), end=m.end(), text=m[0], low=n, high=n)
        for n, m in enumerate(re.finditer(r"\d[\d,.]*\d|\d", text), 1)
    ]
    stances = [
        Stance(holder="e1", issue_id="x:y", label="support", id=f"s{n}", evidence=(m.span(),))
        for n, m in enumerate(re.finditer(r"[^\s.][^.\n]*[^\s.]\.?", text), 1)
    ]
    return Layers(
        doc_id=doc_id, entities=tuple(mentions), figures=tuple(figures), stances=tuple(stances)
    )


LAYERS = {doc_id: annotate(doc_id, text) for doc_id, text in ALL_TEXTS.items()}
STANDOFFS = {doc_id: dehydrate(LAYERS[doc_id], text) for doc_id, text in ALL_TEXTS.items()}


def spans_of(layers: Layers) -> dict[tuple[str, str | None], tuple[int, int]]:
    surfaces = [
        *(("entities", m) for m in layers.entities),
        *(("figures", f) for f in layers.figures),
    ]
    spans = {(layer, record.id): (record.start, record.end) for layer, record in surfaces}
    return spans | {("stances", s.id): s.evidence[0] for s in layers.stances}


def count_chars(text: str, characters: int, places: range) -> int | None:
    """Go over `places` until so many characters that are no white space have been seen."""
    for at in places:
        characters -= not text[at].isspace()
        if not characters:
            return at
    return None


def must_be_found(text: str, damaged: Damaged, start: int, end: int) -> bool:
    """Tell whether a span and what its hash reaches over on one side are as they were."""
    if damaged.follow(start, end) is None:
        return False
    if sum(not char.isspace() for char in text[start:end]) >= 34:
        return True
    on = count_chars(text, 52, range(start, len(text)))
    back = count_chars(text, 52, range(end - 1, -1, -1))
    return (on is not None and damaged.is_whole(start, on + 1)) or (
        back is not None and damaged.is_whole(back, end)
    )


def hold_against_oracle(doc_id: str, damaged: Damaged) -> int:
    """Hydrate a damaged text; nothing may be wrong or missing. Return how much was placed."""
    text = ALL_TEXTS[doc_id]
    layers, unplaced = rehydrate(STANDOFFS[doc_id], damaged.text)
    old, new = spans_of(LAYERS[doc_id]), spans_of(layers)
    assert {key: damaged.follow(*old[key]) for key in new} == new
    for record in (*layers.entities, *layers.figures):
        assert record.text == damaged.text[record.start : record.end] == record.text.strip()
    assert {(loss.layer, loss.id) for loss in unplaced if not loss.part} == set(old) - set(new)
    missing = [key for key in set(old) - set(new) if must_be_found(text, damaged, *old[key])]
    assert not missing
    return len(new)


# canonical form


@pytest.mark.parametrize(
    ("text", "chars"),
    [
        ("Øberg’s  “ten-year”\r\n pact", "Øberg's'ten-year'pact"),
        ("a&nbsp;b&#8217;c&amp;d", "ab'c&d"),
        ("&amp;rsquo;", "'"),
        ("x&copy 2020&copy;", "x&copy2020©"),
        ("wait…", "wait..."),
        ("10 – 20 -- 30 − 40", "10-20-30-40"),
        ("- -5", "--5"),
        ("\ufeffsoft\u00adhyphen\u200b, ﬁne", "softhyphen,fine"),
        ("«oui» ‹non› 5′ 6″", "'oui''non'5'6'"),
        ("• one", "-one"),
    ],
)
def test_canonical_form_of(text: str, chars: str) -> None:
    assert canonicalise(text).chars == chars


@given(
    st.text(
        st.characters(exclude_categories=("Cs",)) | st.sampled_from("&#x39;ampé -—“'"), max_size=40
    )
)
def test_encodings_of_one_text_have_one_canonical_form(text: str) -> None:
    chars = canonicalise(text).chars
    for copy in (
        html.escape(text),
        html.escape(html.escape(text)),
        unicodedata.normalize("NFC", text),
        unicodedata.normalize("NFD", text),
        # Within a reference, added characters would break it.
        "\ufeff" + "\u00ad".join(text) if "&" not in text else text,
        re.sub(r"\s+", "\u00a0\r\n", text),
    ):
        assert canonicalise(copy).chars == chars


@given(st.text(st.sampled_from("ab &;ampé\u0301-—“…\u00a0½"), max_size=30), st.data())
def test_a_span_goes_to_canonical_characters_and_back(text: str, data: st.DataObject) -> None:
    canonical = canonicalise(text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    place = canonical.range_of(Span(start, end))
    if place is not None:
        span = canonical.span_of(*place)
        assert start <= span.start < span.end <= end
        assert canonicalise(text[start : span.start]).chars == ""
        assert canonicalise(text[span.end : end]).chars == ""
        assert canonicalise(span.of(text)).chars == canonical.chars[slice(*place)]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("a&amp;b", Span(0, 3)),  # half a reference
        ("a--b", Span(0, 2)),  # half a dash
        ("e\u0301", Span(0, 1)),  # a letter without its accent
        ("a \n b", Span(1, 4)),  # white space
        ("ab", Span(1, 1)),
    ],
)
def test_a_span_that_cuts_a_character_has_no_canonical_place(text: str, span: Span) -> None:
    assert canonicalise(text).range_of(span) is None


# selectors


def digest(chars: str, doc_id: str) -> str:
    salt = hashlib.blake2b(doc_id.encode(), digest_size=16).digest()
    return hashlib.blake2b(chars.encode("utf-32-le"), digest_size=8, salt=salt).hexdigest()


def test_hashes_are_of_the_text_up_to_the_span_end_and_from_its_start() -> None:
    text = (
        "A text in which Petra Lund stands between two quite unlike sides, to the left and right."
    )
    start = text.index("Petra")
    mention = Mention(type="PERSON", id="m1", start=start, end=start + len("Petra Lund"))
    standoff = dehydrate(Layers(doc_id="press/7", entities=(mention,)), text)
    chars = text.replace(" ", "")
    at = chars.index("PetraLund")
    assert (
        standoff.entities[0].selectors
        == (
            Selector(
                at=at,
                length=9,
                before=None,  # 12 + 9 characters are fewer than 32
                after=digest(chars[at : at + 32], "press/7"),
            ),
        )
    )
    assert at + 9 < 32 <= len(chars) - at


@given(st.integers(1, 2000))
def test_a_short_span_is_never_hashed_alone_and_a_long_one_is_hashed_whole(length: int) -> None:
    if length < 32:
        assert reach(length) >= length + 12
    else:
        assert length / 2 < reach(length) <= length


@pytest.mark.parametrize("doc_id", DOC_IDS)
def test_no_three_words_of_an_article_are_in_its_standoff_gold(doc_id: str) -> None:
    words = re.findall(r"\w+", ALL_TEXTS[doc_id].lower())
    written = re.findall(r"\w+", jsonl.encode(STANDOFFS[doc_id]).decode().lower())
    runs = {tuple(written[at : at + 3]) for at in range(len(written) - 2)}
    assert not runs & {tuple(words[at : at + 3]) for at in range(len(words) - 2)}
    assert not {"minister", "nato", "pact", "council"} & set(written)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (Mention(type="ORG", id="m9", start=0, end=8, text="Norrlund"), "m9: expected 'Norrlund'"),
        (Mention(type="ORG", id="m9"), "m9: expected a record with start and end"),
        (Mention(type="ORG", id="m9", start=8, end=9), "m9: expected a span of whole characters"),
        (Mention(type="ORG", id="m9", start=0, end=8, also=({"note": "a"},)), "got note, allowed"),
        (Mention(type="ORG", id="m9", start=0, end=8, also=({"end": 7, "text": "Norr"},)), "Norr"),
    ],
)
def test_gold_that_is_not_in_the_text_is_refused(record: Mention, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dehydrate(Layers(doc_id="press/900", entities=(record,)), HARBOUR)


def test_a_text_too_short_to_hide_a_span_is_refused() -> None:
    mention = Mention(type="GPE", id="m1", start=0, end=6)
    with pytest.raises(ValueError, match="expected 32 characters of text"):
        dehydrate(Layers(doc_id="press/7", entities=(mention,)), "Vardia said no.")


# one damage, two damages


@pytest.mark.parametrize("doc_id", DOC_IDS)
def test_the_article_itself_gives_the_gold_back(doc_id: str) -> None:
    assert rehydrate(STANDOFFS[doc_id], ALL_TEXTS[doc_id]) == (LAYERS[doc_id], [])


@pytest.mark.parametrize("name", DAMAGES)
@pytest.mark.parametrize("doc_id", DOC_IDS)
def test_a_damaged_copy_keeps_all_that_is_intact(doc_id: str, name: str) -> None:
    damaged = DAMAGES[name](ALL_TEXTS[doc_id], 1)
    placed = hold_against_oracle(doc_id, damaged)
    everything = len(spans_of(LAYERS[doc_id]))
    assert placed == everything if name in HARMLESS else placed < everything


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(list(TEXTS)),
    st.lists(st.sampled_from(list(DAMAGES)), min_size=2, max_size=2),
    st.integers(0, 10_000),
)
def test_two_damages_keep_all_that_is_intact(doc_id: str, names: list[str], seed: int) -> None:
    first, second = (DAMAGES[name] for name in names)
    damaged = first(ALL_TEXTS[doc_id], seed).then(lambda text: second(text, seed + 1))
    hold_against_oracle(doc_id, damaged)


@needs_press
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(PRESS_IDS),
    st.lists(st.sampled_from(list(DAMAGES)), min_size=2, max_size=2),
    st.integers(0, 10_000),
)
def test_two_damages_of_an_article(doc_id: str, names: list[str], seed: int) -> None:
    first, second = (DAMAGES[name] for name in names)
    damaged = first(ALL_TEXTS[doc_id], seed).then(lambda text: second(text, seed + 1))
    hold_against_oracle(doc_id, damaged)


# what cannot be certain is not placed


def mentions_in(text: str, *words: str, entity_id: str = "e1") -> tuple[Mention, ...]:
    found = sorted((m.start(), m.end()) for word in words for m in re.finditer(word, text))
    return tuple(
        Mention(type="GPE", id=f"m{n}", start=start, end=end, entity_id=entity_id)
        for n, (start, end) in enumerate(found, 1)
    )


HEADLINE = "Norrland and Estmark sign a harbour pact worth €240 million – ministry\n"
BODY = HARBOUR[HARBOUR.index("Cranes") :]


def test_a_headline_printed_twice_and_copied_once_is_annotated_once() -> None:
    gold = Layers(doc_id="press/900", entities=mentions_in(HARBOUR, "Norrland", "Estmark"))
    copy = HEADLINE + "By our staff in Port Astrid, who asked not to be named\n" + BODY
    layers, unplaced = rehydrate(dehydrate(gold, HARBOUR), copy)
    found = [(m.start, m.text) for m in layers.entities]
    assert found == [(m.start, m.span.of(copy)) for m in mentions_in(copy, "Norrland", "Estmark")]
    assert len(unplaced) == len(gold.entities) - len(found)


def test_passages_that_say_different_things_do_not_share_a_place() -> None:
    """The copy may have kept either headline; gold says different things of them."""
    mentions = mentions_in(HARBOUR, "Norrland", "Estmark")
    second = HARBOUR.index(HEADLINE, len(HEADLINE))
    gold = Layers(
        doc_id="press/900",
        entities=tuple(
            msgspec.structs.replace(m, entity_id="e2") if m.start >= second else m for m in mentions
        ),
    )
    neutral = "A line of some length that stands in no article at all, on either side.\n"
    copy = neutral + HEADLINE + neutral
    layers, unplaced = rehydrate(dehydrate(gold, HARBOUR), copy)
    assert layers.entities == ()
    assert {loss.reason for loss in unplaced if loss.id in ("m1", "m3")} == {
        "this copy prints only once what the article prints several times"
    }


def test_a_passage_that_is_not_annotated_keeps_its_place() -> None:
    """`Estmark` of the second headline is no gold, and the first headline is gone."""
    gold = Layers(doc_id="press/900", entities=mentions_in(HEADLINE, "Estmark"))
    layers, unplaced = rehydrate(dehydrate(gold, HARBOUR), HARBOUR[len(HEADLINE) :])
    assert layers.entities == ()
    assert [loss.id for loss in unplaced] == ["m1"]


def test_places_that_order_cannot_settle_are_reported() -> None:
    text = GRAIN[: GRAIN.index('"We asked')]
    gold = Layers(doc_id="press/901", entities=mentions_in(GRAIN, "Petra"))
    standoff = dehydrate(msgspec.structs.replace(gold, entities=gold.entities[:1]), GRAIN)
    layers, unplaced = rehydrate(standoff, "Copied twice.\n" + text + text)
    assert layers.entities == ()
    assert [loss.reason for loss in unplaced] == ["2 places of this copy fit it equally well"]


def test_a_paragraph_that_stands_elsewhere_is_found_there() -> None:
    start = HARBOUR.index("Karl Øberg was born")
    end = HARBOUR.index("Neither", start)
    copy = HARBOUR[start:end] + HARBOUR[:start] + HARBOUR[end:]
    layers, _ = rehydrate(STANDOFFS["press/900"], copy)
    old, new = spans_of(LAYERS["press/900"]), spans_of(layers)
    moved = {key: (s - start, e - start) for key, (s, e) in old.items() if start <= s and e <= end}
    stayed = {key: (s + end - start, e + end - start) for key, (s, e) in old.items() if e <= start}
    assert moved.items() <= new.items()
    assert stayed.items() <= new.items()


def test_places_in_the_wrong_order_are_not_taken_for_repeats() -> None:
    """A copy without the second `Neither` sentence: its annotations do not move to the first."""
    sentence = "Neither of the two governments has said who will run the harbour"
    first, second = (m.start() for m in re.finditer(sentence, HARBOUR))
    damaged = drop(HARBOUR, second, len(HARBOUR))
    layers, unplaced = rehydrate(STANDOFFS["press/900"], damaged.text)
    old = spans_of(LAYERS["press/900"])
    assert spans_of(layers) == {k: v for k, v in old.items() if v[1] <= second}
    assert {loss.id for loss in unplaced} == {k[1] for k, v in old.items() if v[1] > second}
    assert first < second


@st.composite
def candidate_lists(draw: st.DrawFn) -> list[Candidate]:
    """A few selectors, each with a few places in a short text."""
    candidates = []
    for at in draw(st.lists(st.integers(0, 12), min_size=1, max_size=5, unique=True)):
        selector = Selector(at=at, length=draw(st.integers(1, 5)))
        for start in draw(st.lists(st.integers(0, 12), min_size=1, max_size=3, unique=True)):
            candidates.append(Candidate(selector, start, draw(st.integers(1, 2))))
    return sorted(candidates, key=in_order)


def value_of(chain: tuple[Candidate, ...]) -> int | None:
    """Value of a chain by its definition; None if two neighbours cannot follow each other."""
    value = sum(PLACED + SIDE * candidate.sides for candidate in chain)
    for left, right in pairwise(chain):
        apart = left.selector.at + left.selector.length <= right.selector.at
        change = abs((right.start - right.selector.at) - (left.start - left.selector.at))
        if change and not (apart and left.start + left.selector.length <= right.start):
            return None
        value -= CUT + change if change else 0
    return value


@settings(deadline=None)
@given(candidate_lists())
def test_best_chains_are_those_that_trying_all_chains_finds(nodes: list[Candidate]) -> None:
    chains = [
        chain
        for size in range(1, len(nodes) + 1)
        for chain in combinations(nodes, size)
        if value_of(chain) is not None
    ]
    most = max(map(value_of, chains))
    best = [chain for chain in chains if value_of(chain) == most]
    selectors = {node.selector for node in nodes}
    found = BestChains(nodes)
    assert set(found.optimal) == {node for chain in best for node in chain}
    assert tuple(sorted(found.path, key=in_order)) in best
    assert found.skipped == {s for c in best for s in selectors - {node.selector for node in c}}


# annotations of which a part is lost


def span_of(text: str, words: str) -> tuple[int, int]:
    return text.index(words), text.index(words) + len(words)


def test_what_is_left_of_an_annotation_is_kept_and_the_rest_reported() -> None:
    votes = span_of(GRAIN, "The League wants weighing at Bridge Kilo, at Port Selene")
    thanks = span_of(GRAIN, "Vardia's farm minister, Petra Lund, thanked the Lowland Council")
    mends = span_of(GRAIN, "She told Radio Vardia that the railway had been mended in May")
    mills, lorries = span_of(GRAIN, "46 mills"), span_of(GRAIN, "1,200 lorries")
    each = span_of(GRAIN, "each of the 46 mills")
    say = {"holder": "e1", "issue_id": "x:y", "label": "support"}
    also = ({"evidence": [list(votes)]}, {"label": "oppose"}, {"evidence": [list(mends)]})
    count = {"kind": "count", "low": 1, "high": 1, "unit": "mill", "bound": "exact"}
    gold = Layers(
        doc_id="press/901",
        figures=(
            Figure(id="f1", start=mills[0], end=mills[1], text="46 mills", **count),
            Figure(
                id="f2", start=lorries[0], end=lorries[1], text="1,200 lorries", same_as="f1",
                also=({"start": each[0], "end": each[1], "text": "each of the 46 mills"},
                      {"same_as": "f1"}, {"unit": "lorry"}), **count,
            ),
        ),
        stances=(
            Stance(id="s1", evidence=(votes, thanks), also=also, **say),
            Stance(id="s2", evidence=(votes,), **say),
        ),
    )  # fmt: skip
    standoff = dehydrate(gold, GRAIN)
    assert rehydrate(standoff, GRAIN) == (gold, [])

    damaged = drop(GRAIN, GRAIN.index("In a letter seen"), GRAIN.index("Petra Lund answers"))
    layers, unplaced = rehydrate(standoff, damaged.text)
    assert layers == Layers(
        doc_id="press/901",
        figures=(
            msgspec.structs.replace(gold.figures[1], same_as=None, also=({"unit": "lorry"},)),
        ),
        stances=(
            msgspec.structs.replace(
                gold.stances[0],
                evidence=(thanks,),
                also=({"label": "oppose"}, {"evidence": [list(mends)]}),
            ),
        ),
    )
    assert {(loss.id, loss.part) for loss in unplaced} == {
        ("f1", ""),
        ("f2", "same_as f1"),
        ("f2", "alternative 1"),
        ("f2", "alternative same_as"),
        ("s1", "evidence 1 of 2"),
        ("s1", "alternative 1, evidence 1 of 1"),
        ("s2", ""),
    }


def test_a_layer_that_was_not_attempted_stays_so() -> None:
    standoff = dehydrate(Layers(doc_id="press/901", entities=()), GRAIN)
    assert rehydrate(standoff, GRAIN) == (Layers(doc_id="press/901", entities=()), [])


# files


def document(doc_id: str, text: str, story: str = "harbour") -> Document:
    return Document(
        id=doc_id, story=story, voice="report", track="press", split="test", outlet="", title="",
        published="2031-03", sha256=hashlib.sha256(text.encode()).hexdigest(),
    )  # fmt: skip


DOCUMENTS = {doc_id: document(doc_id, text) for doc_id, text in TEXTS.items()}


def test_articles_are_found_under_any_name(tmp_path: Path) -> None:
    damaged = rewrite(GRAIN, {}, {GRAIN.index("Petra"): "the tireless "}).text
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.html").write_bytes(HARBOUR.encode())
    (tmp_path / "b.txt").write_bytes(HARBOUR.encode())
    (tmp_path / "c.txt").write_bytes(damaged.encode("utf-8-sig"))
    (tmp_path / "d.txt").write_bytes(GRAIN[: len(GRAIN) // 2].encode("cp1252"))
    (tmp_path / "e.bin").write_bytes(b"\x81\x00\x01")
    (tmp_path / "f.txt").write_bytes(b"x" * 2_000_001)
    (tmp_path / "g.txt").write_text("Some other news of the day.")
    finding = find_articles(tmp_path, DOCUMENTS, {k: STANDOFFS[k] for k in TEXTS})
    assert {
        doc_id: (found.path.relative_to(tmp_path).as_posix(), found.how)
        for doc_id, found in finding.found.items()
    } == {"press/900": ("a/x.html", "identical"), "press/901": ("c.txt", "by content")}
    assert finding.found["press/901"].text == damaged
    unused = {path.name: why for path, why in finding.unused}
    assert sorted(unused) == ["b.txt", "d.txt", "e.bin", "f.txt", "g.txt"]
    assert "used for press/900" in unused["b.txt"]
    assert "fits press/901 too" in unused["d.txt"]
    assert unused["e.bin"] == "neither UTF-8 nor Windows-1252 text"
    assert unused["f.txt"] == "larger than 2,000,000 bytes"
    assert unused["g.txt"] == "holds no article of the track"


def test_one_file_serves_one_document(tmp_path: Path) -> None:
    """Two documents with one text: two copies serve both, one copy serves one of them."""
    standoffs = {
        doc_id: dehydrate(annotate(doc_id, GRAIN), GRAIN) for doc_id in ("press/1", "press/2")
    }
    documents = {doc_id: document(doc_id, "") for doc_id in standoffs}
    (tmp_path / "a.txt").write_text(GRAIN)
    assert len(find_articles(tmp_path, documents, standoffs).found) == 1
    (tmp_path / "b.txt").write_text(GRAIN)
    found = find_articles(tmp_path, documents, standoffs).found
    assert {doc_id: where.path.name for doc_id, where in found.items()} in (
        {"press/1": "a.txt", "press/2": "b.txt"},
        {"press/1": "b.txt", "press/2": "a.txt"},
    )


def test_less_than_three_tenths_of_an_article_is_not_the_article(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(GRAIN[: len(GRAIN) // 5])
    finding = find_articles(tmp_path, DOCUMENTS, {"press/901": STANDOFFS["press/901"]})
    assert finding.found == {}


@pytest.mark.parametrize("raw", [b"plain", "naïve “é”".encode(), "naïve “é”".encode("cp1252")])
def test_both_encodings_are_read(raw: bytes) -> None:
    assert decode_article(raw) in ("plain", "naïve “é”")


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="folder-missing"):
        find_articles(tmp_path / "nowhere", {}, {})


CLUSTERS = (
    {"cluster_id": "c1", "story_id": "harbour", "figures": ["press/900#f2", "press/901#f2"],
     "relations": [{"a": "press/900#f2", "b": "press/901#f2", "relation": "identical"}]},
    {"cluster_id": "c2", "story_id": "harbour",
     "figures": ["press/900#f1", "press/900#f3", "press/901#f2"],
     "relations": [{"a": "press/900#f1", "b": "press/901#f2", "relation": "rounded"},
                   {"a": "press/900#f3", "b": "press/901#f2", "relation": "rounded"}]},
)  # fmt: skip


@pytest.fixture
def annotations(tmp_path: Path) -> Path:
    """A folder with the stand-off gold of both texts and two clusters."""
    folder = tmp_path / "annotations"
    write_standoff([STANDOFFS[doc_id] for doc_id in TEXTS], DOCUMENTS, folder)
    lines = "".join(json.dumps(cluster) + "\n" for cluster in CLUSTERS)
    (folder / "press" / "harbour" / "clusters.jsonl").write_text(lines)
    return folder


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    return folder


def test_standoff_gold_survives_its_files(annotations: Path) -> None:
    assert read_standoff(annotations, DOCUMENTS) == {k: STANDOFFS[k] for k in TEXTS}
    first = (annotations / "press" / "harbour" / "mentions.jsonl").read_text().splitlines()[0]
    assert next(iter(json.loads(first))) == "doc_id"


def test_the_hydrated_track_reads_like_the_wire_track(
    annotations: Path, articles: Path, tmp_path: Path
) -> None:
    (articles / "1.txt").write_bytes(HARBOUR.encode())
    crlf = DAMAGES["crlf"](GRAIN, 0).text
    (articles / "2.txt").write_bytes(crlf.encode())
    track = hydrate(articles, annotations, DOCUMENTS)
    assert track.report.is_complete
    out = tmp_path / "out"
    write_hydrated(track, out)
    assert (out / "corpus" / "press" / "901.txt").read_bytes() == crlf.encode()
    problems: list = []
    gold = read_gold(out, DOCUMENTS, problems)
    assert problems == []
    for doc_id in TEXTS:
        assert spans_of(gold[doc_id]) == spans_of(track.layers[doc_id])
        assert all(m.text == m.span.of(track.texts[doc_id]) for m in gold[doc_id].entities)
    written = (out / "annotations" / "press" / "harbour" / "clusters.jsonl").read_text()
    assert [json.loads(line) for line in written.splitlines()] == list(CLUSTERS)
    assert not [path for path in out.rglob("*") if path.name.startswith(".")]


def test_the_report_says_what_is_missing(annotations: Path, articles: Path) -> None:
    (articles / "half.txt").write_text(HARBOUR[HARBOUR.index("Cranes") :])
    (articles / "notes.txt").write_text("Nothing of interest.")
    track = hydrate(articles, annotations, DOCUMENTS)
    assert not track.report.is_complete
    assert sorted(track.texts) == ["press/900"]
    shown = str(track.report)
    placed = len(track.layers["press/900"].figures)
    total = len(LAYERS["press/900"].figures)
    assert f"figures {placed}/{total}" in shown
    assert f"press/900: {articles / 'half.txt'} (by content)" in shown
    assert "not placed: figures f1: neither it with the text before" in shown
    assert "press/901: not found" in shown
    assert f"not used: {articles / 'notes.txt'}: holds no article of the track" in shown
    # f1 to f3 stand in the lost headlines, press/901 is not there: both clusters fall apart
    assert track.clusters == {"harbour": ()}
    assert [loss.id for loss in track.report.clusters] == ["c1", "c2"]


def test_a_lost_figure_leaves_its_cluster(annotations: Path, articles: Path) -> None:
    headless = HARBOUR[HARBOUR.index("\n") + 1 :]  # without f1, the 240 of the first headline
    (articles / "1.txt").write_text(headless)
    (articles / "2.txt").write_text(GRAIN)
    track = hydrate(articles, annotations, DOCUMENTS)
    assert "f1" not in {figure.id for figure in track.layers["press/900"].figures}
    kept = {cluster.cluster_id: cluster for cluster in track.clusters["harbour"]}
    assert kept["c2"].figures == ("press/900#f3", "press/901#f2")
    assert [pair.a for pair in kept["c2"].relations] == ["press/900#f3"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"text": "Norrland"}, "words-disclosed"),
        ({"also": [{"text": "Norrland"}]}, "words-disclosed"),
        ({"selectors": []}, "selector-count"),
        ({"start": None}, "missing-field"),
        ({"doc_id": "press/999"}, "unknown-document"),
        ({"selectors": [{"at": 0, "length": 8, "after": "XYZ"}]}, "wrong-type"),
        ({"selectors": [{"at": -1, "length": 8}]}, "wrong-type"),
    ],
)
def test_faults_of_standoff_files_are_told(annotations: Path, change: dict, code: str) -> None:
    path = annotations / "press" / "harbour" / "mentions.jsonl"
    first, *rest = path.read_text().splitlines()
    path.write_text("\n".join([json.dumps({**json.loads(first), **change}), *rest]) + "\n")
    with pytest.raises(DataError, match=rf"annotations/press/harbour/mentions.jsonl:1: {code}"):
        read_standoff(annotations, DOCUMENTS)
