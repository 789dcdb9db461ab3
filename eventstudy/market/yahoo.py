"""Prices from Yahoo: the only module that knows yfinance.

yfinance reports a time-out, a limit and an unknown symbol alike and remembers failed answers.
Here every ticker gets one typed outcome, a failed answer is forgotten before the next try, waits
grow up to a limit, and a source that cannot be reached says so within seconds.
"""

from __future__ import annotations

import logging
import time
import warnings
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from eventstudy.errors import RateLimited, SourceUnavailable
from eventstudy.market.earnings import Earnings, KnownEarnings
from eventstudy.market.prices import (
    FIELDS,
    FloatArray,
    OutcomeStatus,
    PriceTable,
    Progress,
    TickerOutcome,
    from_rows,
)

_COLUMNS = {
    "adjusted_close": "Adj Close",
    "close": "Close",
    "open": "Open",
    "high": "High",
    "low": "Low",
    "volume": "Volume",
    "dividends": "Dividends",
    "splits": "Stock Splits",
}
#: Paths of the requests whose status tells what became of a ticker.
_ANSWERS = ("/v8/finance/chart/", "/calendar/earnings")
#: Earnings dates asked for at once, the most there are: 25 years of quarters.
_QUARTERS = 100
#: Earnings announced from this hour on, on the exchange's clock, are news of the next session.
_EVENING = 16
_CHART = "https://query2.finance.yahoo.com/v8/finance/chart/"
#: Tickers that may fail one after the other before the rest are not asked for.
_PATIENCE = 3
_OTHER_WAYS = (
    "use --prices files:PATH with prices of your own, or --prices simulated for an invented market"
)
_TRANSIENT: tuple[OutcomeStatus, ...] = ("rate_limited", "unavailable")


@dataclass(frozen=True)
class YahooSource:
    """Daily prices from Yahoo's chart service through yfinance.

    ``close`` is adjusted for splits only, ``adjusted_close`` also for dividends; dividends and
    splits come along.

    Parameters
    ----------
    base_url
        Where requests for ``*.yahoo.com`` go instead: a mirror or a test server.
    timeout
        Seconds until a request is given up.
    retries
        How often a ticker is tried again after a failure that may pass.
    pause
        Seconds before the first new try; each further wait is twice as long, and up to a quarter
        longer by ticker, so that several processes do not return at once.
    sleep
        Waits the given seconds.
    """

    base_url: str | None = None
    timeout: float = 10.0
    retries: int = 3
    pause: float = 1.0
    sleep: Callable[[float], None] = time.sleep

    @property
    def name(self) -> str:
        """``yahoo``."""
        return "yahoo"

    @property
    def simulated(self) -> bool:
        """Yahoo's prices are real: False."""
        return False

    def fetch(
        self,
        tickers: Sequence[str],
        start: date,
        end: date,
        progress: Progress | None = None,
    ) -> PriceTable:
        """Return daily prices from ``start`` to ``end``, both inclusive.

        Raises
        ------
        SourceUnavailable
            Yahoo cannot be reached, or fails for ticker after ticker.
        RateLimited
            Yahoo asks to wait, and did so for ticker after ticker.
        """
        tickers = list(dict.fromkeys(tickers))
        frames: dict[int, pd.DataFrame] = {}
        failures: dict[str, TickerOutcome] = {}
        currencies: dict[str, str] = {}
        asked = f"for prices of {_listing(tickers)} from {start} to {end}"
        in_a_row = 0
        with _quiet_yfinance():
            session = _session(self.base_url, self.timeout)
            if tickers:
                self._probe(session, tickers[0], asked)
            for n, ticker in enumerate(tickers):
                frame, outcome = self._history(session, ticker, start, end)
                if frame is not None:
                    frames[n], currencies[ticker], in_a_row = frame, outcome.currency, 0
                else:
                    failures[ticker] = outcome
                    in_a_row = in_a_row + 1 if outcome.status in _TRANSIENT else 0
                if progress:
                    progress(n + 1, len(tickers), ticker)
                if in_a_row == _PATIENCE:
                    if not frames:
                        raise _whole_failure(outcome, asked)
                    for skipped in tickers[n + 1 :]:
                        failures[skipped] = TickerOutcome(
                            skipped, outcome.status, detail=f"not asked: Yahoo failed for {ticker}"
                        )
                    break
        return _table(tickers, frames, failures, currencies, self.name)

    def earnings(self, tickers: Sequence[str], last: date) -> KnownEarnings:
        """Return the earnings dates of companies from Yahoo's calendar; one try per ticker.

        An hour in the evening makes the next session the one that can react. No failure raises:
        what could not be had is said in ``unknown``.
        """
        del last  # the calendar comes whole
        tickers = list(dict.fromkeys(tickers))
        days: dict[str, tuple[Earnings, ...]] = {}
        unknown: dict[str, str] = {}
        with _quiet_yfinance():
            session = _session(self.base_url, self.timeout)
            try:
                if tickers:
                    self._probe(session, tickers[0], "for earnings dates")
            except SourceUnavailable as error:
                return KnownEarnings({}, dict.fromkeys(tickers, str(error)))
            for ticker in tickers:
                if len(unknown) < _PATIENCE or days:
                    found, why = _earnings(session, ticker)
                    days |= {} if found is None else {ticker: found}
                if ticker not in days:
                    unknown[ticker] = why
        return KnownEarnings(days, unknown)

    def _probe(self, session: Any, ticker: str, asked: str) -> None:
        """Find out in one request whether Yahoo can be reached at all."""
        try:
            session.get(_CHART + ticker, params={"range": "1d", "interval": "1d"})
        except OSError as error:
            reason = str(error).partition(". See ")[0].removeprefix("Failed to perform, ")
            raise SourceUnavailable(
                f"Yahoo cannot be reached ({reason}) {asked}; {_OTHER_WAYS}.", reason=reason
            ) from error

    def _history(
        self, session: Any, ticker: str, start: date, end: date
    ) -> tuple[pd.DataFrame | None, TickerOutcome]:
        """Return one ticker's rows, or None and the reason, after as many tries as allowed."""
        import yfinance
        from yfinance.data import YfData
        from yfinance.exceptions import YFException

        outcome = TickerOutcome(ticker, "unavailable")
        for attempt in range(self.retries + 1):
            if attempt:
                spread = zlib.crc32(f"{ticker} {attempt}".encode()) / 2**34
                self.sleep(self.pause * 2 ** (attempt - 1) * (1 + spread))
            session.status = 0
            asked = yfinance.Ticker(ticker, session=session)
            try:
                frame = asked.history(
                    start=start.isoformat(),
                    end=(end + timedelta(days=1)).isoformat(),
                    auto_adjust=False,
                    actions=True,
                    timeout=self.timeout,
                )
            except (YFException, LookupError, TypeError, ValueError, AttributeError, OSError) as e:
                YfData.cache_get.cache_clear()  # it would answer from the failed response
                outcome = _failure(ticker, e, session.status)
                if outcome.status == "missing_symbol":
                    break
                continue
            if frame["Adj Close"].notna().any():
                currency = str(asked.history_metadata.get("currency") or "")
                return frame, TickerOutcome(ticker, "rows", currency=currency)
            detail = f"Yahoo has no prices from {start} to {end}"
            return None, TickerOutcome(ticker, "missing_symbol", detail=detail)
        return None, outcome


def _session(base_url: str | None, timeout: float) -> Any:
    """Return a curl_cffi session that gives up in time and may send Yahoo's requests elsewhere.

    Its ``status`` is that of the last answer about a ticker, 0 when there was none.
    """
    from urllib.parse import urlsplit

    from curl_cffi import requests

    class Session(requests.Session[requests.Response]):
        status = 0

        def request(self, method: Any, url: str, *args: Any, **options: Any) -> requests.Response:
            parts = urlsplit(url)
            if base_url and (parts.hostname or "").endswith("yahoo.com"):
                query = f"?{parts.query}" if parts.query else ""
                url = base_url.rstrip("/") + parts.path + query
            options["timeout"] = timeout  # yfinance waits 30 s for cookies it can do without
            answer = super().request(method, url, *args, **options)
            if parts.path.startswith(_ANSWERS):
                self.status = answer.status_code
            return answer

    return Session(impersonate="chrome")


def _earnings(session: Any, ticker: str) -> tuple[tuple[Earnings, ...] | None, str]:
    """Return a company's earnings dates, or None and the reason."""
    import yfinance
    from yfinance.data import YfData
    from yfinance.exceptions import YFException

    session.status = 0
    try:
        frame = yfinance.Ticker(ticker, session=session).get_earnings_dates(limit=_QUARTERS)
    except (YFException, LookupError, TypeError, ValueError, AttributeError, OSError) as error:
        return None, _failure(ticker, error, session.status).detail
    finally:
        YfData.cache_get.cache_clear()  # it would answer from this response, failed or old
    if frame is None and session.status not in (200, 404):
        return None, f"Yahoo answered with error {session.status}"
    moments = () if frame is None else frame.index.dropna()
    return tuple(sorted({Earnings(at.date(), at.hour >= _EVENING) for at in moments})), ""


def _failure(ticker: str, error: Exception, status: int) -> TickerOutcome:
    """Tell from Yahoo's answer and yfinance's error what became of a ticker."""
    from yfinance.exceptions import YFDataException, YFRateLimitError, YFTickerMissingError

    why = str(error).partition(". See ")[0] or type(error).__name__
    if status == 429 or isinstance(error, YFRateLimitError):
        return TickerOutcome(ticker, "rate_limited", detail="Yahoo asks to wait")
    if status >= 500:
        return TickerOutcome(ticker, "unavailable", detail=f"Yahoo answered with error {status}")
    if status == 404 or isinstance(error, YFTickerMissingError):
        detail = f"Yahoo has no prices of {ticker} for these days"
        return TickerOutcome(ticker, "missing_symbol", detail=detail)
    if isinstance(error, YFDataException):
        return TickerOutcome(ticker, "unavailable", detail=f"Yahoo is down: {why}")
    if isinstance(error, OSError) and not isinstance(error, ValueError):
        return TickerOutcome(ticker, "unavailable", detail=f"no answer from Yahoo: {why}")
    return TickerOutcome(ticker, "malformed", detail=f"Yahoo's answer cannot be read: {why}")


def _listing(tickers: Sequence[str], most: int = 3) -> str:
    shown = ", ".join(tickers[:most])
    return f"{shown} and {len(tickers) - most} more" if len(tickers) > most else shown


def _whole_failure(outcome: TickerOutcome, asked: str) -> SourceUnavailable | RateLimited:
    if outcome.status == "rate_limited":
        return RateLimited(
            f"Yahoo limits its callers and gave no answer {asked}; try again in an hour, or "
            f"{_OTHER_WAYS}."
        )
    return SourceUnavailable(f"Yahoo fails {asked} ({outcome.detail}); {_OTHER_WAYS}.")


def _table(
    tickers: Sequence[str],
    frames: dict[int, pd.DataFrame],
    failures: dict[str, TickerOutcome],
    currencies: dict[str, str],
    source: str,
) -> PriceTable:
    """Put the frames on one axis; a row's date is the date on the exchange's clock."""
    lengths = [len(frame) for frame in frames.values()]
    days = [
        pd.DatetimeIndex(frame.index).tz_localize(None).to_numpy().astype("datetime64[D]")
        for frame in frames.values()
    ]
    values: list[FloatArray] = [
        frame.reindex(columns=list(_COLUMNS.values())).to_numpy(dtype=np.float64)
        for frame in frames.values()
    ]
    rows = np.concatenate([np.empty((0, len(FIELDS))), *values])
    return from_rows(
        tickers,
        np.repeat(np.array(list(frames), dtype=np.int64), lengths),
        np.concatenate([np.empty(0, "datetime64[D]"), *days]),
        dict(zip(_COLUMNS, rows.T, strict=True)),
        source=source,
        currencies=currencies,
        failures=failures,
    )


@contextmanager
def _quiet_yfinance() -> Iterator[None]:
    """Make yfinance raise instead of log, and keep its log and its pandas warnings to itself."""
    import yfinance

    logger = logging.getLogger("yfinance")
    debug = yfinance.config.debug
    before = logger.disabled, debug.hide_exceptions
    logger.disabled, debug.hide_exceptions = True, False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.disabled, debug.hide_exceptions = before
