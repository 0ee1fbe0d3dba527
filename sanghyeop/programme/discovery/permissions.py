"""Who may do what here."""

from sanghyeop.ground.parties.permissions import AddressRule, anyone

ADDRESSES: dict[str, AddressRule] = {
    "discovery:list": anyone,
}
