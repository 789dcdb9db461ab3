"""A report's content with everything that can break a report in it; the numbers are made up."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from eventstudy.reporting.content import (
    DAILY_COLUMNS,
    EventDetail,
    GroupContent,
    MethodPart,
    OtherNews,
    Quote,
    ReportContent,
)
from eventstudy.reporting.narrative import headline, interpret

HOSTILE = (
    ("=cmd()", "EQ"), ("<script>alert(1)</script>", "XSS"), ('#read("x") *bold* $y$', "TYP"),
    ("$\\input{/etc/passwd}", "T$X$"), ("שלום עולם \u202e evil", "RTL"), ("مرحبا", "ARB"),
    ("腾讯控股有限公司", "0700.HK"), ("𠮷野家ホールディングス", "9861.T"), ("Emoji 🚀 Inc", "MOON"),
    ("+1-800 Holdings", "+PLUS"), ("@SUM(A1)", "@AT"), ("-5% & sons_of #1 ~ ^", "-DASH"),
    ("Very long name " * 20, "LONGTICKERSYMBOL"), ("{{ 7*7 }} {% raw %}", "JINJA"),
    ("line\nbreak\tand\x00nul", "CTRL"),
)  # fmt: skip
PLAIN = ("Meta Platforms", "Amazon", "Block", "Atlassian", "Snap", "Coinbase", "Oracle", "Intel")
TICKERS = ("META", "AMZN", "XYZ", "TEAM", "SNAP", "COIN", "ORCL", "INTC")
WINDOWS = ((0, 0), (0, 1), (-1, 1), (-5, 5), (2, 10))
TAU = np.arange(-10, 11)
TESTS = (
    ("CrossSectionalT", "Cross-sectional t", "Brown & Warner (1985)"),
    ("Patell", "Patell", "Patell (1976)"),
    ("BMP", "BMP", "Boehmer, Musumeci & Poulsen (1991)"),
    ("KolariPynnonen", "KP-adjusted BMP", "Kolari & Pynnönen (2010)"),
    ("CorradoRank", "Corrado rank", "Corrado (1989)"),
    ("GRankT", "GRANK-T", "Kolari & Pynnönen (2011)"),
    ("CowanSign", "Generalised sign", "Cowan (1992)"),
)


METHODS = (
    MethodPart(
        "Normal return", "The market model, fitted by least squares over days −260 to −11.",
        ("ARᵢₜ = Rᵢₜ − (α̂ᵢ + β̂ᵢ Rₘₜ)", "Vᵢ = σ̂ᵢ² (I + X* (X′X)⁻¹ X*′)"),
    ),
    MethodPart("Windows", "Trading days from day zero, both ends inside."),
)  # fmt: skip


def caar_frame(ar: np.ndarray, level: float = 0.95) -> pd.DataFrame:
    """Average and cumulate abnormal returns of shape (N, L2)."""
    n = ar.shape[0]
    cum = ar.cumsum(axis=1)
    aar, caar = ar.mean(axis=0), cum.mean(axis=0)
    se = cum.std(axis=0, ddof=1) / math.sqrt(n)
    reach = stats.t.ppf(0.5 + level / 2, n - 1) * se
    return pd.DataFrame(
        {
            "tau": TAU, "aar": aar, "aar_se": ar.std(axis=0, ddof=1) / math.sqrt(n), "n": n,
            "caar": caar, "se": se, "lower": caar - reach, "upper": caar + reach,
        }
    )  # fmt: skip


def windows_frame(ar: np.ndarray, level: float = 0.95) -> pd.DataFrame:
    rows = []
    for start, end in WINDOWS:
        car = ar[:, start + 10 : end + 11].sum(axis=1)
        se = car.std(ddof=1) / math.sqrt(car.size)
        reach = stats.t.ppf(0.5 + level / 2, car.size - 1) * se
        rows.append(
            {
                "start": start, "end": end, "n": car.size, "mean_car": car.mean(), "se": se,
                "lower": car.mean() - reach, "upper": car.mean() + reach,
                "median": np.median(car), "share_positive": (car > 0).mean(),
                "mean_bhar": car.mean() * 0.97,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def tests_frame(ar: np.ndarray) -> pd.DataFrame:
    rows = []
    for start, end in WINDOWS:
        car = ar[:, start + 10 : end + 11].sum(axis=1)
        t = car.mean() / (car.std(ddof=1) / math.sqrt(car.size))
        for i, (test, label, reference) in enumerate(TESTS):
            shrunk = t * (1 - 0.05 * i)
            rows.append(
                {
                    "test": test, "label": label, "start": start, "end": end, "statistic": shrunk,
                    "df": math.inf if test == "Patell" else car.size - 1,
                    "p_value": 2 * stats.t.sf(abs(shrunk), car.size - 1), "n": car.size,
                    "null": "The mean abnormal return is zero."
                    if i < 4 else "The median abnormal return is zero.",
                    "reference": reference, "note": "",
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def group_content(name: str, label: str, ar: np.ndarray) -> GroupContent:
    return GroupContent(
        name=name, label=label, n_events=ar.shape[0], caar=caar_frame(ar),
        windows=windows_frame(ar), significance=tests_frame(ar), advised="KolariPynnonen",
        advice="KP-adjusted BMP leads: 31% of the events share a day zero with another, and the "
        "variance on day 0 is 2.4 times that of the estimation window.",
    )  # fmt: skip


def comparison_frame(first: np.ndarray, second: np.ndarray) -> pd.DataFrame:
    rows = []
    for start, end in WINDOWS:
        a, b = (ar[:, start + 10 : end + 11].sum(axis=1) for ar in (first, second))
        welch = stats.ttest_ind(a, b, equal_var=False)
        low, high = welch.confidence_interval(0.95)
        rows.append(
            {
                "start": start, "end": end, "difference": a.mean() - b.mean(),
                "se": (a.mean() - b.mean()) / welch.statistic, "lower": low, "upper": high,
                "welch_p": welch.pvalue, "mann_whitney_p": stats.mannwhitneyu(a, b).pvalue,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def events_frame(ar: np.ndarray, sigma: np.ndarray, groups: list[str]) -> pd.DataFrame:
    rows = []
    for i in range(ar.shape[0]):
        company, ticker = HOSTILE[i // 9] if i % 9 == 4 and i // 9 < len(HOSTILE) else (
            PLAIN[i % 8], TICKERS[i % 8],
        )  # fmt: skip
        car, se = ar[i, 10:12].sum(), sigma[i] * math.sqrt(2.02)
        day = date(2022, 6, 14) + timedelta(days=8 * i)
        rows.append(
            {
                "event_id": f"{groups[i]}-{i:03d}", "company": company, "ticker": ticker,
                "group": groups[i], "announced_at": day.isoformat(),
                "session": ("pre", "after", "unknown")[i % 3], "day_zero": day,
                "what": "About a tenth of staff leaves; projects are closed." if i % 7 else company,
                "headcount": 100.0 * (i + 1) if i % 4 else np.nan,
                "percent": float(i % 23) if i % 3 else np.nan, "review": "confirmed",
                "status": "estimated", "car": car, "se": se, "lower": car - 1.97 * se,
                "upper": car + 1.97 * se, "t": car / se,
                "p_value": 2 * stats.norm.sf(abs(car) / se),
                "bhar": car * 0.98, "alpha": 0.0004, "beta": 0.8 + (i % 9) / 10,
                "n_obs": 250 - i % 5,
                "assumed": i % 3 == 2, "planted": -0.02 if groups[i] == "layoff" else 0.015,
                "reason": f"Announced {day} after the close (16:00 New York); the next session is "
                f"{day + timedelta(days=1)}.",
                "sources": "https://example.org/news/a-rather-long-address-that-never-seems-to-end/"
                f"{i}",
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def details(ar: np.ndarray, sigma: np.ndarray, events: pd.DataFrame) -> tuple[EventDetail, ...]:
    rng = np.random.default_rng(5)
    found = []
    for i, event_id in enumerate(events["event_id"]):
        market = rng.normal(0.0005, 0.008, TAU.size)
        own = market * 1.1 + ar[i]
        paths = [100 * np.exp(np.cumsum(r) - np.cumsum(r)[9]) for r in (own, market)]
        abnormal = pd.DataFrame({"tau": TAU, "ar": ar[i], "se": sigma[i]})
        prices = pd.DataFrame({"tau": TAU, "security": paths[0], "benchmark": paths[1]})
        if i == 3:
            prices.loc[:2, "security"] = np.nan
            abnormal.loc[:2, "ar"] = np.nan
        quote = Quote(
            "The company said on Wednesday it would cut about 10 percent of staff; 裁员约10%",
            "headcount.about",
            "Big cuts at <b>a firm</b>",
        )
        found.append(
            EventDetail(
                event_id=event_id, prices=prices, abnormal=abnormal,
                quotes=(quote,) if i % 2 else (),
                others=(OtherNews(3, "Quarterly earnings"), OtherNews(None, "Memo to staff"))
                if i % 5 == 0 else (),
                claims=("The article says −5.2% at the close; the prices say −5.1%: they agree.",)
                if i % 6 == 0 else (),
            )
        )  # fmt: skip
    return tuple(found)


def market_frame() -> pd.DataFrame:
    """A benchmark over the days of 170 events, one day missing."""
    days = pd.bdate_range("2022-05-16", "2026-04-20").to_numpy("datetime64[D]")
    level = 400 * np.exp(np.cumsum(np.random.default_rng(7).normal(0.0004, 0.01, days.size)))
    level[40] = np.nan
    return pd.DataFrame({"day": days, "level": level})


def exclusions_frame() -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("layoff-x", "Twitter", "TWTR", "outside data", "No prices after 2022-10-27."),
            ("layoff-y", "<b>Bold</b> 字节跳动", "=BYTE", "unknown ticker", "Not listed."),
            ("layoff-z", "Young firm", "NEW", "estimation too short", "60 of 120 days."),
        ],
        columns=["event_id", "company", "ticker", "reason", "detail"],
    )


def example_content(
    *,
    simulated: bool = True,
    n: int = 170,
    title: str = "Did the market react to layoffs and AI model launches?",
) -> ReportContent:
    """Build a report's content of ``n`` events, three in ten of them launches."""
    rng = np.random.default_rng(11)
    groups = ["model_launch" if i % 10 in {1, 4, 8} else "layoff" for i in range(n)]
    launch = np.array([group == "model_launch" for group in groups])
    sigma = rng.uniform(0.008, 0.03, n)
    ar = sigma[:, None] * rng.standard_t(4, (n, TAU.size)) / math.sqrt(2)
    ar[:, 10] += np.where(launch, 0.004, -0.014)
    events = events_frame(ar, sigma, groups)
    found = details(ar, sigma, events)
    contents = (
        group_content("all", "All events", ar),
        group_content("layoff", "Layoffs", ar[~launch]),
        group_content("model_launch", "Model launches", ar[launch]),
    )
    comparison = comparison_frame(ar[~launch], ar[launch])
    compared = ("Layoffs", "Model launches")
    return ReportContent(
        title=title, period="2022-06-14 to 2026-05-20", benchmark="SPY", model="market model",
        price_source="simulated (seed 1)" if simulated else "files:prices_daily.parquet",
        simulated=simulated,
        headline=headline(contents[1:], (0, 1), 0.95, simulated=simulated),
        paragraphs=interpret(contents[1:], (0, 1), 0.95, comparison, compared),
        level=0.95, headline_window=(0, 1), windows=WINDOWS, groups=contents, events=events,
        exclusions=exclusions_frame(),
        comparison=comparison, compared=compared, details=found,
        daily=pd.concat([d.abnormal.assign(event_id=d.event_id) for d in found])[
            list(DAILY_COLUMNS)
        ],
        market=market_frame(), market_name="SPY",
        warnings=(
            ("ClusteredEvents", "17 events share a day zero with another event."),
            ("UnknownTimeOfDay", "56 events have no time of day; day zero may be a day early."),
        ),
        quality=pd.DataFrame(
            [("SNAP", "jump", date(2022, 5, 24), "−43.1% in a day, no split", "note", "kept")],
            columns=["ticker", "check", "day", "detail", "severity", "action"],
        ),
        methods=METHODS,
        references=(
            "MacKinlay, A. C. (1997). Event studies in economics and finance. JEL 35(1), 13–39.",
            "Kolari, J. W. & Pynnönen, S. (2010). Event study testing. RFS 23(11), 3996–4025.",
        ),
        provenance={
            "eventstudy": "0.1.0", "spec": {"benchmark": "SPY", "windows": ["[0, 1]", "[-1, 1]"]},
            "data": {
                "prices": {
                    "SPY": {"rows": 500, "sha256": "0f3c"},
                    "META": {"rows": 498, "sha256": "aa41"},
                }
            },
        },
    )  # fmt: skip


@pytest.fixture(scope="session")
def content() -> ReportContent:
    return example_content()
