"""What leaves the process: HTTP, mail, cloud, other brokers."""

from __future__ import annotations

from mscli.migrate.facts import ExternalFact
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.values.values import texts
from mscli.migrate.words import words

LIBRARIES = frozenset(
    words(
        "requests httpx urllib urllib3 aiohttp boto3 botocore stripe paypalrestsdk smtplib "
        "twilio redis elasticsearch elasticsearch_dsl pika kafka kombu ldap3 braintree sendgrid "
        "grpc suds zeep paramiko ftplib imaplib poplib google azure openai slack_sdk pymongo"
    )
)
MAIL = ("send_mail", "EmailMessage", "EmailMultiAlternatives", "mail_admins", "Message")
SERVING = ("urllib.parse", "google.protobuf", "urllib3.util", "aiohttp.web", "grpc.server")
"""Of such libraries, what calls nobody."""
QUIET = frozenset(words("Session Retry HTTPAdapter Timeout quote urlencode unquote urlparse"))


def external(engine: Engine) -> tuple[ExternalFact, ...]:
    """Calls of libraries that talk to other systems."""
    found: set[ExternalFact] = set()
    for call in engine.outside:
        root, tail = call.name.partition(".")[0], call.name.rstrip("()").rpartition(".")[2]
        is_mail = tail in MAIL and ("mail" in call.name)
        if (root not in LIBRARIES and not is_mail) or tail in QUIET or call.name.count("()") > 1:
            continue
        if call.name.startswith(SERVING):
            continue
        target = next((t for arg in call.args[:2] for t in texts(arg) if "://" in t), "")
        library = "mail" if is_mail else root
        found.add(ExternalFact(call.site, library, target, call.owner.symbol_id))
    return tuple(sorted(found))
