#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts payments-migrate; it can be run by hand, too.
cd /srv/system/services/payments || exit 1
export MSCLI_STACK=elsewhere-0123abcd
export MSCLI_PROCESS=payments-migrate
export PATH=/srv/system/services/payments/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export SERVICE_NAME=payments
export DATABASE_URL_FILE=/srv/system/.mscli/local/secrets/payments-database-url
exec python -m payments.storage.migrate
