"""``python -m bench [name…] [--quick]``: all benchmarks or those named, each in a process of its own, then one table."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from bench.common import OUT, TOGETHER, URL, show
from bench.servers import private_postgres

ORDER = ("append", "load", "rebuild", "command", "batch", "imports", "lag", "queries")
TOOLS = {"__init__", "__main__", "common", "pgbench", "product", "servers"}


def names() -> list[str]:
    """Every benchmark here, in the order in which an event travels."""
    found = {path.stem for path in Path(__file__).parent.glob("*.py")} - TOOLS
    return sorted(found, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))


def main() -> int:
    """Non-zero when a benchmark failed; the others are run and shown all the same."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(names())}; all without one")
    parser.add_argument("--quick", action="store_true", help="small sizes, fewer rounds: to see that it runs")
    options = parser.parse_args()
    wanted = options.names or names()
    if unknown := set(wanted) - set(names()):
        parser.error(f"no benchmark {', '.join(sorted(unknown))}: there are {', '.join(names())}")
    began, failed = time.time(), []
    with private_postgres() as url:
        for name in wanted:
            command = [sys.executable, "-m", f"bench.{name}", *(["--quick"] if options.quick else [])]
            if subprocess.run(command, env={**os.environ, URL: url, TOGETHER: "1"}).returncode:
                failed.append(name)
    show(wanted, began)
    print(f"written: {', '.join(f'{OUT.name}/{name}.json' for name in wanted if name not in failed)}")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
