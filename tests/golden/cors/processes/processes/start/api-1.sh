#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts api-1; it can be run by hand, too.
cd /srv/system/services/api || exit 1
export MSCLI_STACK=cors-0123abcd
export MSCLI_PROCESS=api-1
export PATH=/srv/system/services/api/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export SERVICE_NAME=api
export HOST=127.0.0.1
export PORT=20004
exec python -m api
