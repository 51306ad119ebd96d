"""Files of exports, by the link that the API gives of them: only with a key, too."""

from flask import Blueprint, Response, current_app, request
from wireup import Injected
from wireup.integration.flask import get_app_container

from exodrive.api.errors import CredentialMissing
from exodrive.api.middleware.auth import identify
from exodrive.http.context import act_as, request_id
from exodrive.http.guards import by_key
from exodrive.http.limits import address_of_client, limited
from exodrive.services.report.exports import ExportService

blueprint = Blueprint("api_files", __name__)


@blueprint.get("/api/v1/admin/files/<token>")
@by_key
@limited("60/minute")
def fetch(token: str, exports: Injected[ExportService]) -> Response:
    """The file that a link opens, while it is good and for a key of a manager."""
    given = request.headers.get("Authorization", "")
    if not given:
        raise CredentialMissing("This needs a key as a bearer token.")
    client = identify(get_app_container(current_app), given, address_of_client(), request_id() or "")
    act_as(client.actor)
    found = exports.open(token, client.actor)
    answer = Response(found.pieces, content_type=found.content_type)
    answer.headers["Content-Length"] = str(found.size)
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
