"""The only discoverer: imports the modules of a package, so that being in the folder is being registered."""

import importlib
import pkgutil
from types import ModuleType


def discover(package: str) -> list[ModuleType]:
    """Imports every module directly in `package`, in name order, and hands them back."""
    found = importlib.import_module(package)
    names = sorted(info.name for info in pkgutil.iter_modules(found.__path__))
    return [importlib.import_module(f"{package}.{name}") for name in names]
