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

draw nats-password
draw orders-nats-password
draw shipping-nats-password
write orders-nats-url nats://orders:"$(cat orders-nats-password)"@nats:4222
write shipping-nats-url nats://shipping:"$(cat shipping-nats-password)"@nats:4222
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
      user: "orders"
      password: "'"$(cat orders-nats-password)"'"
      permissions {
        publish = ["events.orders.>", "dead.orders.>", "$JS.API.STREAM.CREATE.EVENTS", "$JS.API.STREAM.CREATE.DEAD", "$JS.API.CONSUMER.CREATE.EVENTS.orders.>", "$JS.API.CONSUMER.MSG.NEXT.EVENTS.orders", "$JS.ACK.EVENTS.orders.>"]
        subscribe = ["_INBOX.orders.>", "events.>"]
      }
    }
    {
      user: "shipping"
      password: "'"$(cat shipping-nats-password)"'"
      permissions {
        publish = ["events.shipping.>", "dead.shipping.>", "$JS.API.STREAM.CREATE.EVENTS", "$JS.API.STREAM.CREATE.DEAD", "$JS.API.CONSUMER.CREATE.EVENTS.shipping.>", "$JS.API.CONSUMER.MSG.NEXT.EVENTS.shipping", "$JS.ACK.EVENTS.shipping.>"]
        subscribe = ["_INBOX.shipping.>", "events.>"]
      }
    }
  ]
}
'
