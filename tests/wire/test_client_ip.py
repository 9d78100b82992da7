"""Client addresses: believed as far as trust goes, and no further."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeai.wire.client_ip import HOPS_MAX, ClientAddresses, network_of

ADDRESSES = ClientAddresses(["10.0.0.0/8", "192.0.2.1", "2001:db8::/32", "::1"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("198.51.100.7", [], "198.51.100.7"),
        ("198.51.100.7", ["203.0.113.5"], "198.51.100.7"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.5"], "203.0.113.5"),
        ("10.0.0.1", ["1.2.3.4, 203.0.113.5, 10.9.9.9"], "203.0.113.5"),
        ("10.0.0.1", ["1.2.3.4", "203.0.113.5", "192.0.2.1"], "203.0.113.5"),
        ("10.0.0.1", ["10.1.1.1, 10.2.2.2"], "10.1.1.1"),
        ("2001:db8::9", ["2A00:0:0::5"], "2a00::5"),
        ("::1", ["[2a00::5]:443"], "2a00::5"),
        ("::1", ["203.0.113.5:8080"], "203.0.113.5"),
        ("::ffff:10.0.0.1", ["::ffff:203.0.113.5"], "203.0.113.5"),
        ("::1", ["fe80::1%eth0"], "fe80::1"),
    ],
)
def test_the_client_is_the_rightmost_whom_we_do_not_trust(
    peer: str, forwarded: list[str], client: str
) -> None:
    """The header counts only when the peer is trusted, and only as far as trust goes."""
    assert client == ADDRESSES.client(peer, forwarded)


@pytest.mark.parametrize(
    "garbage", ["unknown", "", "_hidden", "999.1.1.1", "1.2.3.4.5", "10.0.0.1/8", "x" * 100_000]
)
def test_garbage_ends_the_walk_at_the_proxy_that_let_it_in(garbage: str) -> None:
    """Nothing to the left of an entry that is no address is believed."""
    assert "10.5.5.5" == ADDRESSES.client("10.0.0.1", [f"203.0.113.5, {garbage}, 10.5.5.5"])


def test_a_peer_without_an_address_is_itself() -> None:
    """A socket file or a test client has a name that no header replaces."""
    assert "testclient" == ADDRESSES.client("testclient", ["203.0.113.5"])


def test_nobody_is_trusted_unless_declared() -> None:
    """Without proxies the header is ignored."""
    assert "10.0.0.1" == ClientAddresses([]).client("10.0.0.1", ["203.0.113.5"])


def test_a_long_header_is_read_from_the_right_only() -> None:
    """However many entries a client sends, the walk has an end."""
    flood = ",".join(["203.0.113.5"] + ["10.0.0.9"] * HOPS_MAX)

    assert "10.0.0.9" == ADDRESSES.client("10.0.0.1", [flood])
    assert "10.0.0.9" == ADDRESSES.client("10.0.0.1", flood.split(","))


@given(st.lists(st.text(max_size=80), max_size=5))
def test_a_client_cannot_speak_for_itself(claims: list[str]) -> None:
    """Whatever stands left of the entry that our proxy wrote changes nothing."""
    header = ",".join([*claims, " 203.0.113.5"])

    assert "203.0.113.5" == ADDRESSES.client("10.0.0.1", [header])


@pytest.mark.parametrize("text", ["10.0.0.1/8", "example.com", "300.0.0.0/8", ""])
def test_a_wrong_range_is_refused(text: str) -> None:
    """Only addresses and clean CIDR ranges can be trusted."""
    with pytest.raises(ValueError, match=r"\S"):
        network_of(text)
