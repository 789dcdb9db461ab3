"""The study as a file: ``study.toml``, read and checked at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path, PureWindowsPath
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator

from eventstudy.errors import Mistake, SpecificationError
from eventstudy.estimation.betas import Dimson, RollingBeta
from eventstudy.estimation.models import (
    MODELS,
    FactorModel,
    MultiBenchmark,
    NormalReturnModel,
    model_by_name,
)
from eventstudy.estimation.panel import EventTime, window_faults
from eventstudy.estimation.synthetic import SyntheticControl
from eventstudy.inference.catalogue import STANDARD, named_tests
from eventstudy.market.markets import Markets
from eventstudy.specification_market import (
    MarketPart,
    Number,
    Part,
    PricesPart,
    QualityPart,
    Whole,
    markets_of,
)

Window = tuple[Whole, Whole]
ReportFormat = Literal["pdf", "html", "png", "csv"]

#: The model of a study's own list of factors, and every model that takes a list of the study's.
FACTORS = "factors"
LISTED = (MultiBenchmark.name, SyntheticControl.name, FACTORS)
DEFAULT_WINDOWS: tuple[Window, ...] = ((0, 0), (0, 1), (-1, 1), (-5, 5), (2, 10))


class StudyPart(Part):
    """``[study]``: what is studied.

    ``group_by`` names the column of the event file whose values form the groups; ``step`` says
    which announcement of a chain counts: ``first``, ``all`` or a step's name.
    """

    title: str = Field(default="Did the market react?", min_length=1, max_length=300)
    events: str = "events.csv"
    articles: tuple[str, ...] = ()
    group_by: Literal["group", "event_type", "company", "ticker", "review"] = "group"
    step: str = "first"
    min_events: Annotated[Whole, Field(ge=1)] = 1

    @field_validator("articles")
    @classmethod
    def _inside_the_folder(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in value:
            path = PureWindowsPath(pattern)  # knows both kinds of slash, and drives
            if path.anchor or not path.parts:
                raise ValueError(
                    f"the pattern {pattern!r} does not start from the study's folder; write one "
                    'that does, such as "articles/*.md"'
                )
            if any("**" in part and part != "**" for part in path.parts):
                raise ValueError(
                    f"in the pattern {pattern!r} ** must stand alone between slashes, such as "
                    '"articles/**/*.md"'
                )
        return value


class ModelPart(Part):
    """``[model]``: the normal-return model, and its factors where it has any.

    ``factors`` is one or several files, as paths or addresses on the web.
    ``name = "factors"`` takes any ``factor_names`` of the factor file; with ``excess`` they
    explain returns above the risk-free rate. ``lags`` and ``leads`` belong to the model
    ``dimson``, ``rolling`` to ``rolling_beta``: the sessions of its window. ``benchmarks`` are the
    tickers that ``multi_benchmark`` sets beside the benchmark of ``[prices]``, such as a sector's
    fund; ``donors`` those from which ``synthetic_control`` makes its double.
    """

    name: str = "market_model"
    factors: tuple[str, ...] = ()
    factor_units: Literal["decimal", "percent"] | None = None
    factor_names: tuple[str, ...] = ()
    excess: Annotated[bool, Field(strict=True)] = True
    lags: Annotated[Whole, Field(ge=0, le=20)] = 1
    leads: Annotated[Whole, Field(ge=0, le=20)] = 1
    rolling: Annotated[Whole, Field(ge=10)] = 60
    benchmarks: tuple[str, ...] = ()
    donors: tuple[str, ...] = ()

    @field_validator("name")
    @classmethod
    def _known_model(cls, value: str) -> str:
        if value not in (*MODELS, *LISTED):
            raise ValueError(f"write one of {', '.join((*MODELS, *LISTED))}")
        return value

    @field_validator("factors", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else () if value is None else value

    @model_validator(mode="after")
    def _factors_named(self) -> Self:
        if isinstance(model_of(self), FactorModel) and not self.factors:
            raise ValueError(
                f'the model {self.name} needs a file of factors, such as factors = "factors.csv"'
            )
        for key, owner in (("benchmarks", MultiBenchmark), ("donors", SyntheticControl)):
            if getattr(self, key) and self.name != owner.name:
                raise ValueError(f"{key} belong to the model {owner.name}, not to {self.name}")
        return self


def model_of(part: ModelPart) -> NormalReturnModel:
    """Return the normal-return model that a study names."""
    if part.name == FACTORS:
        return FactorModel(part.factor_names, excess=part.excess)
    if part.name == Dimson.name:
        return Dimson(part.lags, part.leads)
    if part.name == RollingBeta.name:
        return RollingBeta(part.rolling)
    if part.name == MultiBenchmark.name:
        return MultiBenchmark(part.benchmarks)
    if part.name == SyntheticControl.name:
        return SyntheticControl(part.donors)
    return model_by_name(part.name)


class WindowsPart(Part):
    """``[windows]``: trading days from day zero, both ends inclusive."""

    estimation: Window = (-260, -11)
    event: Window = (-10, 10)
    report: tuple[Window, ...] = DEFAULT_WINDOWS
    headline: Window = (0, 1)
    min_estimation: Annotated[Whole, Field(ge=10)] = 120

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        faults = window_faults(self.estimation, self.event)
        mistakes = [Mistake(place, said) for place, said in faults.items()]
        if "event" not in faults:
            first, last = self.event
            mistakes.extend(
                Mistake(
                    place,
                    f"the window {list(window)} is not inside the event window {[first, last]}",
                )
                for place, windows in (("report", self.report), ("headline", (self.headline,)))
                for window in windows
                if not first <= window[0] <= window[1] <= last
            )
        days = self.estimation[1] - self.estimation[0] + 1
        if self.min_estimation > days > 0:
            mistakes.append(
                Mistake(
                    "min_estimation",
                    f"min_estimation {self.min_estimation} is more than the {days} days of the "
                    "estimation window",
                )
            )
        if mistakes:
            raise SpecificationError("The windows do not agree.", mistakes)
        return self

    @property
    def time(self) -> EventTime:
        """The estimation and event windows."""
        return EventTime(self.estimation, self.event)

    @property
    def all_windows(self) -> tuple[Window, ...]:
        """The reported windows with the headline window among them."""
        return tuple(dict.fromkeys((*self.report, self.headline)))


class InferencePart(Part):
    """``[inference]``: confidence level and tests; ``"all"`` names every test."""

    level: Annotated[Number, Field(gt=0.5, lt=1)] = 0.95
    tests: tuple[str, ...] = STANDARD

    @field_validator("tests")
    @classmethod
    def _known_tests(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        try:
            return named_tests(value)
        except SpecificationError as error:
            raise ValueError(str(error)) from None


class ReportPart(Part):
    """``[report]``: what is written.

    Of ``single_events`` events, those with the clearest reactions, the report shows intervals as a
    figure and what each rests on; of more only the numbers.
    """

    formats: tuple[ReportFormat, ...] = ("pdf", "html", "png", "csv")
    single_events: Annotated[Whole, Field(ge=0)] = 300


class SimulationPart(Part):
    """``[simulation]``: the market of ``prices.source = "simulated"``.

    ``effects`` plants an abnormal return on day zero per event type, as a decimal fraction. Per
    ticker, ``thin`` is the share of sessions without a trade, ``halts`` that without a price,
    ``delisted`` the last day, ``delisting`` the return on it, and ``sectors`` the sector (0 to 5).
    """

    seed: Annotated[Whole, Field(ge=0)] = 20260418
    effects: dict[str, Annotated[Number, Field(gt=-0.5, lt=10)]] = Field(default_factory=dict)
    thin: dict[str, Annotated[Number, Field(ge=0, lt=1)]] = Field(default_factory=dict)
    halts: dict[str, Annotated[Number, Field(ge=0, lt=1)]] = Field(default_factory=dict)
    delisted: dict[str, date] = Field(default_factory=dict)
    delisting: dict[str, Annotated[Number, Field(ge=-0.5, lt=10)]] = Field(default_factory=dict)
    sectors: dict[str, Annotated[Whole, Field(ge=0, lt=6)]] = Field(default_factory=dict)


class StudySpec(Part):
    """A whole study, as ``study.toml`` says it."""

    study: StudyPart = StudyPart()
    prices: PricesPart = PricesPart()
    markets: dict[str, MarketPart] = Field(default_factory=dict)
    quality: QualityPart = QualityPart()
    model: ModelPart = ModelPart()
    windows: WindowsPart = WindowsPart()
    inference: InferencePart = InferencePart()
    report: ReportPart = ReportPart()
    simulation: SimulationPart = SimulationPart()

    @field_validator("markets")
    @classmethod
    def _told_apart(cls, value: dict[str, MarketPart]) -> dict[str, MarketPart]:
        try:
            markets_of(PricesPart(), value)
        except SpecificationError as error:
            raise ValueError(str(error)) from None
        return value

    @model_validator(mode="after")
    def _parts_agree(self) -> Self:
        model = model_of(self.model)
        if self.prices.returns == "log" and isinstance(model, FactorModel):
            raise ValueError(
                f'factors are simple returns, so the model {model.name} needs returns = "simple" '
                "under [prices]"
            )
        if self.prices.measure != "return" and isinstance(model, FactorModel):
            raise ValueError(
                f"factors explain returns, not the measure {self.prices.measure}; choose a model "
                "without factors, such as market_model"
            )
        if self.prices.missing == "trade_to_trade":
            if self.prices.measure != "return":
                raise ValueError(
                    f"a gap cannot be bridged for the measure {self.prices.measure}; set missing "
                    "under [prices] to complete or available"
                )
            if model.single_sessions:
                raise ValueError(
                    f"the model {model.name} needs returns over one session each; set missing "
                    "under [prices] to complete or available"
                )
        if model.donors and self.markets:
            raise ValueError(
                f"the donors of the model {model.name} share one exchange; leave [markets] out"
            )
        return self

    @property
    def exchanges(self) -> Markets:
        """The markets of the study: that of ``[prices]``, and those of ``[markets]``."""
        return markets_of(self.prices, self.markets)

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any], origin: str = "the study") -> StudySpec:
        """Check a nested mapping; raise `SpecificationError` with every mistake at once."""
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            mistakes = [mistake for detail in error.errors() for mistake in _mistakes(detail)]
            counted = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
            raise SpecificationError(f"{origin} has {counted}.", mistakes) from None

    @classmethod
    def from_toml(cls, path: Path) -> StudySpec:
        """Read ``study.toml``.

        Raises
        ------
        SpecificationError
            When the file is missing, is no TOML, or has mistakes (all of them at once).
        """
        try:
            values = tomllib.loads(path.read_text("utf-8-sig"))
        except FileNotFoundError:
            raise SpecificationError(
                f"There is no study file {path}; `eventstudy new NAME` makes a study folder.",
                path=str(path),
            ) from None
        except UnicodeDecodeError:
            raise SpecificationError(
                f"{path} is not UTF-8 text; save it as UTF-8.", path=str(path)
            ) from None
        except OSError as error:
            raise SpecificationError(
                f"{path} cannot be read: {error.strerror}.", path=str(path)
            ) from None
        except tomllib.TOMLDecodeError as error:
            raise SpecificationError(f"{path} is no valid TOML: {error}.", path=str(path)) from None
        return cls.from_mapping(values, origin=str(path))


_REMEDIES = {
    "extra_forbidden": "is not known; check the spelling or remove it",
    "missing": "is missing",
}


def _mistakes(detail: Mapping[str, Any]) -> list[Mistake]:
    """Turn one pydantic finding into places, values and remedies."""
    place = ".".join(str(part) for part in detail["loc"]) or "study.toml"
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, SpecificationError) and cause.mistakes:
        # A table that has said all of its mistakes itself.
        return [Mistake(f"{place}.{inner.place}", inner.message) for inner in cause.mistakes]
    message = _REMEDIES.get(detail["type"])
    if message is None:
        text = str(detail["msg"]).removeprefix("Value error, ")
        text = text[:1].lower() + text[1:]
        given = detail.get("input")
        shown = "" if isinstance(given, dict | BaseModel) else f"{given!r}: "
        message = f"{shown}{text}"
    elif detail["type"] == "extra_forbidden" and "." not in place:
        message = f"is no table of a study file; there are {', '.join(StudySpec.model_fields)}"
    return [Mistake(place, message)]
