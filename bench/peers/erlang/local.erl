%% Erlang processes, local rows. erl -noshell +P 2000000 -run local main ROW...
-module(local).
-compile([inline]).
-export([main/1, idle/0, child/0]).

main(Rows) ->
    logger:set_primary_config(level, none),
    [row(Row) || Row <- Rows],
    halt().

row("pingpong") ->
    harness:rate("pingpong", 1000000, fun(N) ->
        Self = self(),
        Pong = spawn_link(fun pong/0),
        spawn_link(fun() -> ping(N, Pong), Pong ! stop, Self ! done end),
        receive done -> ok end
    end);
row("tell") ->
    harness:rate("tell", 5000000, fun(N) -> flood(1, N) end);
row("fanin4") ->
    harness:rate("fanin4", 4000000, fun(N) -> flood(4, N) end);
row("tell1k") ->
    harness:rate("tell1k", 5000000, fun(N) ->
        Self = self(),
        Sink = spawn_link(fun() -> answering_sink(N), Self ! done end),
        spawn_link(fun() -> bursts(N, Sink) end),
        receive done -> ok end
    end);
row("ring100") ->
    harness:rate("ring100", 3000000, fun ring/1);
row("ask") ->
    harness:rate("ask", 1000000, fun(N) ->
        Server = spawn_link(fun server/0),
        ask(N, Server),
        Server ! stop
    end);
row("ask100") ->
    harness:rate("ask100", 1000000, fun(N) ->
        Server = spawn_link(fun server/0),
        ask100(N, Server),
        Server ! stop
    end);
row("spawn") ->
    N = harness:scaled(500000),
    Rounds = [spawn_and_bytes(N) || _ <- lists:seq(1, harness:repeats())],
    harness:emit("spawn", harness:median([Rate || {Rate, _} <- Rounds])),
    harness:emit("bytes", harness:median([Bytes || {_, Bytes} <- Rounds]));
row("bytes") ->
    ok;
%% A parent that traps exits and spawns its linked child anew.
row("crash") ->
    harness:rate("crash", 200000, fun(N) ->
        process_flag(trap_exit, true),
        crash(N)
    end);
%% OTP's own supervisor. It keeps and scans every restart inside its period: seconds for few restarts.
row("crash-otp") ->
    N = harness:scaled(20000),
    harness:emit("crash-otp", restarting:rate(N));
row("forkjoin") ->
    harness:rate("forkjoin", 500000, fun(N) -> fork_join(N, 0, 0) end).

pong() ->
    receive
        {ping, N, From} -> From ! {pong, N}, pong();
        stop -> ok
    end.

ping(0, _) -> ok;
ping(N, Pong) ->
    Pong ! {ping, N, self()},
    receive {pong, N} -> ping(N - 1, Pong) end.

flood(Producers, N) ->
    Self = self(),
    Sink = spawn_link(fun() -> sink(N), Self ! done end),
    [spawn_link(fun() -> send(N div Producers, Sink) end) || _ <- lists:seq(1, Producers)],
    receive done -> ok end.

send(0, _) -> ok;
send(N, Sink) -> Sink ! {inc, N}, send(N - 1, Sink).

sink(0) -> ok;
sink(N) -> receive {inc, _} -> sink(N - 1) end.

bursts(0, _) -> ok;
bursts(N, Sink) ->
    Burst = min(1000, N),
    send(Burst, Sink),
    Sink ! {ack, self()},
    receive go -> bursts(N - Burst, Sink) end.

answering_sink(0) -> receive {ack, From} -> From ! go end;
answering_sink(N) ->
    receive
        {inc, _} -> answering_sink(N - 1);
        {ack, From} -> From ! go, answering_sink(N)
    end.

ring(N) ->
    Self = self(),
    First = spawn_link(fun() -> receive {next, Next} -> member(Next, Self) end end),
    Last = lists:foldl(
        fun(_, Next) -> spawn_link(fun() -> member(Next, Self) end) end,
        First,
        lists:seq(1, 99)
    ),
    First ! {next, Last},
    Last ! {hop, N},
    receive done -> ok end.

member(Next, Main) ->
    receive
        {hop, 0} -> Main ! done, Next ! quit;
        {hop, N} -> Next ! {hop, N - 1}, member(Next, Main);
        quit -> Next ! quit
    end.

server() ->
    receive
        {get, N, Ref, From} -> From ! {Ref, ok, N}, server();
        stop -> ok
    end.

ask(0, _) -> ok;
ask(N, Server) ->
    Ref = make_ref(),
    Server ! {get, N, Ref, self()},
    receive {Ref, ok, N} -> ask(N - 1, Server) end.

ask100(0, _) -> ok;
ask100(N, Server) ->
    Refs = [begin
        Ref = make_ref(),
        Server ! {get, I, Ref, self()},
        Ref
    end || I <- lists:seq(1, 100)],
    [receive {Ref, ok, _} -> ok end || Ref <- Refs],
    ask100(N - 100, Server).

idle() -> receive stop -> ok end.

spawn_and_bytes(N) ->
    erlang:garbage_collect(),
    Before = erlang:memory(total),
    Begin = harness:now_ns(),
    Pids = [spawn(?MODULE, idle, []) || _ <- lists:seq(1, N)],
    Rate = N / (harness:now_ns() - Begin) * 1.0e9,
    timer:sleep(300),
    Bytes = (erlang:memory(total) - Before) / N,
    [exit(Pid, kill) || Pid <- Pids],
    timer:sleep(500),
    {Rate, Bytes}.

child() -> receive boom -> exit(boom) end.

crash(0) -> ok;
crash(N) ->
    Child = spawn_link(?MODULE, child, []),
    Child ! boom,
    receive {'EXIT', Child, boom} -> crash(N - 1) end.

%% At most 100 workers are alive.
fork_join(N, N, N) -> ok;
fork_join(N, Sent, Back) when Sent < N, Sent - Back < 100 ->
    Self = self(),
    Worker = spawn(fun() -> receive {work, I} -> Self ! {done, I} end end),
    Worker ! {work, Sent},
    fork_join(N, Sent + 1, Back);
fork_join(N, Sent, Back) ->
    receive {done, _} -> fork_join(N, Sent, Back + 1) end.
