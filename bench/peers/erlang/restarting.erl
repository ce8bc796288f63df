%% A child that fails as soon as it has started, under OTP's supervisor.
-module(restarting).
-behaviour(supervisor).
-export([rate/1, init/1, start_child/0, child/1]).

%% Restarts per second.
rate(N) ->
    process_flag(trap_exit, true),
    ets:new(?MODULE, [public, named_table, set]),
    ets:insert(?MODULE, {left, N, self()}),
    Begin = harness:now_ns(),
    {ok, Supervisor} = supervisor:start_link(?MODULE, []),
    receive done -> ok end,
    Rate = N / (harness:now_ns() - Begin) * 1.0e9,
    unlink(Supervisor),
    exit(Supervisor, shutdown),
    Rate.

init(_) ->
    Flags = #{strategy => one_for_one, intensity => 1000000000, period => 1},
    Child = #{id => child, start => {?MODULE, start_child, []}, shutdown => brutal_kill},
    {ok, {Flags, [Child]}}.

start_child() -> proc_lib:start_link(?MODULE, child, [self()]).

child(Parent) ->
    proc_lib:init_ack(Parent, {ok, self()}),
    case ets:update_counter(?MODULE, left, {2, -1}) of
        Left when Left > 0 -> exit(boom);
        Left ->
            [{left, _, Main}] = ets:lookup(?MODULE, left),
            [Main ! done || Left =:= 0],
            receive stop -> ok end
    end.
