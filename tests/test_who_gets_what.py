"""Every address and every role: who gets what, from one table.

A cell says what a person gets: ``yes`` (the page, or where it leads), ``login`` (a visitor is led to the log-in),
``no`` (403), ``none`` (404: it is not there for this person), ``late`` (409: not in this state). Rows of addresses
that take forms only have POST before their name; the form sent is empty, so one who may send it is shown what lacks
or the move is made. A new address without a row fails. What is named by an address is in ``sample_world.py``.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from sanghyeop.ground.trail.models import Entry
from tests.sample_world import ROLES, World, build

pytestmark = pytest.mark.django_db

TABLE = """
address                          visitor resident member other district elsewhere city expert reader idle chair
portal:home                      yes     yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
portal:rounds                    yes     yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
portal:round                     yes     yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
portal:result                    yes     yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
portal:year                      yes     yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
portal:projects                  yes     yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
portal:projects_csv              yes     yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
portal:project                   yes     yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
portal:stages                    yes     yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
portal:about                     yes     yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
portal:desk                      login   yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
parties:login                    yes     yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
POST parties:logout              yes     yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
parties:signup                   yes     yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
POST parties:language            yes     yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
parties:account                  login   yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
parties:password                 login   yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
parties:password_reset           yes     yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
parties:password_reset_sent      yes     yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
parties:password_reset_confirm   yes     yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
continue_after_login             yes     yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
health                           yes     yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
notices:list                     login   yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
notices:show                     login   yes      none   none  none     none      none none   none   none none
rounds:list                      login   no       no     no    no       no        yes  no     no     no   no
rounds:new                       login   no       no     no    no       no        yes  no     no     no   no
rounds:overview                  login   no       no     no    no       no        yes  no     no     no   no
POST rounds:copy                 login   no       no     no    no       no        late no     no     no   no
POST rounds:supplement           login   no       no     no    no       no        yes  no     no     no   no
POST rounds:move                 login   no       no     no    no       no        late no     no     no   no
rounds:trail                     login   no       no     no    yes      yes       yes  no     no     no   no
rounds:part                      login   no       no     no    no       no        yes  no     no     no   no
rounds:call                      yes     yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
rounds:call_criteria             yes     yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
discovery:list                   yes     yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
discovery:unanswered             yes     yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
discovery:new                    yes     yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
discovery:alike                  yes     yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
discovery:picture                yes     yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
discovery:report_comment         login   yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
discovery:show                   yes     yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
discovery:edit                   login   yes      none   none  none     none      none none   none   none none
POST discovery:support           login   late     yes    yes   yes      yes       yes  yes    yes    yes  yes
POST discovery:comment           login   yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
discovery:report                 login   yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
discovery:act                    login   yes      no     no    no       no        no   no     no     no   no
discovery:funnel                 login   no       no     no    yes      yes       no   no     no     no   no
discovery:counter                login   no       no     no    yes      yes       no   no     no     no   no
discovery:meetings               login   no       no     no    yes      yes       no   no     no     no   no
discovery:new_meeting            login   no       no     no    yes      yes       no   no     no     no   no
discovery:meeting                login   no       no     no    yes      none      no   no     no     no   no
discovery:reports                login   no       no     no    yes      yes       no   no     no     no   no
discovery:handle_report          login   no       no     no    yes      none      no   no     no     no   no
discovery:check                  login   no       no     no    yes      none      no   no     no     no   no
discovery:answer                 login   no       no     no    yes      none      no   no     no     no   no
discovery:twins                  login   no       no     no    yes      none      no   no     no     no   no
discovery:merge                  login   no       no     no    yes      none      no   no     no     no   no
planning:list                    login   no       yes    yes   yes      yes       yes  no     no     no   no
planning:export                  login   no       yes    yes   yes      yes       yes  no     no     no   no
planning:begin                   login   no       yes    yes   yes      yes       no   no     no     no   no
planning:templates               login   no       no     no    no       no        yes  no     no     no   no
planning:show                    login   no       yes    none  yes      none      yes  no     no     no   no
planning:read                    login   no       yes    none  yes      none      yes  no     no     no   no
planning:facts                   login   no       yes    none  yes      none      yes  no     no     no   no
planning:sign                    login   no       yes    none  yes      none      yes  no     no     no   no
POST planning:submit             login   no       late   none  late     none      late no     no     no   no
planning:withdraw                login   no       no     none  yes      none      yes  no     no     no   no
planning:give_up                 login   no       yes    none  yes      none      yes  no     no     no   no
planning:history                 login   no       yes    none  yes      none      yes  no     no     no   no
planning:receipt                 login   no       yes    none  yes      none      yes  no     no     no   no
planning:check_receipt           login   no       yes    none  yes      none      yes  no     no     no   no
planning:section                 login   no       yes    none  yes      none      yes  no     no     no   no
planning:edit_section            login   no       yes    none  yes      none      yes  no     no     no   no
POST planning:editing            login   no       yes    none  yes      none      yes  no     no     no   no
planning:section_history         login   no       yes    none  yes      none      yes  no     no     no   no
POST planning:restore_section    login   no       late   none  late     none      late no     no     no   no
planning:comment                 login   no       yes    none  yes      none      yes  no     no     no   no
POST planning:resolve_comment    login   no       yes    none  yes      none      yes  no     no     no   no
planning:positions               login   no       yes    none  yes      none      yes  no     no     no   no
planning:position                login   no       yes    none  yes      none      yes  no     no     no   no
POST planning:remove_position    login   no       yes    none  yes      none      yes  no     no     no   no
planning:budget                  login   no       yes    none  yes      none      yes  no     no     no   no
POST planning:budget_preview     login   no       yes    none  yes      none      yes  no     no     no   no
planning:budget_line             login   no       yes    none  yes      none      yes  no     no     no   no
POST planning:remove_budget_line login   no       yes    none  yes      none      yes  no     no     no   no
planning:forecast                login   no       yes    none  yes      none      yes  no     no     no   no
review:desk                      login   no       no     no    no       no        yes  yes    yes    yes  yes
review:pledge                    login   no       no     no    no       no        no   none   yes    none none
review:sheet                     login   no       no     no    no       no        no   none   yes    none none
POST review:save                 login   no       no     no    no       no        no   none   yes    none none
POST review:step_back            login   no       no     no    no       no        no   none   yes    none none
review:round                     login   no       no     no    no       no        yes  none   yes    yes  yes
review:progress                  login   no       no     no    no       no        yes  none   none   none yes
POST review:remind               login   no       no     no    no       no        yes  none   none   none yes
review:results                   login   no       no     no    no       no        yes  none   none   none yes
review:result_file               login   no       no     no    no       no        yes  no     no     no   no
POST review:choose               login   no       no     no    no       no        yes  none   none   none yes
review:worked                    login   no       no     no    no       no        yes  none   none   none yes
review:read                      login   no       no     no    no       no        yes  none   none   none yes
POST review:reopen               login   no       no     no    no       no        yes  none   none   none yes
review:panel                     login   no       no     no    no       no        yes  no     no     no   no
review:member                    login   no       no     no    no       no        yes  no     no     no   no
POST review:remove_member        login   no       no     no    no       no        yes  no     no     no   no
review:conflicts                 login   no       no     no    no       no        yes  no     no     no   no
POST review:lift                 login   no       no     no    no       no        late no     no     no   no
review:assignments               login   no       no     no    no       no        yes  no     no     no   no
POST review:propose              login   no       no     no    no       no        yes  no     no     no   no
review:proposal                  login   no       no     no    no       no        yes  no     no     no   no
review:plan                      login   no       no     no    no       no        yes  no     no     no   no
POST review:release              login   no       no     no    no       no        late no     no     no   no
POST review:grant                login   no       no     no    no       no        yes  no     no     no   no
POST review:take_grant           login   no       no     no    no       no        late no     no     no   no
selection:list                   login   no       no     no    no       no        yes  no     no     no   no
selection:desk                   login   no       no     no    no       no        yes  no     no     no   no
selection:candidates             login   no       no     no    no       no        yes  no     no     no   no
selection:new                    login   no       no     no    no       no        yes  no     no     no   no
selection:compare                login   no       no     no    no       no        yes  no     no     no   no
selection:scenario               login   no       no     no    no       no        yes  no     no     no   no
selection:fresh                  login   no       no     no    no       no        yes  no     no     no   no
POST selection:analyse           login   no       no     no    no       no        yes  no     no     no   no
selection:scenario_file          login   no       no     no    no       no        yes  no     no     no   no
selection:propose                login   no       no     no    no       no        yes  no     no     no   no
selection:decision               login   no       no     no    no       no        yes  no     no     no   no
POST selection:move              login   no       no     no    no       no        late no     no     no   no
selection:decision_file          login   no       no     no    no       no        yes  no     no     no   no
selection:letter                 login   no       yes    none  yes      none      yes  no     no     no   no
funding:list                     login no yes yes yes yes yes no no no no
funding:to_prepare               login no no no yes yes yes no no no no
funding:calls                    login no yes yes yes yes yes no no no no
funding:call                     login no yes yes yes yes yes no no no no
funding:bid_paper                login no yes none yes none yes no no no no
funding:organisation             login no yes none yes yes yes no no no no
POST funding:add_alias           login no no no yes no yes no no no no
funding:rule                     login no no no no no yes no no no no
funding:show                     login no yes none yes none yes no no no no
funding:edit                     login no no no yes none yes no no no no
POST funding:decide              login no no no no no yes no no no no
POST funding:retract             login no no no no no yes no no no no
funding:operator                 login no no no yes none yes no no no no
funding:open_call                login no no no yes none yes no no no no
funding:agreement                login no yes none yes none yes no no no no
funding:trail                    login no yes none yes none yes no no no no
funding:new_instalment           login no no no yes none yes no no no no
funding:instalment               login no no no yes none yes no no no no
funding:paper                    login no yes none yes none yes no no no no
POST funding:move_instalment     login no late none late none late no no no no
funding:changes                  login no yes none yes none yes no no no no
funding:ask_change               login no yes none yes none no no no no no
funding:change                   login no yes none yes none yes no no no no
POST funding:move_change         login no late none late none late no no no no
funding:journal                  login no yes none yes none yes no no no no
funding:entry                    login no yes none yes none yes no no no no
funding:months                   login no yes none yes none yes no no no no
funding:measures                 login no yes none yes none yes no no no no
funding:pace                     login no yes none yes none yes no no no no
hiring:jobs                      yes     yes      yes    yes     yes      yes       yes  yes    yes    yes  yes
hiring:call                      yes     yes      yes    yes     yes      yes       yes  yes    yes    yes  yes
hiring:result                    yes     yes      yes    yes     yes      yes       yes  yes    yes    yes  yes
hiring:result_files              none    none     none   none    none     none      none none   none   none none
hiring:apply                     login   yes      yes    yes     yes      yes       yes  yes    yes    yes  yes
hiring:mine                      login   yes      yes    yes     yes      yes       yes  yes    yes    yes  yes
hiring:application               login   yes      none   none    none     none      none none   none   none none
hiring:edit                      login   yes      none   none    none     none      none none   none   none none
hiring:withdraw                  login   yes      none   none    none     none      none none   none   none none
hiring:hand_in                   login   yes      none   none    none     none      none none   none   none none
hiring:paper                     login   yes      yes    none    yes      none      none none   none   none none
POST hiring:take_paper_back      login   yes      none   none    none     none      none none   none   none none
POST hiring:answer               login   late     none   none    none     none      none none   none   none none
hiring:desk                      login   no       yes    yes     yes      yes       no   no     no     no   no
hiring:new_intake                login   no       no     no      yes      yes       no   no     no     no   no
hiring:intake                    login   no       yes    none    yes      none      no   no     no     no   no
hiring:act_intake                login   no       no     no      yes      none      no   no     no     no   no
hiring:settle                    login   no       no     no      yes      none      no   no     no     no   no
hiring:applicants                login   no       yes    none    yes      none      no   no     no     no   no
hiring:placements                login   no       yes    none    yes      none      no   no     no     no   no
hiring:posts                     login   no       yes    none    yes      none      no   no     no     no   no
hiring:new_call                  login   no       yes    none    yes      none      no   no     no     no   no
hiring:edit_call                 login   no       yes    none    yes      none      no   no     no     no   no
hiring:act_call                  login   no       yes    none    yes      none      no   no     no     no   no
hiring:applicant                 login   no       yes    none    yes      none      no   no     no     no   no
hiring:correct                   login   no       no     no      yes      none      no   no     no     no   no
hiring:suitability               login   no       yes    none    yes      none      no   no     no     no   no
hiring:cancel                    login   no       no     no      yes      none      no   no     no     no   no
hiring:rules                     login   no       no     no      no       no        yes  no     no     no   no
employment:mine                  login   yes      yes    yes   yes      yes       yes  yes    yes    yes  yes
POST employment:clock            login   yes      none   none  none     none      none none   none   none none
employment:my_days               login   yes      none   none  none     none      none none   none   none none
employment:leave                 login   yes      none   none  none     none      none none   none   none none
POST employment:leave_move       login   late     late   none  late     none      none none   none   none none
employment:contract              login   yes      yes    none  yes      none      none none   none   none none
employment:contract_file         login   yes      yes    none  yes      none      none none   none   none none
POST employment:sign             login   yes      none   none  none     none      none none   none   none none
employment:payslip               login   yes      yes    none  yes      none      none none   none   none none
employment:payslip_file          login   yes      yes    none  yes      none      none none   none   none none
employment:projects              login   no       yes    yes   yes      yes       yes  no     no     no   no
employment:project               login   no       yes    none  yes      none      none no     no     no   no
employment:new                   login   no       yes    none  yes      none      none no     no     no   no
employment:edit                  login   no       yes    none  yes      none      none no     no     no   no
POST employment:contract_move    login   no       yes    none  yes      none      none no     no     no   no
POST employment:wage_change      login   no       yes    none  yes      none      none no     no     no   no
POST employment:end              login   no       yes    none  yes      none      none no     no     no   no
employment:days                  login   no       yes    none  yes      none      none no     no     no   no
employment:day                   login   no       yes    none  yes      none      none no     no     no   no
employment:leaves                login   no       yes    none  yes      none      none no     no     no   no
employment:indirect              login   no       yes    none  yes      none      none no     no     no   no
employment:wages                 login   no       yes    none  yes      none      none no     no     no   no
POST employment:reckon           login   no       yes    none  yes      none      none no     no     no   no
employment:month                 login   no       yes    none  yes      none      none no     no     no   no
POST employment:close            login   no       yes    none  yes      none      none no     no     no   no
POST employment:pay_out          login   no       yes    none  yes      none      none no     no     no   no
employment:planner               login   no       yes    yes   yes      yes       yes  no     no     no   no
employment:jobs                  login   no       no     no    yes      yes       yes  no     no     no   no
employment:vacancies             login   no       no     no    yes      yes       yes  no     no     no   no
employment:rules                 login   no       no     no    no       no        yes  no     no     no   no
spending:list                    login   no       yes    yes   yes      yes       yes  no     no     no   no
spending:columns                 login   no       no     no    no       no        yes  no     no     no   no
spending:evidence                login   no       no     no    no       no        yes  no     no     no   no
spending:grade                   login   no       no     no    no       no        yes  no     no     no   no
spending:grant                   login   no       yes    none   yes      none      yes   no     no     no   no
spending:trail                   login   no       yes    none   yes      none      yes   no     no     no   no
spending:expenses                login   no       yes    none   yes      none      yes   no     no     no   no
spending:expense                 login   no       yes    none   yes      none      yes   no     no     no   no
spending:paper                   login   no       yes    none   yes      none      yes   no     no     no   no
spending:related                 login   no       yes    none   yes      none      yes   no     no     no   no
spending:incomes                 login   no       yes    none   yes      none      yes   no     no     no   no
spending:export                  login   no       yes    none   yes      none      yes   no     no     no   no
spending:audit_file              login   no       yes    none   yes      none      yes   no     no     no   no
spending:settlement              login   no       yes    none   yes      none      yes   no     no     no   no
spending:enter                   login   no       yes    none   no       none      no    no     no     no   no
spending:edit                    login   no       yes    none   no       none      no    no     no     no   no
spending:move                    login   no       no     none   yes      none      no    no     no     no   no
spending:cancel_income           login   no       no     none   yes      none      no    no     no     no   no
spending:import                  login   no       yes    none   no       none      no    no     no     no   no
spending:check_import            login   no       yes    none   no       none      no    no     no     no   no
spending:write                   login   no       late   none   late     none      late  no     no     no   no
spending:settle                  login   no       no     none   yes      none      no    no     no     no   no
spending:disallow                login   no       no     none   yes      none      no    no     no     no   no
spending:refund                  login   no       no     none   no       none      yes   no     no     no   no
POST spending:many               login   no       yes    none   yes      none      yes   no     no     no   no
POST spending:unrelate           login   no       yes    none   yes      none      no    no     no     no   no
POST spending:begin              login   no       yes    none   yes      none      yes   no     no     no   no
POST spending:allow              login   no       no     none   yes      none      no    no     no     no   no
"""

REFUSED = ("login", "no", "none")


def rows() -> dict[tuple[str, str], dict[str, str]]:
    """(method, name of the address) → role → cell."""
    head, *lines = (line.split() for line in TABLE.strip().splitlines())
    found = {}
    for words in lines:
        method = words.pop(0) if words[0] == "POST" else "GET"
        name, *cells = words
        found[method, name] = dict(zip(head[1:], cells, strict=True))
    return found


ROWS = rows()


def names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from names(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}"


#: Addresses of hiring → which thing of ``sample_world.add_hiring`` they name.
JOBS = {
    "call": "call", "result": "intake", "result_files": "intake", "apply": "intake", "application": "application",
    "edit": "application", "withdraw": "application", "hand_in": "application", "paper": "paper",
    "take_paper_back": "paper", "answer": "placement", "intake": "intake", "settle": "intake", "applicants": "intake",
    "placements": "intake", "posts": "project", "new_call": "project", "edit_call": "written",
    "applicant": "application", "correct": "check", "suitability": "choice", "cancel": "placement",
}  # fmt: skip


def arguments(world: World, name: str) -> dict[str, object]:
    """What stands in an address's places: by app, where not told otherwise."""
    thing = world.objects
    app = name.partition(":")[0]
    section = {"pk": thing["draft"].pk, "key": thing["section"].key}
    own = {
        "discovery:picture": {"key": thing["picture"].key},
        "discovery:report_comment": {"pk": thing["comment"].pk},
        "discovery:act": {"pk": thing["idea"].pk, "action": "withdraw"},
        "discovery:meeting": {"pk": thing["meeting"].pk},
        "discovery:handle_report": {"pk": thing["report"].pk},
        "discovery:answer": {"pk": thing["checked"].pk},
        "discovery:merge": {"pk": thing["idea"].pk, "twin": thing["twin"].pk},
        **{f"hiring:{which}": {"pk": thing["job"][of].pk} for which, of in JOBS.items()},
        "hiring:act_intake": {"pk": thing["job"]["drafted"].pk, "action": "open"},
        "hiring:act_call": {"pk": thing["job"]["written"].pk, "action": "withdraw"},
        "hiring:rules": {"pk": thing["decided"].pk},
        "employment:leave_move": {"pk": thing["leave"].pk},
        **{f"employment:{which}": {"pk": thing["payslip"].pk} for which in ("payslip", "payslip_file")},
        "employment:new": {"pk": thing["contract"].placement_id},
        "employment:day": {"pk": thing["contract"].pk, "on": "2026-06-09"},
        **{
            f"employment:{which}": {"pk": thing["paid_project"].pk}
            for which in ("project", "days", "leaves", "indirect", "wages", "reckon")
        },
        **{f"employment:{which}": {"pk": thing["wage_month"].pk} for which in ("month", "close", "pay_out")},
        "employment:rules": {"pk": thing["round"].pk},
        "funding:call": {"number": thing["operator_call"].pk},
        "funding:bid_paper": {"number": thing["operator_call"].pk, "paper": thing["bid_paper"].pk},
        "funding:organisation": {"number": thing["grant"].operator_id},
        "funding:add_alias": {"number": thing["grant"].operator_id},
        "funding:rule": {"round_pk": thing["round"].pk},
        **{
            f"funding:{which}": {"pk": thing["grant"].pk, "number": thing["instalment"].pk}
            for which in ("instalment", "paper", "move_instalment")
        },
        **{
            f"funding:{which}": {"pk": thing["grant"].pk, "number": thing["change"].pk}
            for which in ("change", "move_change")
        },
        "funding:entry": {"pk": thing["grant"].pk, "entry": thing["entry"].pk},
        "notices:show": {"pk": thing["notice"].pk},
        "parties:password_reset_confirm": {"uidb64": "MQ", "token": "none"},
        "planning:templates": {"round_pk": thing["round"].pk, "kind": "new"},
        "planning:withdraw": {"pk": thing["submitted"].pk},
        "planning:receipt": {"pk": thing["submitted"].pk, "number": thing["receipt"].number},
        "planning:check_receipt": {"pk": thing["submitted"].pk, "number": thing["receipt"].number},
        **{
            f"planning:{which}": section
            for which in ("section", "edit_section", "editing", "section_history", "restore_section", "comment")
        },
        "planning:resolve_comment": {"pk": thing["draft"].pk, "comment_pk": thing["remark"].pk},
        "planning:position": {"pk": thing["draft"].pk, "row_pk": thing["position"].pk},
        "planning:remove_position": {"pk": thing["draft"].pk, "row_pk": thing["position"].pk},
        "planning:budget_line": {"pk": thing["draft"].pk, "row_pk": thing["line"].pk},
        "planning:remove_budget_line": {"pk": thing["draft"].pk, "row_pk": thing["line"].pk},
        "portal:project": {"pk": thing["project"].pk},
        "portal:result": {"pk": thing["decided"].pk},
        "portal:year": {"year": thing["year"]},
        "review:pledge": {"pk": thing["seat"].pk},
        "review:member": {"pk": thing["seat"].pk},
        "review:remove_member": {"pk": thing["seat"].pk},
        "review:lift": {"pk": thing["conflict"].pk},
        "review:proposal": {"pk": thing["proposal"].pk},
        "review:plan": {"pk": thing["judged"].pk},
        "review:worked": {"pk": thing["judged"].pk},
        "review:grant": {"pk": thing["judged"].pk, "bonus": thing["bonus"].pk},
        "review:take_grant": {"pk": thing["judged"].pk, "bonus": thing["bonus"].pk},
        **{f"review:{which}": {"pk": thing["sheet"].pk} for which in ("sheet", "save", "step_back", "release")},
        "review:read": {"pk": thing["finished"].pk},
        "review:reopen": {"pk": thing["finished"].pk},
        "rounds:part": {"pk": thing["round"].pk, "key": "basics"},
        **{
            f"selection:{which}": {"pk": thing["decided"].pk, "scenario_pk": thing["scenario"].pk}
            for which in ("scenario", "fresh", "analyse", "scenario_file", "propose")
        },
        "selection:move": {"pk": thing["decided"].pk, "decision_pk": thing["decision"].pk},
        "selection:decision_file": {"pk": thing["decided"].pk, "decision_pk": thing["decision"].pk},
        "selection:letter": {"pk": thing["decided"].pk, "line_pk": thing["letter"].pk},
    }
    grant, over = thing["spent_grant"], thing["settled_grant"]
    own |= {
        "spending:evidence": {"round_pk": thing["round"].pk},
        "spending:expense": {"pk": grant.pk, "number": thing["waiting"].number},
        "spending:edit": {"pk": grant.pk, "number": thing["written"].number},
        "spending:move": {"pk": grant.pk, "number": thing["waiting"].number, "action": "approve"},
        "spending:paper": {"pk": grant.pk, "key": thing["evidence_paper"].key},
        "spending:unrelate": {"pk": grant.pk, "party": thing["related_party"].pk},
        "spending:cancel_income": {"pk": grant.pk, "income": thing["income"].pk},
        "spending:check_import": {"pk": grant.pk, "key": thing["bank_table"].key},
        "spending:write": {"pk": over.pk},
        "spending:settle": {"pk": over.pk, "action": "check"},
        "spending:disallow": {"pk": over.pk, "number": thing["struck"].expense.number},
        "spending:allow": {"pk": over.pk, "disallowance": thing["struck"].pk},
        "spending:refund": {"pk": over.pk, "purse": "city"},
        "spending:settlement": {"pk": over.pk},
    }
    by_app = {
        "spending": {"pk": grant.pk},
        "discovery": {"pk": thing["idea"].pk},
        "employment": {"pk": thing["contract"].pk},
        "funding": {"pk": thing["grant"].pk},
        "planning": {"pk": thing["draft"].pk},
        "portal": {"pk": thing["round"].pk},
        "review": {"pk": thing["reviewed"].pk},
        "rounds": {"pk": thing["round"].pk},
        "selection": {"pk": thing["decided"].pk},
    }
    return own.get(name) or by_app.get(app, {})


#: What a form must say for the address to be more than "not there"; all others are sent empty.
SENT = {"rounds:move": {"action": "close", "why": "시험", "sure": "on"}}


def address(world: World, name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return reverse(name, kwargs=arguments(world, name))


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    """Built once; each question is asked inside a savepoint that is rolled back."""
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    storage["OPTIONS"] = {"location": tmp_path_factory.mktemp("files")}
    with django_db_blocker.unblock(), override_settings(STORAGES={"default": storage}), transaction.atomic():
        built = build()
        built.objects["storage"] = storage
        for role, person in built.people.items():
            if person.is_authenticated:
                client = Client()
                client.force_login(person)
                built.sessions[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
        yield built
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _files(world, settings, _scratch):
    settings.STORAGES = settings.STORAGES | {"default": world.objects["storage"]}


def got(world: World, role: str, method: str, name: str) -> tuple[str, int]:
    """The cell of what this person gets, and how many entries the trail has gained."""
    client = Client()
    if role in world.sessions:
        client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[role]
    with transaction.atomic():
        before = Entry.objects.count()
        sent = SENT.get(name, {}) if method == "POST" else None
        response = client.get(address(world, name)) if sent is None else client.post(address(world, name), sent)
        gained = Entry.objects.count() - before
        transaction.set_rollback(True)
    status = response.status_code
    if status == 401 or (status == 302 and response["Location"].startswith("/login/")):
        return "login", gained
    cells = {403: "no", 404: "none", 405: "form", 409: "late"}
    return cells.get(status, "yes" if status < 400 or status == 422 else str(status)), gained


def test_every_address_has_its_row_and_every_row_its_address():
    found = [name for _method, name in ROWS]
    assert sorted(found) == sorted(names(get_resolver()))


@pytest.mark.parametrize(("method", "name"), ROWS)
def test_everyone_gets_what_the_table_says(world, method, name):
    if method == "POST":
        assert {got(world, role, "GET", name)[0] for role in ("visitor", "resident", "city")} <= {"login", "no", "form"}
    found = {role: got(world, role, method, name) for role in ROLES}
    assert {role: cell for role, (cell, _gained) in found.items()} == ROWS[method, name]
    unwanted = {role for role, (cell, gained) in found.items() if gained and (method == "GET" or cell in REFUSED)}
    assert unwanted == set(), "to look and to be refused leave no trace"


@pytest.mark.parametrize("name", [name for method, name in ROWS if method == "GET"])
def test_a_form_sent_without_the_right_to_it_changes_nothing(world, name):
    """Whoever may not see a page may not send to it either."""
    cells = ROWS["GET", name]
    for role in ROLES:
        if cells[role] in REFUSED:
            # A page that takes no form may say so.
            cell, gained = got(world, role, "POST", name)
            assert (cell in (cells[role], "form"), gained) == (True, 0), role
