"""Pages of the site itself: is it alive, and what went wrong."""

from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render


def health(request):
    """For a monitor: answers when the database does."""
    connection.ensure_connection()
    return HttpResponse("ok", content_type="text/plain")


def not_found(request, exception):
    return render(request, "404.html", status=404)


def refused(request, exception):
    return render(request, "403.html", status=403)
