"""Log in and out, sign up, one's own account, the language."""

from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth import views as auth
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sanghyeop.ground.parties.backends import People
from sanghyeop.ground.parties.forms import AccountForm, LoginForm, SignUpForm


def safe_next(request, fallback):
    """Where to go on to: only an address of this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}) else fallback


class Login(auth.LoginView):
    form_class = LoginForm
    template_name = "parties/login.html"
    redirect_authenticated_user = True


class ChangePassword(auth.PasswordChangeView):
    template_name = "parties/form_page.html"
    success_url = reverse_lazy("parties:account")
    extra_context = {"title": gettext_lazy("비밀번호 바꾸기"), "button": gettext_lazy("바꾸기")}


class ForgotPassword(auth.PasswordResetView):
    template_name = "parties/form_page.html"
    email_template_name = "parties/password_mail.txt"
    subject_template_name = "parties/password_mail_subject.txt"
    success_url = reverse_lazy("parties:password_reset_sent")


class ForgotPasswordSent(auth.PasswordResetDoneView):
    template_name = "parties/password_sent.html"


class NewPassword(auth.PasswordResetConfirmView):
    template_name = "parties/form_page.html"
    success_url = reverse_lazy("parties:login")


@require_POST
def log_out(request):
    logout(request)
    messages.success(request, _("로그아웃했습니다."))
    return redirect("portal:home")


def sign_up(request):
    if request.user.is_authenticated:
        return redirect("portal:desk")
    form = SignUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = form.save()
        login(request, user, backend=f"{People.__module__}.{People.__qualname__}")
        messages.success(request, _("가입했습니다. 우리 동네에 필요한 일자리를 제안해 보세요."))
        return redirect(safe_next(request, "portal:desk"))
    return render(request, "parties/signup.html", {"form": form}, status=422 if form.errors else 200)


def account(request):
    form = AccountForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("저장했습니다."))
        return redirect("parties:account")
    context = {"form": form, "memberships": request.user.roles.memberships}
    return render(request, "parties/account.html", context, status=422 if form.errors else 200)


@require_POST
def set_language(request):
    response = HttpResponseRedirect(safe_next(request, "/"))
    response.set_cookie(
        "language", request.POST.get("language", "ko"), max_age=31_536_000, samesite="Lax", httponly=True
    )
    return response
