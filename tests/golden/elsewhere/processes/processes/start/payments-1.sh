#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts payments-1; it can be run by hand, too.
cd /srv/system/services/payments || exit 1
export MSCLI_STACK=elsewhere-0123abcd
export MSCLI_PROCESS=payments-1
export PATH=/srv/system/services/payments/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export SERVICE_NAME=payments
export HOST=127.0.0.1
export PORT=20012
export DATABASE_URL_FILE=/srv/system/.mscli/local/secrets/payments-database-url
export NATS_URL_FILE=/srv/system/.mscli/local/secrets/payments-nats-url
exec python -m payments
