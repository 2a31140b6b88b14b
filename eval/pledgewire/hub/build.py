"""Build the whole dataset repository in a folder: parquet, card, Croissant, licences.

The same corpus and versions give the same bytes. Needs the extra `hub`.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pledgewire import jsonl
from pledgewire.corpus import Corpus
from pledgewire.hub.card import write_card
from pledgewire.hub.croissant import write_croissant
from pledgewire.hub.evaluation import write_eval_yaml
from pledgewire.hub.features import make_features
from pledgewire.hub.rows import ROWS, press_rows
from pledgewire.loading import find_data, load_corpus, load_press_outline
from pledgewire.records import SPLITS

if TYPE_CHECKING:
    from datasets import Features

HUB_SPLITS = {"train": "train", "dev": "validation", "test": "test"}
"""Our splits by the names that the Hub's tools expect."""
ROW_GROUP = 100
"""Rows in a group, so that the viewer reads little at a time: a document's row has about 40 kB."""
COPIED = ("DATASHEET.md", "LICENSE-DATA", "CITATION.cff", "CHANGELOG.md")


@dataclass(frozen=True)
class Table:
    """One parquet file. Units: `size` in bytes of the file, `memory` in bytes of its rows."""

    config: str
    split: str
    rows: int
    content: bytes
    memory: int

    @property
    def path(self) -> str:
        return f"{self.config}/{self.split}-00000-of-00001.parquet"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def build_hub(out: Path, data: Path | None = None) -> list[str]:
    """Write the dataset repository into an empty or new folder; give the paths written.

    Raises: ValueError for a folder that is not empty; ImportError without `datasets`.
    """
    if out.exists() and any(out.iterdir()):
        raise ValueError(f"expected an empty or new folder, got {out}")
    root = data if data is not None else find_data()
    corpus = load_corpus(root, "wire", "all")
    features = make_features()
    tables = make_tables(root, corpus, features)
    files: dict[str, bytes] = {table.path: table.content for table in tables}
    files["README.md"] = write_card(corpus, features, tables)
    files["croissant.json"] = write_croissant(corpus, features, tables)
    files["eval.yaml"] = write_eval_yaml()
    files["CANARY"] = (root / "corpus" / "CANARY").read_bytes()
    files["GUIDELINES.md"] = (root / "annotations" / "GUIDELINES.md").read_bytes()
    for name in ("entities.jsonl", "issues.jsonl"):
        files[f"registry/{name}"] = (root / "annotations" / name).read_bytes()
    for name in COPIED:
        if (root / name).is_file():
            files[name] = (root / name).read_bytes()
    for name, content in sorted(files.items()):
        jsonl.write_bytes(out / name, content)
    return sorted(files)


def make_tables(root: Path, corpus: Corpus, features: dict[str, Features]) -> list[Table]:
    """Make every table of every config that has rows."""
    tables = []
    for config, rows in ROWS.items():
        for split in SPLITS:
            doc_ids = [
                d.id for d in corpus.documents.values() if d.split == split and d.id in corpus.gold
            ]
            if doc_ids:
                found = list(rows(corpus, doc_ids))
                tables.append(make_table(config, HUB_SPLITS[split], found, features[config]))
    outline = load_press_outline(root)
    found = list(press_rows(root, outline.documents, load_corpus(root, "wire", "all")))
    if found:
        tables.append(make_table("press", "test", found, features["press"]))
    return tables


def make_table(config: str, split: str, rows: list, features: Features) -> Table:
    """Encode rows as parquet with the features in its schema."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pylist(rows, schema=features.arrow_schema)
    buffer = io.BytesIO()
    pq.write_table(
        table, buffer, row_group_size=ROW_GROUP, compression="zstd", write_page_index=True
    )
    return Table(config, split, table.num_rows, buffer.getvalue(), table.nbytes)
