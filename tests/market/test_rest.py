"""Tiingo, Alpha Vantage and EODHD against a server that plays them, faults and all."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from eventstudy.errors import RateLimited, SourceUnavailable
from eventstudy.market.prices import PriceSource
from eventstudy.market.rest import RestSource
from eventstudy.market.services import SERVICES
from eventstudy.market.sources import open_source
from eventstudy.market.store import PriceStore
from tests.market.rest_server import ADJUSTED, KEY, Answer, FakeService, serving

NAMES = tuple(SERVICES)
FROM, TO = date(2024, 1, 1), date(2024, 1, 31)


@pytest.fixture(params=NAMES)
def service(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    name = str(request.param)
    monkeypatch.setenv(SERVICES[name].key_variable, KEY)
    return name


@pytest.fixture
def fake() -> Iterator[FakeService]:
    with serving(FakeService()) as server:
        yield server


def source(name: str, fake: FakeService, waits: list[float] | None = None) -> RestSource:
    kept = [] if waits is None else waits
    return RestSource(name, base_url=fake.url, timeout=0.4, retries=2, sleep=kept.append)


def test_prices_come_on_the_present_share_basis(service: str, fake: FakeService) -> None:
    asked = source(service, fake)
    assert isinstance(asked, PriceSource)
    table = asked.fetch(["AAA"], FROM, TO)
    assert table.adjusted_close[:, 0].tolist() == list(ADJUSTED)
    fields = {name: getattr(table, name)[:, 0].tolist() for name in
              ("close", "open", "volume", "dividends", "splits")}  # fmt: skip
    assert fields == {
        "close": [50, 49, 50, 51],
        "open": [50, 49, 50, 51],
        "volume": [2000, 2000, 1000, 1000],
        "dividends": [0, 1, 0, 0],
        "splits": [0, 0, 2, 0],
    }
    assert table.source == service
    late = asked.fetch(["AAA"], date(2024, 1, 4), date(2024, 1, 4))
    assert late.sessions.tolist() == [date(2024, 1, 4)]


def test_an_unknown_symbol_is_an_outcome(service: str, fake: FakeService) -> None:
    table = source(service, fake).fetch(["NOPE", "AAA"], FROM, TO)
    assert table.outcomes["NOPE"].status == "missing_symbol"
    assert fake.asked.count("NOPE") == 1
    assert table.tickers == ("AAA",)
    outside = source(service, fake).fetch(["AAA"], date(2025, 1, 1), date(2025, 2, 1))
    assert outside.outcomes["AAA"].status == "missing_symbol"


LIMITS: dict[str, Answer] = {
    "tiingo": (429, "slow down"),
    "alphavantage": (200, f'{{"Information": "We have detected your API key as {KEY} ..."}}'),
    "eodhd": (429, "slow down"),
}


def test_a_limit_is_waited_for(service: str, fake: FakeService) -> None:
    fake.fault = lambda _, n: LIMITS[service] if n < 3 else "go on"
    waits: list[float] = []
    table = source(service, fake, waits).fetch(["AAA"], FROM, TO)
    assert table.tickers == ("AAA",)
    assert 1 <= waits[0] <= 1.25
    assert 2 <= waits[1] <= 2.5
    fake.fault = lambda *_: LIMITS[service]
    with pytest.raises(RateLimited, match="asks to wait, ticker after ticker"):
        source(service, fake).fetch(["AAA"], FROM, TO)


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        ((500, "oops"), "unavailable", "error 500"),
        (None, "unavailable", "no answer in time"),
        ((200, '[{"date": "2024-01'), "malformed", "cannot be read"),
        ((200, "null"), "malformed", "cannot be read"),
        ((302, "http://127.0.0.1:9/elsewhere"), "unavailable", "error 302"),
    ],
)
def test_a_failure_is_the_tickers_own(
    service: str, fake: FakeService, answer: Answer, status: str, said: str
) -> None:
    fake.fault = lambda symbol, _: answer if symbol == "BAD" else "go on"
    table = source(service, fake).fetch(["AAA", "BAD"], FROM, TO)
    assert table.tickers == ("AAA",)
    assert table.outcomes["BAD"].status == status
    assert said in table.outcomes["BAD"].detail
    assert fake.asked.count("BAD") == 3


def test_ticker_after_ticker_ends_it(service: str, fake: FakeService) -> None:
    fake.fault = lambda symbol, _: "go on" if symbol == "AAA" else (500, "oops")
    table = source(service, fake).fetch(["AAA", "B", "C", "D", "E"], FROM, TO)
    assert table.outcomes["E"].detail.startswith("not asked: ")
    assert "E" not in fake.asked
    with pytest.raises(SourceUnavailable, match="error 500, ticker after ticker"):
        source(service, fake).fetch(["B", "C", "D", "E"], FROM, TO)


def test_two_hundred_tickers_and_progress(service: str, fake: FakeService) -> None:
    tickers = [f"T{n}" for n in range(200)]
    fake.symbols = set(tickers)
    steps: list[tuple[int, int, str]] = []
    table = source(service, fake).fetch(
        tickers, FROM, TO, lambda *step: steps.append((step[0], step[1], step[2]))
    )
    assert len(table.tickers) == 200
    assert steps[-1] == (200, 200, "T199")


def test_no_key_and_a_refused_key_are_one_sentence(
    service: str, fake: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    variable = SERVICES[service].key_variable
    monkeypatch.setenv(variable, "wrong-key")
    with pytest.raises(SourceUnavailable, match=f"refuses the key in {variable}") as refused:
        source(service, fake).fetch(["AAA"], FROM, TO)
    assert "wrong-key" not in str(refused.value)
    monkeypatch.delenv(variable)
    with pytest.raises(SourceUnavailable, match=f"variable {variable} is not set"):
        source(service, fake).fetch(["AAA"], FROM, TO)


@pytest.mark.parametrize("key", ["two\nlines", "käy"])
def test_a_key_that_cannot_be_one_is_said_without_showing_it(
    service: str, fake: FakeService, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv(SERVICES[service].key_variable, key)
    with pytest.raises(SourceUnavailable, match="holds a character that no key") as caught:
        source(service, fake).fetch(["AAA"], date(2024, 1, 1), date(2024, 1, 31))
    assert key not in str(caught.value)
    assert fake.asked == []


def test_without_a_network_it_is_one_sentence(service: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    closed = RestSource(service, base_url=f"http://127.0.0.1:{port}", sleep=lambda _: None)
    with pytest.raises(SourceUnavailable, match=r"cannot be reached \(.*\); use --prices") as said:
        closed.fetch(["AAA"], FROM, TO)
    assert said.value.__cause__ is None


def test_the_key_is_nowhere(
    service: str, fake: FakeService, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = PriceStore(tmp_path / "p.sqlite", lambda: datetime(2024, 3, 1, tzinfo=UTC))
    opened = open_source(service, base=tmp_path, store=store, base_url=fake.url)
    table = opened.fetch(["AAA", "NOPE"], FROM, TO)
    np.testing.assert_array_equal(table.adjusted_close[:, 0], ADJUSTED)
    fake.fault = lambda *_: (500, KEY)
    failed = source(service, fake)
    with pytest.raises(SourceUnavailable) as raised:
        failed.fetch(["AAA"], FROM, TO)
    words = f"{raised.value!r} {raised.value.facts} {failed!r} {table.outcomes} {caplog.text}"
    assert KEY not in words
    assert all(KEY.encode() not in file.read_bytes() for file in tmp_path.iterdir())
