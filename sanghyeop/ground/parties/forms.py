"""Log in, sign up, change one's own data."""

from __future__ import annotations

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from sanghyeop.ground.parties.models import User


class LoginForm(AuthenticationForm):
    username = forms.EmailField(
        label=_("전자우편"), widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label=_("비밀번호"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    error_messages = {
        "invalid_login": _("전자우편이나 비밀번호가 맞지 않습니다. 다시 확인해 주세요."),
        "inactive": _("지금은 쓸 수 없는 계정입니다. 담당자에게 문의해 주세요."),
    }

    def clean_username(self) -> str:
        return self.cleaned_data["username"].strip().lower()


class SignUpForm(forms.ModelForm):
    password = forms.CharField(
        label=_("비밀번호"),
        strip=False,
        min_length=9,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("9자 이상으로 정해 주세요."),
    )
    agree = forms.BooleanField(
        label=_("이름과 전자우편을 로그인과 알림에만 쓰는 데 동의합니다."),
        error_messages={"required": _("동의해야 가입할 수 있습니다.")},
    )

    class Meta:
        model = User
        fields = ("name", "email")
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }

    field_order = ("name", "email", "password", "agree")

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip().lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError(_("이미 가입한 전자우편입니다. 로그인해 주세요."))
        return email

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        password_validation.validate_password(
            password, User(name=self.cleaned_data.get("name", ""), email=self.cleaned_data.get("email", ""))
        )
        return password

    def save(self, commit: bool = True) -> User:
        user = super().save(commit=False)
        user.set_password(self.cleaned_data["password"])
        user.save()
        return user


class AccountForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("name",)
