from django.urls import path

from sanghyeop.programme.review import chair, officer, views

app_name = "review"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("panel/<int:pk>/pledge/", views.pledge, name="pledge"),
    path("sheets/<int:pk>/", views.sheet, name="sheet"),
    path("sheets/<int:pk>/save/", views.save, name="save"),
    path("sheets/<int:pk>/step-back/", views.step_back, name="step_back"),
    path("round/<int:pk>/", officer.show_round, name="round"),
    path("round/<int:pk>/progress/", chair.show_progress, name="progress"),
    path("round/<int:pk>/remind/", chair.remind, name="remind"),
    path("round/<int:pk>/results/", chair.show_results, name="results"),
    path("round/<int:pk>/results.xlsx", chair.send_result_file, name="result_file"),
    path("round/<int:pk>/score/", chair.choose, name="choose"),
    path("plans/<int:pk>/worked/", chair.show_worked, name="worked"),
    path("sheets/<int:pk>/read/", chair.read, name="read"),
    path("sheets/<int:pk>/reopen/", chair.reopen, name="reopen"),
    path("round/<int:pk>/panel/", officer.show_panel, name="panel"),
    path("panel/<int:pk>/", officer.show_member, name="member"),
    path("panel/<int:pk>/remove/", officer.remove_member, name="remove_member"),
    path("round/<int:pk>/conflicts/", officer.show_conflicts, name="conflicts"),
    path("conflicts/<int:pk>/lift/", officer.lift_conflict, name="lift"),
    path("round/<int:pk>/assignments/", officer.show_assignments, name="assignments"),
    path("round/<int:pk>/propose/", officer.propose, name="propose"),
    path("proposals/<int:pk>/", officer.show_proposal, name="proposal"),
    path("plans/<int:pk>/", officer.show_plan, name="plan"),
    path("sheets/<int:pk>/release/", officer.release, name="release"),
    path("plans/<int:pk>/bonus/<int:bonus>/", officer.grant, name="grant"),
    path("plans/<int:pk>/bonus/<int:bonus>/take-back/", officer.take_grant, name="take_grant"),
]
