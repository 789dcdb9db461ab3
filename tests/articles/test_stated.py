"""Companies the table does not know are named as the text names them, and never guessed."""

from __future__ import annotations

from datetime import date

import pytest

from eventstudy.articles.companies import company_table, find_companies
from eventstudy.articles.extraction import extract
from eventstudy.articles.reading import article_from_text
from eventstudy.articles.stated import find_stated


def _stated(text: str) -> list[tuple[str, str | None, str]]:
    known = find_companies(text, None, company_table())
    return [(m.company, m.ticker, m.rule) for m in find_stated(text, known)]


@pytest.mark.parametrize(
    ("text", "name", "ticker"),
    [
        ("Brimfield Tools Inc. (NYSE: BRFT) will cut 90 jobs.", "Brimfield Tools", "BRFT"),
        ("Yamabiko Optics (7799.T), a maker of lenses, said so.", "Yamabiko Optics", "7799.T"),
        ("On Monday Havrik (HAVR-B.ST) fell 2%.", "Havrik", "HAVR-B.ST"),
        ("Quellmark (QLM.O) rose.", "Quellmark", "QLM"),
        ("晨曦精工(06789.HK)宣布裁员300人。", "晨曦精工", "6789.HK"),
        ("宏远软件（HYSW.US）盘前跌3%。", "宏远软件", "HYSW"),
        ("XQZERI CORP. (XQZ) - correspondence of the week.", "Xqzeri", None),
    ],
)
def test_a_name_with_its_symbol_is_a_company(text: str, name: str, ticker: str | None) -> None:
    assert (name, ticker) in [(company, symbol) for company, symbol, _ in _stated(text)]


@pytest.mark.parametrize(
    "text",
    [
        "The Communication Workers Union (CWU) asked for a meeting.",
        "The Securities and Exchange Commission (SEC) wrote back.",
        "Shares of Intel (INTC.O) fell.",  # the table knows it
        "Analysts (three of them) agreed.",
    ],
)
def test_what_states_no_symbol_of_an_exchange_is_none(text: str) -> None:
    assert _stated(text) == []


def test_an_unlisted_stranger_is_named_and_not_traded() -> None:
    text = "Rivals suffer.\n\nHalcyon, a maker of pumps, laid off 80 workers on Monday."
    (found,) = extract(article_from_text(text, "x", published=date(2026, 4, 15))).announcements
    assert (found.company, found.ticker, found.date.start) == ("Halcyon", None, date(2026, 4, 13))
    assert found.evidence["company"].words == "Halcyon"


def test_what_a_supplier_without_a_name_does_is_nobodys() -> None:
    text = (
        "Deere cuts again\n\nDeere said 238 workers lose their jobs.\n\n"
        "A machine shop that sells to Deere has idled 26 of its own people."
    )
    found = extract(article_from_text(text, "x", published=date(2025, 8, 19))).announcements
    assert [a.headcount.value for a in found if a.headcount] == [238]
