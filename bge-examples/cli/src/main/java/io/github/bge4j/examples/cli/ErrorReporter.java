package io.github.bge4j.examples.cli;

import io.github.bge4j.BgeException;
import io.github.bge4j.InferenceException;
import io.github.bge4j.qdrant.StoreException;
import java.io.PrintStream;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line what went wrong and decides the exit code. */
final class ErrorReporter {

  /** What a shell reports for a process that a closed pipe ended: 128 + SIGPIPE. */
  static final int CLOSED_PIPE = 141;

  private static final Pattern AS_IS = Pattern.compile("asIs\\(\"([^\"]+)\"\\)");

  private final PrintStream err;
  private final BooleanSupplier debug;

  ErrorReporter(PrintStream err, BooleanSupplier debug) {
    this.err = err;
    this.debug = debug;
  }

  /** Prints the message and returns the exit code. */
  int report(Throwable error) {
    if (error instanceof WriteException e && e.closedPipe()) {
      return CLOSED_PIPE;
    }
    boolean usersToMend = isUsersToMend(error);
    boolean told = usersToMend || error instanceof StoreException;
    print(told ? message(error) : "internal error: " + error + debugHint());
    if (debug.getAsBoolean()) {
      error.printStackTrace(err);
    }
    return usersToMend ? ExitCode.USAGE : ExitCode.SOFTWARE;
  }

  private static boolean isUsersToMend(Throwable error) {
    return error instanceof UsageException
        || error instanceof ParameterException
        || error instanceof WriteException
        || (error instanceof BgeException && !(error instanceof InferenceException));
  }

  private static String message(Throwable error) {
    return error instanceof ParameterException e
        ? usage(e) + "; see: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help"
        : onCommandLine(String.valueOf(error.getMessage()));
  }

  /** Says the remedies of a program in the words of the command line. */
  private static String onCommandLine(String message) {
    String words = message
        .replace("use BgeReranker", "use bge.jar rerank")
        .replace("use BgeEmbedder", "use bge.jar embed");
    return AS_IS.matcher(words).replaceAll("--onnx-as-is $1");
  }

  /** A misspelt option is unknown, and by that another may be missing: the cause comes first. */
  private static String usage(ParameterException error) {
    CommandLine command = error.getCommandLine();
    List<String> unknown = command.getUnmatchedArguments();
    return String.valueOf(
        error instanceof MissingParameterException && !unknown.isEmpty()
            ? new UnmatchedArgumentException(command, unknown).getMessage()
            : error.getMessage());
  }

  private String debugHint() {
    return debug.getAsBoolean() ? "" : "; --debug or BGE_DEBUG=1 prints the stack trace";
  }

  /** Keeps it one line, and free of control codes that a file name may hold. */
  private void print(String message) {
    err.println("bge: " + message.replaceAll("\\p{Cntrl}+", " "));
  }
}
