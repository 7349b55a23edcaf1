# Everything one does with the project. `make` alone lists the targets.

PYTHON ?= python3.11
PORT ?= 8000
WORKERS ?= $(shell nproc)
ENTITIES ?= 10000
# Browsers and servers side by side make each other wait: what fails there is tried once more alone, and then counts.
ALONE := --last-failed --last-failed-no-failures none
# By file, because a file's tests share what is costly to set up, and in the order of conftest.py.
SIDE_BY_SIDE := -n $(WORKERS) --dist loadfile --no-loadscope-reorder
# A Python that only answers through a version manager counts as found, too.
PYTHON313 ?= $(shell for python in python3.13 $$HOME/.pyenv/versions/3.13*/bin/python3.13; do \
	$$python -c '' 2>/dev/null && echo $$python && break; done)
# Python compiles each module once and not at every start, of which the tests make hundreds.
export PYTHONDONTWRITEBYTECODE :=
FAULTS := tests/contract/test_bad_plugins.py tests/production/test_server.py
VENV := .venv
BIN := $(VENV)/bin
STATIC_SOURCES := $(shell find static plugins -path '*/static/*' -type f 2>/dev/null) $(shell find static -type f) config/settings.py
BROWSER := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

# The templates of bad plugins are wrong on purpose.
TEMPLATES := $(shell git ls-files '*.html' ':!tests/plugins/[!h]*')

.DEFAULT_GOAL := help
.PHONY: help run dev test test-postgresql test-faults test-fuzz test-toggle test-kill test-django61 lint conformance \
	bench bench-backstage assets screenshots clean

help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

$(VENV)/runtime: requirements.txt
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/development: requirements.txt requirements-dev.txt
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/runtime

var/static/staticfiles.json: $(VENV)/runtime $(STATIC_SOURCES)
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@touch $@

run: $(VENV)/runtime var/static/staticfiles.json ## Install, migrate, load the demo and serve on 127.0.0.1:8000 (PORT, CATALOG)
	@PORT=$(PORT) $(BIN)/python manage.py prepare
	@PORT=$(PORT) $(BIN)/python -m config.serve

dev: $(VENV)/runtime ## Serve with reload, unhashed static files and tracebacks
	@FOYER_DEBUG=1 $(BIN)/python manage.py prepare
	@FOYER_DEBUG=1 $(BIN)/python manage.py runserver 127.0.0.1:$(PORT)

test: $(VENV)/development var/static/staticfiles.json browser ## Run all tests but the slow suites; some need PostgreSQL or Redis
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) -m "not slow" || $(BIN)/python -m pytest -m "not slow" $(ALONE)

test-postgresql: $(VENV)/development ## Run what uses the database once more, on PostgreSQL
	@$(BIN)/python -m tests.on_postgresql $(SIDE_BY_SIDE) || $(BIN)/python -m tests.on_postgresql $(ALONE)

test-faults: $(VENV)/development var/static/staticfiles.json ## Start the portal beside each bad plugin, and kill servers
	@$(BIN)/python -m pytest -q -n $(WORKERS) -m slow $(FAULTS) || $(BIN)/python -m pytest -q -m slow $(FAULTS) $(ALONE)

test-fuzz: $(VENV)/development ## Try parsers and whatever has rules with many more examples (FOYER_EXAMPLES, 5000)
	@FOYER_EXAMPLES=$${FOYER_EXAMPLES:-5000} $(BIN)/python -m pytest -q $(SIDE_BY_SIDE) -m hypothesis

test-toggle: $(VENV)/development var/static/staticfiles.json ## Toggle a plugin in two processes (FOYER_TOGGLE_ROUNDS, 40)
	@FOYER_TOGGLE_ROUNDS=$${FOYER_TOGGLE_ROUNDS:-40} $(BIN)/python -m pytest -q tests/contract/test_toggle.py

test-kill: $(VENV)/development ## Kill workers that read the catalog, at random (FOYER_KILL_ENTITIES, 20000; FOYER_KILL_TIMES, 12)
	@FOYER_KILL_ENTITIES=$${FOYER_KILL_ENTITIES:-20000} FOYER_KILL_TIMES=$${FOYER_KILL_TIMES:-12} \
		$(BIN)/python -m pytest -q tests/tasks/test_kill.py

test-django61: ## Run the contract's tests on Django 6.1 with Python 3.13, where it is found
ifeq ($(PYTHON313),)
	@echo "Python 3.13 was not found: the contract was not tested on Django 6.1."
else
	@test -x var/django61/bin/python || $(PYTHON313) -m venv var/django61
	@sed 's/^Django==[^ ]*/Django==6.1.*/' requirements.txt > var/requirements.txt
	@cp requirements-dev.txt var/
	@var/django61/bin/pip install --quiet --disable-pip-version-check -r var/requirements-dev.txt
	@var/django61/bin/python -m pytest -q $(SIDE_BY_SIDE) tests/contract tests/cards -m "not slow" \
		|| var/django61/bin/python -m pytest -q tests/contract tests/cards -m "not slow" $(ALONE)
endif

browser:
	@test -n "$(BROWSER)" || (apt-get install -y -qq chromium >/dev/null 2>&1 \
		|| (apt-get update -qq && apt-get install -y -qq chromium) >/dev/null 2>&1 \
		|| echo "Chromium could not be installed: browser tests will be skipped.")
.PHONY: browser

lint: $(VENV)/development var/static/staticfiles.json ## Check style, types, imports, templates, settings and migrations
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/djade --check --target-version 5.2 $(TEMPLATES)
	@$(BIN)/djlint --lint --quiet $(TEMPLATES)
	@$(BIN)/python manage.py makemigrations --check --dry-run
	@sh deploy/check.sh $(BIN)/python

conformance: $(VENV)/development ## Compare verdicts on entity files with Backstage's own (CORPUS=DIR)
	@$(BIN)/python -m conformance $(CORPUS)

bench: $(VENV)/development var/static/staticfiles.json ## Measure the figures the project holds itself to
	@$(BIN)/python -m benchmarks

bench-backstage: $(VENV)/development var/static/staticfiles.json ## Measure beside a stock Backstage from npm (ENTITIES, SHORT=1)
	@$(BIN)/python -m benchmarks.backstage --entities $(ENTITIES) $(if $(SHORT),--short)

screenshots: $(VENV)/development var/static/staticfiles.json browser ## Take the pictures of the README again
	@$(BIN)/python docs/screenshots.py

assets: ## Build the script bundle and the icon sprite again from their npm packages
	@cd frontend && npm ci --ignore-scripts --silent && npm run --silent build

clean: ## Remove what was made, the local database included
	rm -rf $(VENV) var
