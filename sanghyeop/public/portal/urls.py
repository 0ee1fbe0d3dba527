from django.urls import path

from sanghyeop.public.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("rounds/", views.show_rounds, name="rounds"),
    path("rounds/<int:pk>/", views.show_round, name="round"),
    path("rounds/<int:pk>/result/", views.show_result, name="result"),
    path("years/<int:year>/", views.show_year, name="year"),
    path("projects/", views.show_projects, name="projects"),
    path("projects.csv", views.download_projects, name="projects_csv"),
    path("projects/<int:pk>/", views.show_project, name="project"),
    path("stages/", views.show_stages, name="stages"),
    path("about/", views.show_about, name="about"),
    path("desk/", views.desk, name="desk"),
]
