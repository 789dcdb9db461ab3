"""The tables as CSV files: numbers native, texts harmless in a spreadsheet.

A spreadsheet takes a text that begins with ``= + - @``, a tab or a line break for a formula.
Such texts, and those that begin with an apostrophe, get one apostrophe in front; taking one
leading apostrophe away gives the original back. Numbers are never touched: a negative return
stays a number. Missing values are empty.
"""

from __future__ import annotations

import io
from typing import Any

import pandas as pd

from eventstudy.reporting.content import ReportContent, empty_frame

_FORMULA_STARTS = frozenset("=+-@\t\r\n'＝＋－＠")


def guard(value: Any) -> Any:
    """Put an apostrophe before a text that a spreadsheet would run.

    >>> guard("=cmd()"), guard("Meta"), guard(-0.5)
    ("'=cmd()", 'Meta', -0.5)
    """
    return f"'{value}" if isinstance(value, str) and value[:1] in _FORMULA_STARTS else value


def to_csv(frame: pd.DataFrame) -> bytes:
    """Write a frame as UTF-8 CSV with unix line ends, every text guarded."""
    safe = frame.copy()
    for column in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[column]):
            safe[column] = safe[column].map(_flat)
    buffer = io.StringIO()
    safe.to_csv(buffer, index=False, lineterminator="\n")
    return buffer.getvalue().encode("utf-8")


def report_tables(content: ReportContent) -> dict[str, bytes]:
    """Return file name → CSV of every frame of a report; empty ones have their header."""
    frames = {
        "caar": _stacked({group.name: group.caar for group in content.groups}),
        "windows": _stacked({group.name: group.windows for group in content.groups}),
        "significance": _stacked({group.name: group.significance for group in content.groups}),
        "comparison": content.comparison,
        "events": content.events,
        "abnormal_returns": content.daily,
        "exclusions": content.exclusions,
        "quality": content.quality,
        "verdicts": content.verdicts,
        "warnings": pd.DataFrame(content.warnings, columns=["kind", "message"])
        if content.warnings
        else empty_frame(("kind", "message")),
    }
    return {f"{name}.csv": to_csv(frame) for name, frame in frames.items()}


def _stacked(frames: dict[str, pd.DataFrame], column: str = "group") -> pd.DataFrame:
    """Put frames under one another, the name of each in front."""
    parts = []
    for name, frame in frames.items():
        part = frame.copy()
        part.insert(0, column, name)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _flat(value: Any) -> Any:
    """Join the texts of a tuple as the event file does, then guard."""
    return guard(" | ".join(map(str, value)) if isinstance(value, (tuple, list)) else value)
