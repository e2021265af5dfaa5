#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts orders-2; it can be run by hand, too.
cd /srv/system/services/orders || exit 1
export MSCLI_STACK=full-0123abcd
export MSCLI_PROCESS=orders-2
export PATH=/srv/system/services/orders/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export SERVICE_NAME=orders
export HOST=127.0.0.1
export PORT=20014
export DATABASE_URL_FILE=/srv/system/.mscli/local/secrets/orders-database-url
export NATS_URL_FILE=/srv/system/.mscli/local/secrets/orders-nats-url
export CALL_PAYMENTS_URL=http://127.0.0.1:20003/payments
export CALL_PAYMENTS_DEADLINE=3
export CALL_PAYMENTS_ATTEMPT_TIMEOUT=0.25
export CALL_PAYMENTS_RETRIES=1
export CALL_PAYMENTS_MAX_CONNECTIONS=7
export CALL_PAYMENTS_FALLBACK='{"paid": false}'
export CALL_PAYMENTS_BREAKER_FAILURE_THRESHOLD=3
export CALL_PAYMENTS_BREAKER_RESET_TIMEOUT=2.5
export CALL_PAYMENTS_BREAKER_HALF_OPEN_MAX_CALLS=2
export CALL_STOCK_KEEPER_URL=http://127.0.0.1:20003/stock-keeper
export CALL_STOCK_KEEPER_DEADLINE=2
export CALL_STOCK_KEEPER_ATTEMPT_TIMEOUT=0.7
export CALL_STOCK_KEEPER_RETRIES=2
export CALL_STOCK_KEEPER_MAX_CONNECTIONS=50
export CALL_STOCK_KEEPER_BREAKER_FAILURE_THRESHOLD=5
export CALL_STOCK_KEEPER_BREAKER_RESET_TIMEOUT=60
export CALL_STOCK_KEEPER_BREAKER_HALF_OPEN_MAX_CALLS=1
export FEATURE_X=on
export MOTTO='it'"'"'s $5; "cheap" & 100%'
exec python -m orders
