# Scaffolded by mscli: yours to change.
"""What an order costs, and when there is none."""

import pytest

from orders.domain import Item, NotEnoughStock, Quote, check_stock, total


def test_the_total_is_the_items_and_their_way() -> None:
    assert total(Item("cup", price=1200, stock=3), 3, Quote(days=2, price=490)) == 4090


def test_there_is_no_more_than_the_stock() -> None:
    cup = Item("cup", price=1200, stock=3)
    check_stock(cup, 3)
    with pytest.raises(NotEnoughStock):
        check_stock(cup, 4)
