"""The queue of webhooks that go out."""

import wireup

from exodrive.queue.registry import handles
from exodrive.services.payment.contracts import SendSandboxWebhook
from exodrive.services.payment.sandbox.webhook import SandboxWebhookSender


@handles(SendSandboxWebhook)
def send_sandbox_webhook(payload: SendSandboxWebhook, container: wireup.SyncContainer) -> None:
    container.get(SandboxWebhookSender).send(payload)
