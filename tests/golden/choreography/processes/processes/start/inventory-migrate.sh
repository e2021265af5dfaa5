#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts inventory-migrate; it can be run by hand, too.
cd /srv/system/services/inventory || exit 1
export MSCLI_STACK=choreography-0123abcd
export MSCLI_PROCESS=inventory-migrate
export PATH=/srv/system/services/inventory/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export SERVICE_NAME=inventory
export DATABASE_URL_FILE=/srv/system/.mscli/local/secrets/inventory-database-url
exec python -m inventory.storage.migrate
