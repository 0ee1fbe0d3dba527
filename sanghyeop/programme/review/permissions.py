"""Who may do what here."""

from sanghyeop.ground.parties.permissions import AddressRule, reviewer

ADDRESSES: dict[str, AddressRule] = {
    "review:desk": reviewer,
}
