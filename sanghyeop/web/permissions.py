"""Addresses of the site itself."""

from sanghyeop.ground.parties.permissions import AddressRule, anyone

ADDRESSES: dict[str, AddressRule] = {
    "continue_after_login": anyone,
    "health": anyone,
}
