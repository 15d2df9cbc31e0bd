"""`python -m deploy.stack test`: an engine, images, the tests of the stack; what it started is stopped again.

`python -m deploy.stack images` only makes the images ready and prints them as settings for Compose.
"""

from __future__ import annotations

import os
import subprocess
import sys

from deploy.stack import images
from deploy.stack.compose import ROOT
from deploy.stack.engine import NoEngine, engine


def main(arguments: list[str]) -> int:
    """0 when everything went well; otherwise what failed is on the error output."""
    if arguments[:1] not in (["test"], ["images"]):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with engine():
            chosen = images.resolve()
            chosen["ZHUCE_IMAGE"] = images.build_product(chosen["ZHUCE_BASE_IMAGE"])
            if arguments[0] == "images":
                print("\n".join(f"{name}={value}" for name, value in chosen.items()))
                return 0
            return subprocess.run(
                [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/stack", *arguments[1:]],
                cwd=ROOT,
                env={**os.environ, **chosen},
            ).returncode
    except (NoEngine, RuntimeError) as error:
        print(f"stack: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
