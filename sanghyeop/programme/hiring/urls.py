from django.urls import path

from sanghyeop.programme.hiring import applicant_views, office, rule_views, views

app_name = "hiring"
urlpatterns = [
    path("", views.jobs, name="jobs"),
    path("<int:pk>/", views.show_call, name="call"),
    path("intakes/<int:pk>/", views.result, name="result"),
    path("intakes/<int:pk>/placement.zip", views.result_files, name="result_files"),
    path("intakes/<int:pk>/apply/", views.apply, name="apply"),
    path("mine/", views.mine, name="mine"),
    path("mine/<int:pk>/", views.show_application, name="application"),
    path("mine/<int:pk>/edit/", views.edit, name="edit"),
    path("mine/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("mine/<int:pk>/papers/", views.hand_in, name="hand_in"),
    path("papers/<int:pk>/", views.paper, name="paper"),
    path("papers/<int:pk>/take-back/", views.take_paper_back, name="take_paper_back"),
    path("offers/<int:pk>/answer/", views.answer, name="answer"),
    path("office/", office.desk, name="desk"),
    path("office/intakes/new/", office.new_intake, name="new_intake"),
    path("office/intakes/<int:pk>/", office.intake, name="intake"),
    path("office/intakes/<int:pk>/do/<slug:action>/", office.act_intake, name="act_intake"),
    path("office/intakes/<int:pk>/settle/", office.settle, name="settle"),
    path("office/intakes/<int:pk>/applicants/", applicant_views.applicants, name="applicants"),
    path("office/intakes/<int:pk>/placements/", office.placements, name="placements"),
    path("office/projects/<int:pk>/posts/", office.posts, name="posts"),
    path("office/projects/<int:pk>/call/", office.new_call, name="new_call"),
    path("office/calls/<int:pk>/edit/", office.edit_call, name="edit_call"),
    path("office/calls/<int:pk>/do/<slug:action>/", office.act_call, name="act_call"),
    path("office/applicants/<int:pk>/", applicant_views.applicant, name="applicant"),
    path("office/checks/<int:pk>/", applicant_views.correct, name="correct"),
    path("office/choices/<int:pk>/", applicant_views.suitability, name="suitability"),
    path("office/placements/<int:pk>/cancel/", applicant_views.cancel, name="cancel"),
    path("office/rounds/<int:pk>/rules/", rule_views.round_rules, name="rules"),
]
