"""The HTTP server: nameko's, hosting the application, hardened so that no client can stop the process."""

from __future__ import annotations

import logging
from typing import Any

import eventlet
from eventlet import wsgi
from flask import Flask
from nameko.web.server import HttpOnlyProtocol, WebServer

from contracts.status import ServiceStatus
from services.gateway import watching
from services.gateway.app import make_app
from services.kernel import standing
from services.kernel.collector import STANDING
from services.kernel.filestore import FileStore
from services.kernel.observe import describe
from services.kernel.rpc import RpcClient

log = logging.getLogger("zhuce.gateway")
BACKLOG = 2048
"""Connections that wait to be accepted, at most; the system may allow fewer."""
IDLE = 75
"""Seconds that a connection may say nothing; longer than the proxy in front keeps one."""


class Quiet:
    """Takes eventlet's own lines and drops their text: they hold addresses, and these may hold names."""

    def info(self, *_: Any, **__: Any) -> None:
        """An access line, or a traceback of a reply that could not be sent."""
        log.debug("server line")

    debug = error = info


class FlaskServer(WebServer):
    """Serves the application on WEB_SERVER_ADDRESS."""

    rpc = RpcClient()

    def get_wsgi_app(self) -> Flask:
        """Made when the server starts: by then settings are there and calls can be made."""
        config = self.container.config
        STANDING.watch(self.container.service_name, self.own)
        return make_app(self.rpc, FileStore(config["DATA"]), config, self.own)

    def own(self) -> ServiceStatus:
        """How this process stands: its refusals are the problems that it answered with."""
        found = standing.status(self.container)
        return found.model_copy(update={"refusals": watching.problems()})

    def stop(self) -> None:
        """No longer asked when somebody scrapes."""
        STANDING.forget(self.own)
        super().stop()

    def get_wsgi_server(
        self, sock: Any, wsgi_app: Any, protocol: Any = HttpOnlyProtocol, debug: bool = False
    ) -> wsgi.Server:
        """Without eventlet's access log, and with a limit to how long a silent client is waited for."""
        return wsgi.Server(
            sock,
            sock.getsockname(),
            wsgi_app,
            protocol=protocol,
            debug=debug,
            log=Quiet(),
            log_output=False,
            socket_timeout=IDLE,
            url_length_limit=8192,
        )

    def start(self) -> None:
        """Listen so that a crowd gets in line: nameko has fifty wait, and the others dial again, seconds later."""
        super().start()
        self._sock.listen(BACKLOG)

    def run(self) -> None:
        """Accept for ever. nameko would end the whole container when accepting fails once."""
        while self._is_accepting:
            try:
                sock, address = self._sock.accept()
            except OSError as error:
                if not self._is_accepting:
                    return
                log.error("cannot accept", extra={"error": describe(error)})
                eventlet.sleep(0.1)
                continue
            sock.settimeout(self._serv.socket_timeout)
            self.container.spawn_managed_thread(lambda s=sock, a=address: self.process_request(s, a))

    def process_request(self, sock: Any, address: Any) -> None:
        """One connection. An error that got out of here would end the container, for all clients."""
        try:
            super().process_request(sock, address)
        except Exception as error:
            log.info("connection failed", extra={"error": describe(error)})
            sock.close()
