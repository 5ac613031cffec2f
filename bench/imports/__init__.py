"""How fast clients are imported, beside independent readers, against one sandbox: `python -m bench.imports`."""
