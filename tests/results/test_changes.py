from __future__ import annotations

from typing import Any

from eventstudy.results.changes import changes

OLD: dict[str, Any] = {
    "market-reaction": "0.1.0",
    "python": "3.11.7",
    "packages": {"numpy": "2.0.0"},
    "specification": {"windows": {"headline": [0, 1]}, "model": {"name": "market"}},
    "events": {"rows": 5, "estimated": 4, "sha256": "aa"},
    "prices": {
        "source": "files:p.csv",
        "tickers": {
            "SPY": {"first": "2024-01-02", "last": "2024-06-28", "rows": 9, "fingerprint": "1"},
            "META": {"first": "2024-01-02", "last": "2024-06-28", "rows": 9, "fingerprint": "2"},
            "SNAP": {"first": "2024-01-02", "last": "2024-06-28", "rows": 9, "fingerprint": "3"},
        },
    },
    "rerun": {
        "study": "../study",
        "answer": "Nothing moved.",
        "events": {
            "a-1": ["00", ""], "b-2": ["00", ""], "c-3": ["00", "outside data"], "d-4": ["00", ""],
            "e-5": ["00", ""],
        },
    },
}  # fmt: skip


def test_equal_runs_have_no_changes() -> None:
    assert changes(OLD, OLD) == ()
    assert changes(OLD, {**OLD, "created": "2026-01-01"}) == ()


def test_every_kind_of_change_is_one_sentence() -> None:
    spy, meta = OLD["prices"]["tickers"]["SPY"], OLD["prices"]["tickers"]["META"]
    new = {
        "market-reaction": "0.2.0",
        "python": "3.11.7",
        "packages": {"numpy": "2.1.0", "scipy": "1.14"},
        "specification": {"windows": {"headline": [0, 2]}, "model": {"name": "market"}},
        "events": {"rows": 6, "estimated": 5, "sha256": "bb"},
        "prices": {
            "source": "yahoo",
            "tickers": {
                "SPY": {**spy, "fingerprint": "9"},
                "META": {**meta, "last": "2024-07-01", "rows": 10, "fingerprint": "8"},
                "INTC": spy,
            },
        },
        "rerun": {
            "study": "../study",
            "answer": "Shares fell.",
            "events": {
                "a-1": ["00", ""], "b-2": ["11", ""], "c-3": ["00", ""], "d-4": ["22", "rejected"],
                "f-6": ["00", ""],
            },
        },
    }  # fmt: skip
    assert changes(OLD, new) == (
        "market-reaction: 0.1.0 → 0.2.0.",
        "packages.numpy: 2.0.0 → 2.1.0.",
        "packages.scipy: not recorded before, now 1.14.",
        "specification.windows.headline: [0, 1] → [0, 2].",
        "New events: f-6.",
        "Events that are gone: e-5.",
        "Events whose row changed: b-2, d-4.",
        "Now estimated: c-3.",
        "No longer estimated (rejected): d-4.",
        "The prices come from yahoo, not from files:p.csv.",
        "There are now prices of INTC.",
        "There are no longer prices of SNAP.",
        "Prices on other days than before: META.",
        "Other prices on the same days: SPY.",
        "The answer was: Nothing moved. It is: Shares fell.",
    )


def test_the_same_event_may_be_left_out_for_want_of_prices() -> None:
    states = {**OLD["rerun"]["events"], "a-1": ["00", "outside data"]}
    new = {
        **OLD,
        "events": {**OLD["events"], "estimated": 3},
        "rerun": {**OLD["rerun"], "events": states},
    }
    assert changes(OLD, new) == ("No longer estimated (outside data): a-1.",)


def test_a_file_that_only_reads_differently_is_told() -> None:
    new = {**OLD, "events": {**OLD["events"], "sha256": "bb"}}
    assert changes(OLD, new) == ("The event file changed, but no event in it.",)


def test_many_tickers_are_counted() -> None:
    one = OLD["prices"]["tickers"]["SPY"]
    new = {**OLD, "prices": {**OLD["prices"], "tickers": {f"T{i}": one for i in range(11)}}}
    (added, _) = changes({**OLD, "prices": {**OLD["prices"]}}, new)
    assert added.endswith("T0, T1, T2, T3, T4, T5, T6, T7 and 3 more.")
