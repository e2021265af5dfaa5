#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts orders-worker-1; it can be run by hand, too.
cd /srv/system/services/orders || exit 1
export MSCLI_STACK=elsewhere-0123abcd
export MSCLI_PROCESS=orders-worker-1
export PATH=/srv/system/services/orders/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export SERVICE_NAME=orders-worker
export HOST=127.0.0.1
export PORT=20014
export DATABASE_URL_FILE=/srv/system/.mscli/local/secrets/orders-database-url
export NATS_URL_FILE=/srv/system/.mscli/local/secrets/orders-nats-url
export TEMPORAL_ADDRESS=127.0.0.1:20007
export CALL_STOCK_KEEPER_URL=http://127.0.0.1:20003/stock-keeper
export CALL_STOCK_KEEPER_DEADLINE=2
export CALL_STOCK_KEEPER_ATTEMPT_TIMEOUT=0.7
export CALL_STOCK_KEEPER_RETRIES=2
export CALL_STOCK_KEEPER_MAX_CONNECTIONS=50
export CALL_STOCK_KEEPER_BREAKER_FAILURE_THRESHOLD=5
export CALL_STOCK_KEEPER_BREAKER_RESET_TIMEOUT=60
export CALL_STOCK_KEEPER_BREAKER_HALF_OPEN_MAX_CALLS=1
export CALL_PAYMENTS_URL=http://127.0.0.1:20003/payments
export CALL_PAYMENTS_DEADLINE=2
export CALL_PAYMENTS_ATTEMPT_TIMEOUT=0.7
export CALL_PAYMENTS_RETRIES=2
export CALL_PAYMENTS_MAX_CONNECTIONS=50
export CALL_PAYMENTS_BREAKER_FAILURE_THRESHOLD=5
export CALL_PAYMENTS_BREAKER_RESET_TIMEOUT=60
export CALL_PAYMENTS_BREAKER_HALF_OPEN_MAX_CALLS=1
export A=b
export CALL_ORDERS_URL=http://127.0.0.1:20003/orders
export CALL_ORDERS_DEADLINE=2
export CALL_ORDERS_ATTEMPT_TIMEOUT=0.7
export CALL_ORDERS_RETRIES=2
export CALL_ORDERS_MAX_CONNECTIONS=50
export CALL_ORDERS_BREAKER_FAILURE_THRESHOLD=5
export CALL_ORDERS_BREAKER_RESET_TIMEOUT=60
export CALL_ORDERS_BREAKER_HALF_OPEN_MAX_CALLS=1
exec python -m orders.worker
