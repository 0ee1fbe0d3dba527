from django.urls import path

from sanghyeop.ground.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.show_list, name="list"),
    path("<int:pk>/", views.show, name="show"),
]
