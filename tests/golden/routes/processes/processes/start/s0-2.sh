#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts s0-2; it can be run by hand, too.
cd /srv/system/services/s0 || exit 1
export MSCLI_STACK=routes-0123abcd
export MSCLI_PROCESS=s0-2
export PATH=/srv/system/services/s0/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export SERVICE_NAME=s0
export HOST=127.0.0.1
export PORT=20005
exec python -m s0
