# make demo   the main job: sets up .venv, compares strategies in one scenario, says who wins
# make test   the same set-up, then every test; also on a second Python with another Mesa, where there is one
# make quick  the tests of single rooms, stored results and the order of rooms, while working
# make bench  throughput and memory beside plain Mesa and C
# make docs   the pages of docs/reference that need no run;  make evidence  the pages of docs/evidence, by runs (hours);
# make readme the answers of README.md;  make golden  the stored results and texts, anew;  make lock  the pinned versions;  make clean

SHELL := /bin/sh
PYTHON ?= $(shell .ci/find-python 3.11 3.12 3.13)
SECOND ?= $(shell .ci/find-python $(if $(findstring 3.11,$(shell $(PYTHON) --version 2>&1)),3.13 3.12,3.11))
BIN := .venv/bin
BIN2 := .venv-second/bin
PIP := -m pip install --quiet --disable-pip-version-check
DEMO := scenario=bond_ladder population.customers=2000 experiment.replications=6
TESTS ?=
# Every core. A file of tests stays on one worker, which makes once what its tests share; long files come first
# (tests/conftest.py). No finer: groups of tests, --dist loadgroup, are lost in pytest 9.2 with pytest-xdist 3.8.
PARALLEL ?= -n auto --dist loadscope --no-loadscope-reorder
QUICK := tests/unit tests/kernel tests/golden tests/architecture sim

.PHONY: demo test quick check core suite bench docs evidence readme golden lock clean python

demo: .venv/ready
	$(BIN)/guanxi run $(DEMO)

test: .venv/ready-test
	@status=0; $(MAKE) --no-print-directory check || status=1; \
	$(MAKE) --no-print-directory core || status=1; \
	$(MAKE) --no-print-directory suite || status=1; \
	test -n "$(SECOND)" || $(ABSENT); \
	test $$status = 0 || echo "make test: FAILED, see above"; exit $$status

check: .venv/ready-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

suite: .venv/ready-test
	$(BIN)/python -m pytest $(PARALLEL) $(TESTS)

quick: .venv/ready-test
	$(BIN)/python -m pytest $(PARALLEL) -m "not slow" $(QUICK)

# The suite's core on a second Python: 3.13 or 3.12 with Mesa 3.5, if the first has Mesa 3.3; else 3.11 with Mesa 3.3.
ABSENT = echo "**** ONLY ONE PYTHON: no other of 3.11, 3.12, 3.13 is here, so the core was NOT run on another Mesa ****"
core:
ifeq ($(SECOND),)
	@$(ABSENT)
else
	@$(MAKE) --no-print-directory .venv-second/ready
	@echo "the suite's core on $(SECOND):"; $(BIN2)/python -c "import sys, mesa; print('Python', sys.version.split()[0], 'Mesa', mesa.__version__)"
	$(BIN2)/python -m pytest $(PARALLEL) -m core -p no:cacheprovider $(TESTS)
endif

bench: .venv/ready
	$(BIN)/guanxi bench

docs: .venv/ready
	$(BIN)/python docs/generators/reference.py

# RUNS keeps the run folders of the scenarios and of the industries: what is there already is not run again.
RUNS ?= runs/evidence
GENERATORS := docs/generators
evidence: .venv/ready
	$(BIN)/python $(GENERATORS)/findings.py $(RUNS)
	$(BIN)/python $(GENERATORS)/facts.py $(RUNS)
	$(BIN)/python $(GENERATORS)/concepts.py $(RUNS)
	$(BIN)/python $(GENERATORS)/industries.py $(RUNS)/industries
	$(BIN)/python $(GENERATORS)/calibration.py
	$(BIN)/python $(GENERATORS)/causes.py
	$(BIN)/python $(GENERATORS)/mixes.py
	$(BIN)/python $(GENERATORS)/power.py
	$(BIN)/python $(GENERATORS)/when_which_wins.py

readme: .venv/ready-test
	PYTHONPATH=tests $(BIN)/python tests/acceptance/test_readme.py

# Versions that are pinned already stay as long as pyproject.toml allows them; UPGRADE=--upgrade takes the newest.
LOCK = $(BIN)/uv pip compile --quiet pyproject.toml --universal --no-header --no-annotate --no-emit-index-url $(UPGRADE)
lock: .venv/ready
	$(BIN)/python $(PIP) uv
	$(LOCK) --group build --output-file requirements.txt
	$(LOCK) --group build --all-extras --constraint requirements.txt --output-file requirements-test.txt

golden: .venv/ready-test
	$(BIN)/python tests/golden/digests.py
	PYTHONPATH=tests $(BIN)/python tests/golden/scenarios.py

clean:
	rm -rf .venv .venv-second build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find sim -name __pycache__ -type d -prune -exec rm -rf {} +

python:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 with venv is needed; name one with: make PYTHON=/path/to/python"; exit 2; }

.venv/ready: requirements.txt pyproject.toml | python
	$(PYTHON) -m venv .venv
	@echo "installing the pinned dependencies (a minute or two)"
	$(BIN)/python $(PIP) -r requirements.txt
	$(BIN)/python $(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/ready-test: .venv/ready requirements-test.txt
	$(BIN)/python $(PIP) -r requirements-test.txt
	@touch $@

.venv-second/ready: requirements.txt requirements-test.txt pyproject.toml
	$(SECOND) -m venv .venv-second
	$(BIN2)/python $(PIP) -r requirements.txt
	$(BIN2)/python $(PIP) --constraint requirements-test.txt pytest pytest-xdist hypothesis gymnasium jsonschema
	$(BIN2)/python $(PIP) --no-deps --no-build-isolation --editable .
	@touch $@
