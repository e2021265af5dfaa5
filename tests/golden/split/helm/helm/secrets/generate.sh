#!/bin/sh
# Rendered by mscli - do not edit. Makes the secrets of this machine that are missing.
# Running it again changes nothing. Passwords live as long as the data that they protect: to have new
# ones, remove both (the namespace's PersistentVolumeClaims, and the files beside this one).
set -eu
umask 077
cd "$(dirname "$0")"
# Nobody else on this machine may enter; what is inside is read by the containers' own users.
chmod 700 .

write() { # NAME TEXT
    [ -f "$1" ] && [ "$(cat "$1" && echo .)" = "$2." ] && return
    printf '%s' "$2" >"$1.new"
    chmod 444 "$1.new"
    mv -f "$1.new" "$1"
}

draw() { # NAME
    [ -s "$1" ] || write "$1" "$(head -c 24 /dev/urandom | base64 | tr '+/' '-_')"
}

draw monolith-postgres-password
draw monolith-database-password
draw orders-postgres-password
draw orders-database-password
write monolith-database-url postgresql://monolith:"$(cat monolith-database-password)"@monolith-postgres:5432/monolith
write orders-database-url postgresql://orders:"$(cat orders-database-password)"@orders-postgres:5432/orders
