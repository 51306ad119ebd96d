# `make up` starts everything on this machine; `make test` checks everything.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# Tests that wait for processes leave room for a third worker on two processors. Files go out in the order of
# tests/conftest.py.
PYTEST := $(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder

.PHONY: up test lint fmt chromium

up: $(VENV)/.local
	@exec $(BIN)/exodrive up

test: lint chromium
	@if command -v chromium >/dev/null; then \
		exec $(PYTEST); \
	elif [ "$$CI" = true ]; then \
		echo "FAILED: chromium is not installed, so the browser tests cannot run" >&2; exit 1; \
	else \
		echo "SKIPPED: browser tests, since chromium is not installed" >&2; \
		exec $(PYTEST) -m "not browser"; \
	fi

lint: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

fmt: $(VENV)/.dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# Where it can be had without asking anybody for a password.
chromium:
	@if ! command -v chromium >/dev/null && command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		export DEBIAN_FRONTEND=noninteractive; \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium </dev/null || true; \
	fi

# The environment of `up` is a part of that of the tests; each is made anew when its lock changes.
$(VENV)/.local: requirements/local.txt pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes -r $<
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes -r $<
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $(VENV)/.local $@

$(BIN)/python:
	@[ -n "$(PYTHON)" ] || { echo "ExoDrive needs Python 3.11 or newer; PYTHON=… names one" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "no virtual environment could be made; on Debian: apt-get install python3-venv" >&2; exit 1; }
