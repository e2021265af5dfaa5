#!/bin/bash
# What the official entrypoint does and this project relies on: POSTGRES_PASSWORD_FILE, a cluster in
# PGDATA, and /docker-entrypoint-initdb.d on a server that nobody else can reach yet.
set -Eeo pipefail
[ "${1:-postgres}" = postgres ] || exec "$@"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    mkdir -p "$PGDATA"
    chmod 700 "$PGDATA"
    initdb --username postgres --pwfile "${POSTGRES_PASSWORD_FILE:?}" --auth-host scram-sha-256 \
        --auth-local trust --pgdata "$PGDATA" >/dev/null
    echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
    pg_ctl --pgdata "$PGDATA" -o "-c listen_addresses='' -c unix_socket_directories=/var/run/postgresql" -w start
    for file in /docker-entrypoint-initdb.d/*.sh; do
        if [ -x "$file" ]; then "$file"; else . "$file"; fi
    done
    pg_ctl --pgdata "$PGDATA" -m fast -w stop
fi
exec postgres "${@:2}" -c listen_addresses='*' -c unix_socket_directories=/var/run/postgresql
