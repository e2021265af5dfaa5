#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts monolith-migrate; it can be run by hand, too.
cd /srv/system/services/monolith || exit 1
export MSCLI_STACK=split-0123abcd
export MSCLI_PROCESS=monolith-migrate
export PATH=/srv/system/services/monolith/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export SERVICE_NAME=monolith
export DATABASE_URL_FILE=/srv/system/.mscli/local/secrets/monolith-database-url
exec python -m monolith.storage.migrate
