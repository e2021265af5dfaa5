#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts reports-migrate; it can be run by hand, too.
cd /srv/system/services/reports || exit 1
export MSCLI_STACK=shared-0123abcd
export MSCLI_PROCESS=reports-migrate
export PATH=/srv/system/services/reports/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export SERVICE_NAME=reports
export DATABASE_URL_FILE=/srv/system/.mscli/local/secrets/reports-database-url
exec python -m reports.storage.migrate
