from django.urls import path

from sanghyeop.programme.funding import views

app_name = "funding"
urlpatterns = [
    path("", views.show_list, name="list"),
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/agreement/", views.show_agreement, name="agreement"),
]
