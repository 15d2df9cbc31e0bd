"""``zhuce``: run the product and look into it from a terminal. Everything but ``up`` and ``matters`` speaks HTTP to a running product."""

from __future__ import annotations

import sys
from importlib import import_module

import click

COMMANDS = {
    "up": "cli.up:up",
    "status": "cli.status:status",
    "history": "cli.history:history",
    "verify": "cli.inspect:verify",
    "matters": "cli.matters:matters",
    "import": "cli.importing.command:import_",
    "calendar": "cli.calendar:calendar",
    "dead-letters": "cli.dead_letters:dead_letters",
    "rebuild": "cli.rebuild:rebuild",
}
"""Where each command is: only that of the one that is wanted is imported, which is most of a short command's time."""


class Commands(click.Group):
    """All of them, each found when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In alphabetical order, as click shows them."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """None when there is no such command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="zhuce", prog_name="zhuce")
def main() -> None:
    """注册:建设执业人员与企业的注册和电子证书平台。"""


if __name__ == "__main__":
    sys.exit(main())
