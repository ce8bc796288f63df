package bench;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** Pekko typed, local rows. Arguments: the rows wanted. */
public final class Local {
  private record Spawn(Behavior<Object> behavior, CompletableFuture<ActorRef<Object>> ref) {}

  private record Ping(int n, ActorRef<Object> from) {}

  private record Pong(int n) {}

  private record Increment(int n) {}

  private record Acknowledge(ActorRef<Object> replyTo) {}

  private record Hop(int n) {}

  private record Get(int n, ActorRef<Object> replyTo) {}

  private record Ok(int n) {}

  private record Work(int n) {}

  private record Done(int n) {}

  private interface Handler {
    Behavior<Object> on(ActorContext<Object> context, Object message) throws Exception;
  }

  /** The fastest Java form of a behavior: no builder, no table of cases. */
  private static final class Direct extends AbstractBehavior<Object> {
    private final Handler handler;

    Direct(ActorContext<Object> context, Handler handler) {
      super(context);
      this.handler = handler;
    }

    @Override
    public Receive<Object> createReceive() {
      return new Receive<Object>() {
        @Override
        public Behavior<Object> receiveMessage(Object message) throws Exception {
          return handler.on(getContext(), message);
        }

        @Override
        public Behavior<Object> receiveSignal(Signal signal) {
          return Behaviors.same();
        }
      };
    }
  }

  private static ActorSystem<Object> system;

  private Local() {}

  private static ActorSystem<Object> start() {
    Behavior<Object> guardian =
        Behaviors.setup(
            context ->
                Behaviors.receive(Object.class)
                    .onMessage(
                        Spawn.class,
                        m -> {
                          m.ref.complete(context.spawnAnonymous(m.behavior));
                          return Behaviors.same();
                        })
                    .onAnyMessage(m -> Behaviors.same())
                    .build());
    String config =
        """
        pekko {
          loglevel = OFF, stdout-loglevel = OFF, log-dead-letters = off
          actor.default-dispatcher.fork-join-executor { parallelism-min = 2, parallelism-max = 2 }
        }
        """;
    return ActorSystem.create(
        guardian, "bench", ConfigFactory.parseString(config).withFallback(ConfigFactory.load()));
  }

  private static ActorRef<Object> spawn(Behavior<Object> behavior) {
    var ref = new CompletableFuture<ActorRef<Object>>();
    system.tell(new Spawn(behavior, ref));
    return ref.join();
  }

  private static Behavior<Object> direct(Handler handler) {
    return Behaviors.setup(context -> new Direct(context, handler));
  }

  private static Behavior<Object> same() {
    return Behaviors.same();
  }

  public static void main(String[] rows) throws Exception {
    Set<String> wanted = Set.of(rows);
    system = start();
    if (wanted.contains("pingpong")) Harness.rate("pingpong", 1_000_000, Local::pingpong);
    if (wanted.contains("tell")) Harness.rate("tell", 5_000_000, n -> flood(1, n));
    if (wanted.contains("tell1k")) Harness.rate("tell1k", 5_000_000, Local::bursts);
    if (wanted.contains("fanin4")) Harness.rate("fanin4", 4_000_000, n -> flood(4, n));
    if (wanted.contains("ring100")) Harness.rate("ring100", 2_000_000, Local::ring);
    if (wanted.contains("ask")) Harness.rate("ask", 100_000, Local::ask);
    if (wanted.contains("ask100")) Harness.rate("ask100", 200_000, Local::askPipelined);
    if (wanted.contains("forkjoin")) Harness.rate("forkjoin", 300_000, Local::forkJoin);
    if (wanted.contains("crash")) Harness.rate("crash", 100_000, Local::crash);
    if (wanted.contains("spawn") || wanted.contains("bytes")) spawnAndBytes(Harness.scaled(100_000));
    system.terminate();
  }

  private static void pingpong(int n) throws Exception {
    var done = new CountDownLatch(1);
    var pong =
        spawn(
            direct(
                (context, m) -> {
                  if (m instanceof Ping ping) ping.from.tell(new Pong(ping.n));
                  return same();
                }));
    var ping =
        spawn(
            direct(
                (context, m) -> {
                  if (m instanceof Pong p) {
                    if (p.n == 0) {
                      done.countDown();
                      return Behaviors.stopped();
                    }
                    pong.tell(new Ping(p.n - 1, context.getSelf()));
                  }
                  return same();
                }));
    ping.tell(new Pong(n));
    done.await();
  }

  private static Behavior<Object> counting(int n, CountDownLatch done) {
    int[] count = {0};
    return direct(
        (context, m) -> {
          if (m instanceof Increment && ++count[0] == n) done.countDown();
          else if (m instanceof Acknowledge a) a.replyTo.tell(new Ok(0));
          return same();
        });
  }

  /** Each producer sends its share at once. */
  private static void flood(int producers, int n) throws Exception {
    var done = new CountDownLatch(1);
    var sink = spawn(counting(n, done));
    for (int k = 0; k < producers; k++) {
      spawn(
              direct(
                  (context, m) -> {
                    for (int i = 0; i < n / producers; i++) sink.tell(new Increment(i));
                    return Behaviors.stopped();
                  }))
          .tell("go");
    }
    done.await();
  }

  private static void bursts(int n) throws Exception {
    var done = new CountDownLatch(1);
    var sink = spawn(counting(n, done));
    int[] sent = {0};
    spawn(
            direct(
                (context, m) -> {
                  for (int k = 0; k < 1000 && sent[0] < n; k++) sink.tell(new Increment(sent[0]++));
                  if (sent[0] < n) sink.tell(new Acknowledge(context.getSelf()));
                  return same();
                }))
        .tell("go");
    done.await();
  }

  private static void ring(int n) throws Exception {
    var done = new CountDownLatch(1);
    var ring = new ArrayList<ActorRef<Object>>(100);
    for (int k = 0; k < 100; k++) {
      int next = (k + 1) % 100;
      ring.add(
          spawn(
              direct(
                  (context, m) -> {
                    if (m instanceof Hop hop) {
                      if (hop.n == 0) done.countDown();
                      else ring.get(next).tell(new Hop(hop.n - 1));
                    }
                    return same();
                  })));
    }
    ring.get(0).tell(new Hop(n));
    done.await();
  }

  private static ActorRef<Object> answering() {
    return spawn(
        direct(
            (context, m) -> {
              if (m instanceof Get get) get.replyTo.tell(new Ok(get.n));
              return same();
            }));
  }

  /** One at a time: an actor that asks, as typed actors do. */
  private static void ask(int n) throws Exception {
    var answering = answering();
    var done = new CountDownLatch(1);
    int[] asked = {0};
    spawn(
            direct(
                (context, m) -> {
                  if (asked[0]++ == n) {
                    done.countDown();
                    return Behaviors.stopped();
                  }
                  int i = asked[0];
                  context.ask(
                      Object.class,
                      answering,
                      Duration.ofSeconds(60),
                      (ActorRef<Object> replyTo) -> new Get(i, replyTo),
                      (reply, failure) -> reply);
                  return same();
                }))
        .tell("go");
    done.await();
  }

  private static void askPipelined(int n) {
    var answering = answering();
    for (int i = 0; i < n; i += 100) {
      int value = i;
      var asked = new ArrayList<CompletableFuture<Object>>(100);
      for (int k = 0; k < 100; k++) {
        asked.add(
            AskPattern.<Object, Object>ask(
                    answering,
                    replyTo -> new Get(value, replyTo),
                    Duration.ofSeconds(60),
                    system.scheduler())
                .toCompletableFuture());
      }
      for (var reply : asked) reply.join();
    }
  }

  private static void crash(int n) throws Exception {
    var done = new CountDownLatch(1);
    int[] left = {n};
    Behavior<Object> child =
        Behaviors.setup(
            context -> {
              if (left[0]-- == 0) done.countDown();
              else context.getSelf().tell("boom");
              return new Direct(
                  context,
                  (c, m) -> {
                    throw new IllegalStateException("boom");
                  });
            });
    spawn(
        Behaviors.supervise(child)
            .onFailure(SupervisorStrategy.restart().withLoggingEnabled(false)));
    done.await();
  }

  private static void forkJoin(int n) throws Exception {
    var done = new CountDownLatch(1);
    spawn(direct(new ForkJoin(n, done))).tell("go");
    done.await();
  }

  private static final class ForkJoin implements Handler {
    private final int n;
    private final CountDownLatch done;
    private int sent = 0;
    private int back = 0;

    ForkJoin(int n, CountDownLatch done) {
      this.n = n;
      this.done = done;
    }

    private void one(ActorContext<Object> context) {
      sent++;
      var parent = context.getSelf();
      Behavior<Object> worker =
          Behaviors.receiveMessage(
              m -> {
                if (m instanceof Work work) parent.tell(new Done(work.n));
                return Behaviors.stopped();
              });
      context.spawnAnonymous(worker).tell(new Work(sent));
    }

    @Override
    public Behavior<Object> on(ActorContext<Object> context, Object m) {
      if (m instanceof Done) {
        if (++back == n) {
          done.countDown();
          return Behaviors.stopped();
        }
        if (sent < n) one(context);
      } else {
        for (int i = 0; i < 100 && sent < n; i++) one(context);
      }
      return same();
    }
  }

  private static void spawnAndBytes(int n) throws Exception {
    double[] rates = new double[Harness.REPEATS];
    double[] bytes = new double[Harness.REPEATS];
    for (int round = -1; round < Harness.REPEATS; round++) {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().join();
      system = start();
      long before = Harness.usedBytes();
      var done = new CountDownLatch(1);
      long begin = System.nanoTime();
      spawn(
          Behaviors.setup(
              context -> {
                for (int i = 0; i < n; i++) context.spawnAnonymous(direct((c, m) -> same()));
                done.countDown();
                return Behaviors.empty();
              }));
      done.await();
      double perSecond = n / ((System.nanoTime() - begin) / 1e9);
      // Their setup runs on after the spawn; memory is read when they are idle.
      Thread.sleep(n / 300 + 1);
      double each = (Harness.usedBytes() - before) / (double) n;
      if (round < 0) continue;
      rates[round] = perSecond;
      bytes[round] = each;
    }
    Harness.emit("spawn", Harness.median(rates));
    Harness.emit("bytes", Harness.median(bytes));
  }
}
