# Everything a developer does, on a machine with no more than make and Python 3.11, 3.12 or 3.13.
# PYTHON= chooses the interpreter, VENV= where its environment lies, JOBS= how many tests run at once.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test test-all lint format bench fuzz docs lock wheel clean venv programs forges
.DELETE_ON_ERROR:

PYTHON ?= $(shell dev/find-python)
VENV ?= .venv
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip -qq --disable-pip-version-check

help:  ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.runtime  ## The whole main job on a bundled repository and registry, in under a minute
	@dev/programs git
	@$(RUN) -m bot demo

test: $(VENV)/.dev programs forges  ## The tests (COVER=1: with coverage of bot/, which takes half as long again)
	$(RUN) -m pytest -q -rs -n $(JOBS) -m "not slow" $(if $(COVER),--cov --cov-report=term) $(OPTIONS)

test-all: $(VENV)/.dev programs forges  ## The tests and the slow tests, with more and other examples
	HYPOTHESIS_PROFILE=thorough $(RUN) -m pytest -q -rs -n $(JOBS) --cov --cov-report=term

lint: $(VENV)/.dev  ## Style, types, import contracts
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

format: $(VENV)/.dev  ## Put the code in the one style
	$(VENV)/bin/ruff check --fix-only
	$(VENV)/bin/ruff format

bench: $(VENV)/.dev programs  ## Measure what the project promises; figures also in bench/out/
	@dev/peers $(VENV)
	@$(RUN) -m bench

fuzz: $(VENV)/.dev  ## Feed every reader with what was never meant to be read (FUZZ_SECONDS=20 for each; TARGETS=)
	@dev/fuzz $(VENV) $(TARGETS)

docs: $(VENV)/.dev  ## Write the generated pages and schemas anew; check every link
	@$(RUN) docs/generate.py
	@$(RUN) docs/show_proposal.py
	@$(RUN) docs/check_links.py

lock: $(VENV)/.dev  ## Lock the newest dependencies, with hashes
	$(call compile,runtime.txt,pyproject.toml)
	$(call compile,dev.txt,--allow-unsafe requirements/dev.in)

wheel: $(VENV)/.dev programs  ## Build the wheel, install it alone and try it
	@dev/try-wheel $(RUN)

clean:  ## Remove what was made here
	rm -rf .venv .venv-3.* dist bench/out fuzz-out .coverage .coverage.* .mypy_cache .ruff_cache .import_linter_cache .hypothesis

venv: $(VENV)/.dev

programs:
	@dev/programs git docker-registry skopeo htpasswd=apache2-utils rpmbuild=rpm \
		db5.3_load=db5.3-util dpkg-architecture=dpkg-dev nginx=nginx-light fcgiwrap

forges: $(VENV)/.dev
	@dev/forges $(VENV)
	@dev/oracles $(VENV)

# Two stamps, so that the demo waits for the run-time dependencies only.
$(VENV)/.python:
	@dev/make-venv "$(PYTHON)" $(VENV)
	@touch $@

$(VENV)/.runtime: requirements/runtime.txt $(VENV)/.python
	@echo "Installing what basewatch runs on ..."
	@$(PIP) install --require-hashes -r requirements/runtime.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	@echo "Installing what developing takes ..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

define compile
CUSTOM_COMPILE_COMMAND="make lock" $(RUN) -m piptools compile --quiet --upgrade --generate-hashes --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o requirements/$(1) $(2)
endef
