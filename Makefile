# Every command a person needs; `make` alone lists them.

PYTHON ?= python3
PORT ?= 8000
SCALE ?=
VAR_DIR ?= var
SUBMISSIONS ?= 10000
KILLS ?= 200
NETWORK ?= deploy/networks/emsland
ARGS ?=
HEAD ?=

IN := .venv/bin/python
LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

run demo status dead-letters audit migrate network broker leave-broker backup rotate-keys: export VAR_DIR := $(VAR_DIR)
run demo: export PORT := $(PORT)
run: export SCALE := $(SCALE)

.PHONY: help setup run demo status dead-letters audit migrate network import-fim broker leave-broker test lint types walls format bench chaos backup rotate-keys lock
.DEFAULT_GOAL := help

help: ## list every command
	@echo "Amtsgang: make COMMAND [NAME=value ...]"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-14s %s\n", $$1, $$2}'

setup: python ## set up this clone: Python packages, front-end packages
	@$(PYTHON) -m deploy.setup run

run: setup ## start the whole portal; PORT=8000, SCALE="documents=2 applications=3", VAR_DIR=var
	@$(IN) -m deploy.run

demo: setup ## play the whole errand against the running portal
	@$(IN) -m deploy.demo $(ARGS)

status: setup ## show the processes of the running portal and how they are
	@$(IN) -m deploy.status

dead-letters: setup ## list events that could not be handled; ARGS="list QUEUE", "show ID", "send-again ID", "discard ID"
	@$(IN) -m deploy.environment operator services.chassis.dead_letters $(or $(ARGS),list)

audit: setup ## verify every service's audit log; ARGS="accounts …", HEAD=service:number:hash compares with a head noted before
	@$(IN) -m deploy.environment migrate services.chassis.audit_check $(ARGS) $(HEAD)

migrate: setup ## bring the databases to the newest migration
	@$(IN) -m deploy.environment migrate services.chassis.migrate $(ARGS)

broker: setup ## bring up the broker: virtual host, users with least rights, exchanges, queues
	@$(IN) -m deploy.broker

leave-broker: setup ## remove the portal's virtual host and users from the broker, and what waits there; VHOST= its name
	@$(IN) -m deploy.broker.leaving $(VHOST)

network: setup ## check the portal network in NETWORK=deploy/networks/emsland and load it; ARGS=--take-folder also over changes made in the portal
	@$(IN) -m deploy.network check $(NETWORK)
	@$(IN) -m deploy.environment migrate deploy.network load $(NETWORK) $(ARGS)

network-check: setup ## look for mistakes in NETWORK=deploy/networks/emsland without loading it
	@$(IN) -m deploy.network check $(NETWORK)

import-fim: setup ## turn FILE=, a schema of XDatenfelder 2 or 3 (FIM), into a service file in TO= (a folder or SERVICE.yaml; var/fim)
	@$(IN) -m services.applications.fim $(if $(FILE),"$(FILE)") $(if $(TO),"$(TO)")

backup: setup ## copy databases, documents and broker.json of VAR_DIR into the new folder TO=, even while the portal runs
	@$(IN) -m deploy.backup "$(TO)"

rotate-keys: setup ## a new master key for what is sealed, even while the portal runs; ARGS=list shows them, ARGS=retire takes the old ones out
	@$(IN) -m deploy.environment migrate services.chassis.rotating $(ARGS)

test: python ## set up for testing and run everything; or only some stages: ARGS="lint types walls unit contract integration e2e chaos"
	@$(PYTHON) -m deploy.setup test
	@$(IN) -m deploy.test $(ARGS)

lint: ready-to-test ## look for mistakes and strange style
	@$(IN) -m ruff check .
	@$(IN) -m ruff format --check .

types: ready-to-test ## check the types
	@$(IN) -m mypy

walls: ready-to-test ## check that no package reaches into another
	@.venv/bin/lint-imports

format: ready-to-test ## write the code the way lint wants it
	@$(IN) -m ruff check --fix .
	@$(IN) -m ruff format .

bench: ready-to-test ## measure; writes var/bench.json and prints a table
	@$(IN) -m tests.bench $(ARGS)

chaos: ready-to-test ## submit while processes are killed; SUBMISSIONS=10000 KILLS=200
	@$(IN) -m tests.chaos --submissions $(SUBMISSIONS) --kills $(KILLS) $(ARGS)

lock: setup ## lock the newest versions of all packages, with their hashes
	@rm -rf var/lock && $(PYTHON) -m venv var/lock && var/lock/bin/python -m pip install --quiet uv
	@var/lock/bin/uv pip compile $(LOCK) --upgrade requirements/run.in -o requirements/run.txt
	@var/lock/bin/uv pip compile $(LOCK) --upgrade requirements/test.in -o requirements/test.txt
	@npm install --package-lock-only --ignore-scripts --no-audit --no-fund --loglevel=error
	@rm -rf var/lock

.PHONY: python ready-to-test
python:
	@command -v $(PYTHON) >/dev/null || { echo "amtsgang: $(PYTHON) is missing: install Python 3.11 or newer (on Debian: apt-get install python3 python3-venv)." >&2; exit 1; }

ready-to-test: python
	@$(PYTHON) -m deploy.setup test
