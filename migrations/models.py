"""Imports every slice's rows, so that the metadata is whole."""

import importlib
import pkgutil

import practice
from practice.kernel import jobs, record, tickets  # noqa: F401 - their rows
from practice.kernel.database import Base

for _slice in pkgutil.iter_modules(practice.__path__):
    if importlib.util.find_spec(f"practice.{_slice.name}.models"):
        _models = importlib.import_module(f"practice.{_slice.name}.models")
        for _part in pkgutil.iter_modules(getattr(_models, "__path__", [])):
            importlib.import_module(f"practice.{_slice.name}.models.{_part.name}")
if importlib.util.find_spec("practice.kernel.replays"):
    importlib.import_module("practice.kernel.replays")

metadata = Base.metadata
