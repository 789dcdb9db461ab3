"""A server on the loopback interface that plays Yahoo's chart service."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")

#: What the server answers: status and body, or None to hang up after a while.
Answer = tuple[int, str] | None


@dataclass
class Bar:
    """One day of one symbol."""

    day: date
    close: float | None
    adjusted: float | None
    dividend: float = 0.0
    split: float = 0.0


@dataclass
class FakeYahoo:
    """Symbols, what goes wrong with them, and what was asked."""

    bars: dict[str, list[Bar]] = field(default_factory=dict)
    currencies: dict[str, str] = field(default_factory=dict)
    earnings: dict[str, list[str] | Answer] = field(default_factory=dict)
    faults: dict[str, Callable[[int], Answer | str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def answer(self, path: str, query: dict[str, list[str]]) -> Answer:
        if path == "/calendar/earnings":
            symbol = query["symbol"][0]
            self.asked.append(f"earnings of {symbol}")
            listed = self.earnings.get(symbol, [])
            return (200, calendar_page(symbol, listed)) if isinstance(listed, list) else listed
        if not path.startswith("/v8/finance/chart/"):
            return 404, "no crumbs here"
        symbol = unquote(path.rsplit("/", 1)[-1])
        history = "period1" in query
        if history:
            self.asked.append(symbol)
        if history and symbol in self.faults:
            answer = self.faults[symbol](self.asked.count(symbol))
            if not isinstance(answer, str):
                return answer
        if symbol not in self.bars:
            reason = {"code": "Not Found", "description": "No data found, symbol may be delisted"}
            return 404, json.dumps({"chart": {"result": None, "error": reason}})
        low, high = (int(query[name][0]) for name in ("period1", "period2")) if history else (0, 0)
        bars = [bar for bar in self.bars[symbol] if low <= stamp(bar.day) < high]
        return 200, json.dumps(chart(symbol, bars, self.currencies.get(symbol, "USD")))


def stamp(day: date) -> int:
    """Return the moment of the open in New York, as Yahoo stamps a day."""
    return int(datetime(day.year, day.month, day.day, 9, 30, tzinfo=NEW_YORK).timestamp())


def calendar_page(symbol: str, listed: list[str]) -> str:
    """Return the page of earnings dates, each as ``October 30, 2025 at 4 PM EDT``."""
    names = ("Symbol", "Company", "Earnings Date", "EPS Estimate", "Reported EPS", "Surprise (%)")
    rows = [names, *((symbol, "Inc.", day, "1.5", "1.6", "6.7") for day in listed)]
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    head, *body = (f"<tr>{line}</tr>" for line in lines)
    head = head.replace("td>", "th>")
    table = f"<table><thead>{head}</thead><tbody>{''.join(body)}</tbody></table>"
    return f"<html><body>{table if listed else 'Nothing here.'}</body></html>"


def chart(symbol: str, bars: list[Bar], currency: str = "USD") -> dict[str, Any]:
    """Return the body of the chart service for some days."""
    closes = [bar.close for bar in bars]
    meta = {
        "currency": currency,
        "symbol": symbol,
        "instrumentType": "EQUITY",
        "exchangeTimezoneName": "America/New_York",
        "timezone": "EST",
        "gmtoffset": -18000,
        "dataGranularity": "1d",
        "priceHint": 2,
        "regularMarketPrice": 1.0,
        "validRanges": ["1d", "5d", "max"],
    }
    events: dict[str, dict[str, dict[str, float]]] = {"dividends": {}, "splits": {}}
    for bar in bars:
        at = stamp(bar.day)
        if bar.dividend:
            events["dividends"][str(at)] = {"amount": bar.dividend, "date": at}
        if bar.split:
            events["splits"][str(at)] = {"date": at, "numerator": bar.split, "denominator": 1.0}
    quote = {
        "open": closes,
        "high": closes,
        "low": closes,
        "close": closes,
        "volume": [None if close is None else 1000 for close in closes],
    }
    result: dict[str, Any] = {"meta": meta, "indicators": {"quote": [{}], "adjclose": [{}]}}
    if bars:
        result["timestamp"] = [stamp(bar.day) for bar in bars]
        result["indicators"] = {
            "quote": [quote],
            "adjclose": [{"adjclose": [bar.adjusted for bar in bars]}],
        }
        result["events"] = {kind: found for kind, found in events.items() if found}
    return {"chart": {"result": [result], "error": None}}


def weekdays(start: str, count: int) -> list[date]:
    """Return the first weekdays from a day on."""
    first = date.fromisoformat(start)
    days = (first + timedelta(days=n) for n in range(2 * count + 7))
    return [day for day in days if day.weekday() < 5][:count]


def bars(start: str, count: int, first: float = 100.0) -> list[Bar]:
    """Return bars of a price that rises by one a day; the adjusted close is half of it."""
    return [Bar(day, first + n, (first + n) / 2) for n, day in enumerate(weekdays(start, count))]


@contextmanager
def serving(fake: FakeYahoo) -> Iterator[FakeYahoo]:
    """Serve on a free port while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            answer = fake.answer(parts.path, parse_qs(parts.query))
            if answer is None:
                time.sleep(1.5)
                return
            status, body = answer
            self.send_response(status)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
