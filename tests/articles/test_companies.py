"""Names to securities."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from eventstudy.articles.companies import Alias, company_table, find_companies, suggest
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
        ("TCS said", "TCS", "TCS.NS"),
        ("BT said", "BT", "BT-A.L"),
        ("SAP said", "SAP", "SAP"),
        ("英特爾與戴爾", "Intel", "INTC"),
        ("京东方面回应", "JD.com", "JD"),
        ("大摩認為", "Morgan Stanley", "MS"),
        ("蔚来、小鹏、理想", "NIO", "NIO"),
        ("阿里宣布裁员", "Alibaba", "BABA"),
        ("理想汽车裁员", "Li Auto", "LI"),
        ("Levi’s cut jobs", "Levi Strauss", "LEVI"),
        ("in Paris, Lilly said", "Eli Lilly", "LLY"),
        ("the Gap said", "Gap", "GAP"),
        ("BARC.L", "Barclays", "BARC.L"),
        ("(LON: BRBY)", "Burberry", "BRBY.L"),
        ("ABBN.S fell", "ABB", "ABBN.SW"),
        ("600519.SH", "Kweichow Moutai", "600519.SS"),
        ("6752.T", "Panasonic", "6752.T"),
        ("SALESFORCE TO CUT JOBS", "Salesforce", "CRM"),
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
        # persons who bear a company's name
        "Harrison Ford and Ms. Lilly met Doug Ford",
        "a dress by Tom Ford",
        "Mike Tyson and Greg Abbott",
        "Wells Smith and Morgan Lee",
        "Paris Hilton",
        "Claude Monet painted",
        # places, grounds and things
        "the Amazon rainforest and the Mississippi Delta",
        "a match at Citi Field, then Chase Center",
        "the Pearl River Delta",
        "a slice of Apple pie",
        "Nikola Tesla was born",
        "a night in the Southwest of England",
        "mind the Gap",
        # ordinary words and short symbols
        "Next, fox and ball. Progressive taxes. Travelers waited. Boots on the ground.",
        "ALL STAFF MUST GO NOW",
        "an H-1B Visa holders' petition",
        "a Visa for skilled workers",
        "oil at $70, ICE agents, an IT team",
        "Gender Pay Gap",
        # Chinese words that hold a name, or cut across two words
        "高通胀使理想破灭，联想到可灵活安排的美好未来",
        "普通义务教育和三星级酒店",
        "表达能力拓展，金融创新推广达到增长和谐",
        "亚马逊雨林的苹果树，一个字节数",
        "日产100万桶，阿里山，夏普比率",
        "飞机晚点，论文心得",
        "Indeed, the South China Sea. A dish, a sea.",
        "$G$ clusters and $L$ days",
        "其中金额最高，放松下来，提高通行，财富达到，治安联防，防卫材料，好时机",
        "中国美食，中国银行业，通讯飞速发展",
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


@pytest.mark.parametrize(
    ("text", "day", "company", "ticker"),
    [
        ("Square said", date(2020, 1, 30), "Block", "SQ"),
        ("ViacomCBS said", date(2020, 1, 30), "Paramount", "VIAC"),
        ("Paramount Global said", date(2024, 1, 30), "Paramount", "PARA"),
        ("Paramount Skydance said", date(2025, 10, 29), "Paramount", "PSKY"),
        ("Raytheon said", date(2022, 1, 30), "RTX", "RTX"),
        ("Kellogg said", date(2022, 1, 30), "Kellanova", "K"),
        ("Gap Inc said", date(2023, 4, 27), "Gap", "GPS"),
        ("Fiserv said", date(2024, 4, 27), "Fiserv", "FI"),
        ("VMware said", date(2022, 1, 30), "VMware", "VMW"),
        ("VMware said", date(2024, 1, 30), "Broadcom", "AVGO"),
        ("Splunk said", date(2023, 11, 1), "Splunk", "SPLK"),
        ("Splunk said", date(2025, 11, 1), "Cisco", "CSCO"),
        ("Activision Blizzard said", date(2024, 1, 25), "Microsoft", "MSFT"),
        ("瑞信裁员", date(2022, 10, 27), "Credit Suisse", "CS"),
        ("瑞信裁员", date(2023, 6, 27), "UBS", "UBS"),
        ("Walgreens said", date(2024, 6, 27), "Walgreens", "WBA"),
        ("Walgreens said", date(2026, 1, 5), "Walgreens", None),
        ("Juniper Networks said", date(2025, 12, 1), "Hewlett Packard Enterprise", "HPE"),
    ],
)
def test_names_change_hands(text: str, day: date, company: str, ticker: str | None) -> None:
    assert _found(text, day)[0][:2] == (company, ticker)
    assert not company_table().delisted(company, day)


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


def test_symbols_that_are_words_need_a_move() -> None:
    text = "Allstate and Costco reported. ALL HANDS. ALL rose 2%. COST fell."
    words = [m.words for m in find_companies(text, DAY, company_table())]
    assert words == ["Allstate", "Costco", "ALL", "COST"]


def test_the_shipped_table_agrees_with_itself() -> None:
    table = company_table()
    firms: dict[str, set[str]] = {}
    lines: dict[str, set[str]] = {}
    for row in table.aliases:
        assert (row.company == "") == (row.kind == "phrase"), row
        assert row.alias == row.alias.strip(), row
        if row.ticker:
            firms.setdefault(row.ticker, set()).add(row.company)
            if row.primary:
                lines.setdefault(row.company, set()).add(row.ticker)
    assert {ticker: names for ticker, names in firms.items() if len(names) > 1} == {}
    assert {company: found for company, found in lines.items() if len(found) > 1} == {}
    for same in _by_alias(table.aliases).values():
        for at, row in enumerate(same):
            for other in same[at + 1 :]:
                first, last = sorted((row, other), key=lambda r: r.start or date.min)
                assert first.end is not None, (row, other)
                assert last.start is not None, (row, other)
                assert first.end < last.start, (row, other)


def _by_alias(rows: Iterable[Alias]) -> dict[str, list[Alias]]:
    same: dict[str, list[Alias]] = {}
    for row in rows:
        same.setdefault(row.alias, []).append(row)
    return same


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
