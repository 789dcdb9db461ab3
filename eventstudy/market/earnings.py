"""The days on which companies reported earnings: from a file, or from a source that knows them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol, runtime_checkable

from eventstudy.errors import PriceError
from eventstudy.symbols import current_symbol


@dataclass(frozen=True, order=True, slots=True)
class Earnings:
    """A day on which a company reported; ``after`` the close, the next session reacts."""

    day: date
    after: bool


@dataclass(frozen=True, slots=True)
class KnownEarnings:
    """What a source knows of earnings dates.

    ``days`` holds them by ticker, possibly none; ``unknown`` says why those of a ticker could not
    be had.
    """

    days: Mapping[str, tuple[Earnings, ...]] = field(default_factory=dict)
    unknown: Mapping[str, str] = field(default_factory=dict)


@runtime_checkable
class EarningsSource(Protocol):
    """A source of prices that knows earnings dates, too."""

    def earnings(self, tickers: Sequence[str], last: date) -> KnownEarnings:
        """Return the earnings dates of companies up to ``last`` and perhaps beyond.

        A failure is a reason in ``unknown``: earnings are news beside the event and stop no study.
        """
        ...


def earnings_file(written: str | None) -> str | None:
    """Return the path in the words of a study file, or None for ``yahoo``, ``none`` and nothing."""
    return None if written in ("yahoo", "none") else written


def read_earnings(path: Path) -> dict[str, tuple[Earnings, ...]]:
    """Read a CSV file with the columns ticker, date (ISO) and, if known, session (pre or after).

    Raises
    ------
    PriceError
        There is no such file, a column is missing, or a line has no ISO date.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PriceError(f"The earnings file {path} cannot be read: {error}", path=path) from error
    rows = csv.DictReader(text.splitlines())
    missing = {"ticker", "date"} - set(rows.fieldnames or ())
    if missing:
        raise PriceError(
            f"The earnings file {path} has no column {', '.join(sorted(missing))}; it needs ticker "
            "and date, and may have session (pre or after).",
            path=path,
        )
    found: dict[str, list[Earnings]] = {}
    for row in rows:
        try:
            day = date.fromisoformat((row["date"] or "").strip())
        except ValueError:
            raise PriceError(
                f"Line {rows.line_num} of {path} has the date {row['date']!r}; write YYYY-MM-DD.",
                path=path,
            ) from None
        session = (row.get("session") or "").strip()
        if session not in ("", "pre", "during", "after", "unknown"):
            raise PriceError(
                f"Line {rows.line_num} of {path} has the session {session!r}; write pre, during, "
                "after or unknown.",
                path=path,
            )
        ticker = current_symbol((row["ticker"] or "").strip())
        found.setdefault(ticker, []).append(Earnings(day, session == "after"))
    return {ticker: tuple(days) for ticker, days in found.items()}
