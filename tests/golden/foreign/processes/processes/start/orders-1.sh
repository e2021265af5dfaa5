#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts orders-1; it can be run by hand, too.
cd /srv/system/services/orders || exit 1
export MSCLI_STACK=foreign-0123abcd
export MSCLI_PROCESS=orders-1
export PATH=/srv/system/services/orders/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export SERVICE_NAME=orders
export HOST=127.0.0.1
export PORT=20006
export CALL_LEGACY_URL=http://127.0.0.1:20003/legacy
export CALL_LEGACY_DEADLINE=2
export CALL_LEGACY_ATTEMPT_TIMEOUT=0.7
export CALL_LEGACY_RETRIES=2
export CALL_LEGACY_MAX_CONNECTIONS=50
export CALL_LEGACY_BREAKER_FAILURE_THRESHOLD=5
export CALL_LEGACY_BREAKER_RESET_TIMEOUT=60
export CALL_LEGACY_BREAKER_HALF_OPEN_MAX_CALLS=1
export MAIL_KEY_FILE=/keys/orders-secret-mail-key
exec python -m orders
