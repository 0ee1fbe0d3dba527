from django.shortcuts import render

from sanghyeop.ground.paging import page_of
from sanghyeop.programme.planning.models import Plan


def show_list(request):
    return render(request, "planning/list.html", {"page": page_of(request, Plan.objects.order_by("-id"))})
