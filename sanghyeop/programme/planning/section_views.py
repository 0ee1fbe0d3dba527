"""One section of a plan: read, write, compare, comment."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sanghyeop.ground.paging import page_of
from sanghyeop.ground.trail import once
from sanghyeop.ground.trail.moves import NotYours, Refused
from sanghyeop.programme.planning import merging, queries, writing
from sanghyeop.programme.planning.differences import difference
from sanghyeop.programme.planning.forms import CommentForm, SectionForm, clash_marks
from sanghyeop.programme.planning.models import Plan, Section, SectionComment


def section_of(request, pk, key):
    """A section of a plan that this person may read. One query beside the roles."""
    sections = Section.objects.select_related("plan__round", "plan__district", "edited_by")
    return get_object_or_404(sections, plan__in=queries.visible_to(request.user), plan=pk, key=key)


def show(request, pk, key, form=None, status=200):
    section = section_of(request, pk, key)
    context = {
        "section": section,
        "plan": section.plan,
        "comments": page_of(request, queries.comments_of(section)),
        "others": writing.others_editing(request.user, section),
        "form": form or CommentForm(),
        "may_write": section.plan.state == Plan.State.DRAFT,
    }
    return render(request, "planning/section.html", context, status=status)


def edit(request, pk, key):
    section = section_of(request, pk, key)
    if request.method != "POST":
        if section.plan.state != Plan.State.DRAFT:
            messages.warning(request, _("이 계획서는 지금 고칠 수 없습니다."))
            return redirect("planning:section", pk, key)
        form = SectionForm(initial={"body": section.body, "base": section.version})
        return editor(request, section, form, others=writing.others_editing(request.user, section))
    form = SectionForm(request.POST)
    if not form.is_valid():
        return editor(request, section, form, status=422)
    try:
        writing.save_section(request.user, section, form.cleaned_data["body"], form.cleaned_data["base"])
    except writing.Clash as clash:
        return show_clash(request, clash.current, form)
    except NotYours:
        raise
    except Refused as reason:
        form.add_error(None, str(reason))
        return editor(request, section, form, status=409)
    return redirect(reverse("planning:show", args=[pk]) + f"?saved={key}#saved")


def editor(request, section, form, status=200, **more):
    template = "planning/parts/section_editor.html" if request.htmx and status == 200 else "planning/edit_section.html"
    context = {"section": section, "plan": section.plan, "form": form, **more}
    return render(request, template, context, status=status)


def show_clash(request, section, form):
    """Mine, theirs and what both began from; a proposal in which nothing of either is lost. The person decides."""
    mine, began_from = form.cleaned_data["body"], min(form.cleaned_data["base"], section.version)
    base = writing.body_of(section, began_from)
    found = merging.passages(base, mine, section.body)
    proposal = SectionForm(initial={"body": merging.merged(found, clash_marks()), "base": section.version})
    context = {
        "section": section,
        "plan": section.plan,
        "form": proposal,
        "mine": mine,
        "base": base,
        "clashes": merging.clashes(found),
        "of_theirs": difference(base, section.body),
        "of_mine": difference(base, mine),
    }
    return render(request, "planning/clash.html", context, status=409)


@require_POST
def editing(request, pk, key):
    """The page that has a section open says so, and hears who else has."""
    section = section_of(request, pk, key)
    others = writing.now_editing(request.user, section)
    return render(request, "planning/parts/others_editing.html", {"others": others})


def history(request, pk, key):
    """The versions of a section, and the difference between two of them (the last two, if none are named)."""
    section = section_of(request, pk, key)
    newer = asked(request, "to", section.version, section.version)
    older = asked(request, "from", max(newer - 1, 0), section.version)
    wanted = {v.number: v.body for v in section.versions.filter(number__in=[older, newer])}
    context = {
        "section": section,
        "plan": section.plan,
        "page": page_of(request, section.versions.select_related("by")),
        "older": older,
        "newer": newer,
        "pieces": difference(wanted.get(older, ""), wanted.get(newer, "")),
        "may_write": section.plan.state == Plan.State.DRAFT,
    }
    return render(request, "planning/section_history.html", context)


def asked(request, name, otherwise, most):
    text = request.GET.get(name, "")
    return min(int(text), most) if text.isascii() and text.isdecimal() and len(text) < 10 else otherwise


@require_POST
def restore(request, pk, key):
    section = section_of(request, pk, key)
    number, base = request.POST.get("number", ""), request.POST.get("base", "")
    if not (number.isascii() and number.isdecimal() and base.isascii() and base.isdecimal()):
        raise Refused(_("그런 판이 없습니다."))
    writing.restore_section(request.user, section, int(number[:9]), int(base[:9]))
    messages.success(request, _("%(number)s판의 글을 새 판으로 되살렸습니다.") % {"number": number})
    return redirect("planning:section_history", pk, key)


def comment(request, pk, key):
    section = section_of(request, pk, key)
    form = CommentForm(request.POST or None)

    def say():
        writing.comment(request.user, section, form.cleaned_data["body"])
        return reverse("planning:section", args=[pk, key]) + "#comments"

    done = once.send_form(request, form, say)
    return done or show(request, pk, key, form, status=422 if form.errors else 200)


@require_POST
def resolve_comment(request, pk, comment_pk):
    said = get_object_or_404(
        SectionComment.objects.select_related("section__plan"),
        pk=comment_pk,
        section__plan=pk,
        section__plan__in=queries.visible_to(request.user),
    )
    writing.resolve_comment(request.user, said, resolved=request.POST.get("resolved") == "1")
    return redirect(reverse("planning:section", args=[pk, said.section.key]) + "#comments")
