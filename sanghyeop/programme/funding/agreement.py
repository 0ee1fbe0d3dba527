"""What the parties of a grant sign: one content, always written the same way, and one hash over it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from sanghyeop.ground.ledger.accounts import Purse
from sanghyeop.ground.notices.moves import notify
from sanghyeop.ground.trail.moves import record
from sanghyeop.programme.funding import queries
from sanghyeop.programme.funding.models import Grant, Signature
from sanghyeop.programme.planning.content import hash_of

Content = dict[str, Any]
__all__ = ["Signature", "clear_signatures", "content_hash", "content_of", "first_text", "hash_of", "tell"]


def content_of(grant: Grant) -> Content:
    """Everything that is agreed: who, what for, when, how it is paid, the budget by line and purse, the conditions.
    Four queries."""
    project = grant.project
    budget = queries.budget_of(grant)
    return {
        "number": grant.number,
        "project": project.title,
        "district": project.district.name if project.district else "",
        "operator": {"id": grant.operator_id, "name": grant.operator.name} if grant.operator else None,
        "starts_on": grant.starts_on.isoformat(),
        "ends_on": grant.ends_on.isoformat(),
        "paying": grant.paying,
        "text": grant.agreement,
        "budget": [
            {"category": line.category, "item": line.item, **{purse: budget[line.pk][purse] for purse in Purse.values}}
            for line in grant.budget_lines.all()
        ],
        "instalments": [
            {
                "order": row.order,
                "due_on": row.due_on.isoformat() if row.due_on else None,
                "milestone": row.milestone,
                **queries.shares_of(row),
            }
            for row in grant.instalments.prefetch_related("shares")
        ],
        "conditions": [{"text": row.text, "law": row.law} for row in grant.conditions.all()],
    }


def content_hash(grant: Grant) -> str:
    """The hash that a signature stands under. Four queries."""
    return hash_of(content_of(grant))


def first_text(grant: Grant) -> str:
    """The text that an agreement begins with; the parties may change it."""
    return _(
        "1. 시와 자치구는 교부결정에 따라 보조금을 교부하고, 수행기관은 사업계획과 교부조건에 따라 사업을 수행합니다.\n"
        "2. 수행기관은 보조금과 자부담을 이 사업만의 계좌에서 관리하고, 증빙을 갖추어 집행할 때마다 등록합니다.\n"
        "3. 사업 내용이나 예산, 기간을 바꾸려면 미리 변경을 신청합니다. 규칙이 허용한 범위는 승인이 필요 없습니다.\n"
        "4. 사업이 끝나면 정한 기한 안에 실적과 정산을 제출하고, 남은 돈과 이자, 인정되지 않은 돈을 반납합니다.\n"
        "5. 참여자의 근로조건과 안전, 개인정보는 관계 법령에 따라 지킵니다."
    )


def clear_signatures(actor: Any, grant: Grant, why: str) -> None:
    """Take all signatures off an agreement that has changed, keep in the trail what they stood under, and tell."""
    signatures = list(grant.signatures.select_related("by"))
    if not signatures:
        return
    grant.signatures.all().delete()
    taken = [{"party": s.party, "by": s.by_id, "hash": s.content_hash, "at": s.at.isoformat()} for s in signatures]
    entry = record(actor, grant, "unsign", grant.state, grant.state, why, taken=taken)
    tell(
        [s.by for s in signatures if s.by_id != getattr(actor, "pk", None)],
        grant,
        f"grant-unsigned-{grant.pk}-{entry.pk}",
        _("협약 서명이 풀렸습니다: %(project)s") % {"project": grant.project},
        _("%(why)s 바뀐 내용을 확인하고 다시 서명해 주세요.") % {"why": why},
        reverse("funding:agreement", args=[grant.pk]),
    )


def tell(recipients: Iterable[Any], grant: Grant, key: str, subject: str, body: str, link: str) -> None:
    """A notice about a grant."""
    notify(recipients, key, subject, body, link, grant.round_id)
