import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * Checks a bundle for Maven Central: what Central demands (central.sonatype.org/publish/requirements), and that nothing else went
 * in. Usage: {@code java CheckBundle.java BUNDLE_FOLDER VERSION}, the folder being the unpacked bundle; signatures are checked
 * against the keys of {@code GNUPGHOME}. Prints every defect, and ends with 1 if there is one.
 */
public class CheckBundle {
  static final String GROUP = "io.github.bge4j";
  static final Map<String, String> CHECKSUMS =
      new TreeMap<>(Map.of("md5", "MD5", "sha1", "SHA-1", "sha256", "SHA-256", "sha512", "SHA-512"));

  final Path root;
  final String version;
  final List<String> defects = new ArrayList<>();
  final Set<Path> expected = new HashSet<>();
  int files;

  CheckBundle(Path root, String version) {
    this.root = root;
    this.version = version;
  }

  public static void main(String[] args) throws Exception {
    var check = new CheckBundle(Path.of(args[0]), args[1]);
    check.run();
    check.defects.forEach(System.out::println);
    System.out.println(args[0] + ": " + check.files + " files, " + check.defects.size() + " defects");
    System.exit(check.defects.isEmpty() ? 0 : 1);
  }

  void run() throws Exception {
    Path group = root.resolve(GROUP.replace('.', '/'));
    Set<String> artifacts = new TreeSet<>();
    try (Stream<Path> folders = Files.list(group)) {
      folders.filter(Files::isDirectory).forEach(folder -> artifacts.add(folder.getFileName().toString()));
    }
    for (String artifact : artifacts) {
      checkArtifact(group.resolve(artifact).resolve(version), artifact, artifacts);
    }
    Set<String> listed = new TreeSet<>(Set.of("bge-bom"));
    Path bom = group.resolve("bge-bom").resolve(version).resolve("bge-bom-" + version + ".pom");
    for (Element managed : children(child(child(pom(bom), "dependencyManagement"), "dependencies"), "dependency")) {
      listed.add(text(managed, "artifactId"));
    }
    require(listed.equals(artifacts), group, "holds " + artifacts + ", but the BOM lists " + listed);
    for (Path file : list(root)) {
      files++;
      require(expected.contains(file), file, "should not be there");
    }
  }

  void checkArtifact(Path folder, String artifact, Set<String> artifacts) throws Exception {
    if (!require(Files.isDirectory(folder), folder, "is missing: another version, or none")) {
      return;
    }
    String base = artifact + "-" + version;
    Element pom = pom(folder.resolve(base + ".pom"));
    if (pom == null) {
      return;
    }
    checkPom(folder.resolve(base + ".pom"), pom, artifact, artifacts);
    List<String> names = new ArrayList<>(List.of(base + ".pom"));
    if (!"pom".equals(text(pom, "packaging"))) {
      names.addAll(List.of(base + ".jar", base + "-sources.jar", base + "-javadoc.jar", base + "-cyclonedx.json"));
    }
    for (String name : names) {
      Path file = folder.resolve(name);
      if (!present(file)) {
        continue;
      }
      checkSums(file);
      checkSignature(file);
      if (name.equals(base + ".jar")) {
        checkJar(file, base);
      }
      if (name.endsWith(".json")) {
        checkSbom(file, artifact);
      }
    }
  }

  void checkSums(Path file) throws Exception {
    for (Map.Entry<String, String> checksum : CHECKSUMS.entrySet()) {
      Path sum = file.resolveSibling(file.getFileName() + "." + checksum.getKey());
      if (present(sum)) {
        byte[] digest = MessageDigest.getInstance(checksum.getValue()).digest(Files.readAllBytes(file));
        require(HexFormat.of().formatHex(digest).equals(Files.readString(sum).strip()), sum, "is not that of the file");
      }
    }
  }

  void checkSignature(Path file) throws Exception {
    Path signature = file.resolveSibling(file.getFileName() + ".asc");
    if (present(signature)) {
      var gpg = new ProcessBuilder("gpg", "--batch", "--verify", signature.toString(), file.toString());
      Process process = gpg.redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes());
      require(process.waitFor() == 0, signature, "does not verify: " + output.strip());
    }
  }

  void checkPom(Path file, Element pom, String artifact, Set<String> artifacts) {
    require(GROUP.equals(text(pom, "groupId")), file, "has another groupId");
    require(artifact.equals(text(pom, "artifactId")), file, "has another artifactId");
    require(version.equals(text(pom, "version")), file, "has another version");
    require(!version.endsWith("-SNAPSHOT"), file, "is a snapshot");
    require(child(pom, "parent") == null, file, "has a parent, which is not published");
    for (String field : List.of("name", "description", "url")) {
      require(!text(pom, field).isBlank(), file, "has no " + field);
    }
    for (String field : List.of("connection", "developerConnection", "url")) {
      require(!text(child(pom, "scm"), field).isBlank(), file, "has no scm." + field);
    }
    requireOne(file, children(child(pom, "licenses"), "license"), "licence", "name", "url");
    requireOne(file, children(child(pom, "developers"), "developer"), "developer", "id", "name");
    for (String forbidden : List.of("repositories", "pluginRepositories", "distributionManagement", "profiles", "build")) {
      require(child(pom, forbidden) == null, file, "has " + forbidden);
    }
    for (Element dependency : children(child(pom, "dependencies"), "dependency")) {
      String name = text(dependency, "groupId") + ":" + text(dependency, "artifactId");
      String needed = text(dependency, "version");
      require(needed.matches("[0-9][0-9A-Za-z.+-]*") && !needed.endsWith("-SNAPSHOT"), file, name + " has the version '" + needed + "'");
      require(!"test".equals(text(dependency, "scope")), file, name + " is for tests");
      if (GROUP.equals(text(dependency, "groupId"))) {
        require(artifacts.contains(text(dependency, "artifactId")), file, name + " is not in the bundle");
        require(version.equals(needed), file, name + " has the version " + needed);
      }
    }
  }

  void checkJar(Path file, String base) throws IOException {
    try (JarFile jar = new JarFile(file.toFile())) {
      for (String needed : List.of("META-INF/LICENSE", "META-INF/NOTICE")) {
        require(jar.getEntry(needed) != null, file, "has no " + needed);
      }
      boolean hasClasses = jar.stream().anyMatch(entry -> entry.getName().endsWith(".class"));
      String module = jar.getManifest().getMainAttributes().getValue("Automatic-Module-Name");
      require(!hasClasses || module != null || jar.getEntry("module-info.class") != null, file, "has no name as a module");
      require(version.equals(jar.getManifest().getMainAttributes().getValue("Implementation-Version")), file, "does not tell its version");
      jar.stream()
          .map(entry -> entry.getName())
          .filter(name -> name.endsWith("Test.class") || name.contains("/testing/"))
          .forEach(name -> require(false, file, "holds test code: " + name));
      if (hasClasses) {
        require(jar.getEntry("META-INF/THIRD-PARTY.txt") != null, file, "has no META-INF/THIRD-PARTY.txt");
        // What was compiled can be read: every top-level class has its source.
        Set<String> sources = entries(file.resolveSibling(base + "-sources.jar"));
        jar.stream()
            .map(entry -> entry.getName())
            .filter(name -> name.endsWith(".class") && !name.contains("$"))
            .map(name -> name.replaceAll("\\.class$", ".java"))
            .forEach(name -> require(sources.contains(name), file, "has no source of " + name));
        require(entries(file.resolveSibling(base + "-javadoc.jar")).contains("index.html"), file, "has no pages");
      }
    }
  }

  /** As text, without spaces: what it is of stands in "component", what that consists of in "components" after it. */
  void checkSbom(Path file, String artifact) throws IOException {
    String json = Files.readString(file).replaceAll("\\s", "");
    String component = json.replaceFirst("^.*?\"component\":\\{", "{").replaceFirst("\"components\":.*$", "");
    for (String[] field : new String[][] {{"group", GROUP}, {"name", artifact}, {"version", version}}) {
      String pair = '"' + field[0] + "\":\"" + field[1] + '"';
      require(component.contains(pair), file, "is of another " + field[0]);
    }
    Matcher scopes = Pattern.compile("\"maven\\.scopes\",\"value\":\"(.*?)\"").matcher(json);
    require(scopes.find() && !List.of(scopes.group(1).split(",")).contains("test"), file, "has what is for tests, or does not tell");
  }

  static Set<String> entries(Path jar) throws IOException {
    Set<String> names = new HashSet<>();
    if (Files.isRegularFile(jar)) {
      try (var in = new ZipInputStream(Files.newInputStream(jar))) {
        for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
          names.add(entry.getName());
        }
      }
    }
    return names;
  }

  void requireOne(Path file, List<Element> elements, String what, String... fields) {
    require(!elements.isEmpty(), file, "has no " + what);
    for (Element element : elements) {
      for (String field : fields) {
        require(!text(element, field).isBlank(), file, "has a " + what + " without " + field);
      }
    }
  }

  boolean require(boolean holds, Path where, String otherwise) {
    if (!holds) {
      defects.add(root.relativize(where) + " " + otherwise);
    }
    return holds;
  }

  /** A file that has to be there; any other is a defect. */
  boolean present(Path file) {
    expected.add(file);
    return require(Files.isRegularFile(file), file, "is missing");
  }

  static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(file -> !Files.isDirectory(file)).sorted().toList();
    }
  }

  /** The POM of a file; null, and a defect, if there is none. */
  Element pom(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in).getDocumentElement();
    } catch (NoSuchFileException | SAXException | ParserConfigurationException e) {
      require(false, file, "is not a POM: " + e);
      return null;
    }
  }

  static List<Element> children(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    for (Node node = parent == null ? null : parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().equals(name)) {
        found.add(element);
      }
    }
    return found;
  }

  static Element child(Element parent, String name) {
    return children(parent, name).stream().findFirst().orElse(null);
  }

  /** The text of a child, or an empty string. */
  static String text(Element parent, String name) {
    Element child = child(parent, name);
    return child == null ? "" : child.getTextContent().strip();
  }
}
