"""One object of every kind that an address can name, and one person of every role: built once for a whole module."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.utils import timezone

from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.files.moves import keep
from sanghyeop.ground.ledger.models import Entry
from sanghyeop.ground.notices.models import Notice
from sanghyeop.ground.notices.moves import notify
from sanghyeop.ground.parties.models import Membership, Organisation, User
from sanghyeop.programme.discovery import voices
from sanghyeop.programme.discovery.models import Comment, Committee, Picture, Report
from sanghyeop.programme.employment import attendance, paying
from sanghyeop.programme.funding import calling, changing
from sanghyeop.programme.funding import paying as paying_out
from sanghyeop.programme.hiring import applying, papers
from sanghyeop.programme.hiring import moves as hiring_moves
from sanghyeop.programme.hiring.privacy import Sent
from sanghyeop.programme.planning import writing
from sanghyeop.programme.review import assigning, conflicts, moves, panel
from sanghyeop.programme.rounds.models import Round
from sanghyeop.programme.selection import moves as choosing
from sanghyeop.programme.spending import moves as spending_moves
from sanghyeop.programme.spending import settling
from tests import builders, employing, funding, hiring, ideas, plans, selecting, spending

#: Column of the table → who it is.
ROLES = {
    "visitor": "anyone without a log-in",
    "resident": "someone with an account, author of the sample idea",
    "member": "member of the sample plan's organisation",
    "other": "member of another organisation",
    "district": "officer of the sample plan's district",
    "elsewhere": "officer of another district",
    "city": "city officer",
    "expert": "expert who sits on no panel",
    "reader": "reviewer who reads the sample plan under review",
    "idle": "reviewer on the panel who does not read it",
    "chair": "chair of the panel",
}


@dataclass
class World:
    """People by role, and the arguments of addresses by name."""

    people: dict[str, Any]
    sessions: dict[str, str] = field(default_factory=dict)  # keys of the log-ins
    objects: dict[str, Any] = field(default_factory=dict)


def build() -> World:
    """Seoul, an open round with an idea and a draft, a round under review with its panel, a published project."""
    call_command("load_demo", "--bare")
    opened = builders.the_round()
    people = everybody()
    world = World(people)
    add_ideas(world, opened)
    add_plans(world)
    add_spending(world)
    reviewed = builders.in_review(beside(opened, 1), reviews_per_plan=2, quorum=2)
    world.objects |= {"round": opened, "reviewed": reviewed, "year": opened.year}
    add_review(world, reviewed)
    add_selection(world, beside(opened, 2))
    add_hiring(world)
    add_employment(world)
    add_funding(world)
    notify([people["resident"]], "sample", "알림", "알립니다.", link="/desk/")
    world.objects["notice"] = Notice.objects.get(recipient=people["resident"], subject="알림")
    return world


def beside(opened: Round, years: int) -> Round:
    """A round of some years later with the same rules."""
    copied = Round.objects.get(pk=opened.pk)
    copied.pk, copied._state.adding = None, True
    copied.year += years
    copied.save()
    for name in ("periods", "fields", "criteria", "bonuses", "district_budgets", "category_shares", "eligible_kinds"):
        for row in getattr(opened, name).all():
            row.pk, row._state.adding, row.round = None, True, copied
            row.save()
    return copied


def everybody() -> dict[str, Any]:
    demo = {
        "resident": "resident",
        "member": "member",
        "district": "district",
        "city": "city",
        "expert": "expert",
        "reader": "reviewer",
        "chair": "chair",
    }
    people: dict[str, Any] = {role: User.objects.get(email=f"{name}@example.org") for role, name in demo.items()}
    other = builders.an_organisation("다른 단체", "은평구")
    office = Organisation.objects.get(district__name="은평구", kind="district")
    return people | {
        "visitor": AnonymousUser(),
        "other": builders.a_person("다른 회원", Membership.Role.MEMBER, other),
        "elsewhere": builders.a_person("다른 담당자", Membership.Role.DISTRICT_OFFICER, office),
        "idle": builders.a_person("쉬는 위원", Membership.Role.REVIEWER),
    }


def add_ideas(world: World, opened: Round) -> None:
    people = world.people
    idea = ideas.an_idea(people["resident"])
    stored = keep(people["resident"], StoredFile.Purpose.IDEA_PICTURE, "photo.jpg", b"picture", "image/jpeg", 4, 3)
    Picture.objects.create(idea=idea, file=stored, alt="사진")
    twin = ideas.an_idea(people["other"], title="아이 등하원 돌봄 도우미")
    checked = ideas.in_committee(ideas.an_idea(people["other"], title="골목 텃밭"))
    voices.comment(people["other"], idea, "좋은 생각입니다.")
    comment = Comment.objects.get(idea=idea)
    voices.report(people["other"], idea, "광고입니다.", comment)
    meeting = Committee.objects.create(
        round=opened, district=idea.district, held_on=timezone.localdate(), attendees=5, by=people["district"]
    )
    world.objects |= {
        "idea": idea,
        "twin": twin,
        "checked": checked,
        "comment": comment,
        "report": Report.objects.get(),
        "meeting": meeting,
        "picture": stored,
    }


def add_plans(world: World) -> None:
    draft = plans.written(plans.a_plan())
    handed_in = plans.submitted(plans.ready_plan("골목 빨래방"))
    section = draft.sections.first()
    world.objects |= {
        "draft": draft,
        "section": section,
        "remark": writing.comment(world.people["district"], section, "표를 덧붙여 주세요."),
        "position": draft.positions.first(),
        "line": draft.budget_lines.first(),
        "submitted": handed_in,
        "receipt": handed_in.receipt,
    }


def add_review(world: World, reviewed: Round) -> None:
    people = world.people
    officer = people["city"]
    seats = {
        "chair": panel.name_member(officer, reviewed, people["chair"], chair=True, max_load=0),
        "reader": panel.name_member(officer, reviewed, people["reader"]),
        "idle": panel.name_member(officer, reviewed, people["idle"]),
    }
    for seat in seats.values():
        moves.pledge(seat.user, seat)
    plan, read = builders.a_plan(reviewed, "노원구"), builders.a_plan(reviewed, "중구")
    proposal = assigning.propose(officer, reviewed)
    finished = assigning.assign_by_hand(officer, read, seats["reader"])
    criteria = moves.criteria_of(read)
    answers = moves.Answers({c.pk: 5 for c in criteria}, {c.pk: "까닭" for c in criteria}, "종합 의견")
    world.objects |= {
        "judged": plan,
        "sheet": assigning.assign_by_hand(officer, plan, seats["reader"]),
        "finished": moves.submit(people["reader"], finished, answers, finished.version),
        "seat": seats["reader"],
        "proposal": proposal,
        "bonus": reviewed.bonuses.first(),
        "conflict": conflicts.report(officer, seats["idle"], "함께 일한 적이 있습니다.", plan=plan),
    }


def add_selection(world: World, round_: Round) -> None:
    """A published decision about one plan of the member's organisation."""
    rules = {"city_budget_krw": 300_000_000, "districts_min": None, "quorum": 2, "drop_extremes_from": None}
    Round.objects.filter(pk=round_.pk).update(state=Round.State.SELECTION, **rules)
    round_ = Round.objects.get(pk=round_.pk)
    organisation = world.objects["draft"].organisation
    plan = selecting.a_scored_plan(round_, 80, "강북구", organisation=organisation)
    decision = selecting.a_locked_decision(round_)
    choosing.publish(selecting.second_officer(), decision)
    line = decision.lines.get()
    world.objects |= {
        "selected": plan,
        "decided": round_,
        "scenario": decision.scenario,
        "decision": decision,
        "letter": line,
        "project": line.project,
    }


def add_funding(world: World) -> None:
    """A grant of the member's organisation with its money paid in, a change to approve and an instalment to come;
    and a call for the operator of another."""
    grant = funding.a_paid_grant(project=funding.a_project(round=world.objects["round"]))
    one, other = (grant.budget_lines.get(item=item) for item in ("홍보비", "재료비"))
    deltas = {(one.pk, "own"): -1_000, (other.pk, "own"): 1_000}
    change = changing.ask(world.people["member"], grant, "옮깁니다", deltas)
    sent_back = grant.instalments.get()
    paying_out.take_back(world.people["district"], sent_back, "나누어 보냅니다")
    for order in (2, 3):
        row = paying_out.set_instalment(
            world.people["district"], grant, None, due_on=timezone.localdate(), milestone="", shares={"city": 1_000}
        )
        if order == 2:
            funding.paid(row, 0)
    second = funding.a_grant(project=funding.a_project("다른 사업", round=world.objects["round"]))
    call = calling.open_call(world.people["district"], second, "조건", timezone.now() + funding.DAY)
    member, purpose = world.people["member"], StoredFile.Purpose.GRANT_PAPER
    row.paper, proof = (keep(member, purpose, name, b"%PDF-", "application/pdf") for name in ("a.pdf", "b.pdf"))
    row.save(update_fields=["paper"])
    bid = calling.bid(member, call, grant.operator, "제안", [proof])
    world.objects |= {
        "grant": grant,
        "change": change,
        "instalment": row,
        "entry": Entry.objects.filter(book=grant.book_id).first(),
        "operator_call": call,
        "bid_paper": bid.papers.get(),
    }


def add_hiring(world: World) -> None:
    """The resident's application to an open intake for the published project, an offer from an earlier one, and a call
    that is still being written."""
    people, project = world.people, world.objects["project"]
    round_ = world.objects["decided"] = Round.objects.get(pk=world.objects["decided"].pk)
    project.round = round_
    (post,) = hiring_moves.make_posts(people["district"], project)
    hiring.a_rule(round_, "age_min", value=18)
    hiring.a_rule(round_, "suitability", points=10)
    earlier = hiring.an_intake(round_, name="첫 모집")
    other = builders.an_organisation("세 번째 단체")
    first = hiring.a_project("첫 사업", other)
    first.round = round_
    first.save()
    hiring.a_call(earlier, first, [hiring.a_post(first, "배달")])
    hiring.applies(earlier, first.posts.get(), who=people["resident"])
    hiring.announced(earlier)
    intake = hiring.an_intake(round_)
    call = hiring.a_call(intake, project, [post])
    application = applying.send(people["resident"], intake, hiring.personal(), [post])
    paper = papers.hand_in(people["resident"], application, "증명서", Sent("a.pdf", b"%PDF-1", "application/pdf"))
    drafted = hiring.an_intake(round_, opened=False, name="다음 모집")
    words = {"title": "다음 공고", "text": "준비하고 있습니다.", "place": "수유동"}
    world.objects["job"] = {
        "project": project,
        "intake": intake,
        "call": call,
        "application": application,
        "paper": paper,
        "check": application.checks.get(),
        "choice": application.choices.get(),
        "placement": people["resident"].placements.get(),
        "drafted": drafted,
        "written": hiring_moves.begin_call(people["district"], drafted, project, [], {}, **words),
    }


def add_employment(world: World) -> None:
    """The resident has a signed contract, a closed month with a payslip, and asks for leave."""
    people = world.people
    project = employing.a_project(round_=world.objects["round"])
    contract = employing.hired(project, people["resident"])
    employing.works(contract, employing.JUNE, paying.last_day(employing.JUNE))
    month = paying.reckon(people["member"], project, employing.JUNE)
    line = paying.personnel_lines(project).get()
    month = paying.close(people["member"], month, line, employing.JUNE.replace(month=7, day=10))
    day = employing.JUNE.replace(month=12, day=1)
    world.objects |= {
        "paid_project": project,
        "contract": contract,
        "wage_month": month,
        "payslip": month.payslips.get(),
        "leave": attendance.ask_leave(people["resident"], contract, day, "paid", "가족 행사"),
    }


def add_spending(world: World) -> None:
    """A grant with payments in three states, and one whose settlement lies before the district."""
    grant, over = funding.a_paid_grant(), spending.an_ended_grant(budget=[("operating", "city", "재료비", 50_000_000)])
    waiting, written = spending.sent(grant), spending.entered(grant)
    struck = spending.approved(over)
    settlement = spending.settlement_sent(over)
    table = "거래일자,가맹점명,이용금액\n2027-01-01,가게,1000\n".encode()  # as data
    officer, member = world.people["district"], world.people["member"]
    world.objects |= {
        "spent_grant": grant,
        "settled_grant": over,
        "waiting": waiting,
        "written": written,
        "evidence_paper": waiting.receipts.get().file,
        "struck": settling.disallow(officer, settlement, struck, 5, "시험"),
        "related_party": spending_moves.relate(member, grant, "이웃 가게", "", "가족"),
        "income": spending.interest(grant, 10),
        "bank_table": keep(member, StoredFile.Purpose.SPREADSHEET, "a.csv", table, "text/csv"),
    }
