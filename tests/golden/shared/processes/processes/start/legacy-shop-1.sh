#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts legacy-shop-1; it can be run by hand, too.
cd /srv/system/services/legacy-shop || exit 1
export MSCLI_STACK=shared-0123abcd
export MSCLI_PROCESS=legacy-shop-1
export PATH=/srv/system/services/legacy-shop/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export SERVICE_NAME=legacy-shop
export HOST=127.0.0.1
export PORT=20005
export DATABASE_URL_FILE=/srv/system/.mscli/local/secrets/legacy-shop-database-url
export PGHOST=127.0.0.1
export PGPORT=20004
export PGDATABASE=legacy_shop
export PGUSER=legacy_shop
export DB_HOST=127.0.0.1
export MOTTO='$(PGHOST) costs $5'
DATABASE_URL=$(cat /srv/system/.mscli/local/secrets/legacy-shop-database-url) || exit 1
export DATABASE_URL
PGPASSWORD=$(cat /srv/system/.mscli/local/secrets/legacy-shop-database-password) || exit 1
export PGPASSWORD
SQLALCHEMY_DATABASE_URI=$(cat /srv/system/.mscli/local/secrets/legacy-shop-env-sqlalchemy-database-uri) || exit 1
export SQLALCHEMY_DATABASE_URI
exec sh -c 'exec gunicorn app:app --bind $HOST:$PORT'
