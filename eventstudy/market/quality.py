"""Checks of prices before anything is estimated. A finding is a row of the report.

Nothing here changes a price. A jump is only suspicious when its shape is that of a fault: undone
the next day, or exactly a split's ratio. Real news moves prices as much and does neither.
"""

from __future__ import annotations

from collections.abc import Sized

import numpy as np
from numpy.typing import NDArray

from eventstudy.market.adjustments import adjustment_faults
from eventstudy.market.calendars import TradingCalendar
from eventstudy.market.findings import Finding, QualityLimits
from eventstudy.market.prices import DayArray, FloatArray, IntArray, PriceTable

#: A jump is undone when the two days together are below this share of it.
REVERSAL_SHARE = 0.15
#: Ratios of splits (new shares per old one); their inverses are reverse splits.
SPLIT_RATIOS = (1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 15.0, 20.0, 25.0, 30.0, 50.0, 100.0)
#: A split leaves the day's own return: at most this many typical days, and this size. News often
#: costs a third of a price, so a 3-for-2 split must fit closely.
SPLIT_TYPICAL_DAYS, SPLIT_MOST, SPLIT_NARROW = 3.0, 0.04, 0.01
#: A volume this many times what a split would make of it says that there was news.
NEWS_VOLUME = 3.0
#: A jump to this many times the price or more, or its inverse, is another unit or currency.
UNIT_CHANGE = 4.0
#: With this many series, days on which all lack a price (or have one) speak of the calendar.
SERIES_ENOUGH = 3
#: Units in which some exchanges quote a currency: a hundredth of it is no other currency.
CURRENCY_OF = {"GBp": "GBP", "GBX": "GBP", "ZAc": "ZAR", "ILA": "ILS"}


def check_prices(
    table: PriceTable,
    calendar: TradingCalendar,
    benchmark: str,
    limits: QualityLimits | None = None,
) -> tuple[Finding, ...]:
    """Check every series of a table.

    Parameters
    ----------
    table
        The prices; adjusted closes are judged, listed splits are believed.
    calendar
        The sessions of the exchange. Days outside its bounds are not judged.
    benchmark
        The ticker whose last day the other series are measured against; without it, the table's.
    limits
        The thresholds.

    Returns
    -------
    tuple of Finding
        By ticker in the table's order, then by check and day.
    """
    if not len(table.sessions) or not table.tickers:
        return ()
    limits = limits or QualityLimits()
    prices = table.adjusted_close
    priced = ~np.isnan(prices)
    with np.errstate(divide="ignore", invalid="ignore"):
        possible = np.where(np.isfinite(prices) & (prices > 0), prices, np.nan)
    found = [
        *_missing_sessions(table, priced, calendar, benchmark),
        *_off_calendar(table, priced, calendar, benchmark),
        *_impossible(table),
        *_jumps(table, possible, limits),
        *_adjustments(table, limits),
        *_stale(table, possible, limits),
        *_early_ends(table, priced, benchmark, limits),
        *_as_read(table),
        *_currencies(table, benchmark),
    ]
    rank = {ticker: j for j, ticker in enumerate(table.tickers)}
    return tuple(sorted(found, key=lambda f: (rank[f.ticker], f.check, f.day)))


def _missing_sessions(
    table: PriceTable, priced: NDArray[np.bool_], calendar: TradingCalendar, benchmark: str
) -> list[Finding]:
    """Sessions between a series' first and last price on which it has none.

    A session on which every running series lacks a price is a finding on the calendar.
    """
    position = calendar.position(table.sessions)
    grid = np.zeros((len(calendar), len(table.tickers)), dtype=np.bool_)
    grid[position[position >= 0]] = priced[position >= 0]
    running = np.maximum.accumulate(grid, axis=0) & np.maximum.accumulate(grid[::-1], axis=0)[::-1]
    hole = running & ~grid
    closed = (hole == running).all(axis=1) & (running.sum(axis=1) >= SERIES_ENOUGH)
    found = [
        Finding(
            table.tickers[j],
            "missing sessions",
            (days := calendar.sessions[hole[:, j] & ~closed])[0].item(),
            f"no price on {_count(days, 'session')}: {_some(days)}",
            "warning",
            "left missing; the returns into and out of each hole are missing too",
        )
        for j in np.flatnonzero((hole & ~closed[:, None]).any(axis=0))
    ]
    if closed.any():
        days = calendar.sessions[closed]
        said = f"no series has a price on {_some(days)}, a session of {calendar.name}"
        remedy = "left missing; if the exchange was closed, list the day under [prices] closures"
        found.append(_calendar_finding(table, benchmark, days, said, remedy))
    return found


def _off_calendar(
    table: PriceTable, priced: NDArray[np.bool_], calendar: TradingCalendar, benchmark: str
) -> list[Finding]:
    """Prices on days that are no sessions, within the calendar's bounds.

    A day on which most series have a price is a finding on the calendar.
    """
    inside = (table.sessions >= calendar.sessions[0]) & (table.sessions <= calendar.sessions[-1])
    stray = priced & (inside & (calendar.position(table.sessions) < 0))[:, None]
    first, last = priced.argmax(axis=0), len(priced) - 1 - priced[::-1].argmax(axis=0)
    rows = np.arange(len(priced))[:, None]
    running = ((rows >= first) & (rows <= last)).sum(axis=1)
    opened = stray.sum(axis=1) >= np.maximum(running / 2, SERIES_ENOUGH)
    found = [
        Finding(
            table.tickers[j],
            "off calendar",
            (days := table.sessions[stray[:, j] & ~opened])[0].item(),
            f"a price on {_count(days, 'day')} without a session of {calendar.name}: {_some(days)}",
            "warning",
            "not used: returns are taken on sessions",
        )
        for j in np.flatnonzero((stray & ~opened[:, None]).any(axis=0))
    ]
    if opened.any():
        days = table.sessions[opened]
        said = f"most series have a price on {_some(days)}, no session of {calendar.name}"
        remedy = "not used: returns are taken on sessions; is it the right calendar?"
        found.append(_calendar_finding(table, benchmark, days, said, remedy))
    return found


def _calendar_finding(
    table: PriceTable, benchmark: str, days: DayArray, said: str, remedy: str
) -> Finding:
    """Return a finding on the calendar itself, filed under the benchmark."""
    ticker = benchmark if benchmark in table else table.tickers[0]
    return Finding(ticker, "calendar", days[0].item(), said, "warning", remedy)


def _impossible(table: PriceTable) -> list[Finding]:
    """Prices that are zero, negative or infinite."""
    wrong = (table.adjusted_close <= 0) | np.isinf(table.adjusted_close)
    return [
        Finding(
            table.tickers[j],
            "impossible price",
            (days := table.sessions[wrong[:, j]])[0].item(),
            f"a price of zero, below zero or infinite on {_count(days, 'day')}: {_some(days)}",
            "error",
            "no return is computed from it",
        )
        for j in np.flatnonzero(wrong.any(axis=0))
    ]


def _jumps(table: PriceTable, prices: FloatArray, limits: QualityLimits) -> list[Finding]:
    """Find jumps with the shape of a bad tick, or of a split that the split list lacks."""
    change = np.full_like(prices, np.nan)
    change[1:] = np.diff(np.log(prices), axis=0)
    size = np.abs(change)
    t, j = np.nonzero(size > np.maximum(limits.jump_days * _typical(size), limits.jump))
    around = _typical(_neighbours(size, t, j))
    apart = size[t, j] > limits.jump_days * around  # not one wild day among wild days
    t, j, around = t[apart], j[apart], around[apart]
    jump, day_after = change[t, j], change[np.minimum(t + 1, len(change) - 1), j]
    undone = np.abs(jump + day_after) < REVERSAL_SHARE * np.abs(jump)
    undone &= ~_busy(table, t, j, np.ones(len(t)), jump)
    distance = np.abs(np.abs(jump)[:, None] - np.log(SPLIT_RATIOS))
    nearest = distance.argmin(axis=1)
    ratio = np.array(SPLIT_RATIOS)[nearest]
    slack = np.where(ratio < 2, SPLIT_NARROW, np.minimum(SPLIT_TYPICAL_DAYS * around, SPLIT_MOST))
    cell = t * len(table.tickers) + j
    way_back = np.isin(cell, cell[undone] + len(table.tickers))
    split = (distance.min(axis=1) < slack) & ~undone & ~way_back
    split &= ~_busy(table, t, j, ratio, jump) & ((ratio >= 2) | (jump < 0))
    told = np.isfinite(table.volume[t, j]) if table.volume is not None else np.zeros(len(t), bool)
    split &= told | (ratio >= 2)  # news of a third of the price is too common to judge by size only
    if table.splits is not None:
        split &= table.splits[t, j] == 0
    huge = np.abs(jump) >= np.log(UNIT_CHANGE)
    unit = huge & ~undone & ~way_back & ~split
    if table.splits is not None:
        unit &= table.splits[t, j] == 0
    guessed, indexed = (
        np.array([getattr(table.outcomes.get(t), name, False) for t in table.tickers])
        for name in ("taken_as_adjusted", "of_returns")
    )
    split &= ~indexed[j]  # returns know no splits, and -100 % is how a delisted share ends
    unit &= ~indexed[j] | (jump > 0)
    found = []
    for n in np.flatnonzero(undone | split | unit):
        doubtful = split[n] and not (told[n] or huge[n] or guessed[j[n]])
        said = f"{_percent(jump[n])}, "
        if unit[n]:
            said += "more than news moves a price: another unit or currency?"
        elif undone[n]:
            said += f"undone by {_percent(day_after[n])} at the next price, like a bad tick"
        else:
            new, old = ("3", "2") if ratio[n] == 1.5 else (f"{ratio[n]:g}", "1")
            kind = f"{new}-for-{old} split" if jump[n] < 0 else f"{old}-for-{new} reverse split"
            said += f"the jump of a {kind} that no split list explains"
            said += "; without volumes it may be news as well" if doubtful else ""
        found.append(
            Finding(
                table.tickers[j[n]],
                "reversing jump" if undone[n] else "unit change" if unit[n] else "unlisted split",
                table.sessions[t[n]].item(),
                said,
                "note" if doubtful else "warning",
                "left as it is; compare with another source",
            )
        )
    return found


def _neighbours(values: FloatArray, t: IntArray, j: IntArray) -> FloatArray:
    """Return the ten days before and after each (t, j) and the day that follows it, (20, n)."""
    steps = np.array([*range(-10, 0), *range(2, 12)])[:, None]
    days = t + steps
    there = (days >= 0) & (days < len(values))
    return np.where(there, values[np.clip(days, 0, len(values) - 1), j], np.nan)


def _busy(
    table: PriceTable, t: IntArray, j: IntArray, ratio: FloatArray, jump: FloatArray
) -> NDArray[np.bool_]:
    """Whether the day's volume is that of news: far above what a split alone would make of it."""
    if table.volume is None:
        return np.zeros(len(t), dtype=np.bool_)
    usual = _typical(_neighbours(table.volume, t, j)[:10])
    expected = usual * np.where(jump < 0, ratio, 1 / ratio)
    return np.asarray(table.volume[t, j] > NEWS_VOLUME * expected)


def _adjustments(table: PriceTable, limits: QualityLimits) -> list[Finding]:
    """Find adjusted closes that contradict the quoted ones, and missing dividends."""
    return [
        Finding(
            table.tickers[fault.column],
            "adjustment" if fault.kind == "contradiction" else "dividend gap",
            table.sessions[fault.row].item(),
            fault.words,
            "warning" if fault.kind == "contradiction" else "note",
            "left as it is; compare with another source",
        )
        for fault in adjustment_faults(table, limits.dividend_interval)
    ]


def _stale(table: PriceTable, prices: FloatArray, limits: QualityLimits) -> list[Finding]:
    """Find runs of unchanged closes, and series whose close is often unchanged."""
    found = []
    for j, ticker in enumerate(table.tickers):
        there = np.flatnonzero(~np.isnan(prices[:, j]))
        if len(there) < 2:
            continue
        same = np.diff(prices[there, j]) == 0
        edges = np.flatnonzero(np.diff(np.concatenate([[False], same, [False]]).astype(np.int8)))
        begins, lengths = edges[::2], edges[1::2] - edges[::2] + 1
        long = lengths >= limits.stale_run
        if long.any():
            longest = int(lengths.max())
            first = table.sessions[there[begins[long][0]]]
            found.append(
                Finding(
                    ticker,
                    "stale run",
                    first.item(),
                    f"{_count(begins[long], 'run')} of {limits.stale_run} or more equal closes, "
                    f"the longest of {longest}",
                    "note",
                    "left as it is",
                )
            )
        if same.mean() > limits.thin_share:
            found.append(
                Finding(
                    ticker,
                    "thin trading",
                    table.sessions[there[0]].item(),
                    f"{same.mean():.0%} of its returns are zero",
                    "warning",
                    "left as it is; prefer rank tests or trade-to-trade returns",
                )
            )
    return found


def _early_ends(
    table: PriceTable, priced: NDArray[np.bool_], benchmark: str, limits: QualityLimits
) -> list[Finding]:
    """Series that stop before the benchmark does."""
    latest = np.where(
        priced.any(axis=0), len(priced) - 1 - priced[::-1].argmax(axis=0), -1
    )  # position of each last price
    end = latest[table.column(benchmark)] if benchmark in table else latest.max()
    return [
        Finding(
            table.tickers[j],
            "ends early",
            table.sessions[latest[j]].item(),
            f"its last price is {end - latest[j]} days of the table before the benchmark's "
            f"({table.sessions[end]})",
            "note",
            "events near or after its end are excluded with their reason",
        )
        for j in np.flatnonzero((latest >= 0) & (latest <= end - limits.early_end))
    ]


def _as_read(table: PriceTable) -> list[Finding]:
    """Say again what the source remarked on a series when it read it."""
    return [
        Finding(
            ticker,
            "as read",
            outcome.first or table.sessions[0].item(),
            outcome.detail,
            "warning" if outcome.taken_as_adjusted else "note",
            "used as it is",
        )
        for ticker in table.tickers
        if (outcome := table.outcomes.get(ticker)) is not None and outcome.detail
    ]


def _currencies(table: PriceTable, benchmark: str) -> list[Finding]:
    """Series quoted in another currency than the benchmark, where the source says both."""
    quoted = {
        ticker: CURRENCY_OF.get(outcome.currency, outcome.currency)
        for ticker, outcome in table.outcomes.items()
        if ticker in table and outcome.currency
    }
    own = quoted.get(benchmark)
    return [
        Finding(
            ticker,
            "currency",
            table.outcomes[ticker].first or table.sessions[0].item(),
            f"quoted in {currency}, the benchmark {benchmark} in {own}: its abnormal returns hold "
            "the move of the exchange rate",
            "warning",
            f"not converted; give it a benchmark in {currency}, in a table [markets] of its own",
        )
        for ticker, currency in quoted.items()
        if own is not None and currency != own
    ]


def _percent(change: float) -> str:
    """Write a log return in per cent, or as a multiple where per cent would be a row of digits."""
    times = np.exp(change)
    return f"{times - 1:+.1%}" if times < 100 else f"times {times:.3g}"


def _typical(size: FloatArray) -> FloatArray:
    """Return the lower median of each column, shape (K,); NaN where it is empty."""
    ordered = np.sort(size, axis=0)  # NaN last
    n = (~np.isnan(size)).sum(axis=0)
    return np.where(n > 0, ordered[np.maximum(n - 1, 0) // 2, np.arange(size.shape[1])], np.nan)


def _count(items: Sized, what: str) -> str:
    return f"{len(items)} {what}" + ("s" if len(items) > 1 else "")


def _some(days: DayArray, most: int = 3) -> str:
    shown = ", ".join(str(day) for day in days[:most])
    return f"{shown} and {len(days) - most} more" if len(days) > most else shown
