#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts web-1; it can be run by hand, too.
cd /srv/system/services/web || exit 1
export MSCLI_STACK=full-0123abcd
export MSCLI_PROCESS=web-1
export PATH=/srv/system/services/web/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export SERVICE_NAME=web
export HOST=127.0.0.1
export PORT=20015
export NATS_URL_FILE=/srv/system/.mscli/local/secrets/web-nats-url
export CALL_ORDERS_URL=http://127.0.0.1:20003/orders
export CALL_ORDERS_DEADLINE=2
export CALL_ORDERS_ATTEMPT_TIMEOUT=0.7
export CALL_ORDERS_RETRIES=2
export CALL_ORDERS_MAX_CONNECTIONS=50
export CALL_ORDERS_BREAKER_FAILURE_THRESHOLD=5
export CALL_ORDERS_BREAKER_RESET_TIMEOUT=60
export CALL_ORDERS_BREAKER_HALF_OPEN_MAX_CALLS=1
exec node server.js '--all of it'
