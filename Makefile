# Every habit by name. `make` alone lists them.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory --no-builtin-rules

python := .venv/bin/python
# What the settings ask for besides the core: the driver for PostgreSQL, signing in through a side's own service.
with_postgres := $(findstring postgresql,$(DATABASE_URL))
with_oidc := $(OIDC_NL_ISSUER)$(OIDC_VL_ISSUER)
run := $(if $(with_postgres),$(if $(with_oidc),all,postgres),$(if $(with_oidc),oidc,run))
run_stamp := .venv/$(run).installed
test_stamp := .venv/test.installed

# Compiled Python is kept, also where the environment says not to: else each of the many processes compiles all anew.
export PYTHONDONTWRITEBYTECODE :=

# A .venv whose Python has gone (the system's was replaced) is installed anew.
$(shell $(python) -c 1 2>/dev/null || rm -f .venv/*.installed)

.PHONY: help build serve demo test lint strings migrate seed lock bench pictures

help: ## list what can be done here
	@echo "Schakel: make TARGET"
	@sed -n 's/^\([a-z]*\):.* ## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{printf "%-11s%s\n", $$1, $$2}'

build: $(run_stamp) ## set up what serving needs, without serving: dependencies, htmx, catalogues, compressed files
	@$(python) deploy/build.py

serve: build ## set up what is missing and serve on HOST:PORT (127.0.0.1:8000); SOURCES=folder attaches texts
	@exec $(python) deploy/serve.py

demo: build ## people to try it with, one of each role and side, with passwords shown once; not for real use
	@$(python) deploy/demo.py

# Lint runs beside the tests, since it keeps one core busy; what it says is shown when both are done.
test: $(test_stamp) ## everything that must hold: lint, types, import contract, all tests, a real browser among them
	@$(python) deploy/build.py
	@echo "Lint and tests …"
	@$(MAKE) lint > .venv/lint.log 2>&1 & lint=$$!; \
	chromium="$$(deploy/chromium.sh)" && CHROMIUM="$$chromium" $(python) -m pytest -n 2 --dist worksteal $(TESTS); tests=$$?; \
	wait $$lint || { cat .venv/lint.log; echo "Lint failed: see above."; tests=1; }; exit $$tests

lint: $(test_stamp) ## style, types, import contract and templates, without running anything
	@$(python) deploy/build.py
	@echo "Style …"
	@$(python) -m ruff check --quiet .
	@$(python) -m ruff format --quiet --check . || { echo "Run: .venv/bin/ruff format ."; exit 1; }
	@echo "Types …"
	@$(python) -m mypy --no-error-summary
	@echo "Import contract …"
	@$(python) -c "from importlinter.cli import lint_imports_command as lint; lint()" --no-logo > .venv/imports.log \
		|| { cat .venv/imports.log; exit 1; }
	@echo "Templates …"
	@$(python) -m djlint --lint --quiet templates

strings: $(test_stamp) ## bring the catalogues in translations/ up to date with the code and the templates
	@$(python) deploy/strings.py
	@$(python) deploy/build.py

migrate: $(run_stamp) ## bring the database to the newest schema
	@$(python) -m flask --app app migrate

seed: $(run_stamp) ## check the seed and publish what is new in it
	@$(python) -m flask --app app seed load

lock: $(test_stamp) ## choose versions anew for what pyproject.toml asks; UPGRADE=1 takes the newest of all
	@deploy/lock.sh $(if $(UPGRADE),--upgrade)

bench: build ## measure every public page against its limits; SIZES=10000,100000 generated agreements, SIZES= for none
	@$(python) deploy/bench.py

pictures: $(test_stamp) ## take the pictures of the README anew
	@$(python) deploy/build.py
	@chromium="$$(deploy/chromium.sh)" && CHROMIUM="$$chromium" $(python) deploy/pictures.py

# A stamp is newer than its lock file once that lock is installed, so that a second `make serve` has nothing to do.
$(run_stamp): deploy/lock/$(run).txt deploy/lock/tools.txt
	@deploy/install.sh $(run)
	@touch $@

$(test_stamp): deploy/lock/test.txt deploy/lock/run.txt deploy/lock/tools.txt
	@deploy/install.sh test
	@touch $@
