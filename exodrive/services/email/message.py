"""From a `Mail` to the message that travels: headers, alternatives, attachments."""

from datetime import datetime
from email import policy
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from uuid import UUID

from exodrive.services.email.contracts import Attachment, Mail
from exodrive.services.email.gateway import MailRefused


def sender_address(mail_from: str) -> Address:
    """The settings' `Name <address>` taken apart. Raises ValueError for what is not one address."""
    name, address = parseaddr(mail_from)
    try:
        return _address(address, name)
    except MailRefused as error:
        raise ValueError("MAIL_FROM must be an address such as “ExoDrive <bookings@example.com>”") from error


def message_id(row_id: UUID, domain: str) -> str:
    """The Message-ID of a row: always the same, so that a copy can be told from a second mail."""
    return f"<{row_id.hex}@{domain}>"


def build(mail: Mail, *, sender: Address, identity: str, at: datetime) -> EmailMessage:
    """The message as RFC 5322 wants it. Raises `MailRefused` for an address that is none."""
    message = EmailMessage(policy=policy.SMTP)
    message["Date"] = format_datetime(at)
    message["From"] = sender
    message["To"] = _address(mail.recipient, mail.recipient_name)
    if mail.reply_to is not None:
        message["Reply-To"] = _address(mail.reply_to, mail.reply_to_name)
    message["Subject"] = mail.subject
    message["Message-ID"] = identity
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe_url is not None:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    for attachment in mail.attachments:
        _attach(message, attachment)
    # Last: whatever is added to a message takes the headers called Content-* along into its part.
    message["Content-Language"] = mail.locale.replace("_", "-")
    return message


def _address(address: str, name: str) -> Address:
    """One address, its domain in ASCII: an international domain then needs nothing of any server on the way."""
    try:
        parsed = Address(addr_spec=address)
        domain = parsed.domain.encode("idna").decode()
    except (ValueError, HeaderParseError, IndexError) as error:
        raise MailRefused("This is not an e-mail address.") from error
    if not domain or not parsed.username:
        raise MailRefused("This is not an e-mail address.")
    return Address(display_name=name, username=parsed.username, domain=domain)


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    media_type, *rest = (part.strip() for part in attachment.content_type.split(";"))
    main, _, sub = media_type.partition("/")
    parameters = dict(part.split("=", 1) for part in rest)
    message.add_attachment(
        attachment.content, maintype=main, subtype=sub, filename=attachment.filename, params=parameters
    )
