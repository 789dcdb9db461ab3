"""The order of the stages: events and a specification in, results out.

Each stage is one function; `run_pipeline` is the only place that knows their order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eventstudy.articles.extraction import Extraction
from eventstudy.articles.reading import Article
from eventstudy.errors import SymbolNotFound, TooManyExcluded
from eventstudy.estimation.abnormal import abnormal_returns
from eventstudy.estimation.diagnostics import panel_warnings, price_warnings
from eventstudy.estimation.models import FactorModel, NormalReturnFit, fit
from eventstudy.estimation.panel import EventPanel, build_panel
from eventstudy.estimation.returns import on_axis, return_table
from eventstudy.events.event import Event, Exclusion, ExclusionReason
from eventstudy.events.proposals import merge
from eventstudy.events.screening import screen
from eventstudy.events.table import EventSet
from eventstudy.market.calendars import TradingCalendar
from eventstudy.market.factors import FactorTable, read_factors
from eventstudy.market.placement import PlacedEvent, place
from eventstudy.market.prices import PriceSource, PriceTable
from eventstudy.market.quality import check_prices
from eventstudy.market.simulated import SimulatedMarket
from eventstudy.results.provenance import provenance
from eventstudy.results.results import EventStudyResults
from eventstudy.specification import StudySpec, model_of

FloatArray = NDArray[np.float64]
#: Called with (stage, done, total).
StageProgress = Callable[[str, int, int], None]

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
    found: Iterable[tuple[Article, Extraction]],
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
    calendar = calendar_for(spec, kept)
    placed, unplaced = place(kept, calendar)
    source = source or simulated_market(spec, placed, calendar)
    prices = fetch_prices(spec, placed, calendar, source, progress)
    priced, unpriced = with_prices(placed, prices)
    say(progress, "estimating", 0, len(priced))
    panel, unestimated = event_panel(
        spec, priced, calendar, prices, read_factor_table(spec, folder)
    )
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
    by_id = {item.event.event_id: item for item in priced}
    estimated = tuple(by_id[event_id] for event_id in panel.event_ids)
    findings = tuple(check_prices(prices, calendar, spec.prices.benchmark))
    say(progress, "estimating", len(panel), len(panel))
    return EventStudyResults(
        spec=spec,
        name=name,
        table=proposals.events,
        placed=estimated,
        panel=panel,
        fit=fitted,
        abnormal=abnormal_returns(panel, fitted, spec.prices.returns),
        paths=price_paths(panel, prices, spec.prices.benchmark),
        planted=planted_effects(spec, estimated, simulated=prices.simulated),
        excluded=tuple(excluded),
        warnings=(*panel_warnings(panel, estimated), *price_warnings(findings)),
        findings=findings,
        links=proposals.links,
        simulated=prices.simulated,
        provenance=provenance(spec, proposals.events, prices, panel),
    )


def calendar_for(spec: StudySpec, events: Sequence[Event]) -> TradingCalendar:
    """Return the sessions over all days that the windows of the events can touch."""
    days = [day for event in events for day in (event.first_day, event.last_day) if day]
    if not days:
        raise TooManyExcluded(
            "No event of the table has a date that can be placed on a trading day; give one row "
            "at least a day, such as 2026-04-08."
        )
    windows = spec.windows
    before = timedelta(days=_CALENDAR_DAYS * (1 - windows.estimation[0])) + _MARGIN
    after = timedelta(days=_CALENDAR_DAYS * windows.event[1]) + _MARGIN
    return TradingCalendar.exchange(spec.prices.calendar, min(days) - before, max(days) + after)


def simulated_market(
    spec: StudySpec, placed: Sequence[PlacedEvent], calendar: TradingCalendar
) -> SimulatedMarket:
    """Return a market with the effects of the specification planted on every day zero."""
    planted: dict[str, list[tuple[date, float]]] = {}
    for item in placed:
        if item.day_zero.session is not None:
            effect = spec.simulation.effects.get(item.event.event_type, 0.0)
            planted.setdefault(item.event.ticker, []).append((item.day_zero.session, effect))
    return SimulatedMarket(
        seed=spec.simulation.seed,
        calendar=calendar,
        benchmark=spec.prices.benchmark,
        effects={ticker: tuple(pairs) for ticker, pairs in planted.items()},
    )


def fetch_prices(
    spec: StudySpec,
    placed: Sequence[PlacedEvent],
    calendar: TradingCalendar,
    source: PriceSource,
    progress: StageProgress | None,
) -> PriceTable:
    """Fetch the benchmark and every security of the events; nothing goes without the benchmark."""
    benchmark = spec.prices.benchmark
    tickers = list(dict.fromkeys([benchmark, *(item.event.ticker for item in placed)]))

    def step(done: int, total: int, _: str) -> None:
        say(progress, "fetching prices", done, total)

    step(0, len(tickers), "")
    start, end = calendar.sessions[0].item(), calendar.sessions[-1].item()
    prices = source.fetch(tickers, start, end, step)
    step(len(tickers), len(tickers), "")
    if benchmark not in prices:
        outcome = prices.outcomes.get(benchmark)
        why = outcome.detail if outcome else "it was not delivered"
        raise SymbolNotFound(
            f"The benchmark {benchmark} has no prices in {source.name}: {why}; name another under "
            "[prices] benchmark.",
            ticker=benchmark,
        )
    return prices


def with_prices(
    placed: Sequence[PlacedEvent], prices: PriceTable
) -> tuple[list[PlacedEvent], list[Exclusion]]:
    """Part the events whose security has prices from those whose has none."""
    exclusions = []
    for item in placed:
        ticker = item.event.ticker
        if ticker in prices:
            continue
        outcome = prices.outcomes.get(ticker)
        unknown = outcome is None or outcome.status == "missing_symbol"
        reason = ExclusionReason.UNKNOWN_TICKER if unknown else ExclusionReason.NO_PRICES
        detail = outcome.detail if outcome else f"{prices.source} did not answer for {ticker}"
        exclusions.append(Exclusion(item.event.event_id, reason, detail))
    return [item for item in placed if item.event.ticker in prices], exclusions


def read_factor_table(spec: StudySpec, folder: Path) -> FactorTable | None:
    """Read the factor file of the specification, if its model takes factors."""
    if spec.model.factors is None or not isinstance(model_of(spec.model), FactorModel):
        return None
    return read_factors(folder / spec.model.factors, units=spec.model.factor_units)


def event_panel(
    spec: StudySpec,
    priced: Sequence[PlacedEvent],
    calendar: TradingCalendar,
    prices: PriceTable,
    factors: FactorTable | None,
) -> tuple[EventPanel, tuple[Exclusion, ...]]:
    """Lay returns and regressors on the calendar and cut out every event."""
    model, sessions = model_of(spec.model), calendar.sessions
    returns = return_table(prices, sessions, spec.prices.returns)
    names, risk_free = model.regressors(spec.prices.benchmark), None
    if factors is None:
        regressors = {name: returns.of(name) for name in names}
    else:
        regressors = dict(zip(names, factors.on(sessions, names).T, strict=True))
        risk_free = factors.rf_on(sessions) if model.needs_risk_free else None
    return build_panel(
        [item.event.event_id for item in priced],
        [item.event.ticker for item in priced],
        np.array([item.day_zero.position for item in priced], dtype=np.int64),
        returns,
        regressors,
        spec.windows.time,
        risk_free=risk_free,
        min_estimation=spec.windows.min_estimation,
        missing=spec.prices.missing,
    )


def unfitted(panel: EventPanel, fitted: NormalReturnFit) -> list[Exclusion]:
    """Return one exclusion per event whose model could not be fitted."""
    return [
        Exclusion(event_id, ExclusionReason.ZERO_VARIANCE, problem)
        for event_id, problem in zip(panel.event_ids, fitted.problems, strict=True)
        if problem
    ]


def price_paths(panel: EventPanel, prices: PriceTable, benchmark: str) -> FloatArray:
    """Return security and benchmark over the event window, 100 on day -1, shape (N, L2, 2)."""
    laid = on_axis(prices.sessions, prices.adjusted_close, panel.sessions)
    pair = [[prices.column(ticker), prices.column(benchmark)] for ticker in panel.tickers]
    columns = np.array(pair, dtype=np.int64)[:, None, :]
    inside = panel.at_evt >= 0
    path = np.where(inside[..., None], laid[panel.at_evt[..., None], columns], np.nan)
    base = int(np.flatnonzero(panel.tau_evt == min(0, max(-1, int(panel.tau_evt[0]))))[0])
    rebased: FloatArray = 100 * path / path[:, base : base + 1]
    return rebased


def planted_effects(
    spec: StudySpec, placed: Sequence[PlacedEvent], *, simulated: bool
) -> FloatArray:
    """Return the effect planted on each day zero, NaN where prices are real; shape (N,)."""
    if not simulated:
        return np.full(len(placed), np.nan)
    effects = spec.simulation.effects
    return np.array([effects.get(item.event.event_type, 0.0) for item in placed])


def check_enough(spec: StudySpec, left: int, excluded: Sequence[Exclusion]) -> None:
    """Stop when fewer events are left than the study asks for, or none."""
    needed = max(1, spec.study.min_events)
    if left >= needed:
        return
    counts = Counter(item.reason.value for item in excluded)
    reasons = "; ".join(f"{n} {reason}" for reason, n in counts.items()) or "the table is empty"
    raise TooManyExcluded(
        f"{left} events can be estimated and [study] min_events asks for {needed} ({reasons}); "
        "mend the event file or lower min_events.",
        left=left,
        needed=needed,
        excluded=tuple(excluded),
    )
