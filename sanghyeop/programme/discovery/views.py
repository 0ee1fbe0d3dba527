from django.shortcuts import render

from sanghyeop.ground.paging import page_of
from sanghyeop.programme.discovery.models import Idea


def show_list(request):
    return render(request, "discovery/list.html", {"page": page_of(request, Idea.objects.order_by("-id"))})
