"""Checks of texts, facts and gold: a small corpus in order, then one fault at a time."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pledgewire.checks import consistency, duplicates, rates, traces
from pledgewire.checks.context import Context, load_context
from pledgewire.problems import Problem
from pledgewire.records import OWN

MINI = Path(__file__).parent / "data" / "mini"
FACTS = (
    {"id": "f01", "kind": "figure", "statement": "Ferries given", "quantity": "count", "low": 2,
     "high": 2, "unit": "ferry", "bound": "exact", "when": "2025-03-03", "sources": ["x"]},
    {"id": "f02", "kind": "figure", "statement": "Harbour", "quantity": "money", "low": 5e6,
     "high": 5e6, "unit": "EUR", "bound": "exact", "when": "2025-03-03", "sources": ["x"]},
    {"id": "f03", "kind": "fact", "statement": "It is worth 5.5 million dollars, 15% more.",
     "when": "2025", "sources": ["x"]},
    {"id": "f04", "kind": "fact", "statement": "Sudmark wants 20 to 30 excavators by 2030.",
     "when": "2025-06-09", "sources": ["x"]},
)  # fmt: skip


class Corpus:
    """A copy of the small corpus as if it were the benchmark's own, to be changed line by line."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(MINI, root)
        self.change("corpus/documents.jsonl", lambda row: row.update(origin=OWN))
        (root / "corpus" / "facts").mkdir()
        for story in ("ferry", "dyke"):
            self.write(f"corpus/facts/{story}.jsonl", FACTS)
        self.list_facts(["f01", "f02", "f03", "f04"])

    def list_facts(self, ids: list[str]) -> None:
        self.change("corpus/documents.jsonl", lambda row: row.update(facts=ids))

    def rows(self, name: str) -> list[dict]:
        return [json.loads(line) for line in (self.root / name).read_text("utf-8").splitlines()]

    def write(self, name: str, rows: object) -> None:
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (self.root / name).write_text(text, "utf-8")

    def change(self, name: str, edit: Callable[[dict], object]) -> None:
        rows = self.rows(name)
        for row in rows:
            edit(row)
        self.write(name, rows)

    def put_text(self, doc_id: str, text: str) -> None:
        """Replace the text and leave out its gold."""
        (self.root / f"corpus/wire/{doc_id}.txt").write_text(text, "utf-8", newline="\n")
        digest = hashlib.sha256(text.encode()).hexdigest()

        def edit(row: dict) -> None:
            if row["id"] == doc_id:
                row.update(sha256=digest, title=text.split("\n")[0])

        self.change("corpus/documents.jsonl", edit)

    def context(self) -> Context:
        return load_context(self.root, None)


Check = Callable[[Context], Iterator[Problem]]


@pytest.fixture
def small(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path / "small")


def found(check: Check, small: Corpus) -> list[tuple[str, str]]:
    return [(p.code, p.field) for p in check(small.context())]


MENTIONS = "annotations/wire/ferry/mentions.jsonl"
FIGURES = "annotations/wire/ferry/figures.jsonl"
STANCES = "annotations/wire/ferry/stances.jsonl"


@pytest.mark.parametrize(
    "check",
    [
        duplicates.check_duplicates,
        traces.check_traces,
        rates.check_rates,
        consistency.check_surfaces,
        consistency.check_date_distance,
        consistency.check_evidence,
        consistency.check_identical,
        consistency.check_bare_figures,
    ],
)
def test_the_small_corpus_is_in_order(check: Check, small: Corpus) -> None:
    assert found(check, small) == []


def test_gold_of_other_origin_is_not_held_to_our_guidelines(small: Corpus) -> None:
    assert found(consistency.check_aliases, small) == [("bare-alias", "ferry/bulletin@163")]
    small.change("corpus/documents.jsonl", lambda row: row.update(origin="another corpus"))
    assert found(consistency.check_aliases, small) == []


def test_an_alias_without_a_mention_is_told_with_its_place(small: Corpus) -> None:
    small.write(MENTIONS, [row for row in small.rows(MENTIONS) if row["text"] != "Ana Berg"])
    assert found(consistency.check_aliases, small) == [
        ("bare-alias", "ferry/bulletin@163"),
        ("bare-alias", "ferry/report@101"),
    ]


def test_a_currency_and_an_action_hide_no_name(small: Corpus) -> None:
    small.put_text("ferry/report", "Drones\nA drone attack cost Norland 3 Norland dollars.\n")
    for name in (MENTIONS, FIGURES, STANCES):
        small.write(name, [row for row in small.rows(name) if row["doc_id"] == "ferry/bulletin"])
    small.write("annotations/wire/ferry/clusters.jsonl", [])
    # no layer is left for the report, so it has no gold; give it one mention
    mention = {"type": "GPE", "id": "m1", "start": 27, "end": 34, "text": "Norland",
               "entity_id": "norland", "doc_id": "ferry/report"}  # fmt: skip
    small.write(MENTIONS, [*small.rows(MENTIONS), mention])
    fields = [field for _, field in found(consistency.check_aliases, small)]
    assert [f for f in fields if f.startswith("ferry/report")] == []


def test_one_surface_with_two_entities(small: Corpus) -> None:
    def edit(row: dict) -> None:
        if (row["doc_id"], row["id"]) == ("ferry/report", "m5"):
            row.update(entity_id="harbour-office")

    small.change(MENTIONS, edit)
    assert found(consistency.check_surfaces, small) == [
        ("two-readings", "ferry/report 'Daily Tide'")
    ]


def test_a_city_and_its_state_may_share_a_surface(small: Corpus) -> None:
    def edit(row: dict) -> None:
        if (row["doc_id"], row["id"]) == ("ferry/bulletin", "m1"):
            row.update(entity_id="sudmark")

    small.change(MENTIONS, edit)
    assert found(consistency.check_surfaces, small) == [
        ("two-readings", "ferry/bulletin 'Norland'")
    ]
    small.change(
        "annotations/entities.jsonl",
        lambda row: row["entity_id"] == "sudmark" and row["aliases"].append("Norland"),
    )
    assert found(consistency.check_surfaces, small) == []


def test_a_number_in_no_figure(small: Corpus) -> None:
    small.write(FIGURES, [row for row in small.rows(FIGURES) if row["kind"] != "money"])
    small.write("annotations/wire/ferry/clusters.jsonl", [])
    fields = [field for _, field in found(consistency.check_bare_figures, small)]
    assert fields == [
        "ferry/bulletin@53",
        "ferry/bulletin@55",
        "ferry/bulletin@76",
        "ferry/bulletin@80",
        "ferry/report@41",
        "ferry/report@43",
    ]


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("one of them", False),
        ("One million", True),
        ("half kept", False),
        ("half a million", True),
        ("thousands came", False),
        ("5 min read", False),
        ("5 min", False),  # at the end of a line, as in a byline
        ("5 minutes later", True),
    ],
)
def test_words_that_are_no_figures(text: str, is_told: bool) -> None:
    assert (consistency.NO_FIGURE.match(text) is None) == is_told


def test_a_date_far_from_publication(small: Corpus) -> None:
    def edit(row: dict) -> None:
        if row["kind"] == "date":
            row["date"] = "1025-03-03"

    small.change(FIGURES, edit)
    assert found(consistency.check_date_distance, small) == [("date-far", "ferry/bulletin#f4")]


def test_evidence_that_does_not_show_the_holder(small: Corpus) -> None:
    def edit(row: dict) -> None:
        if row["holder"] == "harbour-office":
            row["evidence"] = [[36, 100]]

    small.change(STANCES, edit)
    assert found(consistency.check_evidence, small) == [("no-holder", "ferry/bulletin#s2")]


def test_an_issue_with_one_stance(small: Corpus) -> None:
    small.write(STANCES, [row for row in small.rows(STANCES) if row["holder"] != "ana-berg"])
    assert found(consistency.check_issues_used, small) == [("idle-issue", "ferry:worth")]


def test_identical_is_transitive(small: Corpus) -> None:
    name = "annotations/wire/ferry/clusters.jsonl"
    figures = ["ferry/bulletin#f2", "ferry/report#f1", "dyke/report#f1"]
    pairs = [(0, 1, "identical"), (1, 2, "identical"), (0, 2, "rounded")]
    relations = [{"a": figures[i], "b": figures[j], "relation": r} for i, j, r in pairs]
    cluster = {"story_id": "ferry", "cluster_id": "c1", "figures": figures, "relations": relations}
    small.write(name, [cluster])
    assert [code for code, _ in found(consistency.check_identical, small)] == ["not-transitive"]
    relations[2]["relation"] = "identical"
    small.write(name, [cluster])
    assert found(consistency.check_identical, small) == []


def test_a_figure_without_a_fact_and_a_line_that_mends_it(small: Corpus) -> None:
    small.list_facts(["f02", "f03", "f04"])
    assert found(traces.check_traces, small) == [
        ("untraced", "ferry/bulletin#f1"),
        ("untraced", "ferry/report#f2"),
    ]
    line = {"figure": "ferry/bulletin#f1", "fact": None, "reason": "a joke of the outlet"}
    small.write(traces.TRACES, [line, {**line, "figure": "ferry/report#f2", "fact": "f99"}])
    assert found(traces.check_traces, small) == [("unknown-fact", "ferry/report#f2")]
    small.list_facts(["f01", "f02", "f03", "f04"])
    assert [code for code, _ in found(traces.check_traces, small)] == ["stale-trace"] * 2


def test_money_is_traced_in_its_own_currency_only(small: Corpus) -> None:
    small.change(
        "corpus/facts/ferry.jsonl", lambda row: row["id"] == "f02" and row.update(unit="SEK")
    )
    assert found(traces.check_traces, small) == [
        ("untraced", "ferry/bulletin#f2"),
        ("untraced", "ferry/report#f1"),
    ]


def test_a_rounded_figure_is_traced_within_its_share(small: Corpus) -> None:
    def edit(row: dict) -> None:
        if row["doc_id"] == "ferry/report" and row["kind"] == "money":
            row.update(low=4_400_000, high=4_400_000)  # 12% off, and the text says about

    small.change(FIGURES, edit)
    assert found(traces.check_traces, small) == []


def test_a_rate_out_of_line(small: Corpus) -> None:
    assert [r.rate for r in rates.find_rates(small.context())] == [1.1, 1.1]  # 5.5m / 5m
    name = "annotations/wire/ferry/clusters.jsonl"
    pair = {"a": "ferry/bulletin#f3", "b": "ferry/report#f1", "relation": "converted"}

    def edit(row: dict) -> None:
        if row["doc_id"] == "ferry/report" and row["kind"] == "money":
            row.update(low=50_000_000, high=50_000_000)

    relations = [pair, {**pair, "a": "ferry/bulletin#f3", "b": "ferry/bulletin#f2"}]
    figures = ["ferry/bulletin#f2", "ferry/bulletin#f3", "ferry/report#f1"]
    small.write(
        name,
        [{"story_id": "ferry", "cluster_id": "c", "figures": figures, "relations": relations}],
    )
    assert found(rates.check_rates, small) == []
    small.change(FIGURES, edit)  # 5.5m USD for 50m EUR
    assert [code for code, _ in found(rates.check_rates, small)] == ["odd-rate"]


SENTENCE = "nobody in the harbour had seen the old ferry since the storm of last autumn"


def test_a_sentence_used_twice(small: Corpus) -> None:
    small.put_text("ferry/report", f"One\nOn Monday {SENTENCE}, they said.\n")
    small.put_text("dyke/report", f"Two\nYet {SENTENCE}.\n")
    problems = list(duplicates.check_duplicates(wholly_bare(small)))
    runs = [p for p in problems if p.code == "shared-run"]
    assert [p.field for p in runs] == ["dyke/report ferry/report"]
    assert SENTENCE in runs[0].message
    assert "15 words" in runs[0].message


def wholly_bare(small: Corpus) -> Context:
    """Load the texts without any gold."""
    shutil.rmtree(small.root / "annotations" / "wire")
    return small.context()


def test_a_run_of_names_is_no_wording(small: Corpus) -> None:
    names = " ".join(f"Name{n}" for n in range(14))
    small.put_text("ferry/report", f"One\n{names} came.\n")
    small.put_text("dyke/report", f"Two\n{names} went.\n")
    problems = list(duplicates.check_duplicates(wholly_bare(small)))
    assert [p.code for p in problems] == ["near-duplicate"]


def test_likeness_is_near_the_exact_jaccard_index(small: Corpus) -> None:
    words = [f"w{n}" for n in range(400)]
    small.put_text("ferry/report", "One\n" + " ".join(words[:300]) + "\n")
    small.put_text("dyke/report", "One\n" + " ".join(words[100:]) + "\n")
    context = wholly_bare(small)
    texts = [(d, context.tracks[0].texts[d.id]) for d in context.tracks[0].documents.values()]
    pairs = {(p.one, p.other): p for p in duplicates.compare_texts(texts)}
    exact = {}
    for doc_id in ("ferry/report", "dyke/report"):
        shingles = duplicates.shingles_of(
            duplicates.words_of(context.tracks[0].texts[doc_id]), duplicates.SHINGLE
        )
        exact[doc_id] = set(shingles)
    one, other = exact["ferry/report"], exact["dyke/report"]
    pair = pairs["dyke/report", "ferry/report"]
    assert pair.jaccard == pytest.approx(len(one & other) / len(one | other), abs=0.1)
    assert len(pair.run) == 200
