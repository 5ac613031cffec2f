# Every target is one command of ./run, which needs no make. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup run dev demo check test migrate backup restore openapi new list bench-import bench-pages bench-limits bench-scoring bench-xpm bench-xpm-matching chaos chaos-controls

help:
	@./run help
run:
	@./run up
setup dev demo migrate backup openapi list bench-import bench-pages bench-limits bench-scoring bench-xpm bench-xpm-matching chaos chaos-controls:
	@./run $@
restore:
	@./run restore $(FROM)
check test:
	@./run $@ $(T)
new:
	@./run new check=$(check)
