"""Read a split of the dataset repository back as a corpus: a folder, or a repository of the Hub.

Tables are read as they lie there and not through a cache, which may hold an older build of a folder
of the same name. Needs the extra `hub`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pledgewire import jsonl
from pledgewire.corpus import Corpus
from pledgewire.hub.build import HUB_SPLITS
from pledgewire.hub.rows import Row, layers_of_row, story_layer_of_row
from pledgewire.problems import Problem, raise_if_any
from pledgewire.records import Document, Entity, Issue, Story

NEEDED = ("default/*", "stories/*", "registry/*", "croissant.json")
DOCUMENT_COLUMNS = ("outlet", "title", "published", "sha256", "voice", "origin")
STORY_COLUMNS = ("title", "window", "region", "topic")


def fetch_repository(source: str | Path, revision: str | None = None) -> Path:
    """Give the folder of a repository: the folder itself, or a copy from the Hub by its id.

    Raises: ValueError for a folder that `pledgewire export hub` did not write.
    """
    folder = Path(source)
    if folder.is_dir():
        if not (folder / "default").is_dir():
            raise ValueError(f"expected a folder that `export hub` has written, got {source}")
        return folder
    if str(source).count("/") != 1 or str(source).startswith((".", "/", "~")):
        raise ValueError(f"expected a folder, or an id on the Hub as owner/name, got {source}")
    from huggingface_hub import snapshot_download

    return Path(
        snapshot_download(
            str(source), repo_type="dataset", revision=revision, allow_patterns=list(NEEDED)
        )
    )


def load_repository(source: str | Path, split: str = "test", revision: str | None = None) -> Corpus:
    """Load the annotated documents of a split with all that scoring needs.

    Splits have the Hub's names; `dev` is understood too. Raises: ValueError for an unknown split
    or folder; DataError for a faulty registry; ImportError without the extra `hub`.
    """
    hub_split = HUB_SPLITS.get(split, split)
    if hub_split not in HUB_SPLITS.values():
        raise ValueError(
            f"expected a split, got {split!r}, allowed: {', '.join(HUB_SPLITS.values())}"
        )
    own_split = next(own for own, theirs in HUB_SPLITS.items() if theirs == hub_split)
    folder = fetch_repository(source, revision)
    rows = sorted(read_table(folder, "default", hub_split), key=lambda row: row["doc_id"])
    stories = sorted(read_table(folder, "stories", hub_split), key=lambda row: row["story_id"])
    problems: list[Problem] = []
    entities, issues = (
        [
            line.record
            for line in jsonl.read_records(folder / name, str(folder / name), kind, problems)
        ]
        for name, kind in (("registry/entities.jsonl", Entity), ("registry/issues.jsonl", Issue))
    )
    raise_if_any(problems)
    used = {row["story_id"] for row in rows}
    return Corpus(
        root=folder,
        version=json.loads((folder / "croissant.json").read_text("utf-8"))["version"],
        track="wire",
        split=own_split,
        stories={
            row["story_id"]: Story(
                id=row["story_id"], split=own_split, **{n: row[n] for n in STORY_COLUMNS}
            )
            for row in stories
        },
        documents={row["doc_id"]: document_of_row(row, own_split) for row in rows},
        texts={row["doc_id"]: row["text"] for row in rows},
        gold={row["doc_id"]: layers_of_row(row) for row in rows},
        clusters={row["story_id"]: story_layer_of_row(row) for row in stories},
        entities={e.entity_id: e for e in sorted(entities, key=lambda e: e.entity_id)},
        issues={i.id: i for i in sorted(issues, key=lambda i: i.id) if i.story in used},
    )


def read_table(folder: Path, config: str, hub_split: str) -> list[Row]:
    """Read the rows of a config and split. Raises: ValueError if there is none."""
    import pyarrow.parquet as pq

    files = sorted((folder / config).glob(f"{hub_split}-*.parquet"))
    if not files:
        there = sorted({path.name.split("-")[0] for path in (folder / config).glob("*.parquet")})
        raise ValueError(
            f"expected a split of this repository, got {hub_split!r}, allowed: {', '.join(there)}"
        )
    return [row for path in files for row in pq.read_table(path).to_pylist()]


def document_of_row(row: Row, split: Any) -> Document:
    """Give the document of a row; facts of all kinds come back as one list."""
    return Document(
        id=row["doc_id"],
        story=row["story_id"],
        track="wire",
        split=split,
        sources=tuple(row["sources"]),
        facts=tuple(row["facts"]),
        **{name: row[name] for name in DOCUMENT_COLUMNS},
    )
