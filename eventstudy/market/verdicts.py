"""From the findings on a price series to a verdict: fine, usable with remarks, or excluded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from eventstudy.market.calendars import TradingCalendar
from eventstudy.market.findings import Finding, QualityLimits
from eventstudy.market.markets import Markets, exchange_of
from eventstudy.market.prices import PriceTable, select
from eventstudy.market.quality import check_prices

#: Days that every calendar knows, to ask for its zone.
_ANY_MONTH = date(2024, 1, 2), date(2024, 1, 31)

Usability = Literal["fine", "usable with remarks", "excluded"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be done with one price series.

    ``reasons`` are the facts that exclude it, or the checks that found something.
    """

    ticker: str
    verdict: Usability
    reasons: tuple[str, ...] = ()


def judge_prices(
    prices: PriceTable,
    markets: Markets,
    calendars: Mapping[str, TradingCalendar],
    limits: QualityLimits,
) -> tuple[tuple[Finding, ...], tuple[Verdict, ...]]:
    """Check every series against the sessions and the benchmark of its own market."""
    found: list[Finding] = []
    judged: list[Verdict] = []
    for market in markets.all:
        own = [ticker for ticker in prices.tickers if markets.of(ticker) == market]
        if own:
            calendar = calendars[market.calendar]
            span = prices.sessions[0].item(), prices.sessions[-1].item()
            part = select(prices, own, *span)
            findings = check_prices(part, calendar, market.benchmark, limits)
            if market == markets.home:
                findings += _other_endings(part, markets, calendar)
            found.extend(findings)
            judged.extend(verdicts(part, calendar, findings, limits))
    return tuple(found), tuple(judged)


def _other_endings(
    table: PriceTable, markets: Markets, calendar: TradingCalendar
) -> tuple[Finding, ...]:
    """Find tickers of the home market whose ending is that of an exchange in another zone."""
    return tuple(
        Finding(
            ticker,
            "calendar",
            table.sessions[0].item(),
            f"its ending is that of {exchange}, and it is placed on the sessions of "
            f"{calendar.name} and measured against {markets.home.benchmark}",
            "warning",
            f"left as it is; give it a benchmark of its own under [markets.{exchange}]",
        )
        for ticker in table.tickers
        if ticker != markets.home.benchmark
        and (exchange := exchange_of(ticker)) is not None
        and TradingCalendar.exchange(exchange, *_ANY_MONTH).zone != calendar.zone
    )


def verdicts(
    table: PriceTable,
    calendar: TradingCalendar,
    findings: Sequence[Finding],
    limits: QualityLimits | None = None,
) -> tuple[Verdict, ...]:
    """Judge every series of a table.

    A series is excluded when a share of its sessions (missing, unchanged or impossible prices
    between its first and its last) is above its limit, or a check named in ``limits.exclude``
    found something; it has remarks when any check found more than a note.
    """
    limits = limits or QualityLimits()
    found = []
    for j, ticker in enumerate(table.tickers):
        own = [finding for finding in findings if finding.ticker == ticker]
        fatal = [
            f"{share:.0%} of its sessions {what}, {most:.0%} allowed"
            for share, most, what in _shares(table, calendar, j, limits)
            if share > most
        ]
        fatal += [f"{f.check}: {f.detail}" for f in own if f.check in limits.exclude]
        remarks = tuple(dict.fromkeys(f.check for f in own if f.severity != "note"))
        if fatal:
            found.append(Verdict(ticker, "excluded", tuple(dict.fromkeys(fatal))))
        else:
            found.append(Verdict(ticker, "usable with remarks" if remarks else "fine", remarks))
    return tuple(found)


def _shares(
    table: PriceTable, calendar: TradingCalendar, j: int, limits: QualityLimits
) -> tuple[tuple[float, float, str], ...]:
    """Return share, limit and words for each measure of one series."""
    prices = table.adjusted_close[:, j]
    there = np.flatnonzero(~np.isnan(prices))
    if not len(there):
        return ()
    days = table.sessions[there]
    life = (calendar.sessions >= days[0]) & (calendar.sessions <= days[-1])
    expected = max(int(life.sum()), 1)
    missing = 1 - min(int((calendar.position(days) >= 0).sum()) / expected, 1.0)
    impossible = float(((prices[there] <= 0) | np.isinf(prices[there])).mean())
    unchanged = float((np.diff(prices[there]) == 0).mean()) if len(there) > 1 else 0.0
    return (
        (missing, limits.max_missing, "have no price"),
        (unchanged, limits.max_unchanged, "leave the price unchanged"),
        (impossible, limits.max_impossible, "have an impossible price"),
    )
