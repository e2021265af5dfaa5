#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts reports-1; it can be run by hand, too.
cd /srv/system/services/reports || exit 1
export MSCLI_STACK=shared-0123abcd
export MSCLI_PROCESS=reports-1
export PATH=/srv/system/services/reports/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export SERVICE_NAME=reports
export HOST=127.0.0.1
export PORT=20007
export DATABASE_URL_FILE=/srv/system/.mscli/local/secrets/reports-database-url
export LEGACY_SHOP_DATABASE_URL_FILE=/srv/system/.mscli/local/secrets/reports-legacy-shop-database-url
exec python -m reports
