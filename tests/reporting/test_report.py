from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from eventstudy.errors import EventStudyError, SpecificationError
from eventstudy.reporting import exports, pdf, report
from eventstudy.reporting.content import ReportContent
from eventstudy.reporting.report import Format, write_report
from tests.reporting.conftest import example_content

FAST: tuple[Format, ...] = ("csv",)


@pytest.fixture(scope="module")
def small() -> ReportContent:
    return example_content(n=12)


def test_files(small: ReportContent, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "report"
    paths = write_report(small, folder)
    names = [path.relative_to(folder).as_posix() for path in paths]
    assert all(path.is_file() for path in paths)
    assert {"report.html", "provenance.json", "tables/events.csv"} <= set(names)
    assert {"report.pdf", "figures/caar.png"} <= set(names) or not pdf.available()
    assert [path.name for path in folder.parent.iterdir()] == ["report"]


def test_time_stands_in_the_provenance_alone(small: ReportContent, tmp_path: Path) -> None:
    moment = datetime(2026, 5, 20, 12, tzinfo=UTC)
    write_report(small, tmp_path / "r", FAST, created=moment)
    written = json.loads((tmp_path / "r" / "provenance.json").read_text("utf-8"))
    assert written == {**small.provenance, "created": "2026-05-20T12:00:00+00:00"}


def test_an_old_report_is_replaced_as_a_whole(small: ReportContent, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    write_report(small, folder, FAST)
    (folder / "tables" / "stale.csv").write_text("old", "utf-8")
    write_report(small, folder, FAST)
    assert not (folder / "tables" / "stale.csv").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_failed_run_leaves_the_old_report(
    small: ReportContent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "report"
    before = write_report(small, folder, FAST)
    contents = [path.read_bytes() for path in before]

    def fail(_: ReportContent) -> dict[str, bytes]:
        raise KeyboardInterrupt

    monkeypatch.setattr(exports, "report_tables", fail)
    with pytest.raises(KeyboardInterrupt):
        write_report(small, folder, FAST)
    assert [path.read_bytes() for path in before] == contents
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_failed_swap_brings_the_old_report_back(
    small: ReportContent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "report"
    write_report(small, folder, FAST)
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if target == folder and not self.name.endswith(".old"):
            raise OSError("disk says no")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OSError, match="disk says no"):
        write_report(small, folder, FAST)
    assert (folder / "provenance.json").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_run_killed_in_the_swap_is_mended_by_the_next(
    small: ReportContent, tmp_path: Path
) -> None:
    folder = tmp_path / "report"
    write_report(small, folder, FAST)
    folder.rename(tmp_path / ".report.old")
    with pytest.raises(SpecificationError):
        write_report(small, folder, ("doc",))  # type: ignore[arg-type]
    write_report(small, folder, FAST)
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


@pytest.mark.slow
def test_a_killed_run_leaves_a_whole_report(small: ReportContent, tmp_path: Path) -> None:
    """Kill a process that writes reports all the time, at ten random moments.

    What is found afterwards is one of the two reports it writes in turn, whole; or, in the moment
    between two renames, the old one, which the next run brings back.
    """
    folder = tmp_path / "report"
    code = (
        "import sys, dataclasses; from tests.reporting.conftest import example_content as e;"
        "from eventstudy.reporting.report import write_report as w; c = e(n=12);\n"
        "both = [c, dataclasses.replace(c, title='The other')]; print('go', flush=True)\n"
        "for i in range(10_000): w(both[i % 2], sys.argv[1], ('html', 'csv'))"
    )
    other = dataclasses.replace(small, title="The other")
    whole = []
    for content in (small, other):
        files = write_report(content, folder, ("html", "csv"))
        whole.append({path.name: path.read_bytes() for path in files})
    moments = np.random.default_rng(6).uniform(0.0, 1.2, 10)
    for moment in moments:
        with subprocess.Popen(
            [sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE
        ) as running:
            assert running.stdout is not None
            assert running.stdout.readline() == b"go\n"
            time.sleep(moment)
            running.send_signal(signal.SIGKILL)
        there = folder if folder.exists() else tmp_path / ".report.old"
        found = {path.name: path.read_bytes() for path in there.rglob("*") if path.is_file()}
        assert found in whole
    write_report(small, folder, ("html", "csv"))
    assert {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == whole[
        0
    ]


@pytest.mark.parametrize("made", ["file", "folder"])
def test_what_is_no_report_is_not_touched(made: str, small: ReportContent, tmp_path: Path) -> None:
    target = tmp_path / "precious"
    if made == "file":
        target.write_text("mine", "utf-8")
    else:
        target.mkdir()
        (target / "thesis.txt").write_text("mine", "utf-8")
    with pytest.raises(SpecificationError, match="is not a report"):
        write_report(small, target, FAST)
    kept = target if made == "file" else target / "thesis.txt"
    assert kept.read_text("utf-8") == "mine"


def test_an_empty_folder_is_taken(small: ReportContent, tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    assert write_report(small, tmp_path / "r", FAST)


def test_unknown_format_names_the_known(small: ReportContent, tmp_path: Path) -> None:
    with pytest.raises(SpecificationError, match="'doc'; choose from html, pdf, png, csv"):
        write_report(small, tmp_path / "r", ("doc",))  # type: ignore[arg-type]


def test_without_typst_pdf_and_pictures_are_left_out_unless_asked_for(
    small: ReportContent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "available", lambda: False)
    assert report.possible_formats() == ("html", "csv")
    with pytest.raises(EventStudyError, match="typst"):
        write_report(small, tmp_path / "r", ("png",))
    with pytest.raises(EventStudyError, match="typst"):
        write_report(small, tmp_path / "r", ("pdf",))
    assert not (tmp_path / "r").exists()


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    code = (
        "import sys; from tests.reporting.conftest import example_content as e;"
        "from eventstudy.reporting.report import write_report as w; w(e(n=12), sys.argv[1])"
    )
    sums = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        subprocess.run(
            [sys.executable, "-c", code, str(folder)],
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": f"Etc/GMT+{seed}"},
        )
        sums.append(
            {
                path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
                for path in sorted(folder.rglob("*"))
                if path.is_file()
            }
        )
    assert len(sums[0]) > 10
    assert sums[0] == sums[1]
