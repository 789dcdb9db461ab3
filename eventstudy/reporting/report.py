"""Writes a report: all files into a new folder, which then takes the place of the old one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Literal

from eventstudy.errors import EventStudyError, SpecificationError
from eventstudy.reporting.content import ReportContent

Format = Literal["html", "pdf", "png", "csv"]
FORMATS: tuple[Format, ...] = ("html", "pdf", "png", "csv")
SET_BY_TYPST = frozenset({"pdf", "png"})
#: Marks a folder as a report, so that only such a folder is ever replaced.
PROVENANCE = "provenance.json"


def write_report(
    content: ReportContent,
    folder: str | Path,
    formats: Iterable[Format] | None = None,
    *,
    length: Literal["brief", "full"] = "full",
    created: datetime | None = None,
    rerun: Mapping[str, Any] | None = None,
) -> tuple[Path, ...]:
    """Write a report and return its files.

    All files are written into a new folder beside ``folder``, which is then swapped in; a run
    that is interrupted leaves the old report whole. Equal content gives equal bytes, save
    ``created`` in ``provenance.json``.

    Parameters
    ----------
    content
        What to show.
    folder
        Becomes ``report.html``, ``report.pdf``, ``figures/*.png``, ``tables/*.csv`` and
        ``provenance.json``. An older report there is replaced as a whole.
    formats
        What to write; ``provenance.json`` is always written. None: all that can be made here,
        which is neither PDF nor PNG where typst is not installed (``pdf.available``).
    length
        ``"brief"`` leaves out single events, formulas and provenance in HTML and PDF; the PDF then
        has two pages.
    created
        The time to put into ``provenance.json``; nothing else carries it.
    rerun
        What ``eventstudy rerun`` needs to repeat the run, JSON values; stands in
        ``provenance.json`` alone.

    Raises
    ------
    SpecificationError
        An unknown format, or a folder that holds something else than a report.
    EventStudyError
        PDF or PNG was asked for and typst is not installed.
    """
    wanted = possible_formats() if formats is None else tuple(dict.fromkeys(formats))
    unknown = [name for name in wanted if name not in FORMATS]
    if unknown:
        raise SpecificationError(
            f"a report cannot be written as {', '.join(map(repr, unknown))}; choose from "
            f"{', '.join(FORMATS)}.",
            formats=tuple(unknown),
        )
    target = Path(folder).absolute()
    _recover(target)
    _check_target(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        for name, data in _files(content, wanted, length == "full", _stamp(created, rerun)):
            path = fresh / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        fresh.chmod(0o755)
        names = sorted(path.relative_to(fresh) for path in fresh.rglob("*") if path.is_file())
        _swap(fresh, target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return tuple(target / name for name in names)


def possible_formats() -> tuple[Format, ...]:
    """Return the formats that can be made here: all, but no PDF and PNG where typst is missing."""
    from eventstudy.reporting import pdf

    return tuple(name for name in FORMATS if name not in SET_BY_TYPST or pdf.available())


def _files(
    content: ReportContent, wanted: tuple[Format, ...], full: bool, stamp: Mapping[str, Any]
) -> Iterator[tuple[str, bytes]]:
    from eventstudy.reporting import exports, figures, html, pdf

    if SET_BY_TYPST & set(wanted) and not pdf.available():
        raise EventStudyError(pdf.MISSING_TYPST)
    drawing = bool(set(wanted) & {"html", "pdf", "png"})
    drawn = figures.render_figures(content, full=full) if drawing else {}
    # typst works beside the interpreter, so the page is written meanwhile.
    with ThreadPoolExecutor(max_workers=1) as beside:
        pictures = beside.submit(pdf.render_png, drawn) if "png" in wanted else None
        paper = (
            beside.submit(pdf.render_pdf, content, drawn, full=full) if "pdf" in wanted else None
        )
        if "html" in wanted:
            yield "report.html", html.render_html(content, drawn, full=full).encode("utf-8")
        if paper is not None:
            yield "report.pdf", paper.result()
        if pictures is not None:
            for name, picture in pictures.result().items():
                yield f"figures/{name}.png", picture
    if "csv" in wanted:
        for name, data in exports.report_tables(content).items():
            yield f"tables/{name}", data
    provenance = {**content.provenance, **stamp}
    text = json.dumps(provenance, ensure_ascii=False, indent=2, sort_keys=True, default=str)
    yield PROVENANCE, f"{text}\n".encode()


def _stamp(created: datetime | None, rerun: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what stands in ``provenance.json`` beside the provenance of the content."""
    stamp = {} if created is None else {"created": created.isoformat()}
    return stamp if rerun is None else {**stamp, "rerun": dict(rerun)}


def _check_target(target: Path) -> None:
    """Refuse to replace a folder that is not a report."""
    if not target.exists():
        return
    if not target.is_dir() or (any(target.iterdir()) and not (target / PROVENANCE).is_file()):
        raise SpecificationError(
            f"{target} exists and is not a report (it has no {PROVENANCE}); choose another folder.",
            folder=str(target),
        )


def _backup(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")


def _recover(target: Path) -> None:
    """Bring back the old report when an earlier run was stopped in the middle of the swap."""
    if not target.exists() and _backup(target).exists():
        _backup(target).rename(target)


def _swap(fresh: Path, target: Path) -> None:
    """Put the new folder in the old one's place; the old one is kept until that has happened."""
    old = _backup(target)
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    try:
        fresh.rename(target)
    except OSError:
        _recover(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
