#!/bin/sh
# Rendered by mscli from engines/postgres - do not edit.
set -eu
data=/srv/system/.mscli/local/volumes/postgres/data
if [ ! -e "$data" ]; then
    # Made beside its place and renamed: a start that is killed here leaves no half of a cluster,
    # and what is in its place is never removed.
    rm -rf "$data.new"
    initdb --pgdata "$data.new" --username postgres --pwfile /srv/system/.mscli/local/secrets/postgres-password \
        --auth-host scram-sha-256 --auth-local scram-sha-256 \
        --locale C.UTF-8 --encoding UTF8 --no-sync >/dev/null
    mv "$data.new" "$data"
fi
exec postgres -D "$data" -c config_file=/srv/system/.mscli/local/processes/postgres/postgresql.conf
