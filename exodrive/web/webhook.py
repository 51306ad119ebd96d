"""What other systems send us: verified and stored here, acted on by jobs."""

import json

from flask import Blueprint, Response, request
from wireup import Injected

from exodrive.http.guards import by_signature
from exodrive.http.limits import limited
from exodrive.services.payment.events import PaymentEventService
from exodrive.services.payment.gateway import BadSignature

blueprint = Blueprint("webhook", __name__, url_prefix="/webhooks")

_LARGEST = 64 * 1024  # bytes; a larger body is answered 413


@blueprint.post("/<gateway>")
@by_signature
@limited("300/minute")
def receive(gateway: str, events: Injected[PaymentEventService]) -> Response:
    request.max_content_length = _LARGEST
    body = request.get_data(cache=False)
    try:
        events.receive(gateway, dict(request.headers), body)
    except BadSignature as error:  # 400, as senders expect of a signature, rather than a form's 422
        problem = {"title": "Bad signature", "status": 400, "code": error.code, "detail": error.message}
        return Response(json.dumps(problem), 400, mimetype="application/problem+json")
    return Response(status=204)
