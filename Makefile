# gridcalc: make demo | test | lint | check | bench | catalogues | browser-deps.  The first target that needs it
# makes .venv; browser-deps installs the browser that the tests of the map page need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test test-slow lint check bench browser-deps catalogues format clean

demo: $(STAMP)
	$(BIN)/gridcalc check examples/high-rise-ningxia/compound.yaml

test: $(STAMP)
	$(BIN)/pytest -n auto -rs

test-slow: $(STAMP)
	$(BIN)/pytest -n auto -m slow

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test

bench: $(STAMP)
	$(BIN)/python benchmarks/run.py

catalogues: $(STAMP)
	$(BIN)/python tools/catalogues.py

browser-deps:
	@sh .ci/browser-deps

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "gridcalc needs Python 3.11 or newer; call make with PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $(STAMP)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
