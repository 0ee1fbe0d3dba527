"""People, organisations, districts and the roles that people hold in organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from sanghyeop.ground.parties.roles import Roles


class Named(models.Model):
    """Something with a Korean name and, where known, an English one."""

    name = models.CharField(_("이름"), max_length=120)
    name_en = models.CharField(_("영문 이름"), max_length=120, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name


class City(Named):
    """A city or province that runs the programme with its districts."""

    code = models.CharField(max_length=10, unique=True)  # standard administrative code, "11" for Seoul
    map_width = models.PositiveIntegerField(default=1000)  # of the drawing that the districts' outlines stand in
    map_height = models.PositiveIntegerField(default=1000)
    map_source = models.CharField(max_length=300, blank=True)


class District(Named):
    """A district (자치구) with its shape on the map.

    ``outline`` is SVG path data in the city's drawing, ``label_x`` and ``label_y`` the middle of its name
    there; ``label_lon`` and ``label_lat`` (WGS84) are the same point on the globe.
    """

    city = models.ForeignKey(City, models.PROTECT, related_name="districts")
    code = models.CharField(max_length=10, unique=True)  # five digits of the standard administrative code
    outline = models.TextField(blank=True)
    label_x = models.FloatField(default=0)
    label_y = models.FloatField(default=0)
    label_lon = models.FloatField(default=0)
    label_lat = models.FloatField(default=0)

    class Meta:
        ordering = ("code",)


class Organisation(Named):
    class Kind(models.TextChoices):
        CITY = "city", _("시")
        DISTRICT = "district", _("자치구")
        ASSOCIATION = "association", pgettext_lazy("kind", "민간단체")
        COOPERATIVE = "cooperative", _("협동조합")
        COMPANY = "company", _("회사")
        CENTRE = "centre", _("지원센터")

    kind = models.CharField(_("종류"), max_length=20, choices=Kind)
    city = models.ForeignKey(City, models.PROTECT, related_name="organisations")
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, related_name="organisations")
    business_number = models.CharField(_("사업자등록번호"), max_length=12, blank=True)
    example = models.BooleanField(_("예시"), default=False)

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(fields=["city"], condition=Q(kind="city"), name="one_government_per_city"),
            models.UniqueConstraint(fields=["district"], condition=Q(kind="district"), name="one_office_per_district"),
            models.CheckConstraint(
                condition=~Q(kind="district") | Q(district__isnull=False), name="district_office_has_district"
            ),
        ]

    @property
    def is_private(self) -> bool:
        return self.kind not in (self.Kind.CITY, self.Kind.DISTRICT)


class Alias(models.Model):
    """Another name under which an organisation was published."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=120)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, name: str, password: str | None = None, **extra) -> User:
        user = self.model(email=email.strip().lower(), name=name, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person who logs in by e-mail. Everyone who has an account may act as a resident."""

    email = models.EmailField(_("전자우편"), unique=True)
    name = models.CharField(_("이름"), max_length=60)
    language = models.CharField(_("언어"), max_length=5, default="ko")
    is_active = models.BooleanField(default=True)
    example = models.BooleanField(_("예시"), default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def public_name(self) -> str:
        """How a person is named before everyone: 윤○○. The whole name is for officers, as consented to."""
        return f"{self.name[:1]}○○"

    @cached_property
    def roles(self) -> Roles:
        """What this person may be today; one query, kept for the request."""
        from sanghyeop.ground.parties.roles import roles_of

        return roles_of(self)


class Membership(models.Model):
    """A person's role in an organisation, from one day to another: officers move every year."""

    class Role(models.TextChoices):
        CITY_OFFICER = "city_officer", _("시 담당자")
        DISTRICT_OFFICER = "district_officer", _("자치구 담당자")
        MEMBER = "member", _("민간단체 구성원")
        EXPERT = "expert", _("전담 전문가")
        REVIEWER = "reviewer", _("심사위원")

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(_("역할"), max_length=20, choices=Role)
    since = models.DateField(default=timezone.localdate)
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"], condition=Q(until__isnull=True), name="one_open_membership"
            )
        ]
