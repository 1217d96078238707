# asyncio: tasks, gather, queues, timeouts.
# prints:
#   ['b', 'a']
#   [1, 4, 9]
#   too slow
#   10
import asyncio

done = []


async def work(name, seconds):
    await asyncio.sleep(seconds)
    done.append(name)


async def square(x):
    return x * x


async def produce(queue):
    for number in range(5):
        await queue.put(number)
    await queue.put(None)


async def main():
    await asyncio.gather(work("a", 0.02), work("b", 0.001))
    print(done)
    print(await asyncio.gather(*map(square, [1, 2, 3])))
    try:
        await asyncio.wait_for(asyncio.sleep(1), 0.01)
    except asyncio.TimeoutError:
        print("too slow")
    queue = asyncio.Queue()
    task = asyncio.create_task(produce(queue))
    total = 0
    while (item := await queue.get()) is not None:
        total += item
    await task
    print(total)


asyncio.run(main())
