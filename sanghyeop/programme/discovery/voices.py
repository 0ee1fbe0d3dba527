"""What others say to an idea: support, comments, reports of what breaks the rules."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from sanghyeop.ground.trail.moves import NotYours, Refused, lock, record
from sanghyeop.programme.discovery import moves, permissions
from sanghyeop.programme.discovery.letters import tell
from sanghyeop.programme.discovery.models import Comment, Idea, Report
from sanghyeop.programme.rounds.closing import why_closed
from sanghyeop.programme.rounds.models import Period, Round


def no_support(user: Any, idea: Idea) -> str | None:
    """Why this person's support does not count now, or None. Support counts while ideas are taken in."""
    if idea.state not in Idea.UNANSWERED:
        return _("이 아이디어는 더는 지지를 받지 않습니다.")
    if permissions.author(user, idea):
        return _("자기 아이디어는 지지할 수 없습니다. 제안한 것으로 이미 뜻이 담겨 있습니다.")
    reason = why_closed(idea.round, Period.Step.IDEAS)
    return reason and _("%(reason)s 접수 기간에만 지지를 바꿀 수 있습니다.") % {"reason": reason}


def no_comment(idea: Idea) -> str | None:
    """Why the idea takes no comments now, or None."""
    if idea.state in (*Idea.GONE, Idea.State.MERGED):
        return _("이 아이디어에는 의견을 쓸 수 없습니다.")
    if idea.round.state == Round.State.CLOSED:
        return _("끝난 연차의 아이디어에는 의견을 쓸 수 없습니다.")
    return None


def support(user: Any, idea: Idea, wanted: bool) -> Idea:
    """Give one's support or take it back; doing either twice changes nothing."""
    with transaction.atomic():
        idea = lock(idea)
        reason = no_support(user, idea)
        if reason:
            raise Refused(reason)
        given = idea.supports.filter(user=user)
        if wanted and not given.exists():
            idea.supports.create(user=user)
            record(user, idea, "support", idea.state, idea.state)
        elif not wanted and given.delete()[0]:
            record(user, idea, "take_back", idea.state, idea.state)
        return idea


def comment(user: Any, idea: Idea, body: str) -> Comment:
    with transaction.atomic():
        idea = lock(idea)
        reason = no_comment(idea)
        if reason:
            raise Refused(reason)
        written = idea.comments.create(author=user, body=body)
        record(user, idea, "comment", idea.state, idea.state, comment=written.pk)
        return written


def report(user: Any, idea: Idea, reason: str, about: Comment | None = None) -> Report:
    """Tell the district that an idea or a comment breaks the rules; a second report of the same person
    while the first is open only changes its reason."""
    with transaction.atomic():
        idea = lock(idea)
        if idea.state in Idea.GONE or (about is not None and about.hidden):
            raise Refused(_("이미 가려진 글입니다."))
        written, made = Report.objects.update_or_create(
            idea=idea, comment=about, reporter=user, state=Report.State.OPEN, defaults={"reason": reason}
        )
        if made:
            record(user, idea, "report", idea.state, idea.state, reason, comment=about.pk if about else None)
        return written


def _same_subject(report: Report) -> Q:
    """Open reports about the same idea, or the same comment."""
    about = Q(comment=report.comment_id) if report.comment_id else Q(idea=report.idea_id, comment__isnull=True)
    return about & Q(state=Report.State.OPEN)


def handle(officer: Any, report: Report, uphold: bool, why: str) -> Report:
    """Hide what was reported, or find nothing wrong with it; settles all open reports of the same thing."""
    with transaction.atomic():
        idea = lock(report.idea)
        if not permissions.officer_of(officer, idea):
            raise NotYours(_("이 일을 할 권한이 없습니다."))
        report = lock(report)
        if report.state != Report.State.OPEN:
            raise Refused(_("다른 담당자가 이미 처리한 신고입니다."))
        if not why.strip():
            raise Refused(_("까닭을 적어 주세요."))
        state = Report.State.UPHELD if uphold else Report.State.DISMISSED
        Report.objects.filter(_same_subject(report)).update(
            state=state, handled_by=officer, handled_at=timezone.now(), handled_why=why
        )
        if uphold and report.comment is not None:
            hide_comment(officer, report.comment, why)
        elif uphold:
            if idea.state != Idea.State.HIDDEN:
                moves.hide(officer, idea, why)
        else:
            record(officer, idea, "dismiss_report", idea.state, idea.state, why, comment=report.comment_id)
        report.refresh_from_db()
        return report


def hide_comment(officer: Any, comment: Comment, why: str, hidden: bool = True) -> Comment:
    """Hide a comment, or show it again."""
    with transaction.atomic():
        comment = lock(comment)
        idea = comment.idea
        if not permissions.officer_of(officer, idea):
            raise NotYours(_("이 일을 할 권한이 없습니다."))
        if comment.hidden != hidden:
            comment.hidden = hidden
            comment.save(update_fields=["hidden"])
            action = "hide_comment" if hidden else "show_comment"
            record(officer, idea, action, idea.state, idea.state, why, comment=comment.pk)
            if hidden:
                tell(idea, "hide_comment", why, people=[comment.author])
        return comment
