"""Exports for other tools, each read back by the tool's own library: texts, offsets, records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from pledgewire.cli import main as cli
from pledgewire.convert.conll import ConllOptions, read_conll
from pledgewire.convert.foreign import Content
from pledgewire.corpus import Corpus
from pledgewire.exchange import ONE_WAY, export_gold
from pledgewire.exchange.brat_read import KEY, read_value
from pledgewire.exchange.brat_write import FIGURE_TYPES
from pledgewire.exchange.export import outermost
from pledgewire.loading import find_data, load_corpus
from pledgewire.problems import Problem
from pledgewire.records import ENTITY_TYPES, Figure, Layers, Mention, Stance

MINI = Path(__file__).parent / "data" / "mini"
KINDS = {"entities": Mention, "figures": Figure, "stances": Stance}


@pytest.fixture(scope="module", params=["mini", "benchmark"])
def corpus(request: pytest.FixtureRequest) -> Corpus:
    """The mini corpus has characters beyond the first plane, where offsets in UTF-16 differ."""
    return load_corpus(MINI if request.param == "mini" else find_data(), "wire", "all")


def columns_of(path: Path) -> list[list[str]]:
    lines = path.read_text("utf-8").split("\n")
    return [line.split("\t") for line in lines if line and not line.startswith("# doc_id")]


def test_columns_hold_the_outermost_mentions(corpus: Corpus, tmp_path: Path) -> None:
    told = export_gold("conll", corpus, tmp_path)
    nested = 0
    for doc_id, gold in corpus.gold.items():
        text = (tmp_path / f"{doc_id}.txt").read_bytes().decode("utf-8")
        assert text == corpus.texts[doc_id]
        tokens = [
            (token, int(start), int(end))
            for token, start, end, _ in columns_of(tmp_path / f"{doc_id}.conll")
        ]
        assert all(text[start:end] == token for token, start, end in tokens)
        assert "".join(token for token, _, _ in tokens) == "".join(text.split())
        problems: list[Problem] = []
        content = (tmp_path / f"{doc_id}.conll").read_text("utf-8")
        reading = read_conll([Content("x", content)], ConllOptions(), problems)
        assert problems == []
        (document,) = reading.documents
        place = [at for at, char in enumerate(text) if not char.isspace()]
        rank = {
            at: number
            for number, at in enumerate(
                at for at, char in enumerate(document.text) if not char.isspace()
            )
        }
        kept = outermost(gold.entities)
        assert [
            (place[rank[m.start]], place[rank[m.end - 1]] + 1, m.label)
            for m in document.mentions
        ] == [(m.start, m.end, m.type) for m in kept]  # fmt: skip
        nested += len(gold.entities) - len(kept)
    assert (f"{nested} nested mentions left out" in told) == bool(nested)
    figures = sum(len(gold.figures) for gold in corpus.gold.values())
    assert f"{figures} figures and" in told


def test_columns_are_read_by_seqeval_and_nervaluate(corpus: Corpus, tmp_path: Path) -> None:
    seqeval = pytest.importorskip("seqeval.metrics.sequence_labeling", reason="needs seqeval")
    nervaluate = pytest.importorskip("nervaluate", reason="needs nervaluate")
    export_gold("conll", corpus, tmp_path)
    tags = [[row[-1] for row in columns_of(tmp_path / f"{d}.conll")] for d in corpus.gold]
    kept = [outermost(gold.entities) for gold in corpus.gold.values()]
    assert [len(seqeval.get_entities(found)) for found in tags] == [len(k) for k in kept]
    results = nervaluate.Evaluator(tags, tags, tags=list(ENTITY_TYPES), loader="list").evaluate()
    assert results["overall"]["strict"].correct == sum(map(len, kept))


def test_spacy_reads_texts_mentions_figures_stances_and_all_of_gold(
    corpus: Corpus, tmp_path: Path
) -> None:
    spacy = pytest.importorskip("spacy", reason="needs the extra `formats`")
    from spacy.tokens import DocBin

    export_gold("spacy", corpus, tmp_path)
    vocab = spacy.blank("en").vocab
    seen = {}
    for path in tmp_path.glob("*.spacy"):
        for doc in DocBin(store_user_data=True).from_disk(path).get_docs(vocab):
            gold = msgspec.json.decode(doc.user_data["pledgewire"], type=Layers)
            seen[gold.doc_id] = gold
            assert corpus.documents[gold.doc_id].split == path.stem
            assert doc.text == corpus.texts[gold.doc_id]
            assert [
                (e.start_char, e.end_char, e.label_, e.kb_id_) for e in doc.ents
            ] == [
                (m.start, m.end, m.type, m.entity_id or "") for m in outermost(gold.entities)
            ]  # fmt: skip
            assert {(s.start_char, s.end_char, s.label_, s.id_) for s in doc.spans["entities"]} == {
                (m.start, m.end, m.type, m.id) for m in gold.entities
            }
            assert {(s.start_char, s.end_char, s.label_, s.id_) for s in doc.spans["figures"]} == {
                (f.start, f.end, f.kind, f.id) for f in gold.figures
            }
            evidence = {(s.start_char, s.end_char, s.label_) for s in doc.spans["stances"]}
            assert evidence == {(*pair, s.label) for s in gold.stances for pair in s.evidence}
    assert seen == dict(corpus.gold)


def read_note(note: str) -> dict[str, Any]:
    """Read `key=value` words."""
    found, at = {}, 0
    while note[at:].strip():
        key = KEY.match(note, at)
        found[key[1]], at = read_value(note, key.end(), key[1])
    return found


def read_task(task: dict[str, Any]) -> Layers:
    """Build the layers of a task of Label Studio from its regions alone."""
    fields: dict[str, dict[str, Any]] = {}
    more: dict[str, list[int]] = {}
    relations = []
    ((results),) = [annotation["result"] for annotation in task["annotations"]]
    for result in results:
        if result["type"] == "relation":
            relations.append(result)
            continue
        value, key = result["value"], result["id"]
        record = fields.setdefault(key, {})
        if result["from_name"] == "label":
            assert task["data"]["text"][value["start"] : value["end"]] == value["text"]
            (label,) = value["labels"]
            record["start"], record["end"], record["text"] = (
                value["start"], value["end"], value["text"],
            )  # fmt: skip
            if label in FIGURE_TYPES:
                record["kind"] = FIGURE_TYPES[label]
            elif label in ENTITY_TYPES:
                record["type"] = label
            elif label == "EVIDENCE":
                more[key] = [value["start"], value["end"]]
        elif result["from_name"] == "note":
            record.update(read_note(value["text"][0]))
        else:
            name = "label" if result["from_name"] == "stance" else result["from_name"]
            (record[name],) = value["choices"]
    for relation in relations:
        one, other = relation["from_id"], relation["to_id"]
        if relation["labels"] == ["same_as"]:
            fields[one]["same_as"] = other.split("-")[1]
    layers: dict[str, list[Any]] = {layer: [] for layer in KINDS}
    for key, record in fields.items():
        if key in more:
            continue
        layer, record_id = key.split("-")
        if layer == "stances":
            pieces = [[record.pop("start"), record.pop("end")]]
            record.pop("text")
            pieces += [more[r["to_id"]] for r in relations
                       if r["from_id"] == key and r["labels"] == ["evidence"]]  # fmt: skip
            assert record.get("evidence", sorted(pieces)) == pieces
            record["evidence"] = pieces
        layers[layer].append(msgspec.convert({"id": record_id, **record}, KINDS[layer]))
    found = {layer: tuple(records) for layer, records in layers.items()}
    return Layers(doc_id=task["data"]["doc_id"], **found)


def test_label_studio_tasks_hold_all_of_gold(corpus: Corpus, tmp_path: Path) -> None:
    export_gold("labelstudio", corpus, tmp_path)
    tasks = json.loads((tmp_path / "tasks.json").read_text("utf-8"))
    assert {task["data"]["doc_id"]: read_task(task) for task in tasks} == dict(corpus.gold)
    assert {t["data"]["doc_id"]: t["data"]["text"] for t in tasks} == {
        doc_id: corpus.texts[doc_id] for doc_id in corpus.gold
    }


def test_label_studio_accepts_tasks_and_interface(corpus: Corpus, tmp_path: Path) -> None:
    pytest.importorskip("label_studio_sdk", reason="needs label-studio-sdk")
    from label_studio_sdk.converter import Converter
    from label_studio_sdk.label_interface import LabelInterface

    export_gold("labelstudio", corpus, tmp_path)
    config = (tmp_path / "config.xml").read_text("utf-8")
    interface = LabelInterface(config)
    interface.validate()
    tasks = json.loads((tmp_path / "tasks.json").read_text("utf-8"))
    for task in tasks:
        assert interface.validate_task({"data": task["data"]})
        for annotation in task["annotations"]:
            assert interface.validate_annotation(annotation)
    exported = [{"id": n, **task} for n, task in enumerate(tasks, start=1)]
    (tmp_path / "exported.json").write_text(json.dumps(exported), "utf-8")
    converter = Converter(config=config, project_dir=None, download_resources=False)
    converter.convert_to_json_min(str(tmp_path / "exported.json"), str(tmp_path / "min"),
                                  is_dir=False)  # fmt: skip
    (written,) = (tmp_path / "min").glob("*.json")
    for row in json.loads(written.read_text("utf-8")):
        spans = row["label"]
        gold = corpus.gold[row["doc_id"]]
        assert {(s["start"], s["end"]) for s in spans if s["labels"][0] in ENTITY_TYPES} == {
            (m.start, m.end) for m in gold.entities
        }


def read_cas(cas: Any, doc_id: str) -> Layers:
    """Build the layers of a document from what cassis has read."""
    from pledgewire.exchange import webanno_write as webanno

    def decode(fields: dict[str, Any]) -> dict[str, Any]:
        parsed = ("low", "high", "also", "via")
        return {
            name: json.loads(value) if name in parsed else value
            for name, value in fields.items()
            if value is not None
        }

    def fields_of(found: Any, layer: str) -> dict[str, Any]:
        names = [n for n in webanno.FIELDS[layer] if n not in ("record", "place")]
        return {"id": found.record, **decode({n: getattr(found, n) for n in names})}

    mentions = [
        Mention(type=a.value, entity_id=a.identifier, start=a.begin, end=a.end,
                text=a.get_covered_text())
        for a in cas.select(webanno.NAMED_ENTITY)
    ]  # fmt: skip
    details = {}
    for found in cas.select(webanno.MENTION):
        details.setdefault((found.begin, found.end), []).append(fields_of(found, webanno.MENTION))
    whole = [
        msgspec.convert({**msgspec.to_builtins(m), **details[m.start, m.end].pop(0)}, Mention)
        for m in mentions
    ]
    figures = [
        msgspec.convert(
            {"start": a.begin, "end": a.end, "text": a.get_covered_text(),
             **fields_of(a, webanno.FIGURE)}, Figure)
        for a in cas.select(webanno.FIGURE)
    ]  # fmt: skip
    pieces: dict[str, list[Any]] = {}
    for found in sorted(cas.select(webanno.STANCE), key=lambda a: int(a.place)):
        pieces.setdefault(found.record, []).append(found)
    stances = [
        msgspec.convert({"evidence": [[a.begin, a.end] for a in group],
                         **fields_of(group[0], webanno.STANCE)}, Stance)
        for group in pieces.values()
    ]  # fmt: skip
    return Layers(doc_id, tuple(whole), tuple(figures), tuple(stances))


def by_id(layers: Layers) -> dict[str, dict[str, Any]]:
    return {layer: {r.id: r for r in getattr(layers, layer)} for layer in KINDS}


def test_cassis_reads_all_of_gold_from_what_is_for_webanno(corpus: Corpus, tmp_path: Path) -> None:
    cassis = pytest.importorskip("cassis", reason="needs the extra `formats`")
    export_gold("webanno", corpus, tmp_path)
    types = cassis.load_typesystem(tmp_path / "TypeSystem.xml")
    for doc_id, gold in corpus.gold.items():
        cas = cassis.load_cas_from_xmi(tmp_path / f"{doc_id}.xmi", typesystem=types)
        assert cas.sofa_string == corpus.texts[doc_id]
        assert by_id(read_cas(cas, doc_id)) == by_id(gold)
        tokens = list(cas.select("de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token"))
        words = "".join(token.get_covered_text() for token in tokens)
        assert words == "".join(corpus.texts[doc_id].split())


@pytest.mark.parametrize("form", ["conll", "labelstudio"])
def test_the_command_writes_the_stories_asked_for(form: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        cli, ["export", form, "--out", str(tmp_path), "--data", str(MINI), "--story", "ferry"]
    )
    assert done.exit_code == 0, done.output
    assert done.output.startswith("2 documents")
    assert set(ONE_WAY) == {"conll", "spacy", "labelstudio", "webanno"}
