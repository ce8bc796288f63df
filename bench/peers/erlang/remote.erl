%% Erlang's distribution between two nodes. Server: -run remote server; client: -run remote client SERVER.
-module(remote).
-export([server/0, client/1]).

message(N) ->
    #{to => 1042, from => 7, type => <<"order.update">>, seq => N,
      body => #{id => 90000000 + N, price => 101.25, qty => 300, name => <<"ACME Corp">>,
                tags => [<<"a">>, <<"bb">>, <<"ccc">>], open => true}}.

server() ->
    register(server, self()),
    io:format("ready~n"),
    serve(0).

serve(Count) ->
    receive
        {message, _} -> serve(Count + 1);
        {counted, From} -> From ! {counted, Count}, serve(0);
        {echo, From, Message} -> From ! {echo, Message}, serve(Count)
    end.

client([Node]) ->
    Server = {server, list_to_atom(Node)},
    connect(element(2, Server), 50),
    harness:rate("tcp-oneway", 200000, fun(N) -> one_way(Server, N) end),
    harness:emit("tcp-rt", harness:median([round_trips(Server) || _ <- lists:seq(0, harness:repeats())])),
    harness:rate("tcp-echo100", 100000, fun(N) -> window(Server, N) end),
    halt().

connect(Node, 0) -> exit({no_connection, Node});
connect(Node, Tries) ->
    case net_kernel:connect_node(Node) of
        true -> ok;
        _ -> timer:sleep(100), connect(Node, Tries - 1)
    end.

one_way(Server, N) ->
    [Server ! {message, message(I)} || I <- lists:seq(1, N)],
    Server ! {counted, self()},
    receive {counted, N} -> ok end.

%% The median of round trips, one at a time, in microseconds.
round_trips(Server) ->
    harness:median([round_trip(Server, I) || I <- lists:seq(1, harness:scaled(10000))]) / 1000.

round_trip(Server, I) ->
    Begin = harness:now_ns(),
    Server ! {echo, self(), message(I)},
    receive {echo, _} -> harness:now_ns() - Begin end.

window(Server, N) ->
    [Server ! {echo, self(), message(I)} || I <- lists:seq(1, 100)],
    window(Server, N - 100, N).

window(_, _, 0) -> ok;
window(Server, Left, Waiting) ->
    receive {echo, _} -> ok end,
    [Server ! {echo, self(), message(Left)} || Left > 0],
    window(Server, max(0, Left - 1), Waiting - 1).
