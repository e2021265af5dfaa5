"""The system as a flowchart: every route, call, database and step is in it."""

from __future__ import annotations

from mscli import systemfile
from mscli.systemfile.chart import chart

SHOP = """\
version: 1
name: shop
gateway: {port: 8088}
services:
  payments: {database: postgres}
  reports: {shares: [payments]}
  orders: {calls: [payments]}
routes:
  - {path: "/{de,en}/orders", service: orders}
  - {path: /pay, to: {payments: 90, orders: 10}}
sagas:
  buy: {owner: orders, steps: [payments:charge/refund]}
"""

DRAWN = """\
flowchart LR
  gateway(["gateway :8088"])
  s1["payments"]
  s1d[("postgres")]
  s2["reports"]
  s3["orders"]
  s1 --- s1d
  s2 --- s1d
  gateway -- "/{de,en}/orders" --> s3
  gateway -- "/pay 90 %" --> s1
  gateway -- "/pay 10 %" --> s3
  s3 --> s1
  s3 -. "buy 1: charge" .-> s1
"""


def test_everything_that_is_declared_is_drawn() -> None:
    assert chart(systemfile.read_text(SHOP).system) == DRAWN
