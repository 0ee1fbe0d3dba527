"""What happens in the selection: a scenario is run, proposed, confirmed by a second officer, published or taken back.

Every function checks, writes and leaves its entry in the trail in one transaction. Whoever comes second finds the
round's row locked and what the first one did.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from sanghyeop.ground.notices.moves import notify
from sanghyeop.ground.parties.models import User
from sanghyeop.ground.parties.permissions import Role
from sanghyeop.ground.trail.moves import Move, MoveTable, NotYours, Refused, lock, record
from sanghyeop.programme.planning import moves as plan_moves
from sanghyeop.programme.rounds import moves as round_moves
from sanghyeop.programme.rounds.models import Round
from sanghyeop.programme.selection import letters, running, words
from sanghyeop.programme.selection import permissions as who
from sanghyeop.programme.selection.asked import Asked
from sanghyeop.programme.selection.candidates import Candidate, hash_of, receipts_of
from sanghyeop.programme.selection.deciding import displaced_of, faults_of, lines_of, reasons_of
from sanghyeop.programme.selection.making import project_of
from sanghyeop.programme.selection.models import Decision, Force, Line, Scenario

State = Decision.State
#: States of a round in which scenarios are run; decisions are made in the second.
RUNNING = (Round.State.REVIEW, Round.State.SELECTION)
OFFICER = gettext_lazy("시 담당자")


def not_in_selection(decision: Decision) -> str | None:
    return None if decision.round.state == Round.State.SELECTION else _("지금은 선정 단계가 아닙니다.")


def cannot_stand(decision: Decision) -> str | None:
    """Why a decision can go no further: the round has moved on, or its scenario is stale or breaks a rule."""
    return not_in_selection(decision) or next(iter(faults_of(decision.scenario)), None)


TABLE = MoveTable(
    name=gettext_lazy("선정 결정"),
    states=dict(State.choices),
    moves=(
        Move(
            "lock",
            gettext_lazy("두 번째로 확인하고 확정"),
            (State.PROPOSED,),
            State.LOCKED,
            who.confirms,
            gettext_lazy("제안한 담당자가 아닌 다른 시 담당자"),
            guard=cannot_stand,
            guard_label=gettext_lazy("계획서와 점수가 그대로이고, 접수증으로 다시 세어도 모든 규칙을 지킬 때"),
            follows=gettext_lazy(
                "확정하면 결정의 내용을 더 고칠 수 없습니다. 바꾸려면 까닭을 적고 거둔 뒤 처음부터 다시 정해야 합니다."
            ),
        ),
        Move(
            "cancel",
            gettext_lazy("결정 거두기"),
            (State.PROPOSED, State.LOCKED),
            State.CANCELLED,
            who.decides,
            OFFICER,
            why=True,
        ),
        Move(
            "publish",
            gettext_lazy("결과 발표"),
            (State.LOCKED,),
            State.PUBLISHED,
            who.decides,
            OFFICER,
            guard=cannot_stand,
            guard_label=gettext_lazy("연차가 선정 단계에 있고, 계획서와 점수가 그대로일 때"),
            follows=gettext_lazy("발표하면 되돌릴 수 없고 신청한 모든 분께 결과 알림이 갑니다."),
        ),
    ),
)

#: Acts that change no state of a decision, in words for the trail.
ACTS = {"run": gettext_lazy("시나리오 계산"), "propose": gettext_lazy("결정으로 제안")}


def keep_scenario(
    actor: Any,
    round_: Round,
    name: str,
    candidates: list[Candidate],
    asked: Asked,
    forces: Mapping[int, tuple[bool, str]],
) -> Scenario:
    """Run the solver and keep what came out. ``forces``: plan → (in or out, reason).

    Solving is done before the transaction. Raises ``NotYours``, ``Refused``, ``PortfolioError``, ``Unsolved``.
    """
    if not who.selects(actor, round_):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    if round_.state not in RUNNING:
        raise Refused(_("심사나 선정 단계에서만 시나리오를 계산할 수 있습니다."))
    if any(not reason.strip() for _into, reason in forces.values()):
        raise Refused(_("계획서를 넣거나 빼는 까닭을 적어 주세요."))
    result = running.run(candidates, asked, {plan: into for plan, (into, _reason) in forces.items()})
    with transaction.atomic():
        scenario = Scenario.objects.create(
            round=round_, name=name, asked=asked.as_json(), result=result, input_hash=hash_of(candidates), by=actor
        )
        Force.objects.bulk_create(
            [
                Force(scenario=scenario, plan_id=plan, into=into, reason=reason.strip())
                for plan, (into, reason) in forces.items()
            ]
        )
        record(actor, scenario, "run", status=result["status"], selected=len(result["selected"]), forced=len(forces))
    return scenario


def propose(
    actor: Any, scenario: Scenario, *, note: str = "", letter_rank: bool = False, letter_comments: bool = True
) -> Decision:
    """The first officer makes a scenario the round's decision; another one has to confirm it.

    Raises ``NotYours``, or ``Refused`` with what stands against it. Sent twice, the standing decision comes back.
    """
    reasons, displaced = reasons_of(scenario), displaced_of(scenario)
    with transaction.atomic():
        round_ = lock(scenario.round)
        if not who.selects(actor, round_):
            raise NotYours(_("이 일을 할 권한이 없습니다."))
        if round_.state != Round.State.SELECTION:
            raise Refused(_("선정 단계에서만 결정을 제안할 수 있습니다."))
        standing = round_.decisions.exclude(state=State.CANCELLED).first()
        if standing is not None and (standing.scenario_id, standing.first_officer_id) == (scenario.pk, actor.pk):
            return standing
        if standing is not None:
            raise Refused(
                _("%(name)s 담당자가 이미 ‘%(scenario)s’을(를) 결정으로 올렸습니다. 먼저 그 결정을 거두어야 합니다.")
                % {"name": standing.first_officer, "scenario": standing.scenario}
            )
        against = list(faults_of(scenario))
        if against:
            raise Refused(" ".join(against))
        try:
            with transaction.atomic():
                decision = Decision.objects.create(
                    round=round_,
                    scenario=scenario,
                    first_officer=actor,
                    note=note.strip(),
                    letter_rank=letter_rank,
                    letter_comments=letter_comments,
                )
        except IntegrityError:
            raise Refused(_("이 연차에는 이미 결정이 있습니다. 화면을 새로 고쳐 확인해 주세요.")) from None
        Line.objects.bulk_create(lines_of(decision, reasons, displaced))
        forces = list(scenario.forces.select_related("plan"))
        record(
            actor,
            decision,
            "propose",
            to_state=decision.state,
            why="\n".join([note.strip(), *words.forced(forces)]),
            scenario=scenario.pk,
            input_hash=scenario.input_hash,
            selected=scenario.result["selected"],
            forces=[{"plan": force.plan_id, "into": force.into, "reason": force.reason} for force in forces],
        )
        tell_other_officers(actor, decision)
        return decision


def tell_other_officers(actor: Any, decision: Decision) -> None:
    """A decision waits for a second officer."""
    for officer in city_officers(decision.round).exclude(pk=actor.pk):
        with override(officer.language):
            notify(
                [officer],
                f"decision-proposed-{decision.pk}",
                _("선정 결정의 확정을 기다립니다: %(round)s") % {"round": decision.round},
                _("%(name)s 담당자가 ‘%(scenario)s’을(를) 선정 결정으로 올렸습니다. 확인하고 확정해 주세요.")
                % {"name": actor.name, "scenario": decision.scenario},
                reverse("selection:decision", args=[decision.round_id]),
                decision.round_id,
            )


def city_officers(round_: Round) -> Any:
    today = timezone.localdate()
    return User.objects.filter(
        memberships__role=Role.CITY_OFFICER,
        memberships__organisation__city=round_.city_id,
        memberships__since__lte=today,
        memberships__until__isnull=True,
        is_active=True,
    ).distinct()


def locked(decision: Decision) -> Decision:
    """The decision as it is now, with its round locked before it: the same order everywhere."""
    round_ = lock(decision.round)
    fresh = lock(decision)
    fresh.round = round_
    fresh.scenario.round = round_
    return fresh


@transaction.atomic
def confirm(actor: Any, decision: Decision) -> Decision:
    """The second officer locks the decision. Raises ``NotYours`` for the one who proposed it."""
    decision = locked(decision)
    if decision.state == State.PROPOSED and actor.pk == decision.first_officer_id:
        raise NotYours(_("결정을 올린 담당자와 다른 담당자가 확정해야 합니다."))
    TABLE.check(actor, decision, "lock")
    # Before the state, which the move writes: no decision is locked without a second officer.
    decision.second_officer, decision.second_at = actor, timezone.now()
    decision.save(update_fields=["second_officer", "second_at"])
    return TABLE.make(actor, decision, "lock")


@transaction.atomic
def cancel(actor: Any, decision: Decision, why: str) -> Decision:
    """Take back a decision that is not published yet; another can be proposed. It stays in the record."""
    return TABLE.make(actor, locked(decision), "cancel", why)


@transaction.atomic
def publish(actor: Any, decision: Decision) -> Decision:
    """Make the decision public: projects, plans' states, letters, notices and the round's state, all or nothing."""
    decision = locked(decision)
    lines = list(
        decision.lines.select_related("plan__district", "plan__organisation", "plan__field", "plan__continues")
    )
    decision.published_at = timezone.now()
    decision.save(update_fields=["published_at"])
    TABLE.make(actor, decision, "publish", selected=sum(line.selected for line in lines), letters=len(lines))
    contents = receipts_of([line.plan_id for line in lines])
    letters.write(decision, lines)
    for line in lines:
        line.plan.round = decision.round
        if line.selected:
            line.project = project_of(line, contents[line.plan_id])
            plan_moves.mark_selected(actor, line.plan)
        else:
            plan_moves.mark_rejected(actor, line.plan)
    Line.objects.bulk_update(lines, ["letter", "letter_en", "project"], batch_size=100)
    round_moves.publish(actor, decision.round)
    letters.send(decision, lines)
    return decision


#: The moves that the decision's page offers, by name.
BUTTONS = {
    "lock": lambda actor, decision, why: confirm(actor, decision),
    "cancel": cancel,
    "publish": lambda actor, decision, why: publish(actor, decision),
}
