# Two commands: `make demo` and `make test`. `make help` lists the rest.
PYTHON ?= python3
RUN := .venv/bin/python

.PHONY: help
help: ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

.PHONY: venv
venv: ## the environment in .venv, with the development tools
	@$(PYTHON) tools/prepare.py --dev
