"""Two catalogs with sections, pages and questions, and a project of the administrator with each."""

from types import SimpleNamespace
from typing import Any

PREFIX = "https://example.com/terms"
USER = "admin@example.com"


def rows() -> None:
    """Groups as its own command sets them up, what a project asks, and what it has answered."""
    from django.core.management import call_command

    call_command("setup_groups", verbosity=0)
    for number in (1, 2):
        _project(number, _catalog(number))


def _catalog(number: int) -> Any:
    from django.contrib.sites.models import Site
    from rdmo.conditions.models import Condition
    from rdmo.domain.models import Attribute
    from rdmo.options.models import Option, OptionSet
    from rdmo.questions.models import Catalog, Page, Question, QuestionSet, Section
    from rdmo.tasks.models import Task
    from rdmo.views.models import View

    def made(model: Any, **more: Any) -> Any:
        return model.objects.create(uri_prefix=PREFIX, uri_path=f"path{number}", **more)

    attribute = Attribute.objects.create(uri_prefix=PREFIX, key=f"key{number}")
    option = made(Option)
    options = made(OptionSet)
    options.options.add(option)
    condition = made(Condition, source=attribute, relation="eq", target_option=option)
    options.conditions.add(condition)
    question = made(Question, attribute=attribute, widget_type="select", value_type="option")
    question.optionsets.add(options)
    questions = made(QuestionSet, attribute=attribute)
    inner = QuestionSet.objects.create(uri_prefix=PREFIX, uri_path=f"inner{number}")
    page = made(Page, attribute=attribute)
    section = made(Section)
    catalog = made(Catalog, available=True)
    catalog.sections.add(section)
    section.pages.add(page)
    page.questions.add(question)
    page.questionsets.add(questions)
    questions.questions.add(question)
    questions.questionsets.add(inner)
    task = made(Task, available=True, start_attribute=attribute, end_attribute=attribute)
    view = made(View, available=True, template="{% load view_tags %}<p>a view</p>")
    for one in (question, questions, page, task):
        one.conditions.add(condition)
    for one in (catalog, task, view):
        one.sites.add(Site.objects.get_current())
    for one in (task, view):
        one.catalogs.add(catalog)
    return SimpleNamespace(catalog=catalog, task=task, view=view, attribute=attribute, page=page)


def _project(number: int, asked: Any) -> None:
    from django.contrib.auth import get_user_model
    from django.contrib.sites.models import Site
    from rdmo.projects.models import (
        Continuation,
        Integration,
        Invite,
        Issue,
        IssueResource,
        Membership,
        Project,
        Snapshot,
        Value,
    )

    user = get_user_model().objects.get(username=USER)
    site = Site.objects.get_current()
    project = Project.objects.create(title=f"Project {number}", catalog=asked.catalog, site=site)
    project.tasks.add(asked.task)
    project.views.add(asked.view)
    Membership.objects.create(project=project, user=user, role="owner")
    Value.objects.create(project=project, attribute=asked.attribute, text="a text")
    Continuation.objects.create(project=project, user=user, page=asked.page)
    Snapshot.objects.create(project=project, title="before")
    Invite.objects.create(project=project, user=user, email=USER, role="author", token=f"t{number}")
    integration = Integration.objects.create(project=project, provider_key="simple")
    integration.options.create(key="project_url", value="https://example.com/")
    issue, _ = Issue.objects.get_or_create(project=project, task=asked.task)
    IssueResource.objects.create(issue=issue, integration=integration, url="https://example.com/1")
