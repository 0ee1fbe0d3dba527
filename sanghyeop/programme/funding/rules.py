"""What officers write down beside a grant: the round's rule of paying and changing, and names of organisations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sanghyeop.ground.parties.models import Alias, Organisation
from sanghyeop.ground.trail.moves import NotYours, Refused, lock, record
from sanghyeop.programme.funding import permissions as who
from sanghyeop.programme.funding import queries
from sanghyeop.programme.funding.models import FundingRule, RuleInstalment
from sanghyeop.programme.rounds.models import Round

#: How many years of an organisation's grants are kept in sight.
HISTORY = "subsidy.history_years"


def facts_of(rule: FundingRule | None) -> dict[str, Any]:
    """A rule as plain values: for its form, and for the trail."""
    if rule is None:
        return {}
    return {
        "paying": rule.paying,
        "free_change": str(rule.free_change),
        "source": rule.source,
        "instalments": [
            {"share": str(row.share), "months": row.months, "milestone": row.milestone}
            for row in rule.instalments.all()
        ],
    }


@transaction.atomic
def save_rule(
    actor: Any, round_: Round, values: Mapping[str, Any], instalments: Sequence[Mapping[str, Any]]
) -> FundingRule:
    """The round's rule: ``paying``, ``free_change``, ``source``; instalments with ``share``, ``months``, ``milestone``.

    It holds for grants that are prepared from now on, and for changes that are asked for from now on.
    """
    round_ = lock(round_)
    if not who.changes_rule(actor, round_):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    if round_.state == Round.State.CLOSED:
        raise Refused(_("끝난 연차의 규칙은 바꿀 수 없습니다."))
    was = facts_of(queries.rule_of(round_))
    rule, _new = FundingRule.objects.update_or_create(round=round_, defaults=dict(values))
    rule.instalments.all().delete()
    RuleInstalment.objects.bulk_create(
        RuleInstalment(
            rule=rule, order=order, share=row["share"], months=row.get("months"), milestone=row.get("milestone") or ""
        )
        for order, row in enumerate(instalments, start=1)
    )
    record(actor, round_, "funding_rule", round_.state, round_.state, was=was, now=facts_of(rule))
    return rule


@transaction.atomic
def add_alias(actor: Any, organisation: Organisation, name: str) -> Alias:
    """Another name under which an organisation is known."""
    if not who.names(actor, organisation):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    organisation = lock(organisation)
    name = name.strip()
    if name == organisation.name or organisation.aliases.filter(name=name).exists():
        raise Refused(_("이미 적혀 있는 이름입니다."))
    record(actor, organisation, "alias", name=name)
    return Alias.objects.create(organisation=organisation, name=name)
