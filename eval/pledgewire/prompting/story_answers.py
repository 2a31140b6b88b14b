"""Read what a language model answered about the documents of a story: figures and their clusters.

As in `answers`, whatever it wrote, a prediction comes back, and what is invalid is dropped one by
one and counted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from pledgewire.prompting.answers import (
    Dropped,
    Status,
    drop,
    explain_missing,
    find_object,
    read_list,
    read_record,
)
from pledgewire.prompting.schemas import MOST_CLUSTERS, MOST_JOINED, MOST_MEMBERS, MOST_PAIRS
from pledgewire.records import Cluster, Figure, Layers, Pair, Source, StoryLayer

JOINED = ("id", "kind", "text")
"""The fields of a figure that a cluster needs: what it says is in the text."""


@dataclass(frozen=True)
class StoryAnswer:
    """What an answer says of a story: the figures of each document, and their clusters."""

    documents: tuple[Layers, ...]
    story: StoryLayer
    status: Status
    dropped: tuple[Dropped, ...] = ()


def read_story_answer(text: str, story_id: str, sources: Sequence[Source]) -> StoryAnswer:
    """Read an answer about the documents of a story. Whatever the text is, an answer comes back."""
    doc_ids = [source.doc_id for source in sources]
    found = find_object(text, ("clusters",))
    dropped: list[Dropped] = []
    figures: dict[str, list[Figure]] = {doc_id: [] for doc_id in doc_ids}
    clusters: tuple[Cluster, ...] = ()
    if found is not None:
        keys = read_joined(found, figures, dropped)
        clusters = tuple(read_clusters(found, keys, dropped))
    return StoryAnswer(
        documents=tuple(
            Layers(doc_id=doc_id, figures=tuple(members)) for doc_id, members in figures.items()
        ),
        story=StoryLayer(story_id=story_id, clusters=clusters),
        status="ok" if found is not None else explain_missing(text),
        dropped=tuple(dropped),
    )


def read_joined(
    value: Mapping[str, Any], figures: dict[str, list[Figure]], dropped: list[Dropped]
) -> dict[str, str]:
    """Read the figures that a story's answer lists by document; each needs an id of its own.

    Ids are given anew in the order of the list, which is how equal strings are told apart when
    they are placed. Gives the new key of each figure by the key that the answer uses.
    """
    keys: dict[str, str] = {}
    for index, item in read_list(value, "documents", len(figures), "documents", dropped):
        doc_id = item.get("document")
        if not isinstance(doc_id, str) or doc_id not in figures:
            drop(dropped, "documents", index, "unknown-document", "not of this story")
            continue
        for at, fields in read_list(item, "figures", MOST_JOINED, "figures", dropped):
            figure = read_record(fields, "figures", at, dropped, JOINED)
            if figure is None:
                continue
            key = f"{doc_id}#{figure.id}"
            if figure.id is None or key in keys:
                drop(dropped, "figures", at, "id", "no id, or not of its own")
            elif not (figure.text or "").strip():
                drop(dropped, "figures", at, "no-place", "no text")
            else:
                own_id = f"f{len(figures[doc_id]) + 1:04d}"
                keys[key] = f"{doc_id}#{own_id}"
                figures[doc_id].append(msgspec.structs.replace(figure, id=own_id))
    return keys


def read_clusters(
    value: Mapping[str, Any], keys: Mapping[str, str], dropped: list[Dropped]
) -> Iterator[Cluster]:
    """Yield the clusters of figures that the answer lists; one of fewer than two is dropped."""
    taken: set[str] = set()
    for index, item in read_list(value, "clusters", MOST_CLUSTERS, "clusters", dropped):
        members: list[str] = []
        listed = item.get("figures")
        for key in listed if isinstance(listed, list) else ():
            if not isinstance(key, str) or key not in keys:
                drop(dropped, "clusters", index, "unknown-figure", "not in documents")
            elif key in taken:
                drop(dropped, "clusters", index, "duplicate-figure", key)
            elif len(members) == MOST_MEMBERS:
                drop(dropped, "clusters", index, "too-many", f"over {MOST_MEMBERS}")
            else:
                taken.add(key)
                members.append(key)
        if len(members) < 2:
            drop(dropped, "clusters", index, "cluster-small", "fewer than two figures")
            continue
        pairs = read_pairs(item, members, dropped) if "relations" in item else ()
        yield Cluster(
            figures=tuple(keys[key] for key in members),
            relations=tuple(Pair(keys[p.a], keys[p.b], p.relation) for p in pairs),
        )


def read_pairs(
    cluster: Mapping[str, Any], members: Collection[str], dropped: list[Dropped]
) -> Iterator[Pair]:
    """Yield the relations between members of a cluster."""
    for index, item in read_list(cluster, "relations", MOST_PAIRS, "relations", dropped):
        try:
            pair = msgspec.convert({name: item.get(name) for name in ("a", "b", "relation")}, Pair)
        except msgspec.ValidationError as error:
            drop(dropped, "relations", index, "wrong-type", str(error))
            continue
        if pair.a == pair.b or not {pair.a, pair.b} <= set(members):
            drop(dropped, "relations", index, "pair-outside", "not two of the cluster")
        else:
            yield pair
