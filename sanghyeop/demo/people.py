"""Example people, one log-in per role, and the governments of Seoul. All are marked as examples."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

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
    ("member@example.org", "최모아", Role.MEMBER, "gangbuk-3"),
    ("expert@example.org", "정숙성", Role.EXPERT, "institute"),
    ("reviewer@example.org", "한심사", Role.REVIEWER, "institute"),
    ("chair@example.org", "오위원", Role.REVIEWER, "institute"),
    ("resident@example.org", "윤주민", None, ""),
    ("worker@example.org", "강일꾼", None, ""),
)


#: Part of ``examples/people.yaml``, role, key of the place where its people belong, place of those without one.
PARTS: tuple[tuple[str, str | None, str | None, str], ...] = (
    ("members", Role.MEMBER, "organisation", ""),
    ("city_officers", Role.CITY_OFFICER, None, "city"),
    ("district_officers", Role.DISTRICT_OFFICER, "district", ""),
    ("experts", Role.EXPERT, None, "institute"),
    ("reviewers", Role.REVIEWER, "organisation", "institute"),
    ("residents", None, None, ""),
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


def load_organisations(city: City) -> dict[str, Organisation]:
    """Every example organisation by its key, the districts' offices by name, the city's by "city"."""
    districts = {district.name: district for district in city.districts.all()}
    there = {organisation.name: organisation for organisation in city.organisations.all()}
    examples = [*make.people()["organisations"], INSTITUTE]
    new = [
        Organisation(
            city=city,
            name=facts["name"],
            name_en=facts["name_en"],
            kind=facts["kind"],
            district=districts.get(facts["district"]),
            example=True,
        )
        for facts in examples
        if facts["name"] not in there
    ]
    there |= {organisation.name: organisation for organisation in Organisation.objects.bulk_create(new)}
    offices = {o.district_id: o for o in there.values() if o.kind == Organisation.Kind.DISTRICT}
    return {
        "city": next(o for o in there.values() if o.kind == Organisation.Kind.CITY),
        **{name: offices[district.pk] for name, district in districts.items()},
        **{facts["key"]: there[facts["name"]] for facts in examples},
    }


def load_logins(organisations: dict[str, Organisation]) -> dict[str, User]:
    """One log-in per role (two city officers, since a decision needs two). Can be run again."""
    users = {}
    for email, name, role, place in LOGINS:
        user = User.objects.filter(email=email).first()
        users[email] = user or User.objects.create_user(email, name, PASSWORD, example=True)
        if role is not None:
            Membership.objects.get_or_create(user=users[email], organisation=organisations[place], role=role)
    return users


def load_cast(organisations: dict[str, Organisation]) -> dict[str, User]:
    """Everybody else of the example rounds by key; they cannot log in. Can be run again."""
    people = make.people()
    there = set(User.objects.filter(example=True).values_list("email", flat=True))
    rows = [
        (facts, role, (facts.get(place) if place else None) or at_home)
        for kind, role, place, at_home in PARTS
        for facts in people[kind]
    ]
    new = [
        (User(email=facts["email"], name=facts["name"], password=make_password(None), example=True), role, place)
        for facts, role, place in rows
        if facts["email"] not in there
    ]
    User.objects.bulk_create([user for user, _role, _place in new])
    Membership.objects.bulk_create(
        [
            Membership(user=user, organisation=organisations[place], role=role)
            for user, role, place in new
            if role is not None
        ]
    )
    by_email = {user.email: user for user in User.objects.filter(example=True)}
    return {facts["key"]: by_email[facts["email"]] for facts, _role, _place in rows}
