"""The self-check as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from eventstudy.robustness.selfcheck import Rate, SelfCheck

_MARKS = {"over-rejects": "↑", "under-rejects": "↓"}


def size_and_power(check: SelfCheck) -> str:
    """Return a page: how the numbers came about, one table per theme, and a list of failures."""
    tests = list(dict.fromkeys(rate.test for rate in check.rates))
    parts = ["# Size and power of the tests", _preface(check), "## What fails where"]
    parts += [_failures(check, tests), *_themes(check, tests)]
    return "\n\n".join(parts) + "\n"


def _preface(check: SelfCheck) -> str:
    command = "eventstudy selfcheck" + (" --full" if check.form == "full" else "")
    command += f" --prices {check.prices}" if check.prices else ""
    error = 300.0 * (check.level * (1.0 - check.level) / check.replications) ** 0.5
    low, high = max(100.0 * check.level - error, 0.0), 100.0 * check.level + error
    windows = sorted({(rate.start, rate.end) for rate in check.rates}, key=lambda w: w[1] - w[0])
    named = " and ".join(f"[{start}, {end}]" for start, end in windows)
    return (
        f"Made by `{command}` with seed {check.seed}: {check.replications:,} studies per design, "
        f"nominal level {100 * check.level:g} %, 250 estimation days, market model unless the "
        f"design says otherwise. Each cell holds the rejections in % over the windows {named}. "
        f"A size within three standard errors of the level, {low:.1f} to {high:.1f} %, holds; "
        "what lies above is bold with ↑ (rejects true nulls too often), what lies below is bold "
        "with ↓ (too seldom, at the cost of power). One cell in 370 leaves these bounds by chance. "
        "The planted effects lie on day 0. A test with a dash, or left out of a table, cannot be "
        "computed there. Tests that resample draw 199 times, which leaves their size as it is. "
        "The row *As advised* is the test that the [advice](choosing.md) leads with, study by "
        "study; with one event and a restless event day there is none that could hold."
    )


def _themes(check: SelfCheck, tests: Sequence[str]) -> Iterable[str]:
    cells: dict[tuple[str, str, str], list[Rate]] = {}
    for rate in check.rates:
        cells.setdefault((rate.theme, rate.design, rate.test), []).append(rate)
    for theme, designs in groupby(check.designs, key=lambda design: design.theme):
        names = [design.name for design in designs]
        rows = [
            [test, *(" / ".join(map(_cell, cells[theme, name, test])) for name in names)]
            for test in tests
            if any(rate.computed for name in names for rate in cells[theme, name, test])
        ]
        yield f"## {theme}"
        yield _table(["test", *names], rows)


def _cell(rate: Rate) -> str:
    if not rate.computed:
        return "–"
    mark = _MARKS.get(rate.verdict)
    return f"{100 * rate.rate:.1f}" if mark is None else f"**{100 * rate.rate:.1f}**{mark}"


def _failures(check: SelfCheck, tests: Sequence[str]) -> str:
    rows = []
    for test in tests:
        own = [rate for rate in check.rates if rate.test == test]
        row = [test]
        for verdict in ("over-rejects", "under-rejects"):
            failed = [rate for rate in own if rate.verdict == verdict]
            worst = max(failed, key=lambda rate: abs(rate.rate - check.level), default=None)
            said = "; ".join(
                _named(check, theme, {rate.design for rate in rates})
                for theme, rates in groupby(failed, key=lambda rate: rate.theme)
            )
            row.append("" if worst is None else f"{said} (worst {100 * worst.rate:.1f} %)")
        rows.append(row)
    return _table(["test", "rejects too often", "rejects too seldom"], rows, rule="---")


def _named(check: SelfCheck, theme: str, failed: set[str]) -> str:
    names = [design.name for design in check.designs if design.theme == theme]
    some = " · ".join(name for name in names if name in failed)
    return f"{theme}: {'all' if len(names) == len(failed) > 1 else some}"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]], rule: str = "---:") -> str:
    lines = [header, ["---", *(rule for _ in header[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
