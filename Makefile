# 智企：常用命令。`make help` 列出全部。
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help run test test-all lint types check bench clean

help: ## 列出全部命令
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更高版本（可用 make PYTHON=python3.12 指定）" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@$(BIN)/python -m pip install --quiet --only-binary :all: --editable '.[semantic]' 2>/dev/null || echo "本机装不上语义层（可选），其余功能不受影响。"
	@touch $@

run: $(STAMP) ## 安装、建库、载入演示县并启动（http://127.0.0.1:8080）
	@$(BIN)/python -m compileall -q src/zhiqibot
	$(BIN)/zhiqibot demo

test: $(STAMP) ## 安装并运行全部测试
	$(BIN)/python -m pytest -n auto

test-all: $(STAMP) ## 连同较慢的测试一起运行
	$(BIN)/python -m pytest -n auto --slow

lint: $(STAMP) ## 代码风格检查
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP) ## 类型检查
	$(BIN)/mypy

check: $(STAMP) ## 检查内容与设置（意图、政策、演示县）
	$(BIN)/zhiqibot check

bench: $(STAMP) ## 运行基准测试
	$(BIN)/python bench/message_path.py
	$(BIN)/python bench/understanding.py
	$(BIN)/python bench/policy.py

clean: ## 删除虚拟环境、缓存和演示数据
	rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache
