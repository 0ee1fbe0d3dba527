"""Example people, one log-in per role, and the governments of Seoul. All are marked as examples."""

from __future__ import annotations

from sanghyeop.demo.seoul import read
from sanghyeop.ground.parties.models import City, District, Membership, Organisation, User

Role = Membership.Role
PASSWORD = "sanghyeop-demo"

#: E-mail, name, role, organisation kind, district.
LOGINS: tuple[tuple[str, str, str | None, str, str | None], ...] = (
    ("city@example.org", "김시원", Role.CITY_OFFICER, "city", None),
    ("city2@example.org", "이시내", Role.CITY_OFFICER, "city", None),
    ("district@example.org", "박구름", Role.DISTRICT_OFFICER, "district", "강북구"),
    ("member@example.org", "최모아", Role.MEMBER, "association", "강북구"),
    ("expert@example.org", "정숙성", Role.EXPERT, "centre", None),
    ("reviewer@example.org", "한심사", Role.REVIEWER, "centre", None),
    ("chair@example.org", "오위원", Role.REVIEWER, "centre", None),
    ("resident@example.org", "윤주민", None, "", None),
)


def load_seoul() -> City:
    """Seoul with its 25 districts, their outlines and offices. Can be run again."""
    drawing = read.drawing()
    _left, _top, width, height = drawing["view_box"]
    city, _ = City.objects.update_or_create(
        code="11",
        defaults={
            "name": "서울특별시",
            "name_en": "Seoul",
            "map_width": width,
            "map_height": height,
            "map_source": drawing["attribution"]["ko"],
        },
    )
    Organisation.objects.get_or_create(city=city, kind="city", defaults={"name": "서울특별시", "name_en": "Seoul"})
    for facts in drawing["districts"]:
        district, _ = District.objects.update_or_create(
            code=facts["code"],
            defaults={
                "city": city,
                "name": facts["name"],
                "name_en": facts["name_en"],
                "outline": facts["path"],
                "label_x": facts["label_xy"][0],
                "label_y": facts["label_xy"][1],
                "label_lon": facts["label"][0],
                "label_lat": facts["label"][1],
            },
        )
        Organisation.objects.get_or_create(
            district=district,
            kind="district",
            defaults={"city": city, "name": f"{district.name}청", "name_en": f"{district.name_en} Office"},
        )
    return city


def load_logins(city: City) -> None:
    """One person per role (two city officers, since a decision needs two)."""
    for email, name, role, kind, district_name in LOGINS:
        user = User.objects.filter(email=email).first()
        if user is None:
            user = User.objects.create_user(email, name, PASSWORD, example=True)
        if role is None:
            continue
        if kind in ("city", "district"):
            organisation = Organisation.objects.get(
                city=city, kind=kind, **({"district__name": district_name} if district_name else {})
            )
        else:
            district = District.objects.get(city=city, name=district_name) if district_name else None
            title = "한마음살림 협동조합 (예시)" if kind == "association" else "일자리연구소 (예시)"
            organisation, _ = Organisation.objects.get_or_create(
                city=city, name=title, defaults={"kind": kind, "district": district, "example": True}
            )
        Membership.objects.get_or_create(user=user, organisation=organisation, role=role)
