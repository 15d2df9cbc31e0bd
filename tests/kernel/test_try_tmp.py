import time
from tests.kernel.harness import *
from tests.kernel.proof import *
import pytest
@pytest.mark.parametrize("m",["r","m"])
def test_try(m, request, postgres, tmp_path):
    uri = request.getfixturevalue("rabbit") if m=="r" else "memory://"
    with bench(uri, postgres, tmp_path) as b:
        t=time.time()
        b.start()
        print("start", time.time()-t); t=time.time()
        cs=[increment(f"c{i%5}", i+1) for i in range(50)]
        for c in cs: b.insist("counter","increment",c)
        print("commands", time.time()-t); t=time.time()
        settle(b)
        print("settle", time.time()-t); t=time.time()
        prove(b, cs)
        print("proof", time.time()-t); t=time.time()
        print(b.health())
        print(b.insist("counter","health",None))
        for l in tmp_path.glob("*.log"): print(l.name, l.read_text()[-3000:])
