"""The example round's ideas, posted, supported and answered by the same moves that people use."""

from __future__ import annotations

import datetime
from collections import defaultdict
from typing import Any

from sanghyeop.demo.examples import make
from sanghyeop.demo.people import Cast
from sanghyeop.ground.parties.models import District, User
from sanghyeop.programme.discovery import moves, voices
from sanghyeop.programme.discovery.models import Idea
from sanghyeop.programme.rounds.models import Period, Round
from sanghyeop.programme.rounds.queries import period

SEED = 2027


def load_ideas(round_: Round, cast: Cast) -> dict[str, Idea]:
    """Every example idea by its key, each as far as its district has brought it."""
    fields = {field.code: field for field in round_.fields.all()}
    districts = {district.name: district for district in round_.city.districts.all()}
    officers = district_officers(cast)
    step = period(round_, Period.Step.IDEAS)
    opened = step.opens_at if step else datetime.datetime.now(datetime.UTC)
    made: dict[str, Idea] = {}
    before_committee: dict[str, list[tuple[dict[str, Any], Idea]]] = defaultdict(list)
    for facts in make.example_ideas(SEED):
        words = {key: facts[key] for key in ("title", "need", "for_whom", "place", "jobs")}
        place = {"round": round_, "district": districts[facts["district"]], "field": fields[facts["field"]]}
        idea = made[facts["key"]] = moves.post(cast.users[facts["author"]], {**words, **place, "example": True})
        for key in facts["supporters"]:
            voices.support(cast.users[key], idea, wanted=True)
        for said in facts["comments"]:
            comment = voices.comment(cast.users[said["author"]], idea, said["text"])
            comment.at = opened + datetime.timedelta(days=said["day"], hours=5)
            comment.save(update_fields=["at"])
        Idea.objects.filter(pk=idea.pk).update(created_at=opened + datetime.timedelta(days=facts["day"], hours=3))
        officer = officers[facts["district"]]
        if facts["check"]:
            check = facts["check"]
            moves.check(officer, idea, check["department"], check["feasible"], check["opinion"])
        if facts["outcome"] in ("adopted", "no_winner", "feasible"):
            moves.put_before(officer, idea)
        if facts["outcome"] in ("adopted", "no_winner"):
            before_committee[facts["district"]].append((facts, idea))
        if facts["outcome"] == "declined":
            moves.answer(officer, idea, adopt=False, words=facts["answer"])
    for name, judged in before_committee.items():
        meet(round_, districts[name], officers[name], judged)
    return made


def meet(round_: Round, district: District, officer: User, judged: list[tuple[dict[str, Any], Idea]]) -> None:
    """The district's committee says yes or no to the ideas before it, and the district answers."""
    judgements = {idea.pk: (facts["outcome"] == "adopted", facts["answer"]) for facts, idea in judged}
    step = period(round_, Period.Step.IDEAS)
    moves.record_meeting(
        officer,
        round_,
        district,
        held_on=(step.opens_at + datetime.timedelta(days=50)).date() if step else datetime.date.today(),
        attendees=9,
        minutes="위원 9명이 아이디어를 하나씩 살펴 현장의 필요와 실행 가능성을 보고 뜻을 모았습니다. (예시)",
        judgements=judgements,
        no_winner=not any(chosen for chosen, _reason in judgements.values()),
    )
    for facts, idea in judged:
        moves.answer(officer, idea, adopt=facts["outcome"] == "adopted", words=facts["answer"])


def adopt_together(round_: Round, cast: Cast, by_district: dict[str, list[Idea]]) -> None:
    """Bring ideas through their districts' funnels at once: checked, before the committee, chosen, adopted."""
    officers = district_officers(cast)
    districts = {district.name: district for district in round_.city.districts.all()}
    words = "현장의 필요가 분명하고 구에서 함께 추진할 수 있어 채택했습니다. 계획서를 함께 쓰겠습니다."
    for name, ideas in by_district.items():
        for idea in ideas:
            moves.check(officers[name], idea, "일자리정책과", True, "기존 사업과 겹치지 않아 추진할 수 있습니다.")
            moves.put_before(officers[name], idea)
        judged = [({"outcome": "adopted", "answer": words}, idea) for idea in ideas]
        meet(round_, districts[name], officers[name], judged)


def district_officers(cast: Cast) -> dict[str, User]:
    """One officer of each district, by the district's name."""
    return {facts["district"]: cast.users[facts["key"]] for facts in make.people()["district_officers"]}
