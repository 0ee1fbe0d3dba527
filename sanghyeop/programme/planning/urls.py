from django.urls import path

from sanghyeop.programme.planning import views

app_name = "planning"
urlpatterns = [
    path("", views.show_list, name="list"),
]
