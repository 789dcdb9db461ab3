"""Running a study from the command line, and running it again from what its report says."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eventstudy.errors import InputError
from eventstudy.pipeline import StageProgress
from eventstudy.reporting.report import PROVENANCE
from eventstudy.results.changes import changes
from eventstudy.results.provenance import event_states
from eventstudy.results.results import EventStudyResults
from eventstudy.study import EventStudy


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What was asked of a run beside the study itself.

    Attributes
    ----------
    study
        The study folder, or its ``study.toml``.
    prices, model, formats
        Take the place of what the study says; None and empty leave it.
    brief
        Whether the report has two pages.
    """

    study: Path
    prices: str | None = None
    model: str | None = None
    formats: tuple[str, ...] = ()
    brief: bool = False

    def record(self, folder: Path) -> dict[str, Any]:
        """Return the options as JSON values, their paths relative to the report's ``folder``."""
        return {
            "study": _relative(self.study, folder),
            "prices": _repointed(self.prices, lambda path: _relative(Path(path), folder)),
            "model": self.model,
            "formats": list(self.formats),
            "brief": self.brief,
        }

    @classmethod
    def of(cls, recorded: Mapping[str, Any], folder: Path) -> RunOptions:
        """Return the options that `record` wrote into the report in ``folder``."""

        def here(path: str) -> str:
            return os.path.normpath(folder / path)

        return cls(
            study=Path(here(recorded["study"])),
            prices=_repointed(recorded["prices"], here),
            model=recorded["model"],
            formats=tuple(recorded["formats"]),
            brief=recorded["brief"],
        )


def run_study(
    options: RunOptions, folder: Path | None = None, progress: StageProgress | None = None
) -> tuple[EventStudyResults, tuple[Path, ...]]:
    """Run a study and write its report; return the results and the files.

    Without ``folder`` the report goes to ``reports`` in the current folder, under the study's name.
    """
    study = EventStudy.from_file(options.study)
    settings: dict[str, Any] = {}
    if options.model is not None:
        settings["model.name"] = options.model
    if options.formats:
        settings["report.formats"] = list(options.formats)
    study = study.with_settings(settings)
    if options.prices is not None:
        study = study.with_prices(options.prices)
    folder = folder or Path("reports") / study.name
    results = study.run(progress=progress)
    paths = results.write_report(
        folder,
        length="brief" if options.brief else "full",
        rerun={
            **options.record(folder),
            "answer": results.headline(),
            "events": event_states(results),
        },
        progress=progress,
    )
    return results, paths


def rerun_report(
    folder: Path, progress: StageProgress | None = None
) -> tuple[EventStudyResults, tuple[Path, ...], tuple[str, ...]]:
    """Repeat the run that wrote the report in ``folder``; return also what changed.

    Raises
    ------
    InputError
        The folder holds no report of ``eventstudy run``.
    """
    old = _read(folder)
    results, paths = run_study(RunOptions.of(old["rerun"], folder), folder, progress)
    return results, paths, changes(old, _read(folder))


def _read(folder: Path) -> dict[str, Any]:
    path = folder / PROVENANCE
    try:
        found = json.loads(path.read_text("utf-8"))
        RunOptions.of(found["rerun"], folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path} does not say how to run the study again ({type(error).__name__}: {error}); "
            "name a folder that `eventstudy run` wrote.",
            path=str(path),
        ) from None
    return dict(found)


def _relative(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()


def _repointed(prices: str | None, change: Callable[[str], str]) -> str | None:
    """Change the path of ``files:PATH``; any other source stays."""
    if prices is None or not prices.startswith("files:"):
        return prices
    return f"files:{change(prices.removeprefix('files:'))}"
