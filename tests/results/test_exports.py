from __future__ import annotations

import time
import zipfile
from pathlib import Path

import pandas as pd

from eventstudy.results.exports import to_csv, to_excel, to_parquet

HOSTILE = [
    "=cmd()",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "https://example.org",
    "<b>&\x07",
    "腾讯 🚀",
    "x" * 300,
]
FRAMES = {
    "events": pd.DataFrame({"company": HOSTILE, "car": [-0.5, *[0.25] * 7]}),
    "a rather long name of more than 31 letters": pd.DataFrame({"n": [1, 2]}),
}


def test_excel_has_texts_as_texts_and_numbers_as_numbers(tmp_path: Path) -> None:
    path = to_excel(FRAMES, tmp_path / "book.xlsx")
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        texts = book.read("xl/sharedStrings.xml").decode()
        names = book.read("xl/workbook.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert "<v>-0.5</v>" in sheet
    assert "<t>=cmd()</t>" in texts
    assert "&lt;b&gt;&amp;_x0007_" in texts
    assert 'name="a rather long name of more than"' in names


def test_excel_is_the_same_each_time(tmp_path: Path) -> None:
    first = to_excel(FRAMES, tmp_path / "one.xlsx").read_bytes()
    time.sleep(1.1)  # the clock of a workbook counts seconds
    assert to_excel(FRAMES, tmp_path / "two.xlsx").read_bytes() == first


def test_csv_is_guarded(tmp_path: Path) -> None:
    (events, _) = to_csv(FRAMES, tmp_path / "deep" / "folder")
    lines = events.read_text("utf-8").splitlines()
    assert lines[:3] == ["company,car", "'=cmd(),-0.5", "'+1,0.25"]


def test_parquet_keeps_every_value(tmp_path: Path) -> None:
    (events, _) = to_parquet(FRAMES, tmp_path)
    pd.testing.assert_frame_equal(
        pd.read_parquet(events), FRAMES["events"], check_dtype=False, check_column_type=False
    )
