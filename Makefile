# Two commands: `make demo` and `make test`. `make help` lists the rest.
PYTHON ?= python3
RUN := .venv/bin/python

.PHONY: help
help: ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

.PHONY: demo
demo: ## set up everything and serve the demo on 127.0.0.1:8000 (PORT=… changes it)
	@$(PYTHON) tools/demo.py

.PHONY: reset
reset: ## throw the demo's data away
	@$(PYTHON) tools/demo.py --reset

.PHONY: venv
venv: ## the environment in .venv, with the development tools
	@$(PYTHON) tools/prepare.py --dev

.PHONY: test
test: venv ## the suite: SQLite, PostgreSQL, and people's stories in a real browser
	@$(RUN) -m pytest
	@$(RUN) tools/pg.py $(RUN) -m pytest -m both_databases

.PHONY: bench
bench: venv ## measure the pages against pretalx's, and the engines (BENCH= passes options to bench/web.py)
	@$(RUN) -m bench.web $(BENCH)
	@$(RUN) -m bench.portfolio --seeds 2 --sizes 100,1000,10000
	@$(RUN) -m bench.assignment --seeds 1 --quick
	@$(RUN) -m bench.match

.PHONY: check
check: venv ## formatting, types, import rules, translations
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy
	@.venv/bin/lint-imports
	@$(RUN) manage.py makemigrations --check --dry-run
	@$(RUN) tools/messages.py --check

.PHONY: messages
messages: venv ## bring the translation files up to date with the source
	@$(RUN) tools/messages.py

.PHONY: format
format: venv ## format the source
	@$(RUN) -m ruff check --fix-only .
	@$(RUN) -m ruff format .
