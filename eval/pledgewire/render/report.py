"""A scored system as people and programs read it: a table in the terminal, one JSON object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from pledgewire.derived import derive
from pledgewire.records import LAYERS
from pledgewire.render.details import details_text
from pledgewire.render.layout import (
    align,
    counts_dict,
    interval_list,
    ratio_dict,
    rounded,
    show,
    show_interval,
    to_plain,
)
from pledgewire.render.slices import slices_dict, slices_text
from pledgewire.scoring import LayerScore, Scores
from pledgewire.slices import slice_scores


@dataclass(frozen=True)
class Report:
    """Scores of one system; prints as the table. Units: ratios in [0, 1], in the table too.

    `by` names the slices to show and to give as JSON; `details` prints every other metric too,
    which JSON always has.
    """

    scores: Scores
    by: tuple[str, ...] = ()
    details: bool = False

    @property
    def overall(self) -> float | None:
        return self.scores.overall

    def f1(self, layer: str) -> float | None:
        """Give the headline F1 of a layer, None if it was not scored."""
        return self.scores.f1(layer)

    def to_dict(self) -> dict[str, Any]:
        """Give the contract of `pledgewire score --json`."""
        scores, corpus = self.scores, self.scores.corpus
        found = {
            "system": scores.system,
            "signature": scores.signature,
            "data": {
                "version": corpus.version,
                "sha256": corpus.sha256,
                "track": corpus.track,
                "split": corpus.split,
                "documents": len(corpus.gold),
                "stories": len(scores.stories),
            },
            "layers": {
                layer: layer_dict(layer, result) if result else None
                for layer, result in scores.layers.items()
            },
            "overall": {
                "f1": rounded(scores.overall),
                "interval": interval_list(scores.overall_interval),
            },
            "input": {
                "duplicates": scores.input.duplicates,
                "ungrounded": {
                    layer: rounded(scores.input.ungrounded_share(layer))
                    for layer in LAYERS
                    if layer != "crossdoc"
                },
                "ungrounded_strings": [
                    {
                        "doc_id": u.doc_id,
                        "layer": u.layer,
                        "text": u.text,
                        "nearest": u.nearest,
                        "similarity": u.similarity,
                    }
                    for u in scores.input.ungrounded
                ],
                "missing_documents": list(scores.input.missing_documents),
                "documents_elsewhere": scores.input.elsewhere,
                "normalised_values": scores.input.normalised_values,
            },
        }
        if self.by:
            found["slices"] = {by: slices_dict(slice_scores(scores, by)) for by in self.by}
        return found

    def to_json(self) -> bytes:
        """Give the same bytes for the same input on every run."""
        return msgspec.json.format(msgspec.json.encode(self.to_dict()), indent=2) + b"\n"

    def __str__(self) -> str:
        parts = [to_text(self.scores)]
        parts += [slices_text(self.scores, by) for by in self.by]
        if self.details:
            parts.append(details_text(self.scores))
        return "\n\n".join(parts)


def layer_dict(layer: str, result: LayerScore) -> dict[str, Any]:
    return {
        **ratio_dict(result.counts),
        "interval": interval_list(result.interval),
        "counts": counts_dict(result.counts),
        "metrics": {
            name: {**ratio_dict(counts), "counts": counts_dict(counts)}
            for name, counts in result.details.items()
        },
        "derived": to_plain(derive(layer, result.details)),
    }


def to_text(scores: Scores) -> str:
    """Lay the headline table out as plain text, with every note that a reader needs."""
    corpus = scores.corpus
    rows = [("layer", "precision", "recall", "F1", "95% interval", "gold", "predicted")]
    for layer, result in scores.layers.items():
        if result is None:
            rows.append((layer, "-", "-", "-", "not attempted", "-", "-"))
            continue
        counts = result.counts
        rows.append(
            (
                layer,
                show(counts.precision),
                show(counts.recall),
                show(counts.f1),
                show_interval(result.interval),
                f"{counts.gold:g}",
                f"{counts.predicted:g}",
            )
        )
    rows.append(
        ("overall", "", "", show(scores.overall), show_interval(scores.overall_interval), "", "")
    )
    lines = [
        f"{scores.system}: track {corpus.track}, split {corpus.split}, "
        f"{len(corpus.gold)} documents, stories: {len(scores.stories)}"
    ]
    lines.extend(align(rows))
    lines.extend(notes(scores))
    lines.append(f"signature {scores.signature}")
    return "\n".join(lines)


def notes(scores: Scores) -> list[str]:
    facts = scores.input
    found = []
    if len(scores.stories) < 2:
        found.append("no interval: it takes at least two stories to resample")
    elif len(scores.stories) < 5:
        found.append(f"intervals rest on {len(scores.stories)} stories only: read them as rough")
    if facts.missing_documents:
        found.append(
            f"{len(facts.missing_documents)} documents have no prediction and count as empty: "
            + ", ".join(facts.missing_documents[:5])
            + (" ..." if len(facts.missing_documents) > 5 else "")
        )
    if facts.elsewhere:
        found.append(f"{facts.elsewhere} lines are of another track or split and were set aside")
    if facts.duplicates:
        found.append(f"{facts.duplicates} records repeat another and count as wrong")
    for layer in LAYERS:
        if facts.asked.get(layer):
            share = facts.ungrounded_share(layer)
            found.append(
                f"{layer}: {facts.asked[layer]} strings without offsets, "
                f"{share:.1%} have no place in the text and count as wrong"
            )
    if facts.normalised_values:
        found.append(f"{facts.normalised_values} values given as strings were normalised")
    return [f"note: {line}" for line in found]
