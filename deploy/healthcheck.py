"""Asks this container's service whether it is ready: exit code 0 or 1. Small, for it is called often."""

import http.client
import os
import sys


def address() -> tuple[str, int]:
    """Where health is answered: beside the API at the gateway, on a port of its own elsewhere."""
    where = os.environ.get("ZHUCE_HTTP") or os.environ.get("ZHUCE_HEALTH") or "127.0.0.1:8081"
    host, _, port = where.rpartition(":")
    return ("127.0.0.1" if host in ("", "0.0.0.0") else host), int(port)


def main() -> int:
    """0 when ready."""
    try:
        connection = http.client.HTTPConnection(*address(), timeout=4)
        connection.request("GET", "/health/ready")
        response = connection.getresponse()
    except OSError as error:
        print(f"not answering: {error}")
        return 1
    print(response.read(2000).decode("utf-8", "replace"))
    return 0 if response.status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
