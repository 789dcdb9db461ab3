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
# # Did the market react?
#
# This notebook runs a whole event study in a minute: from articles to events, from prices to
# abnormal returns, from tests to plain words. It runs on a **simulated** market in which a layoff
# lifts the share by 1.2 % on day zero and a model launch does nothing at all. So we know what the
# study ought to find.

# %%
import eventstudy as es

study = es.EventStudy.from_file("../data/ai-announcements").with_prices("simulated")
study

# %% [markdown]
# ## What the articles say
#
# The study starts from articles. Every announcement carries the words that prove it.

# %%
for article, found in study.read_articles():
    print(article.title)
    for announcement in found.announcements:
        words = " ".join(announcement.evidence["event_type"].words.split())
        print(f"  {announcement.company:<10} {announcement.event_type:<13} «{words}»")

# %% [markdown]
# ## The events
#
# `events.csv` holds the reviewed events. The date's form says how precisely it is known, and the
# session says when on that day it became public.

# %%
study.events.to_frame()[
    ["event_id", "announced_at", "session", "headcount", "percent", "review"]
].tail(8)

# %% [markdown]
# ## Run it

# %%
results = study.run()
results

# %%
results.summary()

# %% [markdown]
# In plain words, which never claim more than the tests show:

# %%
print(results.interpret())

# %% [markdown]
# ## See it
#
# The band is the 95 % confidence interval of the average cumulated abnormal return.

# %%
ax = results.plot_caar()

# %% [markdown]
# One event: the price against the benchmark, and the abnormal returns day by day.

# %%
ax = results.plot_event("layoff-block-2026-02-26")

# %% [markdown]
# The largest moves, each with its interval. The standard error of a single event is that of a
# prediction: it holds the error of the estimated coefficients.

# %%
ax = results.plot_forest(top=20)

# %% [markdown]
# ## Ask it
#
# One test over one window, with its null hypothesis in words:

# %%
layoffs = results.by("group")["layoff"]
test = layoffs.test("KP-BMP", (0, 1))
print(f"{test.label}: {test.statistic:.2f}, p = {test.p_value:.4f}, {test.n_events} events")
print(f"Null: {test.null}")

# %% [markdown]
# Did we find what was planted? The effect of 1.2 % lies inside the interval:

# %%
layoffs.window_frame()[["start", "end", "n", "mean_car", "lower", "upper"]].round(4)

# %% [markdown]
# Every event that is not in the estimation is listed with its reason:

# %%
results.exclusions.groupby("reason").size()

# %% [markdown]
# A single event looked into with statsmodels:

# %%
results.regression("layoff-block-2026-02-26").params

# %% [markdown]
# ## Next
#
# `results.write_report("my-report")` writes the PDF, the HTML page, the figures and the tables.
# With real prices: `study.with_prices("yahoo")` or `study.with_prices("files:prices.csv")`.
