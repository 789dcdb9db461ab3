"""What the commands share: progress, tables and JSON on the terminal."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, Self

import click


class Stages:
    """Progress on standard error: a live bar in a terminal, one line per stage elsewhere.

    What is printed meanwhile scrolls above the bar.
    """

    def __init__(self, talk: bool) -> None:
        self._talk = talk
        self._stage = ""
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Self:
        if self._talk and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

            self._bar = Progress(
                TextColumn("{task.description:<22}"),
                BarColumn(),
                MofNCompleteColumn(),
                console=Console(stderr=True),
                redirect_stdout=sys.stdout.isatty(),
            )
            self._bar.start()
        return self

    @property
    def live(self) -> bool:
        """Whether a bar is drawn."""
        return self._bar is not None

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is."""
        if not self._talk:
            return
        if self._bar is None:
            if stage != self._stage:
                click.echo(f"{stage} ...", err=True)
        elif stage != self._stage:
            self._task = self._bar.add_task(stage, total=total, completed=done)
        else:
            self._bar.update(self._task, total=total, completed=done)
        self._stage = stage


def counted(n: int, noun: str) -> str:
    """Write a count with its noun."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def show_results(summary: str, headline: str, paths: tuple[Path, ...] = ()) -> None:
    """Print the table, the answer, and where the files are."""
    click.echo(summary)
    click.echo()
    click.echo(headline)
    click.echo()
    for path in paths:
        if path.suffix in (".pdf", ".html"):
            click.echo(f"  {path}")
    if paths:
        click.echo(f"  {counted(len(paths), 'file')} in {common_folder(paths)}")


def common_folder(paths: tuple[Path, ...]) -> Path:
    """Return the folder that holds all of the files."""
    return Path(os.path.commonpath([path.parent for path in paths]))


def print_json(value: object) -> None:
    """Print a value as JSON, its characters as they are."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
