"""Statements about share prices."""

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
    ("text", "session", "level", "change", "day"),
    [
        ("Okta shares closed at $80.50 on Wednesday, up 2.5%.", "close", 80.5, 0.025, 15),
        ("Okta's stock ended the day down 2.4% at $83.12.", "close", 83.12, -0.024, 16),
        ("Okta closed 7.68% lower at $99.37 on Wednesday.", "close", 99.37, -0.0768, 15),
        ("Okta dropped close to 10% in New York on Tuesday.", "unspecified", None, -0.1, 14),
        ("The stock was up 0.5% before the opening bell.", "premarket", None, 0.005, 16),
        ("Shares rose 4% in premarket trading.", "premarket", None, 0.04, 16),
        ("Okta jumped 23% in after-hours trading on Wednesday.", "afterhours", None, 0.23, 15),
        (
            "The shares shot up over 23% once regular trading had ended.",
            "afterhours",
            None,
            0.23,
            16,
        ),
        ("The stock opened 4% higher on Tuesday.", "open", None, 0.04, 14),
        (
            "In early afternoon trading the shares stood 6% higher at $102.23.",
            "intraday",
            102.23,
            0.06,
            16,
        ),
        ("The shares fell as much as 12% on Wednesday.", "intraday", None, -0.12, 15),
        ("Okta is down 32% this year.", "period", None, -0.32, 16),
        (
            "It said so. The stock has lost half its value over twelve months.",
            "period",
            None,
            -0.5,
            16,
        ),
        ("The shares were about unchanged on Tuesday morning.", "intraday", None, 0.0, 14),
        ("美股周三收盘，亚马逊报244.68美元。", "close", 244.68, None, 15),
        ("亚马逊股价周三收跌3.4%，报115.43美元。", "close", 115.43, -0.034, 15),
        ("消息公布后，亚马逊股价盘前涨1%。", "premarket", None, 0.01, 16),
    ],
)
def test_a_claim(
    text: str, session: str, level: float | None, change: float | None, day: int
) -> None:
    (claim,) = _claims(text)
    assert (claim.session, claim.level, claim.change) == (session, level, change)
    assert claim.date.end == date(2026, 4, day)


@pytest.mark.parametrize(
    "text",
    [
        "Okta's revenue rose 12% to $600 million.",
        "Analysts raised their target for Okta to $90, about 43% above the price.",
        "The S&P 500 gained 2% on Wednesday.",
        "Okta lost $5 billion of market value.",
        "Bitcoin fell 15%.",
        "Okta cut 10% of its staff.",
        "Okta pays a dividend of $0.50.",
        "Costs at Okta rose 5%.",
        "The shares could fall 20%, one analyst expects.",
    ],
)
def test_what_is_no_claim(text: str) -> None:
    assert _claims(text) == ()


def test_four_prices_of_one_day() -> None:
    text = (
        "Okta closed 7.68% lower at $99.37 on Wednesday.\n\nTrading began at $102.05, against "
        "$107.64 the evening before. At the worst point the loss was 8.9% and the price $98.04."
    )
    found = [
        (c.session, c.level, c.change, c.date.start and c.date.start.day) for c in _claims(text)
    ]
    assert found == [
        ("close", 99.37, -0.0768, 15),
        ("open", 102.05, None, 15),
        ("close", 107.64, None, 14),
        ("intraday", 98.04, -0.089, 15),
    ]


def test_a_chain_of_moves_keeps_its_days() -> None:
    text = (
        "It was up 0.5% before the opening bell and about unchanged on Tuesday morning; on Monday "
        "it had finished higher."
    )
    found = [(c.session, c.change, c.direction) for c in _claims(f"The stock moved little. {text}")]
    assert found == [("premarket", 0.005, "up"), ("intraday", 0.0, ""), ("close", None, "up")]


def test_two_listings_of_one_company() -> None:
    text = (
        "In Hong Kong [HKG: 9988] Alibaba's shares finished 9.2 percent up at HKD174.00 (USD22.38) "
        "today. In New York [NYSE: BABA] they had closed 0.7 percent down at USD163.08 yesterday."
    )
    hong_kong, new_york = _claims(text, "Alibaba notes")
    assert (hong_kong.ticker, hong_kong.level, hong_kong.currency) == ("9988.HK", 174.0, "HKD")
    assert (new_york.ticker, new_york.level, new_york.change) == ("BABA", 163.08, -0.007)
    assert new_york.date.start == date(2026, 4, 15)


def test_the_hedge_and_the_proof_are_kept() -> None:
    (claim,) = _claims("Okta's shares rose about 2% in early trading on Monday.")
    assert claim.qualifier == "about"
    words = {name: proof.words for name, proof in claim.evidence.items()}
    assert words["change"] == "about 2%"
    assert words["date"] == "on Monday"
    assert words["session"] == "in early trading"


def test_private_firms_have_no_price() -> None:
    assert _claims("OpenAI shares rose 5% on Monday.", "OpenAI notes") == ()


def _of(text: str) -> list[tuple[str, str | None, str, float | None, float | None]]:
    return [(c.company, c.ticker, c.session, c.level, c.change) for c in _claims(text)]


def test_an_entry_of_a_list_is_about_the_company_at_its_head() -> None:
    text = (
        "Okta (OKTA) - Plus 2.5% premarket.\n\nSnap (SNAP) - Little news: it is 3% lower premarket."
    )
    assert _of(text) == [
        ("Okta", "OKTA", "premarket", None, 0.025),
        ("Snap", "SNAP", "premarket", None, -0.03),
    ]


def test_what_an_index_does_is_not_the_company_s() -> None:
    text = "Okta closed 1.5% lower at $80.10, worse than the Nasdaq Composite, which eased 0.4%."
    assert _of(text) == [("Okta", "OKTA", "close", 80.1, -0.015)]
    assert not _of("港股周四高开高走，恒生指数涨0.5%。")


def test_in_a_chinese_list_each_company_leads_its_clauses() -> None:
    text = "阿里巴巴-W（09988）收跌1.1%，报120.40港元；"
    text += "腾讯控股（00700）走势平稳，收涨0.2%，报510.50港元。"
    assert _of(text) == [
        ("Alibaba", "9988.HK", "close", 120.4, -0.011),
        ("Tencent", "0700.HK", "close", 510.5, 0.002),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Okta repurchased 0.4 million shares at an average price of $97.00 per share.",
        "Suppose Okta sold its office; the shares might well rise 3% by lunch.",
    ],
)
def test_buybacks_and_suppositions_are_no_prices(text: str) -> None:
    assert not _of(text)


def test_a_share_that_doubled_rose_by_its_whole_price() -> None:
    text = "Okta closed at $80.50. The share price has doubled since January."
    assert _of(text)[-1] == ("Okta", "OKTA", "period", None, 1.0)
