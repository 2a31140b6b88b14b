"""Write the predictions that the harness logged as a file for `pledgewire score`.

    python -m pledgewire.frameworks.lm_eval.samples out/*/samples_*.jsonl --out predictions.jsonl

The logs are those of `--log_samples`. Where documents and stories both have figures of a document,
those of the stories stay, since clusters refer to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click
import msgspec

from pledgewire import jsonl
from pledgewire.frameworks.counting import count_answer, count_story_answer, merge_records
from pledgewire.frameworks.lm_eval.utils import load
from pledgewire.problems import DataError, Problem
from pledgewire.prompting import DOCUMENT_LAYERS
from pledgewire.records import Layers, StoryLayer


class Row(msgspec.Struct):
    """What the log keeps of a row; documents have `doc_id`."""

    story: str
    dataset: str
    split: str
    revision: str | None = None
    doc_id: str | None = None


class Sample(msgspec.Struct):
    """A line of the log; other fields are passed over."""

    doc: Row
    resps: list[list[str]]


def read_samples(paths: Iterable[Path]) -> Iterator[Layers | StoryLayer]:
    """Read the predictions of the first response to each row.

    Raises: DataError for a line that is none of these tasks.
    """
    for path in paths:
        for number, line in jsonl.iter_lines(path.read_bytes()):
            try:
                sample = msgspec.json.decode(line, type=Sample)
                text = sample.resps[0][0]
            except (msgspec.DecodeError, IndexError) as error:
                mend = "give files samples_pledgewire_*.jsonl of `lm-eval run --log_samples`"
                raise DataError(
                    [Problem(str(path), number, "", "no-sample", str(error), mend)]
                ) from error
            row = sample.doc
            corpus = load(row.dataset, row.split, row.revision)
            if row.doc_id is not None:
                yield from count_answer(corpus, row.doc_id, text, DOCUMENT_LAYERS).records
            else:
                yield from count_story_answer(corpus, row.story, text).records


@click.command()
@click.argument("samples", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
def main(samples: tuple[Path, ...], out: Path) -> None:
    """Write the predictions of SAMPLES, of documents first."""
    paths = sorted(samples, key=lambda path: "stories" in path.name)
    records = merge_records(read_samples(paths))
    jsonl.write_records(out, records)
    click.echo(f"{len(records)} lines: {out}")


if __name__ == "__main__":
    main()
