PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
LIST ?=
# Tests start many processes: each would compile all of ours anew.
unexport PYTHONDONTWRITEBYTECODE
BASE_URL ?=

.DEFAULT_GOAL := help
.PHONY: help run demo demo-site pictures test test-all test-nightly lint format types contracts openapi messages codebook requirements ci extension check-extension \
  test-extension test-pgbouncer failover check-clients check-typescript simulate simulate-juries simulate-notes release bench bench-smoke audit sbom links coverage

# Values that let manage.py look at the code without a running service.
OFFLINE := DATABASE_URL='postgresql:///none?host=/nowhere' REDIS_URL='redis://127.0.0.1:1/0' \
  REALTUBE_ENVIRONMENT=test DJANGO_SECRET_KEY=$$(printf 'a%.0s' $$(seq 32)) \
  REALTUBE_VOTER_KEY=$$(printf 'b%.0s' $$(seq 32)) REALTUBE_ADDRESS_KEY=$$(printf 'c%.0s' $$(seq 32))

help: ## Show this list.
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-14s %s\n", $$1, $$2}'

# A half-made environment goes again: the next try would take it for a whole one.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "RealTube needs Python 3.11 or newer, and '$(PYTHON)' is not that; PYTHON=/path/to/it chooses another." >&2; \
	  exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
	  echo "This Python cannot make environments. Debian and Ubuntu: apt-get install python3-venv; then try again." >&2; \
	  exit 1; }

.venv/.run: requirements.txt | $(BIN)/python
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null 2>&1 || { rm -rf .venv; \
	  echo "This environment had no pip and is gone. Debian and Ubuntu: apt-get install python3-venv; then try again." >&2; \
	  exit 1; }
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	@touch $@

.venv/.evidence: requirements-evidence.txt .venv/.run
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-evidence.txt
	@touch $@

.venv/.dev: requirements.txt requirements-reports.txt requirements-evidence.txt requirements-dev.txt .venv/.run
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-reports.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-evidence.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

# What clips need is large (120 MB): only for who wants them.
run: .venv/.run $(if $(filter on,$(REALTUBE_EVIDENCE)),.venv/.evidence) ## Run everything; PORT (8000), VAR_DIR (var) and REALTUBE_EVIDENCE=on may be set.
	@exec $(BIN)/python -m local.run

demo: .venv/.run ## Show the main job on a running service: make demo LIST=FILE [BASE_URL=...]
	@exec $(BIN)/python -m local.demo --list "$(LIST)" $(if $(BASE_URL),--base-url "$(BASE_URL)")

demo-site: export VAR_DIR ?= var/demo
demo-site: .venv/.run ## As run, on data of its own (var/demo), filled with a month of an invented community.
	@exec $(BIN)/python -m local.run --month

pictures: .venv/.dev ## Take the handbook's pictures of the desk from a running demo-site (VAR_DIR, BASE_URL).
	@VAR_DIR="$${VAR_DIR:-var/demo}" $(BIN)/python -m tests.browser.pictures
	@made=$$(mktemp -d) && REALTUBE_PICTURES=$$made $(BIN)/python -m pytest -q -n 0 tests/browser/test_clips.py \
	  -k pictures_of_reports && cp $$made/shots-light-1280.webp docs/moderation/shots.webp && rm -r $$made

# The client kit's own tests, which know nothing of the service.
KIT = cd clients/python && PYTHONPATH=src ../../$(BIN)/python -m pytest -p no:django -p no:xdist -q

test: .venv/.dev ## Run the tests that are quick and need no second whole service, in about four minutes.
	@$(BIN)/python -m pytest -m "not slow and not service and not nightly" --durations=10 --durations-min=1
	@$(KIT) tests

# Databases are not dropped at the end: the pooler keeps connections to them. Their server goes.
test-pgbouncer: .venv/.dev ## Run the tests of votes, videos, channels and sync through a PgBouncer in transaction mode.
	@REALTUBE_DB_POOLER=transaction $(BIN)/python -m pytest --reuse-db tests/votes tests/videos tests/channels tests/sync \
	  -m "not service and not nightly"

failover: .venv/.dev ## Kill, freeze and cut off PostgreSQL's primary under votes: KILLS=20. Prints a table.
	@$(BIN)/python -m tests.cluster.failover --kills $(or $(KILLS),20)

test-all: .venv/.dev ## Run the rest but what takes minutes: attacks, whole services, browsers, deployment.
	@$(BIN)/python -m tests.tools
	@$(BIN)/python -m tests.deploy.releases
	@for tier in slow service; do \
	  REALTUBE_TESTS=thorough $(BIN)/python -m pytest -m "$$tier and not nightly" --durations=10 --durations-min=1 || exit; done

test-nightly: .venv/.dev ## Break, kill and upgrade whole sites, and try the kits at length, as before a release.
	@$(BIN)/python -m tests.tools
	@$(BIN)/python -m tests.deploy.releases
	@REALTUBE_TESTS=thorough $(BIN)/python -m pytest -m nightly --durations=10 --durations-min=1
	@export REALTUBE_FUZZ=100000; $(KIT) tests/test_fuzz.py
	@if [ -d clients/typescript/node_modules ]; then \
	  cd clients/typescript && REALTUBE_FUZZ=100000 npx vitest run tests/fuzz.test.ts; fi

# Subprocesses are not measured: what only a whole service runs is not in it.
coverage: .venv/.dev ## Measure, branch by branch, what the tests within one process run of the product, beside its bars.
	@mkdir -p build/coverage
	@$(BIN)/python -m pytest -m "not service and not nightly" --cov --cov-report=term:skip-covered \
	  --cov-report=html:build/coverage --cov-report=json:build/coverage/report.json
	@$(BIN)/python -m tests.covered build/coverage/report.json

lint: .venv/.dev ## Check style.
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/hadolint Dockerfile
	@$(BIN)/shellcheck --severity=warning .ci/run deploy/make-secrets deploy/nginx/start deploy/postgres/backup \
	  deploy/setup deploy/release deploy/make-release deploy/acme/run deploy/cluster/configure deploy/cluster/post-init
	@$(BIN)/yamllint --strict docker-compose.yml deploy .github
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec docker-compose.yml deploy/mirror.yml
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@if command -v promtool >/dev/null; then promtool check rules deploy/monitoring/alerts.yml >/dev/null; fi

audit: .venv/.dev ## Look for known vulnerabilities in what we depend on; needs the network.
	@$(BIN)/pip-audit --require-hashes --disable-pip --requirement requirements.txt
	@cd extension && npm audit --audit-level=high
	@cd clients/typescript && npm audit --audit-level=high

sbom: .venv/.dev ## Write build/sbom: what the service and the extension are made of, as CycloneDX.
	@mkdir -p build/sbom
	@$(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible \
	  --output-file build/sbom/service.cdx.json requirements.txt
	@cd extension && npm sbom --package-lock-only --sbom-format=cyclonedx >../build/sbom/extension.cdx.json
	@cd build/sbom && sha256sum -- *.json

format: .venv/.dev ## Mend style.
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

types: .venv/.dev ## Check types.
	@$(OFFLINE) $(BIN)/mypy .

contracts: .venv/.dev ## Check imports, migrations and the OpenAPI document.
	@$(BIN)/lint-imports
	@$(OFFLINE) $(BIN)/python -W ignore manage.py makemigrations --check --dry-run
	@$(OFFLINE) $(BIN)/python manage.py spectacular --validate --fail-on-warn --file .venv/openapi.yaml
	@cmp .venv/openapi.yaml docs/openapi.yaml || { echo "docs/openapi.yaml is outdated: make openapi"; exit 1; }

links: .venv/.dev ## Point the links of docs/ to lines of code where these are now.
	@$(BIN)/python -m tests.links

messages: .venv/.dev ## Collect the pages' words for translation, and compile what was translated; needs gettext.
	@for app in channels pages following; do (cd $$app && for make in \
	  'makemessages --all --no-location --no-wrap --no-obsolete' compilemessages; do \
	    $(OFFLINE) DJANGO_SETTINGS_MODULE=realtube.settings PYTHONPATH=.. ../$(BIN)/python -P -m django $$make || exit 1; \
	  done) || exit 1; done

openapi: .venv/.dev ## Write docs/openapi.yaml.
	@$(OFFLINE) $(BIN)/python manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

codebook: .venv/.dev ## Write docs/codebook.md: every column of the public export.
	@$(OFFLINE) $(BIN)/python -W ignore manage.py codebook >docs/codebook.md

requirements: .venv/.dev ## Pin the dependencies again.
	@$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o requirements.txt requirements.in
	@$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o requirements-dev.txt requirements-dev.in
	@$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o requirements-reports.txt requirements-reports.in
	@$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o requirements-evidence.txt requirements-evidence.in

# The wheel is built from the sdist, so both are whole. Versions are the pinned ones.
check-clients: .venv/.dev ## Build the client kit's archives, install them in a fresh environment, test what is there.
	@rm -rf build/clients && mkdir -p build/clients
	@$(BIN)/python -m build --no-isolation --outdir build/clients clients/python >build/clients/log || \
	  { cat build/clients/log; exit 1; }
	@sed -nE 's/^([A-Za-z0-9._-]+==[^ ;]+).*/\1/p' requirements.txt requirements-dev.txt | sort -u >build/clients/pins
	@$(BIN)/python -m venv build/clients/venv
	@build/clients/venv/bin/python -m pip install --quiet --disable-pip-version-check -c build/clients/pins \
	  "$$(ls $(CURDIR)/build/clients/*.whl)[test]"
	@cd clients/python && ../../build/clients/venv/bin/python -m pytest -q tests
	@cd build/clients && venv/bin/python -c "import realtube_client as kit; assert 'site-packages' in kit.__file__, kit.__file__"

simulate: .venv/.dev ## Measure quality under attack: SEEDS=20; QUICK=1 for a look. Writes docs/quality.md.
	@$(BIN)/python -m benchmarks.quality

simulate-juries: .venv/.dev ## Compare rules of juries in worlds of pure functions: SEEDS=10; QUICK=1. Writes docs/quality/juries.md.
	@$(BIN)/python -m benchmarks.juries

simulate-notes: .venv/.dev ## Compare rules of which notes are shown: SEEDS=10; QUICK=1. Writes docs/quality/notes.md.
	@$(BIN)/python -m benchmarks.notes

bench: .venv/.dev ## Measure speed beside the limit: SCALE="0.05 0.5 5" shows growth. Writes benchmarks/results.
	@$(BIN)/python -W ignore -m benchmarks.speed $(if $(SCALE),--scale $(SCALE))

bench-smoke: .venv/.dev ## Run every row of the benchmark on little data: whether it still works.
	@$(BIN)/python -W ignore -m benchmarks.speed --smoke

release: ## Tag this commit: make release VERSION=1.2.3. Pushes nothing.
	@deploy/make-release "$(VERSION)"

ci: lint types contracts test test-all test-nightly ## Everything CI runs.

extension/node_modules/.package-lock.json: extension/package.json extension/package-lock.json
	@cd extension && npm ci --no-audit --no-fund
	@touch $@

extension: extension/node_modules/.package-lock.json ## Build extension/dist: Chrome, Firefox, sources; twice, to see that they are equal.
	@cd extension && npm run --silent zip && rm -rf dist && mkdir dist && cp .output/*.zip dist/
	@cd extension && rm -rf .output && npm run --silent zip >/dev/null
	@cd extension && for file in dist/*.zip; do \
	  cmp "$$file" ".output/$${file#dist/}" || { echo "the build is not reproducible"; exit 1; }; done
	@cd extension/dist && sha256sum *.zip

clients/typescript/node_modules/.package-lock.json: clients/typescript/package.json clients/typescript/package-lock.json
	@cd clients/typescript && npm ci --no-audit --no-fund
	@touch $@

check-typescript: clients/typescript/node_modules/.package-lock.json ## Check the TypeScript kit: style, types, tests, and its archive where it is installed.
	@cd clients/typescript && npm run --silent style && npm run --silent types && npm test
	@rm -rf build/typescript && mkdir -p build/typescript
	@cd clients/typescript && npm pack --silent --pack-destination ../../build/typescript
	@cd build/typescript && echo '{"private": true, "type": "module"}' >package.json \
	  && npm install --silent --no-audit --no-fund --offline ./realtube-client-*.tgz \
	  && cp ../../clients/typescript/tests/installed.mjs . && node --expose-gc --test installed.mjs

check-extension: extension/node_modules/.package-lock.json check-typescript ## Check the extension without a browser: types, builds, units, lint.
	@cd extension && npm run --silent api:check && npm run --silent style && npm run --silent types && npm run --silent build \
	  && npm test && npm run --silent lint

test-extension: .venv/.run check-extension ## Test the extension: the same, then real browsers with the real server.
	@cd extension && npm run e2e
