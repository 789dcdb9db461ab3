"""Which models and tests there are, and when to use which."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from eventstudy.estimation.models import MODELS
from eventstudy.inference.catalogue import TESTS

#: When to use each model; a line for practitioners.
WHEN_MODEL: Mapping[str, str] = MappingProxyType(
    {
        "constant_mean": "no benchmark fits; the market's own move on the day stays in the result",
        "market_adjusted": "the past is no guide to beta, as after a merger; beta is taken as 1",
        "mean_market_adjusted": "volume and volatility, whose level is each security's own",
        "market_model": "the default for short windows",
        "scholes_williams": "thin trading: the share reacts a day late or early",
        "dimson": "thin trading over several days; more leads and lags cost precision",
        "blume": "a beta drawn towards one, where a noisy beta would mislead",
        "vasicek": "a beta drawn towards the other events' betas; needs several events",
        "rolling_beta": "beta moves; only the last sessions before the event count",
        "garch": "calm and stormy times alternate; daily variances, one event at a time",
        "egarch": "as garch, and falls raise the variance more than rises",
        "capm": "the market model in excess returns; for low-beta or high-rate times",
        "ff3": "the sample leans to small or to cheap shares",
        "carhart4": "as ff3, and the events follow strong or weak past returns",
        "ff5": "the sample leans to profitable or to fast-investing firms as well",
        "ff6": "all of it; costs seven coefficients, so keep 250 estimation days",
    }
)
#: When to use each test; a line for practitioners, backed by the self-check.
WHEN_TEST: Mapping[str, str] = MappingProxyType(
    {
        "Cross-sectional t": "separate dates; says how large the average is; low power",
        "Skewness-adjusted t": "separate dates, skewed returns; not with fat tails",
        "Jackknife": "beside BMP where abnormal returns are skewed; too cautious with few events",
        "Independence t": "very few events, separate dates, no event-induced variance",
        "Crude dependence": "one common date, no event-induced variance, short windows",
        "Lamb": "one common date, no event-induced variance",
        "Patell": "to compare with older papers; event-induced variance looks like an effect to it",
        "KP-Patell": "common dates, no event-induced variance",
        "BMP": "separate dates, with or without event-induced variance",
        "KP-BMP": "one common date, restless event days or not; too cautious on several",
        "Corrado rank": "outliers, single days, no event-induced variance; common dates are fine",
        "GRANK-T": "outliers and common dates, from 30 events on; not where windows overlap",
        "GRANK-Z": "separate dates, outliers, from 20 events on",
        "Generalised sign": "separate dates; asks for the direction alone",
        "Sign": "separate dates, ten events or more; asks for the direction alone",
        "Wilcoxon": "separate dates, event-induced variance and fat tails, no skewness",
        "Clustered by date": "several events on each of several dates, about as many on each",
        "Clustered by firm": "firms with several events, on separate dates",
        "Clustered two-way": "many dates and many firms, both repeated",
        "Sign permutation": "heavy tails, symmetric returns, separate dates, six or more",
        "Wild bootstrap": "four or five events; several events on each of five dates or more",
        "BMP bootstrap": "as the wild bootstrap, with standardised returns, hence more power",
        "Calendar time": "several dates with several events each, or windows that overlap",
        "Calendar time Newey-West": "as calendar time, with returns that depend on the days before",
        "Calendar time WLS": "separate dates; fails when a date holds many of the events",
        "Sample quantile": "one event: is the move unusual for this share, whatever its tails?",
        "Placebo in time": "one event: against pseudo-events of the same share",
        "Conformal": "one event: against all rotations of the share's own days",
    }
)


def methods() -> dict[str, list[dict[str, Any]]]:
    """Return every model and every test with its null, when to use it, and its reference."""
    models = [
        {
            "name": model.name,
            "label": model.label,
            "needs_risk_free": model.needs_risk_free,
            "when": WHEN_MODEL.get(model.name, ""),
            "reference": model.reference,
        }
        for model in MODELS.values()
    ]
    tests = [
        {
            "name": test.name,
            "label": test.label,
            "null": test.null,
            "when": WHEN_TEST.get(test.name, ""),
            "reference": test.reference,
        }
        for test in TESTS.values()
    ]
    return {"models": models, "tests": tests}


def methods_text() -> str:
    """Return the list of models and tests as lines of text."""
    listed = methods()
    width = 2 + max(len(entry["name"]) for entries in listed.values() for entry in entries)
    lines = []
    for heading, key in (("Normal-return models", "models"), ("Tests", "tests")):
        lines += [heading, ""]
        for entry in listed[key]:
            lines.append(f"  {entry['name']:<{width}}{entry['label']}; {entry['reference']}")
            said = {word: entry.get(word, "") for word in ("null", "when")}
            lines += [f"  {'':{width}}{word}: {words}" for word, words in said.items() if words]
        lines.append("")
    return "\n".join(lines).rstrip()
