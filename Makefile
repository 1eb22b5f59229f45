# What a person can do here. `make` alone lists it; every target installs what it needs first.
# Needs Python 3.11, 3.12 or 3.13 and make. With npm as well, the checks against OpenZeppelin's Merkle tree and anvil run too.

.DEFAULT_GOAL := help
.PHONY: $(shell awk -F: '/^[a-z-]+:.*## / {print $$1}' $(firstword $(MAKEFILE_LIST)))

SHELL := /bin/sh
VENV := .venv
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do $$p -c '$(FITS)' 2>/dev/null && { command -v $$p; break; }; done)
NPM := $(shell command -v npm 2>/dev/null)
# One process more than cores, because tests wait for nodes, and at most five. Empty: no processes beside the main one.
WORKERS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1); [ $$n -gt 4 ] && n=4; [ $$n -gt 1 ] && echo "-n $$((n + 1)) --dist loadfile --no-loadscope-reorder")
WARM = $(VENV)/bin/python -m tools.warm
PYTEST = $(VENV)/bin/python -m pytest -q $(WORKERS)

export PATH := $(CURDIR)/$(VENV)/bin:$(CURDIR)/node_modules/.bin:$(PATH)
# Bytecode on disk is wanted: without it every start compiles the environment anew.
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONPATH

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install:  ## .venv from requirements.lock, hashes checked; a second run is instant
	@[ -n "$(PYTHON)" ] || { echo "install: no Python 3.11, 3.12 or 3.13 on PATH. Install one, or name it: make install PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) tools/install.py

npm:  ## node_modules from package-lock.json, if npm is there
	@if [ -z "$(NPM)" ]; then echo "npm: not found; checks against OpenZeppelin's Merkle tree and anvil are skipped"; \
	elif [ ! -f package-lock.json ]; then echo "npm: no package-lock.json; nothing to install"; \
	elif [ -f node_modules/.package-lock.json ] && [ ! package-lock.json -nt node_modules/.package-lock.json ]; then :; \
	else echo "npm: install the locked JavaScript packages"; npm ci --silent --no-audit --no-fund && touch node_modules/.package-lock.json \
	|| echo "npm: could not install (is there a network?); checks that need it are skipped"; fi

compile: install  ## every contract, on every core; what did not change is kept
	@$(WARM) --suite

ape: install  ## every contract from scratch, with ape, for who works in its console
	@ape compile --force

strict: install  ## every contract with the compiler's warnings as errors
	@$(VENV)/bin/python -m tools.strict

test: install npm  ## the whole suite at its ordinary size
	@$(WARM) && MDT_PROFILE=ci $(PYTEST)

quick: install  ## the whole suite, few random examples
	@$(WARM) && MDT_PROFILE=quick $(PYTEST)

deep: install npm  ## at least 100,000 random cases per formula; hours
	@$(WARM) && MDT_PROFILE=deep $(PYTEST)

one: install  ## the tests of one file or folder, in seconds: make one T=path
	@MDT_PROFILE=$${MDT_PROFILE:-quick} $(VENV)/bin/python -m tools.one "$(T)"

cover: install npm  ## which lines tests run, contracts included: make cover [T=path]
	@MDT_PROFILE=$${MDT_PROFILE:-quick} $(PYTEST) --cov --cov-report=term-missing:skip-covered $(T)

costs: install npm  ## the whole suite, and what each folder costs in CPU seconds: make costs [T=path]
	@$(WARM) && MDT_PROFILE=ci $(PYTEST) -p tools.test_costs $(T)

bench: install npm  ## off-chain benchmarks against OpenZeppelin's tools, gas of every function
	@$(VENV)/bin/python -m tools.bench

gas: install  ## gas of an area's operations, beside others': make gas AREA=staking
	@[ -n "$(AREA)" ] || { echo "gas: say which area: make gas AREA=staking; all of them: make bench" >&2; exit 1; }
	@$(VENV)/bin/python -m bench.gas $(AREA)

peers: install  ## others' contracts, deployed and measured beside ours, for the gas page; needs npm
	@[ -n "$(NPM)" ] || { echo "peers: npm not found" >&2; exit 1; }
	@npm ci --silent --ignore-scripts --no-audit --no-fund --prefix bench/peers
	@$(VENV)/bin/python -m bench.peers

sizes: install  ## bytes of every contract, room left, change since the snapshot
	@$(VENV)/bin/python -m tools.sizes

demo: install npm compile  ## the whole system on an embedded chain
	@ape run demo --network ethereum:local:test

real: install npm compile  ## the same job on real data: make real DATA=path
	@[ -n "$(DATA)" ] || { echo "real: say where the data is: make real DATA=path/to/data" >&2; exit 1; }
	@ape run real --data "$(DATA)" --network ethereum:local:test

lint: install layers  ## ruff, codespell, natrix, and which room imports which
	@ruff check --quiet . && ruff format --check --quiet . && codespell && $(VENV)/bin/python tools/natrix.py && echo "lint: clean"

layers:  ## imports only point down: .importlinter
	@$(PYTHON) tools/install.py docs && { PYTHONPATH=sdk .venv-docs/bin/lint-imports .importlinter >.venv-docs/layers.log 2>&1 && echo "layers: clean" \
	|| { sed -n '/^Contracts$$/,$$p' .venv-docs/layers.log >&2; exit 1; }; }

wheel: install  ## dist/mdt-*.whl, built without a network
	@$(VENV)/bin/python -m tools.wheel

format: install  ## let ruff rewrite the Python
	@ruff check --quiet --fix . ; ruff format --quiet .

types: install  ## mypy: strict for the package, bench and tools too
	@mypy --no-error-summary && echo "types: clean"

check: lint types  ## what the commit hooks run

snapshots: install  ## write snapshots/ anew: ABI, size, storage layout, gas
	@$(VENV)/bin/python -m tools.snapshots --write

docs: install  ## write the generated pages and the picture anew
	@$(VENV)/bin/python -m tools.docs --write && $(VENV)/bin/python -m tools.contract_pages --write && $(VENV)/bin/python -m tools.command_pages --write && $(VENV)/bin/python -m tools.pictures --write

faults: install npm  ## write the page of faults anew: every command that sends, under each; minutes
	@$(VENV)/bin/python -m tools.fault_page --write

site: npm  ## the documents as a site, in out/site; warnings are errors
	@[ -n "$(PYTHON)" ] || { echo "site: no Python 3.11, 3.12 or 3.13 on PATH. Install one, or name it: make site PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) tools/install.py docs && NO_MKDOCS_2_WARNING=1 .venv-docs/bin/mkdocs build --quiet --strict && echo "site: out/site/index.html"

new-module: install  ## begin a contract module: make new-module NAME=staking/lock_fees
	@$(VENV)/bin/python -m tools.new_module $(NAME)

lock: install  ## resolve both requirements anew (needs uv)
	@command -v uv >/dev/null || { echo "lock: uv is not installed: https://docs.astral.sh/uv" >&2; exit 1; }
	@for name in requirements requirements-docs; do uv pip compile $$name.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-header --no-annotate --quiet --output-file $$name.lock || exit 1; done
	@echo "lock: requirements.lock and requirements-docs.lock written; run make test and make site before committing them"

clean:  ## remove what can be made again, except .venv and node_modules
	@rm -rf .build .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache out build dist .coverage
	@find . -name __pycache__ -not -path './.venv/*' -not -path './node_modules/*' -prune -exec rm -rf {} +
	@echo "clean: done"
