#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts inventory-1; it can be run by hand, too.
cd /srv/system/services/inventory || exit 1
export MSCLI_STACK=choreography-0123abcd
export MSCLI_PROCESS=inventory-1
export PATH=/srv/system/services/inventory/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export SERVICE_NAME=inventory
export HOST=127.0.0.1
export PORT=20007
export DATABASE_URL_FILE=/srv/system/.mscli/local/secrets/inventory-database-url
export NATS_URL_FILE=/srv/system/.mscli/local/secrets/inventory-nats-url
exec python -m inventory
