"""The words for a source, and prices of companies that were renamed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from eventstudy.errors import PriceError, SpecificationError
from eventstudy.market.calendars import TradingCalendar
from eventstudy.market.prices import InMemorySource, PriceSource, PriceTable
from eventstudy.market.simulated import SimulatedMarket
from eventstudy.market.sources import SymbolHistory, open_source, with_symbol_history
from eventstudy.market.store import PriceStore

DAYS = np.array(["2022-06-07", "2022-06-08", "2022-06-09", "2024-05-01"], "datetime64[D]")
FROM, TO = date(2020, 1, 1), date(2026, 1, 1)


def source(*tickers: str) -> SymbolHistory:
    prices = np.arange(1.0, 5.0)[:, None] * np.arange(1.0, len(tickers) + 1)
    return SymbolHistory(
        InMemorySource(PriceTable(DAYS, tickers, prices, volume=prices * 10, source="memory"))
    )


def test_an_old_symbol_is_found_under_the_current_one() -> None:
    asked = source("XYZ", "SPY")
    assert isinstance(asked, PriceSource)
    table = asked.fetch(["SQ", "SPY"], FROM, TO)
    assert table.tickers == ("SQ", "SPY")
    assert table.adjusted_close[:, 0].tolist() == [1, 2, 3, 4]
    assert table.outcomes["SQ"].detail == "prices of SQ are filed under XYZ"
    assert table.outcomes["SPY"].detail == ""
    assert table.outcomes["SQ"].rows == 4
    assert table.volume is not None
    assert table.volume[:, 0].tolist() == [10, 20, 30, 40]


def test_old_and_current_symbol_may_be_asked_together() -> None:
    table = source("XYZ").fetch(["SQ", "XYZ"], FROM, TO)
    assert table.tickers == ("SQ", "XYZ")
    np.testing.assert_array_equal(table.adjusted_close[:, 0], table.adjusted_close[:, 1])


def test_prices_filed_under_the_old_symbol_end_with_it() -> None:
    table = source("FB", "SPY").fetch(["FB", "SPY"], FROM, TO)
    assert table.outcomes["FB"].last == date(2022, 6, 8)
    assert table.outcomes["SPY"].last == date(2024, 5, 1)
    late = source("FB").fetch(["FB"], date(2023, 1, 1), TO)
    assert late.outcomes["FB"].status == "missing_symbol"


def test_the_current_symbol_goes_before_the_old_one() -> None:
    table = source("FB", "META").fetch(["FB"], FROM, TO)
    assert table.adjusted_close[:, 0].tolist() == [2, 4, 6, 8]


def test_tickers_that_never_changed_pass_straight_through() -> None:
    table = source("SPY").fetch(["SPY", "TWTR", "NOPE"], FROM, TO)
    assert table.tickers == ("SPY",)
    assert table.outcomes["TWTR"].status == "missing_symbol"
    missing = source("SPY").fetch(["SQ", "SPY"], FROM, TO)
    assert missing.outcomes["SQ"].status == "missing_symbol"
    assert missing.outcomes["SQ"].ticker == "SQ"


def test_files_start_from_the_base(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("date,ticker,close\n2024-01-02,XYZ,5\n")
    opened = open_source("files:p.csv", base=tmp_path)
    assert opened.name == "files:p.csv"
    assert not opened.simulated
    assert opened.fetch(["SQ"], FROM, TO).adjusted_close.tolist() == [[5.0]]
    absolute = open_source(f"files:{tmp_path / 'p.csv'}", base=Path("elsewhere"))
    assert absolute.fetch(["XYZ"], FROM, TO).adjusted_close.tolist() == [[5.0]]


def test_a_path_that_does_not_exist_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(PriceError, match=r"no price file or folder .*none\.csv"):
        open_source("files:none.csv", base=tmp_path)


def test_a_source_handed_in_knows_old_symbols_once() -> None:
    inner = source("XYZ").source
    wrapped = with_symbol_history(inner)
    assert wrapped.fetch(["SQ"], FROM, TO).tickers == ("SQ",)
    assert with_symbol_history(wrapped) is wrapped
    market = SimulatedMarket(1, TradingCalendar.exchange("XNYS", FROM, TO))
    assert with_symbol_history(market) is market


def test_yahoo_stands_behind_the_store(tmp_path: Path) -> None:
    opened = open_source("yahoo", base=tmp_path, store=PriceStore(tmp_path / "p.sqlite"))
    assert opened.name == "yahoo"


@pytest.mark.parametrize("text", ["bloomberg", "files:", "files", "", "yahoo:AAPL"])
def test_unknown_words_name_the_forms(text: str, tmp_path: Path) -> None:
    with pytest.raises(SpecificationError, match=r"write simulated, yahoo, .* or files:PATH"):
        open_source(text, base=tmp_path)


@pytest.mark.real
def test_block_before_its_new_name(shared: Path) -> None:
    opened = open_source("files:prices_daily.parquet", base=shared / "market")
    table = opened.fetch(["SQ", "XYZ"], date(2023, 1, 1), date(2024, 12, 31))
    assert table.outcomes["SQ"].rows == 502
    np.testing.assert_array_equal(table.adjusted_close[:, 0], table.adjusted_close[:, 1])


class Offered:
    """A source as another package would write it."""

    name = "vault:prices"
    simulated = False

    def fetch(self, tickers: object, start: date, end: date, progress: object = None) -> PriceTable:
        del tickers, progress
        return PriceTable(DAYS, ("XYZ",), np.ones((4, 1)), source="vault")


def offer(monkeypatch: pytest.MonkeyPatch, made: object) -> list[tuple[str, Path]]:
    asked: list[tuple[str, Path]] = []

    class Entry:
        name = "vault"

        def load(self) -> Callable[[str, Path], object]:
            def make(written: str, base: Path) -> object:
                asked.append((written, base))
                return made

            return make

    def entries(*, group: str, name: str = "vault") -> list[Entry]:
        assert group == "eventstudy.price_sources"
        return [Entry()] if name == "vault" else []

    monkeypatch.setattr("eventstudy.market.sources.entry_points", entries)
    return asked


def test_another_package_can_offer_a_source(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = offer(monkeypatch, Offered())
    opened = open_source("vault:prices", base=tmp_path)
    assert asked == [("prices", tmp_path)]
    assert opened.name == "vault:prices"
    assert isinstance(opened, SymbolHistory)
    with pytest.raises(SpecificationError, match="eodhd, vault or files:PATH"):
        open_source("bloomberg", base=tmp_path)


def test_what_is_no_source_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    offer(monkeypatch, "a string")
    with pytest.raises(SpecificationError, match="'vault' gave str, which is no source"):
        open_source("vault", base=tmp_path)
