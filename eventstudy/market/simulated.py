"""A market with known truth: the embedded default of the demo, and a bench for the tests.

Simple daily returns of security i in sector k on session t::

    r_it = mu + beta_i m_t + lambda_i s_kt + e_it + effect_it

where the market m, the sectors s and the firm's own e are independent, and each is a GARCH(1,1)
process with Student-t innovations (Bollerslev 1987): fat tails and clusters of volatility. The
sectors are the cross-correlation that a one-factor model leaves in its residuals. The benchmark
is the market itself, ``mu + m_t``.

Sectors are drawn per ticker unless they are named; two tickers of one sector share its shocks, so
their abnormal returns are correlated by their loadings' product times the sector's variance.

Some trade less than every day. A *thin* ticker has days without a trade: its price stays and its
volume is 0, and what happened meanwhile comes with the next trade (Scholes & Williams 1977). A
*halted* one has no price on such days. A *delisted* one ends for good; with a delisting return,
its last price holds it.

Effects are added to the simple return of their session and to nothing else, so the path with an
effect differs from the path without it by exactly that return: what a study estimates can be
compared with what was planted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from eventstudy.errors import PriceError
from eventstudy.market.calendars import TradingCalendar
from eventstudy.market.prices import FloatArray, PriceTable, Progress, TickerOutcome, from_rows

SECTORS = 6
#: Expected return and standard deviation per day of the market; the sectors' deviation.
DRIFT, MARKET_VOLATILITY, SECTOR_VOLATILITY = 0.0004, 0.010, 0.008
#: Degrees of freedom of the innovations, and the GARCH weights of news and memory.
FREEDOM, NEWS, MEMORY = 5.0, 0.06, 0.92
#: No simulated day loses more than this, nor may a planted effect: prices stay positive.
FLOOR = -0.5


@dataclass(frozen=True, eq=False)
class SimulatedMarket:
    """A source of invented prices on the sessions of a calendar.

    A ticker's path depends on the seed, the ticker and the calendar only, never on the other
    tickers asked for. Every ticker exists unless it is named in ``unknown``.

    Parameters
    ----------
    seed
        Any integer; equal seeds give equal prices.
    calendar
        The sessions that are simulated, from the first to the last.
    benchmark
        The ticker that is the market itself.
    effects
        Per ticker, pairs of a session and the abnormal return (decimal) planted on it.
    first, last
        Per ticker, the first day of its listing and the last before its delisting.
    missing
        Per ticker, sessions without a price.
    thin
        Per ticker, the share of sessions without a trade, from 0 up to but not including 1; a
        session with an effect always has one.
    halts
        Per ticker, the share of sessions on which trading is halted, drawn likewise.
    delisting
        Per ticker with a ``last`` day, the return added on it.
    sectors
        Per ticker, its sector from 0 to 5.
    unknown
        Tickers that this market does not list.
    """

    seed: int
    calendar: TradingCalendar
    benchmark: str = "SPY"
    effects: Mapping[str, Sequence[tuple[date, float]]] = field(default_factory=dict)
    first: Mapping[str, date] = field(default_factory=dict)
    last: Mapping[str, date] = field(default_factory=dict)
    missing: Mapping[str, Collection[date]] = field(default_factory=dict)
    unknown: Collection[str] = ()
    thin: Mapping[str, float] = field(default_factory=dict)
    halts: Mapping[str, float] = field(default_factory=dict)
    delisting: Mapping[str, float] = field(default_factory=dict)
    sectors: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for ticker, planted in self.effects.items():
            for session, size in planted:
                if size <= FLOOR:
                    raise PriceError(
                        f"The effect of {size:+.2%} for {ticker} on {session} is too large a loss; "
                        f"it must be above {FLOOR:+.0%}.",
                        ticker=ticker,
                        session=session,
                    )
                if self.calendar.position(np.datetime64(session)) < 0:
                    raise PriceError(
                        f"The effect of {size:+.2%} for {ticker} on {session} cannot be planted: "
                        f"that is no session of {self.calendar.name}; choose one.",
                        ticker=ticker,
                        session=session,
                    )
        for what, shares in (("thin", self.thin), ("halts", self.halts)):
            for ticker, share in shares.items():
                if not 0 <= share < 1:
                    raise PriceError(
                        f"{what} of {ticker} is {share:g}; give a share of the sessions from 0 up "
                        "to but not including 1.",
                        ticker=ticker,
                    )
        for ticker, sector in self.sectors.items():
            if not 0 <= sector < SECTORS:
                raise PriceError(
                    f"The sector of {ticker} is {sector}; the market has 0 to {SECTORS - 1}.",
                    ticker=ticker,
                )

    @property
    def name(self) -> str:
        """``simulated``."""
        return "simulated"

    @property
    def simulated(self) -> bool:
        """The prices are invented: True."""
        return True

    def fetch(
        self,
        tickers: Sequence[str],
        start: date,
        end: date,
        progress: Progress | None = None,
    ) -> PriceTable:
        """Return daily prices from ``start`` to ``end``, both inclusive."""
        tickers = list(dict.fromkeys(tickers))
        listed = [ticker for ticker in tickers if ticker not in self.unknown]
        sessions = self.calendar.sessions
        prices = self._prices(listed)
        volume = self._volume(listed, prices)
        there = np.broadcast_to(
            ((sessions >= np.datetime64(start)) & (sessions <= np.datetime64(end)))[:, None],
            prices.shape,
        ) & self._trading(listed)
        rows, columns = np.nonzero(there)
        code_of = np.array([tickers.index(ticker) for ticker in listed], dtype=np.int64)
        if progress:
            progress(len(tickers), len(tickers), self.name)
        return from_rows(
            tickers,
            code_of[columns],
            sessions[rows],
            {name: values[there] for name, values in
             (("adjusted_close", prices), ("close", prices), ("volume", volume))},
            source=self.name,
            failures={
                ticker: TickerOutcome(
                    ticker, "missing_symbol", detail=f"the simulated market does not list {ticker}"
                )
                for ticker in tickers
                if ticker in self.unknown
            },
            simulated=True,
        )  # fmt: skip

    def _returns(self, tickers: Sequence[str]) -> FloatArray:
        """Return simple returns, shape (T, K), effects planted; the first row is 0."""
        length = len(self.calendar)
        hidden = ["\0market", *(f"\0sector {k}" for k in range(SECTORS))]
        shocks = _garch(np.stack([_innovations(self._stream(name), length) for name in
                                  (*hidden, *tickers)], axis=1))  # fmt: skip
        market = DRIFT + MARKET_VOLATILITY * shocks[:, 0]
        sectors = SECTOR_VOLATILITY * shocks[:, 1 : 1 + SECTORS]
        returns = np.empty((length, len(tickers)))
        for j, ticker in enumerate(tickers):
            if ticker == self.benchmark:
                returns[:, j] = market
                continue
            draw = self._stream(ticker + "\0traits")
            beta, loading = draw.uniform(0.6, 1.6), draw.uniform(0.3, 1.0)
            drawn, own = draw.integers(SECTORS), draw.uniform(0.010, 0.022)
            sector = self.sectors.get(ticker, int(drawn))
            returns[:, j] = DRIFT + beta * (market - DRIFT)
            returns[:, j] += loading * sectors[:, sector] + own * shocks[:, 1 + SECTORS + j]
        returns[0] = 0.0
        np.maximum(returns, FLOOR, out=returns)
        for j, ticker in enumerate(tickers):
            for session, size in self.effects.get(ticker, ()):
                returns[int(self.calendar.position(np.datetime64(session))), j] += size
            if ticker in self.delisting and ticker in self.last:
                end = np.searchsorted(
                    self.calendar.sessions, np.datetime64(self.last[ticker]), side="right"
                )
                returns[max(int(end) - 1, 0), j] += max(self.delisting[ticker], FLOOR)
        return returns

    def _prices(self, tickers: Sequence[str]) -> FloatArray:
        start = np.array([self._stream(t + "\0price").uniform(20, 300) for t in tickers])
        prices: FloatArray = start * np.cumprod(1.0 + self._returns(tickers), axis=0)
        for j, ticker in enumerate(tickers):
            quiet = self._idle(ticker, "thin", self.thin.get(ticker, 0.0))
            traded = np.maximum.accumulate(np.where(quiet, 0, np.arange(len(prices))))
            prices[:, j] = prices[traded, j]  # of the last session with a trade
        return prices

    def _idle(self, ticker: str, why: str, share: float) -> NDArray[np.bool_]:
        """Draw the sessions on which nothing happens; the first and those with effects are not."""
        idle = np.zeros(len(self.calendar), dtype=np.bool_)
        if share > 0:
            idle = self._stream(f"{ticker}\0{why}").random(len(idle)) < share
            idle[0] = False
            for session, _ in self.effects.get(ticker, ()):
                idle[int(self.calendar.position(np.datetime64(session)))] = False
        return idle

    def _volume(self, tickers: Sequence[str], prices: FloatArray) -> FloatArray:
        """Shares traded: log-normal around a level of each ticker's own."""
        volume = np.empty_like(prices)
        for j, ticker in enumerate(tickers):
            draw = self._stream(ticker + "\0volume")
            volume[:, j] = np.exp(draw.normal(15.0, 0.8) + 0.35 * draw.standard_normal(len(prices)))
            volume[self._idle(ticker, "thin", self.thin.get(ticker, 0.0)), j] = 0
        return np.round(volume)

    def _trading(self, tickers: Sequence[str]) -> NDArray[np.bool_]:
        """Whether each ticker has a price on each session, shape (T, K)."""
        sessions = self.calendar.sessions
        there = np.ones((len(sessions), len(tickers)), dtype=np.bool_)
        for j, ticker in enumerate(tickers):
            if ticker in self.first:
                there[:, j] &= sessions >= np.datetime64(self.first[ticker])
            if ticker in self.last:
                there[:, j] &= sessions <= np.datetime64(self.last[ticker])
            there[:, j] &= ~self._idle(ticker, "halts", self.halts.get(ticker, 0.0))
            there[:, j] &= ~np.isin(
                sessions, np.array(list(self.missing.get(ticker, ())), dtype="datetime64[D]")
            )
        return there

    def _stream(self, what: str) -> np.random.Generator:
        """Return the random numbers that belong to (seed, what) alone."""
        digest = hashlib.sha256(f"{self.seed}\0{what}".encode()).digest()
        return np.random.default_rng(int.from_bytes(digest[:16], "big"))


def _innovations(draw: np.random.Generator, length: int) -> FloatArray:
    """Student-t innovations of unit variance, shape (length,)."""
    return np.asarray(draw.standard_t(FREEDOM, length)) * float(np.sqrt(1 - 2 / FREEDOM))


def _garch(innovations: FloatArray) -> FloatArray:
    """Return GARCH(1,1) processes of unit unconditional variance, one per column.

    Parameters
    ----------
    innovations
        Independent with mean 0 and variance 1, shape (T, K).
    """
    shocks = np.empty_like(innovations)
    variance = np.ones(innovations.shape[1])
    for t, z in enumerate(innovations):
        shocks[t] = np.sqrt(variance) * z
        variance = (1 - NEWS - MEMORY) + NEWS * shocks[t] ** 2 + MEMORY * variance
    return shocks
