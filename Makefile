# Everything happens in .venv: nothing is assumed but Python >= 3.11 with venv, git and make.

SHELL := /bin/sh
.DEFAULT_GOAL := help

VENV := .venv
RUN := $(VENV)/bin/
# The environment is this folder's own, whichever one is active in the shell; no other Python is fetched.
export UV_PROJECT_ENVIRONMENT := $(CURDIR)/$(VENV)
export UV_PYTHON_DOWNLOADS := never
# Behind a company's proxy its certificate is in the system's store, where pip and git find it too.
export UV_SYSTEM_CERTS := true
# Python keeps what it has compiled: the commands that tests start would each compile everything anew.
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE

# How many tests run at the same time: one more than CI has cores, since many wait for a broker.
WORKERS ?= 3

.PHONY: help
help: ## Show these targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(VENV)/.synced ## Make .venv with exactly the packages that uv.lock names

.PHONY: demo
demo: setup ## Make a demo store and show the first answers
	@$(RUN)dealtrail demo
	@echo
	@echo 'To type dealtrail as it stands here, first: source $(RUN)activate'

.PHONY: test
test: setup ## Run all tests; those of domain/ and engine/ must reach 95 % branch coverage there
	@rm -f .coverage .coverage.*
	$(RUN)pytest -n $(WORKERS) --cov=domain --cov=engine --cov-report=
	$(RUN)coverage report --fail-under=95

.PHONY: check
check: setup ## Check format, lint, types, import contracts and what the events promise
	$(RUN)ruff format --check .
	$(RUN)ruff check .
	$(RUN)mypy
	$(RUN)lint-imports --no-logo
	$(RUN)python -m consumers.contract --check

.PHONY: format
format: setup ## Format the code and mend what the linter can mend
	$(RUN)ruff format .
	$(RUN)ruff check --fix .

.PHONY: coverage
coverage: setup ## Run all tests, which takes longer, and show what they miss in every room
	@rm -f .coverage .coverage.*
	$(RUN)pytest -n $(WORKERS) --cov --cov-report= --cov-all-tests
	$(RUN)coverage html --quiet
	$(RUN)coverage report
	@echo 'Line by line: htmlcov/index.html'

.PHONY: bench
bench: setup ## Measure against raw SQLite and the plain library, and write docs/benchmarks.md
	$(RUN)python -m benchmarks --write docs/benchmarks.md

.PHONY: torture
torture: setup ## The long runs: 1,000 kills, a million racing events; prints what was counted
	$(RUN)pytest --torture -n $(WORKERS) -rP
	$(RUN)pytest --read-models-on-postgres -n $(WORKERS) tests/projections

.PHONY: kafka
kafka: setup ## Run a Kafka broker of its own in the foreground; it says its address, Ctrl+C stops it
	@$(RUN)python -m tests.servers.kafka_broker

.PHONY: clean
clean: ## Remove the environment and everything that tools leave behind
	rm -rf $(VENV) build dist htmlcov .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp is older than the lock only when the lock has changed: otherwise no network is needed.
$(VENV)/.synced: pyproject.toml uv.lock | $(VENV)/bin/uv
	$(RUN)uv sync --frozen --quiet --python $(RUN)python
	@touch $@

$(VENV)/bin/uv: | $(VENV)/bin/python
	$(RUN)python -m pip install --quiet --disable-pip-version-check uv

$(VENV)/bin/python:
	@without=; for candidate in python3.13 python3.12 python3.11 python3.14 python3 python; do \
	  if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	    if $$candidate -c 'import ensurepip, venv' >/dev/null 2>&1; then \
	      echo "Making $(VENV) with $$($$candidate --version)"; \
	      exec $$candidate -m venv $(VENV); \
	    fi; \
	    without="$$without $$candidate"; \
	  fi; \
	done; \
	if [ -n "$$without" ]; then \
	  echo "Found$$without, but without the module venv (or ensurepip): install it and try again (Debian and Ubuntu: the package python3-venv)." >&2; \
	else \
	  echo 'dealtrail needs Python 3.11 or newer and found none. Install one (https://www.python.org/downloads/, or your system'\''s package python3.13) so that "python3.13 --version" answers, and try again.' >&2; \
	fi; \
	exit 1
