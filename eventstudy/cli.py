"""The command line: reading articles, checking and running studies."""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

import eventstudy
from eventstudy.cli_prices import prices as prices_commands
from eventstudy.cli_results import report, rerun, show
from eventstudy.cli_terminal import Stages, counted, print_json, show_results
from eventstudy.errors import EventStudyError, InputError, SpecificationError

if TYPE_CHECKING:
    from eventstudy.articles.extraction import Extraction
    from eventstudy.articles.reading import Article

EXIT_FAILED = 1
EXIT_WRONG_USAGE = 2
EXIT_INTERRUPTED = 130


def main() -> NoReturn:
    """Run a command; a known error ends in one sentence and an exit code, never a traceback."""
    try:
        code = cli.main(standalone_mode=False)
    except SpecificationError as error:
        click.echo(f"Error: {error}", err=True)
        for mistake in error.mistakes:
            click.echo(f"  {mistake}", err=True)
        code = EXIT_WRONG_USAGE
    except EventStudyError as error:
        click.echo(f"Error: {error}", err=True)
        code = EXIT_WRONG_USAGE if isinstance(error, InputError) else EXIT_FAILED
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted; what stood before still stands.", err=True)
        code = EXIT_INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        code = EXIT_FAILED
    except OSError as error:
        reason = error.strerror or error
        said = f"cannot write {error.filename}: {reason}" if error.filename else reason
        click.echo(f"Error: {said}.", err=True)
        code = EXIT_FAILED
    sys.exit(code if isinstance(code, int) else 0)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(eventstudy.__version__, prog_name="eventstudy")
def cli() -> None:
    r"""Did the market react? From news articles to a report that can be checked line by line.

    \b
    eventstudy new my-study             make a folder with everything a study needs
    eventstudy read articles/*.txt      see which announcements the articles hold
    eventstudy validate my-study        find every mistake before running
    eventstudy run my-study             run it and write the report
    eventstudy rerun reports/my-study   run it again and say what changed
    eventstudy prices status            see which prices are stored
    """


cli.add_command(prices_commands)


@cli.command()
@click.argument("folder", metavar="NAME", type=click.Path(path_type=Path))
def new(folder: Path) -> None:
    """Make a study folder NAME that runs as it stands."""
    from eventstudy.scaffold import new_study

    for path in new_study(folder):
        click.echo(f"  wrote {path}")
    click.echo(f"Run it:  eventstudy run {shlex.quote(str(folder))}")


@cli.command()
@click.argument("study", type=click.Path(path_type=Path))
def validate(study: Path) -> None:
    """Check the study file, event file and articles of STUDY and say every mistake."""
    from eventstudy.study import EventStudy

    loaded = EventStudy.from_file(study)
    mistakes = loaded.mistakes()
    if mistakes:
        raise SpecificationError(f"{study} has {counted(len(mistakes), 'mistake')}.", mistakes)
    click.echo(
        f"{study} is fine: {counted(len(loaded.events), 'event')}, "
        f"{counted(len(loaded.article_paths), 'article')}."
    )


@cli.command()
@click.argument("files", nargs=-1, required=True, metavar="FILES...")
@click.option("--json", "form", flag_value="json", help="One JSON document.")
@click.option("--csv", "form", flag_value="csv", help="One row per announcement and price claim.")
@click.option("--explain", "form", flag_value="explain", help="The text with its evidence marked.")
@click.option(
    "--html", "html", type=click.Path(path_type=Path), help="Write the marked articles to a page."
)
@click.option(
    "--into",
    "study",
    type=click.Path(path_type=Path),
    help="Add what is new to the event file of this study, as proposals.",
)
def read(files: tuple[str, ...], form: str | None, html: Path | None, study: Path | None) -> None:
    """Read articles: announcements and price claims with the words that prove them.

    FILES are text, Markdown, HTML or PDF files, folders, or patterns; - is standard input.
    """
    from eventstudy.articles.explain import explain_html, explain_text
    from eventstudy.articles.extraction import extract
    from eventstudy.articles.reading import read_articles

    articles, errors = read_articles(list(files))
    found = [(article, extract(article)) for article in articles]
    if form == "json":
        print_json(_documents(found))
    elif form == "csv":
        click.echo(_records_as_csv(found), nl=False)
    elif form == "explain":
        for article, extraction in found:
            click.echo(explain_text(article, extraction))
    else:
        for article, extraction in found:
            _show_extraction(article, extraction)
    if html is not None:
        html.write_text("\n".join(explain_html(a, e) for a, e in found), encoding="utf-8")
        click.echo(f"wrote {html}", err=True)
    if study is not None:
        from eventstudy.study import EventStudy

        proposals = EventStudy.from_file(study).add_proposals(found)
        click.echo(
            f"{study}: {counted(len(proposals.added), 'event')} proposed, "
            f"{counted(len(proposals.links), 'announcement')} matched or proposed, "
            f"{len(proposals.exclusions)} of firms that are not traded.",
            err=True,
        )
    for error in errors:
        click.echo(f"Error: {error}", err=True)
    if errors:
        sys.exit(EXIT_WRONG_USAGE)


@cli.command()
@click.argument("study", type=click.Path(path_type=Path))
@click.option("--prices", metavar="SOURCE", help="simulated, files:PATH, yahoo or another service.")
@click.option("--model", help="Another normal-return model.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the report.")
@click.option("--format", "formats", multiple=True, help="pdf, html, png, csv; may be repeated.")
@click.option("--brief", is_flag=True, help="Two pages: the answer, the tests, what to mind.")
@click.option(
    "--save", type=click.Path(path_type=Path), help="Save the results in FILE, for show and report."
)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def run(
    *,
    study: Path,
    prices: str | None,
    model: str | None,
    out: Path | None,
    formats: tuple[str, ...],
    brief: bool,
    save: Path | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Run STUDY and write its report.

    Without --out the report goes to reports/ in the current folder, under the study's name.
    """
    from eventstudy.rerun import RunOptions, run_study

    options = RunOptions(study, prices, model, formats, brief=brief)
    with Stages(not (quiet or as_json)) as stages:
        results, paths = run_study(options, out, progress=stages)
        if save is not None:
            results.save(save)
    if as_json:
        print_json(results.to_dict())
    elif not quiet:
        show_results(results.summary().to_text(), results.headline(), paths)


@cli.command()
@click.option("--full", is_flag=True, help="Every design, 1,000 studies each; takes a while.")
@click.option(
    "--prices", type=click.Path(path_type=Path), help="Draw events from this price file, too."
)
@click.option("--out", type=click.Path(path_type=Path), help="Write the tables to this file.")
@click.option("--workers", type=int, default=1, show_default=True, help="Processes.")
@click.option("--json", "as_json", is_flag=True, help="Print the rates as JSON.")
def selfcheck(
    *, full: bool, prices: Path | None, out: Path | None, workers: int, as_json: bool
) -> None:
    """Measure how often each test rejects, without an effect and with a planted one."""
    from eventstudy.robustness.selfcheck import selfcheck as measure
    from eventstudy.robustness.tables import size_and_power

    with Stages(not as_json) as stages:
        found = measure(
            "full" if full else "quick", prices=prices, workers=workers, progress=stages
        )
    if out is not None:
        out.write_text(size_and_power(found), encoding="utf-8")
        click.echo(f"wrote {out}", err=True)
    if as_json:
        print_json(found.to_dict())
    elif out is None:
        click.echo(size_and_power(found), nl=False)


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def methods(*, as_json: bool) -> None:
    """List the models and tests: null hypothesis, when to use which, reference."""
    from eventstudy.robustness.guide import methods as listed
    from eventstudy.robustness.guide import methods_text

    if as_json:
        print_json(listed())
    else:
        click.echo(methods_text())


@cli.command()
@click.argument("study", type=click.Path(path_type=Path))
@click.option("--prices", metavar="SOURCE", help="yahoo or files:PATH.")
@click.option("--json", "as_json", is_flag=True, help="Print the verdicts as JSON.")
def claims(study: Path, prices: str | None, as_json: bool) -> None:
    """Check what the articles of STUDY say of prices against the prices."""
    from eventstudy.study import EventStudy

    loaded = EventStudy.from_file(study)
    checked = (loaded if prices is None else loaded.with_prices(prices)).check_claims()
    if as_json:
        rows = [asdict(item) for item in checked]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
        return
    for item in checked:
        click.echo(f"{item.verdict:<13} {item.ticker or item.company} {item.day}: «{item.words}»")
        click.echo(f"              {item.detail}")
    if not checked:
        click.echo("The articles make no claim about prices.")


for command in (show, report, rerun):
    cli.add_command(command)


# -- what is shown ------------------------------------------------------------------------------


def _documents(found: list[tuple[Article, Extraction]]) -> list[dict[str, Any]]:
    from eventstudy.articles.explain import to_records

    return [
        {
            "article": article.id,
            "title": article.title,
            "published": article.published.isoformat() if article.published else None,
            "source": article.source,
            "found": to_records(extraction),
        }
        for article, extraction in found
    ]


def _records_as_csv(found: list[tuple[Article, Extraction]]) -> str:
    import pandas as pd

    from eventstudy.articles.explain import to_records

    rows = [record for _, extraction in found for record in to_records(extraction)]
    return str(pd.json_normalize(rows).to_csv(index=False, lineterminator="\n"))


def _show_extraction(article: Article, extraction: Extraction) -> None:
    published = article.published.isoformat() if article.published else "no date"
    click.echo(f"{article.title or article.id}  ({published})")
    for announcement in extraction.announcements:
        size = " ".join(q.words for q in (announcement.headcount, announcement.percent) if q)
        click.echo(
            f"  {announcement.event_type:<13} {announcement.company:<12} "
            f"{announcement.ticker or 'not traded':<10} {_span(announcement.date):<24} "
            f"{announcement.status:<10} {announcement.name or size}"
        )
        proof = announcement.evidence.get("event_type")
        if proof is not None:
            click.echo(f"                «{' '.join(proof.words.split())}»")
    for claim in extraction.price_claims:
        level = "" if claim.level is None else f"{claim.level:g} {claim.currency or ''}"
        change = "" if claim.change is None else f"{claim.change:+.1%}"
        click.echo(
            f"  price         {claim.company:<12} {claim.ticker or 'not traded':<10} "
            f"{_span(claim.date):<24} {claim.session:<10} {level} {change}".rstrip()
        )
    if not extraction.announcements and not extraction.price_claims:
        click.echo("  no announcement and no price claim")


def _span(span: Any) -> str:
    if span.start is None:
        return "date unknown"
    return str(span.start) if span.end in (None, span.start) else f"{span.start} to {span.end}"
