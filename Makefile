# Zhuce. `make help` lists what there is; every target makes its own virtual environment in .venv.
SHELL := /bin/sh
PYTHON_IN_VENV := .venv/bin/python
# Options for what runs: make demo ARGS="--help"
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo demo-services run setup dev check test test-stack bench lock clean

help:  ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: setup  ## one real filing, start to certificate, on the embedded product (nothing else needed)
	@$(PYTHON_IN_VENV) -m demo --start embedded $(ARGS)

demo-services: setup  ## the same on one process a service, RabbitMQ and PostgreSQL
	@deploy/tools.sh rabbitmq || true
	@$(PYTHON_IN_VENV) -m demo --start services $(ARGS)

run: setup  ## the product, without the story
	@.venv/bin/zhuce up $(ARGS)

setup:
	@deploy/setup.sh

dev:
	@deploy/setup.sh dev

check: dev  ## ruff, mypy, import-linter
	@echo "ruff"; $(PYTHON_IN_VENV) -m ruff check .
	@echo "mypy"; $(PYTHON_IN_VENV) -m mypy
	@echo "imports"; .venv/bin/lint-imports --no-cache

test: check  ## the checks, then every test but the container stack
	@deploy/tools.sh rabbitmq chromium || true
	@$(PYTHON_IN_VENV) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

test-stack: dev  ## the whole stack in containers: brought up, tried, taken down
	@$(PYTHON_IN_VENV) -m deploy.stack test $(ARGS)

bench: dev  ## every benchmark beside peers and the machine's limit: one table. ARGS="append --quick" for some, small
	@$(PYTHON_IN_VENV) -m bench $(ARGS)

lock: dev  ## write the lock files from pyproject.toml; UPGRADE=1 takes the newest versions
	@UPGRADE=$(UPGRADE) deploy/lock.sh

clean:  ## what was made here but data and secrets
	rm -rf .venv wheels build dist demo-out *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
