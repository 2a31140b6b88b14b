"""Write the static site: every page from a template that escapes what it prints.

Needs the extra `report`. The pages work from the file system: no module, no fetch, no inline
script or style, and a content security policy that allows none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pledgewire import jsonl
from pledgewire.api import read_prediction
from pledgewire.corpus import Corpus
from pledgewire.errors import Error, list_errors
from pledgewire.loading import find_data, has_track, load_corpus
from pledgewire.records import ENTITY_TYPES, VOICES
from pledgewire.render.agreement import agreement_rows
from pledgewire.render.plots import PLOTS, draw_plots
from pledgewire.scoring import score_prediction
from pledgewire.site.boards import (
    System,
    group_errors,
    make_board,
    read_speed,
    system_page,
)
from pledgewire.site.documents import (
    describe_document,
    error_states,
    gold_side,
    page_name,
    system_side,
)
from pledgewire.site.stories import claim_matrix, figure_rows, story_documents
from pledgewire.statistics import currency_rows, label_rows, size_rows

HERE = Path(__file__).parent
PLOT_TEXTS = {
    "lengths": "Length of each document in words, by voice",
    "types": "Mentions by type and split",
    "labels": "Stances by label and split",
    "magnitudes": "Sums and counts by their power of ten",
}


class Site:
    """Collects pages and writes them below a folder."""

    def __init__(self, out: Path, version: str) -> None:
        try:
            from jinja2 import Environment, FileSystemLoader, StrictUndefined
        except ImportError:
            raise ImportError("the report needs jinja2: pip install 'pledgewire[report]'") from None
        self.out = out
        self.version = version
        self.pages = 0
        self.environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
        )

    def write(self, template: str, path: str, **values: Any) -> None:
        """Fill a template; `up` leads from the page to the top of the site."""
        up = "../" * path.count("/")
        text = self.environment.get_template(template).render(
            up=up, here=path.removesuffix(".html"), version=self.version, **values
        )
        jsonl.write_bytes(self.out / path, text.encode("utf-8"))
        self.pages += 1

    def copy_static(self) -> None:
        for path in sorted((HERE / "static").iterdir()):
            jsonl.write_bytes(self.out / "static" / path.name, path.read_bytes())


def build_site(
    out: Path,
    predictions: Sequence[Path] = (),
    *,
    data: Path | None = None,
    press: Path | None = None,
    split: str = "test",
    resamples: int = 10_000,
) -> str:
    """Score the predictions on each track at hand and write the whole site; give a line on it.

    A file of predictions is scored on every track that it has documents of.
    Raises: DataError with every fault of a file; ImportError without the extra `report`.
    """
    root = data if data is not None else find_data()
    tracks = [load_corpus(root, "wire", "all")]
    if press is not None and has_track(root, "press"):
        tracks.append(load_corpus(root, "press", "all", press))
    systems = [
        system
        for corpus in tracks
        for system in score_all(predictions, scored_part(root, corpus, split, press), resamples)
    ]
    site = Site(out, tracks[0].version)
    site.copy_static()
    write_boards(site, systems)
    write_stories(site, tracks)
    write_documents(site, tracks, systems)
    write_corpus_page(site, tracks)
    return f"{site.pages} pages, {len(systems)} scored systems: {out / 'index.html'}"


def scored_part(root: Path, corpus: Corpus, split: str, press: Path | None) -> Corpus:
    return load_corpus(root, corpus.track, split, press if corpus.track == "press" else None)


def score_all(predictions: Sequence[Path], corpus: Corpus, resamples: int) -> Iterator[System]:
    """Score the files that have documents of this corpus; equal names get a number."""
    taken: dict[str, int] = defaultdict(int)
    for path in predictions:
        prediction = read_prediction(path, corpus)
        if not prediction.documents and not prediction.stories:
            continue
        taken[prediction.name] += 1
        number = taken[prediction.name]
        name = prediction.name if number == 1 else f"{prediction.name} {number}"
        scores = score_prediction(corpus, prediction, resamples=resamples)
        yield System(name, scores, read_speed(path))


def write_boards(site: Site, systems: Sequence[System]) -> None:
    by_data: dict[str, list[System]] = defaultdict(list)
    for system in systems:
        corpus = system.scores.corpus
        by_data[f"{corpus.track} {corpus.split}"].append(system)
    boards = [make_board(members) for _, members in sorted(by_data.items(), reverse=True)]
    site.write("index.html", "index.html", boards=boards)
    for system in systems:
        corpus = system.scores.corpus
        site.write(
            "errors.html",
            system.errors_page,
            system=system.name,
            board=f"{corpus.track}, {corpus.split}",
            groups=group_errors(system, list_errors(system.scores)),
            voices=VOICES,
        )


def story_page(corpus: Corpus, story_id: str) -> str:
    return f"stories/{corpus.track}-{story_id}.html"


def write_stories(site: Site, tracks: Sequence[Corpus]) -> None:
    rows = []
    for corpus in tracks:
        for story_id, story in corpus.stories.items():
            doc_ids = story_documents(corpus, story_id)
            if not doc_ids:
                continue
            write_story(site, corpus, story_id, doc_ids)
            layer = corpus.clusters.get(story_id)
            rows.append(
                {
                    "title": story.title,
                    "track": corpus.track,
                    "split": corpus.documents[doc_ids[0]].split,
                    "window": story.window,
                    "documents": len(doc_ids),
                    "clusters": len(layer.clusters) if layer else 0,
                    "stances": sum(len(corpus.gold[d].stances or ()) for d in doc_ids),
                    "link": story_page(corpus, story_id),
                }
            )
    site.write("stories.html", "stories.html", rows=rows)


def write_story(site: Site, corpus: Corpus, story_id: str, doc_ids: Sequence[str]) -> None:
    links = {doc_id: f"../documents/{page_name(doc_id)}" for doc_id in doc_ids}
    documents = [
        {
            "link": links[doc_id],
            "voice": corpus.documents[doc_id].voice or doc_id,
            "outlet": corpus.documents[doc_id].outlet,
            "published": corpus.documents[doc_id].published,
            "lines": gold_side(corpus, doc_id, {}).lines,
        }
        for doc_id in doc_ids
    ]
    holders, claims, others = claim_matrix(corpus, story_id)
    site.write(
        "story.html",
        story_page(corpus, story_id),
        story=corpus.stories[story_id],
        documents=documents,
        figures=figure_rows(corpus, story_id),
        holders=holders,
        claims=claims,
        others=others,
        links=links,
        voices={d: corpus.documents[d].voice or d for d in doc_ids},
    )


def write_documents(site: Site, tracks: Sequence[Corpus], systems: Sequence[System]) -> None:
    """Write for each document its gold, and a page for each system that was scored on it."""
    errors = {id(system): errors_by_place(list_errors(system.scores)) for system in systems}
    for corpus in tracks:
        for doc_id in corpus.gold:
            own = [s for s in systems if doc_id in s.scores.corpus.gold]
            write_document(site, corpus, doc_id, own, None, [])
            for system in own:
                found = errors[id(system)].get(doc_id, [])
                write_document(site, corpus, doc_id, own, system, found)


def errors_by_place(errors: Sequence[Error]) -> dict[str, list[Error]]:
    found: dict[str, list[Error]] = defaultdict(list)
    for error in errors:
        found[error.place].append(error)
    return found


def write_document(
    site: Site,
    corpus: Corpus,
    doc_id: str,
    systems: Sequence[System],
    system: System | None,
    errors: list[Error],
) -> None:
    document = corpus.documents[doc_id]
    of_gold, of_predicted = error_states(errors, corpus.gold[doc_id])
    sides = [gold_side(corpus, doc_id, of_gold)]
    if system is not None:
        sides.append(system_side(system.scores, doc_id, of_predicted))
    page = page_name(doc_id, system_page(system) if system else "")
    site.write(
        "document.html",
        f"documents/{page}",
        document=document,
        title=document.title or document.id,
        known=describe_document(document),
        story_link=f"../{story_page(corpus, document.story)}",
        gold_link=page_name(doc_id),
        systems=[{"name": s.name, "link": page_name(doc_id, system_page(s))} for s in systems],
        system=system.name if system else "",
        sides=sides,
        types=ENTITY_TYPES,
    )


def write_corpus_page(site: Site, tracks: Sequence[Corpus]) -> None:
    tables = [
        {"title": "Sizes", **as_table(size_rows(tracks))},
        {"title": "Labels", **as_table(label_rows(tracks))},
        {"title": "Currencies", **as_table(currency_rows(tracks))},
    ]
    root = tracks[0].root
    if (root / "annotations" / "passes").is_dir():
        tables.append({"title": "Pass agreement", **as_table(agreement_rows(root))})
    for name, content in draw_plots(tracks[0]).items():
        jsonl.write_bytes(site.out / "plots" / name, content)
    plots = [{"file": f"{name}.svg", "told": PLOT_TEXTS[name]} for name in PLOTS]
    site.write("corpus.html", "corpus.html", tables=tables, plots=plots)


def as_table(table: tuple[Sequence[str], Sequence[Sequence[str]]]) -> dict[str, Any]:
    head, rows = table
    return {"head": head, "rows": [[cell.replace("*", "") for cell in row] for row in rows]}
