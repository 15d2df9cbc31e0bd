"""A small HTTP client for the story: every failure says what the server said."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import uuid4

import requests

T = TypeVar("T")


class StepFailed(Exception):
    """A step of the story did not go as it should; the message is for whoever runs it."""


class Api:
    """One visitor: a base URL and, once signed in, a session."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url.rstrip("/")
        self.http = requests.Session()
        self.http.trust_env = False  # the product is on this machine: no proxy
        self.seen: dict[str, int] = {}
        self._again: tuple[str, str] | None = None
        if token:
            self.http.headers["Authorization"] = f"Bearer {token}"

    def sign_in(self, username: str, password: str) -> Api:
        """A visitor with a session."""
        visitor = Api(self.url, self.post("/sessions", {"username": username, "password": password})["token"])
        visitor._again = (username, password)
        return visitor

    def get(self, path: str, **query: Any) -> Any:
        """JSON. Waits for what this visitor has just written."""
        after = ",".join(f"{service}:{position}" for service, position in self.seen.items())
        return self._send("GET", path, params=query, headers={"Zhuce-After": after} if after else {}).json()

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """A command; safe to send again, because each has an Idempotency-Key."""
        return self._send("POST", path, json=body or {}, headers={"Idempotency-Key": str(uuid4()), **headers}).json()

    def put(self, path: str, body: Any) -> Any:
        """Replace."""
        return self._send("PUT", path, json=body).json()

    def patch(self, path: str, body: Any) -> Any:
        """Change the fields given."""
        return self._send("PATCH", path, json=body).json()

    def upload(self, name: str, data: bytes, content_type: str) -> Any:
        """Send a file; what the server found it to be."""
        headers = {"Content-Type": content_type}
        return self._send("POST", "/files", params={"name": name}, data=data, headers=headers).json()

    def download(self, path: str) -> bytes:
        """A file."""
        return self._send("GET", path).content

    def refused(self, method: str, path: str, body: Any = None, **more: Any) -> dict[str, Any]:
        """The problem that the server answers; StepFailed when it does not refuse."""
        response = self.send(method, path, json=body, **more)
        if response.status_code < 400:
            raise StepFailed(f"{method} {path} 本应被拒绝,却返回 {response.status_code}")
        return {"status": response.status_code, **response.json()}

    def _at(self, path: str) -> str:
        outside = path.startswith(("/verify", "/health", "/openapi"))
        return f"{self.url}{path}" if outside else f"{self.url}/api/v1{path}"

    def _send(self, method: str, path: str, **more: Any) -> requests.Response:
        response = self.send(method, path, **more)
        if response.status_code >= 400:
            raise StepFailed(f"{method} {path}: {response.status_code} {response.text[:2000]}")
        return response

    def send(self, method: str, path: str, **more: Any) -> requests.Response:
        """Whatever the server answers; where a session has run out, after signing in again."""
        try:
            response = self.http.request(method, self._at(path), timeout=60, **more)
        except requests.RequestException as error:
            raise StepFailed(f"{method} {path}: {error}") from error
        if response.status_code == 401 and self._again:
            again, self._again = self._again, None
            self.http.headers["Authorization"] = str(Api(self.url).sign_in(*again).http.headers["Authorization"])
            answer = self.send(method, path, **more)
            self._again = again
            return answer
        if position := response.headers.get("Zhuce-Position"):
            service, _, at = position.partition(":")
            self.seen[service] = max(int(at), self.seen.get(service, 0))
        return response


def wait_for(what: str, look: Callable[[], T | None], seconds: float = 30.0) -> T:
    """What ``look`` finds, as soon as it finds something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if (found := look()) is not None:
            return found
        time.sleep(0.1)
    raise StepFailed(f"等待超时: {what}")
