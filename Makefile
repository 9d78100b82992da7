# The contributor's whole vocabulary: `make` lists it.

PYTHON ?= python3
PIP_OPTIONS := --quiet --disable-pip-version-check
PIP := .venv/bin/python -m pip $(PIP_OPTIONS)
CLIENTS_PIP := .venv-clients/bin/python -m pip $(PIP_OPTIONS)
UV := .venv-lock/bin/uv
LOCK := $(UV) pip compile --quiet --no-config --universal --python-version 3.11 \
	--generate-hashes --default-index https://pypi.org/simple \
	--custom-compile-command "make lock" $(LOCK_ARGS) pyproject.toml
SOURCES := fakeai tests $(wildcard benchmarks)

# What writes the generated files.
DOCS_COMMAND := .venv/bin/python -m fakeai schema >schemas/fakeai.schema.json \
	&& .venv/bin/python -m fakeai metrics >docs/metrics.md \
	&& .venv/bin/python -m fakeai docs docs >/dev/null

# Nothing of the caller's Python may leak into the project's own.
unexport PYTHONHOME PYTHONPATH VIRTUAL_ENV PIP_PREFIX PIP_TARGET PIP_USER

.DELETE_ON_ERROR:
.PHONY: help serve test test-clients check bench docs lock format clean

help: # List these verbs
	@sed -n 's/^\([a-z-]*\):.* # /  make \1	/p' Makefile

serve: .venv/runtime # Run the server: make serve ARGS="--port 9000"
	@exec .venv/bin/fakeai serve $(ARGS)

test: check # Check, then run the tests: make test ARGS="tests/sim -k radix"
	@.venv/bin/python -m pytest --quiet --numprocesses auto $(ARGS)

test-clients: .venv-clients/ready # Run small programs of the frameworks that people use
	@.venv-clients/bin/python -m pytest --quiet tests/clients $(ARGS)

# Cheapest first, one after the other, so that the first message is the one to read.
check: .venv/dev # Lint, formatting, types, layers
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --check --quiet . || { .venv/bin/ruff format --diff .; exit 1; }
	@layers=$$(.venv/bin/lint-imports 2>&1) || { echo "$$layers"; exit 1; }
	@.venv/bin/mypy --no-error-summary

bench: .venv/dev # Measure the server against a bare ASGI application
	@.venv/bin/python -m benchmarks $(ARGS)

docs: .venv/dev # Write the generated pages and schemas again
	@$(DOCS_COMMAND)

format: .venv/dev # Format, and mend what can be mended
	@.venv/bin/ruff check --fix --quiet .
	@.venv/bin/ruff format --quiet .

lock: $(UV) # Pin what pyproject.toml asks for: make lock LOCK_ARGS=--upgrade
	@$(LOCK) --output-file requirements.lock
	@$(LOCK) --group dev --constraint requirements.lock --output-file requirements-dev.lock
	@$(LOCK) --group clients --output-file requirements-clients.lock

clean: # Remove all that these verbs have made
	@rm -rf .venv .venv-clients .venv-lock build dist .coverage .hypothesis .*_cache
	@find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python .venv-clients/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "fakeai needs Python 3.11 or newer: make PYTHON=python3.13 ..." >&2; exit 1; }
	@echo "Making $(@:/bin/python=) ..."
	@$(PYTHON) -m venv $(@:/bin/python=)

# Stamps. The second waits for the first: two pips in one environment would collide.
.venv/runtime: requirements.lock pyproject.toml | .venv/bin/python
	@$(PIP) install --requirement requirements.lock
	@$(PIP) install --no-deps --editable .
	@touch $@

.venv/dev: requirements-dev.lock .venv/runtime
	@$(PIP) install --requirement requirements-dev.lock
	@touch $@

# An environment of its own: the frameworks hold some packages below our versions.
.venv-clients/ready: requirements-clients.lock pyproject.toml | .venv-clients/bin/python
	@$(CLIENTS_PIP) install --requirement requirements-clients.lock
	@$(CLIENTS_PIP) install --no-deps --editable .
	@touch $@

$(UV):
	@$(PYTHON) -m venv .venv-lock
	@.venv-lock/bin/python -m pip $(PIP_OPTIONS) install uv
