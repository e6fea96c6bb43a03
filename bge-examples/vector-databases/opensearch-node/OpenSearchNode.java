import org.codelibs.opensearch.runner.OpenSearchRunner;

/** Starts a node of OpenSearch with k-NN; arguments: its folder, its port. Ends with its standard input. */
class OpenSearchNode {

  public static void main(String[] arguments) throws Exception {
    OpenSearchRunner runner = new OpenSearchRunner();
    runner.onBuild((number, settings) -> {
      settings.put("http.port", arguments[1]);
      settings.put("discovery.type", "single-node");
    });
    runner.build(OpenSearchRunner.newConfigs()
        .basePath(arguments[0])
        .numOfNode(1)
        .pluginTypes("org.opensearch.knn.plugin.KNNPlugin"));
    System.out.println("started");
    while (System.in.read() >= 0) {}
    runner.close();
  }
}
