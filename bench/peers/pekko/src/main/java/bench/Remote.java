package bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;

/**
 * Artery over TCP between two processes. Arguments: `server PORT` or `client PORT`. The messages are byte
 * arrays of 112 bytes, Artery's fastest kind: objects through Jackson CBOR take longer.
 */
public final class Remote {
  private static final int MESSAGE_BYTES = 112;
  private static final byte PLAIN = 'm';
  private static final byte ECHO = 'e';

  private Remote() {}

  private static Config config(int port) {
    String text =
        """
        pekko {
          loglevel = OFF, stdout-loglevel = OFF
          actor { provider = remote, allow-java-serialization = off }
          remote.artery {
            enabled = on, transport = tcp
            canonical { hostname = "127.0.0.1", port = %d }
            advanced { outbound-message-queue-size = 1000000, outbound-lanes = 1, inbound-lanes = 1 }
          }
          remote.use-unsafe-remote-features-outside-cluster = on
          remote.warn-unsafe-watch-outside-cluster = off
        }
        """
            .formatted(port);
    return ConfigFactory.parseString(text).withFallback(ConfigFactory.load());
  }

  /** Counts plain messages up to the number it was told last, and echoes the others. */
  private static final class Server extends AbstractActor {
    private int count = 0;
    private int last = 0;

    @Override
    public Receive createReceive() {
      return receiveBuilder()
          .match(
              byte[].class,
              bytes -> {
                if (bytes[0] == ECHO) getSender().tell(bytes, getSelf());
                else if (++count == last) getSender().tell("counted", getSelf());
              })
          .match(
              Integer.class,
              n -> {
                last = n;
                count = 0;
                getSender().tell("ready", getSelf());
              })
          .build();
    }
  }

  private static final class Inbox extends AbstractActor {
    private final BlockingQueue<Object> queue;

    Inbox(BlockingQueue<Object> queue) {
      this.queue = queue;
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder().matchAny(queue::add).build();
    }
  }

  private record Start(int n, int window, CompletableFuture<long[]> latencies) {}

  /** Keeps a window of echoes in flight, from inside an actor: no hand-over between threads. */
  private static final class Echoes extends AbstractActor {
    private final ActorRef server;
    private Start task;
    private long[] sentAt;
    private long[] latencies;
    private int sent;
    private int got;

    Echoes(ActorRef server) {
      this.server = server;
    }

    private void one() {
      sentAt[sent++ % sentAt.length] = System.nanoTime();
      server.tell(message(ECHO), getSelf());
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder()
          .match(
              Start.class,
              start -> {
                task = start;
                sent = 0;
                got = 0;
                sentAt = new long[start.window];
                latencies = new long[start.n];
                while (sent < start.window) one();
              })
          .matchAny(
              m -> {
                latencies[got] = System.nanoTime() - sentAt[got % sentAt.length];
                if (++got == task.n) task.latencies.complete(latencies);
                else if (sent < task.n) one();
              })
          .build();
    }
  }

  private static byte[] message(byte kind) {
    byte[] bytes = new byte[MESSAGE_BYTES];
    bytes[0] = kind;
    return bytes;
  }

  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[1]);
    if (args[0].equals("server")) {
      ActorSystem system = ActorSystem.create("bench", config(port));
      system.actorOf(Props.create(Server.class, Server::new), "server");
      System.out.println("ready");
      return;
    }
    measure(ActorSystem.create("bench", config(0)), port);
    System.exit(0);
  }

  private static void measure(ActorSystem system, int port) throws Exception {
    ActorRef server =
        system
            .actorSelection("pekko://bench@127.0.0.1:" + port + "/user/server")
            .resolveOne(Duration.ofSeconds(20))
            .toCompletableFuture()
            .join();
    oneWay(system, server, Harness.scaled(200_000));
    ActorRef echoes = system.actorOf(Props.create(Echoes.class, () -> new Echoes(server)));
    double[] roundTrips = new double[Harness.REPEATS];
    int single = Harness.scaled(10_000);
    for (int i = -2; i < Harness.REPEATS; i++) {
      long[] latencies = window(echoes, single, 1);
      Arrays.sort(latencies);
      if (i >= 0) roundTrips[i] = latencies[latencies.length / 2] / 1e3;
    }
    Harness.emit("tcp-rt", Harness.median(roundTrips));
    Harness.rate("tcp-echo100", 100_000, n -> window(echoes, n, 100));
  }

  private static void oneWay(ActorSystem system, ActorRef server, int n) throws Exception {
    var replies = new LinkedBlockingQueue<Object>();
    ActorRef inbox = system.actorOf(Props.create(Inbox.class, () -> new Inbox(replies)));
    Harness.rate(
        "tcp-oneway",
        n,
        count -> {
          server.tell(count, inbox);
          if (!"ready".equals(replies.poll(20, TimeUnit.SECONDS))) throw new Error("no answer");
          for (int i = 0; i < count; i++) server.tell(message(PLAIN), inbox);
          if (!"counted".equals(replies.poll(30, TimeUnit.SECONDS))) throw new Error("lost some");
        });
  }

  private static long[] window(ActorRef echoes, int n, int window) throws Exception {
    var latencies = new CompletableFuture<long[]>();
    echoes.tell(new Start(n, window, latencies), ActorRef.noSender());
    return latencies.get(60, TimeUnit.SECONDS);
  }
}
