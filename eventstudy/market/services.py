"""What differs between the price services that answer in JSON: addresses, keys, field names.

Adjusted closes are on the present basis everywhere. Quoted prices come as they were on their day;
`on_present_shares` puts them on the present share basis, which needs every split since: services
are therefore asked up to the present day, and the answer is cut afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

import numpy as np

from eventstudy.market.columns import DayArray, FloatArray


class UnknownSymbol(LookupError):
    """The service answered that it does not know the symbol."""


class AskedToWait(Exception):
    """The service answered, in a body without an error status, that its limit is reached."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question: a path below the service's address, its parameters and headers."""

    path: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Series:
    """One ticker's days, increasing, and fields by their names in `FIELDS`."""

    days: DayArray
    fields: dict[str, FloatArray]


@dataclass(frozen=True, slots=True)
class Service:
    """A price service.

    Attributes
    ----------
    name
        As the study file writes it.
    title
        As people say it.
    key_variable
        The environment variable that holds the user's key.
    address
        Where it is reached.
    requests
        The questions for one ticker from a day on, with the key.
    read
        Turns the answers, in the order of the questions, into a series.
    """

    name: str
    title: str
    key_variable: str
    address: str
    requests: Callable[[str, date, str], Sequence[Request]]
    read: Callable[[Sequence[Any]], Series]


def on_present_shares(series: Series) -> Series:
    """Divide quoted prices by the splits that came after their day; multiply the volume."""
    fields = dict(series.fields)
    ratio = np.where(fields["splits"] > 0, fields["splits"], 1.0)
    later = np.cumprod(ratio[::-1])[::-1] / ratio
    for name in ("close", "open", "high", "low", "dividends"):
        if name in fields:
            fields[name] = fields[name] / later
    if "volume" in fields:
        fields["volume"] = fields["volume"] * later
    fields["splits"] = np.where(ratio == 1, 0.0, ratio)
    return Series(series.days, fields)


def _series(rows: Mapping[str, Mapping[str, Any]], names: Mapping[str, str]) -> Series:
    """Return rows by day as a series; ``names`` gives the service's name of every field."""
    days = sorted(rows)
    return Series(
        np.array(days, dtype="datetime64[D]"),
        {
            field: np.array([_number(rows[day].get(name)) for day in days], dtype=np.float64)
            for field, name in names.items()
        },
    )


def _number(value: Any) -> float:
    return np.nan if value is None else float(value)


_PRICES = {"open": "open", "high": "high", "low": "low", "close": "close", "volume": "volume"}


def _ask_tiingo(ticker: str, start: date, key: str) -> list[Request]:
    path = f"/tiingo/daily/{quote(ticker, safe='')}/prices"
    parameters = {"startDate": start.isoformat(), "format": "json"}
    return [Request(path, parameters, {"Authorization": f"Token {key}"})]


def _read_tiingo(answers: Sequence[Any]) -> Series:
    rows = {row["date"][:10]: row for row in answers[0]}
    names = _PRICES | {"adjusted_close": "adjClose", "dividends": "divCash",
                       "splits": "splitFactor"}  # fmt: skip
    return on_present_shares(_series(rows, names))


def _ask_alpha_vantage(ticker: str, start: date, key: str) -> list[Request]:
    del start  # it gives all or the last hundred days
    parameters = {
        "function": "TIME_SERIES_DAILY_ADJUSTED",
        "symbol": ticker,
        "outputsize": "full",
        "apikey": key,
    }
    return [Request("/query", parameters, {})]


def _read_alpha_vantage(answers: Sequence[Any]) -> Series:
    answer = answers[0]
    if "Error Message" in answer:
        raise UnknownSymbol
    if "Note" in answer or "Information" in answer:
        raise AskedToWait  # its words may hold the key and are not passed on
    names = {
        "open": "1. open", "high": "2. high", "low": "3. low", "close": "4. close",
        "adjusted_close": "5. adjusted close", "volume": "6. volume",
        "dividends": "7. dividend amount", "splits": "8. split coefficient",
    }  # fmt: skip
    return on_present_shares(_series(answer["Time Series (Daily)"], names))


def _ask_eodhd(ticker: str, start: date, key: str) -> list[Request]:
    symbol = quote(ticker if "." in ticker else f"{ticker}.US", safe=".")
    parameters = {"from": start.isoformat(), "fmt": "json", "api_token": key}
    return [Request(f"/api/{kind}/{symbol}", parameters, {}) for kind in ("eod", "splits", "div")]


def _read_eodhd(answers: Sequence[Any]) -> Series:
    prices, splits, dividends = answers
    rows = {row["date"]: dict(row) for row in prices}
    for item in splits:
        new, _, old = item["split"].partition("/")
        rows.get(item["date"], {})["split"] = float(new) / float(old or 1)
    for item in dividends:
        paid = item.get("unadjustedValue")
        rows.get(item["date"], {})["dividend"] = item["value"] if paid is None else paid
    names = _PRICES | {"adjusted_close": "adjusted_close", "dividends": "dividend",
                       "splits": "split"}  # fmt: skip
    series = _series(rows, names)
    for name in ("dividends", "splits"):
        series.fields[name] = np.nan_to_num(series.fields[name])
    return on_present_shares(series)


SERVICES = {
    service.name: service
    for service in (
        Service("tiingo", "Tiingo", "TIINGO_API_KEY", "https://api.tiingo.com",
                _ask_tiingo, _read_tiingo),
        Service("alphavantage", "Alpha Vantage", "ALPHAVANTAGE_API_KEY",
                "https://www.alphavantage.co", _ask_alpha_vantage, _read_alpha_vantage),
        Service("eodhd", "EODHD", "EODHD_API_KEY", "https://eodhd.com", _ask_eodhd, _read_eodhd),
    )
}  # fmt: skip
