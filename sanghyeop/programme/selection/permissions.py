"""Who may do what here."""

from sanghyeop.ground.parties.permissions import AddressRule

ADDRESSES: dict[str, AddressRule] = {}
