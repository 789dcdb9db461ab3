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
# # Layoffs and AI model launches
#
# Companies announced layoffs, often naming AI as the reason, and companies launched AI models. Did
# their shares react? This notebook asks the prices.
#
# Real prices may not be passed on, so they are not part of the project. The committed outputs were
# computed from a file of daily prices. **Where that file is absent the notebook runs on simulated
# prices**, and everything below then says so.

# %%
from pathlib import Path

import eventstudy as es

prices = Path("../../shared/market/prices_daily.parquet")
source = f"files:{prices}" if prices.exists() else "simulated"
study = es.EventStudy.from_file("../data/ai-announcements").with_prices(source)
print("real prices" if prices.exists() else "SIMULATED prices: nothing here happened")

# %%
results = study.run()
results

# %% [markdown]
# ## The answer
#
# Written by rules from the tests; it claims no more than they show.

# %%
print(results.interpret())

# %% [markdown]
# The band holds the average with 95 % confidence. Where it holds zero on every day, no day
# speaks of a reaction.

# %%
ax = results.plot_caar()

# %% [markdown]
# Averages hide the single events. Each is one dot here:

# %%
ax = results.plot_car_distribution()

# %% [markdown]
# ## Groups, windows, tests
#
# The leading test follows from the written rules of the advice. *p Holm* allows for all the p
# values of the table: whoever looks fifteen times finds something.

# %%
results.summary()

# %%
ax = results.plot_p_values()

# %% [markdown]
# Why this test leads:

# %%
for group in results.content.shown_groups:
    print(f"{group.label}: {group.advised}. {group.advice}\n")

# %% [markdown]
# ## Do larger cuts move prices more?

# %%
ax = results.plot_size()

# %% [markdown]
# ## One event
#
# Block cut two fifths of its staff on 26 February 2026, after the close, so day zero is the 27th.

# %%
ax = results.plot_event("layoff-block-2026-02-26")

# %% [markdown]
# How unusual is that for this share? Its two days among all pairs of days in the year before:

# %%
ax = results.plot_placebo(event_id="layoff-block-2026-02-26")

# %% [markdown]
# One event can show that its days were unusual, and not why: Block published its quarterly results
# on the same evening.
#
# ## What was left out, and why

# %%
results.exclusions.groupby("reason").size()

# %% [markdown]
# ## How sure can we be of nothing?
#
# "No detectable reaction" is an answer only together with what would have been detected. With 80 %
# power the sample would have shown an average reaction of

# %%
from eventstudy.reporting.reaction import minimum_detectable_effect

for name, part in results.by("group").items():
    row = part.window_frame().set_index(["start", "end"]).loc[(0, 1)]
    effect = minimum_detectable_effect(row["se"], int(row["n"]))
    print(f"{name:<13} {effect:.1%} over days 0 to +1 ({row['n']:.0f} events)")

# %% [markdown]
# ## Next
#
# The whole report, with the words of the articles behind every event, stands in
# `reports/ai-announcements`. Your own events: [05-your-own-study](05-your-own-study.ipynb).
