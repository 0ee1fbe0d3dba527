from django.urls import path

from sanghyeop.programme.employment import job_views, office_views, pay_views, views

app_name = "employment"
urlpatterns = [
    # the participant
    path("", views.mine, name="mine"),
    path("contracts/<int:pk>/clock/", views.clock, name="clock"),
    path("contracts/<int:pk>/days/", views.my_days, name="my_days"),
    path("contracts/<int:pk>/leave/", views.leave, name="leave"),
    path("leave/<int:pk>/move/", views.leave_move, name="leave_move"),
    path("contracts/<int:pk>/", views.contract, name="contract"),
    path("contracts/<int:pk>/contract.pdf", views.contract_file, name="contract_file"),
    path("contracts/<int:pk>/sign/", views.sign, name="sign"),
    path("payslips/<int:pk>/", views.payslip, name="payslip"),
    path("payslips/<int:pk>/payslip.pdf", views.payslip_file, name="payslip_file"),
    # the operator and its district
    path("projects/", office_views.projects, name="projects"),
    path("projects/<int:pk>/", office_views.project, name="project"),
    path("placements/<int:pk>/new/", office_views.new, name="new"),
    path("contracts/<int:pk>/edit/", office_views.edit, name="edit"),
    path("contracts/<int:pk>/move/", office_views.contract_move, name="contract_move"),
    path("contracts/<int:pk>/wage/", office_views.wage_change, name="wage_change"),
    path("contracts/<int:pk>/end/", office_views.end, name="end"),
    path("projects/<int:pk>/days/", office_views.days, name="days"),
    path("contracts/<int:pk>/days/<str:on>/", office_views.day, name="day"),
    path("projects/<int:pk>/leaves/", office_views.leaves, name="leaves"),
    path("projects/<int:pk>/indirect/", office_views.indirect, name="indirect"),
    path("projects/<int:pk>/wages/", pay_views.wages, name="wages"),
    path("projects/<int:pk>/wages/reckon/", pay_views.reckon, name="reckon"),
    path("months/<int:pk>/", pay_views.month, name="month"),
    path("months/<int:pk>/close/", pay_views.close, name="close"),
    path("months/<int:pk>/paid/", pay_views.pay_out, name="pay_out"),
    path("planner/", pay_views.planner, name="planner"),
    # officers
    path("jobs/", job_views.jobs, name="jobs"),
    path("jobs/vacancies/", job_views.vacancies, name="vacancies"),
    path("rules/<int:pk>/", job_views.rules, name="rules"),
]
