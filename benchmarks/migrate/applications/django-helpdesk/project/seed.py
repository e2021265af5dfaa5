"""Rows that hang together: a queue with tickets."""


def rows() -> None:
    """Its own fixture of mails, a public queue, tickets, and an answer in the knowledge base."""
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from helpdesk.models import CustomField, FollowUp, KBCategory, KBItem, Queue, Ticket

    call_command("loaddata", "emailtemplate.json", verbosity=0)
    admin = get_user_model().objects.get()
    queue = Queue.objects.create(title="Help", slug="help", allow_public_submission=True)
    for number in (1, 2):
        ticket = Ticket.objects.create(
            title=f"Ticket {number}",
            queue=queue,
            submitter_email="visitor@example.com",
            assigned_to=admin,
            secret_key="some-secret-key",
        )
        FollowUp.objects.create(ticket=ticket, title="First", public=True, user=admin, comment="c")
    CustomField.objects.create(name="colour", label="Colour", data_type="varchar", max_length=20)
    category = KBCategory.objects.create(name="kb", title="Knowledge", slug="kb", queue=queue)
    KBItem.objects.create(category=category, title="How", question="How?", answer="So.")
