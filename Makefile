# Two commands do everything on a machine that has Python 3.10 or later and nothing else:
#   make benchmark   set up, run the baselines, score them, show the table, write the report
#   make test        set up, run the tests
# Both work in a virtual environment of their own and need no network after the first run.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: benchmark test lint check clean

benchmark: $(STAMP)
	$(BIN)/pledgewire benchmark --report out/report
	@echo Open out/report/index.html in a browser.

test: $(STAMP)
	$(BIN)/python -m pytest -n auto

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

check: $(STAMP)
	$(BIN)/pledgewire check

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(STAMP)

clean:
	rm -rf $(VENV) out dist build .pytest_cache .hypothesis .ruff_cache
