"""How far the two passes agree with each other and with gold, by the harness's own counts.

Named *pass agreement*: both passes were made by a large language model, so it shows that the
guidelines can be followed, not that gold is right (see DATASHEET.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pledgewire import jsonl
from pledgewire.corpus import ClusterLine, Corpus, without_key
from pledgewire.counts import Counts
from pledgewire.metrics.crossdoc import count_crossdoc
from pledgewire.metrics.entity_layer import count_entities
from pledgewire.metrics.figures import count_figures
from pledgewire.metrics.stances import count_stances
from pledgewire.metrics.tally import Tally, sum_tallies
from pledgewire.passes import read_authored_pass, read_standoff_pass
from pledgewire.problems import Problem, raise_if_any
from pledgewire.records import Cluster, Document, Layers, Mention
from pledgewire.resample import Interval, bootstrap_interval, f1_of
from pledgewire.resolve import GoldNames, Resolver

SIDES = (("a", "b"), ("a", "gold"), ("b", "gold"))
MEASURES = {
    "mentions": ("entities", "strict"),
    "mentions with entity id": ("entities", "linked"),
    "identity (LEA)": ("entities", "lea"),
    "figures": ("figures", "record"),
    "figure status": ("figures", "field:status"),
    "giver and receiver": ("figures", "roles"),
    "stances": ("stances", "tuple"),
    "stance evidence": ("stances", "evidence"),
    "clusters": ("crossdoc", "pair"),
}
"""Name of a measure -> layer and name of the counts that give its F1."""


@dataclass(frozen=True)
class Agreement:
    """F1 of one measure between two sides; symmetric but for alternatives in gold."""

    measure: str
    sides: tuple[str, str]
    counts: Counts
    interval: Interval | None


def measure_agreement(
    corpora: Iterable[Corpus],
    *,
    keep: Callable[[Document], bool] | None = None,
    resamples: int = 10_000,
    seed: int = 0,
) -> list[Agreement]:
    """Compare passes and gold over the annotated documents of the corpora.

    With `keep` only the documents that it accepts count, and clusters, which are of whole stories,
    do not.
    Raises: DataError when a pass cannot be read.
    """
    by_sides: dict[tuple[str, str], dict[str, list[dict[str, Tally]]]] = {s: {} for s in SIDES}
    for corpus in corpora:
        for story in sorted({corpus.documents[doc_id].story for doc_id in corpus.gold}):
            versions = read_versions(corpus, story)
            clusters = read_cluster_versions(corpus, story)
            kept = [d for d in sorted(versions["a"]) if not keep or keep(corpus.documents[d])]
            if not kept:
                continue
            for sides in SIDES:
                one, two = (versions[side] for side in sides)
                rows = [count_pair(one[d], two[d], corpus) for d in kept]
                if keep is None:
                    compared = (clusters[side] for side in sides)
                    rows.append({"crossdoc": count_crossdoc(*compared, SelfMapping())})
                by_sides[sides][f"{corpus.track}/{story}"] = rows
    return [
        agreement_of(measure, sides, stories, resamples, seed)
        for sides, stories in by_sides.items()
        for measure in MEASURES
        if keep is None or MEASURES[measure][0] != "crossdoc"
    ]


def measure_again(
    corpus: Corpus, *, resamples: int = 10_000, seed: int = 0
) -> tuple[list[str], list[Agreement]]:
    """Compare gold with the documents that were annotated anew from the guidelines.

    Gives the documents, from `annotations/again/<track>/<story>/<voice>.ann`, and the agreement.
    Raises: DataError when a file cannot be read.
    """
    folder = corpus.root / "annotations" / "again" / corpus.track
    stories: dict[str, list[dict[str, Tally]]] = {}
    doc_ids = []
    for path in sorted(folder.glob("*/*.ann")):
        doc_id = f"{path.parent.name}/{path.stem}"
        again = read_authored_pass(path.parent, doc_id, corpus.texts[doc_id])
        row = count_pair(corpus.gold[doc_id], again, corpus)
        stories.setdefault(path.parent.name, []).append(row)
        doc_ids.append(doc_id)
    found = [
        agreement_of(measure, ("again", "gold"), stories, resamples, seed)
        for measure, (layer, _) in MEASURES.items()
        if layer != "crossdoc"
    ]
    return doc_ids, found


class SelfMapping(dict[str, str]):
    """Figures of passes and gold are keyed by their place already: each maps to itself."""

    def get(self, key: str, default: str | None = None) -> str:  # type: ignore[override]
        return key


def agreement_of(
    measure: str,
    sides: tuple[str, str],
    stories: Mapping[str, list[dict[str, Tally]]],
    resamples: int,
    seed: int,
) -> Agreement:
    layer, name = MEASURES[measure]
    units = np.array(
        [
            sum_tallies(row[layer] for row in rows if layer in row).get(name, Counts())
            for rows in stories.values()
        ],
        dtype=float,
    ).reshape(len(stories), 4)
    total = Counts(*units.sum(axis=0).tolist())
    interval = bootstrap_interval(units, f1_of, resamples=resamples, seed=seed)
    return Agreement(measure, sides, total, interval)


def count_pair(one: Layers, two: Layers, corpus: Corpus) -> dict[str, Tally]:
    """Count a document with `one` in the place of gold and `two` in that of the prediction."""
    resolve = Resolver(GoldNames(one, corpus.entities), two)
    entities = count_entities(one.entities or (), two.entities or ())
    entities["linked"] = count_linked(one.entities or (), two.entities or ())
    figures = count_figures(one.figures or (), two.figures or (), resolve)
    figures["roles"] = figures.get("giver:end_to_end", Counts()).plus(
        figures.get("receiver:end_to_end", Counts())
    )
    return {
        "entities": entities,
        "figures": figures,
        "stances": count_stances(one.stances or (), two.stances or (), resolve),
    }


def count_linked(one: Iterable[Mention], two: Iterable[Mention]) -> Counts:
    """Count mentions with equal span, type and entity id."""
    keys = [{(m.start, m.end, m.type, m.entity_id) for m in side} for side in (one, two)]
    return Counts.of_hits(len(keys[0] & keys[1]), len(keys[0]), len(keys[1]))


def read_versions(corpus: Corpus, story: str) -> dict[str, dict[str, Layers]]:
    """Read the passes of a story and its gold, by document."""
    doc_ids = [d for d in corpus.story_documents(story) if d in corpus.gold]
    found = {"gold": {doc_id: corpus.gold[doc_id] for doc_id in doc_ids}}
    for name in ("a", "b"):
        folder = pass_folder(corpus, name, story)
        if corpus.track == "press":
            found[name] = read_standoff_pass(folder, doc_ids)
        else:
            found[name] = {
                doc_id: read_authored_pass(folder, doc_id, corpus.texts[doc_id])
                for doc_id in doc_ids
            }
    return found


def read_cluster_versions(corpus: Corpus, story: str) -> dict[str, tuple[Cluster, ...]]:
    """Read the clusters of both passes, made on the adjudicated figures, and of gold."""
    found = {"gold": corpus.clusters[story].clusters}
    problems: list[Problem] = []
    for name in ("a", "b"):
        path = pass_folder(corpus, name, story) / "clusters.jsonl"
        lines = (
            jsonl.read_records(path, str(path), NotedCluster, problems) if path.is_file() else []
        )
        found[name] = tuple(without_key(line.record, Cluster) for line in lines)
    raise_if_any(problems)
    return found


class NotedCluster(ClusterLine, kw_only=True, frozen=True, forbid_unknown_fields=True):
    note: str = ""


def pass_folder(corpus: Corpus, name: str, story: str) -> Path:
    return corpus.root / "annotations" / "passes" / name / corpus.track / story
