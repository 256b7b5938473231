# Footnote: two commands are enough, `make play` and `make test`. Works with GNU make 3.81 (macOS) and later.
# The same steps without make stand in README.md and docs/contributors.md.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
# Any Python of 3.11 to 3.14: `make PYTHON=/path/to/python test` chooses one; otherwise the first that is found.
PYTHON ?=
PYTHONS := python3 python3.14 python3.13 python3.12 python3.11
# Set to nothing where a package has no wheel for the machine and must be compiled.
WHEELS_ONLY ?= --only-binary=:all:
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
# Words that are handed on: make play ARGS='--learners 5', make test PYTEST_ARGS='tests/domain -x'.
ARGS ?=
PYTEST_ARGS ?=
PYTEST_WORKERS ?= auto

# What learners are quoted from; not part of the repository. With it, quotations are verified too.
FOOTNOTE_DOCUMENTS ?= $(wildcard ../shared/documents)

# A stamp bears the checksum of what was installed, and of the folder: nothing to do while it is there.
checksum = $(shell (pwd; cat $(1) pyproject.toml) 2>/dev/null | cksum | cut -d ' ' -f 1)
PLAY_STAMP := $(VENV)/.play-$(call checksum,requirements-play.txt)
DEV_STAMP := $(VENV)/.dev-$(call checksum,requirements-dev.txt requirements-play.txt)

LOCK_TOOLS := build/lock-tools
UPGRADE ?=
LOCK := $(LOCK_TOOLS)/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--fork-strategy fewest \
	--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links
LOCKED_PYTHONS := 3.11 3.12 3.13 3.14
LOCKED_SYSTEMS := x86_64-unknown-linux-gnu aarch64-unknown-linux-gnu x86_64-apple-darwin aarch64-apple-darwin \
	x86_64-pc-windows-msvc

.PHONY: help play test lint types format check bench torture lock clean messages

help:  ## show this list
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/:.*## /|/' | awk -F '|' '{ printf "  make %-8s %s\n", $$1, $$2 }'

play: $(PLAY_STAMP)  ## try Footnote on this machine, with a Discord of its own in the browser
	@echo "== starting the playground (Ctrl-C ends it)"
	@exec $(BIN)/footnote play $(ARGS)

test: $(DEV_STAMP)  ## run all tests
ifeq ($(strip $(FOOTNOTE_DOCUMENTS)),)
	@echo "== running the tests; the documents are not here, so quotations are not verified"
else
	@echo "== running the tests, with the documents in $(FOOTNOTE_DOCUMENTS)"
endif
ifeq ($(strip $(PYTEST_ARGS)),)
	@FOOTNOTE_DOCUMENTS="$(FOOTNOTE_DOCUMENTS)" $(BIN)/python -m pytest -q -n $(PYTEST_WORKERS) --dist worksteal --ignore tests/browser
	@echo "== a whole round in a browser; alone, because it measures how soon a reveal is seen"
	@FOOTNOTE_DOCUMENTS="$(FOOTNOTE_DOCUMENTS)" $(BIN)/python -m pytest -q -rs tests/browser
else
	@FOOTNOTE_DOCUMENTS="$(FOOTNOTE_DOCUMENTS)" $(BIN)/python -m pytest -n $(PYTEST_WORKERS) $(PYTEST_ARGS)
endif

messages: $(DEV_STAMP)  ## collect all sentences for translators (bot/locales/footnote.pot)
	@$(BIN)/python -m scripts.catalogue

lint: $(DEV_STAMP)  ## check formatting and lint rules
	@echo "== checking format and lint"
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: $(DEV_STAMP)  ## check types
	@echo "== checking types"
	@$(BIN)/python -m mypy

format: $(DEV_STAMP)  ## put the code into its format and mend what ruff can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

check: $(DEV_STAMP)  ## check the course, and its quotations where the documents are here
ifeq ($(strip $(FOOTNOTE_DOCUMENTS)),)
	@echo "== checking the course; the documents are not here, so quotations are not verified"
	@$(BIN)/footnote bank check zhongguancun
else
	@echo "== checking the course against the documents in $(FOOTNOTE_DOCUMENTS)"
	@$(BIN)/footnote bank check zhongguancun --documents "$(FOOTNOTE_DOCUMENTS)"
endif

bench: $(DEV_STAMP)  ## measure speed, memory and size against their targets (ARGS=--quick: a minute)
	@echo "== measuring; on a machine that does nothing else, for figures to be compared"
	@$(BIN)/python -m benchmarks $(ARGS)

torture: $(DEV_STAMP)  ## hurt the real process in every way we know, 200 kills among them (a quarter of an hour)
	@$(BIN)/python -m tests.faults $(ARGS)

lock: $(LOCK_TOOLS)/bin/uv  ## pin what pyproject.toml asks for (UPGRADE=1: the newest releases)
	@echo "== pinning the packages for development, the playground and the server"
	@$(LOCK) $(if $(UPGRADE),--upgrade) --extra play --extra postgres --group dev -o requirements-dev.txt
	@$(LOCK) --upgrade -c requirements-dev.txt --extra play --group build -o requirements-play.txt
	@$(LOCK) --upgrade -c requirements-dev.txt --extra postgres --extra metrics -o requirements.txt
	@echo "== looking for a wheel of each on every system and Python"
	@set -e; for system in $(LOCKED_SYSTEMS); do for version in $(LOCKED_PYTHONS); do \
		echo "   $$system, Python $$version"; \
		$(LOCK_TOOLS)/bin/uv pip install --quiet --dry-run --target build/dry-run --require-hashes --only-binary :all: \
			--python-platform $$system --python-version $$version -r requirements-dev.txt; \
	done; done

clean:  ## remove what was made here: the environment, caches and builds
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@set -e; python=; \
	for candidate in $(if $(PYTHON),"$(PYTHON)",$(PYTHONS)); do \
		if "$$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; \
		then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
		echo "Footnote needs Python 3.11, 3.12, 3.13 or 3.14, and $(if $(PYTHON),$(PYTHON) is none,none was found (looked for: $(PYTHONS)))." >&2; \
		echo "Install one, or name it: make PYTHON=/path/to/python3 $(MAKECMDGOALS)" >&2; exit 1; \
	fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "$$python cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; \
	fi; \
	echo "== making $(VENV) with $$("$$python" --version)"; \
	"$$python" -m venv --clear $(VENV)

# The project goes in after its packages, without asking any index again.
define install
	@rm -f $(VENV)/.play-* $(VENV)/.dev-*
	@echo "== installing the pinned packages of $(1) into $(VENV) (a minute or two, once)"
	@$(PIP) install --require-hashes $(WHEELS_ONLY) -r $(1)
	@$(PIP) install --no-deps --no-build-isolation -e .
endef

$(PLAY_STAMP): | $(BIN)/python
	$(call install,requirements-play.txt)
	@touch $@

# Whoever can develop can also play.
$(DEV_STAMP): | $(BIN)/python
	$(call install,requirements-dev.txt)
	@touch $@ $(PLAY_STAMP)

$(LOCK_TOOLS)/bin/uv: | $(BIN)/python
	@echo "== installing uv, which makes the locks, into $(LOCK_TOOLS)"
	@$(BIN)/python -m venv --clear $(LOCK_TOOLS)
	@$(LOCK_TOOLS)/bin/python -m pip --disable-pip-version-check -qq install 'uv>=0.9'
