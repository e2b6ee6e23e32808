# Every target works in a fresh clone: it first makes .venv from the locks, then does its job.
# `make run` installs what a run needs, requirements-run.lock; all others the rest as well,
# requirements.lock. Needed on the machine: Python 3.11 or later, git and make.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

PYTHON ?= python3
WORKERS ?= 2
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
RUNNABLE := $(VENV)/.runnable
INSTALLED := $(VENV)/.installed
# Tests of a file, which share what they set up, mostly stay with one worker.
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check
FREEZE := echo "\# Resolved on Python 3.11, the oldest supported, by \`make lock\`."; \
	  .venv-lock/bin/python -m pip freeze --exclude tradetalks

# Whatever the calling shell has set up for another project stays out of this one.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV PIP_TARGET PIP_PREFIX
export PIP_USER := 0

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

.PHONY: run
run: $(RUNNABLE) ## play the shipped scenario; ARGS="first-talk --seed 2" plays another
	$(BIN)/tradetalks run $(ARGS)

.PHONY: test
test: $(INSTALLED) ## lint, types and tests; ARGS="-k trust" goes to pytest
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check
	$(BIN)/python -m mypy
	$(PYTEST) -m "not long" $(ARGS)

.PHONY: fuzz
fuzz: $(INSTALLED) ## read 100,000 inputs made to do harm; ARGS="--count 2000 --reader genius"
	$(BIN)/python -m tests.fuzz $(ARGS)

# Apart from `test`, as the tests take about twice as long when their branches are watched.
.PHONY: coverage
coverage: $(INSTALLED) ## all tests, long ones too, and which lines and branches they miss
	HYPOTHESIS_PROFILE=thorough $(PYTEST) --cov --cov-report=term $(ARGS)

.PHONY: bench
bench: $(INSTALLED) ## measure speed and behaviour, with the machine and versions
	$(BIN)/python -m experiments.bench $(ARGS)

.PHONY: gallery
gallery: $(INSTALLED) ## play and draw the pictures in docs/gallery anew, a few minutes
	$(BIN)/python -m experiments.docs.gallery

.PHONY: reference
reference: $(INSTALLED) ## write the pages made of the code: docs/reference, and the parameters of allies-2025
	$(BIN)/python -m experiments.docs.pages

.PHONY: notebooks
notebooks: $(INSTALLED) ## play the scripts in notebooks/ into the .ipynb beside them; ARGS="notebooks/01_a_first_talk.py"
	$(BIN)/python -m experiments.docs.notebooks $(ARGS)

.PHONY: docs
docs: $(INSTALLED) ## build the documentation as a site, into site/
	$(BIN)/python -m experiments.docs.site site
	@echo "Open site/index.html; with search: $(BIN)/python -m http.server -d site"

.PHONY: format
format: $(INSTALLED) ## let ruff format the code and fix what it safely can
	$(BIN)/python -m ruff check --fix
	$(BIN)/python -m ruff format

.PHONY: setup
setup: $(INSTALLED) ## make .venv and nothing else

# Within what the locks pin: numba has a say in which numpy it works with.
.PHONY: fast
fast: $(RUNNABLE) ## add numba, 200 MB, which plays sweeps and many negotiations as machine code
	$(BIN)/python $(PIP_INSTALL) --only-binary :all: -c requirements.lock numba

.PHONY: lock
lock: ## resolve both locks anew, with Python 3.11
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { \
	  echo "make lock needs Python 3.11, the oldest supported: make lock PYTHON=python3.11" >&2; \
	  exit 1; }
	rm -rf .venv-lock
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python $(PIP_INSTALL) --upgrade pip
	.venv-lock/bin/python $(PIP_INSTALL) --only-binary :all: --group build .
	{ echo "# Exact versions of what a working copy installs to run: a part of requirements.lock."; \
	  $(FREEZE); } > .venv-lock/requirements-run.lock
	.venv-lock/bin/python $(PIP_INSTALL) --only-binary :all: \
	  -c .venv-lock/requirements-run.lock --group dev .
	{ echo "# Exact versions of everything a working copy installs, to run and to develop."; \
	  $(FREEZE); } > .venv-lock/requirements.lock
	mv .venv-lock/requirements-run.lock .venv-lock/requirements.lock .
	rm -rf .venv-lock

.PHONY: clean
clean: ## remove .venv, caches and build products
	rm -rf $(VENV) .venv-lock build dist htmlcov site .coverage .coverage.* \
	  .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find simulator agents experiments tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Wheels only and no build isolation: nothing that the locks do not pin is ever fetched.
$(RUNNABLE): requirements-run.lock pyproject.toml
	@command -v $(PYTHON) > /dev/null || { \
	  echo "tradetalks needs Python 3.11 or later, and $(PYTHON) is not there." >&2; \
	  echo "Install it, or name another one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "tradetalks needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) -V 2>&1)." >&2; \
	  echo "Name a newer one: make PYTHON=python3.11" >&2; exit 1; }
	@echo "Setting up $(VENV), once, with what a run needs: about a minute ..." >&2
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python $(PIP_INSTALL) --only-binary :all: -r requirements-run.lock
	$(BIN)/python $(PIP_INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(INSTALLED): requirements.lock $(RUNNABLE)
	@echo "Adding to $(VENV), once, what tests and checks need: another minute ..." >&2
	$(BIN)/python $(PIP_INSTALL) --only-binary :all: -r requirements.lock
	@touch $@
