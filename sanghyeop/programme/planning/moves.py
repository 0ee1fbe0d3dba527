"""What happens to a plan: begun, signed, submitted, taken back, decided. (Writing in it: ``writing.py``.)

Every function checks, writes and leaves its entry in the trail in one transaction on the locked row.
"""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from sanghyeop.ground.notices.moves import notify
from sanghyeop.ground.parties.models import District, Organisation
from sanghyeop.ground.trail.moves import Move, MoveTable, NotYours, Refused, lock, record
from sanghyeop.programme.discovery.models import Idea
from sanghyeop.programme.planning import permissions as who
from sanghyeop.programme.planning.models import (
    Party,
    Plan,
    Receipt,
    ReceiptSeries,
    Section,
    SectionTemplate,
    Signature,
    SignedContent,
)
from sanghyeop.programme.planning.queries import Standing, standing, templates_of
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.closing import why_closed
from sanghyeop.programme.rounds.models import Kind, Period, Round, RoundField

State = Plan.State


def not_ready(plan: Plan) -> str | None:
    """Why a plan cannot be submitted now, the first reason. Eight queries."""
    return next(iter(standing(plan).reasons()), None)


def deadline_passed(plan: Plan) -> str | None:
    return why_closed(plan.round, Period.Step.PLANS)


THREE = lazy("시, 자치구, 민간단체")
#: What is done beside the moves, as the trail tells it.
ACTS = {
    "begin": lazy("시작"),
    "comment": pgettext_lazy("one", "의견"),
    "resolve_comment": lazy("의견 해결"),
    "reopen_comment": lazy("의견 다시 열기"),
    "plan_sections": lazy("계획서의 항목 정하기"),
}
TABLE = MoveTable(
    name=pgettext_lazy("one", "사업계획서"),
    states=dict(State.choices),
    moves=(
        Move("edit", lazy("고치기"), (State.DRAFT,), State.DRAFT, who.writes, THREE),
        Move("sign", pgettext_lazy("move", "서명"), (State.DRAFT,), State.DRAFT, who.writes, THREE),
        Move(
            "submit", pgettext_lazy("move", "제출"), (State.DRAFT,), State.SUBMITTED, who.writes, THREE, not_ready,
            lazy("세 기관이 같은 내용에 서명했고, 공모 규칙을 지키며, 접수 기간 안이다"),
        ),
        Move(
            "withdraw", lazy("제출 거두기"), (State.SUBMITTED,), State.DRAFT, who.governs, lazy("시, 자치구"),
            deadline_passed, lazy("접수 기간 안이다"), why=True,
        ),
        Move(
            "give_up", pgettext_lazy("move", "그만두기"), (State.DRAFT,), State.WITHDRAWN, who.writes, THREE, why=True
        ),
        Move(
            "select", pgettext_lazy("move", "선정"), (State.SUBMITTED,), State.SELECTED, who.decides,
            lazy("시의 선정 결정"),
        ),
        Move("reject", lazy("선정하지 않음"), (State.SUBMITTED,), State.REJECTED, who.decides, lazy("시의 선정 결정")),
    ),
)  # fmt: skip


def begin(
    actor: Any,
    *,
    round_: Round,
    district: District,
    organisation: Organisation,
    field: RoundField,
    title: str,
    years: int,
    summary: str = "",
    idea: Idea | None = None,
    continues: Project | None = None,
) -> Plan:
    """Begin a plan from an adopted idea, or for a project of last year that goes on.

    Raises ``NotYours`` or ``Refused`` with the reason.
    """
    with transaction.atomic():
        plan = Plan(
            round=round_,
            district=district,
            organisation=organisation,
            field=field,
            title=title,
            summary=summary,
            years=years,
            idea=lock(idea) if idea else None,
            continues=continues,
            kind=Kind.CONTINUING if continues else Kind.NEW,
            created_by=actor,
        )
        if not any(party != Party.CITY for party in who.parties_of(actor, plan)):
            raise NotYours(_("계획서는 그 자치구의 담당자나 그 민간단체의 구성원이 시작할 수 있습니다."))
        for reason in faults_of_beginning(plan):
            raise Refused(reason)
        plan.example = round_.example
        try:
            with transaction.atomic():
                plan.save()
        except IntegrityError:
            raise Refused(_("이 아이디어(사업)로 시작한 계획서가 이미 있습니다.")) from None
        Section.objects.bulk_create(
            Section(plan=plan, key=t.key, order=t.order, title=t.title, guidance=t.guidance)
            for t in ensure_templates(round_, plan.kind)
        )
        record(actor, plan, "begin", to_state=plan.state, idea=plan.idea_id, continues=plan.continues_id)
        return plan


def faults_of_beginning(plan: Plan):
    """Why a plan may not be begun like this, one reason after the other."""
    round_, idea, project = plan.round, plan.idea, plan.continues
    if reason := why_closed(round_, Period.Step.PLANS):
        yield reason
    if plan.district.city_id != round_.city_id:
        yield _("이 자치구는 이 공모에 참여하지 않습니다.")
    kinds = {row.organisation_kind for row in round_.eligible_kinds.all()}
    if not plan.organisation.is_private or (kinds and plan.organisation.kind not in kinds):
        yield _("이 단체는 이 공모에 신청할 수 있는 종류의 단체가 아닙니다.")
    if plan.field.round_id != round_.pk:
        yield _("이 분야는 이 공모의 분야가 아닙니다.")
    if not 1 <= plan.years <= round_.max_years:
        yield _("지원 연수는 1년에서 %(most)s년까지입니다.") % {"most": round_.max_years}
    if idea is None and project is None:
        yield _("채택된 아이디어나 이어 가는 사업을 골라 주세요.")
    if idea is not None and idea.state != Idea.State.ADOPTED:
        yield _("채택된 아이디어로만 계획서를 시작할 수 있습니다.")
    if idea is not None and idea.district_id != plan.district_id:
        yield _("아이디어의 자치구와 계획서의 자치구가 다릅니다.")
    if project is not None:
        reason = why_not_continued(project, plan)
        if reason:
            yield reason


def why_not_continued(project: Project, plan: Plan) -> str | None:
    """Why a project may not go on in this round: its place, its year, its grade."""
    if project.district_id != plan.district_id:
        return _("이어 가는 사업의 자치구와 계획서의 자치구가 다릅니다.")
    last = project.round
    if last is None or last.city_id != plan.round.city_id or last.year != plan.round.year - 1:
        return _("바로 지난해의 사업만 이어 갈 수 있습니다.")
    rules = {rule.grade: rule for rule in plan.round.grade_rules.all()}
    if not rules:
        return None
    if not project.grade:
        return _("이 사업은 아직 중간평가 등급이 없어 이어서 신청할 수 없습니다.")
    rule = rules.get(project.grade)
    if rule is None or not rule.may_continue:
        return _("중간평가 등급이 ‘%(grade)s’인 사업은 이어서 신청할 수 없습니다.") % {
            "grade": project.get_grade_display()
        }
    return None


def ensure_templates(round_: Round, kind: str) -> list[SectionTemplate]:
    """The sections of a round's plans; a round without any gets those of the round that it was copied from, or the
    ones to begin with. Call inside a transaction."""
    found = list(templates_of(round_, kind))
    if found:
        return found
    SectionTemplate.objects.bulk_create(
        (SectionTemplate(round=round_, kind=kind, **row) for row in first_templates(round_, kind)),
        ignore_conflicts=True,
    )
    return list(templates_of(round_, kind))


def first_templates(round_: Round, kind: str) -> list[dict[str, Any]]:
    from sanghyeop.programme.planning.default_sections import rows

    if round_.copied_from_id:
        earlier = SectionTemplate.objects.filter(round=round_.copied_from_id, kind=kind)
        kept: list[dict[str, Any]] = [dict(row) for row in earlier.values("key", "order", "title", "guidance")]
        if kept:
            return kept
    return rows(kind)


def sign(actor: Any, plan: Plan, party: str, content_hash: str) -> Signature:
    """Put a party's signature under the content that the signer has seen. Signing again changes nothing."""
    with transaction.atomic():
        plan = lock(plan)
        TABLE.check(actor, plan, "sign")
        if party not in who.parties_of(actor, plan):
            raise NotYours(_("이 기관을 대신해 서명할 권한이 없습니다."))
        now = standing(plan)
        if content_hash != now.content_hash:
            raise Refused(_("보고 계신 사이에 내용이 바뀌었습니다. 바뀐 내용을 확인한 뒤 다시 서명해 주세요."))
        mine = now.signatures.get(party)
        if mine and mine.content_hash == now.content_hash:
            return mine
        if any(s.by_id == actor.pk and s.party != party for s in now.signatures.values()):
            raise Refused(_("한 사람이 두 기관을 대신해 서명할 수 없습니다. 다른 담당자가 서명해 주세요."))
        if mine:
            clear(mine, _("다시 서명"))
        SignedContent.objects.get_or_create(plan=plan, content_hash=now.content_hash, defaults={"content": now.content})
        signature = Signature.objects.create(plan=plan, party=party, by=actor, content_hash=now.content_hash)
        record(actor, plan, "sign", plan.state, plan.state, party=party, hash=now.content_hash)
        return signature


def clear(signature: Signature, why: str) -> None:
    signature.cleared_at = timezone.now()
    signature.cleared_why = why[:300]
    signature.save(update_fields=["cleared_at", "cleared_why"])


def clear_signatures(actor: Any, plan: Plan, why: str) -> None:
    """Take every signature off a plan whose content has changed, and tell the signers why."""
    for signature in plan.signatures.filter(cleared_at=None).select_related("by"):
        clear(signature, why)
        if signature.by_id == getattr(actor, "pk", None):
            continue
        notify(
            [signature.by],
            f"signature-cleared-{signature.pk}",
            _("서명이 풀렸습니다: %(plan)s") % {"plan": plan.title},
            _("%(name)s님이 내용을 고쳐 서명이 풀렸습니다(%(why)s). 바뀐 내용을 확인하고 다시 서명해 주세요.")
            % {"name": actor.name if actor else _("시스템"), "why": why},
            link=reverse("planning:sign", args=[plan.pk]),
            round_id=plan.round_id,
        )


def submit(actor: Any, plan: Plan) -> Receipt:
    """Freeze a plan that all three have signed and hand it in. Sent twice, the same receipt comes back."""
    with transaction.atomic():
        plan = lock(plan)
        before = plan.receipt
        if before is not None and who.writes(actor, plan):
            return before
        TABLE.check(actor, plan, "submit")
        now = standing(plan)
        series = next_in_series(plan)
        most = plan.round.plans_per_district
        if most is not None and submitted_of(plan) >= most:
            raise Refused(
                _("이 자치구가 낼 수 있는 계획서 %(most)s건을 이미 모두 냈습니다. 먼저 낸 것을 거두어야 합니다.")
                % {"most": most}
            )
        plan.submitted_at = timezone.now()
        plan.save(update_fields=["submitted_at"])
        number = f"{series.year}-{plan.district.code}-{series.last:04d}"
        TABLE.make(actor, plan, "submit", receipt=number, hash=now.content_hash)
        receipt = Receipt.objects.create(
            plan=plan,
            number=number,
            content_hash=now.content_hash,
            content=now.content,
            by=actor,
            at=plan.submitted_at,
        )
        tell_signers(now, number)
        return receipt


def next_in_series(plan: Plan) -> ReceiptSeries:
    """The next receipt number of the district's year. Its row stays locked to the end of the transaction, so that
    two submissions of one district also count each other."""
    mine = {"year": plan.round.year, "district": plan.district}
    ReceiptSeries.objects.bulk_create([ReceiptSeries(**mine)], ignore_conflicts=True)
    ReceiptSeries.objects.filter(**mine).update(last=F("last") + 1)
    return ReceiptSeries.objects.get(**mine)


def submitted_of(plan: Plan) -> int:
    """Plans that the district has in the round already."""
    return (
        Plan.objects.filter(round=plan.round_id, district=plan.district_id)
        .exclude(state__in=[State.DRAFT, State.WITHDRAWN])
        .count()
    )


def tell_signers(now: Standing, number: str) -> None:
    notify(
        [signature.by for signature in now.signatures.values()],
        f"plan-submitted-{number}",
        _("계획서를 제출했습니다: %(plan)s") % {"plan": now.plan.title},
        _("접수 번호는 %(number)s입니다. 제출한 내용은 접수증에서 언제든지 볼 수 있습니다.") % {"number": number},
        link=reverse("planning:receipt", args=[now.plan.pk, number]),
        round_id=now.plan.round_id,
    )


def withdraw(actor: Any, plan: Plan, why: str) -> Plan:
    """Take a submitted plan back before the deadline: a draft again, unsigned; its receipt stays in the history."""
    with transaction.atomic():
        plan = lock(plan)
        TABLE.check(actor, plan, "withdraw", why)
        plan.receipts.filter(withdrawn_at=None).update(
            withdrawn_at=timezone.now(), withdrawn_by=actor, withdrawn_why=why.strip()[:500]
        )
        TABLE.make(actor, plan, "withdraw", why)
        plan.submitted_at = None
        plan.save(update_fields=["submitted_at"])
        clear_signatures(actor, plan, _("제출을 거둠: %(why)s") % {"why": why.strip()})
        return plan


def give_up(actor: Any, plan: Plan, why: str) -> Plan:
    """End a draft; its idea is free for another plan."""
    with transaction.atomic():
        plan = lock(plan)
        TABLE.make(actor, plan, "give_up", why)
        clear_signatures(actor, plan, _("계획서를 그만둠: %(why)s") % {"why": why.strip()})
        return plan


def mark_selected(actor: Any, plan: Plan, why: str = "") -> Plan:
    """The decision selected this plan. Called by the selection."""
    with transaction.atomic():
        return TABLE.make(actor, lock(plan), "select", why)


def mark_rejected(actor: Any, plan: Plan, why: str = "") -> Plan:
    """The decision did not select this plan. Called by the selection."""
    with transaction.atomic():
        return TABLE.make(actor, lock(plan), "reject", why)
