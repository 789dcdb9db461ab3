"""The public names, and what asking for them costs."""

from __future__ import annotations

import json
import subprocess
import sys

import eventstudy

HEAVY = {"matplotlib", "statsmodels", "yfinance"}


def _loaded_after(statement: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter holds after a statement."""
    code = f"""
import json, sys
try:
    {statement}
except SystemExit as stop:
    assert not stop.code, stop.code
print()
print(json.dumps(sorted({{name.split(".")[0] for name in sys.modules}})))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_every_public_name_is_there_once() -> None:
    names = eventstudy.__all__
    assert len(set(names)) == len(names)
    assert {name for name in names if not hasattr(eventstudy, name)} == set()
    assert {"EventStudy", "__version__"} <= set(names)


def test_dir_lists_the_public_names() -> None:
    assert set(eventstudy.__all__) <= set(dir(eventstudy))


def test_public_names_are_documented() -> None:
    named = {name: getattr(eventstudy, name) for name in eventstudy.__all__}
    assert {name for name, thing in named.items() if callable(thing) and not thing.__doc__} == set()


def test_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(eventstudy, "no_such_name")


def test_import_is_light() -> None:
    loaded = _loaded_after("import eventstudy")
    assert "eventstudy" in loaded
    assert loaded & HEAVY == set()


def test_help_is_light() -> None:
    statement = "from eventstudy.__main__ import main; sys.argv = ['eventstudy', '--help']; main()"
    assert _loaded_after(statement) & (HEAVY | {"pandas", "scipy", "exchange_calendars"}) == set()


def test_help_names_the_commands() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "eventstudy", "--help"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    for command in ("new", "read", "validate", "run"):
        assert f"\n  {command} " in done.stdout
    assert done.stderr == ""
