# Everything one does with the project. `make` alone lists the targets.

PYTHON ?= python3.11
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
STATIC_SOURCES := $(shell find static plugins -path '*/static/*' -type f 2>/dev/null) $(shell find static -type f) config/settings.py
BROWSER := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

.DEFAULT_GOAL := help
.PHONY: help run dev test lint bench assets setup clean

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
	@$(BIN)/python manage.py collectstatic --noinput --clear --verbosity 0
	@touch $@

run: $(VENV)/runtime var/static/staticfiles.json ## Install, migrate, load the demo and serve on 127.0.0.1:8000 (PORT, CATALOG)
	@$(BIN)/python manage.py prepare
	@PORT=$(PORT) $(BIN)/python -m config.serve

dev: $(VENV)/runtime ## Serve with reload, unhashed static files and tracebacks
	@FOYER_DEBUG=1 $(BIN)/python manage.py prepare
	@FOYER_DEBUG=1 $(BIN)/python manage.py runserver 127.0.0.1:$(PORT)

test: $(VENV)/development var/static/staticfiles.json browser ## Run every test; says what was skipped for want of what
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

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
	@$(BIN)/djade --check --target-version 5.2 $$(git ls-files '*.html')
	@$(BIN)/djlint --lint --quiet $$(git ls-files '*.html')
	@$(BIN)/python manage.py makemigrations --check --dry-run
	@sh deploy/check.sh $(BIN)/python

clean: ## Remove what was made, the local database included
	rm -rf $(VENV) var
