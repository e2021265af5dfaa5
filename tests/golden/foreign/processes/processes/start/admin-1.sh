#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts admin-1; it can be run by hand, too.
cd /srv/system/services/admin || exit 1
export MSCLI_STACK=foreign-0123abcd
export MSCLI_PROCESS=admin-1
export PATH=/srv/system/services/admin/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export SERVICE_NAME=admin
export HOST=127.0.0.1
export PORT=20005
exec ./run
