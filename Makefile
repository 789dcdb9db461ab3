# `make demo` and `make test` need Python 3.11 or newer and nothing else: they make their own
# environment in .venv. Another interpreter: make demo PYTHON=python3.12. Not with uv: make demo UV=

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell uv --version >/dev/null 2>&1 && echo uv)

ifeq ($(UV),)
MAKE_VENV = "$(PYTHON)" -m venv $(VENV)
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check
else
MAKE_VENV = $(UV) venv --quiet --python "$(PYTHON)" $(VENV)
INSTALL = $(UV) pip install --quiet --compile-bytecode --python $(BIN)/python
endif

# Each stamp says which extra is installed; a change of pyproject.toml installs again.
REPORT := $(VENV)/report.stamp
DEV := $(VENV)/dev.stamp
DOCS := $(VENV)/docs.stamp

.PHONY: help demo test lint notebooks docs clean
.DEFAULT_GOAL := help

help:  ## Show this list.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

demo: $(REPORT)  ## Run the study of data/ai-announcements on simulated prices, offline.
	$(BIN)/eventstudy run data/ai-announcements --prices simulated --out reports/demo
	@echo "Open reports/demo/report.html in a browser, or reports/demo/report.pdf."

test: $(DEV)  ## Run the tests; the notebooks have their own target.
	$(BIN)/python -m pytest -n auto --ignore=tests/test_notebooks.py

lint: $(DEV)  ## Check format, style and types.
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy

notebooks: $(DEV)  ## Execute every notebook on the simulated market and check its pair.
	$(BIN)/python -m pytest tests/test_notebooks.py

# From nothing each time: pages made from the program do not see it change.
docs: $(DOCS)  ## Build the documentation site into build/docs, offline.
	@rm -rf build/docs build/doctrees
	$(BIN)/sphinx-build --quiet --fail-on-warning --nitpicky -d build/doctrees docs build/docs

clean:  ## Remove the environment, the caches and the demo's report.
	rm -rf $(VENV) reports/demo build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks
	find eventstudy tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$(PYTHON) is missing or older than Python 3.11; install 3.11 or newer," >&2; \
	  echo "or name the one to use: make $(or $(MAKECMDGOALS),demo) PYTHON=python3.12" >&2; \
	  exit 1; }
	@$(MAKE_VENV)

$(REPORT): pyproject.toml | $(BIN)/python
	@echo "Installing into $(VENV), a minute or two, once ..."
	@$(INSTALL) --editable ".[report]"
	@touch $@

$(DEV): pyproject.toml | $(BIN)/python
	@echo "Installing into $(VENV), a minute or two, once ..."
	@$(INSTALL) --editable ".[dev]"
	@touch $(REPORT) $@

$(DOCS): pyproject.toml | $(BIN)/python
	@echo "Installing into $(VENV), a minute or two, once ..."
	@$(INSTALL) --editable ".[docs]"
	@touch $@
