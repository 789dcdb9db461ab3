"""What the numbers of a run rest on, so that a rerun can say what changed."""

from __future__ import annotations

import hashlib
import platform
from importlib.metadata import version
from typing import Any

from eventstudy.estimation.panel import EventPanel
from eventstudy.events.table import EventSet
from eventstudy.market.factors import FactorTable
from eventstudy.market.prices import PriceTable, without_folder
from eventstudy.results.outcome import Outcome
from eventstudy.specification import StudySpec

#: Enough of a digest to tell one state of an event from another.
_DIGITS = 12
_PACKAGES = ("numpy", "pandas", "scipy", "exchange-calendars")


def event_states(outcome: Outcome) -> dict[str, list[str]]:
    """Return per event id a digest of its row and why it was left out, empty where estimated."""
    why = {item.event_id: item.reason.value for item in outcome.excluded}
    rows = outcome.table.to_frame().itertuples(index=False, name=None)
    ids = [event.event_id for event in outcome.table]
    digests = [hashlib.sha256("\x1f".join(map(str, row)).encode()).hexdigest() for row in rows]
    states = {key: digest[:_DIGITS] for key, digest in zip(ids, digests, strict=True)}
    unreadable = dict.fromkeys(key for key in why if key not in states)
    return {key: [states.get(key, ""), why.get(key, "")] for key in (*states, *unreadable)}


def provenance(
    spec: StudySpec,
    events: EventSet,
    prices: PriceTable,
    panel: EventPanel,
    factors: FactorTable | None = None,
) -> dict[str, Any]:
    """Return specification, versions and fingerprints of the data; no clock time."""
    text = events.to_frame().to_csv(index=False, lineterminator="\n")
    further = *spec.exchanges.benchmarks, *spec.model.benchmarks, *spec.model.donors
    used = sorted({*panel.tickers, *further})
    specification = spec.model_dump(mode="json")
    specification["prices"]["source"] = without_folder(spec.prices.source)
    return {
        "market-reaction": version("market-reaction"),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in _PACKAGES},
        "specification": specification,
        "events": {
            "rows": len(events),
            "estimated": len(panel),
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
        },
        "prices": {
            "source": without_folder(prices.source),
            "simulated": prices.simulated,
            "tickers": {
                ticker: {
                    "first": str(outcome.first),
                    "last": str(outcome.last),
                    "rows": outcome.rows,
                    "fingerprint": prices.fingerprint(ticker),
                    **({"currency": outcome.currency} if outcome.currency else {}),
                }
                for ticker in used
                if (outcome := prices.outcomes.get(ticker)) is not None and ticker in prices
            },
        },
        **({"factors": dict(factors.fingerprints)} if factors is not None else {}),
    }
