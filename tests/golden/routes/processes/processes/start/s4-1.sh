#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts s4-1; it can be run by hand, too.
cd /srv/system/services/s4 || exit 1
export MSCLI_STACK=routes-0123abcd
export MSCLI_PROCESS=s4-1
export PATH=/srv/system/services/s4/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export SERVICE_NAME=s4
export HOST=127.0.0.1
export PORT=20016
exec python -m s4
