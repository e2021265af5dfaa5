#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts monolith-1; it can be run by hand, too.
cd /srv/system/services/monolith || exit 1
export MSCLI_STACK=split-0123abcd
export MSCLI_PROCESS=monolith-1
export PATH=/srv/system/services/monolith/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export SERVICE_NAME=monolith
export HOST=127.0.0.1
export PORT=20005
export DATABASE_URL_FILE=/srv/system/.mscli/local/secrets/monolith-database-url
exec python -m monolith
