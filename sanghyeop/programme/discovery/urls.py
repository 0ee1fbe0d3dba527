from django.urls import path

from sanghyeop.programme.discovery import views

app_name = "discovery"
urlpatterns = [
    path("", views.show_list, name="list"),
]
