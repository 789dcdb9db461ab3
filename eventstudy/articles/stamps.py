"""The publication stamp of a page: day or moment, and the zone it is meant in."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ZONES = {
    "ET": "America/New_York",
    "EST": "America/New_York",
    "EDT": "America/New_York",
    "PT": "America/Los_Angeles",
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "CT": "America/Chicago",
    "CDT": "America/Chicago",
    "MT": "America/Denver",
    "MST": "America/Denver",
    "MDT": "America/Denver",
    "GMT": "UTC",
    "UTC": "UTC",
    "Z": "UTC",
    "BST": "Europe/London",
    "CET": "Europe/Berlin",
    "CEST": "Europe/Berlin",
    "IST": "Asia/Kolkata",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
    "HKT": "Asia/Hong_Kong",
    "SGT": "Asia/Singapore",
    "AEST": "Australia/Sydney",
    "AEDT": "Australia/Sydney",
    "北京时间": "Asia/Shanghai",
}
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}

_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_DAY = re.compile(
    rf"(?P<y>\d{{4}})\s*[-./年]\s*(?P<m>\d{{1,2}})\s*[-./月]\s*(?P<d>\d{{1,2}})(?!\d)日?"
    rf"|(?P<mon>{_NAMES})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>\d{{4}})"
    rf"|(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<mon3>{_NAMES})\.?,?\s+(?P<y3>\d{{4}})",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?P<h>\d{1,2}):(?P<min>\d{2})(?::\d{2}(?:\.\d+)?)?\s*(?P<ampm>[ap]\.?m\.?)?", re.IGNORECASE
)
_OFFSET = re.compile(r"(?:\d|\s|UTC|GMT)(?P<sign>[+-])(?P<h>\d{2}):?(?P<m>\d{2})\b")
_REGION = re.compile(r"\b([A-Z][A-Za-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?)\b")
_SHORT = re.compile(
    r"(?<![A-Za-z])(" + "|".join(sorted(ZONES, key=len, reverse=True)) + r")(?![A-Za-z])"
)


def parse_stamp(words: str, zone: str | None = None) -> tuple[date | datetime | None, str | None]:
    """Read a publication stamp.

    Parameters
    ----------
    words
        For example ``2022-11-09 14:06 ET``, ``April 18, 2026``, ``2026-04-18 [Asia/Shanghai]``,
        ``2026年4月18日 10:30`` or ISO 8601.
    zone
        The IANA zone to assume where the words name none.

    Returns
    -------
    tuple
        A moment with its zone where time of day and zone are known, else a day, else ``None``;
        and the IANA zone or ``None``. A time of day without a zone is left out: it would be a
        guess.
    """
    match = _DAY.search(words)
    if match is None:
        return None, zone
    month = match["m"] or MONTHS[(match["mon"] or match["mon3"] or "").lower()]
    try:
        day = date(
            int(match["y"] or match["y2"] or match["y3"]),
            int(month),
            int(match["d"] or match["d2"] or match["d3"]),
        )
    except ValueError:
        return None, zone
    rest = words[match.end() :]
    found = _zone(rest) or _zone(words[: match.start()])
    clock = _CLOCK.search(rest)
    offset = _OFFSET.search(rest)
    if clock and offset:
        iso = (
            f"{day}T{int(clock['h']):02d}:{clock['min']}{offset['sign']}{offset['h']}:{offset['m']}"
        )
        try:
            return datetime.fromisoformat(iso), found or zone
        except ValueError:
            return day, found or zone
    zone = found or zone
    if clock is None or zone is None:
        return day, zone
    hour = int(clock["h"])
    half = (clock["ampm"] or "").lower()
    if half.startswith("p") and hour < 12:
        hour += 12
    elif half.startswith("a") and hour == 12:
        hour = 0
    if hour > 23 or int(clock["min"]) > 59:
        return day, zone
    return datetime.combine(day, time(hour, int(clock["min"])), ZoneInfo(zone)), zone


def _zone(words: str) -> str | None:
    region = _REGION.search(words)
    if region:
        try:
            return ZoneInfo(region[1]).key
        except (ZoneInfoNotFoundError, ValueError):
            return None
    short = _SHORT.search(words)
    return ZONES[short[1]] if short else None
