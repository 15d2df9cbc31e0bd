"""The first account: an operator, without whom nobody could set up an authority."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from contracts.identity import OpenAccount
from contracts.message import SYSTEM, Actor, Metadata, derived_id
from services.identity import passwords
from services.kernel.clock import clock
from services.kernel.secret_files import secret

if TYPE_CHECKING:
    from services.kernel.kernel import Ground

USERNAME = "operator"


def open_operator_account(ground: Ground) -> None:
    """Open it once. The password is ZHUCE_OPERATOR_PASSWORD, or is made and left in ``keys/operator-password``."""
    if ground.log.holder("username", USERNAME) is not None:
        return
    config = ground.config
    password = config.get("OPERATOR_PASSWORD") or secret(Path(config["DATA"]) / "keys" / "operator-password")
    account_id = derived_id("operator-account")
    ground.execute(
        OpenAccount(
            account_id=account_id,
            username=USERNAME,
            name="平台运维",
            holder=Actor(kind="operator", account_id=str(account_id)),
            password=passwords.hashed(password),
            meta=Metadata(command_id="bootstrap-operator", actor=SYSTEM, at=clock.now(), correlation_id="bootstrap"),
        )
    )
