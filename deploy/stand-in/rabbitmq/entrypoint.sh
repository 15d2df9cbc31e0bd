#!/bin/sh
# As the official image: the first user comes from RABBITMQ_DEFAULT_USER and RABBITMQ_DEFAULT_PASS; logs go to the console.
set -eu
umask 077
cat > /etc/rabbitmq/rabbitmq.conf <<END
listeners.tcp.default = 5672
loopback_users = none
default_user = ${RABBITMQ_DEFAULT_USER:-guest}
default_pass = ${RABBITMQ_DEFAULT_PASS:-guest}
END
chown -R rabbitmq:rabbitmq /etc/rabbitmq /var/lib/rabbitmq /var/log/rabbitmq
export HOME=/var/lib/rabbitmq RABBITMQ_LOGS=-
exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups /usr/lib/rabbitmq/bin/rabbitmq-server "$@"
