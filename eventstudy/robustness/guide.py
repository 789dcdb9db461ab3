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
        "market_adjusted": "no estimation window, such as a newly listed share; beta is taken as 1",
        "market_model": "the default for short windows",
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
        "Cross-sectional t": "separate dates; robust to event-induced variance, low power",
        "Patell": "separate dates and no change of variance; else it rejects true nulls too often",
        "KP-Patell": "common dates and no change of variance",
        "BMP": "separate dates, with event-induced variance",
        "KP-BMP": "the default: common dates, event-induced variance, or both",
        "Corrado rank": "fat tails or skewed returns; weak against event-induced variance",
        "GRANK-T": "fat tails, common dates, windows of several days",
        "Generalised sign": "separate dates and outliers; asks for the direction alone",
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
    lines = ["Normal-return models", ""]
    for model in listed["models"]:
        lines += [f"  {model['name']:<18}{model['label']}; {model['reference']}"]
        lines += [f"{'':20}{model['when']}"] if model["when"] else []
    lines += ["", "Tests", ""]
    for test in listed["tests"]:
        lines += [f"  {test['name']:<18}{test['label']}; {test['reference']}"]
        lines += [f"{'':20}null: {test['null']}"]
        lines += [f"{'':20}when: {test['when']}"] if test["when"] else []
    return "\n".join(lines)
