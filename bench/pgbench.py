"""The machine's limit for appends: PostgreSQL's own load generator, one row a transaction."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from bench.common import quantiles
from deploy.postgres.server import binaries


def pgbench(url: str, script: str, clients: int, seconds: int, variables: dict[str, str]) -> dict[str, float]:
    """PostgreSQL's own load generator, statements prepared: transactions a second (``rate``), p50 and p99 in milliseconds."""
    with tempfile.TemporaryDirectory(prefix="zhuce-pgbench-") as directory:
        (file := Path(directory) / "script.sql").write_text(script)
        options = [f"--client={clients}", f"--jobs={min(clients, 2)}", f"--time={seconds}", "--protocol=prepared"]
        options += ["--no-vacuum", "--log", f"--log-prefix={directory}/log", "--sampling-rate=0.1", f"--file={file}"]
        options += [f"--define={name}={value}" for name, value in variables.items()]
        done = subprocess.run(
            [str(binaries() / "pgbench"), *options, url], capture_output=True, text=True, cwd=directory
        )
        found = [line for line in done.stdout.splitlines() if line.startswith("tps = ")]
        if done.returncode or not found:
            raise RuntimeError(f"pgbench: {done.stderr.strip()[-500:]}")
        lines = [line for log in Path(directory).glob("log.*") for line in log.read_text().splitlines()]
        return {"rate": float(found[0].split()[2]), **quantiles([int(line.split()[2]) / 1e6 for line in lines])}
