"""Who may do what here."""

from sanghyeop.ground.parties.permissions import AddressRule, city_officer

ADDRESSES: dict[str, AddressRule] = {
    "rounds:list": city_officer,
}
