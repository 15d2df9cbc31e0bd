"""Settings from the environment, the same for every way of running. Secrets come from here or from files, never from code."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from contracts.labels import SETTING
from contracts.matters.registry import default_registry
from contracts.yaml_source import MatterFileError

SERVICES = ("identity", "filing", "review", "certificate", "query", "gateway")
HTTP = "127.0.0.1:8080"
WORKERS = 32
"""Requests that one service process works on at once; also how many messages it takes ahead."""


class SettingMissing(Exception):
    """A setting that cannot be guessed is not there; the message names it and says what it is for."""


class SettingWrong(SettingMissing):
    """A setting is there and leads to nothing good; the message says what to mend."""


def service_class(name: str) -> type:
    """The nameko service of this name."""
    module = import_module(f"services.{name}.service")
    return getattr(module, f"{name.capitalize()}Service")


def config_of(databases: Mapping[str, str], amqp_uri: str, data: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """The nameko configuration that every service reads."""
    http = environment.get("ZHUCE_HTTP") or HTTP
    config: dict[str, Any] = {
        "AMQP_URI": amqp_uri,
        "DATABASES": dict(databases),
        "DATA": str(data),
        "DEVELOPMENT": environment.get("ZHUCE_DEVELOPMENT", "") == "1",
        "PUBLIC_URL": environment.get("ZHUCE_PUBLIC_URL", f"http://{http}").rstrip("/"),
        "WEB_SERVER_ADDRESS": http,
        "max_workers": WORKERS,
        "HEARTBEAT": 30,
    }
    for setting in ("OPERATOR_PASSWORD", "SMS_PROVIDER", "VERIFICATION_PROVIDER", "SESSION_KEY", "CODE_KEY"):
        if value := environment.get(f"ZHUCE_{setting}"):
            config[setting] = value
    if delays := environment.get("ZHUCE_JOB_DELAYS"):  # seconds, e.g. 1,10,60,600
        config["JOB_DELAYS"] = [float(one) for one in delays.split(",")]
    return config


def needed(environment: Mapping[str, str], name: str, what: str) -> str:
    """A setting, or an error that says what it is for."""
    value = environment.get(name)
    if not value:
        raise SettingMissing(f"{name} is not set: {what}")
    return value


def readable_matters(environment: Mapping[str, str]) -> None:
    """Whoever names directories of matters hears at once what is wrong in them, and not with the first filing."""
    if environment.get(SETTING):
        try:
            default_registry()
        except MatterFileError as error:
            raise SettingWrong(f"{SETTING}={environment[SETTING]}:\n{error}") from None


def data_directory(environment: Mapping[str, str] = os.environ) -> Path:
    """``ZHUCE_DATA``, else ``./zhuce-data``: database, files and keys live there."""
    return Path(environment.get("ZHUCE_DATA") or "zhuce-data").absolute()
