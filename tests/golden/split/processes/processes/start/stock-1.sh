#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts stock-1; it can be run by hand, too.
cd /srv/system/services/stock || exit 1
export MSCLI_STACK=split-0123abcd
export MSCLI_PROCESS=stock-1
export PATH=/srv/system/services/stock/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export SERVICE_NAME=stock
export HOST=127.0.0.1
export PORT=20007
exec python -m stock
