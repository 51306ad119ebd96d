"""The queue of webhooks that go out."""

import wireup

from exodrive.queue.registry import handles
from exodrive.services.job.context import JobContext
from exodrive.services.payment.contracts import SendSandboxWebhook
from exodrive.services.payment.sandbox.webhook import SandboxWebhookSender
from exodrive.services.webhook.contracts import DeliverEvent, FanOutEvents, PruneEvents, ReplayEvents
from exodrive.services.webhook.delivery import DeliveryService


@handles(SendSandboxWebhook)
def send_sandbox_webhook(payload: SendSandboxWebhook, container: wireup.SyncContainer) -> None:
    container.get(SandboxWebhookSender).send(payload)


@handles(FanOutEvents)
def fan_out_events(_payload: FanOutEvents, container: wireup.SyncContainer) -> None:
    container.get(DeliveryService).fan_out()


@handles(DeliverEvent)
def deliver_event(payload: DeliverEvent, container: wireup.SyncContainer, own: JobContext) -> None:
    answer = container.get(DeliveryService).deliver(payload.delivery_id)
    own.result({"status": answer.status if answer else None})


@handles(ReplayEvents)
def replay_events(payload: ReplayEvents, container: wireup.SyncContainer) -> None:
    container.get(DeliveryService).replay(payload)


@handles(PruneEvents)
def prune_events(_payload: PruneEvents, container: wireup.SyncContainer, own: JobContext) -> None:
    own.result({"events": container.get(DeliveryService).prune()})
