"""How a study computed what it shows, in words and formulas, for its report."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from eventstudy.estimation.measures import MEASURES
from eventstudy.reporting.content import MethodPart
from eventstudy.reporting.formats import window
from eventstudy.results.outcome import Outcome
from eventstudy.specification import model_of


def methods(outcome: Outcome) -> tuple[MethodPart, ...]:
    """Return the methods of the study, one part per stage."""
    return (
        _day_zero(outcome),
        _returns(outcome),
        _windows(outcome),
        _model(outcome),
        MethodPart(
            "Abnormal returns",
            "The abnormal return is the return less the normal return. Standard errors of single "
            "events are those of a prediction: they hold the error of the estimated coefficients "
            "and all covariances between the days of a window.",
            (
                "V = σ² (I + X* (X'X)⁻¹ X*')",
                "Var CAR(a, b) = 1' V 1",
                "BHAR(a, b) = Π(1 + R) - Π(1 + normal R)",
            ),
        ),
        MethodPart(
            "Averages and intervals",
            "Averages weigh every event alike. Their intervals rest on the spread between the "
            "events (Student's t, n - 1 degrees of freedom); days that several events share make "
            "them too narrow, which the adjusted tests correct.",
        ),
    )


def _day_zero(outcome: Outcome) -> MethodPart:
    return MethodPart(
        "Day zero",
        f"Day zero is the first session of {outcome.spec.exchanges.exchange_label} that can react: "
        "the session itself for news before the open or during trading, the next one for news "
        "after the close, on a weekend or on a holiday; never an earlier one. Where the time of "
        "day is unknown, day zero is the session of that day, the event is flagged, and the "
        "headline window should hold the day after it as well.",
    )


def _returns(outcome: Outcome) -> MethodPart:
    prices = outcome.spec.prices
    gaps = {
        "complete": "an event with a missing day in its event window is left out",
        "available": "each window uses the days that are there, and its variance covers them alone",
        "trade_to_trade": "the first price after a gap gives the return over the whole gap, set "
        "against the benchmark over the same gap; its variance grows with the sessions it spans "
        "(Maynes and Rumsey 1993)",
    }[prices.missing]
    bridged = "" if prices.missing == "trade_to_trade" else " or bridged"
    if prices.measure != "return":
        name, measured, reference = MEASURES[prices.measure]
        return MethodPart(
            "Measure",
            f"The study is of {name}, of the securities and of the benchmark alike ({reference}). "
            f'Wherever this report says "return", read "{name}"; a difference of 1 % is 0.01 of '
            f"that measure, nothing is compounded, and {gaps}.",
            (measured,),
        )
    formula = {"simple": "R(t) = P(t) / P(t-1) - 1", "log": "R(t) = ln(P(t) / P(t-1))"}
    return MethodPart(
        "Returns",
        f"{prices.returns.capitalize()} returns of prices adjusted for splits and dividends. A "
        f"missing price leaves a missing return; nothing is filled{bridged}, and {gaps}.",
        (formula[prices.returns],),
    )


def _windows(outcome: Outcome) -> MethodPart:
    windows = outcome.spec.windows
    return MethodPart(
        "Windows",
        f"Trading days from day zero, both ends inclusive: estimation "
        f"{window(windows.estimation)}, at least {windows.min_estimation} usable days; event "
        f"{window(windows.event)}; reported {', '.join(window(w) for w in windows.all_windows)}; "
        f"headline {window(windows.headline)}.",
    )


def _model(outcome: Outcome) -> MethodPart:
    model = model_of(outcome.spec.model)
    return MethodPart(
        f"Normal return: {model.label}",
        "Fitted to each event by itself on its own estimation window. The residual variance has "
        "the degrees of freedom of the fit.",
        model.formulas(outcome.spec.exchanges.label),
    )


def references(outcome: Outcome) -> tuple[str, ...]:
    """Return the papers that the study's methods come from, each once, by author."""
    named = ["MacKinlay (1997)", model_of(outcome.spec.model).reference]
    named += [result.reference for result in outcome.results_of_tests]
    if outcome.spec.prices.measure != "return":
        named.append(MEASURES[outcome.spec.prices.measure][2])
    if outcome.spec.prices.missing == "trade_to_trade":
        named.append("Maynes and Rumsey (1993)")
    known = _papers()
    short = {paper for text in named for paper in _cited(text)}
    return tuple(sorted(known.get(paper, paper) for paper in short))


def _cited(text: str) -> list[str]:
    """Part ``"Brown and Warner (1980, 1985); Cowan (1992)"`` into single papers.

    >>> _cited("Brown and Warner (1980, 1985); Cowan (1992)")
    ['Brown and Warner (1980)', 'Brown and Warner (1985)', 'Cowan (1992)']
    """
    papers = []
    for cited in filter(None, map(str.strip, text.split(";"))):
        authors, _, years = cited.partition("(")
        plain = authors.replace(",", "").strip()
        papers += [f"{plain} ({year.strip()})" for year in years.rstrip(")").split(",")]
    return papers


@cache
def _papers() -> dict[str, str]:
    """Return the full reference of each paper by its short one."""
    text = files("eventstudy.results").joinpath("references.csv").read_text("utf-8")
    return {row["short"]: row["full"] for row in csv.DictReader(text.splitlines())}
