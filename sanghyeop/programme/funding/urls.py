from django.urls import path

from sanghyeop.programme.funding import book_views, calling_views, changing_views, rule_views, views

app_name = "funding"
urlpatterns = [
    path("", views.show_list, name="list"),
    path("prepare/", views.to_prepare, name="to_prepare"),
    path("calls/", calling_views.show_list, name="calls"),
    path("calls/<int:number>/", calling_views.show, name="call"),
    path("calls/<int:number>/papers/<int:paper>/", calling_views.paper, name="bid_paper"),
    path("organisations/<int:number>/", calling_views.organisation, name="organisation"),
    path("organisations/<int:number>/aliases/", calling_views.add_alias, name="add_alias"),
    path("rules/<int:round_pk>/", rule_views.edit, name="rule"),
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/decide/", views.decide, name="decide"),
    path("<int:pk>/retract/", views.retract, name="retract"),
    path("<int:pk>/operator/", views.name_operator, name="operator"),
    path("<int:pk>/operator/call/", calling_views.open_call, name="open_call"),
    path("<int:pk>/agreement/", views.show_agreement, name="agreement"),
    path("<int:pk>/trail/", views.show_trail, name="trail"),
    path("<int:pk>/instalments/new/", views.set_instalment, name="new_instalment"),
    path("<int:pk>/instalments/<int:number>/", views.set_instalment, name="instalment"),
    path("<int:pk>/instalments/<int:number>/move/", views.act_on_instalment, name="move_instalment"),
    path("<int:pk>/instalments/<int:number>/paper/", views.paper, name="paper"),
    path("<int:pk>/changes/", changing_views.show_list, name="changes"),
    path("<int:pk>/changes/new/", changing_views.ask, name="ask_change"),
    path("<int:pk>/changes/<int:number>/", changing_views.show, name="change"),
    path("<int:pk>/changes/<int:number>/move/", changing_views.act, name="move_change"),
    path("<int:pk>/journal/", book_views.journal, name="journal"),
    path("<int:pk>/journal/<uuid:entry>/", book_views.show_entry, name="entry"),
    path("<int:pk>/months/", book_views.months, name="months"),
    path("<int:pk>/measures/", book_views.measures, name="measures"),
    path("<int:pk>/pace/", book_views.pace, name="pace"),
]
