# Everything lrlab does, a command a line. Works with the make of Linux and macOS (3.81).

VENV ?= .venv
BIN = $(VENV)/bin
# The environment's own Python where there is one, else the first that is new enough: looked for once.
PYTHON ?= $(eval PYTHON := $(shell for python in "$(BIN)/python" python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" tools/preflight.py python >/dev/null 2>&1 && echo "$$python" && break; done))$(PYTHON)
# PyTorch and TensorFlow are large, so they live apart from the rest.
FRAMEWORKS_VENV := .venv-frameworks

INSTALL = "$(PYTHON)" tools/install.py "$(VENV)"
RUN = "$(BIN)/python"
PYTEST = $(RUN) -m pytest
NBVAL := --nbval --nbval-current-env --nbval-cell-timeout=60
PARALLEL := -n 2 --dist loadscope

# Two test workers share two cores; linear algebra on small matrices wants one thread each.
test fuzz test-faults test-frameworks notebooks bench site test-site: export OMP_NUM_THREADS = 1

.PHONY: help python lab test fuzz test-faults test-frameworks notebooks bench picture site site-open test-site test-binder lock clean

help:
	@echo "make lab        install what is needed and open the notebooks"
	@echo "make test       install what is needed and run every test"
	@echo "make test-faults  make the usual things go wrong, in Chromium"
	@echo "make test-frameworks  the same for the notebooks on PyTorch and TensorFlow"
	@echo "make site       build the course as pages, whose pictures need no kernel"
	@echo "make site-open  serve these pages on this machine"
	@echo "make test-site  build them and test them in Chromium"
	@echo "make test-binder  do what Binder does with it, in a folder of its own, and visit that"
	@echo "make fuzz       look for inputs that break a promise, other ones each time"
	@echo "make notebooks  run the notebooks and store what they say"
	@echo "make bench      run the measured comparisons"
	@echo "make picture    make the moving picture of the README"
	@echo "make lock       find the newest versions the requirements allow"
	@echo "make clean      remove what make installed"

python:
	@test -n "$(PYTHON)" || { echo "lrlab needs Python 3.11 or newer and found none; if there is one, name it: make lab PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" tools/preflight.py python

# PORT=8890 asks for that port and no other; ARGS=--no-browser is handed to JupyterLab.
lab: python
	@"$(PYTHON)" tools/lab.py --venv="$(VENV)" $(if $(PORT),--port="$(PORT)") $(ARGS)

test: python
	@$(INSTALL) tests
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	$(PYTEST) $(PARALLEL) $(NBVAL) lrlab tests notebooks --ignore=tests/browser --ignore=tests/site --ignore=tests/binder --ignore=notebooks/extras
	$(PYTEST) $(PARALLEL) tests/browser --ignore=tests/browser/test_faults.py

# The tests that Hypothesis feeds, with new examples in each round. ROUNDS=50 searches for hours.
ROUNDS ?= 3
fuzz: python
	@$(INSTALL) tests
	@for round in $$(seq $(ROUNDS)); do \
		$(PYTEST) $(PARALLEL) -m hypothesis --hypothesis-profile=fuzz tests --ignore=tests/browser \
		|| exit 1; done

# Kernels killed, connections cut, long drags: apart from the rest, as they last and bear no neighbours.
test-faults: python
	@$(INSTALL) tests
	$(PYTEST) tests/browser/test_faults.py

test-frameworks: VENV = $(FRAMEWORKS_VENV)
test-frameworks: python
	@"$(PYTHON)" tools/preflight.py frameworks
	@$(INSTALL) frameworks
	$(PYTEST) $(NBVAL) --nbval-cell-timeout=120 notebooks/extras

notebooks: python
	@$(INSTALL) tests
	$(RUN) tools/notebooks.py

bench: python
	@$(INSTALL) bench
	$(RUN) benchmarks/run.py
	$(RUN) benchmarks/no_kernel.py
	$(RUN) benchmarks/explorers.py
	$(RUN) benchmarks/classroom.py

picture: python
	@$(INSTALL) tests
	$(RUN) tools/picture.py

site: python
	@"$(PYTHON)" tools/preflight.py node
	@$(INSTALL) site
	$(RUN) tools/pages.py

site-open: python
	@"$(PYTHON)" tools/serve_site.py

test-site: site
	@$(INSTALL) tests
	$(PYTEST) -n 2 --dist loadfile tests/site

# Installs anew, runs each notebook and opens some: five minutes or more. Linux alone, and in git.
test-binder: python
	@$(INSTALL) tests
	$(PYTEST) tests/binder

UV = "$(BIN)/uv" pip compile --quiet --upgrade --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-annotate --custom-compile-command "make lock"

lock: python
	@$(INSTALL) tests
	$(RUN) -m pip install --quiet uv
	$(UV) pyproject.toml --group lab --output-file requirements.txt
	$(UV) --group test --constraint requirements.txt --output-file requirements-dev.txt
	$(UV) --group bench --constraint requirements.txt --constraint requirements-dev.txt \
		--output-file benchmarks/requirements.txt
	$(UV) --group frameworks --constraint requirements.txt --constraint requirements-dev.txt \
		--output-file requirements-frameworks.txt
	$(UV) --group site --constraint requirements.txt --constraint requirements-dev.txt \
		--output-file requirements-site.txt
	cp requirements.txt binder/requirements.txt

clean:
	rm -rf "$(VENV)" "$(FRAMEWORKS_VENV)"
