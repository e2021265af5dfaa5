#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts hello-1; it can be run by hand, too.
cd /srv/system/services/hello || exit 1
export MSCLI_STACK=plain-0123abcd
export MSCLI_PROCESS=hello-1
export PATH=/srv/system/services/hello/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export SERVICE_NAME=hello
export HOST=127.0.0.1
export PORT=20004
exec python -m hello
