# Everything a person or CI runs. `make` alone lists it.

HOST := 127.0.0.1
PORT := 8000
# Further arguments for the command a target runs: make test ARGS='-k nearest'
ARGS :=
# A file of tests is one process's, so that it starts its servers once.
TESTERS := 2

# The first Python that is new enough; make setup PYTHON=... names another.
PYTHON := $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

BIN := .venv/bin
READY := .venv/.ready

# What a user has set for other work must not choose what we import or where pip writes.
unexport PYTHONPATH PYTHONHOME
export PIP_USER := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup serve demo test check bench services lock
help: ## 列出所有命令
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

setup: $(READY) ## 准备 .venv,命令为 .venv/bin/yizhan

# --clear: a virtual environment whose Python has gone cannot be mended.
$(READY): pyproject.toml requirements.lock
	@test -n "$(PYTHON)" || { echo '没有找到 Python 3.11 或更新的版本。请安装它,或用 make setup PYTHON=/路径/python3 指明' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		sh tests/services/apt.sh $$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
	@$(BIN)/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || $(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --requirement requirements.lock
	$(BIN)/python -m pip install --no-deps --no-build-isolation --editable .
	@touch $@

serve: setup ## 装入演示城市,在 http://127.0.0.1:8000 提供服务(HOST、PORT 可改)
	$(BIN)/yizhan serve --demo --host $(HOST) --port $(PORT) $(ARGS)

demo: setup ## 同 serve,但用完即弃:数据放在临时目录
	@home=$$(mktemp -d) && trap 'rm -rf "$$home"' EXIT && trap 'exit 130' INT TERM && \
		YIZHAN_HOME="$$home" $(BIN)/yizhan serve --demo --host $(HOST) --port $(PORT) $(ARGS)

services: setup ## 用 apt 安装测试所需的 PostGIS、Chromium 和中文字体
	$(BIN)/python -m tests.services.install

test: check services ## 运行全部测试(ARGS 传给 pytest)
	$(BIN)/python -m pytest --numprocesses $(TESTERS) --dist loadfile $(ARGS)

check: setup ## 检查代码风格和分层
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

bench: services ## 运行性能测试,打印比值
	$(BIN)/python -m tests.bench.run $(ARGS)

# From a fresh environment, so that nothing is locked that pyproject.toml no longer asks for.
lock: ## 按 pyproject.toml 取最新版本,重写 requirements.lock
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && trap 'exit 130' INT TERM && \
		$(PYTHON) -m venv "$$folder" && \
		"$$folder/bin/python" -m pip install --upgrade pip && \
		"$$folder/bin/python" -m pip install hatchling editables --editable . --group dev && \
		{ echo '# What was tested; written by: make lock'; "$$folder/bin/python" -m pip freeze --exclude-editable; } > requirements.lock
