"""Factors from several files at once, from addresses on the web, and what they cover."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import urlopen

import numpy as np

from eventstudy.errors import PriceError, SourceUnavailable
from eventstudy.market.factors import FactorTable, Units, read_factors
from eventstudy.market.findings import Finding
from eventstudy.market.prices import DayArray
from eventstudy.market.store import default_location, utc_now

#: A fetched file is fetched anew after this time; the library's files change once a month.
FRESH = timedelta(days=7)
_TIMEOUT = 20.0


def open_factors(
    written: Sequence[str],
    folder: Path,
    units: Units | None = None,
    *,
    kept: Path | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> FactorTable:
    """Read and join factor files.

    Parameters
    ----------
    written
        Paths that start from ``folder``, or addresses (https://…) such as those of the zip files
        of Kenneth French's library.
    units
        Of every file, see `read_factors`.
    kept
        Folder of the copies of fetched files; beside the price store by default.

    Raises
    ------
    PriceError
        A file cannot be read, or two files have a factor of one name.
    SourceUnavailable
        An address cannot be reached and no copy is kept.
    """
    kept = kept or default_location().parent / "factors"
    tables = [
        _from_web(text, kept, clock, units) if _is_address(text)
        else read_factors(folder / text, units)
        for text in written
    ]  # fmt: skip
    return tables[0] if len(tables) == 1 else _joined(tables)


def factor_findings(factors: FactorTable | None, sessions: DayArray) -> tuple[Finding, ...]:
    """Return a note when factors are missing on sessions: they cannot be used in a regression."""
    if factors is None:
        return ()
    missing = ~np.isfinite(factors.on(sessions, factors.names)).all(axis=1)
    if not missing.any():
        return ()
    days = sessions[missing]
    inside = (days >= factors.sessions[0]) & (days <= factors.sessions[-1])
    said = f"{len(days)} of {len(sessions)} sessions have no complete row of factors"
    if inside.any():
        said += f" ({inside.sum()} of them inside the file, the first on {days[inside][0]})"
    said += f"; the file goes from {factors.sessions[0]} to {factors.sessions[-1]}"
    action = "left missing: days without factors are not used"
    return (Finding(factors.origin, "missing sessions", days[0].item(), said, "note", action),)


def _joined(tables: Sequence[FactorTable]) -> FactorTable:
    """Put the factors of several files on the union of their days."""
    names = [name for table in tables for name in table.names]
    twice = sorted({name for name in names if names.count(name) > 1})
    origins = ", ".join(table.origin for table in tables)
    if twice:
        raise PriceError(
            f"{origins} both have the factor {twice[0]}; rename it in one of them.",
            factor=twice[0],
        )
    axis = np.unique(np.concatenate([table.sessions for table in tables]))
    values = np.concatenate([table.on(axis, table.names) for table in tables], axis=1)
    rf = next((table.rf_on(axis) for table in tables if table.rf is not None), None)
    digests = {name: digest for table in tables for name, digest in table.fingerprints.items()}
    return FactorTable(axis, tuple(names), values, rf, origins, digests)


def _is_address(text: str) -> bool:
    return urlsplit(text).scheme in ("http", "https")


def _from_web(
    address: str, kept: Path, clock: Callable[[], datetime], units: Units | None
) -> FactorTable:
    """Read a file on the web; what cannot be read is not kept, such as a page that asks to log in.

    Copies lie in a folder per address: two addresses may end in the same file name.
    """
    path = _fetched(address, kept / hashlib.sha256(address.encode()).hexdigest()[:16], clock)
    try:
        return read_factors(path, units)
    except PriceError as error:
        path.unlink()
        said = str(error).replace(str(path), address)
        raise type(error)(said, **{**error.facts, "path": address}) from None


def _fetched(address: str, kept: Path, clock: Callable[[], datetime]) -> Path:
    """Return the local copy of a file on the web, fetched anew when it is not fresh."""
    path = kept / (Path(unquote(urlsplit(address).path)).name or "factors")
    if path.exists():
        age = clock() - datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if age < FRESH:
            return path
    try:
        with urlopen(address, timeout=_TIMEOUT) as answer:  # noqa: S310 - http(s) only
            content = answer.read()
    except (OSError, HTTPException, ValueError) as error:
        if path.exists():
            return path  # an older copy is better than none; its vintage is in the report
        raise SourceUnavailable(
            f"The factor file {address} cannot be fetched ({error}); download it and give its path "
            "under [model] factors.",
            address=address,
        ) from None
    kept.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    part.replace(path)
    return path
