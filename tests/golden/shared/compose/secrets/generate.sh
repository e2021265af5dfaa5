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

draw legacy-shop-postgres-password
draw legacy-shop-database-password
draw reports-postgres-password
draw reports-database-password
draw orders-database-password
write legacy-shop-database-url postgresql://legacy_shop:"$(cat legacy-shop-database-password)"@legacy-shop-postgres:5432/legacy_shop
write reports-database-url postgresql://reports:"$(cat reports-database-password)"@reports-postgres:5432/reports
write orders-legacy-shop-database-url postgresql://orders:"$(cat orders-database-password)"@legacy-shop-postgres:5432/legacy_shop
write reports-legacy-shop-database-url postgresql://reports:"$(cat reports-database-password)"@legacy-shop-postgres:5432/legacy_shop
write legacy-shop-env-sqlalchemy-database-uri postgresql+psycopg://legacy_shop:"$(cat legacy-shop-database-password)"@legacy-shop-postgres:5432/legacy_shop
write legacy-shop-migrate.env 'DATABASE_URL="'"$(escaped legacy-shop-database-url)"'"
PGPASSWORD="'"$(escaped legacy-shop-database-password)"'"
SQLALCHEMY_DATABASE_URI="'"$(escaped legacy-shop-env-sqlalchemy-database-uri)"'"
'
write legacy-shop.env 'DATABASE_URL="'"$(escaped legacy-shop-database-url)"'"
PGPASSWORD="'"$(escaped legacy-shop-database-password)"'"
SQLALCHEMY_DATABASE_URI="'"$(escaped legacy-shop-env-sqlalchemy-database-uri)"'"
'
