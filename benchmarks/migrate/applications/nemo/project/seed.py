"""A laboratory: tools in an area with doors, people who have reserved them and use them."""

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from inside.bodies import AsForm

WHO = "admin@example.com"
SAID = '[{"type": "textbox", "name": "why", "title": "Why?", "max-width": 250, "required": false}]'
PARTS = {
    "adjustment_requests_apply_button",
    "area_in_usage_reminders",
    "calendar_login_logout",
    "consumable_user_self_checkout",
    "project_allow_document_upload",
    "project_allow_pi_manage_users",
    "project_allow_transferring_charges",
    "self_log_in",
    "self_log_out",
    "training_allow_date",
    "user_allow_document_upload",
    "user_allow_profile_view",
}


def before() -> None:
    """What it says of requests that fail nobody reads."""
    logging.disable(logging.CRITICAL)


def rows() -> None:
    """Everything is switched on; one of each kind of thing, and what is done with it now."""
    _switched_on()
    lab = _laboratory()
    _reserved(lab)
    _used(lab)
    _asked_for(lab)


def _switched_on() -> None:
    from django.conf import settings
    from NEMO.views.customization import CustomizationBase, EmailsCustomization

    place = Path(settings.MEDIA_ROOT)
    place.mkdir(parents=True, exist_ok=True)
    for part in CustomizationBase.instances():
        for name, extension in type(part).files:
            if extension == ".html":
                (place / f"{name}{extension}").write_text("<p>a text</p>")
        for name in type(part).variables:
            if name in PARTS or name.endswith("_enabled"):
                type(part).set(name, "enabled")
    for name in EmailsCustomization.variables:
        EmailsCustomization.set(name, "visitor@example.com")


def _laboratory() -> Any:
    from django.contrib.auth.models import Permission
    from NEMO import models as m

    user = m.User.objects.get(username=WHO)
    user.is_facility_manager = user.is_user_office = user.is_accounting_officer = True
    user.badge_number = "1"
    user.training_required = False
    user.save()
    user.user_permissions.set(Permission.objects.all())
    account = m.Account.objects.create(name="an account")
    projects = [
        m.Project.objects.create(
            name=f"project {n}", application_identifier=str(n), account=account
        )
        for n in (1, 2)
    ]
    area = m.Area.objects.create(name="an area", category="rooms", requires_reservation=False)
    cards = m.InterlockCardCategory.objects.order_by("pk").first()
    card = m.InterlockCard.objects.create(server="localhost", port=1, category=cards)
    door = m.Door.objects.create(name="a door")
    door.areas.add(area)
    tools = [
        m.Tool.objects.create(
            name=f"tool {number}",
            _category="tools",
            _location="a room",
            _phone_number="1",
            _primary_owner=user,
            _interlock=m.Interlock.objects.create(card=card, channel=number),
            _operational=True,
            _reservation_horizon=30,
        )
        for number in (1, 2, 3)
    ]
    user.projects.set(projects)
    user.managed_projects.set(projects)
    user.managed_accounts.add(account)
    level = m.PhysicalAccessLevel.objects.create(
        name="always", area=area, schedule=0, allow_user_request=True
    )
    user.physical_access_levels.add(level)
    for tool in tools:
        m.Qualification.objects.create(user=user, tool=tool)
        asked = {"advance_notice_limit": 1, "display_order": 1, "prompt": "which", "tool": tool}
        given = {"current_settings": "a", "available_settings": "a, b", "enabled": True}
        configured = m.Configuration.objects.create(name="gas", **asked, **given)
        configured.maintainers.add(user)
        for kind in m.ToolUsageQuestionType.values:
            questions = m.ToolUsageQuestions.objects.create(questions_type=kind, questions=SAID)
            questions.only_for_tools.add(tool)
    return SimpleNamespace(
        user=user, project=projects[0], area=area, tools=tools, door=door, level=level
    )


def _reserved(lab: Any) -> None:
    from django.utils import timezone
    from NEMO import models as m

    now = timezone.now()
    given = {"user": lab.user, "creator": lab.user, "project": lab.project, "short_notice": False}
    for days in (0, 1, 2):
        when = {"start": now + timedelta(days=days), "end": now + timedelta(days=days, hours=2)}
        m.Reservation.objects.create(tool=lab.tools[0], **when, **given)
        m.Reservation.objects.create(area=lab.area, **when, **given)
        kind = {"creator": lab.user, "title": "closed", "category": "cleaning", **when}
        m.ScheduledOutage.objects.create(tool=lab.tools[1], **kind)
    told = {"alert_days_before": 1, "alert_template": "closed"}
    closed = m.Closure.objects.create(name="winter", **told)
    m.ClosureTime.objects.create(closure=closed, start_time=now, end_time=now + timedelta(days=1))


def _used(lab: Any) -> None:
    from django.utils import timezone
    from NEMO import models as m

    ago = timezone.now() - timedelta(hours=1)
    done = {"start": ago - timedelta(hours=2), "end": ago}
    for when in (done, {"start": ago}):
        m.UsageEvent.objects.create(
            user=lab.user, operator=lab.user, project=lab.project, tool=lab.tools[0], **when
        )
        m.AreaAccessRecord.objects.create(
            area=lab.area, customer=lab.user, project=lab.project, **when
        )
        m.StaffCharge.objects.create(
            staff_member=lab.user, customer=lab.user, project=lab.project, **when
        )
    kind = m.ConsumableCategory.objects.create(name="gloves")
    thing = m.Consumable.objects.create(
        name="a glove",
        category=kind,
        quantity=9,
        allow_self_checkout=True,
        reminder_threshold=8,
        reminder_email="visitor@example.com",
    )
    for _ in (1, 2):
        m.ConsumableWithdraw.objects.create(
            customer=lab.user, merchant=lab.user, consumable=thing, quantity=1, project=lab.project
        )
    for safety in (True, False):
        m.Task.objects.create(
            urgency=1,
            tool=lab.tools[2],
            creator=lab.user,
            force_shutdown=safety,
            safety_hazard=safety,
            problem_description="broken",
        )
    m.Comment.objects.create(tool=lab.tools[0], author=lab.user, content="a word", visible=True)
    m.ToolWaitList.objects.create(tool=lab.tools[0], user=lab.user)


def _asked_for(lab: Any) -> None:
    from django.utils import timezone
    from NEMO import models as m

    today = timezone.now().date()
    when = {"start": today, "end": today + timedelta(days=1)}
    m.BuddyRequest.objects.create(area=lab.area, user=lab.user, description="a word", **when)
    m.StaffAssistanceRequest.objects.create(user=lab.user, description="help")
    events = (m.UsageEvent.objects.first(), m.ConsumableWithdraw.objects.first())
    for event, status in ((event, status) for event in events for status in (0, 1)):
        m.AdjustmentRequest.objects.create(
            status=status,
            creator=lab.user,
            last_updated_by=lab.user,
            item=event,
            description="less",
            new_project=lab.project,
        )
    access = m.TemporaryPhysicalAccessRequest.objects.create(
        creator=lab.user,
        last_updated_by=lab.user,
        physical_access_level=lab.level,
        start_time=timezone.now(),
        end_time=timezone.now() + timedelta(days=1),
    )
    access.other_users.add(lab.user)


def allow(user: Any) -> None:
    """By its own means: staff that is trained, with a badge and a project."""
    from NEMO.models import Project, Qualification, Tool

    user.badge_number, user.training_required = "2", False
    user.is_service_personnel = True
    user.save()
    user.projects.set(Project.objects.all())
    for tool in Tool.objects.all():
        Qualification.objects.create(user=user, tool=tool)


def complete() -> None:
    """Whatever was made up has what every page shows of it."""
    from django.apps import apps
    from NEMO import models as m

    shown = {"_location": "a room", "_category": "tools", "_phone_number": "1", "_serial": "1"}
    for name, value in shown.items():
        m.Tool.objects.filter(**{f"{name}__isnull": True}).update(**{name: value})
    m.Tool.objects.filter(_primary_owner=None).update(_primary_owner=m.User.objects.first())
    m.Area.objects.filter(category=None).update(category="rooms")
    m.TaskImages.objects.filter(image="").update(image="task.png")
    m.ClosureTime.objects.filter(closure__alert_template="").delete()
    m.RecurringConsumableCharge.objects.exclude(last_charge=None).update(rec_count=1)
    for model in apps.get_models():
        if issubclass(model, m.BaseDocumentModel):
            model.objects.update(url="http://example.com/a.pdf")


def _times() -> dict[str, str]:
    from django.utils import timezone

    start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=5)
    return {
        "start": str(start.timestamp()),
        "end": str((start + timedelta(hours=1)).timestamp()),
        "new_start": f"{start:%m/%d/%Y %I:%M %p}",
        "new_end": f"{start + timedelta(hours=1):%m/%d/%Y %I:%M %p}",
    }


def query(_method: str, path: str) -> str:
    """What its scripts ask with."""
    if "event_feed" in path:
        return (
            f"{_day('start', 0)}&{_day('end', 2)}&event_type=reservations&item_type=tool&item_id=1"
        )
    if "abuse" in path:
        return f"user=1&target=tool|1&{_day('start', 0)}&{_day('end', 1)}"
    if path == "/api/billing/":
        return f"{_day('start', -2)}&{_day('end', 2)}"
    asked = "user_id=1&tool_id=1&customer_id=1&entry_number=1&search=word&recipient=a@example.com"
    return asked if "%" not in path and not path.startswith(("/api/", "/admin/")) else ""


def _day(name: str, later: int) -> str:
    from django.utils import timezone

    return f"{name}={timezone.now() + timedelta(days=later):%m/%d/%Y}"


WHO_AND_WHAT = {"tool": "1", "tool_id": "1", "user_id": "1", "customer_id": "1", "project_id": "1"}
SAYS = {
    r"kiosk/.*": {**WHO_AND_WHAT, "back": "back_to_start", "content": "word", "key": "0"},
    r"(login_to|logout_of)_area/\d+/|open_door/\d+/": {"badge_number": "1", "project_id": "1"},
    r"(enter|exit)_wait_list/": WHO_AND_WHAT,
    r"tool_configuration/": {"configuration_id": "1", "slot": "0", "choice": "1"},
    r"create_(task|comment)/": {
        **WHO_AND_WHAT,
        "content": "word",
        "expiration": "0",
        "action": "create",
        "urgency": "1",
        "description": "broken",
    },
    r"\w+_reply/\d+/": {"reply_content": "word"},
    r"create_staff_assistance_request/": {"description": "help"},
    r"modify_qualifications/": {"action": "qualify", "chosen_user": "2", "chosen_tool": "1"},
    r"begin_staff_charge/": {"customer": "1", "project": "1"},
    r"begin_staff_area_charge/": {"area": "1"},
    r"calendar_self_log_in/|self_log_in/": {"area": "1", "project": "1"},
    r"email_preview/|send_(broadcast_)?email/": {
        "title": "a title",
        "greeting": "hello",
        "contents": "a text",
        "color": "red",
        "recipient": "visitor@example.com",
        "subject": "a subject",
        "audience": "user",
        "selection": "1",
        "only_active_users": "on",
    },
    r"news/.*": {"title": "a title", "content": "a text", "update": "more"},
    r"(add|remove)_user.*": {"user_id": "1", "project_id": "2"},
    r"tool_calendar_save_user_tool_list/.*": {"tools[]": "1"},
    r"(set|change)_reservation_(title|note|project)/.*": {
        "title": "a",
        "note": "a",
        "project_id": "2",
    },
    r"change_outage_(title|details)/.*": {"title": "a", "details": "a"},
    r"edit_staff_charge_note/": {"staff_charge_id": "1", "staff_charge_note": "a"},
    r"cancel_(reservation|outage)/.*": {"reason": "no reason"},
    r"impersonate/": {"user_id": "2"},
    r"change_project/.*": {"project_id": "2"},
}


def bodies(method: str, path: str) -> Iterator[Any]:
    """What its scripts send."""
    if method != "POST":
        return
    for kind in ("tool", "area"):
        if re.fullmatch(r"/(create|resize|move|change)_(reservation|outage)(_date)?/", path):
            about = {"item_type": kind, "item_id": "1", "project_id": "1", "delta": "15", "id": "1"}
            more = {"explicitly_continue": "true", "title": "closed", "category": "cleaning"}
            yield AsForm({**_times(), **about, **more})
    yield from (AsForm(body) for way, body in SAYS.items() if re.fullmatch(f"/{way}", path))
