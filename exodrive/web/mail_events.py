"""What the mail provider tells of the mails that it carried: verified and stored here, acted on by a job."""

import json

from flask import Blueprint, Response, request
from wireup import Injected

from exodrive.http.guards import by_signature
from exodrive.http.limits import limited
from exodrive.services.email.events import MailEventService
from exodrive.services.email.gateways.mailgun import BadEvent

blueprint = Blueprint("mail_events", __name__, url_prefix="/webhooks/mail")

_LARGEST = 128 * 1024  # bytes; a larger body is answered 413


@blueprint.post("/<provider>")
@by_signature
@limited("600/minute")
def receive(provider: str, events: Injected[MailEventService]) -> Response:
    request.max_content_length = _LARGEST
    body = request.get_data(cache=False)
    try:
        events.receive(provider, body)
    except BadEvent as error:  # 406 is what this provider understands as "do not send it again"
        problem = {"title": "Bad event", "status": 406, "code": error.code, "detail": error.message}
        return Response(json.dumps(problem), 406, mimetype="application/problem+json")
    return Response(status=200)
