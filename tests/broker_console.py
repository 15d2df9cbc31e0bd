"""Asks a RabbitMQ node of ours, and orders it, in Erlang: one console for a whole run, as rabbitmqctl takes a second to begin."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading

from deploy.rabbitmq.server import RabbitServer

_READS_AND_ANSWERS = r"""
Again = fun F() ->
    case io:get_line("") of
        Line when is_list(Line) ->
            {ok, Tokens, _} = erl_scan:string(Line),
            {ok, Expressions} = erl_parse:parse_exprs(Tokens),
            {value, Answer, _} = erl_eval:exprs(Expressions, []),
            io:format("~0tp~n", [Answer]),
            F();
        _ -> halt()
    end
end,
Again().
"""
PATIENCE = 60.0
"""Seconds that a busy node may take for an answer."""


class BrokerConsole:
    """Ends with whoever made it: nobody writes to it any more."""

    def __init__(self, server: RabbitServer) -> None:
        self._server = server
        self._one_at_a_time = threading.Lock()
        self._vhosts = 0
        erl = shutil.which("erl")
        assert erl is not None, RabbitServer.INSTALL
        name = f"console-{server.port}@localhost"
        self._process = subprocess.Popen(
            [erl, "-noshell", "-hidden", "-sname", name, "-eval", " ".join(_READS_AND_ANSWERS.split())],
            env=server.environment,
            cwd=server.home,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def call(self, function: str, *arguments: str) -> str:
        """``call("rabbit_vhost:list_names")``: what the node says to it, as Erlang writes it. Fails where the node fails."""
        module, _, called = function.partition(":")
        node, waits = self._server.node, int(1000 * PATIENCE)
        order = f"rpc:call('{node}', {module}, {called}, [{', '.join(arguments)}], {waits})."
        assert self._process.stdin is not None and self._process.stdout is not None
        with self._one_at_a_time:
            print(order, file=self._process.stdin, flush=True)
            answer = self._process.stdout.readline().rstrip("\n")
        assert answer and not answer.startswith(("{badrpc", "{error")), f"{order} {answer}"
        return answer

    def new_vhost(self) -> str:
        """The name of a virtual host that nothing has used."""
        self._vhosts += 1
        name = f"test{self._vhosts}"
        self.call("rabbit_vhost:add", f'<<"{name}">>', '<<"test">>')
        user, everything = '<<"guest">>', '<<".*">>'
        may = [user, f'<<"{name}">>', everything, everything, everything, '<<"test">>']
        self.call("rabbit_auth_backend_internal:set_permissions", *may)
        return name

    def delete_vhost(self, name: str) -> None:
        """With all that is in it: a node that is started again takes longer for each."""
        self.call("rabbit_vhost:delete", f'<<"{name}">>', '<<"test">>')

    def queues(self, vhost: str) -> dict[str, int]:
        """By name, the messages in every queue, those delivered and not acknowledged included."""
        found = self.call("rabbit_amqqueue:info_all", f'<<"{vhost}">>', "[name, messages]")
        return {name: int(messages) for name, messages in re.findall(r'queue,<<"([^"]*)">>\}\},\{messages,(\d+)\}', found)}

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(30)
