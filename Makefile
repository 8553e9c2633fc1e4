# labctl's five commands for a clone (and `golden`). Each makes .venv when it is missing or old.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# When this make began: `make lab` says at its end where the time went.
BEGUN := $(shell date +%s)

# Most tests wait for servers and not for the processor: some at a time do not slow each other down.
TESTERS ?= 3

.PHONY: lab test lint bench golden clean
.DEFAULT_GOAL := lab

# `make lab`: a real lab running, and the verdict of every core exercise on the screen.
lab: $(VENV)/.run-time
	@LABCTL_BEGUN=$(BEGUN) $(BIN)/python -m labctl.cli.tour

test: $(VENV)/.development
	@$(BIN)/labctl doctor --fix --yes
	$(BIN)/pytest -n $(TESTERS) --dist loadgroup

lint: $(VENV)/.development
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.development
	@$(BIN)/labctl doctor --fix --yes
	$(BIN)/python -m tests.bench

# The reviewed texts in tests/golden, written anew; `git diff` then shows what has changed.
golden: $(VENV)/.development
	LABCTL_GOLDEN=write $(BIN)/pytest -q -p no:randomly tests/unit/test_golden.py

clean:
	rm -rf $(VENV) build dist .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# The libraries come with progress, and on Debian root gets Python's venv module if it lacks.
PREPARE = $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "labctl needs Python 3.11 or newer; if there is one: make PYTHON=python3.12" >&2; exit 3; }; \
	$(PYTHON) -B -m labctl.cli.prepare $(VENV)

$(VENV)/.run-time: pyproject.toml
	@$(PREPARE)
	@touch $@

$(VENV)/.development: pyproject.toml
	@$(PREPARE) dev
	@touch $(VENV)/.run-time $@
