"""`python -m api.openapi` writes frontend/openapi.json, from which the browser's client is generated."""

import json
import sys
from pathlib import Path

from api.main import create_app
from practice.kernel.settings import Settings

OUT = Path(__file__).parent.parent / "frontend" / "openapi.json"


def main() -> None:
    """Writes the description, or with --check says whether the written one is still true."""
    text = json.dumps(create_app(Settings()).openapi(), indent=1, ensure_ascii=False) + "\n"
    if "--check" in sys.argv:
        if not OUT.is_file() or OUT.read_text() != text:
            sys.exit("frontend/openapi.json is not what the routes say. `make openapi` writes it.")
        return
    OUT.write_text(text)


if __name__ == "__main__":
    main()
