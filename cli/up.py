"""``zhuce up``: the whole product in one process, with its log in a file and its addresses on the terminal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import click
import requests
from rich.console import Console


@click.command()
@click.option("--data", envvar="ZHUCE_DATA", default="zhuce-data", show_default=True, help="数据目录:数据库、文件、密钥")
@click.option("--http", envvar="ZHUCE_HTTP", default="127.0.0.1:8080", show_default=True, help="监听地址")
@click.option("--development", is_flag=True, envvar="ZHUCE_DEVELOPMENT", help="开发用的短信、核验和时钟(不做真实核验)")
def up(data: str, http: str, development: bool) -> None:
    """启动产品(单进程:内嵌 PostgreSQL、内存消息、全部服务)。按 Ctrl-C 结束。"""
    console = Console()
    began = time.monotonic()
    environment = {
        **os.environ,
        "ZHUCE_DATA": str(Path(data).absolute()),
        "ZHUCE_HTTP": http,
        "ZHUCE_DEVELOPMENT": "1" if development else "",
    }
    command = [sys.executable, "-W", "ignore", "-m", "deploy.embedded"]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    # Also SIGINT: a shell that starts this in the background leaves it ignored.
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with console.status("正在启动……"):
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line.startswith("{"):
                raise SystemExit(process.wait())
            url = json.loads(line)["url"]
            _wait_ready(f"http://{_reachable(http)}", process)
        console.print(f"已启动({time.monotonic() - began:.1f} 秒)。按 Ctrl-C 结束。", highlight=False)
        rows = [
            ("API", f"{url}/api/v1"),
            ("OpenAPI", f"{url}/openapi"),
            ("运维账户", f"operator,{_password(Path(data))}"),
            ("日志", f"{Path(data) / 'zhuce.log'}"),
        ]
        if development:
            rows.append(("注意", "开发模式:短信不发送,实名核验不真实,时钟可拨"))
        for name, value in rows:
            console.print(f"  {name:<8} {value}", highlight=False)
        raise SystemExit(process.wait())
    except KeyboardInterrupt:
        console.print("正在停止……")
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _password(data: Path) -> str:
    kept = data / "keys" / "operator-password"
    return f"首次密码在 {kept}" if kept.exists() else "首次密码为 ZHUCE_OPERATOR_PASSWORD 所设"


def _reachable(http: str) -> str:
    host, _, port = http.rpartition(":")
    return f"{'127.0.0.1' if host in ('', '0.0.0.0') else host}:{port}"


def _wait_ready(url: str, process: subprocess.Popen[str]) -> None:
    http = requests.Session()
    http.trust_env = False
    while process.poll() is None:
        try:
            if http.get(f"{url}/health/ready", timeout=5).status_code == 200:
                return
        except requests.RequestException:
            pass
        time.sleep(0.05)
    raise SystemExit(process.returncode or 1)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
