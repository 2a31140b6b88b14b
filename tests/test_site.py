"""The report's pages: marks that nest, text that never becomes markup, numbers that agree."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("jinja2", reason="the report needs the extra report")
pytest.importorskip("matplotlib", reason="the report needs the extra report")

from pledgewire.cli import main
from pledgewire.loading import load_corpus
from pledgewire.site.build import build_site
from pledgewire.site.documents import page_name, safe_name
from pledgewire.site.marks import Mark, Node, build_tree, cut_crossing
from pledgewire.spans import Span

MINI = Path(__file__).parent / "data" / "mini"
TEXT = "abcdefghij"


def text_of(nodes: list[Node]) -> str:
    return "".join(n.text if n.mark is None else text_of(n.children) for n in nodes)


def covered(nodes: list[Node], at: int = 0) -> dict[str, list[int]]:
    """List the characters that each mark covers."""
    found: dict[str, list[int]] = {}
    for node in nodes:
        inner = text_of([node])
        if node.mark is not None:
            found.setdefault(node.mark.anchor, []).extend(range(at, at + len(inner)))
            for anchor, places in covered(node.children, at).items():
                found.setdefault(anchor, []).extend(places)
        at += len(inner)
    return found


SPANS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(1, 10)).filter(lambda s: s[0] < s[1]), max_size=6
)


@given(SPANS)
def test_marks_cover_what_they_should_and_nothing_is_lost(spans) -> None:
    marks = [Mark(Span(*span), f"m{n}", "", "") for n, span in enumerate(spans)]
    tree = build_tree(TEXT, marks)
    assert text_of(tree) == TEXT
    assert covered(tree) == {f"m{n}": list(range(*span)) for n, span in enumerate(spans)}


@given(SPANS)
def test_pieces_are_nested_or_apart(spans) -> None:
    marks = [Mark(Span(*span), f"m{n}", "", "") for n, span in enumerate(spans)]
    pieces = [(start, end) for start, end, _, _ in cut_crossing(marks, len(TEXT))]
    for a in pieces:
        for b in pieces:
            apart = a[1] <= b[0] or b[1] <= a[0]
            nested = (a[0] <= b[0] and b[1] <= a[1]) or (b[0] <= a[0] and a[1] <= b[1])
            assert apart or nested
    firsts = [mark.anchor for _, _, mark, is_first in cut_crossing(marks, len(TEXT)) if is_first]
    assert sorted(firsts) == sorted(m.anchor for m in marks)


@pytest.mark.parametrize("name", ["../../etc/passwd", "a b", "<script>", "名前", "x" * 500])
def test_a_name_of_a_system_is_a_safe_part_of_a_file_name(name: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,80}", safe_name(name))


class Elements(HTMLParser):
    """Collects what a browser would see as elements and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def parse(path: Path) -> Elements:
    page = Elements()
    page.feed(path.read_text("utf-8"))
    return page


HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    rows = []
    for doc_id in ("ferry/bulletin", "ferry/report", "dyke/bulletin", "dyke/report"):
        rows.append(
            {
                "doc_id": doc_id,
                "entities": [{"type": "ORG", "text": HOSTILE, "entity_id": HOSTILE},
                             {"type": "GPE", "start": 0, "end": 7, "entity_id": HOSTILE}],
                "figures": [{"kind": "count", "text": "two ferries", "low": 2, "high": 2,
                             "unit": HOSTILE, "bound": "exact", "giver": HOSTILE}],
                "stances": [{"holder": HOSTILE, "issue_id": f"{doc_id.split('/')[0]}:"
                             + ("arrived" if "ferry" in doc_id else "raised"),
                             "label": "affirms", "evidence": [[0, 9]]}],
            }
        )  # fmt: skip
    path = folder / f"{HOSTILE.replace('/', '')}.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    build_site(folder / "out", [path], data=MINI, resamples=100)
    return folder / "out"


def test_hostile_predictions_never_become_markup(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) >= 4 + 4 + 2 + 4  # documents alone and with the system, stories, the rest
    for path in pages:
        page = parse(path)
        for tag, attributes in page.tags:
            assert tag != "img" or attributes["src"].startswith("plots/")
            assert not [name for name in attributes if name.startswith("on")]
            assert tag != "style"
            assert "style" not in attributes
            if tag == "script":
                assert attributes["src"].endswith("static/report.js")
            for name in ("href", "src"):
                value = attributes.get(name) or ""
                assert not re.match(r"(?i)\s*(javascript|data|https?|//)", value), value
    shown = "".join(parse(path).text for path in pages)
    assert HOSTILE in shown  # it is there, as text


def test_every_link_leads_to_a_page_and_an_anchor(site: Path) -> None:
    anchors = {
        path.resolve(): {a["id"] for _, a in parse(path).tags if a.get("id")}
        for path in site.rglob("*.html")
    }
    for path in site.rglob("*.html"):
        for tag, attributes in parse(path).tags:
            if tag != "a" or not attributes.get("href"):
                continue
            target, _, anchor = attributes["href"].partition("#")
            found = (path.parent / target).resolve() if target else path.resolve()
            assert found in anchors, (path.name, attributes["href"])
            if anchor and anchor != "main":
                assert anchor in anchors[found], (path.name, attributes["href"])


def test_ids_are_unique_in_a_page(site: Path) -> None:
    for path in site.rglob("*.html"):
        ids = [a["id"] for _, a in parse(path).tags if a.get("id")]
        assert len(ids) == len(set(ids)), path.name


def test_the_document_page_has_the_text_and_every_mark_of_gold(site: Path) -> None:
    corpus = load_corpus(MINI, "wire", "all")
    for doc_id, gold in corpus.gold.items():
        page = parse(site / "documents" / page_name(doc_id))
        marked = {a["id"] for tag, a in page.tags if tag == "mark" and a.get("id")}
        assert {f"g-{m.id}" for m in (*gold.entities, *gold.figures)} <= marked
        for line in corpus.texts[doc_id].splitlines():
            assert line in page.text


def test_the_command_says_what_it_wrote(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        main, ["report", "--out", str(tmp_path / "site"), "--data", str(MINI), "--resamples", "10"]
    )
    assert done.exit_code == 0, done.output
    assert "0 scored systems" in done.output
    assert "No system was given" in (tmp_path / "site" / "index.html").read_text("utf-8")


def test_the_corpus_page_counts_currencies_and_shows_agreement(tmp_path: Path) -> None:
    from pledgewire.site.build import Site, write_corpus_page

    tracks = [load_corpus(None, "wire", "train")]
    write_corpus_page(Site(tmp_path, "0"), tracks)
    text = (tmp_path / "corpus.html").read_text("utf-8")
    dollars = sum(
        figure.kind == "money" and figure.unit == "USD"
        for layers in tracks[0].gold.values()
        for figure in layers.figures or ()
    )
    assert f'<th scope="row" data-value="USD">USD</th><td data-value="{dollars}">' in text
    assert "Pass agreement" in text
    assert "identity (LEA)" in text
