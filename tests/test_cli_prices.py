"""``eventstudy prices …``: the store seen from the command line, fed by a loopback service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from eventstudy.__main__ import main
from eventstudy.market.services import SERVICES
from tests.market import yahoo_server
from tests.market.rest_server import KEY, FakeService, serving


class Answer(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Answer]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Run]:
    """Return the command line, with a store of its own and a service on the loopback."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EVENTSTUDY_STORE", str(tmp_path / "store.sqlite"))
    monkeypatch.setenv("TIINGO_API_KEY", KEY)

    def call(*words: str) -> Answer:
        monkeypatch.setattr("sys.argv", ["eventstudy", "prices", *words])
        with pytest.raises(SystemExit) as stop:
            main()
        said = capsys.readouterr()
        return Answer(int(stop.value.code or 0), said.out, said.err)

    with serving(FakeService(symbols={"AAA", "SPY"})) as fake:
        here = SERVICES["tiingo"].__class__
        service = SERVICES["tiingo"]
        moved = here(service.name, service.title, service.key_variable, fake.url,
                     service.requests, service.read)  # fmt: skip
        monkeypatch.setitem(SERVICES, "tiingo", moved)
        yield call


FETCH = ("fetch", "--source", "tiingo", "--from", "2024-01-01", "--to", "2024-01-31")


def test_fetch_shows_what_became_of_each_ticker(run: Run) -> None:
    answer = run(*FETCH, "AAA", "NOPE")
    assert answer.code == 0, answer.err
    assert "AAA        4 rows from 2024-01-02 to 2024-01-05" in answer.out
    assert "NOPE       missing symbol (Tiingo does not know NOPE)" in answer.out
    shown = run("status").out
    assert "AAA        tiingo         2024-01-01 to 2024-01-31       4 rows" in shown
    assert "NOPE       tiingo         2024-01-01 to 2024-01-31  not known there" in shown
    assert "1 series, 4 rows" in shown
    assert "had no prices of NOPE" in run(*FETCH, "NOPE").out
    assert "(Tiingo does not know NOPE)" in run(*FETCH, "NOPE", "--refresh").out


def test_a_store_can_be_checked_copied_and_cleared(run: Run, tmp_path: Path) -> None:
    run(*FETCH, "AAA", "SPY")
    assert run("check").out.endswith("store.sqlite: 0 faults\n")
    assert run("export", "copy.parquet", "AAA").out == "wrote 1 series, 4 rows, to copy.parquet\n"
    assert run("clear", "--all").out == "forgot 2 series\n"
    assert run("import", "copy.parquet").out == "took 1 series, 4 rows, from copy.parquet\n"
    assert "1 series, 4 rows" in run("status").out
    assert run("clear", "AAA", "NOPE").out == "forgot 1 series\n"
    other = run("status", "--store", str(tmp_path / "other.sqlite"))
    assert "0 series" in other.out


def test_a_study_can_be_fetched_for(run: Run, tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text("[prices]\nsource = 'tiingo'\n[study]\n")
    (tmp_path / "events.csv").write_text("ticker,announced_at\nAAA,2024-01-03\n")
    answer = run("fetch", "--study", str(tmp_path))
    assert answer.code == 0, answer.err
    assert "SPY        4 rows" in answer.out
    assert "AAA        4 rows" in answer.out


def test_what_a_study_needs_goes_into_its_own_store(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    folder.mkdir()
    (folder / "study.toml").write_text(
        "[prices]\nsource = 'tiingo'\nstore = 'own.sqlite'\n"
        "[model]\nname = 'multi_benchmark'\nbenchmarks = ['AAA']\n"
    )
    (folder / "events.csv").write_text("ticker,announced_at\nSPY,2024-01-03\n")
    answer = run("fetch", "--study", str(folder))
    assert answer.code == 0, answer.err
    assert "2 series, 8 rows" in run("status", "--store", str(folder / "own.sqlite")).out
    assert "0 series" in run("status").out


def test_the_quality_of_a_file_is_shown(run: Run, tmp_path: Path) -> None:
    rows = "".join(
        f"2024-01-{day:02},A,{day}\n2024-01-{day:02},B,5\n" for day in (2, 3, 4, 5, 8, 9)
    )
    (tmp_path / "p.csv").write_text(f"date,ticker,close\n{rows}")
    answer = run("check", "files:p.csv", "--benchmark", "A")
    assert answer.code == 1
    assert "note     B        2024-01-02  stale run" in answer.out
    assert "excluded B        100% of its sessions leave the price unchanged" in answer.out
    assert (
        "warning  A        2024-01-02  as read          the file has no adjusted close"
        in answer.out
    )
    assert answer.out.endswith("1 usable with remarks, 1 excluded\n")
    assert run("check", "files:p.csv", "--ticker", "A").code == 0


def test_what_is_lacking_is_shown_and_ends_with_1(run: Run, tmp_path: Path) -> None:
    days = ("2024-01-02", "2024-01-03", "2024-01-04")
    rows = "".join(f"{day},{t},{n + 5}\n" for n, day in enumerate(days) for t in "AB")
    (tmp_path / "p.csv").write_text(f"date,ticker,adj_close\n{rows}2024-01-03,B,9\n")
    answer = run("check", "files:p.csv", "--benchmark", "A")
    assert answer.code == 1
    assert "B          malformed (2 rows for 2024-01-03 that differ; keep one" in answer.out
    assert answer.out.endswith("1 fine\n")
    answer = run("check", "files:p.csv", "--ticker", "C")
    assert answer.code == 1
    assert "C          missing symbol" in answer.out


def test_stored_prices_are_checked_without_asking_the_service(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(*FETCH, "AAA", "SPY")
    monkeypatch.delenv("TIINGO_API_KEY")
    answer = run("check", "tiingo", "--ticker", "AAA")
    assert (answer.code, answer.err) == (0, "")
    assert "1 fine" in answer.out or "1 usable" in answer.out
    assert run("check", "tiingo", "--ticker", "NOPE").code == 1


def test_a_service_that_fails_for_a_ticker_ends_with_1(run: Run, tmp_path: Path) -> None:
    fake = yahoo_server.FakeYahoo({"AAPL": yahoo_server.bars("2024-01-02", 5)})
    fake.faults["MSFT"] = lambda _: (200, "{")
    with yahoo_server.serving(fake):
        text = f"[prices]\nsource = 'yahoo'\nbenchmark = 'AAPL'\nbase_url = '{fake.url}'\n"
        (tmp_path / "study.toml").write_text(text)
        (tmp_path / "events.csv").write_text("ticker,announced_at\nMSFT,2024-01-30\n")
        answer = run("fetch", "--study", str(tmp_path))
    assert answer.code == 1
    assert "AAPL       5 rows" in answer.out
    assert "MSFT       malformed" in answer.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("fetch",), 2, "Name tickers, or a study"),
        (("fetch", "A", "--source", "simulated"), 2, "no service whose prices are stored"),
        (("fetch", "A", "--from", "yesterday"), 2, "'yesterday' is no day"),
        (("fetch", "A", "--from", "2024-02-01", "--to", "2024-01-01"), 2, "is after --to"),
        (("fetch", "A", "--source", "eodhd"), 1, "EODHD_API_KEY is not set"),
        (("clear",), 2, "Name tickers, or write --all"),
        (("export", "x.parquet"), 2, "holds none of that"),
        (("import", "none.parquet"), 2, "There is no file none.parquet"),
        (("check", "simulated"), 2, "simulated has no stored prices to check"),
        (("check", "tiingo"), 2, "holds no prices of tiingo; fetch some"),
        (("check", "bloomberg"), 2, "Unknown source of prices"),
        (("check", "files:none.csv"), 2, "no price file or folder none.csv"),
    ],
)
def test_mistakes_are_one_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: int, said: str
) -> None:
    monkeypatch.delenv("EODHD_API_KEY", raising=False)
    answer = run(*words)
    assert answer.code == code
    assert said in answer.err
    assert "Traceback" not in answer.err


def test_earnings_dates_come_along_from_yahoo(run: Run, tmp_path: Path) -> None:
    import yfinance

    yfinance.set_tz_cache_location(str(tmp_path / "yfinance"))
    tickers = ("AAPL", "MSFT", "SPY")
    fake = yahoo_server.FakeYahoo({t: yahoo_server.bars("2024-01-02", 5) for t in tickers})
    fake.earnings["AAPL"] = ["January 29, 2024 at 4 PM EST"]
    fake.earnings["MSFT"] = (500, "oops")
    with yahoo_server.serving(fake):
        (tmp_path / "study.toml").write_text(
            f"[prices]\nsource = 'yahoo'\nbase_url = '{fake.url}'\n"
        )
        (tmp_path / "events.csv").write_text(
            "ticker,announced_at\nAAPL,2024-01-30\nMSFT,2024-01-30\n"
        )
        answer = run("fetch", "--study", str(tmp_path))
    assert answer.code == 0, answer.err
    assert "1 earnings date of 2 tickers" in answer.out
    assert "no earnings dates of MSFT (Yahoo answered with error 500)" in answer.out
    assert "AAPL       yahoo" in run("status").out
    assert "5 rows (USD)" in run("status").out
