"""What responses tell the browser."""

import gzip
import re
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from exodrive import resources
from exodrive.http.assets import FOR_A_DAY, FOR_EVER
from exodrive.settings import Environment, Settings


def test_the_content_policy_lets_nothing_foreign_or_inline_run(client: FlaskClient):
    policy = client.get("/privacy").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "object-src 'none'" in policy
    assert "base-uri 'none'" in policy
    assert re.search(r"script-src 'self' 'nonce-[\w-]{20,}'", policy)
    assert policy != client.get("/privacy").headers["Content-Security-Policy"]


def test_pages_hold_no_inline_style_or_script_and_htmx_may_not_eval(client: FlaskClient):
    html = client.get("/privacy").get_data(as_text=True)
    assert " style=" not in html
    assert "<style" not in html
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*ld\+json)", html)
    assert not re.search(r"\son\w+=", html)
    assert '"allowEval":false' in html
    assert '"includeIndicatorStyles":false' in html


def test_pages_are_not_framed_sniffed_or_kept(client: FlaskClient):
    headers = client.get("/privacy").headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "private, no-cache"
    assert "HX-Request" in headers["Vary"]
    assert "camera=()" in headers["Permissions-Policy"]


def test_pages_by_token_are_stored_nowhere_and_tell_nobody_their_address(client: FlaskClient):
    headers = client.get("/probe/token/good").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in headers["X-Robots-Tag"]


def test_the_session_cookie_in_development_and_production(
    client: FlaskClient, make_app: Callable[[Settings], Flask], settings: Settings
):
    cookie = client.get("/privacy").headers["Set-Cookie"]
    assert cookie.startswith("exodrive=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    response = production(make_app, settings).get("/privacy", base_url="https://exodrive.example")
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-exodrive=")
    assert "Secure" in cookie
    assert "Domain" not in cookie


def test_production_insists_on_https(make_app: Callable[[Settings], Flask], settings: Settings):
    client = production(make_app, settings)
    assert client.get("/privacy").headers["Location"].startswith("https://")
    secure = client.get("/privacy", base_url="https://exodrive.example")
    assert "max-age=31556926" in secure.headers["Strict-Transport-Security"]
    assert "upgrade-insecure-requests" in secure.headers["Content-Security-Policy"]
    assert client.get("/healthz").status_code == 200  # asked from inside, past the proxy


def test_programs_are_answered_over_tls_alone_too(
    make_app: Callable[[Settings], Flask], settings: Settings
) -> None:
    client, path = production(make_app, settings), "/api/v1/locations"
    plain = client.get(path, base_url="http://exodrive.example")
    assert (plain.status_code, plain.headers["Location"]) == (302, f"https://exodrive.example{path}")
    safe = client.get(path, base_url="https://exodrive.example")
    assert safe.status_code == 200
    assert safe.headers["Strict-Transport-Security"] == "max-age=31556926; includeSubDomains"


def production(make_app: Callable[[Settings], Flask], settings: Settings) -> FlaskClient:
    update = {"environment": Environment.PRODUCTION, "base_url": "https://exodrive.example"}
    return make_app(settings.model_copy(update=update)).test_client()


def test_text_is_compressed_for_who_takes_it(client: FlaskClient):
    plain = client.get("/probe/long")
    assert "Content-Encoding" not in plain.headers
    for taken, sent in (("gzip", "gzip"), ("br, gzip", "br"), ("gzip, deflate, br, zstd", "zstd")):
        packed = client.get("/probe/long", headers={"Accept-Encoding": taken})
        assert packed.headers["Content-Encoding"] == sent
        assert int(packed.headers["Content-Length"]) < 200
        for response in (plain, packed):
            assert "Accept-Encoding" in response.headers["Vary"]
    packed = client.get("/probe/long", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.get_data()) == plain.get_data()


def test_a_file_under_its_hash_is_kept_for_ever(app: Flask, client: FlaskClient):
    with app.test_request_context():
        address = app.jinja_env.globals["asset"]("css/site.css")  # type: ignore[operator]  # Jinja types no globals
    kept = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert kept.headers["Cache-Control"] == FOR_EVER
    assert kept.headers["Content-Encoding"] == "gzip"
    assert kept.mimetype == "text/css"
    assert gzip.decompress(kept.get_data()) == client.get(address).get_data()
    assert client.get("/static/css/site.css?v=old").headers["Cache-Control"] == FOR_A_DAY
    again = client.get(address, headers={"Accept-Encoding": "gzip", "If-None-Match": kept.headers["ETag"]})
    assert again.status_code == 304
    assert client.get(address).headers["ETag"] != kept.headers["ETag"]


def test_files_outside_of_static_are_not_served(client: FlaskClient):
    outside = ("../pyproject.toml", "%2e%2e/pyproject.toml", "css/../../pyproject.toml")
    for path in (*outside, "css", "none.css", "a" * 400, "%00"):
        assert client.get(f"/static/{path}").status_code == 404
        assert client.get(f"/media/{path}").status_code == 404


def test_photographs_are_shown_wherever_a_mail_is_read(client: FlaskClient) -> None:
    """A web mail's page, and the portal's frame, are other origins."""
    folder = resources.path("static")
    photograph = next((folder / "media").rglob("*.webp")).relative_to(folder)
    with client.get(f"/{photograph}") as shown:
        assert shown.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert client.get("/").headers["Cross-Origin-Resource-Policy"] == "same-origin"
