#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts gateway; it can be run by hand, too.
cd /srv/system/.mscli/local/processes/gateway || exit 1
export MSCLI_STACK=shared-0123abcd
export MSCLI_PROCESS=gateway
export PATH=/opt/engines:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
exec /opt/engines/traefik --configFile=/srv/system/.mscli/local/processes/gateway/traefik.yml
