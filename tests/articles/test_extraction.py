"""Announcements from sentences: what counts, what does not, and what each field says."""

from __future__ import annotations

from datetime import date

import pytest

from eventstudy.articles.extraction import Announcement, Extraction, extract
from eventstudy.articles.reading import article_from_text

PUBLISHED = date(2026, 4, 18)  # a Saturday


def _extract(text: str, title: str = "Notes", day: date = PUBLISHED) -> Extraction:
    return extract(article_from_text(f"Title: {title}\n\n{text}\n", "a", published=day))


def _one(text: str, title: str = "Notes") -> Announcement:
    (found,) = _extract(text, title).announcements
    return found


@pytest.mark.parametrize(
    ("text", "company", "headcount", "percent"),
    [
        ("Okta is laying off 400 people.", "Okta", 400, None),
        ("Okta laid off about 7% of its staff.", "Okta", None, 7),
        ("Okta will cut 400 jobs, or 7% of its workforce.", "Okta", 400, 7),
        ("Okta slashes its headcount by a tenth.", "Okta", None, 10),
        ("Some 400 employees will lose their jobs at Okta.", "Okta", 400, None),
        ("Okta let nearly 400 of its employees go.", "Okta", 400, None),
        ("Okta parted ways with 400 staffers.", "Okta", 400, None),
        ("Okta is making 7% of its workforce redundant.", "Okta", None, 7),
        ("Okta said goodbye to 400 colleagues.", "Okta", 400, None),
        ("At Okta 400 positions have been eliminated.", "Okta", 400, None),
        ("Okta announced 400 job cuts.", "Okta", 400, None),
        ("Okta announced layoffs of 7%.", "Okta", None, 7),
        ("Okta plans to shed eight thousand workers.", "Okta", 8000, None),
        ("Okta's workforce will shrink by 7%.", "Okta", None, 7),
        ("Okta, a rival of Microsoft, cut 400 jobs.", "Okta", 400, None),
        ("The 400 jobs were cut by Okta.", "Okta", 400, None),
        ("Facebook's owner dismissed 400 people.", "Meta", 400, None),
        ("谷歌宣布裁员1.2万人，约占员工总数的6%。", "Alphabet", 12_000, 6),
        ("微软将裁减约1万个工作岗位。", "Microsoft", 10_000, None),
        ("Zoom周二宣布裁掉约1300名员工，占比15%。", "Zoom", 1300, 15),
    ],
)
def test_a_layoff_in_many_words(
    text: str, company: str, headcount: float | None, percent: float | None
) -> None:
    found = _one(text)
    assert (found.event_type, found.company) == ("layoff", company)
    assert (found.headcount.value if found.headcount else None) == headcount
    assert (found.percent.value if found.percent else None) == percent


@pytest.mark.parametrize(
    ("text", "company", "name"),
    [
        ("Google unveiled Gemini 2.0 on Wednesday.", "Alphabet", "Gemini 2.0"),
        ("OpenAI released GPT-5 to all users.", "OpenAI", "GPT-5"),
        ("Gemini 3 went live on Tuesday.", "Alphabet", "Gemini 3"),
        ("Bard, as it is called, was launched on Monday.", "Alphabet", "Bard"),
        ("Anthropic took the wraps off Claude Opus 4.5.", "Anthropic", "Claude Opus 4.5"),
        ("Lenovo presented a language model called Tianxi.", "Lenovo", "Tianxi"),
        ("阿里巴巴正式发布并开源新一代大模型Qwen3。", "Alibaba", "Qwen3"),
    ],
)
def test_a_model_launch_in_many_words(text: str, company: str, name: str) -> None:
    found = _one(text)
    assert (found.event_type, found.company, found.name) == ("model_launch", company, name)
    assert found.status == "announced"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Okta denied that it would lay off 400 people.", "negated"),
        ("Okta has no plans for layoffs.", "negated"),
        ("Okta will not cut jobs.", "negated"),
        ("Will Okta cut 400 jobs?", "question"),
        ("If Okta cut jobs, would anybody notice?", "question"),
        ("If Okta cut jobs, nobody would notice.", "supposed"),
        ("Analysts expect Okta to lay off staff.", "opinion"),
        ("Google has not yet released Gemini 9.", "never"),
        ("Google plans to release Gemini 9.", "never"),
        ("腾讯没有大规模裁员计划。", "negated"),
        ("有传言称腾讯将裁员20%，公司没有证实。", "unproven"),
        ("Other companies laid off people.", "no_company"),
        ("Okta saw 123,941 dismissals at 269 companies.", "never"),
    ],
)
def test_what_is_no_announcement_is_turned_down_with_its_reason(text: str, reason: str) -> None:
    found = _extract(text)
    assert found.announcements == ()
    assert reason in {rejection.reason for rejection in found.rejections}


@pytest.mark.parametrize(
    "text",
    [
        "Okta will hire 1,000 people.",
        "Okta has 5,000 employees.",
        "Okta cut its prices for 400 customers.",
        "65% of Okta's engineers must write code with AI.",
        "Okta reduced its forecast for 2026.",
        "Okta let the contract go.",
        "Okta's revenue fell 7%.",
    ],
)
def test_what_only_looks_like_a_layoff(text: str) -> None:
    assert _extract(text).announcements == ()


@pytest.mark.parametrize(
    ("text", "headcount"),
    [
        ("Okta, which has 5,000 employees, cut 400 jobs.", 400),
        ("Okta cut 400 jobs, shrinking from 5,000 to 4,600 people.", 400),
        ("Okta cut 400 of its 5,000 jobs.", 400),
        ("Okta cut 400 jobs and will hire 900 salespeople.", 400),
        ("Okta cut 400 jobs at a cost of $30 million.", 400),
        ("In 2024 Okta cut 400 jobs in 12 countries.", 400),
    ],
)
def test_false_sizes_are_left_out(text: str, headcount: float) -> None:
    found = _one(text)
    assert found.headcount is not None
    assert found.headcount.value == headcount


def test_a_share_of_one_unit_is_no_share_of_the_staff() -> None:
    found = _one("Okta cut 20% of its gaming team.")
    assert found.percent is None
    assert found.evidence["unit_percent"].words == "20%"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Okta said on Friday it will cut 400 jobs.", "announced"),
        ("Okta will cut 400 jobs, people familiar with the matter said.", "reported"),
        ("Reuters reported on Friday that Okta plans to cut 400 jobs.", "reported"),
        ("Okta is considering cutting 400 jobs, sources said.", "planned"),
        ("In March 2024, Okta cut 400 jobs.", "completed"),
        (
            "A spokesman confirmed Friday that Okta will cut 400 jobs, as Reuters reported first.",
            "announced",
        ),
    ],
)
def test_status(text: str, status: str) -> None:
    assert _one(text).status == status


def test_the_day_of_the_news_and_of_the_deed_are_kept_apart() -> None:
    found = _one("Reuters reported on April 17 that Meta plans to cut 8,000 jobs on May 20.")
    assert found.date.start == date(2026, 4, 17)
    assert found.effective is not None
    assert found.effective.start == date(2026, 5, 20)


def test_news_without_a_day_is_dated_by_publication_and_old_deeds_are_not() -> None:
    text = "Okta will cut 400 jobs.\n\nLots of text.\n\nMore.\n\nMeta recently cut 900 jobs."
    okta, meta = _extract(text).announcements
    assert (okta.date.start, okta.date.rule) == (PUBLISHED, "publication")
    assert (meta.date.start, meta.date.precision) == (None, "unknown")


def test_several_companies_and_dates_of_one_sentence() -> None:
    text = "Amazon cut 14,000 jobs in October and Microsoft let 9,000 people go in July."
    found = {a.company: a for a in _extract(text).announcements}
    assert found["Amazon"].date.start == date(2025, 10, 1)
    assert found["Microsoft"].date.start == date(2025, 7, 1)
    assert [a.headcount.value for a in found.values() if a.headcount] == [14_000, 9000]


def test_two_sizes_with_two_dates() -> None:
    text = "Microsoft said so. More than 6,000 jobs went in May and at least 300 in June."
    found = _extract(text).announcements
    sizes = [(a.headcount.value, str(a.date.start)) for a in found if a.headcount]
    assert sizes == [(6000, "2025-05-01"), (300, "2025-06-01")]


def test_joined_companies_share_a_deed() -> None:
    found = _extract("Atlassian and Block have recently cited AI as a reason for layoffs.")
    assert [a.company for a in found.announcements] == ["Atlassian", "Block"]


def test_the_company_and_it_refer_back() -> None:
    text = "Snap is a rival. The company cut 400 jobs in March. It let 900 people go in 2024."
    assert {a.company for a in _extract(text).announcements} == {"Snap"}
    assert len(_extract(text).announcements) == 2


def test_one_deed_told_twice_is_one_announcement() -> None:
    text = (
        "Okta said on Friday it will cut 400 jobs.\n\nThe layoffs hit sales.\n\n"
        "Okta's 400 job cuts amount to 7% of its workforce."
    )
    found = _one(text, title="Okta to cut 400 jobs")
    assert found.role == "main"
    assert found.percent is not None
    assert found.date.start == date(2026, 4, 17)


def test_further_rounds_stay_apart() -> None:
    text = (
        "Meta will cut 8,000 jobs on May 20, sources said on Friday. Another source said Meta also "
        "plans further layoffs in the second half of the year."
    )
    first, second = _extract(text).announcements
    assert first.headcount is not None
    assert second.headcount is None
    assert second.effective is not None
    assert second.effective.precision == "half"


def test_a_denial_in_the_next_sentence_takes_back() -> None:
    found = _extract(
        "Tencent will cut 20% of its staff, a report said. The report is wrong, it said."
    )
    assert found.announcements == ()
    assert found.rejections[0].reason == "taken_back"


def test_a_firm_that_is_no_longer_listed_makes_no_event() -> None:
    assert _extract("Twitter cut 3,700 jobs.").announcements == ()


def test_a_private_firm_has_no_ticker() -> None:
    assert _one("ByteDance cut 500 jobs.").ticker is None


def test_a_model_of_somebody_else_is_not_its_makers_launch() -> None:
    assert _extract("Microsoft released Llama 3 on Azure.").announcements == ()


def test_every_field_has_its_proof() -> None:
    text = "Okta said on Friday it will cut about 400 jobs, or 7% of its workforce, by May 20."
    article = article_from_text(text, "a", published=PUBLISHED)
    (found,) = extract(article).announcements
    words = {name: proof.words for name, proof in found.evidence.items()}
    assert words["company"] == "Okta"
    assert words["headcount"] == "about 400"
    assert words["percent"] == "7%"
    assert words["date"] == "on Friday"
    assert words["effective"].endswith("May 20")
    for proof in found.evidence.values():
        assert article.text[proof.start : proof.end] == proof.words
        assert proof.rule


def test_equal_articles_give_equal_findings() -> None:
    text = "Okta said on Friday it will cut 400 jobs. Its shares fell 3% to $80."
    one, two = _extract(text), _extract(text)
    assert repr([vars(a) for a in one.announcements]) == repr([vars(a) for a in two.announcements])
    assert repr([vars(c) for c in one.price_claims]) == repr([vars(c) for c in two.price_claims])
