from django.shortcuts import render

from sanghyeop.ground.paging import page_of
from sanghyeop.programme.rounds.models import Round


def show_list(request):
    return render(request, "rounds/list.html", {"page": page_of(request, Round.objects.order_by("-id"))})
