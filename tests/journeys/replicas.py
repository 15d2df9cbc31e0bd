"""The whole product as processes, two replicas of every service: any of them can be killed and begun again."""

from __future__ import annotations

import os
import secrets
import subprocess
import time
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import requests

from demo.client import Api, StepFailed
from demo.product import Child, wait_ready
from deploy.postgres.databases import SERVICES, prepare
from deploy.process import free_port
from tests.nursery import PRODUCT, Begun

ALL = (*SERVICES, "gateway")
AGAIN = (502, 503, 504)
PATIENCE = 60.0


class Replicas:
    """``filing/1`` and ``filing/2`` are one service; ``gateway/1`` and ``gateway/2`` have an address each."""

    def __init__(self, amqp_uri: str, admin_url: str, data: Path) -> None:
        self.data = data
        data.mkdir(parents=True)
        self.operator_password = secrets.token_urlsafe(16)
        self.databases = prepare(admin_url, {name: secrets.token_urlsafe(16) for name in SERVICES})
        self.names = [f"{name}/{number}" for name in ALL for number in (1, 2)]
        self._addresses = {name: f"127.0.0.1:{free_port()}" for name in self.names}
        self._environment = {
            **os.environ,
            "AMQP_URI": amqp_uri,
            "ZHUCE_DATA": str(data),
            "ZHUCE_DEVELOPMENT": "1",
            "ZHUCE_OPERATOR_PASSWORD": self.operator_password,
        }
        self.children: dict[str, Child] = {}

    @property
    def urls(self) -> list[str]:
        """Where the gateways answer."""
        return [f"http://{self._addresses[f'gateway/{number}']}" for number in (1, 2)]

    def begin(self, *which: str) -> None:
        for name in which:
            service = name.split("/")[0]
            environment = {**self._environment, "ZHUCE_HTTP": self._addresses["gateway/1"]}
            if service in self.databases:
                environment |= {"DATABASE_URL": self.databases[service], "ZHUCE_HEALTH": self._addresses[name]}
            else:
                environment["ZHUCE_HTTP"] = self._addresses[name]
            log = self.data / f"{name.replace('/', '-')}.log"
            with log.open("ab") as output:
                process = Begun(
                    ["deploy.run", service],
                    PRODUCT,
                    environment,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )
            self.children[name] = Child(process, log)  # type: ignore[arg-type]  # its pipes are not read

    def kill(self, *which: str) -> None:
        """As ``kill -9`` does."""
        for name in which:
            process = self.children.pop(name).process
            process.kill()
            process.wait()

    def up(self, name: str) -> bool:
        """Whether this one has come so far that it answers."""
        try:
            return requests.get(f"http://{self._addresses[name]}/health/live", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def wait_ready(self) -> None:
        """Until every replica runs and both gateways say that they can be used."""
        for url in self.urls:
            wait_ready(url, list(self.children.values()))


class InsistentApi(Api):
    """A client that asks again, at the other gateway too, until it is answered: always under the same key."""

    gateways: ClassVar[list[str]] = []
    answers: ClassVar[list[tuple[str, dict[str, Any]]]] = []
    """(Zhuce-Position, reply) of every command that was accepted."""

    def send(self, method: str, path: str, **more: Any) -> requests.Response:
        if method != "GET":
            more["headers"] = {"Idempotency-Key": str(uuid4()), **more.get("headers", {})}
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                response = super().send(method, path, **more)
            except StepFailed:
                if time.monotonic() > deadline:
                    raise
            else:
                if response.status_code not in AGAIN or time.monotonic() > deadline:
                    break
            self.url = self.gateways[(self.gateways.index(self.url) + 1) % len(self.gateways)]
            time.sleep(0.2)
        if method != "GET" and response.status_code < 300 and "Zhuce-Position" in response.headers:
            self.answers.append((response.headers["Zhuce-Position"], response.json()))
        return response

    def sign_in(self, username: str, password: str) -> Api:
        token = self.post("/sessions", {"username": username, "password": password})["token"]
        visitor = InsistentApi(self.url, token)
        visitor._again = (username, password)
        return visitor
