"""The door of the clock and the workers: jobs of the ledger, carried and run by Celery.

Four processes serve it; each may run several times, on several machines, with no double effect:

    python -m celery_worker             the relay: sends the ids of due jobs to the broker
    celery -A celery_worker worker      does the jobs that wait for others (threads, QUEUE_CONCURRENCY of them)
    celery -A celery_worker:heavy_app worker -n heavy@%h
                                        does the jobs that compute (document, image, report), each in a process
    celery -A celery_worker beat        promises what recurs (writes into the ledger, sends nothing, keeps no file)

A worker starts a second sooner with `--without-mingle --without-gossip --without-heartbeat`: nothing uses them.
All stop on SIGTERM; a worker finishes the jobs it has begun, returns after 20 s what it could not finish, and the rest
at once. They survive
outages of PostgreSQL and Valkey by themselves and need no order of starting.
"""
