from django.urls import path

from sanghyeop.programme.review import views

app_name = "review"
urlpatterns = [
    path("", views.show_list, name="desk"),
]
