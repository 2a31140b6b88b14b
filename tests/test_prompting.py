"""Prompts say what is asked, schemas admit what gold says, and any answer at all is read."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_answers import gold_answer, gold_story_answer

from pledgewire.api import read_prediction, score
from pledgewire.corpus import Corpus
from pledgewire.frameworks.counting import story_sources
from pledgewire.loading import find_data, load_corpus
from pledgewire.prompting import (
    DOCUMENT_LAYERS,
    answer_schema,
    document_prompt,
    instructions_version,
    read_answer,
    read_story_answer,
    story_prompt,
    story_schema,
)
from pledgewire.prompting.answers import LIMITS, count_reasons
from pledgewire.prompting.prompts import INSTRUCTIONS
from pledgewire.prompting.schemas import Schema
from pledgewire.records import (
    BOUNDS,
    ENTITY_TYPES,
    KINDS,
    LABELS_OF,
    RELATIONS,
    STATUSES,
    Mention,
    Source,
)

CORPUS = load_corpus(find_data(), "wire", "all")
"""The whole benchmark: schemas must have room for all of its gold."""


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return CORPUS


STORIES = [s for s in CORPUS.clusters if story_sources(CORPUS, s)]


@pytest.mark.parametrize("doc_id", CORPUS.gold)
def test_gold_is_an_answer_that_the_schema_admits(doc_id: str, corpus: Corpus) -> None:
    answer = gold_answer(corpus, doc_id)
    jsonschema.validate(answer, answer_schema(corpus.source(doc_id)))
    read = read_answer(json.dumps(answer), corpus.source(doc_id))
    assert (read.status, read.dropped) == ("ok", ())
    assert [len(getattr(read.layers, x)) for x in DOCUMENT_LAYERS] == [
        len(answer[x]) for x in DOCUMENT_LAYERS
    ]


@pytest.mark.parametrize("story_id", STORIES)
def test_gold_clusters_are_an_answer_that_the_schema_admits(story_id: str, corpus: Corpus) -> None:
    answer, sources = gold_story_answer(corpus, story_id), story_sources(corpus, story_id)
    jsonschema.validate(answer, story_schema(sources))
    read = read_story_answer(json.dumps(answer), story_id, sources)
    assert (read.status, read.dropped) == ("ok", ())


def test_gold_said_without_offsets_scores_1_but_for_strings_that_have_no_place() -> None:
    """A bare `96` beside `96 tanks`, and a name glued to a word, are lost without offsets."""
    corpus = load_corpus(find_data(), "wire", "test")
    lines: list[Any] = [
        read_answer(json.dumps(gold_answer(corpus, d)), corpus.source(d)).layers
        for d in corpus.gold
    ]
    scores = score(lines, resamples=100).scores
    for layer in DOCUMENT_LAYERS:
        counts = scores.layers[layer].counts
        assert counts.gold == counts.predicted
        assert counts.recalled >= 0.99 * counts.gold


def test_gold_clusters_said_without_offsets_lose_only_figures_that_have_no_place() -> None:
    corpus = load_corpus(find_data(), "wire", "test")
    lines: list[Any] = []
    for story_id in corpus.clusters:
        sources = story_sources(corpus, story_id)
        read = read_story_answer(json.dumps(gold_story_answer(corpus, story_id)), story_id, sources)
        lines += [*read.documents, read.story]
    counts = score(lines, resamples=100, layers=("crossdoc",)).scores.layers["crossdoc"].counts
    assert counts.recalled >= 0.98 * counts.gold
    assert counts.predicted <= counts.gold


def bounds_missing(schema: Schema, path: str = "") -> list[str]:
    """List the strings and lists of a schema that may grow without end."""
    found = []
    if schema.get("type") == "string" and not {"maxLength", "enum"} & set(schema):
        found.append(path)
    if schema.get("type") == "array" and "maxItems" not in schema:
        found.append(path)
    if schema.get("type") == "object" and (
        schema["additionalProperties"] is not False
        or schema["required"] != list(schema["properties"])
    ):
        found.append(path)
    for name, part in schema.get("properties", {}).items():
        found += bounds_missing(part, f"{path}.{name}")
    for part in [*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())]:
        found += bounds_missing(part, f"{path}[]")
    return found


def test_schemas_are_strict_bounded_and_without_offsets(corpus: Corpus) -> None:
    source = corpus.source(next(iter(corpus.gold)))
    for schema in (answer_schema(source), story_schema([source])):
        jsonschema.Draft202012Validator.check_schema(schema)
        assert bounds_missing(schema) == []
        assert not {'"start"', '"end"', '"evidence"'} & set(
            re.findall(r'"\w+"', json.dumps(schema))
        )


def test_an_issue_has_the_labels_of_its_dimension_only(corpus: Corpus) -> None:
    source = corpus.source(next(iter(corpus.gold)))
    stance = {"holder": "x", "via": [], "evidence_text": []}
    validator = jsonschema.Draft202012Validator(answer_schema(source, ["stances"]))
    for issue in source.issues:
        for dimension, labels in LABELS_OF.items():
            for label in labels:
                answer = {"stances": [{**stance, "issue_id": issue.id, "label": label}]}
                assert validator.is_valid(answer) == (dimension == issue.dimension)


def test_a_story_without_issues_admits_no_stance() -> None:
    source = Source(doc_id="a/b", story_id="a", text="Nothing.\n", published="")
    schema = answer_schema(source)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate({"entities": [], "figures": [], "stances": []}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"entities": [], "figures": [], "stances": ["x"]}, schema)
    assert "no issues" in document_prompt(source)


def test_prompts_hold_what_an_extractor_may_see_and_no_gold(corpus: Corpus) -> None:
    story_id = STORIES[0]
    sources = story_sources(corpus, story_id)
    for prompt, shown in ((document_prompt(sources[0]), sources[:1]),
                          (story_prompt(sources), sources)):  # fmt: skip
        for source in shown:
            assert source.text in prompt
            assert f'id="{source.doc_id}" published="{source.published}"' in prompt
        for issue in sources[0].issues:
            assert issue.proposition in prompt
        for source in shown:
            prompt = prompt.replace(source.text, "")
        ids = {m.entity_id for s in shown for m in corpus.gold[s.doc_id].entities}
        assert not {i for i in ids if "-" in i} & set(re.findall(r"[\w-]+", prompt)) - {
            *re.findall(r"[\w-]+", " ".join(i.id for i in sources[0].issues)),
            story_id,
        } - {"norway-defence-ministry"}


def test_a_prompt_has_the_layers_asked_for(corpus: Corpus) -> None:
    source = corpus.source(next(iter(corpus.gold)))
    prompt = document_prompt(source, ["figures"])
    assert "## Figures" in prompt
    assert "## Entities" not in prompt
    assert "Issues of the story" not in prompt
    assert list(answer_schema(source, ["figures"])["properties"]) == ["figures"]
    assert instructions_version(["entities", "figures"]) == "entities:1+figures:1"
    with pytest.raises(ValueError, match=r"got \['crossdoc'\], allowed: entities"):
        document_prompt(source, ["crossdoc"])
    with pytest.raises(ValueError, match="got none"):
        answer_schema(source, [])


@pytest.mark.parametrize("layer", [*DOCUMENT_LAYERS, "crossdoc"])
def test_instructions_name_every_label_and_their_example_is_valid(layer: str) -> None:
    text = (INSTRUCTIONS / f"{layer}.md").read_text("utf-8")
    labels = {
        "entities": (*ENTITY_TYPES, "nominal", "name"),
        "figures": (*KINDS, *BOUNDS, *STATUSES),
        "stances": [label for labels in LABELS_OF.values() for label in labels],
        "crossdoc": RELATIONS,
    }[layer]
    for label in labels:
        assert re.search(rf"\b{label}\b", text), label
    (example,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    answer = json.loads(example)
    issue = {"id": "invented-story:should-send", "story": "invented-story", "proposition": "x"}
    sources = [
        msgspec.convert(
            {"doc_id": f"invented-story/{voice}", "story_id": "invented-story", "text": "x\n",
             "published": "", "issues": [{**issue, "dimension": "position"}]}, Source)
        for voice in ("bulletin", "report")
    ]  # fmt: skip
    if layer == "crossdoc":
        jsonschema.validate(answer, story_schema(sources))
        assert read_story_answer(example, "invented-story", sources).dropped == ()
    else:
        jsonschema.validate(answer, answer_schema(sources[0], [layer]))
        assert read_answer(example, sources[0], [layer]).dropped == ()


SOURCE = Source(
    doc_id="a/b",
    story_id="a",
    text="Norland gave 5 million euros on Monday.\n",
    published="2026-03-04",
    issues=CORPUS.source(next(iter(CORPUS.gold))).issues,
)
FIGURE = {"kind": "money", "text": "5 million euros", "low": 5e6, "high": 5e6, "unit": "EUR"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("```json\n", "\n```"),
        ("Sure! {braces} and {\"thoughts\": 1}:\n", "\nThat is {all}."),
        ('<think>{"figures": []}</think>', ""),
        ("\ufeff", "\n\n"),
    ],
)  # fmt: skip
def test_an_answer_is_found_in_what_surrounds_it(before: str, after: str) -> None:
    read = read_answer(before + json.dumps({"figures": [FIGURE]}) + after, SOURCE, ["figures"])
    assert read.status == "ok"
    assert [f.low for f in read.layers.figures] == [5000000]
    assert read.layers.entities is None


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("I'm sorry, but I can't help with that.", "refused"),
        ("I cannot do this.", "refused"),
        ("Unfortunately, I can’t.", "malformed"),
        ('{"figures": [{"kind": "mon', "malformed"),
        ("[]", "malformed"),
        ("{}", "malformed"),
        ('{"something": []}', "malformed"),
        ('{"figures": ' + "[" * 100_000, "malformed"),
        ('{"a":' * 50_000, "malformed"),
        ('{"figures": [' + "9" * 10_000 + "]}", "ok"),
    ],
)
def test_what_is_no_answer_is_told_apart_and_scores_as_nothing(text: str, status: str) -> None:
    read = read_answer(text, SOURCE)
    assert read.status == status
    assert (read.layers.entities, read.layers.figures, read.layers.stances) == ((), (), ())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"kind": "cash"}, "figures:unknown-value"),
        ({"kind": None}, "figures:missing-field"),
        ({"text": None}, "figures:no-place"),
        ({"text": "  "}, "figures:no-place"),
        ({"text": "x" * 201}, "figures:too-long"),
        ({"text": "\ud83d"}, "figures:not-unicode"),
        ({"text": ["a"]}, "figures:wrong-type"),
        ({"low": "5 million"}, "figures:wrong-type"),
        ({"low": 10**400}, "figures:number-infinite"),
        ({"low": True}, "figures:wrong-type"),
        ({"low": 6e6}, "figures:range-reversed"),
        ({"unit": "groats"}, "figures:unknown-unit"),
        ({"kind": "date", "unit": None, "date": "Monday"}, "figures:date-invalid"),
        ({"bound": "roughly"}, "figures:unknown-value"),
    ],
)
def test_an_invalid_record_is_dropped_with_its_reason_and_the_rest_stays(
    change: dict[str, Any], reason: str
) -> None:
    answer = {"figures": [{**FIGURE, **change}, FIGURE]}
    read = read_answer(json.dumps(answer), SOURCE, ["figures"])
    assert count_reasons(read.dropped) == {reason: 1}
    assert len(read.layers.figures) == 1


def test_offsets_and_fields_of_no_interest_are_passed_over() -> None:
    mention = {"text": "Norland", "type": "GPE", "start": 900, "end": 1, "also": [1], "note": 2}
    read = read_answer(json.dumps({"entities": [mention]}), SOURCE, ["entities"])
    assert read.dropped == ()
    assert read.layers.entities == (Mention(type="GPE", text="Norland"),)


def test_a_stance_needs_an_issue_of_the_story_and_a_label_of_its_dimension() -> None:
    issue = SOURCE.issues[0]
    wrong = next(x for d, labels in LABELS_OF.items() if d != issue.dimension for x in labels)
    good = LABELS_OF[issue.dimension][0]
    stances = [
        {"holder": "norland", "issue_id": issue.id, "label": good, "evidence_text": ["Norland"]},
        {"holder": "norland", "issue_id": issue.id, "label": wrong},
        {"holder": "norland", "issue_id": "a:none", "label": good},
        {"holder": "", "issue_id": issue.id, "label": good},
        {"holder": " ", "issue_id": issue.id, "label": good},
        {"holder": "x", "issue_id": issue.id, "label": good, "evidence_text": ["x"] * 4},
    ]
    read = read_answer(json.dumps({"stances": stances}), SOURCE, ["stances"])
    assert len(read.layers.stances) == 1
    assert count_reasons(read.dropped) == {
        "stances:holder-empty": 1, "stances:label-dimension": 1, "stances:missing-field": 1,
        "stances:too-long": 1, "stances:unknown-issue": 1,
    }  # fmt: skip


def test_an_id_that_comes_again_is_taken_away_and_the_figure_kept() -> None:
    answer = {"figures": [{**FIGURE, "id": "f1"}, {**FIGURE, "id": "f1"}]}
    read = read_answer(json.dumps(answer), SOURCE, ["figures"])
    assert [f.id for f in read.layers.figures] == ["f1", None]


def test_faults_of_clusters_are_dropped_one_by_one() -> None:
    source = msgspec.structs.replace(SOURCE, doc_id="a/c")
    figure = {"id": "f1", "kind": "money", "text": "5 million euros"}
    pair = {"a": "a/b#f1", "b": "a/c#f1", "relation": "rounded"}
    answer = {
        "documents": [
            {"document": "a/b", "figures": [figure, figure, {**figure, "id": None}]},
            {"document": "a/c", "figures": [figure, {**figure, "id": "f2", "text": None}]},
            {"document": "a/d", "figures": [figure]},
        ],
        "clusters": [
            {"figures": ["a/b#f1", "a/c#f1", "a/c#f9"],
             "relations": [pair, {**pair, "b": "a/b#f1"}, {**pair, "relation": "same"}]},
            {"figures": ["a/b#f1", "a/c#f1"], "relations": []},
            {"figures": 7},
        ],
    }  # fmt: skip
    read = read_story_answer(json.dumps(answer), "a", [SOURCE, source])
    assert [len(x.figures) for x in read.documents] == [1, 1]
    (cluster,) = read.story.clusters
    assert cluster.figures == ("a/b#f0001", "a/c#f0001")
    assert {(p.a, p.b) for p in cluster.relations} == {cluster.figures}
    assert [p.relation for p in cluster.relations] == ["rounded"]
    assert count_reasons(read.dropped) == {
        "clusters:cluster-small": 2, "clusters:duplicate-figure": 2, "clusters:unknown-figure": 1,
        "documents:too-many": 1, "figures:id": 2, "figures:no-place": 1,
        "relations:pair-outside": 1, "relations:wrong-type": 1,
    }  # fmt: skip


def test_lists_are_cut_at_the_bounds_of_the_schema() -> None:
    answer = {"figures": [FIGURE] * 1_000}
    read = read_answer(json.dumps(answer), SOURCE, ["figures"])
    assert len(read.layers.figures) == 300
    assert count_reasons(read.dropped) == {"figures:too-many": 700}


FIELDS = sorted({name for limits in LIMITS.values() for name in limits} | {"start", "also"})
LABELS = [*ENTITY_TYPES, *KINDS, *BOUNDS, *STATUSES, "support", "affirms", "EUR", "2025-01", "f1"]
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=12)
    | st.sampled_from([*LABELS, SOURCE.issues[0].id, "5 million euros", "\ud800"])
)
objects = st.dictionaries(
    st.sampled_from(FIELDS), scalars | st.lists(scalars, max_size=3), max_size=8
)
answers = st.dictionaries(
    st.sampled_from([*DOCUMENT_LAYERS, "documents", "clusters"]),
    st.lists(objects | scalars, max_size=5) | scalars,
)


@given(answer=answers, cut=st.integers(0, 40), prose=st.text(max_size=20))
def test_whatever_a_model_writes_is_read_and_is_a_prediction_in_order(
    answer: dict[str, Any], cut: int, prose: str
) -> None:
    written = json.dumps(answer)
    doc_id = next(iter(CORPUS.gold))
    source = CORPUS.source(doc_id)
    for text in (prose + written, written[: len(written) - cut], prose):
        read = read_answer(text, source)
        prediction = read_prediction([read.layers], CORPUS)
        assert prediction.documents[doc_id] == read.layers
        told = read_story_answer(text, source.story_id, story_sources(CORPUS, source.story_id))
        read_prediction([*told.documents, told.story], CORPUS)
