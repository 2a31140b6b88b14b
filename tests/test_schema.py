"""The schemas take what the harness writes and reads, refuse what it refuses, and keep still."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

import pledgewire
from pledgewire.api import Report
from pledgewire.cli import main
from pledgewire.extract import make_extractor
from pledgewire.loading import load_corpus
from pledgewire.problems import DataError
from pledgewire.render.schema import DIALECT, SCHEMAS, VERSION, schema_json
from pledgewire.run import run_extractor, write_run
from pledgewire.scoring import HEADLINE

TESTS = Path(__file__).parent
MINI = TESTS / "data" / "mini"
HASHES = {
    "pledgewire/1": {
        "predictions": "e511554f0038bd0f",
        "report": "eb10eafeb102cb1c",
        "gold": "6a15e5ce9faa6f86",
    }
}
"""First digits of the hash of each schema's structure, by version. If this test fails because a
format was changed on purpose: raise VERSION in render/schema.py and add the new hashes here."""


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema_json(name)))


def rows_of(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


@pytest.fixture(scope="module")
def predictions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Gold of the mini corpus as an extractor's output."""
    out = tmp_path_factory.mktemp("run")
    corpus = load_corpus(MINI)
    write_run(run_extractor("oracle", make_extractor("oracle"), corpus), corpus, out)
    return out / "predictions.jsonl"


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_is_valid_and_names_its_version(name: str) -> None:
    schema = json.loads(schema_json(name))
    Draft202012Validator.check_schema(schema)
    assert (schema["$schema"], schema["$id"]) == (DIALECT, f"{VERSION}/{name}")


def test_predictions_are_valid(predictions: Path) -> None:
    rows = rows_of(predictions)
    assert len(rows) == 4 + 2  # documents and stories
    for row in rows:
        validator("predictions").validate(row)


def test_what_the_reader_refuses_for_its_type_the_schema_refuses_too() -> None:
    check = validator("predictions")
    of_type = ("unknown-field", "missing-field", "unknown-value", "wrong-type")
    refused = 0
    for path in sorted((TESTS / "invalid").glob("*.jsonl")):
        try:
            pledgewire.read_prediction(path, load_corpus(MINI))
        except DataError as error:
            lines = path.read_bytes().split(b"\n")
            for problem in error.problems:
                if problem.code in of_type and problem.line:
                    row = json.loads(lines[problem.line - 1])
                    assert not check.is_valid(row), (path.name, problem)
                    refused += 1
    assert refused >= 4


FILES = {
    "corpus/documents.jsonl": "Document",
    "corpus/stories.jsonl": "Story",
    "annotations/entities.jsonl": "Entity",
    "annotations/issues.jsonl": "Issue",
    "annotations/wire/*/mentions.jsonl": "MentionLine",
    "annotations/wire/*/figures.jsonl": "FigureLine",
    "annotations/wire/*/stances.jsonl": "StanceLine",
    "annotations/wire/*/clusters.jsonl": "ClusterLine",
}


@pytest.mark.parametrize("root", [MINI, TESTS.parent], ids=["mini", "benchmark"])
def test_gold_lines_are_valid_as_lines_of_their_file(root: Path) -> None:
    schema = json.loads(schema_json("gold"))
    assert {option["$ref"] for option in schema["anyOf"]} == {
        f"#/$defs/{n}" for n in FILES.values()
    }
    for pattern, name in FILES.items():
        rows = [row for path in root.glob(pattern) for row in rows_of(path)]
        assert rows, pattern
        check = Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]})
        for row in rows:
            check.validate(row)


@pytest.mark.parametrize("field", ["id", "start", "end", "text", "entity_id"])
def test_gold_mention_needs_what_a_prediction_may_leave_out(field: str) -> None:
    mention = rows_of(MINI / "annotations" / "wire" / "ferry" / "mentions.jsonl")[0]
    check = validator("gold")
    assert check.is_valid(mention)
    assert not check.is_valid({**mention, field: None})
    assert not check.is_valid({k: value for k, value in mention.items() if k != field})
    doc_id = mention.pop("doc_id")
    del mention[field]
    assert validator("predictions").is_valid({"doc_id": doc_id, "entities": [mention]})


def reports(predictions: Path) -> list[Report]:
    rows = rows_of(predictions)
    lone = [{"doc_id": "ferry/bulletin", "entities": [{"type": "GPE", "text": "Nowhere"}]}]
    wrong = json.loads(json.dumps(rows))
    for row in wrong:
        for figure in row.get("figures", ()):
            figure.update(low=1, high=1) if figure["kind"] != "date" else figure.update(date="1999")
        for stance in row.get("stances", ()):
            stance["label"] = {"support": "oppose"}.get(stance["label"], stance["label"])
    by = ("story", "type", "kind", "label", "relation", "form", "year", "voice")
    found = [pledgewire.score(given, data=MINI, resamples=100) for given in (rows, lone, wrong)]
    return [*found, *(Report(report.scores, by=by) for report in found)]


def test_reports_are_valid_alone_and_in_a_list(predictions: Path) -> None:
    check = validator("report")
    plain = [json.loads(report.to_json()) for report in reports(predictions)]
    for report in plain:
        check.validate(report)
    check.validate(plain)
    assert plain[1]["layers"]["figures"] is None
    assert plain[1]["input"]["ungrounded_strings"]
    assert set(plain[3]) - set(plain[0]) == {"slices"}


def test_report_refuses_what_no_report_says(predictions: Path) -> None:
    check = validator("report")
    report = json.loads(reports(predictions)[0].to_json())
    assert set(report["layers"]) == set(HEADLINE)
    strict = report["layers"]["entities"]["metrics"]["strict"]
    for change in ({"f1": 100.0}, {"recall": -0.1}, {"counts": {"gold": 1, "predicted": 1}}):
        kept = dict(strict)
        strict.update(change)
        assert not check.is_valid(report)
        strict.update(kept)
    assert check.is_valid(report)
    assert not check.is_valid({**report, "score": 1})
    assert not check.is_valid({k: value for k, value in report.items() if k != "signature"})


def structure(schema: Any, names: bool = False) -> Any:
    """Leave out what only explains; `names` tells that the keys are those of fields or types."""
    if isinstance(schema, list):
        return [structure(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: structure(part, not names and key in ("properties", "$defs"))
        for key, part in schema.items()
        if names or key not in ("title", "description", "$id")
    }


def digest(name: str) -> str:
    plain = json.dumps(structure(json.loads(schema_json(name))), sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def test_structure_changes_only_with_the_version() -> None:
    assert {name: digest(name) for name in SCHEMAS} == HASHES[VERSION]


def test_structure_leaves_out_explanations_but_not_fields() -> None:
    schema = {"title": "A", "properties": {"title": {"type": "string", "description": "b"}}}
    assert structure(schema) == {"properties": {"title": {"type": "string"}}}


def test_command_prints_a_schema_and_predictions_by_default() -> None:
    run = CliRunner().invoke
    for name in SCHEMAS:
        assert run(main, ["schema", name]).output == schema_json(name).decode()
    assert run(main, ["schema"]).output == schema_json("predictions").decode()
    assert run(main, ["schema", "corpus"]).exit_code == 2
