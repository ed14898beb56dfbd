# Phase 6: Pyramiding & Scaling. `make help` lists what can be done.
SHELL := /bin/sh
.DEFAULT_GOAL := help
unexport PYTHONDONTWRITEBYTECODE
export PATH := $(CURDIR)/.venv/bin:$(PATH)
BIN := .venv/bin
PY := $(BIN)/python
AS_ROOT := $(shell [ "$$(id -u)" = 0 ] && echo --allow-root)
STALE := $(shell [ -z "$(PYTHON)" ] && [ "$$(cat .venv/installed 2>/dev/null)" = "$$(pwd -P)" ] || echo FORCE)
ASSIGNMENT ?= phase6
WORKERS ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

.PHONY: help setup lab formgrader grade grade-class status regrade feedback report export release bundle wheels site site-serve \
        site-lessons test test-long \
        test-newest test-oldest test-nbgrader test-mutants test-faults matrix attacks killtest evidence calibrate \
        doctor lint lessons lock bench-backtest bench-setup bench-sliders bench-site bench-grading bench-engine clean

help: ## what can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/installed ## install everything into .venv (every other target does this first)

# A checkout that was moved or copied, and one asked for another PYTHON, gets an environment of its own.
.venv/installed: requirements.lock pyproject.toml lib/proctor/pyproject.toml lib/answer_key/pyproject.toml scripts/setup.sh $(STALE)
	@sh scripts/setup.sh

FORCE:

lab: setup ## JupyterLab on the lessons
	@cd notebooks && ../$(BIN)/jupyter lab $(AS_ROOT) 6.0-start-here.ipynb

grade: setup ## grade the bundled sample class and show the scores (OPTIONS=--unconfined where nothing can be confined)
	@$(PY) scripts/sample_class.py --workers $(WORKERS) $(OPTIONS)

grade-class: setup ## grade what lies in submitted/, then write feedback/ and report/ (ASSIGNMENT=name, OPTIONS=--force)
	@$(BIN)/proctor grade $(ASSIGNMENT) --workers $(WORKERS) $(OPTIONS) && $(BIN)/proctor feedback $(ASSIGNMENT) && $(BIN)/proctor report $(ASSIGNMENT)

status: setup ## per student: graded, stale and why, awaiting marks, failed, not handed in
	@$(BIN)/proctor status $(ASSIGNMENT)

regrade: setup ## who would change if the class were graded against the present source: report/ASSIGNMENT-regrade.html
	@$(BIN)/proctor regrade $(ASSIGNMENT) --workers $(WORKERS)

formgrader: setup ## read the written answers in nbgrader's formgrader (COURSE_ROOT names another course folder)
	@$(PY) scripts/formgrader.py $(AS_ROOT)

feedback: setup ## write feedback/ again, with the marks and comments given by hand
	@$(BIN)/proctor feedback $(ASSIGNMENT)

report: setup ## write the class report again
	@$(BIN)/proctor report $(ASSIGNMENT)

export: setup ## marks as CSV, in all and by question, and for Canvas and Moodle, into report/
	@for format in csv questions canvas moodle; do $(BIN)/proctor export $(ASSIGNMENT) --format $$format || exit 1; done

release: setup ## generate release/phase6 from source/phase6 (COURSE_ROOT and ASSIGNMENT name others)
	@$(PY) scripts/make_release.py $(ASSIGNMENT)

bundle: setup ## what students get: dist/phase6-course.zip
	@$(PY) scripts/make_bundle.py

wheels: setup ## wheels of phase6, proctor and answer_key in dist/
	@rm -rf build/lib build/bdist* lib/*/build # a wheel would take what was deleted since
	@for place in . lib/proctor lib/answer_key; do $(PY) -m build --wheel --no-isolation --outdir dist $$place >/dev/null || exit 1; done; ls dist/*.whl

site: setup ## the whole unit as a web page with Python in it: dist/site
	@sh scripts/site.sh build

site-serve: setup ## show dist/site on the loopback interface
	@sh scripts/site.sh serve

site-lessons: setup ## every lesson in the site in a browser: no error, the saved numbers
	@$(PY) -m pytest -q -s -m "slow or long" -k every_lesson tests/site

test: setup ## everything that must hold, in minutes
	@sh scripts/test.sh

test-long: setup ## the whole runs that `make test` leaves out
	@sh scripts/test.sh long

test-newest: setup ## the core of the suite against the newest versions that pyproject.toml allows
	@sh scripts/test_versions.sh newest

test-oldest: setup ## the core of the suite against the oldest versions that pyproject.toml allows
	@sh scripts/test_versions.sh oldest

test-nbgrader: setup ## nbgrader's own test suite with proctor installed and configured (a quarter of an hour)
	@$(PY) -m pytest -q -s -m slow tests/proctor/test_nbgrader_suite.py

test-mutants: setup ## faults put into the answer key's references and the hidden tests
	@$(PY) -m pytest -q -s -m slow tests/grading/test_mutants.py

test-faults: setup ## faults put by hand into proctor where a mistake would change a grade, against the fast tests
	@$(PY) tests/proctor/hand_faults.py --workers $(WORKERS)

lint: setup ## ruff and the type checker
	@$(BIN)/ruff check .
	@$(BIN)/mypy

matrix: setup ## every right and every wrong answer against the tests, 30 fresh seeds (EXERCISE=name for one)
	@$(PY) -m answer_key.matrix --seeds 30 --held-out $(if $(EXERCISE),--exercise $(EXERCISE))

attacks: setup ## hostile submissions, graded by plain nbgrader and by proctor (ATTACK=name for one)
	@$(PY) -m pytest -q -s -m "attack and slow" tests/attacks

killtest: setup ## a grading run killed at 100 random moments
	@$(PY) -m pytest -q -s -m slow tests/proctor/test_schedule.py

calibrate: setup ## how often ideas without merit are called real: 400 trials each of one, two and ten
	@$(PY) -m pytest -q -s -m slow tests/phase6/test_trials.py

evidence: setup ## every claim of the lessons over thousands of markets: report/evidence.html
	@$(PY) -m phase6.evidence

lessons: setup ## run the lessons again and save their outputs (LESSONS=6.2 for those that begin so)
	@$(PY) scripts/run_lessons.py $(LESSONS)

doctor: setup ## what confinement this machine supports
	@$(BIN)/proctor doctor

lock: setup ## pin the newest versions that fit pyproject.toml
	@sh scripts/lock.sh

bench-backtest: setup ## one backtest against the published notebook's
	@$(PY) benchmarks/backtest.py

bench-setup: setup ## a fresh set-up
	@$(PY) benchmarks/fresh_setup.py

bench-sliders: setup ## sliders against interact with inline matplotlib
	@$(PY) benchmarks/sliders.py

bench-site: site ## the browser site: seconds to a moving explorer, and its sliders, beside JupyterLab
	@$(PY) benchmarks/browser_site.py

bench-grading: setup ## a class of 60 under plain nbgrader and under proctor
	@$(PY) benchmarks/grading.py

bench-engine: setup ## ten thousand paths against other engines
	@sh scripts/bench_engine.sh

clean: ## remove the environment and what was built (never a submission, a grade or a release)
	@rm -rf .venv .venv-bench .venv-site .venv-newest .venv-oldest build dist sandbox .pytest_cache .mypy_cache .ruff_cache lib/*.egg-info lib/*/*.egg-info lib/*/build
