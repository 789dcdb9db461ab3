"""How long the stages before and after the estimation take.

Run with ``pytest tests/benchmarks --benchmark-enable --benchmark-only``.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
from pytest_benchmark.fixture import BenchmarkFixture

from eventstudy.articles.extraction import extract
from eventstudy.articles.reading import article_from_text
from eventstudy.market.calendars import TradingCalendar
from eventstudy.market.files import read_prices
from eventstudy.market.prices import FIELDS, InMemorySource, PriceTable
from eventstudy.market.quality import check_prices
from eventstudy.market.simulated import SimulatedMarket
from eventstudy.market.store import PriceStore, SymbolRows
from eventstudy.market.stored import StoredSource
from eventstudy.reporting.report import write_report
from tests.reporting.conftest import example_content

START, END = date(2004, 1, 2), date(2023, 12, 29)
CALENDAR = TradingCalendar.exchange("XNYS", START, END)
EMPTY = PriceTable(np.empty(0, "datetime64[D]"), (), np.empty((0, 0)))
ARTICLES = Path(__file__).parents[1] / "articles" / "practice"


def test_an_article_of_ten_thousand_characters(benchmark: BenchmarkFixture) -> None:
    texts = [path.read_text("utf-8") for path in sorted(ARTICLES.glob("en-*.txt"))]
    body = "\n\n".join(texts)[:10_000]
    article = article_from_text(body, "a", published=date(2026, 4, 18))
    assert benchmark(extract, article).announcements


def test_sixty_simulated_securities_over_twenty_years(benchmark: BenchmarkFixture) -> None:
    market = SimulatedMarket(1, CALENDAR)
    table = benchmark(market.fetch, [f"T{n}" for n in range(60)], START, END)
    assert table.adjusted_close.shape == (len(CALENDAR), 60)


def test_five_hundred_stored_securities_over_ten_years(
    benchmark: BenchmarkFixture, tmp_path: Path
) -> None:
    axis = np.arange("2014-01-01", "2024-01-01", dtype="datetime64[D]")
    days = axis[np.is_busday(axis)].astype(np.int64)
    values = np.random.default_rng(0).uniform(1, 2, (len(days), len(FIELDS)))
    store = PriceStore(tmp_path / "prices.sqlite")
    whole = date(2014, 1, 1), date(2023, 12, 31)
    symbols = [f"S{n}" for n in range(500)]
    for symbol in symbols:
        store.write("yahoo", symbol, SymbolRows(days, values), whole)
    source = StoredSource(InMemorySource(EMPTY, name="yahoo"), store)
    table = benchmark(source.fetch, symbols, *whole)
    assert table.adjusted_close.shape == (len(days), 500)


def test_the_checks_of_sixty_real_securities(benchmark: BenchmarkFixture, shared: Path) -> None:
    table = read_prices(shared / "market" / "prices_daily.parquet")
    calendar = TradingCalendar.exchange("XNYS", date(1990, 1, 1), date(2026, 12, 31))
    assert benchmark(check_prices, table, calendar, "SPY")


def test_a_report_of_two_hundred_events(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    content = example_content(n=200)
    paths = benchmark(write_report, content, tmp_path / "report")
    assert len(paths) > 10
