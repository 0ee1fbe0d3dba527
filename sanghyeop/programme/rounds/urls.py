from django.urls import path

from sanghyeop.programme.rounds import views

app_name = "rounds"
urlpatterns = [
    path("", views.show_list, name="list"),
]
