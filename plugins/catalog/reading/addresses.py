"""Which addresses a server may be sent to on behalf of somebody else."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

_GLOBAL = IPv6Network("2000::/3")
_DOCUMENTATION = IPv6Network("3fff::/20")
_NAT64 = IPv6Network("64:ff9b::/96")
_METADATA = frozenset((ip_address("fd00:ec2::254"), ip_address("100.100.100.200"), ip_address("192.0.0.192")))


def unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 address leads to by mapping, NAT64, 6to4 or Teredo; else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address in _NAT64 or int(address) >> 32 == 0 and int(address) > 1:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address.sixtofour:
        return address.sixtofour
    return address.teredo[1] if address.teredo else address


def is_public(address: Address) -> bool:
    """Say whether an address belongs to the public internet."""
    real = unwrapped(address)
    # Python takes whatever it doesn't know for global: fec0::/10, and 3fff::/20 before 3.13.
    if isinstance(real, IPv6Address) and (real not in _GLOBAL or real in _DOCUMENTATION):
        return False
    return real.is_global and not (real.is_multicast or real.is_reserved or real.is_unspecified)


def is_internal(address: Address) -> bool:
    """Say whether a host listed as internal may have this address: private or loopback, never a metadata service."""
    real = unwrapped(address)
    if real.is_link_local or real.is_multicast or real.is_unspecified or real in _METADATA:
        return False
    return real.is_private or real.is_loopback
