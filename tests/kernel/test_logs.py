"""Who counts as one visitor, and what of an address is kept."""

import pytest

from observatory.kernel.logs import client_of, network_of


@pytest.mark.parametrize(
    ("address", "visitor", "kept"),
    [
        ("203.0.113.9", "203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("::ffff:203.0.113.9", "203.0.113.9", "203.0.113.0/24"),
        ("::1", "::/64", "::/48"),
        ("not-an-address", "not-an-address", ""),
        (None, "", ""),
    ],
)
def test_an_address_stands_for_a_visitor_and_its_network_is_kept(address: str | None, visitor: str, kept: str) -> None:
    assert client_of(address) == visitor
    assert network_of(address) == kept
