package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.Method;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.connect.ListeningConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.VMDeathEvent;
import com.sun.jdi.event.VMDisconnectEvent;
import com.sun.jdi.request.BreakpointRequest;
import com.sun.jdi.request.ClassPrepareRequest;
import com.sun.jdi.request.EventRequest;
import io.github.bge4j.batching.RequestOptions;
import io.github.bge4j.sparse.SparseVector;
import io.github.bge4j.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The library's types that a program enters, on all its threads, between its methods {@code begin}
 * and {@code end}: those of which a method, a constructor or an initializer begins. The program
 * runs in a JVM of its own, looked at as debuggers do.
 */
final class TypeTrace {

  private static final String OURS = "io.github.bge4j.";
  private static final long TIMEOUT_MILLIS = 90_000;

  /** One type of each of our modules; what lies with it is library, what does not is test code. */
  private static final Set<String> LIBRARY = Stream.of(
          BgeEmbedder.class, RequestOptions.class, SparseVector.class)
      .map(TypeTrace::placeOf)
      .collect(Collectors.toUnmodifiableSet());

  private final VirtualMachine machine;
  private final String program;
  private final Set<String> entered = new TreeSet<>();
  private final Map<String, List<BreakpointRequest>> stops = new HashMap<>();
  private boolean begun;
  private boolean ended;

  private TypeTrace(VirtualMachine machine, String program) {
    this.machine = machine;
    this.program = program;
    ClassPrepareRequest prepared = machine.eventRequestManager().createClassPrepareRequest();
    prepared.addClassFilter(OURS + "*");
    prepared.setSuspendPolicy(EventRequest.SUSPEND_ALL);
    prepared.enable();
  }

  /**
   * Runs a program to its end.
   *
   * @param folder for what it prints
   * @return the names of the types, sorted
   */
  static Set<String> of(Path folder, Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "output", ".txt");
    ListeningConnector connector = Bootstrap.virtualMachineManager().listeningConnectors().stream()
        .filter(candidate -> candidate.transport().name().equals("dt_socket"))
        .findFirst()
        .orElseThrow();
    Map<String, Connector.Argument> settings = connector.defaultArguments();
    set(settings, "localAddress", "127.0.0.1");
    set(settings, "timeout", String.valueOf(TIMEOUT_MILLIS));
    Process process = null;
    try {
      String address = connector.startListening(settings);
      process = start(output, address, program, arguments);
      VirtualMachine machine = connector.accept(settings);
      Set<String> types = new TypeTrace(machine, program.getName()).run();
      assertThat(process.waitFor(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
      return types;
    } catch (IOException
        | IllegalConnectorArgumentsException
        | VMDisconnectedException
        | AssertionError e) {
      throw new AssertionError(
          "the traced program must run to its end; it printed: " + Files.readString(output), e);
    } finally {
      if (process != null) {
        process.destroyForcibly();
      }
      stop(connector, settings);
    }
  }

  private static void set(Map<String, Connector.Argument> settings, String name, String value) {
    Objects.requireNonNull(settings.get(name)).setValue(value);
  }

  private static Process start(Path output, String address, Class<?> program, String... arguments)
      throws IOException {
    List<String> all = new ArrayList<>(List.of(
        "-agentlib:jdwp=transport=dt_socket,server=n,suspend=y,address=" + address,
        "-cp",
        Jdk.classPath(),
        program.getName()));
    all.addAll(List.of(arguments));
    return Jdk.process(all.toArray(String[]::new))
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  private static void stop(ListeningConnector connector, Map<String, Connector.Argument> settings)
      throws IOException {
    try {
      connector.stopListening(settings);
    } catch (IllegalConnectorArgumentsException e) {
      throw new AssertionError(e);
    }
  }

  /** Ends with the program's method {@code end}; the program then goes on by itself. */
  private Set<String> run() throws InterruptedException {
    machine.resume();
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
    while (!ended) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      EventSet events = left <= 0 ? null : machine.eventQueue().remove(left);
      if (events == null) {
        throw new AssertionError("end must be reached within " + TIMEOUT_MILLIS + " ms");
      }
      events.forEach(this::take);
      if (!ended) {
        events.resume();
      }
    }
    machine.dispose();
    return entered.stream()
        .filter(TypeTrace::isOfTheLibrary)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void take(Event event) {
    if (event instanceof ClassPrepareEvent prepared) {
      ReferenceType type = prepared.referenceType();
      if (type.name().equals(program)) {
        stopAt(type, method -> method.name().equals("begin") || method.name().equals("end"));
      } else if (begun) {
        stopAt(type, method -> true);
      }
    } else if (event instanceof BreakpointEvent reached) {
      ReferenceType type = reached.location().declaringType();
      if (!type.name().equals(program)) {
        enter(type);
      } else if (begun) {
        ended = true;
      } else {
        begin();
      }
    } else if (event instanceof VMDeathEvent || event instanceof VMDisconnectEvent) {
      throw new AssertionError(program + " ended before its method end");
    }
  }

  /** From now on every type is looked at: those that are there, and those to come. */
  private void begin() {
    begun = true;
    machine.allClasses().stream()
        .filter(type -> type.name().startsWith(OURS) && !type.name().equals(program))
        .filter(ReferenceType::isPrepared)
        .forEach(type -> stopAt(type, method -> true));
  }

  /** A look at every call would take minutes, so a type is left alone once it was entered. */
  private void enter(ReferenceType type) {
    if (entered.add(type.name())) {
      machine
          .eventRequestManager()
          .deleteEventRequests(Objects.requireNonNull(stops.remove(type.name())));
    }
  }

  private void stopAt(ReferenceType type, Predicate<Method> which) {
    List<BreakpointRequest> ofType = new ArrayList<>();
    for (Method method : type.methods()) {
      if (method.location() != null && which.test(method)) {
        ofType.add(machine.eventRequestManager().createBreakpointRequest(method.location()));
      }
    }
    ofType.forEach(BreakpointRequest::enable);
    stops.put(type.name(), ofType);
  }

  /** Without what no source shows: the classes of lambdas, and those of switches over enums. */
  private static boolean isOfTheLibrary(String name) {
    if (name.contains("$$")) {
      return false;
    }
    try {
      Class<?> type = Class.forName(name, false, TypeTrace.class.getClassLoader());
      return !type.isSynthetic() && LIBRARY.contains(placeOf(type));
    } catch (ClassNotFoundException e) {
      throw new AssertionError("every type must be on the class path of the test: " + name, e);
    }
  }

  private static String placeOf(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation().toString();
  }
}
