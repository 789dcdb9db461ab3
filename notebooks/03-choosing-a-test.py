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
# # Which test should I believe?
#
# Every test of significance rests on assumptions. Where they fail, a test that promises to be
# wrong in 5 % of the cases may be wrong in half of them. This notebook draws studies **without any
# effect**, and counts how often each test nevertheless finds one. It runs offline, on random
# numbers.

# %%
from eventstudy.robustness.designs import Design
from eventstudy.robustness.selfcheck import selfcheck

TESTS = ["Cross-sectional t", "Patell", "BMP", "KP-BMP", "Corrado rank", "GRANK-T"]


def rejections(designs, replications=200):
    """Return the share of studies in which each test rejects on day 0, in per cent."""
    rates = selfcheck(designs, tests=TESTS, replications=replications, seed=1).to_frame()
    day_zero = rates[(rates["start"] == 0) & (rates["end"] == 0)]
    table = day_zero.pivot_table(index="test", columns="design", values="rate", sort=False)
    return (100 * table).round(1)


# %% [markdown]
# ## Four situations, no effect
#
# 30 events each. *Separate dates* is the textbook. *Variance ×2*: the news makes the event days
# more volatile, without moving prices in one direction. *One date*: all events are on the same
# day, and the disturbances of two firms have a correlation of 0.2. The last one is both at once.
#
# With 200 studies per design, what lies between 0.4 and 9.6 % is in line with the promised 5 %.

# %%
same_day = {"dates": 1, "correlation": 0.2}
rejections(
    [
        Design("null", "separate dates", events=30),
        Design("null", "variance ×2", events=30, variance=2.0),
        Design("null", "one date", events=30, **same_day),
        Design("null", "both", events=30, variance=2.0, **same_day),
    ]
)

# %% [markdown]
# Patell's test takes the variance from before the event, so that a restless event day looks like
# an effect. BMP measures the variance across the events and is safe there. On one common date
# neither is: thirty firms that move together are not thirty pieces of evidence. The adjusted test
# (KP-BMP) measures how much they move together before the event, and allows for it.
#
# ## What safety costs
#
# A test that never rejects would be safe, too. So we plant an effect of 1 % on day 0:

# %%
rejections(
    [
        Design("power", "separate dates", events=30, effect=0.01),
        Design("power", "variance ×2", events=30, effect=0.01, variance=2.0),
        Design("power", "fat tails", events=30, effect=0.01, tails=3.0),
        Design("power", "one date", events=30, effect=0.01, **same_day),
    ]
)

# %% [markdown]
# On separate dates the adjusted test finds as much as the others. With fat tails the rank tests
# find more. On one common date the power of the unadjusted tests is an illusion: they reject
# as readily without an effect. What the adjusted test has left is what the data can tell.
#
# ## In a study
#
# The results hold every test, each with its null hypothesis in words and the figures it rests on.

# %%
import eventstudy as es

results = es.EventStudy.from_file("../data/ai-announcements").with_prices("simulated").run()
layoffs = results.by("group")["layoff"]
for name in ("BMP", "KP-BMP", "GRANK-T"):
    test = layoffs.test(name, (0, 1))
    print(f"{name:<8} {test.statistic:6.2f}  p = {test.p_value:.1g}   null: {test.null}")

# %%
facts = layoffs.test("KP-BMP", (0, 1)).facts
print(f"average correlation of residuals on shared dates: {facts['r_bar']:.4f}")

# %% [markdown]
# ## The rule
#
# - Events on one common date: **KP-BMP**.
# - Several events on each of several dates, or windows that overlap: **Calendar time**, one
#   portfolio per session; KP-BMP is too cautious there.
# - Separate dates and possibly more volatile event days: **BMP** (KP-BMP is the same there).
# - Outliers: Wilcoxon or GRANK-T beside it, with 30 events or more. If they disagree, look at the
#   events.
# - Few events: BMP (four or five: Wild bootstrap), and every event by itself. Not GRANK-T, which
#   scales by a spread that a handful of events cannot tell.
# - Patell only where nothing speaks for a change of variance, and that is rare.
#
# `docs/methods/size-and-power.md` has all tests in all situations, on random numbers and on real
# returns; `eventstudy selfcheck` makes it again, with your own prices if you like:
# `eventstudy selfcheck --prices prices.parquet`.
