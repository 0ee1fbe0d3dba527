"""A person's notices."""

from django.shortcuts import get_object_or_404, render

from sanghyeop.ground.notices import moves, queries
from sanghyeop.ground.paging import page_of


def show_list(request):
    return render(request, "notices/list.html", {"page": page_of(request, queries.notices_of(request.user))})


def show(request, pk):
    notice = get_object_or_404(queries.notices_of(request.user), pk=pk)
    moves.read(notice)
    return render(request, "notices/show.html", {"notice": notice})
