"""The command line: parse, call one function, print. Exit 0 fine, 1 problems in data, 2 usage."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pledgewire.version import __version__

PRESS_VARIABLE = "PLEDGEWIRE_PRESS"
TRACK_CHOICES = ("wire", "press")
SPLIT_CHOICES = ("train", "dev", "test", "all")
LAYER_CHOICES = ("entities", "figures", "stances", "crossdoc")
SLICE_CHOICES = ("voice", "story", "year", "type", "form", "kind", "label", "relation")
INTERVAL_CHOICES = ("percentile", "bca")
LEVEL_CHOICES = ("headline", "modes", "all")


class Commands(click.Group):
    """Lists commands as they are defined and turns bad data into messages, never tracebacks."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        from pledgewire.problems import DataError

        try:
            return super().invoke(ctx)
        except DataError as error:
            for problem in error.problems:
                click.echo(str(problem), err=True)
            shown = len(error.problems)
            number = getattr(error, "total", shown)
            rest = f", the first {shown:,} shown" if shown < number else ""
            click.echo(f"{number:,} problem{'s' if number != 1 else ''}{rest}", err=True)
            ctx.exit(1)
        except ValueError as error:
            raise click.UsageError(str(error)) from error
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)


data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder in pledgewire's layout instead of the benchmark's data.",
)


def data_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which data a command works on."""
    for option in reversed(
        (
            click.option(
                "--track",
                type=click.Choice(TRACK_CHOICES),
                default="wire",
                show_default=True,
                help="Texts of the benchmark's own, or press articles that you have.",
            ),
            click.option(
                "--split",
                type=click.Choice(SPLIT_CHOICES),
                default="test",
                show_default=True,
                help="Stories to use.",
            ),
            data_option,
            press_option,
        )
    ):
        command = option(command)
    return command


press_option = click.option(
    "--press",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    envvar=PRESS_VARIABLE,
    help=f"Folder with your copies of the press articles (or set {PRESS_VARIABLE}).",
)


cluster_option = click.option(
    "--cluster",
    help="Have Dask do the work: local:N for N processes here, or a scheduler, tcp://host:8786.",
)


def scoring_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say how scores and what is made of them come about."""
    for option in (
        click.option(
            "--rtol",
            type=click.FloatRange(min=0),
            default=1e-9,
            show_default=True,
            help="Share of its value by which a figure may be off and still be right.",
        ),
        click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True),
        click.option(
            "--resamples", type=click.IntRange(min=100), default=10_000, show_default=True
        ),
    ):
        command = option(command)
    return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pledgewire")
def main() -> None:
    """Score extractors on news that several outlets tell: who pledged what to whom, who denies it.

    \b
    Example:
      pledgewire run rules --out out/rules
      pledgewire score out/rules/predictions.jsonl
    """


@main.command()
@click.argument("baseline")
@data_options
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder for predictions.jsonl and manifest.json.",
)
@click.option(
    "--sources",
    type=click.Path(path_type=Path, exists=True),
    help="Run on this file or folder of texts, of any size, instead of the benchmark's data.",
)
@cluster_option
def run(
    baseline: str,
    track: str,
    split: str,
    data: Path,
    press: Path,
    out: Path,
    sources: Path | None,
    cluster: str | None,
) -> None:
    """Run one extractor and write its predictions.

    Lines of --sources have doc_id, text and, as far as known, story_id, published and issues.
    Predictions are then written in parts; workers of a --cluster must see the same folders.

    \b
    Example:
      pledgewire run rules --track wire --split test --out out/rules
      pledgewire run rules --sources texts/ --out out/rules --cluster local:8
    """
    if sources is not None:
        if data is not None:
            raise click.UsageError("--sources and --data name two sets of texts: give one")
        from pledgewire.engines import open_engine
        from pledgewire.run_many import run_files

        with open_engine(cluster) as engine:
            done = run_files(baseline, sources.resolve(), out.resolve(), engine=engine)
        click.echo(f"{done.documents:,} documents in {done.parts:,} parts: {out}")
        return
    if cluster is not None:
        raise click.UsageError("--cluster goes with --sources")
    from pledgewire.extract import make_extractor
    from pledgewire.loading import load_corpus
    from pledgewire.render.terminal import show_progress
    from pledgewire.run import PREDICTIONS, run_extractor, write_run

    extractor = make_extractor(baseline)
    corpus = load_corpus(data, track, split, press)
    finished = run_extractor(baseline, extractor, corpus, show_progress)
    write_run(finished, corpus, out)
    click.echo(
        f"{len(finished.documents)} documents in {finished.seconds:.1f} s: {out / PREDICTIONS}"
    )


@main.command()
@click.argument("predictions", nargs=-1, required=True, type=click.Path(path_type=Path))
@data_options
@click.option("--layers", help="Layers to score, by comma. Default: all that are predicted.")
@click.option(
    "--json",
    "json_out",
    type=click.Path(path_type=Path, allow_dash=True, dir_okay=False),
    help="Write the report as JSON to a file, or to standard output with '-'.",
)
@click.option(
    "--by",
    type=click.Choice(SLICE_CHOICES),
    multiple=True,
    help="Scores of parts of the data too; may be given several times.",
)
@click.option("--details", is_flag=True, help="Print every metric of every layer too.")
@click.option(
    "--errors",
    "errors_out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the records behind the scores, one error a line, as JSON Lines.",
)
@click.option(
    "--interval",
    type=click.Choice(INTERVAL_CHOICES),
    default="percentile",
    show_default=True,
    help="How intervals follow from the resamples of stories.",
)
@click.option(
    "--gold",
    type=click.Path(path_type=Path, exists=True),
    help="Score against this file or folder of gold, of any size, not the benchmark's data.",
)
@click.option(
    "--level",
    type=click.Choice(LEVEL_CHOICES),
    default="all",
    show_default=True,
    help="With --gold: count the headlines only, all but identity and claims, or everything.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="With --gold: processes to count with. Default: 1, or one a core for large files.",
)
@click.option(
    "--eval-results",
    "eval_results_out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the scores as YAML for the folder .eval_results of a model repository on the Hub.",
)
@click.option("--dataset-id", help="With --eval-results: the dataset on the Hub, as owner/name.")
@click.option("--source-url", help="With --eval-results: where logs or predictions can be seen.")
@cluster_option
@scoring_options
def score(
    predictions: tuple[Path, ...],
    track: str,
    split: str,
    data: Path,
    press: Path,
    layers: str | None,
    json_out: Path | None,
    by: tuple[str, ...],
    details: bool,
    errors_out: Path | None,
    interval: Any,
    gold: Path | None,
    level: str,
    workers: int | None,
    eval_results_out: Path | None,
    dataset_id: str | None,
    source_url: str | None,
    cluster: str | None,
    resamples: int,
    seed: int,
    rtol: float,
) -> None:
    """Score prediction files against gold: one report a file, and a table if there are several.

    \b
    Example:
      pledgewire score out/rules/predictions.jsonl --json -
      pledgewire score out/rules/predictions.jsonl --by voice --by type --details
      pledgewire score out/rules/predictions.jsonl --errors errors.jsonl
      pledgewire score predictions.jsonl --gold gold.jsonl --level headline
      pledgewire score out/rules --gold gold/ --cluster tcp://scheduler:8786
    """
    if (eval_results_out is None) != (dataset_id is None):
        raise click.UsageError("--eval-results and --dataset-id go together")
    if eval_results_out is not None and (len(predictions) > 1 or gold is not None):
        raise click.UsageError("--eval-results is for one prediction file, and not for --gold")
    if cluster is not None and (gold is None or workers is not None):
        raise click.UsageError("--cluster goes with --gold, and not with --workers")
    chosen = tuple(layers.split(",")) if layers else LAYER_CHOICES
    if gold is not None:
        if by or errors_out is not None or data is not None:
            raise click.UsageError("--gold goes with neither --data, --by nor --errors")
        settings = {"resamples": resamples, "seed": seed, "rtol": rtol, "interval": interval}
        how = {"level": level, "workers": workers, "cluster": cluster}
        reports = score_against(gold, predictions, chosen, details, settings, **how)
        if json_out is not None:
            write_report_json(reports, json_out)
        if json_out is None or str(json_out) != "-":
            print_reports(reports, (), resamples, seed)
        return
    from pledgewire.api import Report, load_corpus, read_prediction
    from pledgewire.scoring import score_prediction

    corpus = load_corpus(data, track, split, press)
    reports = [
        Report(
            score_prediction(
                corpus,
                read_prediction(path, corpus, name=name),
                layers=chosen,
                resamples=resamples,
                seed=seed,
                rtol=rtol,
                interval=interval,
            ),
            tuple(dict.fromkeys(by)),
            details,
        )
        for path, name in zip(predictions, names_of(predictions), strict=True)
    ]
    if json_out is not None:
        write_report_json(reports, json_out)
    if json_out is None or str(json_out) != "-":
        print_reports(reports, corpus.notes, resamples, seed)
    if errors_out is not None:
        write_errors(reports, errors_out)
        click.echo(f"errors: {errors_out}", err=True)
    if eval_results_out is not None:
        from pledgewire.hub.evaluation import write_eval_results

        content = write_eval_results(reports[0].scores, dataset_id, source_url=source_url)
        write_content(content, eval_results_out)


def score_against(
    gold: Path,
    predictions: tuple[Path, ...],
    layers: tuple[str, ...],
    details: bool,
    settings: dict[str, Any],
    *,
    level: str,
    workers: int | None,
    cluster: str | None,
) -> list[Any]:
    """Score prediction files against a file of gold, here or on a cluster."""
    from pledgewire.engines import open_engine
    from pledgewire.render.report import Report
    from pledgewire.stream import choose_workers, score_files

    with open_engine(cluster) as engine:
        return [
            Report(
                score_files(
                    path.resolve() if cluster else path,
                    gold.resolve() if cluster else gold,
                    layers=layers,
                    level=level,
                    workers=workers or choose_workers(path, gold),
                    name=name,
                    engine=engine if cluster else None,
                    **settings,
                ),
                details=details,
            )
            for path, name in zip(predictions, names_of(predictions), strict=True)
        ]


def names_of(predictions: tuple[Path, ...]) -> list[str | None]:
    """Name files by their paths where their usual names would be the same."""
    usual = [p.parent.name if p.stem == "predictions" else p.stem for p in predictions]
    return [
        str(path) if usual.count(name) > 1 else None
        for path, name in zip(predictions, usual, strict=True)
    ]


def print_reports(reports: list[Any], notes: tuple[str, ...], resamples: int, seed: int) -> None:
    """Print notes on the data, each report, and for several the table and its gaps."""
    from pledgewire.comparison import compare_many
    from pledgewire.render.comparison import ranking_markdown
    from pledgewire.render.table import to_markdown

    for note in notes:
        click.echo(f"note: {note}")
    click.echo("\n\n".join(map(str, reports)))
    if len(reports) > 1:
        ranking = compare_many([r.scores for r in reports], resamples=resamples, seed=seed)
        click.echo(f"\n{to_markdown(reports)}\n\n{ranking_markdown(ranking)}")


def write_errors(reports: list[Any], target: Path) -> None:
    """Write the errors of all systems, those of one after those of another."""
    from pledgewire.errors import error_rows
    from pledgewire.jsonl import write_records

    write_records(target, (row for report in reports for row in error_rows(report.scores)))


def write_report_json(reports: list[Any], target: Path) -> None:
    """Write one object for one file; a list of them for several."""
    content = (
        reports[0].to_json()
        if len(reports) == 1
        else b"[" + b",".join(report.to_json() for report in reports) + b"]\n"
    )
    write_content(content, target)


def write_content(content: bytes, target: Path) -> None:
    """Write to a file, or to standard output if the target is `-`."""
    from pledgewire.jsonl import write_bytes

    if str(target) == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        write_bytes(target, content)


@main.command()
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@data_options
@click.option(
    "--json",
    "json_out",
    type=click.Path(path_type=Path, allow_dash=True, dir_okay=False),
    help="Write the comparison as JSON to a file, or to standard output with '-'.",
)
@scoring_options
def compare(
    a: Path,
    b: Path,
    track: str,
    split: str,
    data: Path,
    press: Path,
    json_out: Path | None,
    resamples: int,
    seed: int,
    rtol: float,
) -> None:
    """Compare prediction files A and B: how far apart they are, and whether that is decisive.

    \b
    Example:
      pledgewire compare out/rules/predictions.jsonl out/mine/predictions.jsonl
      pledgewire compare old.jsonl new.jsonl --split dev --json -
    """
    from pledgewire.api import load_corpus, read_prediction
    from pledgewire.comparison import compare as compare_scores
    from pledgewire.render.comparison import comparison_json, comparison_text
    from pledgewire.scoring import score_prediction

    corpus = load_corpus(data, track, split, press)
    scored = [
        score_prediction(
            corpus,
            read_prediction(path, corpus, name=name),
            resamples=resamples,
            seed=seed,
            rtol=rtol,
        )
        for path, name in zip((a, b), names_of((a, b)), strict=True)
    ]
    comparison = compare_scores(*scored, resamples=resamples, seed=seed)
    if json_out is not None:
        write_content(comparison_json(comparison), json_out)
    if json_out is None or str(json_out) != "-":
        for note in corpus.notes:
            click.echo(f"note: {note}")
        click.echo(comparison_text(comparison))


@main.command()
@click.argument("predictions", nargs=-1, required=True, type=click.Path(path_type=Path))
@data_options
def validate(
    predictions: tuple[Path, ...], track: str, split: str, data: Path, press: Path
) -> None:
    """Check prediction files without scoring them. Exit 0 fine, 1 problems, 2 usage.

    \b
    Example:
      pledgewire validate my-predictions.jsonl
    """
    from pledgewire.api import load_corpus, read_prediction
    from pledgewire.problems import DataError, Problem, raise_if_any

    corpus = load_corpus(data, track, split, press)
    problems: list[Problem] = []
    for path in predictions:
        try:
            found = read_prediction(path, corpus)
        except DataError as error:
            problems.extend(error.problems)
            continue
        aside = f", {found.elsewhere} lines of another track or split" if found.elsewhere else ""
        click.echo(
            f"{path}: fine, documents: {len(found.documents)}, stories: {len(found.stories)}{aside}"
        )
    raise_if_any(problems)


@main.command()
@data_option
@press_option
def check(data: Path | None, press: Path | None) -> None:
    """Check the whole corpus and its gold. Exit 0 fine, 1 problems, 2 usage.

    \b
    Example:
      pledgewire check
    """
    from pledgewire.checks import check_data

    click.echo(check_data(data, press))


@main.command()
@click.argument("doc_id")
@click.option("--layers", help="Layers to mark, by comma. Default: all.")
@data_option
@press_option
def show(doc_id: str, layers: str | None, data: Path | None, press: Path | None) -> None:
    """Show a text in the terminal with its gold annotations marked.

    \b
    Example:
      pledgewire show japan-purl/bulletin
    """
    from pledgewire.render.terminal import show_document

    show_document(doc_id, data, press, tuple(layers.split(",")) if layers else LAYER_CHOICES)


@main.command()
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="Folder in which your copies of the articles lie, under any names.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write texts and re-anchored gold there, as a folder for --data.",
)
@data_option
def hydrate(source: Path, out: Path | None, data: Path | None) -> None:
    """Find the press articles in a folder and anchor the press gold in them.

    \b
    Example:
      pledgewire hydrate --from ~/articles --out press-data
      pledgewire score my-predictions.jsonl --track press --data press-data
    """
    from pledgewire.loading import hydrate_folder

    report, complete = hydrate_folder(data, source, out)
    click.echo(report)
    if not complete:
        click.get_current_context().exit(1)


@main.command()
@press_option
@click.option("--baselines", help="Baselines to run, by comma. Default: all that are installed.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("out"),
    show_default=True,
    help="Folder for predictions and manifests.",
)
@click.option(
    "--results",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("results"),
    show_default=True,
    help="Folder for scores as JSON and the table as Markdown.",
)
@click.option("--resamples", type=click.IntRange(min=100), default=10_000, show_default=True)
@click.option(
    "--report",
    "site",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the static site of `pledgewire report` to this folder too.",
)
def benchmark(
    press: Path | None,
    baselines: str | None,
    out: Path,
    results: Path,
    resamples: int,
    site: Path | None,
) -> None:
    """Run all baselines on every track at hand, score them and show the table.

    \b
    Example:
      pledgewire benchmark --press ~/articles --report site
    """
    from pledgewire.benchmark import list_predictions, run_benchmark
    from pledgewire.render.terminal import show_progress

    chosen = baselines.split(",") if baselines else None
    click.echo(run_benchmark(press, chosen, out, results, resamples, show_progress))
    if site is not None:
        from pledgewire.site.build import build_site

        predictions = list_predictions(out, press, chosen)
        click.echo(build_site(site, predictions, press=press, resamples=resamples))


@main.command()
@click.argument("kind", metavar="FORMAT", type=click.Choice(("conll", "brat", "spacy")))
@click.argument("inputs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="New folder for gold, or the folder for predictions.jsonl.",
)
@click.option(
    "--as",
    "target",
    type=click.Choice(("gold", "predictions")),
    required=True,
    help="Write a folder for --data, or predictions.",
)
@click.option(
    "--map",
    "mapping",
    multiple=True,
    help="Labels by comma, as PER=PERSON,MISC=drop; '*' is every label that has no type.",
)
@click.option("--story", help="Put all documents into one story. Default: each is one.")
@click.option("--split", type=click.Choice(SPLIT_CHOICES[:-1]), default="test", show_default=True)
@click.option("--published", default="", help="When the texts were published: 2003-05-30, 2003.")
@click.option(
    "--scheme",
    type=click.Choice(("iob1", "iob2", "bioes")),
    help="conll: how tags join. Default: told from the tags. BILOU counts as bioes.",
)
@click.option(
    "--illegal",
    type=click.Choice(("refuse", "drop", "keep")),
    help="conll: what becomes of tags that the scheme does not allow. Default: refuse.",
)
@click.option("--column", type=int, help="conll: column of the tags, from 1. Default: the last.")
@click.option(
    "--documents",
    type=click.Choice(("auto", "file", "sentence")),
    help="conll: what is a document. Default: what -DOCSTART- begins, or else a file.",
)
@click.option(
    "--discontinuous",
    type=click.Choice(("refuse", "hull", "drop")),
    help="brat: what becomes of a mention in pieces. Default: refuse.",
)
def convert(
    kind: str,
    inputs: tuple[Path, ...],
    out: Path,
    target: str,
    mapping: tuple[str, ...],
    story: str | None,
    split: Any,
    published: str,
    **options: Any,
) -> None:
    """Turn entities in another format into gold or predictions of ours.

    Labels must be our entity types, or be mapped to them. Give the same options for gold and for
    predictions. A folder for brat is read with its subfolders.

    \b
    Example:
      pledgewire convert conll test.txt --as gold --out data --map PER=PERSON,MISC=drop
      pledgewire convert conll tagged.txt --as predictions --out tagger --map PER=PERSON,MISC=drop
      pledgewire score tagger/predictions.jsonl --data data --layers entities
    """
    from pledgewire.convert import convert_files

    click.echo(
        convert_files(
            kind,
            inputs,
            out,
            as_gold=target == "gold",
            mapping=mapping,
            story=story,
            split=split,
            published=published,
            **{name: value for name, value in options.items() if value is not None},
        )
    )


@main.command()
@click.argument(
    "form",
    type=click.Choice(("authored", "brat", "conll", "spacy", "labelstudio", "webanno", "hub")),
)
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option("--story", "stories", multiple=True, help="Only this story; not for hub.")
@data_option
def export(form: str, out: Path, stories: tuple[str, ...], data: Path | None) -> None:
    """Write gold in a form that people edit or other tools read, or a whole dataset repository.

    The authoring form and brat can be imported again. What a form cannot hold is told. The
    repository (hub) is what `datasets.load_dataset(DIR)` reads; it needs the extra `hub`, spacy and
    webanno the extra `formats`.

    \b
    Example:
      pledgewire export brat --story grain-corridor --out for-brat
      pledgewire export hub --out dataset
    """
    from pledgewire.exchange import export_gold
    from pledgewire.loading import load_corpus

    if form == "hub":
        from pledgewire.hub.build import build_hub

        if stories:
            raise click.UsageError("a dataset repository has every story: leave out --story")
        click.echo(f"{len(build_hub(out, data))} files: {out}")
        return
    corpus = load_corpus(data, "wire", "all")
    click.echo(export_gold(form, corpus, out, stories))


@main.command()
@click.argument("repo_id")
@click.option("--upload", is_flag=True, help="Upload; without it files are listed only.")
@click.option("--private", is_flag=True, help="Create the repository as private.")
@click.option("--endpoint", help="Address of the Hub, if it is not the usual one.")
@data_option
def push(
    repo_id: str, upload: bool, private: bool, endpoint: str | None, data: Path | None
) -> None:
    """Upload the dataset repository to the Hub, tagged with the data version.

    Without --upload it lists what would be uploaded and opens no connection. A tag that is there is
    never overwritten. The token is the one of `hf auth login`, or HF_TOKEN.

    \b
    Example:
      pledgewire push pledgewire/pledgewire
    """
    from pledgewire.hub.push import push as push_dataset

    done = push_dataset(repo_id, data, dry_run=not upload, private=private, endpoint=endpoint)
    click.echo(done)


@main.command()
@click.argument("predictions", nargs=-1, type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--split",
    type=click.Choice(("train", "dev", "test", "all")),
    default="test",
    show_default=True,
)
@click.option("--resamples", type=click.IntRange(min=1), default=10_000, show_default=True)
@data_option
@press_option
def report(
    predictions: tuple[Path, ...],
    out: Path,
    split: str,
    resamples: int,
    data: Path | None,
    press: Path | None,
) -> None:
    """Write a static site: leaderboard, stories, documents with gold and predictions, errors.

    Open index.html in a browser; no server and no network is needed. Needs the extra `report`.

    \b
    Example:
      pledgewire report out/wire-test/*/predictions.jsonl --out site
    """
    from pledgewire.site.build import build_site

    click.echo(
        build_site(out, predictions, data=data, press=press, split=split, resamples=resamples)
    )


@main.command("import")
@click.argument("form", type=click.Choice(("authored", "brat")))
@click.argument("inputs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--as", "target", type=click.Choice(("predictions", "gold")), default="predictions")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="A file of predictions, or a folder for gold.",
)
@data_option
def import_(form: str, inputs: tuple[Path, ...], target: str, out: Path, data: Path | None) -> None:
    """Read annotations that people made in a form of `export`, as predictions or as gold.

    \b
    Example:
      pledgewire import brat for-brat --out annotated.jsonl
      pledgewire score annotated.jsonl
    """
    from pledgewire.exchange import read_form, write_imported
    from pledgewire.loading import load_corpus

    corpus = load_corpus(data, "wire", "all")
    documents = read_form(form, corpus, inputs)
    click.echo(write_imported(documents, out, as_gold=target == "gold"))


@main.command()
@click.argument(
    "name",
    metavar="[predictions|report|gold]",
    type=click.Choice(("predictions", "report", "gold")),
    default="predictions",
)
def schema(name: str) -> None:
    """Print the JSON Schema of a line of predictions, of the report, or of a line of gold.

    \b
    Example:
      pledgewire schema predictions > predictions.schema.json
    """
    from pledgewire.render.schema import schema_json

    click.echo(schema_json(name), nl=False)


@main.command()
@click.option(
    "--json",
    "json_out",
    type=click.Path(path_type=Path, allow_dash=True, dir_okay=False),
    help="Write JSON to a file, or to standard output with '-'.",
)
@data_option
def agreement(json_out: Path | None, data: Path | None) -> None:
    """Measure how far the two annotation passes agree with each other and with gold.

    \b
    Example:
      pledgewire agreement --json -
    """
    from pledgewire.loading import find_data
    from pledgewire.render.agreement import agreement_json, make_agreement

    root = data if data is not None else find_data()
    if json_out is None:
        click.echo(make_agreement(root))
    else:
        write_content(agreement_json(root), json_out)


@main.command()
@click.option(
    "--write", is_flag=True, help="Fill the generated blocks of README.md and DATASHEET.md."
)
@data_option
def statistics(write: bool, data: Path | None) -> None:
    """Show the sizes of corpus and gold, or write them, with plots, into README and DATASHEET.

    \b
    Example:
      pledgewire statistics
    """
    from pledgewire.loading import find_data
    from pledgewire.render.blocks import fill_blocks, make_labels, make_sizes, write_plots

    root = data if data is not None else find_data()
    if write:
        for name in [*write_plots(root), *fill_blocks(root, write=True)]:
            click.echo(f"written: {name}")
        return
    click.echo(f"{make_sizes(root)}\n\n{make_labels(root)}")


if __name__ == "__main__":
    main()
