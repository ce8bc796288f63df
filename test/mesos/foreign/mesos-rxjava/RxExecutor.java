import static com.mesosphere.mesos.rx.java.util.UserAgentEntries.literal;

import com.google.protobuf.ByteString;
import com.mesosphere.mesos.rx.java.SinkOperations;
import com.mesosphere.mesos.rx.java.protobuf.ProtobufMesosClientBuilder;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.executor.Protos.Call;
import org.apache.mesos.v1.executor.Protos.Event;
import rx.Observable;

/**
 * An executor made with Mesos Rx Java, over protobuf: says the data of a task in capitals, unless that is to wait until it is
 * killed.
 */
final class RxExecutor {
  private final FrameworkID framework =
      FrameworkID.newBuilder().setValue(System.getenv("MESOS_FRAMEWORK_ID")).build();
  private final ExecutorID executor =
      ExecutorID.newBuilder().setValue(System.getenv("MESOS_EXECUTOR_ID")).build();

  /** The data of the tasks under way. */
  private final Map<TaskID, String> working = new HashMap<>();

  public static void main(String[] arguments) throws Throwable {
    new RxExecutor().run();
  }

  private void run() throws Throwable {
    String agent = System.getenv("MESOS_AGENT_ENDPOINT");
    Call.Subscribe.Builder subscribe = Call.Subscribe.newBuilder();
    ProtobufMesosClientBuilder.executorUsingProtos()
        .mesosUri(URI.create("http://" + agent + "/api/v1/executor"))
        .applicationUserAgentEntry(literal("executor", "1"))
        .subscribe(call(Call.Type.SUBSCRIBE).setSubscribe(subscribe).build())
        .processStream(
            events ->
                events
                    .flatMap(event -> Observable.from(handle(event)))
                    .map(call -> Optional.of(SinkOperations.sink(call))))
        .build()
        .openStream()
        .await();
  }

  private List<Call> handle(Event event) {
    List<Call> calls = new ArrayList<>();
    switch (event.getType()) {
      case LAUNCH:
        launch(event.getLaunch().getTask(), calls);
        break;
      case ACKNOWLEDGED:
        finish(event.getAcknowledged().getTaskId(), calls);
        break;
      case KILL:
        calls.add(update(event.getKill().getTaskId(), TaskState.TASK_KILLED, ""));
        break;
      case MESSAGE:
        calls.add(message("heard " + event.getMessage().getData().toStringUtf8()));
        break;
      case SHUTDOWN:
        System.exit(0);
        break;
      case ERROR:
        throw new IllegalStateException(event.getError().getMessage());
      default:
        break;
    }
    return calls;
  }

  private void launch(TaskInfo task, List<Call> calls) {
    String data = task.getData().toStringUtf8();
    calls.add(update(task.getTaskId(), TaskState.TASK_RUNNING, ""));
    if (data.equals("wait")) return;
    calls.add(message("working on " + data));
    working.put(task.getTaskId(), data);
  }

  /** Calls may overtake each other: a task ends when it is known that it runs. */
  private void finish(TaskID task, List<Call> calls) {
    String data = working.remove(task);
    if (data == null) return;
    calls.add(update(task, TaskState.TASK_FINISHED, data.toUpperCase(Locale.ROOT)));
  }

  private Call update(TaskID task, TaskState state, String data) {
    UUID random = UUID.randomUUID();
    ByteBuffer uuid = ByteBuffer.allocate(16);
    uuid.putLong(random.getMostSignificantBits()).putLong(random.getLeastSignificantBits()).flip();
    TaskStatus.Builder status =
        TaskStatus.newBuilder()
            .setTaskId(task)
            .setState(state)
            .setSource(TaskStatus.Source.SOURCE_EXECUTOR)
            .setExecutorId(executor)
            .setTimestamp(System.currentTimeMillis() / 1000.0)
            .setUuid(ByteString.copyFrom(uuid))
            .setData(ByteString.copyFromUtf8(data));
    Call.Update.Builder update = Call.Update.newBuilder().setStatus(status);
    return call(Call.Type.UPDATE).setUpdate(update).build();
  }

  private Call message(String text) {
    Call.Message.Builder message =
        Call.Message.newBuilder().setData(ByteString.copyFromUtf8(text));
    return call(Call.Type.MESSAGE).setMessage(message).build();
  }

  private Call.Builder call(Call.Type type) {
    return Call.newBuilder().setFrameworkId(framework).setExecutorId(executor).setType(type);
  }
}
