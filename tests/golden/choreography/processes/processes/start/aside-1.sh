#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts aside-1; it can be run by hand, too.
cd /srv/system/services/aside || exit 1
export MSCLI_STACK=choreography-0123abcd
export MSCLI_PROCESS=aside-1
export PATH=/srv/system/services/aside/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export SERVICE_NAME=aside
export HOST=127.0.0.1
export PORT=20010
exec python -m aside
