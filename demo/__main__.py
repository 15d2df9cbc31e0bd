"""``python -m demo``: starts the product (or takes one that runs) and tells the whole story; 0 when all went well."""

from __future__ import annotations

import contextlib
import signal
import sys
import time
from pathlib import Path
from types import FrameType

import click
from rich.console import Console

from demo import product
from demo.client import StepFailed
from demo.story import Story
from demo.telling import Telling


@click.command()
@click.option("--start", type=click.Choice(["embedded", "services"]), help="先启动产品:单进程,或每个服务一个进程")
@click.option("--api", help="对已在运行的产品演示,如 http://127.0.0.1:8080")
@click.option("--operator-password", envvar="ZHUCE_OPERATOR_PASSWORD", help="运维账户 operator 的密码(配合 --api)")
@click.option("--password-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="存有该密码的文件")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("demo-out"), show_default=True)
def main(
    start: str | None, api: str | None, operator_password: str | None, password_file: Path | None, out: Path
) -> None:
    """从空白的省份到可验证的电子证书,走完湖南省二级建造师初始申报的全过程。"""
    console = Console(width=None if sys.stdout.isatty() else 140)
    out.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, _interrupt)
    began = time.monotonic()
    try:
        with contextlib.ExitStack() as stack:
            if api:
                password = password_file.read_text("utf-8").strip() if password_file else operator_password
                if not password:
                    raise click.UsageError("--api 需要 --operator-password 或 --password-file")
                running = product.Running(api, password)
            else:
                starter = product.services if start == "services" else product.embedded
                with console.status("正在启动产品……"):
                    running = stack.enter_context(
                        starter((out / "product").absolute(), lambda words: console.print(f"  [dim]{words}[/]"))
                    )
                console.print(f"产品已启动({time.monotonic() - began:.1f} 秒): {running.url}", highlight=False)
            Story(running.url, running.operator_password, out, Telling(console)).tell_all()
            Telling(console).end(
                [
                    f"API        {running.url}/api/v1",
                    f"OpenAPI    {running.url}/openapi",
                    f"电子证书   {out / 'certificate.pdf'}",
                    f"用时       {time.monotonic() - began:.1f} 秒",
                ]
            )
            if not api and sys.stdin.isatty() and sys.stdout.isatty():
                console.print(f"产品继续运行,运维账户 operator,密码 {running.operator_password}。按 Ctrl-C 结束。")
                with contextlib.suppress(KeyboardInterrupt):
                    while True:
                        time.sleep(3600)
    except StepFailed as failed:
        console.print(f"[red]失败[/] {failed}", highlight=False)
        sys.exit(1)
    except KeyboardInterrupt:
        console.print("已中断")
        sys.exit(130)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
