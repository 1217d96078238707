# The project's doors. Everything here works again and again; 'make help' lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
WORKERS ?= 2
ARGS ?=

# uv finds wheels where pip is told to, else takes torch without CUDA (gigabytes);
# UV_TORCH_BACKEND=auto takes the one for this machine's GPU.
ifdef PIP_FIND_LINKS
export UV_FIND_LINKS ?= $(PIP_FIND_LINKS)
else
export UV_TORCH_BACKEND ?= cpu
endif
ifdef PIP_INDEX_URL
export UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
endif
ifdef PIP_EXTRA_INDEX_URL
export UV_INDEX ?= $(PIP_EXTRA_INDEX_URL)
endif

.DEFAULT_GOAL := help
.PHONY: help setup up down status test lint format bench constraints clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/:[^#]*## */\t/' | expand -t 14

setup: $(STAMP) ## create .venv and install, unless that is done

$(STAMP): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing: apt install python3 python3-venv, or make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$$($(PYTHON) --version) is too old: Python 3.11 or later, e.g. make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make environments: apt install python3-venv" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip install --python $(BIN)/python -e '.[dev]' -c constraints.txt
	@touch $@

up: setup ## start everything and materialise the content; ARGS="--no-ui --dagster-port 3001"
	@$(BIN)/pygrounds up $(ARGS)

down: setup ## stop everything
	@$(BIN)/pygrounds down

status: setup ## what runs, what is in it
	@$(BIN)/pygrounds status

test: lint ## lint, types, import rules, and the whole suite
	$(BIN)/pytest -n $(WORKERS) $(ARGS)

lint: setup ## ruff, mypy, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## put the code in shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup ## every promise about speed, against its baseline; tables and plots in benchmarks/results
	@broken=0; for file in benchmarks/[a-z]*.py; do \
	  grep -q 'import.*report$$' $$file || continue; \
	  $(BIN)/python -m benchmarks.$$(basename $$file .py) || broken=1; \
	done; $(BIN)/python -m benchmarks.summary; exit $$broken

constraints: setup ## write constraints.txt from what is installed
	@{ sed -n '/^#/p' constraints.txt; \
	   $(BIN)/uv pip freeze --python $(BIN)/python --exclude-editable | sed -E 's/\+[a-z0-9.]+$$//' \
	   | grep -viE '^(uv|pip|setuptools|wheel)=='; } > constraints.new && mv constraints.new constraints.txt

clean: ## stop everything; remove the environment, the database and all that was generated
	@if [ -x $(BIN)/pygrounds ]; then $(BIN)/pygrounds reset --yes; fi
	rm -rf $(VENV) .pygrounds build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
