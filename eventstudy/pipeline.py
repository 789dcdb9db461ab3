"""The order of the stages: events and a specification in, results out.

Each stage is one function; `run_pipeline` is the only place that knows their order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eventstudy.articles.extraction import Extraction
from eventstudy.articles.reading import Article
from eventstudy.errors import EventStudyWarning, SymbolNotFound, TooManyExcluded
from eventstudy.estimation.abnormal import abnormal_returns
from eventstudy.estimation.diagnostics import (
    counted,
    earnings_warnings,
    panel_warnings,
    price_warnings,
    unfitted,
)
from eventstudy.estimation.measures import measure_warnings, study_table
from eventstudy.estimation.models import FactorModel, fit
from eventstudy.estimation.panel import EventPanel, build_panel, concatenate
from eventstudy.estimation.returns import on_axis
from eventstudy.events.event import Event, Exclusion
from eventstudy.events.proposals import merge
from eventstudy.events.screening import screen
from eventstudy.events.table import EventSet
from eventstudy.market.calendars import TradingCalendar
from eventstudy.market.closures import read_closures, with_closures
from eventstudy.market.confounders import Confounder, confounders
from eventstudy.market.factor_sources import factor_findings, open_factors
from eventstudy.market.factors import FactorTable
from eventstudy.market.findings import Finding
from eventstudy.market.placement import PlacedEvent, place
from eventstudy.market.prices import PriceSource, PriceTable
from eventstudy.market.simulated import SimulatedMarket
from eventstudy.market.sources import PartedSource, known_earnings
from eventstudy.market.usable import (
    lacking_benchmarks,
    with_benchmarks,
    with_prices,
    with_sound_windows,
)
from eventstudy.market.verdicts import Verdict, judge_prices
from eventstudy.results.outcome import main_benchmark
from eventstudy.results.provenance import provenance
from eventstudy.results.results import EventStudyResults
from eventstudy.robustness.claims import check_claims
from eventstudy.specification import StudySpec, model_of

FloatArray = NDArray[np.float64]
#: Called with (stage, done, total).
StageProgress = Callable[[str, int, int], None]
#: The sessions of every market, by the name of its calendar.
Calendars = Mapping[str, TradingCalendar]

#: Calendar days per trading day, rounded up, so that the calendar reaches over the windows.
_CALENDAR_DAYS = 1.6
_MARGIN = timedelta(days=20)


def say(progress: StageProgress | None, stage: str, done: int, total: int) -> None:
    """Report progress to whoever listens."""
    if progress is not None:
        progress(stage, done, total)


def run_pipeline(
    spec: StudySpec,
    events: EventSet,
    found: Sequence[tuple[Article, Extraction]],
    source: PriceSource | None,
    *,
    name: str,
    folder: Path,
    progress: StageProgress | None = None,
) -> EventStudyResults:
    """Run every stage. Each event ends in the results or in the exclusions with a reason.

    Parameters
    ----------
    found
        Articles with what was read in them.
    source
        Where prices come from; None is the simulated market of the specification.
    folder
        Where relative paths of the specification start.

    Raises
    ------
    DataSourceError
        When prices cannot be had, or the benchmark has none.
    TooManyExcluded
        When fewer events are left than ``[study] min_events``.
    """
    proposals = merge(events, found)
    kept, screened = screen(proposals.events, spec.study.step)
    calendars = calendars_for(spec, kept, folder)
    placed, unplaced = place(kept, lambda ticker: calendars[spec.exchanges.of(ticker).calendar])
    source = source or simulated_market(spec, placed, calendars)
    prices = fetch_prices(spec, placed, calendars, source, progress)
    findings, judged = judge_prices(prices, spec.exchanges, calendars, spec.quality.limits)
    priced, unpriced = usable_events(spec, placed, calendars, prices, findings, judged)
    say(progress, "estimating", 0, len(priced))
    factors = read_factor_table(spec, folder)
    findings += factor_findings(factors, calendars[spec.prices.calendar].sessions)
    panel, unestimated = event_panel(spec, priced, calendars, prices, factors)
    excluded = [
        *proposals.events.exclusions, *proposals.exclusions,
        *screened, *unplaced, *unpriced, *unestimated,
    ]  # fmt: skip
    check_enough(spec, len(panel), excluded)
    fitted = fit(panel, model_of(spec.model))
    excluded += unfitted(panel, fitted)
    rows = np.flatnonzero(fitted.estimated)
    check_enough(spec, len(rows), excluded)
    panel, fitted = panel.take(rows), fitted.take(rows)
    news, unheard = known_news(spec, folder, source, panel, prices)
    by_id = {item.event.event_id: item for item in priced}
    estimated = tuple(by_id[event_id] for event_id in panel.event_ids)
    say(progress, "estimating", len(panel), len(panel))
    defects = price_warnings(findings, prices.notices)
    cautions = *panel_warnings(panel, estimated), *defects, *unheard
    return EventStudyResults(
        spec=spec,
        name=name,
        table=proposals.events,
        placed=estimated,
        panel=panel,
        fit=fitted,
        abnormal=abnormal_returns(panel, fitted, spec.prices.kind),
        paths=price_paths(spec, panel, prices),
        market=benchmark_path(spec, panel, prices),
        planted=planted_effects(spec, estimated, simulated=prices.simulated),
        excluded=tuple(excluded),
        warnings=(*measure_warnings(spec.prices.measure), *cautions),
        findings=findings,
        verdicts=judged,
        confounders=news,
        links=proposals.links,
        claims=() if prices.simulated else check_claims(found, prices),
        simulated=prices.simulated,
        provenance=provenance(spec, proposals.events, prices, panel, factors),
    )


def calendars_for(spec: StudySpec, events: Sequence[Event], folder: Path) -> Calendars:
    """Return every market's sessions over all days that the windows of the events can touch.

    ``folder`` is where the path of the closures file starts.
    """
    days = [day for event in events for day in (event.first_day, event.last_day) if day]
    if not days:
        raise TooManyExcluded(
            "No event of the table has a date that can be placed on a trading day; give one row "
            "at least a day, such as 2026-04-08."
        )
    windows = spec.windows
    before = timedelta(days=_CALENDAR_DAYS * (1 - windows.estimation[0])) + _MARGIN
    after = timedelta(days=_CALENDAR_DAYS * windows.event[1]) + _MARGIN
    found = spec.exchanges.calendars(min(days) - before, max(days) + after)
    if spec.prices.closures:
        listed = read_closures(folder / spec.prices.closures, spec.prices.calendar)
        found = {name: with_closures(cal, listed.get(cal.name, ())) for name, cal in found.items()}
    return found


def simulated_market(
    spec: StudySpec, placed: Sequence[PlacedEvent], calendars: Calendars
) -> PriceSource:
    """Return a market with the effects of the specification planted on every day zero."""
    planted: dict[str, list[tuple[date, float]]] = {}
    for item in placed:
        if item.day_zero.session is not None:
            effect = spec.simulation.effects.get(item.event.event_type, 0.0)
            planted.setdefault(item.event.ticker, []).append((item.day_zero.session, effect))
    markets = spec.exchanges
    return PartedSource(
        {
            market.calendar: SimulatedMarket(
                seed=spec.simulation.seed + number,
                calendar=calendars[market.calendar],
                benchmark=market.benchmark,
                effects={t: tuple(p) for t, p in planted.items() if markets.of(t) is market},
                thin=spec.simulation.thin,
                halts=spec.simulation.halts,
                last=spec.simulation.delisted,
                delisting=spec.simulation.delisting,
                sectors=spec.simulation.sectors,
            )
            for number, market in enumerate(markets.all)
        },
        lambda ticker: markets.of(ticker).calendar,
    )


def fetch_prices(
    spec: StudySpec,
    placed: Sequence[PlacedEvent],
    calendars: Calendars,
    source: PriceSource,
    progress: StageProgress | None,
) -> PriceTable:
    """Fetch the benchmarks and every security of the events; one benchmark must have prices."""
    used = {spec.exchanges.of(item.event.ticker).calendar for item in placed}
    markets = [m for m in spec.exchanges.all if m.calendar in used or not placed]
    benchmarks = [market.benchmark for market in markets]
    asked = [*spec.model.benchmarks, *spec.model.donors]
    events = (item.event.ticker for item in placed)
    tickers = list(dict.fromkeys([*benchmarks, *asked, *events]))

    def step(done: int, total: int, _: str) -> None:
        say(progress, "fetching prices", done, total)

    step(0, len(tickers), "")
    spans = [(calendars[m.calendar].sessions[0], calendars[m.calendar].sessions[-1])
             for m in markets]  # fmt: skip
    start, end = min(first for first, _ in spans), max(last for _, last in spans)
    prices = source.fetch(tickers, start.item(), end.item(), step)
    step(len(tickers), len(tickers), "")
    lacking = lacking_benchmarks(prices, spec.exchanges, markets)
    if len(lacking) == len(set(benchmarks)):
        raise SymbolNotFound(next(iter(lacking.values())), ticker=benchmarks[0])
    if absent := [ticker for ticker in asked if ticker not in prices]:
        raise SymbolNotFound(
            f"{', '.join(absent)} of the model {spec.model.name} have no prices in {source.name}; "
            f"name others under [model] {'donors' if spec.model.donors else 'benchmarks'}.",
            ticker=absent[0],
        )
    return prices


def usable_events(
    spec: StudySpec,
    placed: Sequence[PlacedEvent],
    calendars: Calendars,
    prices: PriceTable,
    findings: Sequence[Finding],
    judged: Sequence[Verdict],
) -> tuple[list[PlacedEvent], list[Exclusion]]:
    """Part the events with prices, and no false reaction in their window, from the others."""
    markets, model = spec.exchanges, model_of(spec.model)
    first, last = spec.windows.event

    def window_of(item: PlacedEvent) -> NDArray[np.datetime64]:
        zero = item.day_zero.position
        sessions = calendars[markets.of(item.event.ticker).calendar].sessions
        return sessions[max(zero + first, 0) : zero + last + 1]

    def regressors_of(ticker: str) -> list[str]:
        own = {markets.label: markets.of(ticker).benchmark}
        return [own.get(name, name) for name in model.regressors(markets.label)]

    priced, unpriced = with_prices(placed, prices, judged)
    held, unheld = with_benchmarks(priced, prices, judged, markets, regressors_of)
    sound, spoiled = with_sound_windows(
        held, prices, findings, window_of, lambda t: [t, *regressors_of(t), *model.donors]
    )
    return sound, unpriced + unheld + spoiled


def read_factor_table(spec: StudySpec, folder: Path) -> FactorTable | None:
    """Read the factor file of the specification, if its model takes factors."""
    if not spec.model.factors or not isinstance(model_of(spec.model), FactorModel):
        return None
    return open_factors(spec.model.factors, folder, spec.model.factor_units)


def event_panel(
    spec: StudySpec,
    priced: Sequence[PlacedEvent],
    calendars: Calendars,
    prices: PriceTable,
    factors: FactorTable | None,
) -> tuple[EventPanel, tuple[Exclusion, ...]]:
    """Cut out every event on the sessions of its own market, in the order of ``priced``."""
    panels: list[EventPanel] = []
    exclusions: list[Exclusion] = []
    for market in spec.exchanges.all:
        own = [item for item in priced if spec.exchanges.of(item.event.ticker) == market]
        if own or market == spec.exchanges.home:
            sessions = calendars[market.calendar].sessions
            panel, excluded = _market_panel(spec, own, sessions, market.benchmark, prices, factors)
            panels += [panel] if len(panel) or not panels else []
            exclusions.extend(excluded)
    whole = concatenate(panels)
    row = {event_id: i for i, event_id in enumerate(whole.event_ids)}
    order = [row[e] for item in priced if (e := item.event.event_id) in row]
    return whole.take(np.array(order, dtype=np.int64)), tuple(exclusions)


def _market_panel(
    spec: StudySpec,
    own: Sequence[PlacedEvent],
    sessions: NDArray[np.datetime64],
    benchmark: str,
    prices: PriceTable,
    factors: FactorTable | None,
) -> tuple[EventPanel, tuple[Exclusion, ...]]:
    """Lay returns and regressors on the sessions of one market and cut out its events."""
    model = model_of(spec.model)
    asked, bridge = spec.prices, spec.prices.missing == "trade_to_trade"
    returns = study_table(prices, sessions, asked.measure, asked.returns, bridge=bridge)
    names, risk_free = model.regressors(spec.exchanges.label), None
    if factors is None:
        absent = np.full(len(sessions), np.nan)
        market = returns.of(benchmark) if benchmark in prices else absent
        label = spec.exchanges.label
        regressors = {name: market if name == label else returns.of(name) for name in names}
    else:
        regressors = dict(zip(names, factors.on(sessions, names).T, strict=True))
        risk_free = factors.rf_on(sessions) if model.needs_risk_free else None
    return build_panel(
        [item.event.event_id for item in own],
        [item.event.ticker for item in own],
        np.array([item.day_zero.position for item in own], dtype=np.int64),
        returns,
        regressors,
        spec.windows.time,
        risk_free=risk_free,
        pool=np.column_stack(list(map(returns.of, model.donors))) if model.donors else None,
        shifts=model.shifts,
        min_estimation=spec.windows.min_estimation,
        missing=spec.prices.missing,
    )


def price_paths(spec: StudySpec, panel: EventPanel, prices: PriceTable) -> FloatArray:
    """Return security and its market's benchmark, 100 on day -1, shape (N, L2, 2)."""
    laid = on_axis(prices.sessions, prices.adjusted_close, panel.sessions)
    pair = [
        [prices.column(ticker), prices.column(spec.exchanges.of(ticker).benchmark)]
        for ticker in panel.tickers
    ]
    columns = np.array(pair, dtype=np.int64)[:, None, :]
    inside = panel.at_evt >= 0
    path = np.where(inside[..., None], laid[panel.at_evt[..., None], columns], np.nan)
    base = int(np.flatnonzero(panel.tau_evt == min(0, max(-1, int(panel.tau_evt[0]))))[0])
    rebased: FloatArray = 100 * path / path[:, base : base + 1]
    return rebased


def benchmark_path(spec: StudySpec, panel: EventPanel, prices: PriceTable) -> FloatArray:
    """Return the level of the benchmark of most events on the panel's sessions, shape (T,)."""
    column = prices.column(main_benchmark(spec, panel.tickers))
    return on_axis(prices.sessions, prices.adjusted_close[:, column], panel.sessions)


def known_news(
    spec: StudySpec, folder: Path, source: PriceSource, panel: EventPanel, prices: PriceTable
) -> tuple[tuple[Confounder, ...], tuple[EventStudyWarning, ...]]:
    """Return the dividends, splits and earnings dates in the windows, and what is not known."""
    asked, last = spec.prices, panel.sessions[panel.at_evt.max()].item()
    earnings = known_earnings(
        asked.earnings, source, panel.tickers, last,
        base=folder, store=asked.store_in(folder), base_url=asked.base_url,
    )  # fmt: skip
    found: list[Confounder] = []
    for event_id, ticker, at in zip(panel.event_ids, panel.tickers, panel.at_evt, strict=True):
        window = {int(panel.tau_evt[n]): panel.sessions[at[n]] for n in np.flatnonzero(at >= 0)}
        found.extend(confounders(event_id, ticker, window, prices, earnings.days))
    return tuple(found), earnings_warnings(earnings.unknown, panel.tickers, panel.event_ids)


def planted_effects(
    spec: StudySpec, placed: Sequence[PlacedEvent], *, simulated: bool
) -> FloatArray:
    """Return the effect planted on each day zero, NaN where prices are real; shape (N,)."""
    if not simulated or spec.prices.measure != "return":
        return np.full(len(placed), np.nan)
    effects = spec.simulation.effects
    return np.array([effects.get(item.event.event_type, 0.0) for item in placed])


def check_enough(spec: StudySpec, left: int, excluded: Sequence[Exclusion]) -> None:
    """Stop when fewer events are left than the study asks for, or none."""
    needed = max(1, spec.study.min_events)
    if left >= needed:
        return
    counts = Counter(item.reason.value for item in excluded)
    reasons = "; ".join(f"{n} {reason}" for reason, n in counts.items())
    why = f" ({reasons})" if reasons else "" if left else " (the table is empty)"
    raise TooManyExcluded(
        f"{counted(left, 'event')} can be estimated and [study] min_events asks for {needed}{why}; "
        "mend the event file or lower min_events.",
        left=left,
        needed=needed,
        excluded=tuple(excluded),
    )
