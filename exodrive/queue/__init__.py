"""The door of the clock and the workers: jobs of the ledger, carried and run by Celery.

Three processes serve it; each may run several times, on several machines, with no double effect:

    python -m celery_worker             the relay: sends the ids of due jobs to the broker
    celery -A celery_worker worker      does the jobs (threads, QUEUE_CONCURRENCY of them, every queue)
    celery -A celery_worker beat        promises what recurs (writes into the ledger, sends nothing, keeps no file)

The worker starts a second sooner with `--without-mingle --without-gossip --without-heartbeat`: nothing uses them.
All three stop on SIGTERM; the worker finishes the jobs it has begun and returns the rest to the ledger. They survive
outages of PostgreSQL and Valkey by themselves and need no order of starting.
"""
