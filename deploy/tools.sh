#!/bin/sh
# Servers and programs that no Python package brings: installed where that needs no question (root on Debian), else named.
#
#   deploy/tools.sh rabbitmq chromium        0 when all are there in the end
set -eu

there() {
    case $1 in
        rabbitmq) [ -n "${AMQP_URI:-}" ] || [ -x /usr/sbin/rabbitmq-server ] || command -v rabbitmq-server >/dev/null 2>&1 ;;
        chromium) command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 ;;
        *) echo "tools.sh knows rabbitmq and chromium, not $1" >&2; exit 2 ;;
    esac
}

package() { case $1 in rabbitmq) echo rabbitmq-server ;; *) echo "$1" ;; esac; }

missing=
for tool in "$@"; do there "$tool" || missing="$missing $(package "$tool")"; done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing$missing from Debian ..." >&2
    log=$(mktemp)
    # RUNLEVEL=1: Debian starts what it installs, and a RabbitMQ of the whole machine is not wanted here.
    # shellcheck disable=SC2086
    if { apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1; then
        rm -f "$log"
        exit 0
    fi
    tail -n 5 "$log" >&2
    rm -f "$log"
fi
echo "Not installed:$missing" >&2
echo "  On Debian or Ubuntu, as root: apt-get install$missing" >&2
exit 1
