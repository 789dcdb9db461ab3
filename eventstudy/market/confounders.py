"""Other news that the data itself knows of: dividends, splits and earnings dates, per event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from eventstudy.market.adjustments import implied_dividends
from eventstudy.market.earnings import Earnings
from eventstudy.market.prices import DayArray, PriceTable
from eventstudy.symbols import current_symbol

Kind = Literal["dividend", "split", "earnings"]


@dataclass(frozen=True, slots=True)
class Confounder:
    """Something else that happened to a security in the window of an event.

    ``tau`` is the relative day, ``day`` the date, ``detail`` the facts in words.
    """

    event_id: str
    tau: int
    day: date
    kind: Kind
    detail: str


def confounders(
    event_id: str,
    ticker: str,
    window: Mapping[int, np.datetime64],
    table: PriceTable,
    earnings: Mapping[str, tuple[Earnings, ...]],
) -> tuple[Confounder, ...]:
    """Return what the data knows of one event's window, by day.

    Parameters
    ----------
    window
        Relative day to session, of the event's own exchange.
    table
        Dividends and splits are taken from it; where it lists no dividends, they are seen in the
        change of adjusted over quoted close.
    """
    if not window:
        return ()
    found = [*_actions(event_id, ticker, window, table)]
    days = np.array(list(window.values()), dtype="datetime64[D]")
    taus = list(window)
    for item in earnings.get(current_symbol(ticker), ()):
        side: Literal["left", "right"] = "right" if item.after else "left"
        nth = int(np.searchsorted(days, np.datetime64(item.day), side=side))
        if np.datetime64(item.day) >= days[0] - np.timedelta64(4, "D") and nth < len(days):
            reacts = " after the close" if item.after else ""
            detail = f"earnings reported{reacts}"
            found.append(Confounder(event_id, taus[nth], item.day, "earnings", detail))
    return tuple(sorted(found, key=lambda one: (one.tau, one.kind)))


def _actions(
    event_id: str, ticker: str, window: Mapping[int, np.datetime64], table: PriceTable
) -> Iterator[Confounder]:
    """Yield dividends and splits with their ex-day in the window."""
    j = table.column(ticker)
    rows = _rows(table.sessions, window)
    listed = table.dividends is not None
    paid = (table.dividends if table.dividends is not None else implied_dividends(table))[:, j]
    for tau, row in rows.items():
        day: date = table.sessions[row].item()
        if paid[row] > 0:
            size = f"of {paid[row]:.4g} per share" if listed else f"of about {paid[row]:.2%}"
            yield Confounder(event_id, tau, day, "dividend", f"ex-day of a dividend {size}")
        ratio = table.splits[row, j] if table.splits is not None else 0.0
        if ratio > 0:
            new, old = (f"{ratio:g}", "1") if ratio >= 1 else ("1", f"{1 / ratio:g}")
            yield Confounder(event_id, tau, day, "split", f"{new}-for-{old} split")


def _rows(sessions: DayArray, window: Mapping[int, np.datetime64]) -> dict[int, int]:
    """Return relative day to row of the table, for the days that the table has."""
    found = {}
    for tau, day in window.items():
        row = int(np.searchsorted(sessions, day))
        if row < len(sessions) and sessions[row] == day:
            found[tau] = row
    return found
