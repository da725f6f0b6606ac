"""The nouns of ``init``: the files of a repository of batches, and how each compares with what is there."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class CiService(StrEnum):
    """The service that reviews and applies batches."""

    GITHUB = "github"
    GITLAB = "gitlab"
    NONE = "none"


class Presence(StrEnum):
    """The state of a path: nothing is there, the same content, or something else, which stays."""

    NEW = "new"
    SAME = "same"
    OTHER = "other"


class StarterFile(NamedTuple):
    """A file of a new repository.

    ``path`` is relative to the repository, with slashes. ``advice`` says what to add to a file that stays.
    """

    path: str
    purpose: str
    content: bytes
    presence: Presence = Presence.NEW
    advice: str = ""


class NextStep(StrEnum):
    """A step that is left to a person, because no file can do it."""

    MAKE_REPOSITORY = "make-repository"
    MOVE_TO_TOP = "move-to-top"
    TRY_EXAMPLE = "try-example"
    SET_WEIGHTS = "set-weights"
    NAME_WHEEL = "name-wheel"
    PUSH = "push"
    PROTECT_GITHUB = "protect-github"
    PROTECT_GITLAB = "protect-gitlab"
    ALLOW_PULL_REQUESTS = "allow-pull-requests"
    SCHEDULE_PIPELINE = "schedule-pipeline"


class StepToDo(NamedTuple):
    """A step, with the file or folder that it is about, if it is about one."""

    step: NextStep
    about: str = ""
