# Portail CLSM. `make` alone lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/sh

PORT ?= 8000
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
RUN := $(VENV)/bin
MANAGE := $(RUN)/python manage.py
WORKERS ?= $(shell nproc 2>/dev/null || echo 2)
SERVER ?= elasticsearch
# A number draws the order of the tests; none draws a new one at each run, which says it at its end.
ORDER ?=
PYTEST := $(RUN)/pytest -q $(if $(ORDER),--order $(ORDER))
SEARCH_SERVER := tests/search_server/server.py
NODE_TOOLS := tests/e2e/node_modules/.installed tests/podcasts/feed_parsers/node_modules/.installed

export BASE_URL ?= http://localhost:$(PORT)

.PHONY: help
help: ## Cette liste
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- Installation -----------------------------------------------------------------------------------------------

$(VENV)/.installed: requirements/base.txt
	test -x $(RUN)/python || $(PYTHON) -m venv $(VENV)
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt
	touch $@

$(VENV)/.installed-dev: requirements/dev.txt $(VENV)/.installed
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	touch $@

%/node_modules/.installed: %/package-lock.json
	@if command -v npm >/dev/null; then npm ci --prefix $* --ignore-scripts --no-audit --no-fund --silent && touch $@; \
	elif [ -n "$$CI" ]; then echo "npm est nécessaire aux outils de $*." >&2; exit 1; \
	else echo "npm absent : les tests qui utilisent $* seront passés."; fi

.PHONY: install
install: $(VENV)/.installed ## Installe ce qu’il faut pour servir le portail

.PHONY: install-dev
install-dev: $(VENV)/.installed-dev ## Installe aussi les outils de développement

# --- Démonstration ----------------------------------------------------------------------------------------------

.PHONY: demo
demo: demo-data serve ## Installe, remplit de données d’exemple et sert sur http://localhost:8000

.PHONY: demo-data
demo-data: install ## Prépare la base, les contenus d’exemple et l’index de recherche
	$(MANAGE) migrate --verbosity 0
	$(MANAGE) seed_demo

.PHONY: demo-large
demo-large: demo-data ## La démonstration à la taille du pays : 330 CLSM, 2 000 actions, 300 dossiers (puis make serve)
	$(MANAGE) seed_large

.PHONY: serve
serve: install ## Sert le portail déjà préparé (PORT=8000)
	$(MANAGE) runserver --noreload 127.0.0.1:$(PORT)

# --- Vérifications ----------------------------------------------------------------------------------------------

.PHONY: test
test: install-dev $(NODE_TOOLS) ## Tous les tests que cette machine peut passer, navigateur compris
	$(PYTEST) -n $(WORKERS) --dist loadfile --no-loadscope-reorder tests
	$(MAKE) --no-print-directory test-e2e

.PHONY: test-databases
test-databases: install-dev ## Les bases que les tests copient : la vide et la démonstration (faites au besoin, sinon)
	$(RUN)/python -m tests.databases

.PHONY: test-unit
test-unit: install-dev $(NODE_TOOLS) ## Les tests sans navigateur
	$(PYTEST) -n $(WORKERS) --dist loadfile --no-loadscope-reorder tests

.PHONY: test-e2e
test-e2e: install-dev $(NODE_TOOLS) ## Tous les tests dans le navigateur (Chromium)
	$(PYTEST) -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "e2e and not slow" tests/e2e

.PHONY: test-slow
test-slow: install-dev $(NODE_TOOLS) ## Les longs : grands volumes, chaque case du tableau des étapes, démonstration relancée
	$(PYTEST) -n $(WORKERS) --dist loadfile -m "slow and not e2e" tests
	$(PYTEST) -m "slow and e2e" tests/e2e

.PHONY: test-concurrency
test-concurrency: install-dev ## Deux décisions au même instant, dans deux processus, sur SQLite et sur PostgreSQL
	$(PYTEST) -n $(WORKERS) --dist loadfile -m "slow or not slow" tests/concurrency

.PHONY: test-mutants
test-mutants: install-dev $(NODE_TOOLS) ## Des fautes plantées au hasard : lesquelles aucun test ne voit (SAMPLE=40 SEED=1 ONLY=templates)
	$(RUN)/python -m tests.mutants --sample $(or $(SAMPLE),40) --seed $(or $(SEED),1) --only "$(ONLY)" --workers $(WORKERS)

.PHONY: test-matrix
test-matrix: install-dev ## Chaque adresse × méthode × rôle ; des valeurs hostiles, sur SQLite et PostgreSQL (une partie est dans la suite)
	$(PYTEST) -n $(WORKERS) --dist loadfile -m "slow or not slow" tests/security/test_matrix.py tests/security/test_hostile.py

.PHONY: search-server
search-server: ## Démarre un vrai serveur de recherche (SERVER=elasticsearch ou opensearch ; Java et Maven)
	@$(PYTHON) $(SEARCH_SERVER) start $(SERVER)

.PHONY: search-server-stop
search-server-stop: ## Arrête ce serveur
	@$(PYTHON) $(SEARCH_SERVER) stop $(SERVER)

.PHONY: test-elasticsearch
test-elasticsearch: install-dev ## La suite de la recherche sur ce serveur, démarré s’il le faut
	@if address=$$($(PYTHON) $(SEARCH_SERVER) start $(SERVER)); then \
		echo "$(SERVER) : $$address (make search-server-stop l’arrête)"; \
		ELASTICSEARCH_TEST_URL=$$address ELASTICSEARCH_TEST_SERVER=$(SERVER) \
			$(PYTEST) -n $(WORKERS) --dist loadfile --no-loadscope-reorder \
				-k "elasticsearch or RelevanceTest" tests/relevance tests/search tests/moderation/test_takedowns.py; \
	elif [ $$? = 3 ] && [ -z "$$CI" ]; then echo "Suite passée : sans Java ni Maven, seul le moteur embarqué est testé."; \
	else exit 1; fi

.PHONY: test-relevance
test-relevance: install-dev ## La pertinence des deux moteurs, requête par requête (ELASTICSEARCH_TEST_URL pour le serveur)
	$(RUN)/python -m tests.relevance.report --queries

.PHONY: test-next
test-next: ## Les tests sur la version suivante de Wagtail (8.0), dans un environnement à part
	$(PYTHON) -m venv var/venv-next
	var/venv-next/bin/pip install --quiet -r requirements/dev.txt
	var/venv-next/bin/pip install --quiet "wagtail>=8.0,<8.1"
	VAR_DIR=var/next var/venv-next/bin/python -m pytest -q -W default -n $(WORKERS) tests

.PHONY: lint
lint: install-dev ## Style, types, gabarits, sens des imports, migrations, réglages de production
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/djlint --lint --quiet templates
	$(RUN)/lint-imports --no-cache
	$(RUN)/mypy
	$(MANAGE) makemigrations --check --dry-run --verbosity 0
	$(MANAGE) check --fail-level WARNING
	SECRET_KEY=$$(head -c 40 /dev/urandom | base64) ALLOWED_HOSTS=portail.example BASE_URL=https://portail.example \
		$(MANAGE) check --deploy --fail-level WARNING --settings portal.settings.production

.PHONY: format
format: install-dev ## Met le code en forme
	$(RUN)/ruff check --fix --quiet .
	$(RUN)/ruff format .

.PHONY: bench
bench: install-dev bench-search ## Toutes les mesures de vitesse (des rapports, pas des seuils)
	$(RUN)/python -m benchmarks.results_page
	$(RUN)/python -m benchmarks.distress
	$(RUN)/python -m benchmarks.pages
	$(RUN)/python -m benchmarks.podcast

.PHONY: bench-search
bench-search: install-dev ## Les moteurs de recherche mesurés côte à côte (SIZES="5000 50000 200000")
	$(RUN)/python -m benchmarks.search $(SIZES)

.PHONY: bench-podcast
bench-podcast: install-dev ## Le flux des podcasts et le décompte des écoutes, à côté de leurs cibles
	$(RUN)/python -m benchmarks.podcast
	$(RUN)/python -m benchmarks.listening

.PHONY: screenshots
screenshots: install-dev ## Refait docs/screenshots/ à partir de la démonstration
	$(RUN)/pytest -q -m screenshots tests/e2e/screenshots.py

.PHONY: lock
lock: install-dev ## Recompile les versions figées (sans adresse de registre)
	$(RUN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
		pyproject.toml -o requirements/base.txt
	$(RUN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--extra dev pyproject.toml -c requirements/base.txt -o requirements/dev.txt

.PHONY: clean
clean: ## Efface les données locales (var/) et l’environnement
	rm -rf var $(VENV) tests/e2e/node_modules tests/podcasts/feed_parsers/node_modules
