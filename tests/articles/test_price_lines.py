"""Statements about share prices: the line meant, the words of other markets, and whose they are."""

from __future__ import annotations

from datetime import date

import pytest

from eventstudy.articles.extraction import PriceClaim, extract
from eventstudy.articles.reading import article_from_text

PUBLISHED = date(2026, 4, 16)  # a Thursday


def _claims(text: str, title: str = "Okta notes") -> tuple[PriceClaim, ...]:
    article = article_from_text(f"Title: {title}\n\n{text}\n", "a", published=PUBLISHED)
    return extract(article).price_claims


@pytest.mark.parametrize(
    ("text", "ticker", "session", "level", "change"),
    [
        (
            "Nokia spoke. In Helsinki the shares were 1.5 percent weaker by noon.",
            "NOKIA.HE",
            "intraday",
            None,
            -0.015,
        ),
        ("UBS gained: the titles closed 2 percent higher.", "UBS", "close", None, 0.02),
        ("UBS: its shares closed at 20.10 francs.", "UBSG.SW", "close", 20.1, None),
        ("Over twelve months, Okta's paper has lost 9%.", "OKTA", "period", None, -0.09),
        ("Okta rose 2% to $80.50 when the bell rang.", "OKTA", "close", 80.5, 0.02),
        ("Shares of London-based Okta fell 2%.", "OKTA", "unspecified", None, -0.02),
        ("Okta ended 4% to the good.", "OKTA", "close", None, 0.04),
        ("Okta had left New York trading at $81.20, down 1%.", "OKTA", "close", 81.2, -0.01),
        ("The three-day slide in Okta shares since earnings is 7%.", "OKTA", "period", None, -0.07),
        ("Okta stock cracked 6% intraday.", "OKTA", "intraday", None, -0.06),
        ("Target stock closed down 2%.", "TGT", "close", None, -0.02),
        ("Okta traded hands at $82.40 at the bell, up 1%.", "OKTA", "close", 82.4, 0.01),
        (
            "Samsung Electronics closed at 61,200 won, up 1%.",
            "005930.KS",
            "close",
            61200.0,
            0.01,
        ),
        ("同业方面：美团-W收跌1.5%。", "3690.HK", "close", None, -0.015),
        ("微軟年初至今已累升12%。", "MSFT", "period", None, 0.12),
        ("微软股价全周计涨3%。", "MSFT", "period", None, 0.03),
    ],
)
def test_local_lines_and_other_words(
    text: str, ticker: str, session: str, level: float | None, change: float | None
) -> None:
    (claim,) = _claims(text)
    assert (claim.ticker, claim.session) == (ticker, session)
    assert (claim.level, claim.change) == (level, change)


@pytest.mark.parametrize(
    "text",
    [
        "Okta slipped out a model.",
        "Okta let 300 people go at the end of February.",
        "Okta notes. The rise of the shares since listing exceeds 3 times.",
        "东证股价指数（TOPIX）上涨1.1%。",
    ],
)
def test_what_only_sounds_like_a_move(text: str) -> None:
    assert _claims(text) == ()


def test_the_decline_of_an_industry_is_not_the_company_s() -> None:
    (claim,) = _claims("Okta shares fell 20% this year against the industry's decline of 9%.")
    assert claim.change == -0.2


def test_the_stock_of_a_paragraph_is_of_the_company_that_opens_it() -> None:
    text = "Okta spoke.\n\nNvidia released a model. Qwen downloads rose. The stock ended up 3%."
    (claim,) = _claims(text)
    assert claim.company == "Nvidia"


def test_a_line_named_ahead_is_that_of_the_moves_behind_it() -> None:
    first, then = _claims("阿里巴巴美股收涨3%，报140.20美元；港股接力，高开2%。")
    assert (first.ticker, then.ticker) == ("BABA", "9988.HK")


def test_a_move_without_a_verb_of_its_own_is_of_the_session_told() -> None:
    london, hong_kong = _claims("HSBC closed 1% lower in London and 2% lower in Hong Kong.")
    assert (london.ticker, hong_kong.ticker) == ("HSBA.L", "0005.HK")
    assert (hong_kong.session, hong_kong.change) == ("close", -0.02)


def test_overnight_is_said_of_the_american_line_alone() -> None:
    claims = _claims(
        "消息一出，隔夜阿里巴巴美股收涨3%，报140.2美元；港股接力，高开2%，全日收涨1%。"
    )
    assert [(c.ticker, c.date.start and c.date.start.day) for c in claims] == [
        ("BABA", 15),
        ("9988.HK", 16),
        ("9988.HK", 16),
    ]


def test_what_had_happened_before_the_bell_is_of_the_same_day() -> None:
    close, before = _claims("微软周三收跌2%；它在盘前曾下跌1%。")
    assert close.date.start == before.date.start == date(2026, 4, 15)
    _, close = _claims("微软周三盘前上扬1%，收盘涨2%。")
    assert close.session == "close"
