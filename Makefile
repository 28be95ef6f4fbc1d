# gridcalc: make demo | test | lint | check | bench | docs | catalogues | browser-deps | pictures.  The first
# target that needs it makes .venv; browser-deps installs the browser that the tests of the pages need,
# pictures-deps what the pictures of the documentation are made with.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test test-slow lint check bench docs browser-deps pictures-deps pictures catalogues format clean

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

docs: $(STAMP)
	$(BIN)/python -m tools.generate_docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

browser-deps:
	@sh .ci/browser-deps

pictures-deps:
	@sh .ci/pictures-deps

pictures: $(STAMP) pictures-deps
	$(BIN)/python docs/images/picture.py
	$(BIN)/python docs/images/city_map.py
	$(BIN)/python docs/images/deliverables.py

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
