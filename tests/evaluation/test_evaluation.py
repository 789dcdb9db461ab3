"""The reader against gold labels: the two sample articles, the rewritten ones, and our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.evaluation.__main__ import main
from tests.evaluation.scoring import Score, gold_interval, score

ARTICLES = Path(__file__).parents[1] / "articles"


def _total(gold: Path) -> Score:
    return sum(score(gold).values(), Score())


@pytest.mark.real
def test_every_event_and_price_of_the_sample_articles_is_found(shared: Path) -> None:
    total = _total(shared / "articles" / "seeds" / "gold.json")
    assert (total.missed, total.invented, total.price_missed, total.price_invented) == (0, 0, 0, 0)
    assert (total.found, total.price_found) == (12, 4)
    assert not total.traps
    assert {name: total.share(name) for name in total.stated} == dict.fromkeys(total.stated, 1.0)


@pytest.mark.parametrize(
    ("folder", "announcements", "prices"),
    [("dev", 0.95, 0.9), ("own", 0.95, 0.95), ("heldout", 0.95, 0.95)],
)
def test_scores(folder: str, announcements: float, prices: float) -> None:
    total = _total(ARTICLES / folder / "gold.json")
    assert total.f1 >= announcements
    assert total.price_f1 >= prices


@pytest.mark.parametrize(
    ("gold", "announcements", "prices"),
    [
        *(("en", 0.95, 0.95), ("en-a", 0.85, 0.95), ("en-b", 0.85, 0.95), ("en-c", 0.85, 0.95)),
        *(("zh", 0.97, 0.97), ("zh-b", 0.85, 0.97), ("zh-c", 0.9, 0.9)),
    ],
)
def test_scores_on_articles_by_other_authors(
    gold: str, announcements: float, prices: float
) -> None:
    total = _total(ARTICLES / "practice" / f"gold-{gold}.json")
    assert total.f1 >= announcements
    assert total.price_f1 >= prices
    assert len(total.traps) <= 6


@pytest.mark.parametrize("gold", ["en-a", "en-b", "zh"])
def test_scores_on_the_last_set(gold: str) -> None:
    total = _total(ARTICLES / "final" / f"gold-{gold}.json")
    assert total.f1 >= 0.78
    assert total.price_f1 >= 0.85


def test_no_trap_is_fallen_into() -> None:
    assert not _total(ARTICLES / "dev" / "gold.json").traps


def test_a_score_counts_what_is_missed_and_invented(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("Snap cut 100 jobs on Monday. Apple cut 7 stores.\n", "utf-8")
    label = {
        "file": "one.txt",
        "reference_date": "2026-04-14",
        "announcements": [
            {
                "company": "Meta",
                "ticker": "META",
                "event_type": "layoff",
                "date": "2026-04",
                "date_precision": "month",
            }
        ],
        "prices": [],
        "traps": [{"kind": "total", "text": "100"}],
    }
    import json

    (tmp_path / "gold.json").write_text(json.dumps({"one": label}), "utf-8")
    (total,) = score(tmp_path / "gold.json").values()
    assert (total.found, total.missed, total.invented) == (0, 1, 1)
    assert total.traps == ["total: Snap layoff"]
    assert total.f1 == 0.0


@pytest.mark.parametrize(
    ("words", "precision", "start", "end"),
    [
        ("2026-04-08", "day", "2026-04-08", "2026-04-08"),
        ("2026-04-13", "week", "2026-04-13", "2026-04-19"),
        ("2025-10", "month", "2025-10-01", "2025-10-31"),
        ("2026-H2", "half", "2026-07-01", "2026-12-31"),
        ("2025-Q4", "quarter", "2025-10-01", "2025-12-31"),
        ("2014", "year", "2014-01-01", "2014-12-31"),
    ],
)
def test_gold_dates_are_intervals(words: str, precision: str, start: str, end: str) -> None:
    interval = gold_interval({"date": words, "date_precision": precision})
    assert interval is not None
    assert [day.isoformat() for day in interval] == [start, end]


def test_the_table_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    main([str(ARTICLES / "dev" / "gold.json")])
    out = capsys.readouterr().out
    assert "muse-spark-rally" in out
    assert "exact: " in out
