from django.urls import path

from sanghyeop.programme.discovery import district_views, views

app_name = "discovery"
urlpatterns = [
    path("", views.show_list, name="list"),
    path("unanswered/", views.show_unanswered, name="unanswered"),
    path("new/", views.new, name="new"),
    path("alike/", views.alike, name="alike"),
    path("pictures/<uuid:key>/", views.picture, name="picture"),
    path("comments/<int:pk>/report/", views.report_comment, name="report_comment"),
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/support/", views.support, name="support"),
    path("<int:pk>/comment/", views.comment, name="comment"),
    path("<int:pk>/report/", views.report, name="report"),
    path("<int:pk>/do/<slug:action>/", views.act, name="act"),
    path("district/", district_views.funnel, name="funnel"),
    path("district/counter/", views.counter, name="counter"),
    path("district/meetings/", district_views.meetings, name="meetings"),
    path("district/meetings/new/", district_views.new_meeting, name="new_meeting"),
    path("district/meetings/<int:pk>/", district_views.meeting, name="meeting"),
    path("district/reports/", district_views.reports, name="reports"),
    path("district/reports/<int:pk>/", district_views.handle_report, name="handle_report"),
    path("<int:pk>/check/", district_views.check, name="check"),
    path("<int:pk>/answer/", district_views.answer, name="answer"),
    path("<int:pk>/twins/", district_views.twins, name="twins"),
    path("<int:pk>/merge/<int:twin>/", district_views.merge, name="merge"),
]
