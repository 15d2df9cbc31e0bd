"""A running product as the command line sees it: an address, a session, and errors in words."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click
import requests

DEFAULT_API = "http://127.0.0.1:8080"


class Product:
    """Where the product answers. ``sign_in`` is needed for what not everybody may see."""

    def __init__(self, api: str) -> None:
        self.api = api.rstrip("/")
        self.http = requests.Session()
        self.http.trust_env = False

    def sign_in(self, username: str, password: str | None) -> None:
        """As this account; the operator's password is taken from the data directory when none is given."""
        if password is None:
            kept = Path(os.environ.get("ZHUCE_DATA") or "zhuce-data") / "keys" / "operator-password"
            if username != "operator" or not kept.exists():
                raise click.ClickException("需要密码:请设置 ZHUCE_PASSWORD,或在产品的数据目录旁运行")
            password = kept.read_text("utf-8").strip()
        token = self.json("POST", "/api/v1/sessions", json={"username": username, "password": password})["token"]
        self.http.headers["Authorization"] = f"Bearer {token}"

    def json(self, method: str, path: str, *, allowed: tuple[int, ...] = (), timeout: float = 30, **more: Any) -> Any:
        """The answer; a problem becomes a message that says what to do."""
        try:
            response = self.http.request(method, f"{self.api}{path}", timeout=timeout, **more)
        except requests.RequestException as error:
            raise click.ClickException(f"{self.api} 没有应答({type(error).__name__})。先运行 zhuce up,或用 --api 指定地址") from None
        try:
            answer = response.json()
        except ValueError:
            raise click.ClickException(f"{self.api} 的应答不是 JSON({response.status_code}):该地址可能不是本产品") from None
        if response.status_code >= 400 and response.status_code not in allowed:
            found = [str(answer.get(key)) for key in ("title", "detail") if answer.get(key)]
            raise click.ClickException(": ".join(found) or f"{response.status_code}")
        return answer


def api_option(function: Any) -> Any:
    """``--api``, also from ZHUCE_API."""
    return click.option("--api", envvar="ZHUCE_API", default=DEFAULT_API, show_default=True, help="产品的地址")(function)
