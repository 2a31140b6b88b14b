"""Golden sentences: what must be found in them, and what must not.

The cases are in golden/quantities.json and golden/dates.json; to add one, add a line there.
"""

import json
from pathlib import Path

import pytest

from pledgewire.normalise import find_dates, find_quantities, parse_number, parse_quantity
from pledgewire.records import BOUNDS, KINDS

GOLDEN = Path(__file__).parent / "golden"
QUANTITIES = json.loads((GOLDEN / "quantities.json").read_text("utf-8"))["cases"]
DATES = json.loads((GOLDEN / "dates.json").read_text("utf-8"))["cases"]


def low_and_high(value):
    return tuple(value) if isinstance(value, list) else (value, value)


def case_name(case):
    return case["sentence"][:40]


@pytest.mark.parametrize("case", QUANTITIES, ids=case_name)
def test_quantities_of_a_sentence(case):
    sentence = case["sentence"]
    found = [
        (sentence[q.start : q.end], q.kind, (q.low, q.high), q.unit, q.bound)
        for q in find_quantities(sentence)
    ]
    assert found == [
        (e["text"], e["kind"], low_and_high(e["value"]), e["unit"], e["bound"])
        for e in case["expected"]
    ]


@pytest.mark.parametrize("case", DATES, ids=case_name)
def test_dates_of_a_sentence(case):
    sentence = case["sentence"]
    found = [(sentence[d.start : d.end], d.date) for d in find_dates(sentence, case["published"])]
    assert found == [(e["text"], e["date"]) for e in case["expected"]]


@pytest.mark.parametrize("case", QUANTITIES, ids=case_name)
def test_a_quantity_alone_means_what_it_means_in_its_sentence(case):
    for expected in case["expected"]:
        words = expected["text"].split()
        if any(parse_number(" ".join(words[k:])) is not None for k in range(len(words))):
            continue  # it ends with a number: its unit stands elsewhere in the sentence
        alone = parse_quantity(f" {expected['text']} ")
        assert alone is not None
        assert (alone.kind, alone.unit, alone.bound) == (
            expected["kind"],
            expected["unit"],
            expected["bound"],
        )
        assert (alone.low, alone.high) == low_and_high(expected["value"])


def test_the_cases_are_many_and_well_formed():
    assert len(QUANTITIES) + len(DATES) >= 150
    assert sum(not case["expected"] for case in QUANTITIES) >= 30
    sentences = [(case["sentence"], case.get("published")) for case in QUANTITIES + DATES]
    assert len(set(sentences)) == len(sentences)
    expected = [e for case in QUANTITIES for e in case["expected"]]
    assert {e["kind"] for e in expected} == set(KINDS) - {"date"}
    assert {e["bound"] for e in expected} | {"exact"} == set(BOUNDS)
    for case in QUANTITIES + DATES:
        for e in case["expected"]:
            assert e["text"] in case["sentence"]
