"""Prices from services that answer in JSON and want a key: one client, a table of services.

The key is read from the environment when prices are fetched. It is kept nowhere, and no message
holds it: addresses with parameters, headers and the services' own words stay out of messages.
"""

from __future__ import annotations

import json
import os
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, build_opener
from urllib.request import Request as HttpRequest

import numpy as np

from eventstudy.errors import DataSourceError, RateLimited, SourceUnavailable
from eventstudy.market.prices import (
    FIELDS,
    FloatArray,
    OutcomeStatus,
    PriceTable,
    Progress,
    TickerOutcome,
    from_rows,
)
from eventstudy.market.services import SERVICES, AskedToWait, Request, Series, UnknownSymbol

#: Tickers that may fail one after the other before the rest are not asked for.
_PATIENCE = 3
_TRANSIENT: tuple[OutcomeStatus, ...] = ("rate_limited", "unavailable")
_OTHER_WAYS = "use --prices yahoo, or --prices files:PATH with prices of your own"


class _Unreachable(Exception):
    """Nothing answers at the service's address."""


class _NoRedirects(HTTPRedirectHandler):
    """Follow no redirect: the key would go along to wherever it leads."""

    def redirect_request(self, *_: object) -> None:
        return None


@dataclass(frozen=True)
class RestSource:
    """Daily prices from Tiingo, Alpha Vantage or EODHD.

    Parameters
    ----------
    service
        ``tiingo``, ``alphavantage`` or ``eodhd``.
    base_url
        Where the service is reached instead: a mirror or a test server.
    timeout
        Seconds until a request is given up.
    retries
        How often a ticker is tried again after a failure that may pass.
    pause
        Seconds before the first new try; each further wait is twice as long, and up to a quarter
        longer by ticker.
    sleep
        Waits the given seconds.
    """

    service: str
    base_url: str | None = None
    timeout: float = 10.0
    retries: int = 3
    pause: float = 1.0
    sleep: Callable[[float], None] = time.sleep

    @property
    def name(self) -> str:
        """The service's name in a study file."""
        return self.service

    @property
    def simulated(self) -> bool:
        """The services' prices are real: False."""
        return False

    @property
    def title(self) -> str:
        """The service's name as people say it."""
        return SERVICES[self.service].title

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
            There is no key or it is refused, the service cannot be reached, or it fails for ticker
            after ticker.
        RateLimited
            The service asks to wait, and did so for ticker after ticker.
        """
        tickers = list(dict.fromkeys(tickers))
        variable = SERVICES[self.service].key_variable
        key = os.environ.get(variable, "").strip()
        if not key:
            raise SourceUnavailable(
                f"{self.title} wants a key and the environment variable {variable} is not set; set "
                f"it, or {_OTHER_WAYS}.",
                variable=variable,
            )
        if not (key.isascii() and key.isprintable()):
            raise SourceUnavailable(
                f"The key in {variable} holds a character that no key of {self.title} has, such as "
                "a line break; set it anew.",
                variable=variable,
            )
        found: dict[int, Series] = {}
        failures: dict[str, TickerOutcome] = {}
        in_a_row = 0
        for n, ticker in enumerate(tickers):
            answer = self._series(ticker, start, end, key)
            if isinstance(answer, Series):
                found[n], in_a_row = answer, 0
            else:
                failures[ticker] = answer
                in_a_row = in_a_row + 1 if answer.status in _TRANSIENT else 0
            if progress:
                progress(n + 1, len(tickers), ticker)
            if in_a_row and in_a_row == min(_PATIENCE, len(tickers)):
                if not found:
                    raise self._whole_failure(failures[ticker])
                for skipped in tickers[n + 1 :]:
                    failures[skipped] = TickerOutcome(
                        skipped,
                        failures[ticker].status,
                        detail=f"not asked: {self.title} failed for {ticker}",
                    )
                break
        return _table(tickers, found, failures, self.name)

    def _series(self, ticker: str, start: date, end: date, key: str) -> Series | TickerOutcome:
        """Return one ticker's rows, or why there are none after as many tries as allowed."""
        service = SERVICES[self.service]
        for attempt in range(self.retries + 1):
            if attempt:
                spread = zlib.crc32(f"{ticker} {attempt}".encode()) / 2**34
                self.sleep(self.pause * 2 ** (attempt - 1) * (1 + spread))
            try:
                answers = [self._ask(one) for one in service.requests(ticker, start, key)]
                series = _cut(service.read(answers), start, end)
            except (OSError, HTTPException, UnknownSymbol, AskedToWait) as error:
                outcome = self._failure(ticker, error)
                if outcome.status == "missing_symbol":
                    return outcome
            except _Unreachable as error:
                raise SourceUnavailable(
                    f"{self.title} cannot be reached ({error}); {_OTHER_WAYS}.", reason=str(error)
                ) from None
            except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
                kind = type(error).__name__
                detail = f"{self.title}'s answer cannot be read ({kind})"
                outcome = TickerOutcome(ticker, "malformed", detail=detail)
            else:
                if np.isnan(series.fields["adjusted_close"]).all():
                    detail = f"{self.title} has no prices from {start} to {end}"
                    return TickerOutcome(ticker, "missing_symbol", detail=detail)
                return series
        return outcome

    def _ask(self, request: Request) -> Any:
        """Return the JSON answer to one request."""
        address = (self.base_url or SERVICES[self.service].address).rstrip("/")
        url = f"{address}{request.path}?{urlencode(request.parameters)}"
        headers = {"User-Agent": "market-reaction", **request.headers}
        http = HttpRequest(url, headers=headers)  # noqa: S310 - our own address or the user's
        try:
            with build_opener(_NoRedirects).open(http, timeout=self.timeout) as answer:
                return json.loads(answer.read())
        except HTTPError as error:
            error.close()
            raise
        except URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise TimeoutError from None
            raise _Unreachable(error.reason) from None

    def _failure(self, ticker: str, error: Exception) -> TickerOutcome:
        """Tell what became of a ticker; a refused key stops everything."""
        status = error.code if isinstance(error, HTTPError) else 0
        if status in (401, 402, 403):
            variable = SERVICES[self.service].key_variable
            raise SourceUnavailable(
                f"{self.title} refuses the key in {variable} or its plan (error {status}); check "
                f"it, or {_OTHER_WAYS}.",
                variable=variable,
            ) from None
        if status == 404 or isinstance(error, UnknownSymbol):
            detail = f"{self.title} does not know {ticker}"
            return TickerOutcome(ticker, "missing_symbol", detail=detail)
        if status == 429 or isinstance(error, AskedToWait):
            return TickerOutcome(ticker, "rate_limited", detail=f"{self.title} asks to wait")
        why = f"error {status}" if status else "no answer in time"
        return TickerOutcome(ticker, "unavailable", detail=f"{self.title}: {why}")

    def _whole_failure(self, outcome: TickerOutcome) -> DataSourceError:
        kind = RateLimited if outcome.status == "rate_limited" else SourceUnavailable
        return kind(f"{outcome.detail}, ticker after ticker; try again later, or {_OTHER_WAYS}.")


def _cut(series: Series, start: date, end: date) -> Series:
    inside = (series.days >= np.datetime64(start)) & (series.days <= np.datetime64(end))
    fields = {name: values[inside] for name, values in series.fields.items()}
    return Series(series.days[inside], fields)


def _table(
    tickers: Sequence[str],
    found: dict[int, Series],
    failures: dict[str, TickerOutcome],
    source: str,
) -> PriceTable:
    lengths = [len(series.days) for series in found.values()]
    days = [series.days for series in found.values()]

    def column(name: str) -> FloatArray:
        nothing = [np.empty(0)]
        return np.concatenate(
            nothing + [s.fields.get(name, np.full(len(s.days), np.nan)) for s in found.values()]
        )

    return from_rows(
        tickers,
        np.repeat(np.array(list(found), dtype=np.int64), lengths),
        np.concatenate([np.empty(0, "datetime64[D]"), *days]),
        {name: column(name) for name in FIELDS},
        source=source,
        failures=failures,
    )
