"""The SQLite file of the price store: opened, begun, and told from files that are none of ours."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from eventstudy.errors import DataSourceError

#: Environment variable that names the store's file.
LOCATION_VARIABLE = "EVENTSTUDY_STORE"
#: Layout of the file. A file of another layout is set aside: its prices can be fetched again.
_LAYOUT = 3
_SCHEMA = """
CREATE TABLE prices (
    symbol TEXT NOT NULL, source TEXT NOT NULL, year INTEGER NOT NULL, rows INTEGER NOT NULL,
    data BLOB NOT NULL, PRIMARY KEY (symbol, source, year)
);
CREATE TABLE coverage (
    symbol TEXT NOT NULL, source TEXT NOT NULL,
    first_day INTEGER NOT NULL, last_day INTEGER NOT NULL, fetched_at TEXT NOT NULL,
    currency TEXT NOT NULL, PRIMARY KEY (symbol, source)
) WITHOUT ROWID;
CREATE TABLE earnings (
    symbol TEXT NOT NULL, source TEXT NOT NULL, fetched_at TEXT NOT NULL, days TEXT NOT NULL,
    PRIMARY KEY (symbol, source)
) WITHOUT ROWID;
"""
#: How every SQLite file begins, and the endings of files that are ours to set aside without it.
_MAGIC = b"SQLite format 3\0"
_ENDINGS = (".sqlite", ".sqlite3", ".db")
#: SQLite does not wait for a process that switches a new file to WAL at the same moment.
_TRIES, _PAUSE = 300, 0.1


def open_file(path: Path) -> sqlite3.Connection:
    """Open the store's file, and make its tables where it is new.

    Raises
    ------
    DataSourceError
        The file is of another kind, or another program's database; it is left alone.
    sqlite3.DatabaseError
        The file is damaged, has the layout of another version, or cannot be opened.
    """
    _refuse_foreign(path)
    db = sqlite3.connect(path, timeout=30.0, isolation_level=None)
    try:
        _refuse_other_tables(db, path)
        _use_wal(db)
        db.execute("PRAGMA synchronous = NORMAL")
        if _layout(db) != _LAYOUT:
            _begin(db)
    except BaseException:
        db.close()
        raise
    return db


def _refuse_foreign(path: Path) -> None:
    """Raise `DataSourceError` for a file that is no database and is not named like one."""
    if path.suffix.lower() in _ENDINGS or not path.is_file() or not path.stat().st_size:
        return
    try:
        with path.open("rb") as file:
            start = file.read(len(_MAGIC))
    except OSError:
        return  # SQLite says why it cannot be opened
    if start != _MAGIC:
        raise _foreign(path)


def _refuse_other_tables(db: sqlite3.Connection, path: Path) -> None:
    """Raise `DataSourceError` for another program's database."""
    if _layout(db) != _LAYOUT:
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
        if tables and "prices" not in tables:
            raise _foreign(path)


def _foreign(path: Path) -> DataSourceError:
    return DataSourceError(
        f"{path} is no price store and is left alone; name another file in {LOCATION_VARIABLE} or "
        "with --store.",
        path=str(path),
    )


def _use_wal(db: sqlite3.Connection) -> None:
    for attempt in range(_TRIES):
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or attempt == _TRIES - 1:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _begin(db: sqlite3.Connection) -> None:
    """Make the tables of an empty file, in one transaction; another process may be faster."""
    db.execute("BEGIN IMMEDIATE")
    layout = _layout(db)
    if layout == 0 and db.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
        for statement in filter(str.strip, _SCHEMA.split(";")):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {_LAYOUT}")
    elif layout != _LAYOUT:
        db.execute("ROLLBACK")
        raise sqlite3.DatabaseError("it has the layout of another version")
    db.execute("COMMIT")


def _layout(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
