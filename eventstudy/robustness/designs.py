"""The situations in which the tests are tried."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

#: Estimation days, and the first and last day of the event window.
ESTIMATION_DAYS = 250
EVENT_WINDOW = (-5, 5)
#: Windows that are tested.
WINDOWS = ((0, 0), (-5, 5))


@dataclass(frozen=True, slots=True)
class Design:
    """One situation: how the studies of N events are drawn.

    Attributes
    ----------
    theme, name
        The group in which it is shown, and its name there; together they are unique.
    events
        Events per study.
    effect
        Abnormal return planted on day 0 of every event, a decimal fraction; 0 tests the size.
    tails
        Degrees of freedom of Student's t for all disturbances; infinite for the normal.
    variance
        Multiple of the disturbances' variance on all days of the event window.
    correlation
        Correlation of the disturbances of two events on one calendar date.
    dates
        Number of dates that the events share evenly; 0 gives each its own random date.
    together
        Events that share one date while each of the others has its own.
    span
        Sessions among which the simulated dates lie, so that windows of different dates overlap;
        0 for eight years.
    thin
        Share of days without a trade: the price stays, and the next trade catches up.
    missing
        Share of returns that are not there.
    model
        Name of the normal-return model.
    real
        Draw events of real returns instead of simulated ones; ``tails``, ``correlation``, ``thin``
        and ``missing`` are then those of the data, and ``together`` and ``span`` are not used.
    """

    theme: str
    name: str
    events: int = 50
    effect: float = 0.0
    tails: float = math.inf
    variance: float = 1.0
    correlation: float = 0.0
    dates: int = 0
    together: int = 0
    span: int = 0
    thin: float = 0.0
    missing: float = 0.0
    model: str = "market_model"
    real: bool = False

    @property
    def key(self) -> str:
        """Theme and name."""
        return f"{self.theme}: {self.name}"


def _sizes(design: Design, *sizes: int) -> list[Design]:
    return [replace(design, name=f"{design.name}N = {n}", events=n) for n in sizes]


def _effects(design: Design, *percent: float) -> list[Design]:
    return [replace(design, name=f"{design.name}{p:g} %", effect=p / 100.0) for p in percent]


_ALL = (5, 10, 20, 50, 200)
_NULL = "Normal returns, random dates"
_TAILS = "Fat tails"
_VARIANCE = "Variance brought about by the event"
_DATE = "One common date"
_BOTH = "One common date and variance ×2"
_DATES = "Few dates"
_OVERLAP = "Windows that overlap"
_ONE = "One event"
_TRADING = "Trading"
_REAL = "Real returns, random dates"
_REAL_DATE = "Real returns, one common date"
_POWER = "Power, simulated returns"
_POWER_REAL = "Power, real returns"

#: Every design, theme by theme.
FULL: tuple[Design, ...] = (
    *_sizes(Design(_NULL, ""), *_ALL),
    *_sizes(Design(_TAILS, "t(4), ", tails=4.0), 10, 50),
    *_sizes(Design(_TAILS, "t(3), ", tails=3.0), 10, 50, 200),
    *_sizes(Design(_VARIANCE, "×2, ", variance=2.0), *_ALL),
    *_sizes(Design(_VARIANCE, "×4, ", variance=4.0), 10, 50),
    *_sizes(Design(_DATE, "r = 0, ", dates=1), 50),
    *_sizes(Design(_DATE, "r = 0.1, ", dates=1, correlation=0.1), *_ALL),
    *_sizes(Design(_DATE, "r = 0.3, ", dates=1, correlation=0.3), 10, 50),
    *_sizes(Design(_BOTH, "r = 0.1, ", dates=1, correlation=0.1, variance=2.0), *_ALL),
    *_sizes(Design(_BOTH, "r = 0.3, ", dates=1, correlation=0.3, variance=2.0), 50),
    *_sizes(Design(_DATES, "10 dates, r = 0.3, ", dates=10, correlation=0.3), 50),
    *_sizes(Design(_DATES, "10 dates, r = 0.3, ×2, ", dates=10, correlation=0.3, variance=2.0), 50),
    *_sizes(Design(_DATES, "5 dates, r = 0.3, ", dates=5, correlation=0.3), 50),
    Design(_DATES, "20 on one date, 30 apart, r = 0.3", correlation=0.3, together=20),
    *_sizes(
        Design(
            _DATES, "10 real dates, constant mean, ", dates=10, real=True, model="constant_mean"
        ),
        50,
    ),
    *_sizes(Design(_OVERLAP, "40 sessions, r = 0.3, ", correlation=0.3, span=40), 20, 50),
    *_sizes(Design(_OVERLAP, "120 sessions, r = 0.1, ", correlation=0.1, span=120), 50),
    Design(_ONE, "normal returns", events=1),
    Design(_ONE, "t(3)", events=1, tails=3.0),
    Design(_ONE, "variance ×2", events=1, variance=2.0),
    Design(_ONE, "real returns", events=1, real=True),
    Design(_ONE, "real returns, effect 5 %", events=1, real=True, effect=0.05),
    Design(_TRADING, "30 % of days without a trade", thin=0.3),
    Design(_TRADING, "60 % of days without a trade", thin=0.6),
    Design(_TRADING, "10 % of returns missing", missing=0.1),
    *_sizes(Design(_REAL, "", real=True), *_ALL),
    *_sizes(Design(_REAL, "variance ×2, ", real=True, variance=2.0), 50),
    *_sizes(Design(_REAL_DATE, "", real=True, dates=1), 10, 50, 200),
    *_sizes(Design(_REAL_DATE, "constant mean, ", real=True, dates=1, model="constant_mean"), 50),
    *_effects(Design(_POWER, "N = 10, ", events=10), 2),
    *_effects(Design(_POWER, "N = 50, "), 0.5, 1, 2),
    *_effects(Design(_POWER, "N = 50, t(3), ", tails=3.0), 1),
    *_effects(Design(_POWER, "N = 50, variance ×2, ", variance=2.0), 1),
    *_effects(Design(_POWER, "N = 50, one date, r = 0.1, ", dates=1, correlation=0.1), 1, 2),
    *_effects(Design(_POWER, "N = 50, 10 dates, r = 0.3, ", dates=10, correlation=0.3), 2),
    *_effects(Design(_POWER_REAL, "N = 10, ", events=10, real=True), 2),
    *_effects(Design(_POWER_REAL, "N = 50, ", real=True), 0.5, 1, 2),
    *_effects(Design(_POWER_REAL, "market-adjusted, ", real=True, model="market_adjusted"), 1),
    *_effects(Design(_POWER_REAL, "constant mean, ", real=True, model="constant_mean"), 1),
)

_QUICK = {
    f"{_NULL}: N = 10",
    f"{_NULL}: N = 50",
    f"{_TAILS}: t(3), N = 50",
    f"{_VARIANCE}: ×2, N = 50",
    f"{_DATE}: r = 0.1, N = 50",
    f"{_DATE}: r = 0.3, N = 50",
    f"{_BOTH}: r = 0.1, N = 50",
    f"{_DATES}: 10 dates, r = 0.3, N = 50",
    f"{_OVERLAP}: 40 sessions, r = 0.3, N = 50",
    f"{_ONE}: normal returns",
    f"{_REAL}: N = 50",
    f"{_REAL_DATE}: N = 50",
    f"{_POWER}: N = 50, 1 %",
    f"{_POWER_REAL}: N = 50, 1 %",
}
#: A choice among them for a check in less than a minute.
QUICK: tuple[Design, ...] = tuple(design for design in FULL if design.key in _QUICK)
