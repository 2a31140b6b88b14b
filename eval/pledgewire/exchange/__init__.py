"""All layers of documents in forms that people edit.

The authoring form and brat go both ways, and nothing is lost: what was written reads back the same.
The others are written for other tools only, and say what they cannot hold. `convert` reads other
corpora.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from pledgewire import jsonl
from pledgewire.authoring import parse_authored, split_authored, write_authored
from pledgewire.convert.brat import BratFile
from pledgewire.corpus import LAYER_FILES, Corpus
from pledgewire.exchange.brat_read import read_brat_layers
from pledgewire.exchange.brat_write import annotation_conf, write_brat
from pledgewire.exchange.conll_write import write_conll
from pledgewire.exchange.export import Export, Item
from pledgewire.exchange.labelstudio_write import write_labelstudio
from pledgewire.exchange.spacy_write import write_spacy
from pledgewire.exchange.webanno_write import write_webanno
from pledgewire.passes import write_gold
from pledgewire.problems import Problem, raise_if_any
from pledgewire.records import Layers

FORMS = ("authored", "brat")
ONE_WAY: dict[str, Callable[[Sequence[Item]], Export]] = {
    "conll": write_conll,
    "spacy": write_spacy,
    "labelstudio": write_labelstudio,
    "webanno": write_webanno,
}


def write_form(form: str, corpus: Corpus, documents: Iterable[Layers], out: Path) -> list[Path]:
    """Write documents as `<out>/<story>/<voice>.ann`, for brat with the text beside it.

    Raises: ValueError for a form that is not known, for a document that the corpus does not have,
    and for a record that the form cannot hold; nothing is written then.
    """
    if form not in FORMS:
        raise ValueError(f"expected a form, got {form!r}, allowed: {', '.join(FORMS)}")
    content: dict[Path, str] = {}
    for layers in documents:
        if layers.doc_id not in corpus.texts:
            raise ValueError(f"expected a document of the corpus, got {layers.doc_id!r}")
        text = corpus.texts[layers.doc_id]
        path = out / f"{layers.doc_id}.ann"
        if form == "authored":
            content[path] = write_authored(layers, text)
            continue
        content[path] = write_brat(layers, text)
        content[path.with_suffix(".txt")] = text
    if form == "brat":
        content[out / "annotation.conf"] = annotation_conf()
    for path, written in content.items():
        jsonl.write_bytes(path, written.encode("utf-8"))
    return list(content)


def read_form(form: str, corpus: Corpus, paths: Sequence[Path]) -> list[Layers]:
    """Read documents of the corpus from `.ann` files, or from folders with all below them.

    The last two parts of a path without its suffix are the id: `<story>/<voice>.ann`.
    Raises: DataError with every fault; ValueError for a form that is not known.
    """
    if form not in FORMS:
        raise ValueError(f"expected a form, got {form!r}, allowed: {', '.join(FORMS)}")
    problems: list[Problem] = []
    found: list[Layers] = []
    for path in list_files(paths, problems):
        doc_id = "/".join(path.with_suffix("").parts[-2:])
        text = corpus.texts.get(doc_id)
        if text is None:
            problems.append(
                Problem(
                    str(path),
                    0,
                    "",
                    "unknown-document",
                    f"no document has the id {doc_id!r}",
                    "name files <story>/<voice>.ann, as the export does",
                )
            )
            continue
        annotations = jsonl.read_text(path, str(path), problems)
        if annotations is None:
            continue
        if form == "brat":
            file = BratFile(doc_id, str(path), text, annotations)
            found.append(read_brat_layers(file, doc_id, problems))
            continue
        parts, faults = split_authored(annotations, str(path))
        problems.extend(faults)
        for part_id, (first, part) in parts.items():
            layers, faults = parse_authored(
                str(path), part, corpus.texts.get(part_id, ""), part_id, first_line=first
            )
            problems.extend(faults)
            found.append(layers)
    raise_if_any(problems)
    return found


def write_imported(documents: Sequence[Layers], out: Path, *, as_gold: bool) -> str:
    """Write documents that were read: as gold, `<out>/<story>/<layer>.jsonl`, or as one file of
    predictions, which has no alternatives; give a line that says what was written."""
    if not as_gold:
        plain = [without_alternatives(layers) for layers in documents]
        jsonl.write_records(out, plain)
        dropped = sum(len(r.also) for x in documents for _, r in records_of(x))
        note = f"; {dropped} alternatives left out" if dropped else ""
        return f"{len(documents)} documents: {out}{note}"
    stories: dict[str, list[Layers]] = defaultdict(list)
    for layers in documents:
        stories[layers.doc_id.split("/")[0]].append(layers)
    for story, members in stories.items():
        write_gold(out / story, members, None)
    return f"{len(documents)} documents of {len(stories)} stories: {out}"


def without_alternatives(layers: Layers) -> Layers:
    changed = {
        layer: tuple(msgspec.structs.replace(r, also=()) for r in getattr(layers, layer) or ())
        for layer in LAYER_FILES
    }
    return Layers(doc_id=layers.doc_id, **changed)


def records_of(layers: Layers) -> Iterator[tuple[str, Any]]:
    for layer in LAYER_FILES:
        yield from ((layer, record) for record in getattr(layers, layer) or ())


def list_files(paths: Sequence[Path], problems: list[Problem]) -> list[Path]:
    """List the files given and those below folders; a folder without any is a problem."""
    files: list[Path] = []
    for path in paths:
        below = sorted(path.rglob("*.ann")) if path.is_dir() else [path]
        if not below:
            fault = ("file-missing", "no .ann file in it", "check the path")
            problems.append(Problem(str(path), 0, "", *fault))
        files.extend(below)
    return files


def export_gold(form: str, corpus: Corpus, out: Path, stories: Sequence[str] = ()) -> str:
    """Write the gold of a corpus in a form, of some stories or all; give a line that says so."""
    known = {document.story for document in corpus.documents.values()}
    for story in stories:
        if story not in known:
            raise ValueError(
                f"expected a story, got {story!r}, allowed: {', '.join(sorted(known))}"
            )
    wanted = set(stories) or known
    chosen = [
        layers for doc_id, layers in corpus.gold.items() if corpus.documents[doc_id].story in wanted
    ]
    if form not in ONE_WAY:
        files = write_form(form, corpus, chosen, out)
        return f"{len(chosen)} documents, {len(files)} files: {out}"
    export = ONE_WAY[form](
        [Item(corpus.documents[x.doc_id], corpus.texts[x.doc_id], x) for x in chosen]
    )
    for path, content in export.files.items():
        jsonl.write_bytes(out / path, content)
    head = f"{len(chosen)} documents, {len(export.files)} files: {out}"
    return "\n".join([head, *(f"note: {note}" for note in export.notes)])
