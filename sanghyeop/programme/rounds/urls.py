from django.urls import path

from sanghyeop.programme.rounds import views

app_name = "rounds"
urlpatterns = [
    path("manage/rounds/", views.show_list, name="list"),
    path("manage/rounds/new/", views.make_new, name="new"),
    path("manage/rounds/<int:pk>/", views.show_overview, name="overview"),
    path("manage/rounds/<int:pk>/copy/", views.copy_to_next_year, name="copy"),
    path("manage/rounds/<int:pk>/supplement/", views.make_supplement, name="supplement"),
    path("manage/rounds/<int:pk>/move/", views.make_move, name="move"),
    path("manage/rounds/<int:pk>/trail/", views.show_trail, name="trail"),
    path("manage/rounds/<int:pk>/edit/<slug:key>/", views.edit_part, name="part"),
    path("calls/<int:pk>/", views.show_call, name="call"),
    path("calls/<int:pk>/criteria/", views.show_call_criteria, name="call_criteria"),
]
