"""Which events have prices that an estimate can rest on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Final

import numpy as np

from eventstudy.events.event import Exclusion, ExclusionReason
from eventstudy.market.findings import Check, Finding
from eventstudy.market.markets import Market, Markets
from eventstudy.market.placement import PlacedEvent
from eventstudy.market.prices import DayArray, PriceTable, without_folder
from eventstudy.market.verdicts import Verdict

#: Faults of single days that would pass for a reaction.
FALSE_REACTIONS: Final[tuple[Check, ...]] = (
    "impossible price",
    "reversing jump",
    "unlisted split",
    "unit change",
)


def with_prices(
    placed: Sequence[PlacedEvent], prices: PriceTable, judged: Sequence[Verdict]
) -> tuple[list[PlacedEvent], list[Exclusion]]:
    """Part the events whose security has usable prices from those whose has none."""
    excluded = {verdict.ticker: verdict for verdict in judged if verdict.verdict == "excluded"}
    kept, exclusions = [], []
    for item in placed:
        ticker, event_id = item.event.ticker, item.event.event_id
        outcome = prices.outcomes.get(ticker)
        if ticker in excluded:
            detail = f"{ticker}: {'; '.join(excluded[ticker].reasons)}"
            exclusions.append(Exclusion(event_id, ExclusionReason.POOR_PRICES, detail))
        elif ticker in prices:
            kept.append(item)
        else:
            unknown = outcome is None or outcome.status == "missing_symbol"
            reason = ExclusionReason.UNKNOWN_TICKER if unknown else ExclusionReason.NO_PRICES
            detail = outcome.detail if outcome else f"{prices.source} did not answer for {ticker}"
            exclusions.append(Exclusion(event_id, reason, detail))
    return kept, exclusions


def lacking_benchmarks(
    prices: PriceTable, markets: Markets, used: Sequence[Market]
) -> dict[str, str]:
    """Return the used markets' benchmarks without prices, and why, with the remedy."""
    lacking = {}
    for market in used:
        if market.benchmark not in prices:
            outcome = prices.outcomes.get(market.benchmark)
            why = outcome.detail if outcome else "it was not delivered"
            table = "prices" if market == markets.home else f"markets.{market.calendar}"
            lacking[market.benchmark] = (
                f"The benchmark {market.benchmark} has no prices in "
                f"{without_folder(prices.source)}: {why}; name another under [{table}] benchmark."
            )
    return lacking


def with_benchmarks(
    priced: Sequence[PlacedEvent],
    prices: PriceTable,
    judged: Sequence[Verdict],
    markets: Markets,
    regressors_of: Callable[[str], Sequence[str]],
) -> tuple[list[PlacedEvent], list[Exclusion]]:
    """Part the events with usable benchmarks from those without.

    ``regressors_of`` names the series that explain the returns of a ticker.
    """
    lacking = lacking_benchmarks(prices, markets, markets.all)
    poor = {verdict.ticker: verdict for verdict in judged if verdict.verdict == "excluded"}
    kept, exclusions = [], []
    for item in priced:
        ticker, event_id = item.event.ticker, item.event.event_id
        faulty = [poor[name] for name in regressors_of(ticker) if name in poor]
        if (why := lacking.get(markets.of(ticker).benchmark)) is not None:
            exclusions.append(Exclusion(event_id, ExclusionReason.NO_PRICES, why))
        elif faulty:
            detail = f"{faulty[0].ticker}, its benchmark: {'; '.join(faulty[0].reasons)}"
            exclusions.append(Exclusion(event_id, ExclusionReason.POOR_PRICES, detail))
        else:
            kept.append(item)
    return kept, exclusions


def with_sound_windows(
    priced: Sequence[PlacedEvent],
    prices: PriceTable,
    findings: Sequence[Finding],
    window_of: Callable[[PlacedEvent], DayArray],
    series_of: Callable[[str], Sequence[str]],
) -> tuple[list[PlacedEvent], list[Exclusion]]:
    """Part the events whose window is free of false reactions from those that hold one.

    A wrong price inside the event window would be read as the market's answer. Inside the
    estimation window it only widens the bounds, so there it stays a warning. Findings that are
    notes exclude nothing.

    Parameters
    ----------
    window_of
        The sessions of an event's window.
    series_of
        The tickers whose prices enter the abnormal returns of a ticker, itself first.
    """
    faults: dict[tuple[str, date], Finding] = {}
    for finding in findings:
        if finding.check in FALSE_REACTIONS and finding.severity != "note":
            for day in _false_returns(finding, prices):
                faults.setdefault((finding.ticker, day), finding)
    kept, exclusions = [], []
    for item in priced:
        tickers, days = series_of(item.event.ticker), window_of(item).tolist()
        fault = next((f for t in tickers for d in days if (f := faults.get((t, d)))), None)
        if fault is None:
            kept.append(item)
            continue
        detail = f"{fault.ticker}, {fault.day}, in the event window: {fault.check}, {fault.detail}"
        exclusions.append(Exclusion(item.event.event_id, ExclusionReason.POOR_PRICES, detail))
    return kept, exclusions


def _false_returns(finding: Finding, prices: PriceTable) -> Iterator[date]:
    """Yield the days whose returns are wrong: a bad tick spoils the way back, too."""
    column = prices.adjusted_close[:, prices.column(finding.ticker)]
    if finding.check == "impossible price":
        yield from prices.sessions[(column <= 0) | np.isinf(column)].tolist()
        return
    yield finding.day
    if finding.check == "reversing jump":
        later = (prices.sessions > np.datetime64(finding.day)) & np.isfinite(column)
        yield from prices.sessions[later][:1].tolist()
