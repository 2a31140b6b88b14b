"""Write the predictions of an Inspect AI log as a file for `pledgewire score`.

    python -m pledgewire.frameworks.inspect_log LOG... --out predictions.jsonl

Several logs, as of documents and of stories, may go into one file; where both have figures of a
document, those of the stories stay, since clusters refer to them. Needs the extra `inspect`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import msgspec

from pledgewire import jsonl
from pledgewire.frameworks.counting import merge_records
from pledgewire.records import Layers, StoryLayer


def read_log(path: str | Path) -> list[Layers | StoryLayer]:
    """Read the predictions of the first epoch of each sample that was scored."""
    from inspect_ai.log import read_eval_log

    records: list[Layers | StoryLayer] = []
    for sample in read_eval_log(str(path)).samples or ():
        if sample.epoch != 1:
            continue
        for score in (sample.scores or {}).values():
            lines: list[dict[str, Any]] = (score.metadata or {}).get("predictions", [])
            records += [
                msgspec.convert(line, Layers if "doc_id" in line else StoryLayer) for line in lines
            ]
    return records


@click.command()
@click.argument("logs", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
def main(logs: tuple[Path, ...], out: Path) -> None:
    """Write the predictions of LOGS; name logs of stories last."""
    records = merge_records(record for path in logs for record in read_log(path))
    jsonl.write_records(out, records)
    click.echo(f"{len(records)} lines: {out}")


if __name__ == "__main__":
    main()
