"""Studies without (or with a planted) effect, drawn from random numbers or from real returns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from eventstudy.errors import PriceError
from eventstudy.estimation.kernels import FloatArray, IntArray
from eventstudy.estimation.panel import EventPanel, EventTime
from eventstudy.estimation.returns import returns_from_prices
from eventstudy.market.prices import PriceTable
from eventstudy.robustness.designs import ESTIMATION_DAYS, EVENT_WINDOW, Design

TIME = EventTime((EVENT_WINDOW[0] - ESTIMATION_DAYS, EVENT_WINDOW[0] - 1), EVENT_WINDOW)
#: Days of a study, and the place of day 0 among them.
LENGTH = ESTIMATION_DAYS + EVENT_WINDOW[1] - EVENT_WINDOW[0] + 1
ZERO = ESTIMATION_DAYS - EVENT_WINDOW[0]
#: Events on random dates begin on one of these many simulated sessions (eight years).
FIRST_DAYS = 2016
SIMULATED_SESSIONS = np.busday_offset("2000-01-03", np.arange(FIRST_DAYS + LENGTH), roll="forward")

# The simulated market: daily mean and deviation, a security's typical disturbance, and the ranges
# in which betas and the multiples of the disturbance lie.
MARKET = (0.0003, 0.01)
DISTURBANCE = 0.02
BETAS = (0.5, 1.5)
MULTIPLES = (0.5, 2.0)


@dataclass(frozen=True, eq=False)
class Study:
    """Returns of N securities, the market's, and their calendar positions; each (N, LENGTH)."""

    r: FloatArray
    market: FloatArray
    at: IntArray
    tickers: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class RealMarket:
    """Real returns from which events are drawn.

    Attributes
    ----------
    name
        Where they come from.
    sessions
        datetime64[D], shape (T,).
    tickers
        The K securities.
    returns
        Shape (T, K).
    market
        Equal-weighted average of the securities that are there, shape (T,), as in Brown and Warner
        (1985).
    days, columns
        Day 0 and security of every event that has all its returns, shape (E,).
    """

    name: str
    sessions: np.ndarray[tuple[int], np.dtype[np.datetime64]]
    tickers: tuple[str, ...]
    returns: FloatArray
    market: FloatArray
    days: IntArray
    columns: IntArray

    @classmethod
    def of(cls, prices: PriceTable, name: str) -> RealMarket:
        """Return the market of a table of prices; benchmarks among them count as securities.

        Raises
        ------
        PriceError
            If no security has `LENGTH` returns in a row.
        """
        returns = returns_from_prices(prices.adjusted_close)
        there = np.isfinite(returns)
        n = there.sum(axis=1)
        total = np.where(there, returns, 0.0).sum(axis=1)
        market = np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)
        run = np.zeros((len(n) + 1, there.shape[1]), dtype=np.int64)
        np.cumsum(there, axis=0, out=run[1:])
        whole = run[LENGTH:] - run[:-LENGTH] == LENGTH
        first, columns = np.nonzero(whole)
        if not len(first):
            raise PriceError(
                f"{name} has no security with {LENGTH} returns in a row, which an event needs; "
                "give a file with at least two years of prices.",
                path=name,
            )
        tickers = tuple(prices.tickers)
        return cls(name, prices.sessions, tickers, returns, market, first + ZERO, columns)

    def draw(self, design: Design, rng: np.random.Generator) -> Study:
        """Draw the events of one study, each security at most once on a common date.

        Raises
        ------
        PriceError
            If there are fewer events than the design asks for.
        """
        if design.dates:
            start, count = self._dates
            each = -(-design.events // design.dates)
            enough = np.flatnonzero(count >= each)
            if len(enough) < design.dates:
                raise self._too_few(design, int(count.max()), "on one date", each)
            days = rng.choice(enough, design.dates, replace=False)
            chosen = np.concatenate(
                [start[day] + rng.choice(count[day], each, replace=False) for day in days]
            )[: design.events]
        elif len(self.days) < design.events:
            raise self._too_few(design, len(self.days), "in all", design.events)
        else:
            chosen = rng.choice(len(self.days), design.events, replace=False)
        at = self.days[chosen][:, None] + np.arange(-ZERO, LENGTH - ZERO)
        r = self.returns[at, self.columns[chosen][:, None]]
        market = self.market[at]
        window = slice(ESTIMATION_DAYS, None)
        stretch = math.sqrt(design.variance)
        r[:, window] = market[:, window] + stretch * (r[:, window] - market[:, window])
        r[:, ZERO] += design.effect
        return Study(r, market, at, tuple(self.tickers[k] for k in self.columns[chosen]))

    @cached_property
    def _dates(self) -> tuple[IntArray, IntArray]:
        """Place of each date's first event, and number of its events; events are in date order."""
        _, start, count = np.unique(self.days, return_index=True, return_counts=True)
        return start, count

    def _too_few(self, design: Design, there: int, where: str, needed: int) -> PriceError:
        return PriceError(
            f"{self.name} allows {there} events {where}, and the design {design.key!r} needs "
            f"{needed}; give a file with more securities.",
            path=self.name,
        )


def simulate(design: Design, rng: np.random.Generator) -> Study:
    """Draw the events of one study from a market model with known disturbances."""
    n = design.events
    # One date needs no choice: the market's path is as good from any day on.
    dates = design.dates or n
    days = design.span or FIRST_DAYS
    starts = np.zeros(1, dtype=np.int64) if dates == 1 else rng.integers(0, days, dates)
    first = starts[np.arange(n) % dates]
    first[: design.together] = first[0]
    days = int(first.max()) + LENGTH
    at = first[:, None] + np.arange(LENGTH)
    market = (MARKET[0] + MARKET[1] * _disturbances(design.tails, days, rng))[at]
    noise = math.sqrt(1.0 - design.correlation) * _disturbances(design.tails, at.shape, rng)
    if design.correlation:
        noise += math.sqrt(design.correlation) * _disturbances(design.tails, days, rng)[at]
    noise[:, ESTIMATION_DAYS:] *= math.sqrt(design.variance)
    sigma = DISTURBANCE * rng.uniform(*MULTIPLES, n)
    r = rng.uniform(*BETAS, n)[:, None] * market + sigma[:, None] * noise
    r[:, ZERO] += design.effect
    if design.thin:
        r = _last_trades(r, rng.random(r.shape) >= design.thin)
    if design.missing:
        r[rng.random(r.shape) < design.missing] = np.nan
    return Study(r, market, at, tuple(f"S{i}" for i in range(n)))


def stack(
    studies: Sequence[Study], sessions: np.ndarray[tuple[int], np.dtype[np.datetime64]]
) -> EventPanel:
    """Lay several studies one below the other as one panel, to be fitted at once."""
    r, x, at = (
        np.concatenate([getattr(study, name) for study in studies])
        for name in ("r", "market", "at")
    )
    tickers = tuple(ticker for study in studies for ticker in study.tickers)
    before, after = slice(None, ESTIMATION_DAYS), slice(ESTIMATION_DAYS, None)
    return EventPanel(
        event_ids=tuple(f"e{i}" for i in range(len(r))),
        tickers=tickers,
        day_zero=sessions[at[:, ZERO]],
        tau_est=TIME.tau_est,
        tau_evt=TIME.tau_evt,
        r_est=r[:, before],
        r_evt=r[:, after],
        x_est=x[:, before, None],
        x_evt=x[:, after, None],
        regressors=("market",),
        sessions=sessions,
        at_est=at[:, before],
        at_evt=at[:, after],
    )


def _disturbances(
    tails: float, shape: int | tuple[int, ...], rng: np.random.Generator
) -> FloatArray:
    """Draw with mean 0 and variance 1."""
    if math.isinf(tails):
        return rng.standard_normal(shape)
    return rng.standard_t(tails, shape) / math.sqrt(tails / (tails - 2.0))


def _last_trades(
    r: FloatArray, traded: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
) -> FloatArray:
    """Return the returns of the last traded price; 0 without a trade, then all that was missed."""
    traded[:, 0] = True
    level = np.cumsum(np.log1p(np.maximum(r, -0.99)), axis=1)
    last = np.maximum.accumulate(np.where(traded, np.arange(r.shape[1]), 0), axis=1)
    seen = np.take_along_axis(level, last, axis=1)
    return np.expm1(np.diff(seen, axis=1, prepend=0.0))
