"""The rules that Seoul's grants begin with; and the grants of the example round."""

from __future__ import annotations

from sanghyeop.demo.published import load_rates
from sanghyeop.demo.seoul import read
from sanghyeop.ground.parties.models import City
from sanghyeop.programme.funding.models import StandardCondition


def load_rules(city: City) -> None:
    """Thresholds and conditions, each with its law. Can be run again."""
    facts = read.funding()
    load_rates(facts)
    for row in facts["conditions"]:
        kept = {key: row[key] for key in ("text", "law", "valid_to")}
        StandardCondition.objects.update_or_create(
            city=city, order=row["order"], valid_from=row["valid_from"], defaults=kept
        )
