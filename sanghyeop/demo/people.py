"""Example people, one log-in per role, and the governments of Seoul. All are marked as examples."""

from __future__ import annotations

from dataclasses import dataclass

from sanghyeop.demo.examples import make
from sanghyeop.demo.seoul import read
from sanghyeop.ground.parties.models import City, District, Membership, Organisation, User

Role = Membership.Role
PASSWORD = "sanghyeop-demo"
#: Where experts and reviewers work who belong to no organisation that takes part.
INSTITUTE = {
    "key": "institute",
    "name": "일자리연구소 (예시)",
    "name_en": "Jobs Institute (example)",
    "kind": "centre",
    "district": None,
}

#: E-mail, name, role, organisation: "city", the name of a district, or the key of an example organisation.
LOGINS: tuple[tuple[str, str, str | None, str], ...] = (
    ("city@example.org", "김시원", Role.CITY_OFFICER, "city"),
    ("city2@example.org", "이시내", Role.CITY_OFFICER, "city"),
    ("district@example.org", "박구름", Role.DISTRICT_OFFICER, "강북구"),
    ("member@example.org", "최모아", Role.MEMBER, "gangbuk-1"),
    ("expert@example.org", "정숙성", Role.EXPERT, "institute"),
    ("reviewer@example.org", "한심사", Role.REVIEWER, "institute"),
    ("chair@example.org", "오위원", Role.REVIEWER, "institute"),
    ("resident@example.org", "윤주민", None, ""),
)


@dataclass(frozen=True)
class Cast:
    """The example people and organisations by their keys in ``examples/people.yaml``."""

    users: dict[str, User]
    organisations: dict[str, Organisation]


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


def load_cast(city: City) -> Cast:
    """Everybody of the example rounds; they cannot log in, except those of ``LOGINS``. Can be run again."""
    people = make.people()
    districts = {district.name: district for district in city.districts.all()}
    offices = {name: district.organisations.get(kind="district") for name, district in districts.items()}
    organisations = {"city": city.organisations.get(kind="city"), **offices}
    for facts in [*people["organisations"], INSTITUTE]:
        organisations[facts["key"]], _ = Organisation.objects.get_or_create(
            city=city,
            name=facts["name"],
            defaults={
                "name_en": facts["name_en"],
                "kind": facts["kind"],
                "district": districts.get(facts["district"]),
                "example": True,
            },
        )
    users = {}
    kinds: tuple[tuple[str, str | None, str | None], ...] = (
        ("members", Role.MEMBER, "organisation"),
        ("city_officers", Role.CITY_OFFICER, None),
        ("district_officers", Role.DISTRICT_OFFICER, "district"),
        ("experts", Role.EXPERT, None),
        ("reviewers", Role.REVIEWER, "organisation"),
        ("residents", None, None),
    )
    for kind, role, place in kinds:
        for facts in people[kind]:
            user = users[facts["key"]] = person(facts["email"], facts["name"])
            at_home = "city" if role == Role.CITY_OFFICER else "institute"
            join(user, role, organisations[(facts.get(place) if place else None) or at_home])
    for email, name, role, place in LOGINS:
        user = users[email] = person(email, name, PASSWORD)
        join(user, role, organisations.get(place))
    return Cast(users, organisations)


def person(email: str, name: str, password: str | None = None) -> User:
    """The example person with that address, made when absent."""
    found = User.objects.filter(email=email).first()
    return found or User.objects.create_user(email, name, password, example=True)


def join(user: User, role: str | None, organisation: Organisation | None) -> None:
    """Give the person the role in the organisation, unless it is held already."""
    if role is not None and organisation is not None:
        Membership.objects.get_or_create(user=user, organisation=organisation, role=role)
