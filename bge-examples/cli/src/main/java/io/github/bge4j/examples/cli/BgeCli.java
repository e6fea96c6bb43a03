package io.github.bge4j.examples.cli;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The entry of {@code bge.jar}: finds the command and turns every outcome into an exit code. */
@Command(
    name = "bge",
    mixinStandardHelpOptions = true,
    versionProvider = BgeCli.Version.class,
    description = "Embeds, searches and reranks texts with BGE models in this process.",
    footer = {
      "",
      "Exit codes: 0 done, 2 usage or bad input, 1 internal error or a failing server; 3 if check",
      "finds a precision unsafe.",
      "BGE_DEBUG=1 in the environment does what --debug does."
    })
final class BgeCli {

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of an error.")
  private boolean debug = "1".equals(System.getenv("BGE_DEBUG"));

  /** Room for the lines of the longest description, beside the options. */
  private static final int HELP_WIDTH = 120;

  private BgeCli() {}

  public static void main(String[] args) {
    System.exit(run(Stdio.ofProcess(), args));
  }

  /** Runs one command line and returns its exit code. */
  static int run(Stdio stdio, String... args) {
    BgeCli root = new BgeCli();
    ErrorReporter reporter = new ErrorReporter(stdio.err(), () -> root.debug);
    try {
      return new CommandLine(root)
          .addSubcommand(new EmbedCommand(stdio))
          .addSubcommand(new RerankCommand(stdio))
          .addSubcommand(new SearchCommand(stdio))
          .addSubcommand(new IndexCommand(stdio))
          .addSubcommand(new QueryCommand(stdio))
          .addSubcommand(new CheckCommand(stdio))
          .addSubcommand(new IngestCommand(stdio))
          .addSubcommand(new ServeCommand(stdio))
          .addSubcommand(new PullCommand(stdio))
          .addSubcommand(new ModelsCommand(stdio))
          .setExpandAtFiles(false)
          .setUsageHelpWidth(HELP_WIDTH)
          .setOut(new PrintWriter(new OutputStreamWriter(stdio.out(), StandardCharsets.UTF_8)))
          .setParameterExceptionHandler((e, unused) -> reporter.report(e))
          .setExecutionExceptionHandler((e, commandLine, parsed) -> reporter.report(e))
          .execute(args);
    } catch (Throwable e) {
      return reporter.report(e);
    }
  }

  /** Takes the version from the manifest, where the build wrote it. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = BgeCli.class.getPackage().getImplementationVersion();
      return new String[] {"bge " + (version == null ? "(not packaged)" : version)};
    }
  }
}
