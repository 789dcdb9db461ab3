# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # From articles to events
#
# A study starts from text. This notebook reads a folder of articles, shows the words behind every
# finding, proposes events, refines a date that the articles leave coarse, holds the articles'
# prices against a price file, and runs the study. All articles are our own wording of public
# reports; nothing is fetched.

# %%
import csv
import shutil
import tempfile
from dataclasses import asdict
from itertools import chain
from pathlib import Path

import pandas as pd

import eventstudy as es
from eventstudy.articles.explain import Explanation, to_records
from eventstudy.articles.extraction import extract
from eventstudy.articles.reading import iter_articles, read_article
from eventstudy.events.reference import ReferenceTable
from eventstudy.scaffold import new_study

pd.set_option("display.max_colwidth", 90)
ROOT = Path("..")
ARTICLES = ROOT / "tests/articles/dev"

# %% [markdown]
# ## One article, and the words behind each finding
#
# Yellow marks prove an announcement, blue ones a statement about a price. What looks like an
# announcement and is none is underlined with dots: below the text stands, field by field, what was
# read by which rule.

# %%
article = read_article(ARTICLES / "amazon-2025-barrons.txt")
found = extract(article)
Explanation(article, found)

# %% [markdown]
# The same as a table. `date_precision` says how exactly the words give the day.

# %%
columns = ["kind", "company", "ticker", "date", "date_precision", "session", "status", "headcount"]
pd.DataFrame(to_records(found))[columns]

# %% [markdown]
# ## A folder of articles
#
# `iter_articles` gives one article after the other, so that a folder may be of any size.


# %%
def read_folder():
    """Yield every article with what was found in it."""
    for item in iter_articles([ARTICLES, ROOT / "data/ai-announcements/articles"]):
        yield item, extract(item)


pd.DataFrame(
    {
        "article": item.id,
        "language": item.language,
        "announcements": len(read.announcements),
        "price claims": len(read.price_claims),
        "turned down": len(read.rejections),
    }
    for item, read in read_folder()
)

# %% [markdown]
# ## A study to put them in
#
# `eventstudy new` makes a folder with four reviewed layoffs. We work in a temporary one.

# %%
folder = Path(tempfile.mkdtemp()) / "my-study"
new_study(folder)
study = es.EventStudy.from_file(folder)
study.events

# %% [markdown]
# ## Propose events
#
# An announcement joins the event of its company and type whose date overlaps and whose size
# agrees; where there is none, it is proposed. (Command line: `eventstudy read FOLDER --into
# my-study`.)

# %%
proposals = study.add_proposals(read_folder())
proposals

# %% [markdown]
# The four reviewed rows got nothing but sources. A proposal says in the column `evidence` which
# words of which article it rests on.

# %%
study = es.EventStudy.from_file(folder)
events = study.events.to_frame()
events[["event_id", "announced_at", "session", "headcount", "percent", "what", "review"]]

# %%
row = events.set_index("event_id").loc["layoff-pinterest-2026-01-27"]
row["evidence"].split(" | ")

# %% [markdown]
# ## Steps of one decision
#
# A decision may reach the market as a leak, an announcement and a day on which it is carried out.
# Proposals of one company whose sizes agree (or of which one has none), that go forward from report
# to execution within 120 days, share a `chain`, and the study counts its first step. A further cut
# with a number of its own is a new decision. In April 2026 came the report of 8,000 posts at Meta;
# two more articles of ours tell how it went on:

# %%
for day, text in {
    "2026-04-23": "Meta said on Thursday in a memo that it will cut 10% of its workforce.",
    "2026-05-20": "Meta Platforms began on Wednesday to lay off about 8,000 people.",
}.items():
    path = folder / "articles" / f"meta-{day}.md"
    path.write_text(f"Title: Meta\nPublished: {day}\n\n{text}\n", encoding="utf-8")

more = ((item, extract(item)) for item in iter_articles([folder / "articles"]))
study.add_proposals(chain(read_folder(), more))

# %%
study = es.EventStudy.from_file(folder)
events = study.events.to_frame()
events.loc[events["chain"] != "", ["event_id", "what", "headcount", "percent", "chain", "step"]]

# %% [markdown]
# Reading the folder again changes not a byte.

# %%
before = (folder / "events.csv").read_bytes()
study.add_proposals(read_folder())
print((folder / "events.csv").read_bytes() == before)

# %% [markdown]
# ## Refine a coarse date
#
# "In May 2025" is no day that a share can react to. Such rows wait outside the estimation, with the
# reason, until something finer is known: another article, or a table of known events. We take the
# reviewed events of `data/ai-announcements` as such a table. A row is refined if exactly one known
# event of its company, type and size lies inside its date. (Command line: `--reference FILE.csv`.)

# %%
events.loc[events["announced_at"].str.len() != 10, ["event_id", "announced_at", "headcount"]]

# %%
reference = ReferenceTable.from_csv(ROOT / "data/ai-announcements/events.csv")
refined = study.add_proposals(read_folder(), reference)
refined

# %% [markdown]
# Where several known events fit, none is taken, and it is said:

# %%
for left in refined.unresolved:
    print(f"{left.event_id} stays {left.announced_text}: {', '.join(left.candidates)}")

# %% [markdown]
# ## Review
#
# You have the last word. `review` is `confirmed`, `rejected` or `proposed`; a reviewed row is never
# overwritten. We reject what has no day, and confirm what has one.

# %%
file = folder / "events.csv"
with file.open(encoding="utf-8", newline="") as handle:
    rows = list(csv.DictReader(handle))
for row in rows:
    if row["review"] == "proposed":
        row["review"] = "confirmed" if len(row["announced_at"]) == 10 else "rejected"
with file.open("w", encoding="utf-8", newline="") as handle:
    writer = csv.DictWriter(handle, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)

study = es.EventStudy.from_file(folder)
study.events.to_frame().groupby("review").size()

# %% [markdown]
# ## Hold the articles' prices against prices
#
# Articles say what prices did. Simulated prices can prove nothing, so this takes a price file: one
# close of Meta as an article gives it, one that is wrong on purpose, and some invented days beside
# them.

# %%
for path in (ROOT / "data/ai-announcements/articles").glob("*.md"):
    shutil.copy(path, folder / "articles")
prices = folder / "prices.csv"
prices.write_text(
    "date,META\n2026-03-13,613.71\n2026-03-16,627.45\n2026-04-07,575.05\n"
    "2026-04-08,612.42\n2026-04-16,676.87\n2026-04-17,680.00\n",
    encoding="utf-8",
)
checked = study.with_prices(f"files:{prices}").check_claims()
pd.DataFrame(map(asdict, checked))[["ticker", "day", "words", "verdict", "detail"]]

# %% [markdown]
# ## Run
#
# On the simulated market of the study file, in which a layoff lifts the share by 2 % on day zero.
# With so few events the interval is wide.

# %%
results = study.with_prices("simulated").run()
results.summary()

# %% [markdown]
# Every announcement that is not in the estimation is listed with its reason.

# %%
results.exclusions

# %% [markdown]
# ## Next
#
# `eventstudy read articles/ --into my-study --reference known.csv` does the same on the command
# line, for folders of any size. `eventstudy claims my-study --prices yahoo` asks for real prices.
