# make demo [PORT=8000] [FRESH=1]   install what is missing, then serve the demo on 127.0.0.1
# make test                         everything a change must pass: check, both databases, browser journeys
# make check                        format, lint, types, who may import whom
# make bench [ONLY=search_speed]    measurements; figures, never a verdict
# make campaign [ROUNDS=200]        processes killed without warning, many times over: nothing acknowledged may be lost
# make catalogue                    bring the translations up to date with the source, and compile them
# make clean                        remove what can be made again (instance/ with its data stays)

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help demo test check bench campaign catalogue clean

PORT ?= 8000
FRESH ?=
ONLY ?=
JOBS ?= auto
ROUNDS ?= 200
BIN := .venv/bin
SHAPE := pyproject.toml hatch_build.py
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard observatory/translations/*/LC_MESSAGES/messages.po))
TRANSLATED := es
export NO_COLOR := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

help:
	@sed -n '1,7s/^# //p' Makefile

demo: .venv/.program $(CATALOGUES)
	@exec $(BIN)/observatory demo --port $(PORT) $(if $(filter-out 0 no false,$(FRESH)),--fresh)

test: .venv/.tests $(CATALOGUES)
	@require=$$(tests/provision.sh); \
	$(MAKE) check; \
	echo "Tests:"; \
	OBSERVATORY_REQUIRE="$$require" $(BIN)/python -m pytest -n $(JOBS) --maxprocesses 8 --dist worksteal --durations 10

check: .venv/.tests
	@echo "Format:"; $(BIN)/ruff format --check .
	@echo "Lint:"; $(BIN)/ruff check .
	@echo "Types:"; $(BIN)/mypy
	@echo "Imports:"; $(BIN)/lint-imports --no-logo

bench: .venv/.tests $(CATALOGUES)
	@for script in tests/bench/$(if $(ONLY),$(ONLY),[!_]*).py; do \
		echo "== $$script"; $(BIN)/python "$$script"; \
	done

campaign: .venv/.tests $(CATALOGUES)
	@OBSERVATORY_CRASH_ROUNDS=$(ROUNDS) $(BIN)/python -m pytest tests/crash -n $(JOBS) --dist worksteal --durations 0 -rA

# The pattern of messages lives in the source only; .po files are what translators edit; .mo files are never committed.
catalogue: .venv/.program
	@mkdir -p .cache
	@$(BIN)/pybabel -q extract -F pyproject.toml -k _ -k lazy_ -k _n:1,2 -k gettext -k lazy_gettext -k ngettext:1,2 \
		-k lazy_ngettext:1,2 -k pgettext:1c,2 -k lazy_p:1c,2 --add-location=file --add-comments=NOTE: \
		--strip-comments --project=observatory --version=0 -o .cache/messages.pot .
	@for language in $(TRANSLATED); do \
		po=observatory/translations/$$language/LC_MESSAGES/messages.po; \
		if [ -f $$po ]; then \
			$(BIN)/pybabel -q update -i .cache/messages.pot -o $$po -l $$language -N --width=120 \
				--ignore-obsolete --ignore-pot-creation-date; \
		else \
			$(BIN)/pybabel -q init -i .cache/messages.pot -o $$po -l $$language --width=120; \
		fi; \
		$(BIN)/pybabel compile -i $$po -o $${po%.po}.mo -l $$language --statistics 2>&1 | grep -v '^compiling'; \
	done

%.mo: %.po
	@$(BIN)/pybabel -q compile -i $< -o $@ -l $(notdir $(patsubst %/LC_MESSAGES/messages.po,%,$<))

clean:
	rm -rf .venv .cache .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist *.egg-info
	rm -f observatory/translations/*/LC_MESSAGES/*.mo
	find observatory tests migrations seeds -name __pycache__ -prune -exec rm -rf {} +

# --- Installing: each stamp is newer than pyproject.toml once its part is in place ----------------------------------

# The first Python that is new enough and can make a virtual environment.
FIND_PYTHON = for python in python3.13 python3.12 python3.11 python3 python3.14; do \
	$$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
	python=; done

.venv/.ready:
	@if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
		$(FIND_PYTHON); \
		if [ -z "$$python" ]; then \
			echo "The Observatory needs Python 3.11 or newer with its venv module, and none was found."; \
			echo "On Debian or Ubuntu: apt-get install python3 python3-venv"; \
			exit 1; \
		fi; \
		echo "Making a virtual environment in .venv with $$($$python --version)."; \
		rm -rf .venv; $$python -m venv .venv; \
	fi
	@touch $@

.venv/.program: $(SHAPE) | .venv/.ready
	@echo "Installing the Observatory and its libraries into .venv (about a minute, once)."
	@$(call install,.[pdf])
	@touch $@

.venv/.tests: $(SHAPE) | .venv/.ready
	@echo "Installing the Observatory and what its tests need into .venv (about a minute, once)."
	@$(call install,.[test])
	@touch .venv/.program $@

# pip's own output goes to a file; a dot is shown for each package, and the end of that file when it fails.
install = if $(BIN)/python -m pip install --progress-bar off -e "$(1)" 2>&1 | tee .venv/install.log \
	| while read -r word rest; do case $$word in Collecting|Installing) printf .;; esac; done; then echo " done"; else \
	echo " failed:"; tail -n 15 .venv/install.log; exit 1; fi
