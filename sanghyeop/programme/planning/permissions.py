"""Who may do what here."""

from sanghyeop.ground.parties.permissions import AddressRule, planner

ADDRESSES: dict[str, AddressRule] = {
    "planning:list": planner,
}
