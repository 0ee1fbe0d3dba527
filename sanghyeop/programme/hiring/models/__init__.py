"""Hiring (모집·배치): the posts of a selected project, who applies for them, who gets which.

A call (``Call``) offers a project's posts; calls that are decided together form an intake (``Intake``), within which a
resident sends one application that ranks posts across projects. A placement (``Placement``) is one person's offer of
one post, and what became of it. No resident registration number is kept anywhere.
"""

from sanghyeop.programme.hiring.models.applications import Application, Check, Choice, Destruction, Look, Paper
from sanghyeop.programme.hiring.models.calls import Call, Intake, Rule, new_secret
from sanghyeop.programme.hiring.models.placements import Draw, Placement
from sanghyeop.programme.hiring.models.posts import Group, Post, Reserve
from sanghyeop.programme.hiring.models.trainings import Attendance, Session, Trainee, Training

__all__ = [
    "Application",
    "Attendance",
    "Call",
    "Check",
    "Choice",
    "Destruction",
    "Draw",
    "Group",
    "Intake",
    "Look",
    "Paper",
    "Placement",
    "Post",
    "Reserve",
    "Rule",
    "Session",
    "Trainee",
    "Training",
    "new_secret",
]
