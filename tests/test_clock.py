"""What time it is, and that it can be stopped for what is shown."""

import asyncio
import datetime as dt

from bot import clock

THEN = dt.datetime(2025, 2, 21, 9, tzinfo=dt.UTC)


def test_it_is_now_in_utc():
    before = dt.datetime.now(dt.UTC)
    assert before <= clock.now() <= dt.datetime.now(dt.UTC)


def test_while_it_is_stopped_it_is_that_moment_in_threads_and_tasks_too():
    async def there():
        return await asyncio.to_thread(clock.now)

    with clock.stopped(THEN):
        assert (clock.now(), asyncio.run(there())) == (THEN, THEN)
    assert clock.now() > THEN
