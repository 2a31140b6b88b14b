"""The report in a real browser, from the file system: clicks, keys, no errors, no requests, axe.

Needs Chromium (`CHROMIUM` or on the path) and Playwright; `.ci/run` installs both.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="browser tests need playwright")
axe_module = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="browser tests need axe-playwright-python"
)
pytest.importorskip("jinja2", reason="the report needs the extra report")

from pledgewire.extract import make_extractor
from pledgewire.loading import load_corpus
from pledgewire.run import run_extractor, write_run
from pledgewire.site.build import build_site
from pledgewire.site.documents import page_name

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="browser tests need chromium"),
]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
STORY = "swiss-reexport"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site of the benchmark with two systems."""
    folder = tmp_path_factory.mktemp("site")
    corpus = load_corpus(None, "wire", "test")
    for name in ("rules", "nothing"):
        write_run(run_extractor(name, make_extractor(name), corpus), corpus, folder / name)
    files = [folder / name / "predictions.jsonl" for name in ("rules", "nothing")]
    build_site(folder / "out", files, resamples=200)
    return folder / "out"


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with playwright.sync_playwright() as engine:
        chromium = engine.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


class Watched:
    """A page that notes console messages, errors and requests that leave the file system."""

    def __init__(self, browser, site: Path, **options) -> None:
        self.site = site
        self.page = browser.new_page(**options)
        self.faults: list[str] = []
        self.page.on("console", lambda message: self.faults.append(message.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on(
            "request",
            lambda request: request.url.startswith("file://") or self.faults.append(request.url),
        )

    def open(self, path: str):
        self.page.goto((self.site / path).as_uri())
        return self.page


@pytest.fixture
def watched(browser, site: Path) -> Iterator[Watched]:
    found = Watched(browser, site, viewport={"width": 1280, "height": 900})
    yield found
    found.page.close()
    assert found.faults == []


PAGES = (
    "index.html",
    "stories.html",
    "corpus.html",
    f"stories/wire-{STORY}.html",
    f"documents/{page_name(f'{STORY}/bulletin')}",
    f"documents/{page_name(f'{STORY}/bulletin', 'rules')}",
    "errors/wire-test-rules.html",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_serious_fault_of_accessibility(
    path: str, scheme: str, browser, site: Path
) -> None:
    page = Watched(browser, site, color_scheme=scheme).open(path)
    found = axe_module.Axe().run(page).response["violations"]
    page.close()
    assert [
        f"{v['id']}: {v['nodes'][0]['html'][:160]}"
        for v in found
        if v["impact"] in ("serious", "critical")
    ] == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_without_a_word_in_the_console(path: str, watched: Watched) -> None:
    assert watched.open(path).locator("h1").count() == 1


def test_from_leaderboard_to_errors_to_the_mark_in_the_text(watched: Watched) -> None:
    page = watched.open("index.html")
    page.get_by_role("link", name="rules", exact=True).click()
    assert "Errors of rules" in page.title()
    page.locator(".examples a[href*='#g-']").first.click()
    assert page.locator("mark:target").count() == 1


def test_from_a_claim_to_its_evidence(watched: Watched) -> None:
    page = watched.open(f"stories/wire-{STORY}.html")
    page.locator("a.claim").first.click()
    assert page.locator("mark.ev:target").count() == 1


def test_a_column_sorts_both_ways_and_says_so(watched: Watched) -> None:
    page = watched.open("index.html")
    head = page.locator("table.board thead th").nth(1)
    names = page.locator("table.board tbody tr:not([hidden]) th")
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert names.all_inner_texts() == ["rules", "nothing"]
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert names.all_inner_texts() == ["nothing", "rules"]


def test_slices_replace_the_rows(watched: Watched) -> None:
    page = watched.open("index.html")
    page.get_by_label("Show").select_option("voice: digest")
    shown = page.locator("table.board tbody tr:not([hidden])")
    assert shown.count() == 2
    assert {row.get_attribute("data-slice") for row in shown.all()} == {"voice: digest"}


def test_stories_are_filtered_by_a_word(watched: Watched) -> None:
    page = watched.open("stories.html")
    whole = page.locator("#stories tbody tr").count()
    page.get_by_label("Find").fill("seal")
    assert page.locator("#stories tbody tr:not([hidden])").count() == 1
    assert page.locator("[data-count=stories]").inner_text() == f"1 of {whole}"


def test_layers_switch_and_marks_tell_what_they_say_by_keyboard(watched: Watched) -> None:
    page = watched.open(PAGES[4])
    main = page.locator("#main")
    for name, off in (("entities", "hide-en"), ("figures", "hide-fi")):
        box = page.get_by_label(name, exact=True)
        box.focus()
        page.keyboard.press("Space")
        assert off in (main.get_attribute("class") or "")
        page.keyboard.press("Space")
    mark = page.locator("mark.en").first
    mark.focus()
    assert page.locator("[data-details]").inner_text().startswith(mark.get_attribute("data-told"))


def test_everything_is_reached_by_keyboard_alone(watched: Watched) -> None:
    page = watched.open("index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.tagName"))
    assert {"A", "BUTTON", "SELECT"} <= reached


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_scrolls_down_and_not_sideways(path: str, browser, site: Path) -> None:
    found = Watched(browser, site, viewport={"width": 375, "height": 740})
    page = found.open(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    found.page.close()
    assert found.faults == []
