import static com.mesosphere.mesos.rx.java.util.UserAgentEntries.literal;

import com.google.protobuf.ByteString;
import com.mesosphere.mesos.rx.java.SinkOperation;
import com.mesosphere.mesos.rx.java.SinkOperations;
import com.mesosphere.mesos.rx.java.protobuf.ProtobufMesosClientBuilder;
import com.mesosphere.mesos.rx.java.protobuf.SchedulerCalls;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import rx.Observable;

/**
 * A framework made with Mesos Rx Java, over protobuf: tasks in its own executor, one of which it kills.
 *
 * <p>RxScheduler http://MASTER/api/v1/scheduler: ends when all have ended and everything has been acknowledged; prints as JSON
 * what it has heard.
 */
final class RxScheduler {
  private static final ExecutorID EXECUTOR = ExecutorID.newBuilder().setValue("shouting").build();
  private static final double CPUS = 0.25;
  private static final double MEMORY = 64;

  private final FrameworkID id =
      FrameworkID.newBuilder().setValue("rxjava-" + UUID.randomUUID()).build();
  private final ArrayDeque<String> left = new ArrayDeque<>(List.of("one", "two", "three", "wait"));
  private final int count = left.size();
  private final Map<String, List<String>> states = new TreeMap<>();
  private final Map<String, String> answers = new TreeMap<>();
  private final List<String> messages = new ArrayList<>();
  private volatile boolean isOver;

  public static void main(String[] arguments) throws Throwable {
    RxScheduler scheduler = new RxScheduler();
    // The stream ends with the framework, which is torn down when all is over.
    scheduler.run(URI.create(arguments[0]));
    if (!scheduler.isOver) throw new IllegalStateException("The stream has ended too early");
    System.out.println(scheduler.heard());
    System.exit(0);
  }

  private void run(URI master) throws Throwable {
    FrameworkInfo info =
        FrameworkInfo.newBuilder().setId(id).setUser("root").setName("mesos-rxjava").build();
    ProtobufMesosClientBuilder.schedulerUsingProtos()
        .mesosUri(master)
        .applicationUserAgentEntry(literal("framework", "1"))
        .subscribe(SchedulerCalls.subscribe(id, info))
        .processStream(events -> events.flatMap(event -> Observable.from(handle(event))))
        .build()
        .openStream()
        .await();
  }

  private List<Optional<SinkOperation<Call>>> handle(Event event) {
    List<Call> calls = new ArrayList<>();
    switch (event.getType()) {
      case OFFERS:
        for (Offer offer : event.getOffers().getOffersList()) calls.add(use(offer));
        break;
      case UPDATE:
        updated(event.getUpdate().getStatus(), calls);
        break;
      case MESSAGE:
        messages.add(event.getMessage().getData().toStringUtf8());
        break;
      case ERROR:
        throw new IllegalStateException(event.getError().getMessage());
      default:
        break;
    }
    List<Optional<SinkOperation<Call>>> operations = new ArrayList<>();
    if (hasHeardAll() && !isOver) {
      isOver = true;
      calls.add(call(Call.Type.TEARDOWN).build());
    }
    for (Call call : calls) operations.add(Optional.of(SinkOperations.sink(call)));
    return operations;
  }

  private Call use(Offer offer) {
    double cpus = 0;
    for (Resource one : offer.getResourcesList()) {
      if (one.getName().equals("cpus")) cpus += one.getScalar().getValue();
    }
    Offer.Operation.Launch.Builder launch = Offer.Operation.Launch.newBuilder();
    // One share is the executor's.
    while (!left.isEmpty() && cpus >= CPUS * (launch.getTaskInfosCount() + 2)) {
      String data = left.remove();
      launch.addTaskInfos(
          TaskInfo.newBuilder()
              .setName("task-" + data)
              .setTaskId(TaskID.newBuilder().setValue("task-" + data))
              .setAgentId(offer.getAgentId())
              .setExecutor(executor())
              .addResources(amount("cpus", CPUS))
              .addResources(amount("mem", MEMORY))
              .setData(ByteString.copyFromUtf8(data)));
    }
    if (launch.getTaskInfosCount() == 0) return SchedulerCalls.decline(id, List.of(offer.getId()));
    Offer.Operation.Builder operation =
        Offer.Operation.newBuilder().setType(Offer.Operation.Type.LAUNCH).setLaunch(launch);
    Call.Accept.Builder accept =
        Call.Accept.newBuilder().addOfferIds(offer.getId()).addOperations(operation);
    return call(Call.Type.ACCEPT).setAccept(accept).build();
  }

  private void updated(TaskStatus status, List<Call> calls) {
    String task = status.getTaskId().getValue();
    states.computeIfAbsent(task, none -> new ArrayList<>()).add(status.getState().name());
    if (status.hasData() && !status.getData().isEmpty()) {
      answers.put(task, status.getData().toStringUtf8());
    }
    if (status.hasUuid()) {
      calls.add(
          SchedulerCalls.ackUpdate(id, status.getUuid(), status.getAgentId(), status.getTaskId()));
    }
    if (!task.equals("task-wait") || status.getState() != TaskState.TASK_RUNNING) return;
    Call.Message.Builder message =
        Call.Message.newBuilder()
            .setAgentId(status.getAgentId())
            .setExecutorId(EXECUTOR)
            .setData(ByteString.copyFromUtf8("you"));
    calls.add(call(Call.Type.MESSAGE).setMessage(message).build());
    Call.Kill.Builder kill = Call.Kill.newBuilder().setTaskId(status.getTaskId());
    calls.add(call(Call.Type.KILL).setKill(kill).build());
  }

  private boolean hasHeardAll() {
    long ended =
        states.values().stream()
            .filter(one -> !one.get(one.size() - 1).equals("TASK_RUNNING"))
            .count();
    return ended == count && messages.size() == count;
  }

  private String heard() {
    messages.sort(null);
    return object(
        Map.of(
            "answers", object(quoted(answers)),
            "messages", list(messages),
            "states", object(listed(states))));
  }

  private Call.Builder call(Call.Type type) {
    return Call.newBuilder().setFrameworkId(id).setType(type);
  }

  private static ExecutorInfo executor() {
    String java = System.getProperty("java.home") + "/bin/java";
    String path = System.getProperty("java.class.path");
    String command = String.format("exec '%s' -Xmx64m -cp '%s' RxExecutor", java, path);
    return ExecutorInfo.newBuilder()
        .setExecutorId(EXECUTOR)
        .setName("shouting")
        .setCommand(CommandInfo.newBuilder().setValue(command))
        .addResources(amount("cpus", CPUS))
        .addResources(amount("mem", MEMORY))
        .build();
  }

  private static Resource.Builder amount(String name, double value) {
    return Resource.newBuilder()
        .setName(name)
        .setType(Value.Type.SCALAR)
        .setScalar(Value.Scalar.newBuilder().setValue(value));
  }

  private static Map<String, String> quoted(Map<String, String> texts) {
    Map<String, String> all = new TreeMap<>();
    texts.forEach((name, text) -> all.put(name, '"' + text + '"'));
    return all;
  }

  private static Map<String, String> listed(Map<String, List<String>> lists) {
    Map<String, String> all = new TreeMap<>();
    lists.forEach((name, one) -> all.put(name, list(one)));
    return all;
  }

  private static String list(List<String> texts) {
    return texts.stream().map(one -> '"' + one + '"').collect(Collectors.joining(",", "[", "]"));
  }

  private static String object(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(one -> '"' + one.getKey() + "\":" + one.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }
}
