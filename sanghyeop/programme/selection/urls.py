from django.urls import path

from sanghyeop.programme.selection import decision_views, views

app_name = "selection"
urlpatterns = [
    path("", views.show_list, name="list"),
    path("<int:pk>/", views.desk, name="desk"),
    path("<int:pk>/candidates/", views.show_candidates, name="candidates"),
    path("<int:pk>/new/", views.new, name="new"),
    path("<int:pk>/compare/", views.compare, name="compare"),
    path("<int:pk>/scenarios/<int:scenario_pk>/", views.show_scenario, name="scenario"),
    path("<int:pk>/scenarios/<int:scenario_pk>/fresh/", views.fresh, name="fresh"),
    path("<int:pk>/scenarios/<int:scenario_pk>/analyse/", views.analyse, name="analyse"),
    path("<int:pk>/scenarios/<int:scenario_pk>/selection.xlsx", views.scenario_file, name="scenario_file"),
    path("<int:pk>/scenarios/<int:scenario_pk>/propose/", decision_views.propose, name="propose"),
    path("<int:pk>/decision/", decision_views.show, name="decision"),
    path("<int:pk>/decisions/<int:decision_pk>/move/", decision_views.move, name="move"),
    path("<int:pk>/decisions/<int:decision_pk>/decision.xlsx", decision_views.file, name="decision_file"),
    path("<int:pk>/letters/<int:line_pk>/", decision_views.letter, name="letter"),
]
