#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts temporal; it can be run by hand, too.
cd /srv/system/.mscli/local || exit 1
export MSCLI_STACK=elsewhere-0123abcd
export MSCLI_PROCESS=temporal
export PATH=/opt/engines:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
exec /opt/engines/temporal server start-dev --log-format json --log-level warn --ip 127.0.0.1 --port 20007 --ui-ip 127.0.0.1 --ui-port 20008 --http-port 20009 --metrics-port 20010 --db-filename /srv/system/.mscli/local/volumes/temporal/temporal.db --sqlite-pragma journal_mode=WAL --sqlite-pragma synchronous=OFF
