# Two commands: `make serve` and `make test`. `make help` lists the rest.
PORT ?= 8050
ARGS ?=
WORKERS ?= 2
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help serve test rescore lint format soak screenshots constraints clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: ## install what is needed and start the dashboard on 127.0.0.1 (PORT=8050)
	@scripts/environment.sh run
	@exec .venv/bin/pillars serve --port $(PORT) $(ARGS)

test: ## run the whole suite (ARGS="-k goalposts" picks, WORKERS=0 is one process; browser tests need Chromium)
	@scripts/environment.sh test
	@scripts/chromium.sh
	@.venv/bin/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

rescore: ## give the shipped edition this checkout's words, goalposts and code (ARGS="--replace catalogue")
	@scripts/environment.sh run
	@.venv/bin/pillars snapshots rescore $(ARGS)

lint: ## formatting, lint, types and import rules, as .ci/run checks them
	@scripts/environment.sh dev
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

format: ## rewrite the code in the house's format
	@scripts/environment.sh dev
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

soak: ## the long runs: every page in every language, fuzzing, kills and load
	@scripts/environment.sh test
	@scripts/chromium.sh
	@FOUR_PILLARS_PAGES=all .venv/bin/python -m pytest -n $(WORKERS) -m browser $(ARGS)
	@FOUR_PILLARS_PAGES=all .venv/bin/python -m pytest -m soak $(ARGS)
	@HYPOTHESIS_PROFILE=search .venv/bin/python -m pytest --ignore=tests/browser $(ARGS)

screenshots: ## every page in every width, theme and language, into out/screenshots
	@scripts/environment.sh test
	@scripts/chromium.sh --required
	@.venv/bin/python scripts/screenshots.py $(ARGS)

constraints: ## pin the newest versions that fit pyproject.toml (then run the tests)
	@scripts/constraints.sh

clean: ## remove the environment and everything generated
	rm -rf .venv .venv-second out dist build .cache .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
