#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts stock-keeper-1; it can be run by hand, too.
cd /srv/system/services/stock-keeper || exit 1
export MSCLI_STACK=elsewhere-0123abcd
export MSCLI_PROCESS=stock-keeper-1
export PATH=/srv/system/services/stock-keeper/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export SERVICE_NAME=stock-keeper
export HOST=127.0.0.1
export PORT=20011
export DATABASE_URL_FILE=/srv/system/.mscli/local/secrets/stock-keeper-database-url
export NATS_URL_FILE=/srv/system/.mscli/local/secrets/stock-keeper-nats-url
exec python -m stock_keeper
