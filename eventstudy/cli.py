"""The command line: reading articles, checking and running studies."""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

import click

import eventstudy
from eventstudy.cli_prices import prices as prices_commands
from eventstudy.cli_read import read
from eventstudy.cli_results import report, rerun, show
from eventstudy.cli_terminal import Stages, counted, print_json, show_results
from eventstudy.errors import EventStudyError, InputError, SpecificationError

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


#: click keeps the lines of a paragraph that begins with \b.
OVERVIEW = """Did the market react? From news articles to a report that can be checked line by line.

\b
eventstudy new my-study             make a folder with everything a study needs
eventstudy read articles/*.txt      see which announcements the articles hold
eventstudy validate my-study        find every mistake before running
eventstudy run my-study             run it and write the report
eventstudy rerun reports/my-study   run it again and say what changed
eventstudy prices status            see which prices are stored
"""


@click.group(
    help=OVERVIEW,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(eventstudy.__version__, prog_name="eventstudy")
def cli() -> None:
    """Hold the commands together."""


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


for command in (read, show, report, rerun):
    cli.add_command(command)
