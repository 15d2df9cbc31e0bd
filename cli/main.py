"""``zhuce``: run the product and look into it from a terminal. Everything but ``up`` and ``matters`` speaks HTTP to a running product."""

from __future__ import annotations

import sys

import click

from cli.calendar import calendar
from cli.dead_letters import dead_letters
from cli.history import history
from cli.inspect import verify
from cli.matters import matters
from cli.rebuild import rebuild
from cli.status import status
from cli.up import up


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="zhuce", prog_name="zhuce")
def main() -> None:
    """注册:建设执业人员与企业的注册和电子证书平台。"""


for command in (up, status, history, verify, matters, calendar, dead_letters, rebuild):
    main.add_command(command)


if __name__ == "__main__":
    sys.exit(main())
