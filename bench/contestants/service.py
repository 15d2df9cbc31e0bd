"""One service of the product, as ``python -m deploy.run`` runs it; the gateway with an echo's routes in it."""

import eventlet

eventlet.monkey_patch()

import sys  # noqa: E402

from bench.contestants import sampling  # noqa: E402

if __name__ == "__main__":
    from deploy import run

    if sys.argv[1] == "gateway":
        from bench.contestants import echo_routes

        echo_routes.install()
    sampling.begin(sys.argv[1])
    try:
        code = run.main()
    finally:
        sampling.end()
    sys.exit(code)
