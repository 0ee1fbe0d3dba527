"""All addresses, by app."""

from django.urls import include, path

from sanghyeop.web import lost_login, views

handler403 = "sanghyeop.web.views.refused"
handler404 = "sanghyeop.web.views.not_found"

urlpatterns = [
    path("", include("sanghyeop.public.portal.urls")),
    path("", include("sanghyeop.ground.parties.urls")),
    path("login/continue/", lost_login.continue_after_login, name="continue_after_login"),
    path("health/", views.health, name="health"),
    path("notices/", include("sanghyeop.ground.notices.urls")),
    path("", include("sanghyeop.programme.rounds.urls")),
    path("ideas/", include("sanghyeop.programme.discovery.urls")),
    path("plans/", include("sanghyeop.programme.planning.urls")),
    path("review/", include("sanghyeop.programme.review.urls")),
    path("selection/", include("sanghyeop.programme.selection.urls")),
    path("grants/", include("sanghyeop.programme.funding.urls")),
    path("spending/", include("sanghyeop.programme.spending.urls")),
    path("jobs/", include("sanghyeop.programme.hiring.urls")),
    path("employment/", include("sanghyeop.programme.employment.urls")),
]
