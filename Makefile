# Each target builds .venv itself when it is missing, or older than what says what belongs in it.
# Another interpreter: make PYTHON=/path/to/python3.12 after make distclean.

VENV := .venv
# Processes of the quick tests; each holds the models, half a gigabyte.
TESTERS ?= 2
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
LAID_OUT := build/imports

# The first that really runs, is 3.11 or 3.12 and can make an environment: a version manager may leave a python3.12 on the path
# that only says that it isn't installed, and some systems ship Python without ensurepip.
FITS := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))
PYTHON ?= $(shell for name in python3.12 python3.11 python3; do \
	if "$$name" -c '$(FITS)' >/dev/null 2>&1; then command -v "$$name"; break; fi; done)

# Nothing is reported to anybody while we build and test.
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# Stale too: an environment whose interpreter has gone, or that was moved here from another folder (its scripts name the old one).
BROKEN := $(if $(wildcard $(STAMP)),$(shell \
	[ "$$(cat $(STAMP))" = '$(CURDIR)' ] && $(BIN)/python -c '$(FITS)' >/dev/null 2>&1 || echo yes))
ifeq ($(BROKEN),yes)
.PHONY: $(STAMP)
endif

.DEFAULT_GOAL := help
.PHONY: help venv run test test-flow lint format reference bench profile screenshots kb labels train clean distclean

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' Makefile

venv: $(STAMP) ## build or refresh .venv

$(STAMP): pyproject.toml setup.py constraints.txt
	@if [ '$(BROKEN)' = yes ] || ! $(BIN)/python -c '$(FITS)' 2>/dev/null; then \
		[ -n "$(PYTHON)" ] && "$(PYTHON)" -c '$(FITS)' 2>/dev/null || \
			{ echo "litclaims needs Python 3.11 or 3.12 with venv: install one, or say make PYTHON=/path/to/python3.12" >&2; exit 1; }; \
		"$(PYTHON)" -m venv --clear $(VENV); \
	fi
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@echo '$(CURDIR)' > $@

run: $(STAMP) ## read corpus/ and write tables and the page to outputs/corpus
	$(BIN)/litclaims run corpus --out outputs/corpus

test: $(STAMP) ## the quick tests
	$(BIN)/python -m pytest -m "not flow" -n $(TESTERS) --dist loadfile

test-flow: $(STAMP) ## the tests that start a Prefect server
	$(BIN)/python -m pytest -m flow

# import-linter walks one folder a package, and flows/ lies beside src/ until it is installed: it is shown a copy laid out as installed.
lint: $(STAMP) ## style, format, the order of imports, the schemas of the tables
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@rm -rf $(LAID_OUT) && mkdir -p $(LAID_OUT) && cp -R src/litclaims $(LAID_OUT)/ && cp -R flows $(LAID_OUT)/litclaims/flows
	PYTHONPATH=$(LAID_OUT) $(BIN)/lint-imports --no-cache
	$(BIN)/litclaims schemas --check

format: $(STAMP) ## mend style and format where ruff can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

reference: $(STAMP) ## write docs/reference again from the code
	$(BIN)/python docs/make_reference.py

bench: $(STAMP) ## measure speed and scale
	$(BIN)/python -m benchmarks.run
	$(BIN)/python -m benchmarks.start
	$(BIN)/python -m benchmarks.ingest
	$(BIN)/python -m benchmarks.throughput
	$(BIN)/python -m benchmarks.flow
	$(BIN)/python -m benchmarks.cores
	$(BIN)/python -m benchmarks.page

profile: $(STAMP) ## tell where the time of reading goes, by stage and function
	$(BIN)/python -m benchmarks.stages

screenshots: $(STAMP) ## take the pictures of the page in docs/img anew (needs a Chromium)
	rm -rf outputs/screenshots
	$(BIN)/litclaims run corpus --out outputs/screenshots --no-prefect
	$(BIN)/python docs/screenshots.py outputs/screenshots/report.html

labels: $(STAMP) ## train the labels of reference strings anew (STRINGS=anystyle-gold.xml)
	$(BIN)/python models/reference-labels/make.py $(STRINGS)

# Both need data that is not in the project: kb the ontologies, train the annotated abstracts (see models/README.md).
DATA ?= ../shared/data

kb: $(STAMP) ## compile models/kb again from DATA/vocab
	$(BIN)/python models/build_kb.py $(DATA)/vocab

train: $(STAMP) ## train models/disease_ner again from DATA (about ten minutes)
	OMP_NUM_THREADS=1 $(BIN)/python models/train_disease_ner.py $(DATA)

clean: ## remove what was generated
	rm -rf outputs build dist *.egg-info src/*.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find src flows tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

distclean: clean ## remove what was generated, and .venv
	rm -rf $(VENV)
