from django.urls import path

from sanghyeop.programme.planning import section_views, table_views, views

app_name = "planning"
urlpatterns = [
    path("", views.show_list, name="list"),
    path("export.csv", views.export, name="export"),
    path("begin/", views.begin, name="begin"),
    path("sections/<int:round_pk>/<slug:kind>/", views.templates, name="templates"),
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/read/", views.read, name="read"),
    path("<int:pk>/facts/", views.facts, name="facts"),
    path("<int:pk>/sign/", views.sign, name="sign"),
    path("<int:pk>/submit/", views.submit, name="submit"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:pk>/give-up/", views.give_up, name="give_up"),
    path("<int:pk>/history/", views.history, name="history"),
    path("<int:pk>/receipts/<str:number>/", views.receipt, name="receipt"),
    path("<int:pk>/receipts/<str:number>/check/", views.check_receipt, name="check_receipt"),
    path("<int:pk>/section/<slug:key>/", section_views.show, name="section"),
    path("<int:pk>/section/<slug:key>/edit/", section_views.edit, name="edit_section"),
    path("<int:pk>/section/<slug:key>/editing/", section_views.editing, name="editing"),
    path("<int:pk>/section/<slug:key>/history/", section_views.history, name="section_history"),
    path("<int:pk>/section/<slug:key>/restore/", section_views.restore, name="restore_section"),
    path("<int:pk>/section/<slug:key>/comments/", section_views.comment, name="comment"),
    path("<int:pk>/comments/<int:comment_pk>/", section_views.resolve_comment, name="resolve_comment"),
    path("<int:pk>/positions/", table_views.positions, name="positions"),
    path("<int:pk>/positions/<int:row_pk>/", table_views.positions, name="position"),
    path("<int:pk>/positions/<int:row_pk>/remove/", table_views.remove_position, name="remove_position"),
    path("<int:pk>/budget/", table_views.budget, name="budget"),
    path("<int:pk>/budget/preview/", table_views.budget_preview, name="budget_preview"),
    path("<int:pk>/budget/<int:row_pk>/", table_views.budget, name="budget_line"),
    path("<int:pk>/budget/<int:row_pk>/remove/", table_views.remove_budget_line, name="remove_budget_line"),
    path("<int:pk>/forecast/", table_views.forecast, name="forecast"),
]
