from django.shortcuts import render

from sanghyeop.ground.paging import page_of
from sanghyeop.programme.review.models import Assignment


def show_list(request):
    return render(request, "review/desk.html", {"page": page_of(request, Assignment.objects.order_by("-id"))})
