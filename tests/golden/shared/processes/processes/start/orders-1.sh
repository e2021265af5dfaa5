#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts orders-1; it can be run by hand, too.
cd /srv/system/services/orders || exit 1
export MSCLI_STACK=shared-0123abcd
export MSCLI_PROCESS=orders-1
export PATH=/srv/system/services/orders/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export SERVICE_NAME=orders
export HOST=127.0.0.1
export PORT=20006
export LEGACY_SHOP_DATABASE_URL_FILE=/srv/system/.mscli/local/secrets/orders-legacy-shop-database-url
exec python -m orders
