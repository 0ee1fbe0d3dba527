"""Who may open the pages of notices: everyone his or her own."""

from sanghyeop.ground.parties.permissions import AddressRule, signed_in

ADDRESSES: dict[str, AddressRule] = {
    "notices:list": signed_in,
    "notices:show": signed_in,
}
