"""The dataset card: YAML that the Hub reads, and prose that says what the data are and are not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pledgewire.corpus import Corpus
from pledgewire.statistics import label_table, size_table

if TYPE_CHECKING:
    from datasets import Features

    from pledgewire.hub.build import Table

PROSE = Path(__file__).with_name("card.md")
"""The prose of the card, with the names in braces to be filled in."""
TAGS = ["benchmark", "information-extraction", "quantities", "stance", "cross-document", "news"]


def write_card(corpus: Corpus, features: dict[str, Features], tables: list[Table]) -> bytes:
    """Write README.md of the dataset repository: YAML front matter, then prose."""
    from huggingface_hub import DatasetCardData

    data = DatasetCardData(
        language=["en"],
        license="cc-by-4.0",
        pretty_name="pledgewire",
        annotations_creators=["machine-generated"],
        language_creators=["machine-generated"],
        multilinguality=["monolingual"],
        size_categories=["n<1K"],
        source_datasets=["original"],
        task_categories=["token-classification", "text-classification"],
        task_ids=["named-entity-recognition", "coreference-resolution"],
        tags=[
            "benchmark",
            "information-extraction",
            "quantities",
            "stance",
            "cross-document",
            "news",
        ],
        configs=config_list(tables),
        dataset_info=info_list(features, tables),
    )
    prose = PROSE.read_text("utf-8").format(
        sizes=size_table([corpus]),
        labels=label_table([corpus]),
        canary=(corpus.root / "corpus" / "CANARY").read_text("utf-8").strip(),
        version=corpus.version,
    )
    return f"---\n{data.to_yaml()}\n---\n\n{prose}".encode()


def config_list(tables: list[Table]) -> list[dict]:
    configs = list(dict.fromkeys(table.config for table in tables))
    return [
        {
            "config_name": config,
            **({"default": True} if config == "default" else {}),
            "data_files": [
                {"split": t.split, "path": f"{config}/{t.split}-*.parquet"}
                for t in tables
                if t.config == config
            ],
        }
        for config in configs
    ]


def info_list(features: dict[str, Features], tables: list[Table]) -> list[dict]:
    """List the features and true sizes of each config: loaders trust and compare them."""
    found = []
    for config in dict.fromkeys(table.config for table in tables):
        own = [table for table in tables if table.config == config]
        found.append(
            {
                "config_name": config,
                "features": features[config]._to_yaml_list(),
                "splits": [
                    {"name": t.split, "num_bytes": t.memory, "num_examples": t.rows} for t in own
                ],
                "download_size": sum(len(t.content) for t in own),
                "dataset_size": sum(t.memory for t in own),
            }
        )
    return found
