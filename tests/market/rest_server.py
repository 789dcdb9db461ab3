"""A server on the loopback interface that plays Tiingo, Alpha Vantage and EODHD."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "secret-key-4711"
DAYS = ("2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05")
#: As quoted on the day: a dividend of 2 on the 3rd and a 2-for-1 split on the 4th.
CLOSES = (100.0, 98.0, 50.0, 51.0)
ADJUSTED = (48.0, 49.0, 50.0, 51.0)
PAID = (0.0, 2.0, 0.0, 0.0)
SPLIT = (1.0, 1.0, 2.0, 1.0)

Answer = tuple[int, str] | None


@dataclass
class FakeService:
    """What is known, what goes wrong, and what was asked."""

    symbols: set[str] = field(default_factory=lambda: {"AAA"})
    fault: Callable[[str, int], Answer | str] | None = None
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def answer(self, path: str, query: dict[str, list[str]], token: str) -> Answer:
        symbol = symbol_of(path, query)
        if not path.startswith(("/api/splits", "/api/div")):
            self.asked.append(symbol)
        key = token or query.get("apikey", query.get("api_token", [""]))[0]
        if key != KEY:
            return 401, json.dumps({"detail": f"Invalid token {key}."})
        if self.fault is not None:
            answer = self.fault(symbol, self.asked.count(symbol))
            if not isinstance(answer, str):
                return answer
        if path == "/query":
            return 200, json.dumps(alpha_vantage(symbol in self.symbols))
        if symbol not in self.symbols:
            return 404, json.dumps({"detail": "Not found."})
        if path.startswith("/tiingo"):
            return 200, json.dumps(tiingo())
        return 200, json.dumps(eodhd(path.split("/")[2]))


def symbol_of(path: str, query: dict[str, list[str]]) -> str:
    if path == "/query":
        return query["symbol"][0]
    part = path.split("/")[3]
    return part.removesuffix(".US")


def tiingo() -> list[dict[str, Any]]:
    rows = zip(DAYS, CLOSES, ADJUSTED, PAID, SPLIT, strict=True)
    return [
        {"date": f"{day}T00:00:00.000Z", "close": close, "high": close, "low": close, "open": close,
         "volume": 1000, "adjClose": adjusted, "divCash": paid, "splitFactor": split}
        for day, close, adjusted, paid, split in rows
    ]  # fmt: skip


def alpha_vantage(known: bool) -> dict[str, Any]:
    if not known:
        return {"Error Message": "Invalid API call. Please retry or visit the documentation."}
    names = ("1. open", "2. high", "3. low", "4. close", "5. adjusted close", "6. volume",
             "7. dividend amount", "8. split coefficient")  # fmt: skip
    rows = zip(DAYS, CLOSES, ADJUSTED, PAID, SPLIT, strict=True)
    return {
        "Meta Data": {"2. Symbol": "AAA"},
        "Time Series (Daily)": {
            day: dict(zip(names, map(str, (c, c, c, c, a, 1000, p, s)), strict=True))
            for day, c, a, p, s in reversed(list(rows))
        },
    }


def eodhd(kind: str) -> list[dict[str, Any]]:
    if kind == "splits":
        return [{"date": "2024-01-04", "split": "2.000000/1.000000"}]
    if kind == "div":
        return [{"date": "2024-01-03", "value": 1.0, "unadjustedValue": 2.0, "currency": "USD"}]
    return [
        {"date": day, "open": close, "high": close, "low": close, "close": close,
         "adjusted_close": adjusted, "volume": 1000}
        for day, close, adjusted in zip(DAYS, CLOSES, ADJUSTED, strict=True)
    ]  # fmt: skip


@contextmanager
def serving(fake: FakeService) -> Iterator[FakeService]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            token = self.headers.get("Authorization", "").removeprefix("Token ")
            answer = fake.answer(parts.path, parse_qs(parts.query), token)
            if answer is None:
                time.sleep(1.0)
                return
            status, body = answer
            self.send_response(status)
            if status in (301, 302):
                self.send_header("Location", body)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
