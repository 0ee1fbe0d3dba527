"""Who logs in: a person comes with what they may do today, since every page asks for both."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from sanghyeop.ground.parties.models import User
from sanghyeop.ground.parties.roles import with_roles


class People(ModelBackend):
    """Log-in by e-mail and password. The person of a page and their roles are one query."""

    def get_user(self, user_id: Any) -> User | None:
        user = with_roles(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
