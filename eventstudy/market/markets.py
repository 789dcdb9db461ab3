"""Which exchange a security trades on, and which benchmark it is measured against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from eventstudy.errors import CalendarError, SpecificationError
from eventstudy.market.calendars import TradingCalendar

#: Endings that price services give to the tickers of an exchange, by calendar.
SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "XAMS": (".AS",),
    "XASX": (".AX",),
    "XBOM": (".BO",),
    "XBRU": (".BR",),
    "XCSE": (".CO",),
    "XETR": (".DE",),
    "XFRA": (".F",),
    "XHEL": (".HE",),
    "XHKG": (".HK",),
    "XKRX": (".KS",),
    "XLON": (".L",),
    "XMAD": (".MC",),
    "XMIL": (".MI",),
    "XNSE": (".NS",),
    "XOSL": (".OL",),
    "XPAR": (".PA",),
    "XSES": (".SI",),
    "XSHG": (".SS", ".SZ"),
    "XSTO": (".ST",),
    "XSWX": (".SW",),
    "XTAI": (".TW",),
    "XTKS": (".T",),
    "XTSE": (".TO",),
}


def exchange_of(ticker: str) -> str | None:
    """Return the calendar of the exchange that a ticker's ending tells, if any."""
    ending = "." + ticker.upper().rpartition(".")[2]
    return next((name for name, known in SUFFIXES.items() if ending in known), None)


@dataclass(frozen=True, slots=True)
class Market:
    """An exchange and the benchmark of its securities.

    Attributes
    ----------
    calendar
        Name of the exchange's calendar, such as ``XHKG``.
    benchmark
        The ticker its securities are measured against.
    suffixes
        Endings of its tickers, such as ``.HK``.
    tickers
        Its tickers that no suffix tells.
    """

    calendar: str
    benchmark: str
    suffixes: tuple[str, ...] = ()
    tickers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Markets:
    """The markets of a study. A security that no other market claims belongs to ``home``.

    Raises
    ------
    SpecificationError
        A market besides ``home`` claims no ticker, or two markets claim the same.
    """

    home: Market
    others: tuple[Market, ...] = ()

    def __post_init__(self) -> None:
        claimed: dict[str, str] = {}
        for market in self.others:
            claims = (*market.suffixes, *market.tickers)
            if not claims:
                raise SpecificationError(
                    f'name the tickers of {market.calendar}, by their ending (suffixes = [".XX"]) '
                    'or one by one (tickers = ["…"])'
                )
            for claim in claims:
                other = claimed.setdefault(claim.upper(), market.calendar)
                if other != market.calendar:
                    raise SpecificationError(
                        f"both {other} and {market.calendar} claim {claim}; leave it to one"
                    )

    @property
    def all(self) -> tuple[Market, ...]:
        """Every market, home first."""
        return (self.home, *self.others)

    @property
    def benchmarks(self) -> tuple[str, ...]:
        """Every benchmark once, home's first."""
        return tuple(dict.fromkeys(market.benchmark for market in self.all))

    @property
    def label(self) -> str:
        """What the benchmark is called: ``SPY``, or ``SPY (XNYS), ^HSI (XHKG)`` for several."""
        if not self.others:
            return self.home.benchmark
        return ", ".join(f"{market.benchmark} ({market.calendar})" for market in self.all)

    @property
    def exchange_label(self) -> str:
        """Whose sessions are meant: ``XNYS``, or each security's own exchange for several."""
        if not self.others:
            return self.home.calendar
        names = ", ".join(market.calendar for market in self.all)
        return f"the security's own exchange ({names})"

    def of(self, ticker: str) -> Market:
        """Return the market of a ticker: the one that names it, else the one of its ending."""
        wanted = ticker.upper()
        if wanted == self.home.benchmark.upper():
            return self.home
        for market in self.others:
            if wanted in (*(t.upper() for t in market.tickers), market.benchmark.upper()):
                return market
        for market in self.others:
            if wanted.endswith(tuple(suffix.upper() for suffix in market.suffixes)):
                return market
        return self.home

    def calendars(self, start: date, end: date) -> dict[str, TradingCalendar]:
        """Return the sessions of every market, by the name of its calendar.

        Raises
        ------
        SpecificationError
            No calendar has the name of a market.
        CalendarError
            A calendar does not reach the days.
        """
        try:
            return {m.calendar: TradingCalendar.exchange(m.calendar, start, end) for m in self.all}
        except CalendarError as error:
            if "close" not in error.facts:  # the name is known; the days are what it lacks
                raise
            raise SpecificationError(str(error), **error.facts) from None
