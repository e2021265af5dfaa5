#!/bin/sh
# Rendered by mscli - do not edit. Makes the secrets of this machine that are missing.
# Running it again changes nothing. Passwords live as long as the data that they protect: to have new
# ones, remove both (docker compose down -v, and the files beside this one).
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

escaped() { # NAME: its text as Compose reads it between double quotes
    sed 's/[\\"$]/\\&/g' "$1"
}

copy() { # NAME FILE
    cmp -s "$2" "$1" && return
    cp "$2" "$1.new"
    chmod 444 "$1.new"
    mv -f "$1.new" "$1"
}

copy_text() { # NAME FILE
    text=$(cat "$2")
    write "$1" "$text"
}

copy_text legacy-secret-stripe-key "$HOME"/keys/stripe
copy orders-secret-mail-key ../keys/mail
write legacy.env 'STRIPE_KEY="'"$(escaped legacy-secret-stripe-key)"'"
'
