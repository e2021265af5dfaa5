#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts shipping-1; it can be run by hand, too.
cd /srv/system/services/shipping || exit 1
export MSCLI_STACK=events-0123abcd
export MSCLI_PROCESS=shipping-1
export PATH=/srv/system/services/shipping/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export SERVICE_NAME=shipping
export HOST=127.0.0.1
export PORT=20011
export NATS_URL_FILE=/srv/system/.mscli/local/secrets/shipping-nats-url
exec python -m shipping
