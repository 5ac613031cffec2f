# Every target is one command of ./run, which needs no make. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup run dev demo check test migrate openapi new list

help:
	@./run help
run:
	@./run up
setup dev demo migrate openapi list:
	@./run $@
check test:
	@./run $@ $(T)
new:
	@./run new check=$(check)
