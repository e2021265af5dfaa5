#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts legacy-1; it can be run by hand, too.
cd /srv/system/services/legacy || exit 1
export MSCLI_STACK=foreign-0123abcd
export MSCLI_PROCESS=legacy-1
export PATH=/srv/system/services/legacy/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export SERVICE_NAME=legacy
export HOST=127.0.0.1
export PORT=20004
export STRIPE_KEY_FILE=/keys/legacy-secret-stripe-key
export DATABASE_URL=sqlite:///app.db
STRIPE_KEY=$(cat /keys/legacy-secret-stripe-key) || exit 1
export STRIPE_KEY
exec sh -c 'exec gunicorn app:app --bind $HOST:$PORT'
