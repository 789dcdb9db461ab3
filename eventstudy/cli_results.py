"""The commands for results that are there already: show, report, rerun."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from eventstudy.cli_terminal import Stages, print_json, show_results

if TYPE_CHECKING:
    from eventstudy.specification import ReportFormat

_FORMATS = click.option(
    "--format", "formats", multiple=True, help="pdf, html, png, csv; may be repeated."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
_QUIET = click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")


@click.command()
@click.argument("results", type=click.Path(path_type=Path))
@_JSON
def show(results: Path, *, as_json: bool) -> None:
    """Print saved RESULTS; `eventstudy run STUDY --save FILE` saves them."""
    from eventstudy.results.results import EventStudyResults

    loaded = EventStudyResults.load(results)
    if as_json:
        print_json(loaded.to_dict())
    else:
        show_results(loaded.summary().to_text(), loaded.headline())


@click.command()
@click.argument("results", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the report.")
@_FORMATS
@click.option("--brief", is_flag=True, help="Two pages: the answer, the tests, what to mind.")
@_QUIET
def report(
    results: Path, *, out: Path | None, formats: tuple[ReportFormat, ...], brief: bool, quiet: bool
) -> None:
    """Draw the report of saved RESULTS again; no prices are needed.

    Without --out the report goes to reports/ in the current folder, under the study's name.
    """
    from eventstudy.results.results import EventStudyResults

    loaded = EventStudyResults.load(results)
    with Stages(not quiet) as stages:
        paths = loaded.write_report(
            out or Path("reports") / loaded.name,
            formats=formats or None,
            length="brief" if brief else "full",
            progress=stages,
        )
    if not quiet:
        show_results(loaded.summary().to_text(), loaded.headline(), paths)


@click.command()
@click.argument("folder", metavar="REPORT_DIR", type=click.Path(path_type=Path))
@_QUIET
@_JSON
def rerun(folder: Path, *, quiet: bool, as_json: bool) -> None:
    """Run the study of the report in REPORT_DIR again and say what changed."""
    from eventstudy.rerun import rerun_report

    with Stages(not (quiet or as_json)) as stages:
        results, paths, changed = rerun_report(folder, progress=stages)
    if as_json:
        print_json({"changes": changed, "results": results.to_dict()})
    elif not quiet:
        show_results(results.summary().to_text(), results.headline(), paths)
        click.echo()
        if not changed:
            click.echo("Nothing changed: same versions, specification, events and prices.")
        for sentence in changed:
            click.echo(f"  changed  {sentence}")
