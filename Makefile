# One door for everybody: people, CI and the README use these targets. `make` alone lists them.

VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
TOOLS  := $(VENV)/.tools
S3     := $(VENV)/.s3/.ready
OIDC   := $(VENV)/.oidc/.ready

.DEFAULT_GOAL := help
.PHONY: help setup run demo test check fmt bench prove prints migration lock

help:                ## list these targets
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)$$/\1|\2/p' Makefile | awk -F'|' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(READY)      ## make the environment (.venv) from the pinned, hashed list

run: $(READY)        ## set up, create and fill the database, serve on 127.0.0.1:8000 (PORT=…)
	@$(BIN)/siklus run

demo: $(READY)       ## load the demo city into the database of SIKLUS_DATABASE_URL
	@$(BIN)/siklus demo

test: $(TOOLS) $(S3) $(OIDC) ## run everything: SQLite, PostgreSQL, Valkey and a real Chromium
	@$(BIN)/python -m tests.chromium
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

check: $(TOOLS)      ## lint, format, types, import table, templates, translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m mypy engine/core
	$(BIN)/python -m pytest -q tests/test_architecture.py tests/test_later.py tests/test_templates.py tests/test_translations.py tests/test_docs.py

fmt: $(TOOLS)        ## format the code and sort imports
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

bench: $(TOOLS)      ## measure against a hand-written floor, on SQLite and PostgreSQL
	@$(BIN)/python -m bench $(ARGS)

prove: $(TOOLS)      ## run the large proofs (people by the thousand, kills, midnight): ARGS=NAME for some
	@$(BIN)/python -m prove $(ARGS)

prints: $(READY)     ## print the regulation's worked example into docs/prints
	@$(BIN)/python scripts/prints

migration: $(TOOLS)  ## write a new migration from the tables: make migration NAME=add_units
	@$(BIN)/python -m engine.store.migrate new $(NAME)

LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links
lock: $(TOOLS)       ## resolve pyproject.toml again into the two lock files
	$(LOCK) --upgrade --output-file requirements.lock
	$(LOCK) --upgrade --extra dev --constraints requirements.lock --output-file requirements-dev.lock
	$(subst pyproject.toml,tests/s3/requirements.in,$(LOCK)) --upgrade --output-file tests/s3/requirements.lock
	$(subst pyproject.toml,tests/oidc/requirements.in,$(LOCK)) --upgrade --output-file tests/oidc/requirements.lock

$(READY): requirements.lock scripts/setup
	@PYTHON='$(PYTHON)' sh scripts/setup $(VENV)
	@touch $@

$(TOOLS): $(READY) requirements-dev.lock
	@echo 'Installing the tools of development ...'
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r requirements-dev.lock
	@touch $@

# Its own environment: the server's libraries clash with ours.
$(S3): $(READY) tests/s3/requirements.lock
	@echo 'Installing an S3 server for the tests ...'
	@$(BIN)/python -m venv $(VENV)/.s3
	@$(VENV)/.s3/bin/pip install -qq --disable-pip-version-check --no-input --require-hashes -r tests/s3/requirements.lock
	@touch $@

# A certified sign-in provider: a program for node, which comes as a wheel where the machine has none.
$(OIDC): $(READY) tests/oidc/package-lock.json tests/oidc/requirements.lock
	@echo 'Installing a sign-in provider for the tests ...'
	@mkdir -p $(VENV)/.oidc && cp tests/oidc/package.json tests/oidc/package-lock.json $(VENV)/.oidc
	@command -v npm >/dev/null || { $(BIN)/python -m venv $(VENV)/.oidc/own && $(VENV)/.oidc/own/bin/pip install -qq \
	  --disable-pip-version-check --no-input --require-hashes -r tests/oidc/requirements.lock; }
	@PATH="$$PATH:$(CURDIR)/$(VENV)/.oidc/own/bin" \
	  npm ci --prefix $(VENV)/.oidc --silent --no-audit --no-fund --ignore-scripts
	@touch $@
