import os, signal, time, pytest
from tests.kernel.test_follow import *
@pytest.mark.parametrize("n", range(12))
def test_z(toys, n):
    toys.start()
    accepted = send(toys, 20)
    try: settle(toys, 6)
    except AssertionError:
        for t in toys.toys.values(): os.kill(t.process.pid, signal.SIGUSR1)
        time.sleep(1)
        for t in toys.toys.values(): print(t.log.read_text())
        raise
