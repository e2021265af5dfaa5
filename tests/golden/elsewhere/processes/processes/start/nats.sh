#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts nats; it can be run by hand, too.
cd /srv/system/.mscli/local/processes/nats || exit 1
export MSCLI_STACK=elsewhere-0123abcd
export MSCLI_PROCESS=nats
export PATH=/opt/engines:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
exec /opt/engines/nats-server --config /srv/system/.mscli/local/processes/nats/nats.conf
