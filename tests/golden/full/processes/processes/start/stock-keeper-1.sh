#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts stock-keeper-1; it can be run by hand, too.
cd /srv/system/services/stock-keeper || exit 1
export MSCLI_STACK=full-0123abcd
export MSCLI_PROCESS=stock-keeper-1
export PATH=/srv/system/services/stock-keeper/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export SERVICE_NAME=stock-keeper
export HOST=127.0.0.1
export PORT=21555
export DATABASE_URL_FILE=/srv/system/.mscli/local/secrets/stock-keeper-database-url
export NATS_URL_FILE=/srv/system/.mscli/local/secrets/stock-keeper-nats-url
export CALL_ORDERS_URL=http://127.0.0.1:20003/orders
export CALL_ORDERS_DEADLINE=2
export CALL_ORDERS_ATTEMPT_TIMEOUT=0.7
export CALL_ORDERS_RETRIES=2
export CALL_ORDERS_MAX_CONNECTIONS=50
export CALL_ORDERS_BREAKER_FAILURE_THRESHOLD=5
export CALL_ORDERS_BREAKER_RESET_TIMEOUT=60
export CALL_ORDERS_BREAKER_HALF_OPEN_MAX_CALLS=1
exec python -m stock_keeper
