# Everything that a developer or CI runs. Needs Python 3.11 or later, nothing else.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The environment is whole when READY exists and names the folder it was made in: a virtual
# environment that was moved or copied does not work.
VENV := .venv
BIN := $(VENV)/bin
LOCKED := $(VENV)/.locked
READY := $(VENV)/.ready
ifneq ($(shell $(BIN)/python -c '' 2>/dev/null && cat $(READY) 2>/dev/null),$(shell pwd))
$(LOCKED): FORCE
endif

PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input

# Prints the first Python that will do; without one says what to install and fails.
FIND_PYTHON = \
	for python in $(PYTHON) python3 python3.13 python3.12 python3.11 python3.14; do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  if "$$python" -c 'import ensurepip, venv' 2>/dev/null; then echo "$$python"; exit; fi; \
	  bare="$$bare $$python"; \
	done; \
	if [ -n "$$bare" ]; then \
	  echo "make: found$$bare, but without the modules venv and ensurepip." \
	    "On Debian or Ubuntu: apt-get install python3-venv" >&2; \
	else \
	  echo "make: no Python 3.11 or later found. Install one, or name it:" \
	    "make $(or $(MAKECMDGOALS),build) PYTHON=/path/to/python3" >&2; \
	fi; \
	exit 1

# Holds a lock on this file while a command runs, so that two makes at once set up only once.
EXCLUSIVELY = import fcntl, subprocess, sys; lock = open("Makefile", "r+"); \
	fcntl.flock(lock, fcntl.LOCK_EX); sys.exit(subprocess.call(sys.argv[1:]))

# Apart, because make would run a line that names it even under --dry-run.
MAKE_READY = env MAKEFLAGS= $(MAKE) --silent $(READY)

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' Makefile | \
	  while IFS='	' read -r name text; do printf 'make %-12s %s\n' "$$name" "$$text"; done

.PHONY: setup
setup: ## make .venv with every library, at the versions of requirements.lock
	@python=$$($(FIND_PYTHON)) && \
	  "$$python" -c '$(EXCLUSIVELY)' $(MAKE_READY) PYTHON="$$python"

$(LOCKED): requirements.lock
	@echo 'make: setting up $(VENV) (once; a minute or two)' >&2
	@"$(PYTHON)" -m venv --clear $(VENV)
	@$(PIP) install --require-hashes --requirement requirements.lock
	@touch $@

$(READY): $(LOCKED) pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@pwd >$@

.PHONY: build
build: setup ## build the knowledge graph of seeds/ into build/
	$(BIN)/kg build seeds --out build

SCREENSHOTS := artifacts/screenshots
.PHONY: test
test: setup ## run all tests: code, docstrings, README, notebook, pages; keep pictures of the pages
	@echo 'make: pictures of the pages will be in $(SCREENSHOTS)' >&2
	KG_SCREENSHOTS=$(SCREENSHOTS) $(BIN)/python -m pytest --numprocesses auto --dist loadscope

.PHONY: check
check: setup ## look for faults without running anything: ruff, mypy --strict
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check
	$(BIN)/python -m mypy

# Kept outside of Python's lock: tests skip without them, and .ci/run fetches all three.
.PHONY: robot
robot: ## fetch ROBOT with Maven, for the tests of the ontology that ask it
	cd tests/java/robot && mvn --quiet --batch-mode dependency:copy-dependencies \
	  -DoutputDirectory=target/lib

.PHONY: engines
engines: ## fetch Apache Jena with Maven, for the tests that have it judge by the shapes too
	cd tests/java/jena && mvn --quiet --batch-mode dependency:copy-dependencies \
	  -DoutputDirectory=target/lib

.PHONY: foreign
foreign: ## fetch others' vocabularies and N3.js with npm, for the tests that compare with them
	cd tests/js && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

# The lock without hashes says which versions; the wheel itself says which libraries.
.PHONY: wheel-test
wheel-test: setup ## install the wheel into an empty environment elsewhere; build the seeds there
	@set -eu; here=$$(pwd); away=$$(mktemp -d); trap 'rm -rf "$$away"' EXIT; \
	$(BIN)/python -m build --no-isolation --outdir "$$away/dist" . >"$$away/log" 2>&1 || \
	  { cat "$$away/log" >&2; exit 1; }; \
	sed -n 's/^\([A-Za-z0-9].*[^ ]\) *\\$$/\1/p' requirements.lock >"$$away/versions"; \
	$(BIN)/python -m venv "$$away/venv"; \
	cd "$$away"; unset PYTHONPATH; \
	venv/bin/python -m pip --quiet --disable-pip-version-check --no-input install \
	  --constraint versions dist/*.whl; \
	venv/bin/python -m pip check; \
	venv/bin/kg query --list >questions; test -s questions; \
	venv/bin/kg build "$$here/seeds" --out wheel; \
	"$$here/$(BIN)/kg" build "$$here/seeds" --out checkout; \
	diff -r checkout wheel; \
	echo 'make: the installed wheel builds the same bytes as the checkout'

# Into a folder of its own each time: a page that is gone must not be found by a link to it.
.PHONY: docs
docs: setup ## make the documentation site in docs/_build/html; a warning is a fault
	rm -rf docs/_build/html
	$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going --fresh-env \
	  --doctree-dir docs/_build/doctrees docs docs/_build/html
	@echo 'make: open docs/_build/html/index.html'

# Needs Maven, a JDK and Virtuoso; .ci/run installs them.
JENA := 5.6.0
.PHONY: interop
interop: setup ## load a build into real triple stores, and compare what they answer
	mvn --quiet --batch-mode org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
	  -Dartifact=org.apache.jena:jena-fuseki-server:$(JENA) -DoutputDirectory=artifacts/interop
	mvn --quiet --batch-mode --file tests/interop/rdf4j/pom.xml \
	  -DoutputDirectory=$(CURDIR)/artifacts/interop/rdf4j package
	mvn --quiet --batch-mode --file tests/interop/neo4j/pom.xml \
	  -DoutputDirectory=$(CURDIR)/artifacts/interop/neo4j package
	KG_INTEROP=1 $(BIN)/python -m pytest -m interop tests/interop

# Apart from the lock of the rest, because PySpark has 456 MB. Needs a JDK; .ci/run installs one.
.PHONY: spark
spark: setup ## build on a local cluster of Spark, also while an executor is killed, and compare
	$(PIP) install --require-hashes --requirement tests/spark/requirements.lock
	KG_SPARK=1 $(BIN)/python -m pytest -m spark tests/spark

# By hand, `make interop` first: it fetches one of the stores that are measured.
.PHONY: bench
bench: setup ## measure everything, for an hour or so; one report, in artifacts/bench.md
	$(BIN)/python benchmarks/everything.py $(BENCHMARKS)

.PHONY: lock
lock: setup ## choose the newest allowed versions and write the locks
	$(PIP) install 'uv>=0.9'
	$(BIN)/python -m uv --quiet pip compile pyproject.toml --output-file requirements.lock --upgrade \
	  --extra notebook --extra parquet --group test --group check --group build --group docs \
	  --generate-hashes --python-version 3.11 --universal --fork-strategy fewest --no-header --no-annotate
	sed -n 's/^spark = \["\([^"]*\)"\].*/\1/p' pyproject.toml | \
	  $(BIN)/python -m uv --quiet pip compile - --output-file tests/spark/requirements.lock --upgrade \
	  --generate-hashes --python-version 3.11 --universal --no-header --no-annotate

.PHONY: assets
assets: setup ## fetch SPARQL editor and engine of the pages anew, as the locks say (npm, or Node from PyPI)
	$(BIN)/python kg/data/make.py

.PHONY: clean
clean: ## remove what make and the tools made
	rm -rf $(VENV) artifacts build dist docs/_build docs/reference .hypothesis .mypy_cache .pytest_cache .ruff_cache
	rm -rf tests/java/*/target tests/js/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: FORCE
FORCE:
