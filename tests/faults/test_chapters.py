import time
import pytest
from tests.faults.chapters import CHAPTERS

@pytest.mark.parametrize("name", CHAPTERS)
def test_chapter__clean(world, name):
    with world.aside():
        life = CHAPTERS[name](world)
        answer = None
        while True:
            try:
                row = life.send(answer)
            except StopIteration:
                break
            t=time.process_time()
            head = world.node.head()
            place = world.mark()
            done = world.run(*row.words)
            print(row.command, done.code, done.said[-300:] if done.code else '', round(time.process_time()-t,3), len(world.sent_since(head)))
            world.back(place)
            answer = world.do(*row.words)
