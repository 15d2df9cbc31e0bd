"""``zhuce verify``."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from cli.product import Product, api_option
from cli.words import called
from services.gateway.words import sentence


@click.command()
@click.argument("pdf", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@api_option
def verify(pdf: Path, api: str) -> None:
    """验证电子证书 PDF:文件是否完整、签名是否可信、证书是否有效。未通过时退出码为 1。"""
    console = Console()
    product = Product(api)
    with console.status("正在验证……"):
        found = product.json(
            "POST",
            "/api/v1/verifications",
            params={"name": pdf.name},
            data=pdf.read_bytes(),
            headers={"Content-Type": "application/pdf"},
        )
    console.print("[green]真实有效[/]" if found["genuine"] else "[red]未通过验证[/]")
    for problem in found["problems"]:
        console.print(f"  ✗ {sentence(f'document.{problem}')}", highlight=False)
    rows = {"签名者": found["signer"], "签名时间": found["signed_at"], "算法": found["algorithm"]}
    if certificate := found["credential"]:
        rows |= {
            "证书": certificate["title"],
            "持证人": certificate["holder_name"],
            "注册编号": certificate["registration_number"],
            "电子证照标识": certificate["identifier"],
            "有效期": f"{certificate['valid_from']} 至 {certificate['valid_until']}",
            "状态": called("certificate_status", certificate["status"]),
        }
    if decision := found.get("decision"):
        rows |= {"文书": decision["title"], "文号": decision["number"]}
    for name, value in rows.items():
        if value is not None:
            console.print(f"  {name}: {value}", highlight=False)
    if not found["genuine"]:
        raise SystemExit(1)
