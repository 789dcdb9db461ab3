from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from eventstudy.cli import main

FIVE_MISTAKES = """
[study]
title = ""
[prices]
source = "bloomberg"
[model]
name = "magic"
[windows]
headline = [0, 99]
[inference]
level = 95
"""


class Answer(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Answer]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> Answer:
        monkeypatch.setattr(sys, "argv", ["eventstudy", *words])
        with pytest.raises(SystemExit) as stop:
            main()
        out, err = capsys.readouterr()
        assert isinstance(stop.value.code, int)
        return Answer(stop.value.code, out, err)

    return call


def test_help_names_every_command(run: Run) -> None:
    answer = run("--help")
    assert answer.code == 0
    assert {"new", "read", "run", "validate"} <= set(answer.out.split())


def test_a_new_study_is_fine_and_runs_as_it_stands(run: Run, tmp_path: Path) -> None:
    assert run("new", "mine").code == 0
    assert run("validate", "mine").out == "mine is fine: 4 events, 1 article.\n"
    answer = run("run", "mine", "--format", "csv", "--out", "out")
    assert answer.code == 0, answer.err
    assert "SIMULATED" in answer.out
    assert "fetching prices" in answer.err
    assert (tmp_path / "out" / "tables" / "events.csv").is_file()


def test_a_folder_that_holds_something_is_left_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "precious.txt").write_text("keep")
    answer = run("new", "mine")
    assert (answer.code, answer.err) == (
        2, "Error: mine exists and is not an empty folder; choose another name.\n",
    )  # fmt: skip


def test_five_mistakes_are_five_lines_and_no_traceback(run: Run, tmp_path: Path) -> None:
    run("new", "mine")
    (tmp_path / "mine" / "study.toml").write_text(FIVE_MISTAKES)
    for command in ("validate", "run"):
        answer = run(command, "mine")
        assert answer.code == 2
        lines = answer.err.splitlines()
        assert lines[0] == f"Error: {Path('mine/study.toml')} has 5 mistakes."
        assert [line.split(":")[0].strip() for line in lines[1:]] == [
            "study.title", "prices.source", "model.name", "windows.headline", "inference.level",
        ]  # fmt: skip


def test_validate_finds_the_mistakes_of_every_file(run: Run, tmp_path: Path) -> None:
    run("new", "mine")
    events = tmp_path / "mine" / "events.csv"
    events.write_text(events.read_text() + "x,X,XX,layoff,,4/5/2026,,,,,,,,,\n")
    toml = tmp_path / "mine" / "study.toml"
    toml.write_text(
        toml.read_text()
        .replace('calendar = "XNYS"', 'calendar = "NYSA"')
        .replace('source = "simulated"', 'source = "files:nowhere.csv"')
        .replace('articles = ["articles/*"]', 'articles = ["news/*"]')
    )
    answer = run("validate", "mine")
    assert answer.code == 2
    places = [line.split(":")[0].strip() for line in answer.err.splitlines()[1:]]
    assert places == ["events.csv", "study.articles", "prices.source", "prices.calendar"]
    assert "may be 2026-04-05 or 2026-05-04" in answer.err
    assert "nowhere.csv" in answer.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "nowhere"), "There is no study file nowhere"),
        (
            ("run", "mine", "--prices", "bloomberg"),
            "write simulated, yahoo, tiingo, alphavantage, eodhd or files:PATH",
        ),
        (("run", "mine", "--prices", "files:none.csv"), "none.csv"),
        (("run", "mine", "--model", "ff3"), "needs a file of factors"),
        (("run", "mine", "--format", "docx"), "docx"),
        (("read", "none.txt"), "none.txt"),
    ],
)
def test_wrong_usage_ends_with_two(run: Run, words: tuple[str, ...], said: str) -> None:
    run("new", "mine")
    answer = run(*words)
    assert answer.code == 2
    assert said in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize("command", ["validate", "run"])
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('calendar = "XNYS"', 'calendar = "NYSEX"', "There is no calendar 'NYSEX'; close ones are"),
        ('step = "first"', 'step = "frist"', "study.step: no event has the step 'frist'; write on"),
        ('["articles/*"]', '["/etc/*.md"]', "study.articles: ['/etc/*.md']: the pattern"),
    ],
)
def test_a_typo_in_the_study_file_ends_with_two(
    run: Run, tmp_path: Path, command: str, old: str, new: str, said: str
) -> None:
    run("new", "mine")
    toml = tmp_path / "mine" / "study.toml"
    text = toml.read_text()
    assert old in text
    toml.write_text(text.replace(old, new))
    answer = run(command, "mine")
    assert answer.code == 2
    assert said in answer.err


def test_what_cannot_be_written_is_one_sentence(run: Run, tmp_path: Path) -> None:
    run("new", "mine")
    file = tmp_path / "file"
    file.write_text("keep")
    answer = run("new", "file/x")
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert answer.err.startswith(f"Error: The folder {Path('file/x')} cannot be made (")
    for words in (
        ("run", "mine", "--quiet", "--format", "csv", "--out", "file/x"),
        ("read", "mine/articles", "--html", "no/such/page.html"),
    ):
        answer = run(*words)
        assert answer.code == 1
        assert answer.err.startswith("Error: cannot write ")
        assert answer.err.count("\n") == 1
    answer = run("run", "mine", "--quiet", "--format", "csv", "--save", "no/such/x.results")
    assert answer.code == 2
    assert answer.err.startswith("Error: The results cannot be saved as no/such/x.results (")
    assert file.read_text() == "keep"


def test_a_command_to_copy_is_quoted(run: Run) -> None:
    assert run("new", "my study é").out.endswith("eventstudy run 'my study é'\n")


def test_the_last_line_of_a_run_names_the_report(run: Run) -> None:
    run("new", "mine")
    for format_ in ("png", "csv"):
        answer = run("run", "mine", "--format", format_, "--out", "out")
        assert answer.out.splitlines()[-1].endswith(f"files in {Path.cwd() / 'out'}")


def test_quiet_prints_nothing_and_json_prints_json(run: Run) -> None:
    run("new", "mine")
    assert run("run", "mine", "--quiet", "--format", "csv") == (0, "", "")
    answer = run("run", "mine", "--json", "--format", "csv")
    result = json.loads(answer.out)
    assert result["simulated"] is True
    assert result["n_events"] == 4
    assert result["groups"]["layoff"]["windows"][0]["start"] == 0
    assert answer.err == ""


def test_read_shows_announcements_with_their_words(run: Run) -> None:
    run("new", "mine")
    shown = run("read", "mine/articles").out
    assert "Snap" in shown
    assert "SNAP" in shown
    (document,) = json.loads(run("read", "mine/articles", "--json").out)
    assert document["published"] == "2026-04-15"
    assert run("read", "mine/articles", "--csv").out.count("\n") >= 2
    assert "1,000" in run("read", "mine/articles", "--explain").out


def test_read_into_a_study_adds_what_is_new_once(run: Run, tmp_path: Path) -> None:
    run("new", "mine")
    (tmp_path / "news.txt").write_text(
        "Title: Intel to cut 15,000 jobs\nPublished: 2024-08-01\n\n"
        "Intel said on Thursday that it will cut 15,000 jobs, about 15% of its workforce.\n"
    )
    first = run("read", "news.txt", "--into", "mine")
    assert first.code == 0, first.err
    once = (tmp_path / "mine" / "events.csv").read_text()
    assert "INTC" in once
    assert "proposed" in once
    run("read", "news.txt", "--into", "mine")
    assert (tmp_path / "mine" / "events.csv").read_text() == once


LATER = "Title: Looking back\nPublished: 2026-02-20\n\nLast month, Amazon cut 16,000 jobs.\n"
NEWS = (
    "Title: Amazon\nPublished: 2026-01-28T09:00-05:00\n\n"
    "Amazon will cut 16,000 jobs, it said on Wednesday before the market opened.\n"
)
KNOWN = "event_id,ticker,event_type,announced_on,headcount\nknown-1,AMZN,layoff,2026-01-28,16000\n"


def test_a_coarse_date_waits_until_a_table_refines_it_and_then_runs(
    run: Run, tmp_path: Path
) -> None:
    run("new", "mine")
    (tmp_path / "mine" / "articles" / "later.txt").write_text(LATER)
    (tmp_path / "known.csv").write_text(KNOWN)
    assert run("read", "mine/articles/later.txt", "--into", "mine", "--quiet") == (0, "", "")
    coarse = json.loads(run("run", "mine", "--json", "--format", "csv").out)
    (left,) = coarse["exclusions"]
    assert (left["event_id"], left["reason"]) == ("layoff-amazon-2026-01", "date too coarse")
    assert left["detail"] == "known only as 2026-01; give the day to include it"
    assert coarse["n_events"] == 4
    said = run("read", "mine/articles", "--into", "mine", "--reference", "known.csv").err
    assert "announced_at 2026-01 -> 2026-01-28: known-1 (known.csv)" in said
    table = (tmp_path / "mine" / "events.csv").read_text()
    assert "articles/later.txt | known.csv: known-1" in table
    fine = json.loads(run("run", "mine", "--json", "--format", "csv").out)
    assert (fine["n_events"], fine["exclusions"]) == (5, [])
    run("read", "mine/articles", "--into", "mine", "--reference", "known.csv")
    assert (tmp_path / "mine" / "events.csv").read_text() == table


def test_an_article_refines_what_another_left_coarse(run: Run, tmp_path: Path) -> None:
    run("new", "mine")
    (tmp_path / "later.txt").write_text(LATER)
    (tmp_path / "news.txt").write_text(NEWS)
    run("read", "later.txt", "--into", "mine")
    summary, *lines = run("read", "news.txt", "--into", "mine").err.splitlines()
    assert summary.startswith("mine: 0 events proposed, 1 announcement matched or proposed, 0 of")
    row = "  layoff-amazon-2026-01: "
    assert lines == [
        f"{row}announced_at 2026-01 -> 2026-01-28: «on Wednesday» (news.txt, en.weekday)",
        f"{row}session pre: «before the market opened» (news.txt, session.pre)",
    ]


def test_what_several_known_events_fit_is_said(run: Run, tmp_path: Path) -> None:
    run("new", "mine")
    (tmp_path / "later.txt").write_text(LATER)
    (tmp_path / "known.csv").write_text(KNOWN + "known-2,AMZN,layoff,2026-01-14,16000\n")
    answer = run("read", "later.txt", "--into", "mine", "--reference", "known.csv")
    assert answer.err.splitlines()[-1] == (
        "  layoff-amazon-2026-01: announced_at stays 2026-01; 2 known events fit: known-1, known-2"
    )


def test_a_reference_needs_a_study_and_its_columns(run: Run, tmp_path: Path) -> None:
    run("new", "mine")
    (tmp_path / "later.txt").write_text(LATER)
    (tmp_path / "known.csv").write_text("ticker,announced_on\n")
    answer = run("read", "later.txt", "--reference", "known.csv")
    assert (answer.code, "name it by --into" in answer.err) == (2, True)
    answer = run("read", "later.txt", "--into", "mine", "--reference", "known.csv")
    assert (answer.code, "must have one column event_type" in answer.err) == (2, True)
    answer = run("read", "later.txt", "--into", "mine", "--reference", "none.csv")
    assert (answer.code, "none.csv" in answer.err) == (2, True)


def test_read_prints_json_and_csv_of_any_number_of_articles(run: Run, tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text(NEWS)
    (tmp_path / "news" / "b.txt").write_text(LATER)
    documents = json.loads(run("read", "news", "--json").out)
    assert [(d["article"], len(d["found"])) for d in documents] == [("a", 1), ("b", 1)]
    assert json.loads(run("read", "none.txt", "--json").out) == []
    rows = list(csv.DictReader(run("read", "news", "--csv").out.splitlines()))
    assert [(r["article_id"], r["date"], r["session"], r["headcount"]) for r in rows] == [
        ("a", "2026-01-28", "pre", "16000.0"), ("b", "2026-01-01", "unknown", "16000.0"),
    ]  # fmt: skip
    assert json.loads(rows[0]["evidence"])["date"]["words"] == "on Wednesday"


def test_reading_shows_no_bar_where_nobody_looks(run: Run, tmp_path: Path) -> None:
    (tmp_path / "news.txt").write_text(NEWS)
    assert run("read", "news.txt").err == ""
    assert run("read", "news.txt", "--quiet") == (0, "", "")


def test_reading_shows_a_bar_on_a_terminal(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "news.txt").write_text(NEWS)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    answer = run("read", "news.txt")
    assert "reading articles" in answer.err
    assert "1/1" in answer.err
    assert "16,000" in answer.out
    assert run("read", "news.txt", "--quiet").err == ""
