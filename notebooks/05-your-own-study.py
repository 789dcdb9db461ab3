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
# # Your own study in ten minutes
#
# From nothing to a report: make a folder, put an event in, check it, run it, read it. Everything
# runs offline, on simulated prices; the last section says what to change for real ones.
#
# ## 1. A folder that runs as it stands

# %%
from pathlib import Path
from tempfile import mkdtemp

import pandas as pd

import eventstudy as es
from eventstudy.scaffold import new_study

folder = Path(mkdtemp()) / "my-study"
for path in new_study(folder):
    print(path.relative_to(folder.parent))

# %% [markdown]
# In a terminal: `eventstudy new my-study`. The events are a table, one row each:

# %%
events = pd.read_csv(folder / "events.csv", dtype=str, keep_default_na=False)
events[["event_id", "ticker", "group", "announced_at", "session", "percent"]]

# %% [markdown]
# ## 2. Your event
#
# A row needs an id, a company, a ticker and a date. Write the date as precisely as you know it and
# no more: `2026-04-08T09:00-04:00` with a clock time, `2026-04-08` without, `2026-04` when only the
# month is known (it then waits for an article that knows better). The session says when on that day
# the news came: before the open, during trading, after the close.

# %%
mine = {
    "event_id": "intel-2025-04", "company": "Intel", "ticker": "INTC", "event_type": "layoff",
    "group": "layoff", "announced_at": "2025-04-24", "session": "after", "review": "confirmed",
}  # fmt: skip
table = pd.concat([events, pd.DataFrame([mine])]).fillna("")
table.to_csv(folder / "events.csv", index=False)

# %% [markdown]
# ## 3. Check before running
#
# Every mistake is said at once, with its place. Let us make one:

# %%
wrong = table.assign(announced_at=table["announced_at"].replace("2025-04-24", "24.04.2025"))
wrong.to_csv(folder / "events.csv", index=False)
for mistake in es.EventStudy.from_file(folder).mistakes():
    print(mistake)

# %%
table.to_csv(folder / "events.csv", index=False)
study = es.EventStudy.from_file(folder)
print(len(study.mistakes()), "mistakes,", len(study.events), "events")

# %% [markdown]
# ## 4. Run

# %%
results = study.with_prices("simulated").run()
results.summary()

# %%
print(results.headline())

# %% [markdown]
# Five events are few. The report then sets their days among other days of the same shares:

# %%
ax = results.plot_placebo()

# %% [markdown]
# ## 5. Change a choice
#
# Every setting of `study.toml` can be changed for one run; what follows from it is computed anew.
# If an answer hangs on such a choice, that is worth a sentence in your report.

# %%
for model in ("market_model", "market_adjusted", "constant_mean"):
    other = study.with_settings({"model.name": model}).with_prices("simulated").run()
    row = other.window_frame().set_index(["start", "end"]).loc[(0, 1)]
    print(f"{model:<16} {row['mean_car']:+.2%}  [{row['lower']:+.2%}, {row['upper']:+.2%}]")

# %% [markdown]
# ## 6. The report

# %%
paths = results.write_report(folder.parent / "report", formats=["html", "csv"])
for path in paths:
    print(path.relative_to(folder.parent))

# %% [markdown]
# `report.html` is one file that needs nothing else: send it by mail, open it on a phone. In a
# terminal `eventstudy run my-study` writes it together with the PDF, and `eventstudy rerun` repeats
# it and says what changed.
#
# ## 7. Real prices
#
# - `study.with_prices("yahoo")` asks Yahoo once and keeps the answer.
# - `study.with_prices("files:prices.csv")` reads your own file: dates, tickers, closes.
# - In `study.toml`: `source` under `[prices]`. `benchmark` and `calendar` there say which market
#   the shares are held against, and when it is open.
#
# Articles can propose the events: put them into the folder's `articles` and call
# `study.add_proposals(study.read_articles())`, then confirm or reject each row in `events.csv`.
