%% Warm-up, measurement and output, as bench/programs/harness.ts does them for Node.
-module(harness).
-export([rate/3, scaled/1, repeats/0, emit/2, median/1, now_ns/0]).

-spec now_ns() -> integer().
now_ns() -> erlang:monotonic_time(nanosecond).

scale() -> list_to_float(os:getenv("BENCH_SCALE", "1.0")).

scaled(N) -> max(1000, round(N * scale() / 1000) * 1000).

repeats() ->
    case scale() < 1 of
        true -> 1;
        false -> 3
    end.

emit(Row, Value) ->
    io:format("{\"runtime\":\"erlang\",\"row\":\"~s\",\"value\":~.3f}~n",
              [Row, float(Value)]).

median(Values) ->
    lists:nth((length(Values) + 1) div 2, lists:sort(Values)).

%% Runs the workload warm, then measured, each time in a process of its own; prints the median of
%% operations per second.
rate(Row, Full, Workload) ->
    N = scaled(Full),
    Warm = scaled(Full div 5),
    alone(fun() -> Workload(Warm) end),
    alone(fun() -> Workload(Warm) end),
    emit(Row, median([timed(N, Workload) || _ <- lists:seq(1, repeats())])).

timed(N, Workload) ->
    erlang:garbage_collect(),
    Begin = now_ns(),
    alone(fun() -> Workload(N) end),
    N / (now_ns() - Begin) * 1.0e9.

alone(Work) ->
    {Pid, Monitor} = spawn_monitor(Work),
    receive
        {'DOWN', Monitor, process, Pid, normal} -> ok;
        {'DOWN', Monitor, process, Pid, Reason} -> exit(Reason)
    end.
