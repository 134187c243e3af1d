# Everything lrlab does, a command a line. Works with the make of Linux and macOS (3.81).

VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python tools/preflight.py python >/dev/null 2>&1 && echo $$python && break; done)

# A stamp is the time of the last installation. It carries the folder's name,
# because a folder that was moved needs a new installation.
HERE := $(shell pwd | cksum | cut -d' ' -f1)
LAB := $(VENV)/.lab-$(HERE)
TESTS := $(VENV)/.tests-$(HERE)
BENCH := $(VENV)/.bench-$(HERE)
FRAMEWORKS := $(VENV)/.frameworks-$(HERE)

# PyTorch and TensorFlow are large, so they live apart from the rest.
FRAMEWORKS_VENV := .venv-frameworks
# Of the same version there is a torch for CPU and one for CUDA, which needs other packages, so it cannot
# be locked with the rest. Where pip finds the one for CPU, for instance by PIP_FIND_LINKS, it takes that.
TORCH := torch==2.13.0

PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet
PYTEST := $(BIN)/python -m pytest
NBVAL := --nbval --nbval-current-env --nbval-cell-timeout=60
PARALLEL := -n 2 --dist loadscope

# Two test workers share two cores; linear algebra on small matrices wants one thread each.
test notebooks extras bench: export OMP_NUM_THREADS = 1

.PHONY: help lab test test-frameworks extras notebooks bench picture lock clean

help:
	@echo "make lab        install what is needed and open the notebooks"
	@echo "make test       install what is needed and run every test"
	@echo "make test-frameworks  the same for the notebooks on PyTorch and TensorFlow"
	@echo "make notebooks  run the notebooks and store what they say"
	@echo "make bench      run the measured comparisons"
	@echo "make picture    make the moving picture of the README"
	@echo "make lock       find the newest versions the requirements allow"
	@echo "make clean      remove what make installed"

# PORT=8890 asks for that port and no other; ARGS=--no-browser is handed to JupyterLab.
lab: $(LAB)
	@test -z "$(PORT)" || $(BIN)/python tools/preflight.py port $(PORT)
	$(BIN)/python -m jupyterlab --ip=127.0.0.1 --notebook-dir=notebooks \
		--LabApp.default_url=/lab/tree/00-start-here.ipynb \
		$(if $(PORT),--port=$(PORT) --ServerApp.port_retries=0) $(ARGS)

test: $(TESTS)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(PYTEST) $(PARALLEL) $(NBVAL) lrlab tests notebooks --ignore=tests/browser --ignore=notebooks/extras
	$(PYTEST) tests/browser

test-frameworks:
	@$(or $(wildcard $(FRAMEWORKS_VENV)/bin/python),$(PYTHON),:) tools/preflight.py frameworks
	@$(MAKE) --no-print-directory VENV=$(FRAMEWORKS_VENV) extras

extras: $(FRAMEWORKS)
	$(PYTEST) $(NBVAL) --nbval-cell-timeout=120 notebooks/extras

notebooks: $(TESTS)
	$(BIN)/python tools/notebooks.py

bench: $(BENCH)
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/no_kernel.py
	$(BIN)/python benchmarks/explorers.py

picture: $(TESTS)
	$(BIN)/python tools/picture.py

$(LAB): requirements.txt pyproject.toml | $(BIN)/pip
	@echo "Installing what the notebooks need into $(VENV): a minute or two, once."
	$(PIP) --require-hashes --requirement requirements.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@# JupyterLab would ask every learner whether it may show Jupyter news.
	@$(BIN)/python -m jupyter labextension disable --level=sys_prefix \
		@jupyterlab/apputils-extension:announcements 2>/dev/null
	@touch $@

$(TESTS): requirements-dev.txt $(LAB)
	@echo "Installing what the tests need into $(VENV)."
	$(PIP) --require-hashes --requirement requirements.txt --requirement requirements-dev.txt
	@touch $@

$(BENCH): benchmarks/requirements.txt $(TESTS)
	$(PIP) --require-hashes --requirement requirements.txt --requirement benchmarks/requirements.txt
	@touch $@

$(FRAMEWORKS): requirements-frameworks.txt Makefile $(LAB)
	@echo "Installing PyTorch and TensorFlow into $(VENV): some minutes, once."
	$(PIP) --require-hashes --requirement requirements.txt --requirement requirements-frameworks.txt
	$(PIP) $(TORCH)
	@touch $@

$(BIN)/pip:
	@test -n "$(PYTHON)" || { echo "lrlab needs Python 3.11 or newer and found none; if there is one, name it: make lab PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" tools/preflight.py python
	@"$(PYTHON)" tools/preflight.py venv
	@"$(PYTHON)" -m venv --clear $(VENV)

UV := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-annotate --custom-compile-command "make lock"

lock: $(TESTS)
	$(PIP) uv
	$(UV) pyproject.toml --group lab --output-file requirements.txt
	$(UV) --group test --constraint requirements.txt --output-file requirements-dev.txt
	$(UV) --group bench --constraint requirements.txt --constraint requirements-dev.txt \
		--output-file benchmarks/requirements.txt
	$(UV) --group frameworks --constraint requirements.txt --constraint requirements-dev.txt \
		--output-file requirements-frameworks.txt
	cp requirements.txt binder/requirements.txt

clean:
	rm -rf $(VENV) $(FRAMEWORKS_VENV)
