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

draw stock-keeper-postgres-password
draw stock-keeper-database-password
draw payments-postgres-password
draw payments-database-password
draw orders-postgres-password
draw orders-database-password
draw nats-password
draw stock-keeper-nats-password
draw payments-nats-password
draw orders-nats-password
write stock-keeper-database-url postgresql://stock_keeper:"$(cat stock-keeper-database-password)"@stock-keeper-postgres:5432/stock_keeper
write payments-database-url postgresql://payments:"$(cat payments-database-password)"@payments-postgres:5432/payments
write orders-database-url postgresql://orders:"$(cat orders-database-password)"@orders-postgres:5432/orders
write stock-keeper-nats-url nats://stock-keeper:"$(cat stock-keeper-nats-password)"@nats:4222
write payments-nats-url nats://payments:"$(cat payments-nats-password)"@nats:4222
write orders-nats-url nats://orders:"$(cat orders-nats-password)"@nats:4222
write nats.conf '# Rendered by mscli from engines/nats - do not edit.
server_name: mscli
listen: "0.0.0.0:4222"
http: "0.0.0.0:8222"
jetstream {
  store_dir: "/var/lib/nats"
}
authorization {
  users = [
    {
      user: "mscli"
      password: "'"$(cat nats-password)"'"
      permissions {
        publish = ["events.>", "dead.>", "$JS.API.>", "$JS.ACK.>"]
        subscribe = ["events.>", "dead.>", "_INBOX.mscli.>"]
      }
    }
    {
      user: "stock-keeper"
      password: "'"$(cat stock-keeper-nats-password)"'"
      permissions {
        publish = ["events.stock-keeper.>", "dead.stock-keeper.>", "$JS.API.STREAM.CREATE.EVENTS", "$JS.API.STREAM.CREATE.DEAD", "$JS.API.CONSUMER.CREATE.EVENTS.stock-keeper.>", "$JS.API.CONSUMER.MSG.NEXT.EVENTS.stock-keeper", "$JS.ACK.EVENTS.stock-keeper.>"]
        subscribe = ["_INBOX.stock-keeper.>", "events.>"]
      }
    }
    {
      user: "payments"
      password: "'"$(cat payments-nats-password)"'"
      permissions {
        publish = ["events.payments.>", "dead.payments.>", "$JS.API.STREAM.CREATE.EVENTS", "$JS.API.STREAM.CREATE.DEAD", "$JS.API.CONSUMER.CREATE.EVENTS.payments.>", "$JS.API.CONSUMER.MSG.NEXT.EVENTS.payments", "$JS.ACK.EVENTS.payments.>"]
        subscribe = ["_INBOX.payments.>", "events.>"]
      }
    }
    {
      user: "orders"
      password: "'"$(cat orders-nats-password)"'"
      permissions {
        publish = ["events.orders.>", "dead.orders.>", "$JS.API.STREAM.CREATE.EVENTS", "$JS.API.STREAM.CREATE.DEAD", "$JS.API.CONSUMER.CREATE.EVENTS.orders.>", "$JS.API.CONSUMER.MSG.NEXT.EVENTS.orders", "$JS.ACK.EVENTS.orders.>"]
        subscribe = ["_INBOX.orders.>", "events.>"]
      }
    }
  ]
}
'
