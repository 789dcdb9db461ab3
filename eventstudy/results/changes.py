"""What differs between two runs, read from what each wrote about itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

#: Tickers or events named in one sentence.
_MOST = 8
_MISSING = object()


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """Return one sentence per thing that changed from one ``provenance.json`` to the next.

    In order: versions, specification, events, prices, whatever else is recorded, and the answer.
    Empty when the two are the same. Fields that only the new one has are changes, too.
    """
    rest_old, rest_new = dict(old), dict(new)
    said: list[str] = []
    for key in ("market-reaction", "python", "packages", "specification"):
        said += _differences(key, rest_old.pop(key, None), rest_new.pop(key, None))
    reruns = [rest.pop("rerun", {}) for rest in (rest_old, rest_new)]
    digests = [rest.pop("events", {}).get("sha256") for rest in (rest_old, rest_new)]
    said += _events(*(rerun.get("events", {}) for rerun in reruns), *digests)
    said += _prices(rest_old.pop("prices", {}), rest_new.pop("prices", {}))
    answers = [rerun.get("answer") for rerun in reruns]
    for rest in (rest_old, rest_new):
        rest.pop("created", None)
    said += _differences("", rest_old, rest_new)
    if answers[0] != answers[1]:
        said.append(f"The answer was: {answers[0]} It is: {answers[1]}")
    return tuple(said)


def _differences(name: str, old: Any, new: Any) -> Iterator[str]:
    """Yield one sentence per value that differs, by its dotted name."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys((*old, *new)):
            inner = f"{name}.{key}" if name else str(key)
            yield from _differences(inner, old.get(key, _MISSING), new.get(key, _MISSING))
    elif old is _MISSING:
        yield f"{name}: not recorded before, now {new}."
    elif new is _MISSING:
        yield f"{name}: was {old}, no longer recorded."
    elif old != new:
        yield f"{name}: {old} → {new}."


def _events(
    old: Mapping[str, list[str]],
    new: Mapping[str, list[str]],
    digest: str | None,
    new_digest: str | None,
) -> Iterator[str]:
    """Compare the states of `event_states`: what the rows say, and why they were left out."""
    common = [key for key in old if key in new]
    groups = {
        "New events:": [key for key in new if key not in old],
        "Events that are gone:": [key for key in old if key not in new],
        "Events whose row changed:": [key for key in common if old[key][0] != new[key][0]],
        "Now estimated:": [key for key in common if old[key][1] and not new[key][1]],
    }
    for key in common:
        if new[key][1] and not old[key][1]:
            groups.setdefault(f"No longer estimated ({new[key][1]}):", []).append(key)
    found = {words: keys for words, keys in groups.items() if keys}
    yield from (f"{words} {_named(keys)}." for words, keys in found.items())
    if digest != new_digest and not found:
        yield "The event file changed, but no event in it."


def _prices(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    if old.get("source") != new.get("source"):
        yield f"The prices come from {new.get('source')}, not from {old.get('source')}."
    before, after = old.get("tickers", {}), new.get("tickers", {})
    gone = [ticker for ticker in before if ticker not in after]
    added = [ticker for ticker in after if ticker not in before]
    common = [ticker for ticker in before if ticker in after]
    moved = [t for t in common if _other_days(before[t], after[t])]
    changed = [
        t for t in common
        if before[t].get("fingerprint") != after[t].get("fingerprint") and t not in moved
    ]  # fmt: skip
    for tickers, words in (
        (added, "There are now prices of"),
        (gone, "There are no longer prices of"),
        (moved, "Prices on other days than before:"),
        (changed, "Other prices on the same days:"),
    ):
        if tickers:
            yield f"{words} {_named(tickers)}."


def _other_days(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    days = ("first", "last", "rows")
    return any(old.get(key) != new.get(key) for key in days)


def _named(names: list[str]) -> str:
    more = len(names) - _MOST
    return ", ".join(names[:_MOST]) + (f" and {more} more" if more > 0 else "")
