from django.urls import path

from sanghyeop.ground.parties import views

app_name = "parties"
urlpatterns = [
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", views.log_out, name="logout"),
    path("signup/", views.sign_up, name="signup"),
    path("language/", views.set_language, name="language"),
    path("account/", views.account, name="account"),
    path("account/password/", views.ChangePassword.as_view(), name="password"),
    path("password/", views.ForgotPassword.as_view(), name="password_reset"),
    path("password/sent/", views.ForgotPasswordSent.as_view(), name="password_reset_sent"),
    path("password/<uidb64>/<token>/", views.NewPassword.as_view(), name="password_reset_confirm"),
]
