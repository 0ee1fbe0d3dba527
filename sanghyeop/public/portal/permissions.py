"""The public face is open to all; the desk is one's own."""

from sanghyeop.ground.parties.permissions import AddressRule, anyone, signed_in

ADDRESSES: dict[str, AddressRule] = {
    "portal:home": anyone,
    "portal:rounds": anyone,
    "portal:round": anyone,
    "portal:result": anyone,
    "portal:year": anyone,
    "portal:projects": anyone,
    "portal:projects_csv": anyone,
    "portal:project": anyone,
    "portal:stages": anyone,
    "portal:about": anyone,
    "portal:desk": signed_in,
}
