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

draw inventory-postgres-password
draw inventory-database-password
draw payments-postgres-password
draw payments-database-password
draw shipping-postgres-password
draw shipping-database-password
draw orders-postgres-password
draw orders-database-password
draw nats-password
draw inventory-nats-password
draw payments-nats-password
draw shipping-nats-password
draw orders-nats-password
write inventory-database-url postgresql://inventory:"$(cat inventory-database-password)"@inventory-postgres:5432/inventory
write payments-database-url postgresql://payments:"$(cat payments-database-password)"@payments-postgres:5432/payments
write shipping-database-url postgresql://shipping:"$(cat shipping-database-password)"@shipping-postgres:5432/shipping
write orders-database-url postgresql://orders:"$(cat orders-database-password)"@orders-postgres:5432/orders
write inventory-nats-url nats://inventory:"$(cat inventory-nats-password)"@nats:4222
write payments-nats-url nats://payments:"$(cat payments-nats-password)"@nats:4222
write shipping-nats-url nats://shipping:"$(cat shipping-nats-password)"@nats:4222
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
      user: "inventory"
      password: "'"$(cat inventory-nats-password)"'"
      permissions {
        publish = ["events.inventory.>", "dead.inventory.>", "$JS.API.STREAM.CREATE.EVENTS", "$JS.API.STREAM.CREATE.DEAD", "$JS.API.CONSUMER.CREATE.EVENTS.inventory_payments_return-goods_pay-back_succeeded.events.payments.return-goods.pay-back.succeeded", "$JS.API.CONSUMER.MSG.NEXT.EVENTS.inventory_payments_return-goods_pay-back_succeeded", "$JS.ACK.EVENTS.inventory_payments_return-goods_pay-back_succeeded.>"]
        subscribe = ["_INBOX.inventory.>"]
      }
    }
    {
      user: "payments"
      password: "'"$(cat payments-nats-password)"'"
      permissions {
        publish = ["events.payments.>", "dead.payments.>", "$JS.API.STREAM.CREATE.EVENTS", "$JS.API.STREAM.CREATE.DEAD", "$JS.API.CONSUMER.CREATE.EVENTS.payments_shipping_return-goods_collect_succeeded.events.shipping.return-goods.collect.succeeded", "$JS.API.CONSUMER.MSG.NEXT.EVENTS.payments_shipping_return-goods_collect_succeeded", "$JS.ACK.EVENTS.payments_shipping_return-goods_collect_succeeded.>"]
        subscribe = ["_INBOX.payments.>"]
      }
    }
    {
      user: "shipping"
      password: "'"$(cat shipping-nats-password)"'"
      permissions {
        publish = ["events.shipping.>", "dead.shipping.>", "$JS.API.STREAM.CREATE.EVENTS", "$JS.API.STREAM.CREATE.DEAD", "$JS.API.CONSUMER.CREATE.EVENTS.shipping_orders_return-goods_started.events.orders.return-goods.started", "$JS.API.CONSUMER.MSG.NEXT.EVENTS.shipping_orders_return-goods_started", "$JS.ACK.EVENTS.shipping_orders_return-goods_started.>", "$JS.API.CONSUMER.CREATE.EVENTS.shipping_payments_return-goods_pay-back_failed.events.payments.return-goods.pay-back.failed", "$JS.API.CONSUMER.MSG.NEXT.EVENTS.shipping_payments_return-goods_pay-back_failed", "$JS.ACK.EVENTS.shipping_payments_return-goods_pay-back_failed.>"]
        subscribe = ["_INBOX.shipping.>"]
      }
    }
    {
      user: "orders"
      password: "'"$(cat orders-nats-password)"'"
      permissions {
        publish = ["events.orders.>", "dead.orders.>", "$JS.API.STREAM.CREATE.EVENTS", "$JS.API.STREAM.CREATE.DEAD", "$JS.API.CONSUMER.CREATE.EVENTS.orders_return-goods.events.*.return-goods.>", "$JS.API.CONSUMER.MSG.NEXT.EVENTS.orders_return-goods", "$JS.ACK.EVENTS.orders_return-goods.>", "$JS.API.CONSUMER.CREATE.DEAD.orders_return-goods.dead.*.return-goods.>", "$JS.API.CONSUMER.MSG.NEXT.DEAD.orders_return-goods", "$JS.ACK.DEAD.orders_return-goods.>"]
        subscribe = ["_INBOX.orders.>"]
      }
    }
  ]
}
'
