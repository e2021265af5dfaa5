#!/bin/sh
# Rendered by mscli from processes - do not edit. Starts postgres-roles; it can be run by hand, too.
cd /srv/system/.mscli/local/processes/postgres-roles || exit 1
export MSCLI_STACK=shared-0123abcd
export MSCLI_PROCESS=postgres-roles
export PATH=/opt/engines:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
exec unshare --user /bin/sh /srv/system/.mscli/local/processes/postgres-roles/roles.sh
