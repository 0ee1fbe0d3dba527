from django.urls import path

from sanghyeop.programme.spending import settlement_views, sheet_views, views

app_name = "spending"
urlpatterns = [
    path("", views.show_list, name="list"),
    path("columns/", sheet_views.columns, name="columns"),
    path("evidence/<int:round_pk>/", sheet_views.evidence, name="evidence"),
    path("<int:pk>/", views.show, name="grant"),
    path("<int:pk>/trail/", views.trail, name="trail"),
    path("<int:pk>/expenses/", views.expenses, name="expenses"),
    path("<int:pk>/expenses/new/", views.enter, name="enter"),
    path("<int:pk>/expenses/many/", views.many, name="many"),
    path("<int:pk>/expenses/<int:number>/", views.expense, name="expense"),
    path("<int:pk>/expenses/<int:number>/edit/", views.edit, name="edit"),
    path("<int:pk>/expenses/<int:number>/<slug:action>/", views.move, name="move"),
    path("<int:pk>/papers/<uuid:key>/", views.paper, name="paper"),
    path("<int:pk>/related/", views.related, name="related"),
    path("<int:pk>/related/<int:party>/remove/", views.unrelate, name="unrelate"),
    path("<int:pk>/incomes/", views.incomes, name="incomes"),
    path("<int:pk>/incomes/<int:income>/cancel/", views.cancel_income, name="cancel_income"),
    path("<int:pk>/import/", sheet_views.bring_sheet, name="import"),
    path("<int:pk>/import/<uuid:key>/", sheet_views.check_sheet, name="check_import"),
    path("<int:pk>/export/", sheet_views.export, name="export"),
    path("<int:pk>/audit.zip", sheet_views.audit_file, name="audit_file"),
    path("<int:pk>/settlement/", settlement_views.show, name="settlement"),
    path("<int:pk>/settlement/begin/", settlement_views.begin, name="begin"),
    path("<int:pk>/settlement/write/", settlement_views.write, name="write"),
    path("<int:pk>/settlement/disallow/<int:number>/", settlement_views.disallow, name="disallow"),
    path("<int:pk>/settlement/allow/<int:disallowance>/", settlement_views.allow, name="allow"),
    path("<int:pk>/settlement/refund/<slug:purse>/", settlement_views.refund, name="refund"),
    path("<int:pk>/settlement/grade/", settlement_views.grade, name="grade"),
    path("<int:pk>/settlement/<slug:action>/", settlement_views.settle, name="settle"),
]
