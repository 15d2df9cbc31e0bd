#!/bin/sh
# As the official image: the first start makes a cluster owned by POSTGRES_USER; every start serves it on port 5432.
set -eu
bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
data=/var/lib/postgresql/data
chown postgres:postgres /var/lib/postgresql
if [ ! -s $data/PG_VERSION ]; then
    secret=$(mktemp)
    printf '%s' "${POSTGRES_PASSWORD:?}" > "$secret"
    chown postgres "$secret"
    su postgres -s /bin/sh -c "$bin/initdb -D $data -U '${POSTGRES_USER:-postgres}' --pwfile='$secret' \
        --auth-host=scram-sha-256 --auth-local=trust --encoding=UTF8 --locale=C.UTF-8"
    rm -f "$secret"
    echo 'host all all all scram-sha-256' >> $data/pg_hba.conf
fi
exec setpriv --reuid=postgres --regid=postgres --init-groups \
    "$bin/postgres" -D $data -c 'listen_addresses=*' -c unix_socket_directories=/tmp,/var/run/postgresql "$@"
