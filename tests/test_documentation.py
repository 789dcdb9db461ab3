"""The commands, code and outputs that the documentation shows: every block is run, page by page.

A block of ``sh`` or ``python`` is run, in the order of the page, in a folder of the page's own; a
block of ``text`` is what the block before it prints, ``...`` standing for anything. A block with a
caption is the file of that name; ``in FILE`` changes some settings of the file. Any other block
fails, so that nothing is shown that was not run.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import json
import os
import re
import shlex
import subprocess
import sys
import textwrap
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from eventstudy.cli import main
from eventstudy.events.event import ExclusionReason
from eventstudy.market.calendars import TradingCalendar
from eventstudy.market.store import PriceStore, SymbolRows

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.glob("tutorial/*.md"), *DOCS.glob("howto/*.md")])

#: Blocks that are shown and not run here, and why.
NOT_RUN = {
    "make demo": "installs from the network; .ci/run does it",
    'python3 -m venv .venv\n.venv/bin/pip install ".[report]"': "installs from the network",
}

_BLOCK = re.compile(
    r"^(?P<indent> *)(?P<fence>`{3,})(?P<info>[^\n]*)\n(?P<body>.*?)^(?P=indent)(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
_CAPTION = re.compile(r"\A(?::\w+:.*\n)*?:caption: (?P<caption>.+)\n(?::\w+:.*\n)*\n?")
#: Commands of this program without anything a shell would have to read: run in this process,
#: because to start it takes longer than most of what it does.
_PLAIN = re.compile(r"(?:eventstudy [^|<>&;$*\n]+\n)+")
_CRON = re.compile(r"^(?:\S+\s+){5}(?P<command>.+)$", re.M)


@dataclass(frozen=True)
class Block:
    """One fenced block: what it is, its caption, its text and its line."""

    kind: str
    caption: str
    text: str
    line: int


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text("utf-8")
    for match in _BLOCK.finditer(text):
        body, kind = textwrap.dedent(match["body"]), match["info"].strip()
        caption = _CAPTION.match(body) if kind.startswith("{code-block}") else None
        if caption is not None:
            body = body[caption.end() :]
        yield Block(
            kind.removeprefix("{code-block}").strip(),
            caption["caption"].strip() if caption else "",
            body,
            text.count("\n", 0, match.start()) + 1,
        )


class Reader:
    """Somebody who follows a page in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: dict[str, Any] = {"__name__": "page"}
        self.printed: str | None = None
        binaries = Path(sys.executable).parent
        nowhere = "http://127.0.0.1:9"
        self.environment = {
            **os.environ,
            "PATH": os.pathsep.join([str(binaries), os.environ["PATH"]]),
            "HOME": str(folder),
            "EVENTSTUDY_STORE": str(folder / "store.sqlite"),
            "COLUMNS": "100",
            "http_proxy": nowhere,
            "https_proxy": nowhere,
        }

    def follow(self, block: Block) -> None:
        if block.text.strip() in NOT_RUN or block.kind == "{toctree}":
            return
        if block.caption == "crontab":
            for match in _CRON.finditer(block.text):
                self.shell(match["command"])
        elif block.caption.startswith("in "):
            change(self.folder / block.caption.removeprefix("in "), tomllib.loads(block.text))
        elif block.caption:
            path = self.folder / block.caption
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, "utf-8")
        elif block.kind == "sh":
            plain = _PLAIN.fullmatch(block.text)
            self.printed = (self.commands if plain else self.shell)(block.text)
        elif block.kind == "python":
            self.printed = self.python(block.text)
        elif block.kind == "text":
            self.compare(block.text)
        else:
            pytest.fail(f"{block.kind!r} is no kind of block that is run")

    def shell(self, commands: str) -> str:
        done = subprocess.run(
            ["sh", "-eu", "-c", commands],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"
        return done.stdout.replace(str(self.folder), "")

    def commands(self, lines: str) -> str:
        printed = io.StringIO()
        with contextlib.chdir(self.folder), contextlib.redirect_stdout(printed):
            for line in lines.splitlines():
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(sys, "argv", shlex.split(line))
                    for name, value in self.environment.items():
                        patch.setenv(name, value)
                    with pytest.raises(SystemExit) as stop:
                        main()
                assert not stop.value.code, line
        return printed.getvalue().replace(str(self.folder), "")

    def python(self, code: str) -> str:
        printed = io.StringIO()
        with contextlib.chdir(self.folder), contextlib.redirect_stdout(printed):
            exec(compile(code, "page", "exec"), self.names)  # noqa: S102 - our own pages
        return printed.getvalue()

    def compare(self, expected: str) -> None:
        assert self.printed is not None, "an output without a block that prints it"
        rules = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        if not doctest.OutputChecker().check_output(expected, self.printed, rules):
            pytest.fail(f"the page shows\n{expected}\nbut this is printed\n{self.printed}")
        self.printed = None


def change(path: Path, settings: Mapping[str, Any]) -> None:
    """Change tables of a TOML file; nested tables beyond the second level stay in one line."""
    found = tomllib.loads(path.read_text("utf-8"))
    for table, values in settings.items():
        found.setdefault(table, {}).update(values)
    lines = []
    for table, values in found.items():
        lines.append(f"[{table}]")
        lines.extend(f"{key} = {_toml(value)}" for key, value in values.items())
    path.write_text("\n".join(lines), "utf-8")


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + "}"
    return json.dumps(value)


# -- what a reader has at hand --------------------------------------------------------------------

TICKERS = ("SPY", "AMZN", "XYZ", "TEAM", "SNAP")
FIRST, LAST = date(2024, 6, 3), date(2026, 6, 30)


@pytest.fixture(scope="module")
def closes() -> pd.DataFrame:
    """Return invented closes, sessions by tickers; the shares follow SPY."""
    days = TradingCalendar.exchange("XNYS", FIRST, LAST).sessions
    rng = np.random.default_rng(7)
    market = rng.normal(0.0004, 0.008, (len(days), 1))
    own = rng.normal(0.0, 0.012, (len(days), len(TICKERS))) * (np.arange(len(TICKERS)) > 0)
    prices = 100 * np.cumprod(1 + market + own, axis=0)
    index = pd.Index(days.astype("datetime64[ns]"), name="date")
    return pd.DataFrame(prices.round(4), index=index, columns=list(TICKERS))


def long_file(closes: pd.DataFrame, folder: Path) -> None:
    rows = closes.melt(var_name="ticker", value_name="close", ignore_index=False).reset_index()
    rows["adj_close"], rows["volume"] = rows["close"], 1_000_000
    columns = ["ticker", "date", "close", "adj_close", "volume"]
    rows[columns].to_csv(folder / "prices.csv", index=False)


def other_layouts(closes: pd.DataFrame, folder: Path) -> None:
    long_file(closes, folder)
    closes.to_csv(folder / "wide.csv")
    closes.pct_change().to_csv(folder / "returns.csv")
    days = pd.DatetimeIndex(closes.index).strftime("%Y%m%d")
    (folder / "stooq").mkdir()
    for ticker in TICKERS:
        pd.DataFrame(
            {
                "<TICKER>": f"{ticker}.US", "<PER>": "D", "<DATE>": days, "<TIME>": "000000",
                "<OPEN>": closes[ticker], "<HIGH>": closes[ticker], "<LOW>": closes[ticker],
                "<CLOSE>": closes[ticker], "<VOL>": 1000, "<OPENINT>": 0,
            }
        ).to_csv(folder / "stooq" / f"{ticker.lower()}.us.txt", index=False)  # fmt: skip
    permnos = {"SPY": 84398, "SNAP": 16502}
    crsp = [
        pd.DataFrame(
            {
                "PERMNO": permno, "date": closes.index, "PRC": closes[ticker],
                "VOL": 1000, "RET": closes[ticker].pct_change().round(6),
            }
        )
        for ticker, permno in permnos.items()
    ]  # fmt: skip
    pd.concat(crsp).to_csv(folder / "crsp.csv", index=False)
    stored(closes, folder)


def stored(closes: pd.DataFrame, folder: Path) -> None:
    """Fill the store, so that Yahoo need not be asked."""
    store = PriceStore(folder / "store.sqlite")
    days = closes.index.to_numpy().astype("datetime64[D]").astype(np.int64)
    span = closes.index[0].date(), closes.index[-1].date()
    for ticker in TICKERS:
        values = np.full((len(days), 8), np.nan)
        values[:, :5] = closes[[ticker]].to_numpy()
        for source in ("yahoo", "tiingo"):
            store.write(source, ticker, SymbolRows(days, values), span)


AT_HAND: Mapping[str, Callable[[pd.DataFrame, Path], None]] = {
    "your-study": long_file,
    "prices": other_layouts,
    "price-claims": long_file,
    "rerun": long_file,
    "exclusions": long_file,
    "speed": long_file,
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_shows_is_what_happens(
    page: Path,
    closes: pd.DataFrame,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MPLBACKEND", "agg")
    (tmp_path / "data").symlink_to(ROOT / "data")
    if prepare := AT_HAND.get(page.stem):
        prepare(closes, tmp_path)
    reader = Reader(tmp_path)
    for block in blocks(page):
        try:
            reader.follow(block)
        except (Exception, pytest.fail.Exception) as error:
            error.add_note(f"{page.relative_to(ROOT)}, line {block.line}")
            raise


here = pytest.mark.skipif(not DOCS.is_dir(), reason="the documentation is not part of this copy")


@here
def test_pages_are_there() -> None:
    assert len(PAGES) > 10


@here
def test_every_reason_for_an_exclusion_has_a_remedy() -> None:
    page = (DOCS / "howto" / "exclusions.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| [^|]+ \|$", page, re.MULTILINE)
    assert {reason.value for reason in ExclusionReason} <= set(rows)
