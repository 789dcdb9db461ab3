from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eventstudy.articles.extraction import extract
from eventstudy.articles.reading import article_from_text, read_article
from eventstudy.market.files import FileSource
from eventstudy.market.prices import PriceTable
from eventstudy.robustness.claims import CheckedClaim, check_claims

DAYS = np.array(["2026-04-06", "2026-04-07", "2026-04-08", "2026-04-09"], dtype="datetime64[D]")


def table(**changes: Any) -> PriceTable:
    """Prices of Meta: 100, 100, 106.5, 105; on the 8th between 101 and 107."""
    values: dict[str, Any] = {
        "adjusted_close": np.array([[100.0], [100.0], [106.5], [105.0]]),
        "open": np.array([[100.0], [100.0], [101.0], [106.0]]),
        "high": np.array([[101.0], [101.0], [107.0], [106.5]]),
        "low": np.array([[99.0], [99.0], [101.0], [104.0]]),
    }
    return PriceTable(DAYS, ("META",), **(values | changes))


def check(body: str, prices: PriceTable | None = None) -> CheckedClaim:
    article = article_from_text(f"Title: News\nPublished: 2026-04-09\n\n{body}\n", "news")
    (claim,) = check_claims([(article, extract(article))], prices or table())
    return claim


@pytest.mark.parametrize(
    ("body", "verdict", "said"),
    [
        ("Meta shares closed at $106.50 on Wednesday, up 6.5%.", "confirmed", "106.50 and +6.50%"),
        ("Meta shares closed at $106.90 on Wednesday.", "contradicted", "106.50"),
        ("Meta shares closed up 6.4% on Wednesday.", "contradicted", "+6.50% from the close"),
        ("Meta shares closed up about 6% on Wednesday.", "confirmed", "+6.50%"),
        ("Meta shares closed up more than 6% on Wednesday.", "confirmed", "+6.50%"),
        ("Meta shares closed up more than 8% on Wednesday.", "contradicted", "+6.50%"),
        ("Meta shares closed down 6.5% on Wednesday.", "contradicted", "+6.50%"),
        ("Meta shares rose as much as 7% on Wednesday.", "confirmed", "+1.00% to +7.00%"),
        ("Meta shares rose as much as 5% on Wednesday.", "not checkable", "consistent with"),
        ("Meta shares rose as much as 9% on Wednesday.", "contradicted", "+1.00% to +7.00%"),
        ("Meta was up 3% at 11:15 a.m. ET on Wednesday.", "not checkable", "consistent with"),
        ("Meta was up 8% at 11:15 a.m. ET on Wednesday.", "contradicted", "+1.00% to +7.00%"),
        ("Meta shares hit a session high of $107.00 on Wednesday.", "confirmed", "to 107.00"),
        ("Meta shares fell 3% in premarket trading on Wednesday.", "not checkable", "regular"),
        ("Amazon shares closed up 3% on Wednesday.", "not checkable", "no prices of AMZN"),
        ("Meta shares closed up 3% on Monday, March 30.", "not checkable", "no price of META"),
    ],
)
def test_a_claim_is_held_against_the_day_it_speaks_of(body: str, verdict: str, said: str) -> None:
    claim = check(body)
    assert (claim.verdict, said in claim.detail) == (verdict, True), claim


def test_a_level_is_compared_on_the_share_basis_of_its_day() -> None:
    body = "Meta shares closed at $1,065.00 on Wednesday."
    unrecorded = check(body)
    assert unrecorded.verdict == "confirmed"
    assert "taking a later split of 10 to 1 as undone" in unrecorded.detail
    splits = np.array([[0.0], [0.0], [0.0], [10.0]])
    recorded = check(body, table(splits=splits))
    assert recorded.verdict == "confirmed"
    assert "later splits of 10 to 1 undone" in recorded.detail
    assert check(body, table(splits=0 * splits)).verdict == "contradicted"


def test_the_range_is_read_on_either_basis() -> None:
    # The source gives open, high and low adjusted for a later dividend, the close as quoted.
    prices = table(
        adjusted_close=np.array([[50.0], [50.0], [53.25], [52.5]]),
        close=np.array([[100.0], [100.0], [106.5], [105.0]]),
        low=np.array([[49.5], [49.5], [50.5], [52.0]]),
        high=np.array([[50.5], [50.5], [53.5], [53.25]]),
    )
    claim = check("Meta shares rose as much as 7% on Wednesday.", prices)
    assert (claim.verdict, claim.detail) == (
        "confirmed",
        "The range of 2026-04-08 was 101.00 to 107.00 and +1.00% to +7.00% from the close before.",
    )


@pytest.mark.real
def test_the_closes_of_the_seed_articles_are_confirmed(shared: Path) -> None:
    prices = FileSource(shared / "market" / "prices_daily.parquet").fetch(
        ["META"], date(2026, 3, 1), date(2026, 4, 30)
    )
    articles = [read_article(path) for path in sorted((shared / "articles/seeds").glob("*.txt"))]
    checked = check_claims([(article, extract(article)) for article in articles], prices)
    assert [claim.verdict for claim in checked if claim.session != "intraday"] == ["confirmed"] * 3
    (moment,) = (claim for claim in checked if claim.session == "intraday")
    assert moment.verdict == "not checkable"  # "about 2% in early trading"
    assert moment.detail.endswith("The claim is consistent with the day's range.")
    assert [claim.detail for claim in checked if claim.session == "close"] == [
        "The close of 2026-04-08 was 612.42 and +6.50% from the close before.",
        "The close of 2026-04-17 was 688.55.",
    ]
