"""ColdFront's own first rows and those of its own demonstration."""

import logging
import re
from collections.abc import Iterator
from typing import Any

from inside.bodies import AsForm

SOUGHT = {"q": "acook cgray jsmith", "search_by": "username_only"}
CHOSEN = {
    **SOUGHT,
    "userform-TOTAL_FORMS": "1",
    "userform-INITIAL_FORMS": "1",
    "userform-0-selected": "on",
    "userform-0-role": "1",
    "allocationform-TOTAL_FORMS": "1",
    "allocationform-INITIAL_FORMS": "1",
    "allocationform-0-selected": "on",
}
PAPER = {
    "title": "a title",
    "author": "Ann",
    "year": "2026",
    "journal": "a journal",
    "unique_id": "10.1000/1",
    "source_pk": 2,
    "index": 0,
}
FOUND = {
    "search_id": "10.1000/1",
    "pubs": str([PAPER]),
    "pubform-TOTAL_FORMS": "1",
    "pubform-INITIAL_FORMS": "1",
    "pubform-0-selected": "on",
}
SENT: dict[str, dict[str, str]] = {
    r"user/user-search-results/": SOUGHT,
    r"project/\d+/add-users-search-results/": SOUGHT,
    r"project/\d+/add-users/": CHOSEN,
    r"project/project-user-update-email-notification/": {
        "user_project_id": "1",
        "checked": "true",
    },
    r"publication/publication-search-result/\d+/": FOUND,
    r"publication/add-publication/\d+/": FOUND,
    r"slurm/slurm-help/": {"allocation_pk": "1"},
}


def before() -> None:
    """What it says of requests that fail nobody reads."""
    logging.disable(logging.CRITICAL)


def rows() -> None:
    """By its own commands."""
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    users = get_user_model().objects.filter(username="admin@example.com")
    password = users.get().password
    call_command("initial_setup", force_overwrite=True)
    call_command("load_test_data")
    users.update(password=password)  # which the demonstration has given to all

    _asked(users.get())


def _asked(user: Any) -> None:
    """What is said of projects and allocations, and what is to change about them."""
    from coldfront.core.allocation import models as allocated
    from coldfront.core.grant.models import Grant
    from coldfront.core.project import models as projects
    from coldfront.core.research_output.models import ResearchOutput

    given = {"author": user}
    grant = Grant.objects.get()
    for project in projects.Project.objects.order_by("pk"):
        projects.ProjectAdminComment.objects.create(project=project, comment="a word", **given)
        projects.ProjectUserMessage.objects.create(project=project, message="a word", **given)
        pending = projects.ProjectReviewStatusChoice.objects.get(name="Pending")
        projects.ProjectReview.objects.create(project=project, status=pending)
        ResearchOutput.objects.create(project=project, created_by=user, description="a text")
        grant.pk, grant.project = None, project
        grant.save()
        _member(project, user)
    kinds = allocated.AllocationChangeStatusChoice.objects.get(name="Pending")
    for number, one in enumerate(allocated.Allocation.objects.order_by("pk")):
        allocated.AllocationAdminNote.objects.create(allocation=one, note="a word", **given)
        allocated.AllocationUserNote.objects.create(allocation=one, note="a word", **given)
        allocated.AllocationAccount.objects.create(user=user, name=f"account{number}")
        changed = allocated.AllocationChangeRequest.objects.create(
            allocation=one, status=kinds, end_date_extension=30, justification="more"
        )
        for attribute in one.allocationattribute_set.all():
            allocated.AllocationAttributeChangeRequest.objects.create(
                allocation_change_request=changed, allocation_attribute=attribute, new_value="1"
            )


def _member(project: Any, user: Any) -> None:
    """The administrator and somebody else, whom its manager has taken in."""
    from coldfront.core.project import models as projects
    from django.contrib.auth import get_user_model

    active = projects.ProjectUserStatusChoice.objects.get(name="Active")
    role = projects.ProjectUserRoleChoice.objects.get(name="User")
    for one in (user, get_user_model().objects.get(username="astewart")):
        projects.ProjectUser.objects.create(user=one, project=project, role=role, status=active)


def allow(user: Any) -> None:
    """Somebody who leads projects."""
    user.userprofile.is_pi = True
    user.userprofile.save()


def bodies(method: str, path: str) -> Iterator[Any]:
    """What is sent by scripts, or by a page that only another request shows."""
    if method == "POST":
        yield from (AsForm(body) for way, body in SENT.items() if re.fullmatch(f"/{way}", path))
