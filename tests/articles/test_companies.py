"""Names to securities."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from eventstudy.articles.companies import company_table, find_companies, suggest
from eventstudy.errors import ArticleError

DAY = date(2026, 4, 18)


def _found(text: str, day: date | None = DAY) -> list[tuple[str, str | None, str]]:
    return [(m.company, m.ticker, m.kind) for m in find_companies(text, day, company_table())]


@pytest.mark.parametrize(
    ("text", "company", "ticker"),
    [
        ("Meta's shares", "Meta", "META"),
        ("the Facebook parent", "Meta", "META"),
        ("Zuckerberg wrote", "Meta", "META"),
        ("谷歌宣布", "Alphabet", "GOOGL"),
        ("Google parent", "Alphabet", "GOOGL"),
        ("today Block announced", "Block", "XYZ"),
        ("Square and Cash App owner", "Block", "XYZ"),
        ("(NYSE: UPS)", "UPS", "UPS"),
        ("9988.HK", "Alibaba", "9988.HK"),
        ("[HKG: 9988]", "Alibaba", "9988.HK"),
        ("META.O", "Meta", "META"),
        ("$SNAP", "Snap", "SNAP"),
        ("OpenAI said", "OpenAI", None),
        ("字节跳动", "ByteDance", None),
        ("released Gemini 2.5 Pro today", "Alphabet", "GOOGL"),
    ],
)
def test_a_name_becomes_a_security(text: str, company: str, ticker: str | None) -> None:
    assert _found(text)[0][:2] == (company, ticker)


@pytest.mark.parametrize(
    "text",
    [
        "it will block them",
        "Block the road.",
        "oh snap",
        "a target of $900",
        "the metaverse",
        "Target Field was full",
        "the unity of Europe",
        "a zoom lens",
        "an e-mail to intel-minded people",
        "S&P 500",
    ],
)
def test_words_that_are_no_names(text: str) -> None:
    assert _found(text) == []


def test_symbols_of_the_day() -> None:
    table = company_table()
    assert _found("Block said", date(2024, 1, 30))[0][1] == "SQ"
    assert _found("Facebook said", date(2020, 1, 30))[0] == ("Meta", "FB", "listed")
    assert _found("Twitter said", date(2022, 6, 1))[0][1] == "TWTR"
    assert _found("Twitter said", date(2023, 6, 1))[0][1] is None
    assert table.delisted("Twitter", date(2023, 6, 1))
    assert not table.delisted("OpenAI", date(2023, 6, 1))


def test_a_bare_symbol_counts_where_its_company_is_named() -> None:
    text = "Snap reports today. SNAP closed at $7.30. META did not."
    assert [m.words for m in find_companies(text, DAY, company_table())] == ["Snap", "SNAP"]


def test_kinds() -> None:
    kinds = {company: kind for company, _, kind in _found("Reuters and Bernstein on OpenAI")}
    assert kinds == {"Reuters": "publisher", "Bernstein": "analyst", "OpenAI": "private"}


def test_a_model_name_runs_on_over_its_version() -> None:
    words = [
        m.words
        for m in find_companies("Qwen3-Max, GPT-4o and Claude Opus 4.5", DAY, company_table())
    ]
    assert words == ["Qwen3-Max", "GPT-4o", "Claude Opus 4.5"]


def test_a_users_rows_win(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text(
        "alias,company,ticker,kind\nLampworks,Lampworks,LAMP,listed\nSnap,Snap Tools,SNT,listed\n"
    )
    table = company_table(str(file))
    found = find_companies("Lampworks bought Snap from them", DAY, table)
    assert [(m.company, m.ticker) for m in found] == [("Lampworks", "LAMP"), ("Snap Tools", "SNT")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("alias,company\na,b\n", "lacks the column"),
        ("alias,company,ticker,kind\na,b,C,firm\n", "line 2: kind 'firm'"),
        ("alias,company,ticker,kind,from\na,b,C,listed,May\n", "line 2"),
    ],
)
def test_a_broken_table_is_refused(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "own.csv"
    file.write_text(text)
    with pytest.raises(ArticleError, match=words):
        company_table(str(file))
    with pytest.raises(ArticleError, match="cannot be read"):
        company_table(str(tmp_path / "none.csv"))


def test_likeness_only_suggests() -> None:
    assert suggest("Salesforc", company_table())[0].company == "Salesforce"
    assert _found("Salesforc said") == []


@pytest.mark.real
def test_every_ticker_of_the_event_tables_is_known(shared: Path) -> None:
    table = company_table()
    known = {row.ticker for row in table.aliases}
    for name in ("layoffs_listed.csv", "reference_events.csv"):
        with (shared / "events" / name).open(encoding="utf-8") as file:
            tickers = {row["ticker"] for row in csv.DictReader(file)} - {""}
        assert tickers - known <= {"SQ", "KIND", "ZI", "RUBI"}  # these live in the symbol history
