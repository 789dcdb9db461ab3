"""The tables ``[prices]``, ``[markets]`` and ``[quality]`` of a study file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from eventstudy.errors import SpecificationError
from eventstudy.estimation.measures import Measure
from eventstudy.estimation.panel import MissingPolicy
from eventstudy.estimation.returns import ReturnKind
from eventstudy.market.findings import Check, QualityLimits
from eventstudy.market.markets import SUFFIXES, Market, Markets
from eventstudy.market.sources import check_source
from eventstudy.market.store import PriceStore

FileColumn = Literal[
    "date", "ticker", "return", "adjusted_close", "close", "open", "high", "low", "volume",
    "dividends", "splits",
]  # fmt: skip
#: Numbers as TOML writes them: no text and no true or false; a whole number is a float, too.
Whole = Annotated[int, Field(strict=True)]
Number = Annotated[float, Field(strict=True)]
Share = Annotated[Number, Field(ge=0, le=1)]
_LIMITS = QualityLimits()


class Part(BaseModel):
    """A table of the file: unknown keys are mistakes, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, validate_default=True)


class PricesPart(Part):
    """``[prices]``: where prices come from and how they become returns.

    ``columns`` names columns of a price file that no rule recognises; ``file_returns`` and
    ``file_units`` say what the returns of a file of returns are.

    ``earnings`` is a CSV file of the days on which companies reported (ticker, date, session),
    ``yahoo``, or ``none``; by default they are Yahoo's where the prices are. ``closures`` is a file
    of days on which an exchange was closed or closed early (date, calendar, close).

    ``missing`` says what a missing price in the event window does: ``complete`` leaves the event
    out, ``available`` uses the days that are there, ``trade_to_trade`` measures the return from one
    price to the next over any gap, against the benchmark over the same gap. ``measure`` puts log
    volume or a measure of volatility in the place of returns, of securities and benchmark alike.
    """

    source: str = "simulated"
    benchmark: str = Field(default="SPY", min_length=1)
    calendar: str = Field(default="XNYS", min_length=1)
    returns: Literal["simple", "log"] = "simple"
    missing: MissingPolicy = "complete"
    measure: Measure = "return"
    earnings: str | None = None
    closures: str | None = None
    columns: dict[FileColumn, str] = Field(default_factory=dict)
    file_returns: Literal["simple", "log"] | None = None
    file_units: Literal["decimal", "percent"] | None = None
    store: str | None = None
    base_url: str | None = None

    def store_in(self, folder: Path) -> PriceStore | None:
        """Return the study's own store of prices; ``folder`` is where its path starts."""
        return PriceStore(folder / self.store) if self.store else None

    @property
    def kind(self) -> ReturnKind:
        """What the panel holds: simple or log returns, or the level of another measure."""
        return self.returns if self.measure == "return" else "level"

    @field_validator("source")
    @classmethod
    def _known_source(cls, value: str) -> str:
        try:
            check_source(value)
        except SpecificationError as error:
            raise ValueError(str(error)) from None
        return value


class MarketPart(Part):
    """``[markets.XHKG]``: a further exchange, named by its calendar, and its benchmark.

    ``suffixes`` are the endings of its tickers (known for the larger exchanges); ``tickers`` names
    those that no ending tells.
    """

    benchmark: str = Field(min_length=1)
    suffixes: tuple[str, ...] | None = None
    tickers: tuple[str, ...] = ()


class QualityPart(Part):
    """``[quality]``: thresholds of the price checks, see `QualityLimits`."""

    jump: Annotated[Number, Field(gt=0)] = _LIMITS.jump
    jump_days: Annotated[Number, Field(gt=0)] = _LIMITS.jump_days
    stale_run: Annotated[Whole, Field(ge=2)] = _LIMITS.stale_run
    thin_share: Share = _LIMITS.thin_share
    early_end: Annotated[Whole, Field(ge=1)] = _LIMITS.early_end
    dividend_interval: Annotated[Number, Field(gt=1)] = _LIMITS.dividend_interval
    max_missing: Share = _LIMITS.max_missing
    max_unchanged: Share = _LIMITS.max_unchanged
    max_impossible: Share = _LIMITS.max_impossible
    exclude: tuple[Check, ...] = _LIMITS.exclude

    @property
    def limits(self) -> QualityLimits:
        """The thresholds as the checks take them."""
        return QualityLimits(**self.model_dump())


def markets_of(home: PricesPart, others: Mapping[str, MarketPart]) -> Markets:
    """Return the markets that the tables ``[prices]`` and ``[markets]`` describe."""
    return Markets(
        Market(home.calendar, home.benchmark),
        tuple(
            Market(
                calendar,
                part.benchmark,
                SUFFIXES.get(calendar, ()) if part.suffixes is None else part.suffixes,
                part.tickers,
            )
            for calendar, part in others.items()
        ),
    )
