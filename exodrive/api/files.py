"""Files of exports, by the link that the API gives of them: only with a key, too."""

from flask import Blueprint, Response, current_app, request
from wireup import Injected
from wireup.integration.flask import get_app_container

from exodrive.api.errors import CredentialMissing
from exodrive.api.middleware.auth import identify
from exodrive.api.schemas import Json
from exodrive.http.context import act_as, request_id
from exodrive.http.guards import by_key
from exodrive.http.limits import address_of_client, limited
from exodrive.services.account.contracts import StaffRole
from exodrive.services.report.exports import TYPES, ExportService

PATH = "/api/v1/admin/files/{token}"
OPERATION: Json = {
    "operationId": "admin.report.file",
    "summary": "The file of an export",
    "description": "By the link in the `url` of an export that is ready. The link is good for a quarter of an hour; the"
    " export tells a new one while the file is there. That it was fetched is written down.\n\nOpen to: staff from the"
    " role `manager` on. 60 calls a minute.",
    "tags": ["admin_report"],
    "parameters": [
        {
            "name": "token",
            "in": "path",
            "required": True,
            "description": "The last part of the `url` of an export.",
            "schema": {"type": "string", "minLength": 1},
        }
    ],
    "security": [{"staffKey": [StaffRole.MANAGER.value]}],
}
ANSWER: Json = {
    "description": "The file, in the format that was asked for.",
    "headers": {
        "X-Request-ID": {"$ref": "#/components/headers/X-Request-ID"},
        "Content-Disposition": {
            "description": "The name of the file.",
            "required": True,
            "schema": {"type": "string", "pattern": '^attachment; filename="[a-z0-9-]+[.](csv|xlsx)"$'},
        },
    },
    "content": {mime: {"schema": {"type": "string", "format": "binary"}} for mime in TYPES.values()},
}

blueprint = Blueprint("api_files", __name__)


@blueprint.get(PATH.replace("{", "<").replace("}", ">"))
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
