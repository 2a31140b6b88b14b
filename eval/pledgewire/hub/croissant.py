"""The Croissant description (JSON-LD) of the dataset, with its responsible-AI fields.

Source: Croissant 1.1 and Croissant RAI 1.0 (MLCommons); names as the specifications have them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pledgewire.corpus import Corpus

if TYPE_CHECKING:
    from datasets import Features

    from pledgewire.hub.build import Table

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
TYPES = {
    "string": "sc:Text",
    "int32": "sc:Integer",
    "float64": "sc:Float",
}
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataBiases": "cr:dataBiases",
    "dataCollection": "cr:dataCollection",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "personalSensitiveInformation": "cr:personalSensitiveInformation",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
RAI = Path(__file__).with_name("rai.json")
"""The responsible-AI fields: what DATASHEET.md says, in the terms of Croissant RAI."""


def write_croissant(corpus: Corpus, features: dict[str, Features], tables: list[Table]) -> bytes:
    """Write croissant.json: a file object a parquet file, a record set a config and split."""
    described = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": [
            "http://mlcommons.org/croissant/1.1",
            "http://mlcommons.org/croissant/RAI/1.0",
        ],
        "name": "pledgewire",
        "description": "News about security assistance and crisis diplomacy, several outlets a "
        "story, with gold entities, figures, stances and relations of figures across documents.",
        "license": LICENCE,
        "version": corpus.version,
        "datePublished": "2026-11-22",
        "inLanguage": "en",
        "isLiveDataset": False,
        "keywords": ["information extraction", "benchmark", "cross-document"],
        "creator": {"@type": "Organization", "name": "The pledgewire maintainers"},
        "citeAs": "The pledgewire maintainers (2026). pledgewire: entities, figures and stances in "
        "news that several outlets tell.",
        **json.loads(RAI.read_text("utf-8")),
        "distribution": [file_object(table) for table in tables],
        "recordSet": [record_set(table, features[table.config]) for table in tables],
    }
    return (json.dumps(described, indent=2, ensure_ascii=False) + "\n").encode("utf-8")


def name_of(table: Table) -> str:
    return f"{table.config}-{table.split}"


def file_object(table: Table) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": f"{name_of(table)}.parquet",
        "name": f"{name_of(table)}.parquet",
        "contentUrl": table.path,
        "encodingFormat": "application/x-parquet",
        "contentSize": f"{len(table.content)} B",
        "sha256": table.sha256,
    }


def record_set(table: Table, features: Features) -> dict[str, Any]:
    name = name_of(table)
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"The config {table.config}, split {table.split}: {table.rows} rows.",
        "field": [field(table, column, feature) for column, feature in features.items()],
    }


def field(table: Table, column: str, feature: Any) -> dict[str, Any]:
    """Describe a column; a list of structs has a sub-field a member, one level deep."""
    described: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{name_of(table)}/{column}",
        "name": column,
    }
    source = {"fileObject": {"@id": f"{name_of(table)}.parquet"}, "extract": {"column": column}}
    inner = getattr(feature, "feature", None)
    if inner is None:
        return {**described, "dataType": TYPES[feature.dtype], "source": source}
    described["repeated"] = True
    if not isinstance(inner, dict):
        return {**described, "dataType": TYPES[inner.dtype], "source": source}
    described["subField"] = [
        {
            "@type": "cr:Field",
            "@id": f"{name_of(table)}/{column}/{member}",
            "name": member,
            "dataType": TYPES[kind.dtype],
            "source": {**source, "transform": {"jsonPath": member}},
        }
        for member, kind in inner.items()
        if hasattr(kind, "dtype")
    ]
    return described
