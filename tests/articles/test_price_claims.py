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


@pytest.mark.parametrize(
    ("text", "session", "level", "change", "day"),
    [
        # a time of day, in the regular session and outside it
        ("As of 10:40 a.m. ET, Okta was trading 5% lower at $78.10.", "intraday", 78.1, -0.05, 16),
        ("At 17:20 ET the shares stood 6% below their close.", "afterhours", None, -0.06, 16),
        ("Okta slid 4% shortly after the open.", "intraday", None, -0.04, 16),
        ("Okta changed hands at $81.20 around noon, a drop of 2.4%.", "intraday", 81.2, -0.024, 16),
        ("英特尔午后跌逾4%，现报21.5美元。", "intraday", 21.5, -0.04, 16),
        # other words for the sessions
        ("Okta stock was off 3% in post-market dealings.", "afterhours", None, -0.03, 16),
        ("Okta gave up 1.1% by the closing bell.", "close", None, -0.011, 16),
        ("Okta opened on a weak note at $77.60.", "open", 77.6, None, 16),
        # what the sentence opens with says session and day of what follows
        ("For the year, the stock is up 18%.", "period", None, 0.18, 16),
        ("On Tuesday, the day it reported, Okta fell 6%.", "unspecified", None, -0.06, 14),
        # what a move is measured from is not its session
        ("Okta was at $80.10 at noon, 0.8% above the prior close.", "intraday", 80.1, 0.008, 16),
        # signs, hedges, nouns
        ("Okta (+3.2%) led the list.", "unspecified", None, 0.032, 16),
        ("By the close Okta's gain was down to 4%.", "close", None, 0.04, 16),
        ("The shares have returned 22% over the past year.", "period", None, 0.22, 16),
        # a company parted from its verb by an aside
        ("Okta, which serves banks, was 2% lower on Tuesday.", "unspecified", None, -0.02, 14),
        # Chinese, in either script
        ("英特爾股價週三盤中一度大跌6%。", "intraday", None, -0.06, 15),
        ("蘋果週三收在201.5美元，小漲0.7%。", "close", 201.5, 0.007, 15),
        ("年初至今，英特尔股价回落了约8%。", "period", None, -0.08, 16),
    ],
)  # fmt: skip
def test_sessions_days_and_directions(
    text: str, session: str, level: float | None, change: float | None, day: int
) -> None:
    (claim,) = _claims(text)
    assert (claim.session, claim.level, claim.change) == (session, level, change)
    assert claim.date.end == date(2026, 4, day)


@pytest.mark.parametrize(
    ("text", "level", "currency"),
    [
        ("Vodafone finished at 71.4p in London.", 71.4, "GBp"),
        ("Infosys closed at Rs 1,450.20 in Mumbai.", 1450.2, "INR"),
        ("Sony closed at 3,912 yen in Tokyo.", 3912.0, "JPY"),
        ("SAP ended at EUR 231.20 in Frankfurt.", 231.2, "EUR"),
        ("Spotify's stock closed at SEK 5,100.", 5100.0, "SEK"),
        ("Okta closed at 80.52 on Wednesday.", 80.52, None),
    ],
)
def test_prices_in_other_currencies(text: str, level: float, currency: str | None) -> None:
    (claim,) = _claims(text)
    assert (claim.level, claim.currency) == (level, currency)


@pytest.mark.parametrize(
    "text",
    [
        "The shares can fall 20% without a reason.",
        "Okta will pay $45 a share for the start-up.",
        "Okta earned $1.10 a share, up 12%.",
        "Okta's stock is 18% above its 200-day average.",
        "Okta (OKTA, Hold, TP $95) says on Wednesday that it strengthens its team.",
        "BTC traded at $61,000, down 1.4%.",
        "小米集团升级了操作系统，市占率升至15%。",
    ],
)
def test_what_only_looks_like_a_price(text: str) -> None:
    assert not _of(text)


def test_each_of_several_movers_has_its_own_move() -> None:
    text = (
        "Among the gainers: Okta (+3.2%), Nvidia (+0.4%). Intel slid 1.1%, Microsoft edged up 0.2%."
    )
    assert [(company, change) for company, _, _, _, change in _of(text)] == [
        ("Okta", 0.032), ("Nvidia", 0.004), ("Intel", -0.011), ("Microsoft", 0.002),
    ]  # fmt: skip


def test_a_later_clause_is_about_the_company_at_the_head_of_the_one_before() -> None:
    text = "Okta closed at $80.50. Intel parted with 900 people; its stock sagged 5.6% on Tuesday."
    assert [(c.company, c.change) for c in _claims(text)][-1] == ("Intel", -0.056)
    assert _of("Okta (OKTA) was the star of the day, up 9.4%.") == [
        ("Okta", "OKTA", "unspecified", None, 0.094)
    ]


def test_a_story_told_the_day_after_keeps_its_day() -> None:
    text = (
        "Okta said on Wednesday that it would cut 400 jobs.\n\nInvestors took it calmly. It had "
        "opened lower, but the shares closed up 1.2%.\n\nThey are up another 2% this morning."
    )
    assert [(c.change, c.date.start) for c in _claims(text) if c.change] == [
        (0.012, date(2026, 4, 15)),
        (0.02, date(2026, 4, 16)),
    ]


def test_the_day_before_is_counted_from_the_day_the_claims_are_of() -> None:
    text = "Okta closed Wednesday at $80.50; the day before it had finished at $79.10."
    assert [(c.level, c.date.start) for c in _claims(text)] == [
        (80.5, date(2026, 4, 15)),
        (79.1, date(2026, 4, 14)),
    ]


def test_a_looser_statement_of_the_same_move_is_not_a_second_claim() -> None:
    text = (
        "- Okta fell more than 6% on Wednesday.\n\nOkta closed 6.3% lower on Wednesday at $80.50."
    )
    assert _of(text) == [("Okta", "OKTA", "close", 80.5, -0.063)]
    assert _of("Okta ended down one percent. I have it closing at 80.50.") == [
        ("Okta", "OKTA", "close", 80.5, -0.01)
    ]


def test_the_place_of_trading_says_which_line_is_meant() -> None:
    assert _of("In Hong Kong, Alibaba fell 2.1% on Wednesday.")[0][1] == "9988.HK"
    assert _of("阿里巴巴港股周三收涨1.6%。")[0][1] == "9988.HK"
    assert _of("阿里巴巴周三收涨1.6%，报120.3美元。")[0][1] == "BABA"


def test_companies_joined_by_and_share_a_move() -> None:
    text = "Shares in Okta, Nvidia and Intel all fell by more than 3% on Wednesday."
    assert [(company, change) for company, _, _, _, change in _of(text)] == [
        ("Okta", -0.03), ("Nvidia", -0.03), ("Intel", -0.03),
    ]  # fmt: skip
    assert [claim[0] for claim in _of("微软、谷歌均涨超1%，亚马逊跌0.4%。")] == [
        "Microsoft", "Alphabet", "Amazon",
    ]  # fmt: skip


def test_a_year_s_forecast_is_no_year_s_move() -> None:
    english = "Okta cut its forecast for the year, and the shares fell 5% on Wednesday."
    chinese = "英特尔下调全年预期，股价周三跌5%。"
    assert [claim[2:] for claim in _of(english)] == [("unspecified", None, -0.05)]
    assert [claim[2:] for claim in _of(chinese)] == [("unspecified", None, -0.05)]


@pytest.mark.parametrize(
    ("text", "session", "level", "change", "day"),
    [
        ("Okta plummeted 9% on Wednesday.", "unspecified", None, -0.09, 15),
        ("Okta was rewarded with a gain of 4% on Tuesday.", "unspecified", None, 0.04, 14),
        ("Okta's stock fell 8% to its lowest level since 2019.", "unspecified", None, -0.08, 16),
        ("LAGOS, April 16 -- Okta shares ended 3% lower on Wednesday.", "close", None, -0.03, 15),
        ("Okta rose 6% on the next trading day, April 14.", "unspecified", None, 0.06, 14),
        ("Okta shares rose 42 cents, or 0.5%, to $80.44.", "unspecified", 80.44, 0.005, 16),
        ("Okta stock traded down $3.12, hitting $75.10.", "unspecified", 75.1, None, 16),
        ("Okta rose 2% to $80, beating the 1% gain of spring.", "unspecified", 80.0, 0.02, 16),
        ("Okta shares ended the week 7% lower.", "period", None, -0.07, 16),
        ("Okta stock soared on Tuesday, closing at $90.", "close", 90.0, None, 14),
        ("Okta shares popped 5% when markets opened.", "open", None, 0.05, 16),
        ("Okta OKTA +1.2% (OKTA) soared 9% on Tuesday.", "unspecified", None, 0.09, 14),
        ("微软裁员5%后，股价周三下跌2%。", "unspecified", None, -0.02, 15),
        ("微软股价周三闪崩，跌6%。", "unspecified", None, -0.06, 15),
        ("截至午间收盘，腾讯股价涨3%，报400港元。", "intraday", 400.0, 0.03, 16),
        ("北京时间4月15日凌晨，微软美股收盘下跌2.5%。", "close", None, -0.025, 14),
        ("微软收盘报420美元，上涨5美元，涨幅1.2%。", "close", 420.0, 0.012, 16),
    ],
)
def test_moves_as_pages_tell_them(
    text: str, session: str, level: float | None, change: float | None, day: int
) -> None:
    (claim,) = _claims(text)
    assert (claim.session, claim.level, claim.change) == (session, level, change)
    assert claim.date.end == date(2026, 4, day)


@pytest.mark.parametrize(
    "text",
    [
        "Okta leads tech stocks, whose gauge fell 3%.",
        "Okta is reorganising after market-share gains by a rival.",
        "Okta reported a 10 percent rise in sales to $148 million.",
        "Okta (OKTA: down $2.67 to $75.58, Research) makes software.",
        "Okta's chief sold 20,000 shares at $82.15 each.",
        "Okta stock has a 52-week range of $70.00 to $110.00.",
        "微软目标价较现价有20%上涨空间。",
    ],
)
def test_figures_of_others_are_no_prices(text: str) -> None:
    assert _claims(text) == ()


def test_the_price_behind_its_conversion_is_the_one_paid() -> None:
    (claim,) = _claims("Tencent (HK:0700) surged 5.5%, hitting around $67.90 (HK$532.50).")
    assert (claim.ticker, claim.level, claim.currency) == ("0700.HK", 532.5, "HKD")


def test_a_weekend_s_report_is_of_friday_s_session() -> None:
    article = article_from_text("Title: Okta\n\nOkta fell 3%.\n", "a", published=date(2026, 4, 18))
    (claim,) = extract(article).price_claims
    assert claim.date.start == date(2026, 4, 17)


def test_movers_of_a_list_share_the_verb() -> None:
    found = [(c.company, c.change) for c in _claims("Okta dropped 3%, Microsoft 2% and Oracle 1%.")]
    assert found == [("Okta", -0.03), ("Microsoft", -0.02), ("Oracle", -0.01)]
