"""Sessions of an exchange, and the session that can first react to an announcement.

The vocabulary follows ``exchange_calendars``: a *session* is the label of a trading day, a *date*
is any day. Every question is a binary search over the sessions' opens and closes in UTC, so early
closes, holidays, changes to summer time and foreign zones need no rule of their own.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eventstudy.errors import CalendarError, EventError
from eventstudy.events.event import SessionKind

DayArray = NDArray[np.datetime64]
IntArray = NDArray[np.int64]

#: How an announcement was placed on a session.
DayZeroRule = Literal[
    "before open",
    "during session",
    "after close",
    "not a session",
    "time unknown",
    "foreign date",
    "outside calendar",
]


@dataclass(frozen=True, slots=True)
class DayZero:
    """The session that can first react to an announcement, and why.

    Attributes
    ----------
    position
        Position on the calendar's sessions; -1 when the calendar has no such session.
    session
        That session's date, or None.
    rule
        The rule that decided.
    reason
        One plain sentence with the facts, in the exchange's local time.
    assumed
        True when the time of day is not known well enough to exclude a later session.
    """

    position: int
    session: date | None
    rule: DayZeroRule
    reason: str
    assumed: bool


@dataclass(frozen=True, eq=False)
class TradingCalendar:
    """The sessions of one exchange between two dates.

    Attributes
    ----------
    name
        The calendar's code, such as ``XNYS``.
    zone
        IANA zone of the exchange.
    sessions
        datetime64[D] of shape (T,), strictly increasing.
    opens, closes
        datetime64[s] of shape (T,): first and last moment of each session, in UTC.
    start, end
        The days the calendar speaks for, both inclusive; the first and last session by default.
    """

    name: str
    zone: str
    sessions: DayArray
    opens: NDArray[np.datetime64]
    closes: NDArray[np.datetime64]
    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        for name, unit in (("sessions", "D"), ("opens", "s"), ("closes", "s")):
            values = np.array(getattr(self, name), dtype=f"datetime64[{unit}]")
            if values.shape != np.shape(self.sessions) or not (values[1:] > values[:-1]).all():
                raise CalendarError(
                    f"The {name} of calendar {self.name} must be strictly increasing, "
                    "one per session."
                )
            values.flags.writeable = False
            object.__setattr__(self, name, values)
        if not len(self.sessions):
            raise CalendarError(
                f"Calendar {self.name} has no session between {self.start} and {self.end}; "
                "ask for a longer span."
            )
        object.__setattr__(self, "start", self.start or self.sessions[0].item())
        object.__setattr__(self, "end", self.end or self.sessions[-1].item())

    def __len__(self) -> int:
        return len(self.sessions)

    def __repr__(self) -> str:
        return f"<TradingCalendar {self.name}: {len(self)} sessions, {self.start} to {self.end}>"

    @classmethod
    def exchange(cls, name: str, start: date, end: date) -> TradingCalendar:
        """Return the calendar of an exchange known to ``exchange_calendars``.

        Parameters
        ----------
        name
            Code or alias, such as ``XNYS``, ``NYSE``, ``XHKG``.
        start, end
            Bounds, both inclusive. There is no default: a study must give the same calendar in
            every year it is run.

        Raises
        ------
        CalendarError
            The name is unknown (close ones are listed), the calendar does not reach the bounds,
            or there is no session between them.
        """
        return _exchange(name, start, end)

    def position(self, days: ArrayLike) -> IntArray:
        """Return the position of each day on ``sessions``, -1 where it is not a session.

        ``days`` is anything NumPy reads as datetime64[D], of any shape; the result has the same.
        """
        wanted = np.asarray(days, dtype="datetime64[D]")
        at = np.minimum(np.searchsorted(self.sessions, wanted), len(self) - 1)
        return np.where(self.sessions[at] == wanted, at, -1).astype(np.int64)

    def day_zero(
        self, announced_at: date | datetime, session: SessionKind = "unknown", zone: str = ""
    ) -> DayZero:
        """Return the session that can first react to an announcement.

        Parameters
        ----------
        announced_at
            A moment with its zone, or a date. A moment is compared with the actual open and close
            of its day; exactly at the close counts as after it.
        session
            For a date: when on that day. A moment settles this by itself.
        zone
            For a date: the IANA zone in which it was meant; empty for the exchange's own. A
            foreign day covers parts of two days at the exchange; the earliest session that it
            can concern is taken.

        Raises
        ------
        EventError
            The moment has no zone, or ``zone`` or ``session`` is not known.
        """
        if isinstance(announced_at, datetime):
            if announced_at.tzinfo is None or announced_at.utcoffset() is None:
                raise EventError(
                    f"The moment {announced_at.isoformat()} has no time zone; write it with its "
                    f"offset, such as {announced_at.isoformat()}-05:00.",
                    value=announced_at,
                )
            return self._from_moment(announced_at)
        if session not in get_args(SessionKind):
            raise EventError(
                f"Unknown session {session!r}; allowed are {', '.join(get_args(SessionKind))}.",
                value=session,
            )
        return self._from_date(announced_at, session, zone)

    def _from_moment(self, moment: datetime) -> DayZero:
        at = int(np.searchsorted(self.closes, _utc(moment), side="right"))
        local = moment.astimezone(ZoneInfo(self.zone))
        said = f"Announced {local:%Y-%m-%d} at {local:%H:%M} {_place(self.zone)}"
        today = int(self.position(np.datetime64(local.date())))
        if at >= len(self) or local.date() < self._start:
            return self._outside(said)
        if today == -1:
            return self._found(at, "not a session", f"{said}, a {self._closed(local.date())}")
        if at == today and _utc(moment) < self.opens[at]:
            opens = self._clock(self.opens[at])
            return self._found(at, "before open", f"{said}, before the open ({opens})")
        if at == today:
            return self._found(at, "during session", f"{said}, while the market was open")
        closes = self._clock(self.closes[today])
        return self._found(at, "after close", f"{said}, after the close ({closes})")

    def _from_date(self, day: date, session: SessionKind, zone: str) -> DayZero:
        zone = zone or self.zone
        begins, ends = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
        # The first session that is not over when the day begins, and when it ends.
        first = int(np.searchsorted(self.closes, begins, side="right"))
        last = int(np.searchsorted(self.closes, ends - np.timedelta64(1, "s"), side="right"))
        at = first
        if session == "pre":
            at = int(np.searchsorted(self.opens, begins))
        elif session == "after" and first < len(self) and self.closes[first] <= ends:
            at = first + 1
        if zone != self.zone:
            return self._from_foreign_date(day, session, zone, at, last)
        said = f"Announced {day}"
        if at >= len(self) or day < self._start:
            return self._outside(said)
        if self.position(np.datetime64(day)) == -1:
            return self._found(at, "not a session", f"{said}, a {self._closed(day)}")
        if session == "after":
            closes = f"{self._clock(self.closes[first])} {_place(self.zone)}"
            return self._found(at, "after close", f"{said} after the close ({closes})")
        if session == "pre":
            opens = f"{self._clock(self.opens[at])} {_place(self.zone)}"
            return self._found(at, "before open", f"{said} before the open ({opens})")
        if session == "during":
            return self._found(at, "during session", f"{said} while the market was open")
        return self._found(at, "time unknown", f"{said} at an unknown time of day", last != at)

    def _from_foreign_date(
        self, day: date, session: SessionKind, zone: str, at: int, last: int
    ) -> DayZero:
        when = {
            "pre": " before the open",
            "during": " while the market was open",
            "after": " after the close",
            "unknown": " at an unknown time of day",
        }[session]
        said = f"Announced {day} in {_place(zone)}{when}"
        begins = datetime.combine(day, time(), ZoneInfo(zone)).astimezone(ZoneInfo(self.zone))
        if at >= len(self) or begins.date() < self._start:
            return self._outside(said)
        said += f", a day that began {begins:%Y-%m-%d} at {begins:%H:%M} {_place(self.zone)}"
        return self._found(at, "foreign date", said, session == "unknown" and last != at)

    def _found(self, at: int, rule: DayZeroRule, said: str, assumed: bool = False) -> DayZero:
        session: date = self.sessions[at].item()
        if assumed:
            outcome = f"{session} is assumed, the first session that can have reacted."
        elif rule in ("after close", "not a session"):
            outcome = f"the next session is {session}."
        elif rule == "foreign date":
            outcome = f"the first session that can have reacted is {session}."
        else:
            outcome = "day zero is that session."
        return DayZero(at, session, rule, f"{said}; {outcome}", assumed)

    def _outside(self, said: str) -> DayZero:
        reason = f"{said}; calendar {self.name} only knows {self.start} to {self.end}."
        return DayZero(-1, None, "outside calendar", reason, False)

    @property
    def _start(self) -> date:
        return self.start or date.min

    def _closed(self, day: date) -> str:
        """Say why there is no session on ``day``."""
        return f"{day:%A}" if day.weekday() >= 5 else f"{day:%A} without a session"

    def _clock(self, moment: np.datetime64) -> str:
        """Write a UTC moment as the exchange's time of day."""
        local = moment.astype("datetime64[s]").item().replace(tzinfo=UTC)
        return f"{local.astimezone(ZoneInfo(self.zone)):%H:%M}"


def _utc(moment: datetime) -> np.datetime64:
    """Return an aware moment as datetime64[s] in UTC; parts of a second are cut off."""
    return np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "s")


def _midnight(day: date, zone: str) -> np.datetime64:
    """Return the first moment of a local day in UTC."""
    try:
        return _utc(datetime.combine(day, time(), ZoneInfo(zone)))
    except (ValueError, OSError, LookupError) as error:
        raise EventError(
            f"Unknown time zone {zone!r}; write an IANA name such as Asia/Shanghai.", value=zone
        ) from error


def _place(zone: str) -> str:
    """``America/New_York`` as people say it: New York."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def calendar_code(name: str) -> str:
    """Return the code of a calendar that may be named by an alias: NYSE is ``XNYS``.

    Raises
    ------
    CalendarError
        The name is unknown; close ones are listed.
    """
    import exchange_calendars
    from exchange_calendars.errors import InvalidCalendarName

    try:
        return str(exchange_calendars.resolve_alias(name))
    except InvalidCalendarName as error:
        raise _unknown(name) from error


@lru_cache(maxsize=32)
def _exchange(name: str, start: date, end: date) -> TradingCalendar:
    import exchange_calendars
    from exchange_calendars.errors import InvalidCalendarName, NoSessionsError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its own use of pandas, which it cannot answer to us
            found = exchange_calendars.get_calendar(
                name, start=start.isoformat(), end=end.isoformat()
            )
            schedule = found.schedule
            zone, code = str(found.tz), str(found.name)
    except InvalidCalendarName as error:
        raise _unknown(name) from error
    except NoSessionsError as error:
        raise CalendarError(
            f"Calendar {name} has no session between {start} and {end}; ask for a longer span.",
            name=name,
        ) from error
    except ValueError as error:
        raise CalendarError(
            f"Calendar {name} does not reach from {start} to {end}: {error}", name=name
        ) from error
    moments = {
        side: schedule[side].dt.tz_convert(None).to_numpy().astype("datetime64[s]")
        for side in ("open", "close")
    }
    sessions = schedule.index.to_numpy().astype("datetime64[D]")
    return TradingCalendar(code, zone, sessions, moments["open"], moments["close"], start, end)


def _unknown(name: str) -> CalendarError:
    """Return the error on a name that no calendar has, with the close ones."""
    from difflib import get_close_matches

    import exchange_calendars

    known = exchange_calendars.get_calendar_names()
    near = get_close_matches(name.upper(), known, n=4, cutoff=0.5)
    close = f"close ones are {', '.join(near)}" if near else "one is XNYS (New York)"
    return CalendarError(f"There is no calendar {name!r}; {close}.", name=name, close=near)
