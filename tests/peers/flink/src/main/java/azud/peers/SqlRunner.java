package azud.peers;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedOutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.ResultKind;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.CloseableIterator;

/**
 * Runs .sql files on Apache Flink: one Java machine, one small cluster, one session for all statements. Rows go to stdout, times
 * and failures to stderr.
 *
 * <pre>
 *   --parallelism N        default 1
 *   --set KEY=VALUE        an option of the cluster or the session; repeatable
 *   --var NAME=VALUE       replaces ${NAME} in the files; repeatable
 *   --before-insert FILE   statements to run before the first INSERT or statement set, such as ALTER TABLE … SET (…): so that a file
 *                          that reads without end can be run over what is there, unchanged
 *   --rows changelog|final|count    how the rows of queries are printed; default changelog
 *   --max-rows N           end a query after so many changes
 *   --batch                batch mode
 *   --explain              the plan of each query on stderr
 * </pre>
 */
public final class SqlRunner {
    private static final OperatingSystemMXBean MACHINE =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final Pattern SET =
            Pattern.compile("(?is)SET\\s+'?([^'=\\s]+)'?\\s*=\\s*(?:'((?:[^']|'')*)'|(\\S+))");

    private final PrintStream out =
            new PrintStream(new BufferedOutputStream(System.out, 1 << 16), false, StandardCharsets.UTF_8);
    private final Options options;
    private TableEnvironment session;
    private boolean inserted;

    private SqlRunner(Options options) {
        this.options = options;
    }

    public static void main(String[] args) throws Exception {
        SqlRunner runner = new SqlRunner(Options.parse(args));
        int status = 0;
        try (MiniCluster cluster = runner.startCluster()) {
            runner.runFiles();
        } catch (Throwable failure) {
            Throwable cause = failure;
            while (cause.getCause() != null && cause.getCause() != cause) {
                cause = cause.getCause();
            }
            System.err.println("FAILED " + cause);
            if (Boolean.getBoolean("trace")) {
                failure.printStackTrace();
            }
            status = 1;
        }
        runner.out.flush();
        System.exit(status);
    }

    /** The cluster runs by itself, so that its start is no part of a job's time. */
    private MiniCluster startCluster() throws Exception {
        Watch watch = new Watch();
        Configuration configuration = new Configuration();
        configuration.setString("parallelism.default", Integer.toString(options.parallelism));
        configuration.setString("rest.address", "localhost");
        configuration.setString("rest.bind-port", "0");
        configuration.setString("table.local-time-zone", "UTC");
        configuration.setString("restart-strategy.type", "none"); // or a failed job would hang
        options.settings.forEach(configuration::setString);
        MiniCluster cluster =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(new Configuration(configuration))
                                .setNumTaskManagers(1)
                                .setNumSlotsPerTaskManager(options.parallelism)
                                .build());
        cluster.start();
        configuration.setString("execution.target", "remote");
        configuration.setString("execution.attached", "true");
        configuration.setString("rest.address", cluster.getRestAddress().get().getHost());
        configuration.setString("rest.port", Integer.toString(cluster.getRestAddress().get().getPort()));
        EnvironmentSettings.Builder mode = EnvironmentSettings.newInstance().withConfiguration(configuration);
        session = TableEnvironment.create((options.batch ? mode.inBatchMode() : mode.inStreamingMode()).build());
        System.err.println("READY " + watch);
        return cluster;
    }

    private void runFiles() throws Exception {
        for (String file : options.files) {
            for (String statement : SqlScript.statements(options.read(file))) {
                if (SqlScript.isInsert(statement) && !inserted) {
                    inserted = true;
                    for (String before : options.beforeInsert) {
                        for (String extra : SqlScript.statements(options.read(before))) {
                            run(extra);
                        }
                    }
                }
                run(statement);
            }
        }
    }

    private void run(String statement) throws Exception {
        Matcher set = SET.matcher(statement);
        if (set.matches()) {
            String value = set.group(2) != null ? set.group(2).replace("''", "'") : set.group(3);
            session.getConfig().set(set.group(1), value);
            return;
        }
        boolean query = SqlScript.isQuery(statement);
        if (options.explain && (query || SqlScript.verb(statement).equals("INSERT"))) {
            System.err.println(session.explainSql(statement));
        }
        Watch watch = new Watch();
        TableResult result = session.executeSql(statement);
        String found = "";
        if (query) {
            found = " " + print(result);
        } else if (SqlScript.isInsert(statement)) {
            result.await();
        } else {
            if (result.getResultKind() == ResultKind.SUCCESS_WITH_CONTENT) {
                result.print();
            }
            return;
        }
        String head = statement.replaceAll("\\s+", " ");
        System.err.println("DONE " + watch + found + " " + head.substring(0, Math.min(60, head.length())));
    }

    /** Prints the rows of a query and returns how many there were. */
    private String print(TableResult result) throws Exception {
        Map<String, Integer> left = new LinkedHashMap<>();
        long changes = 0;
        try (CloseableIterator<Row> rows = result.collect()) {
            while (changes < options.maxRows && rows.hasNext()) {
                Row row = rows.next();
                changes++;
                if (options.rows.equals("changelog")) {
                    out.println(row);
                } else if (options.rows.equals("final")) {
                    boolean adds = row.getKind() == RowKind.INSERT || row.getKind() == RowKind.UPDATE_AFTER;
                    row.setKind(RowKind.INSERT);
                    left.merge(row.toString().substring(2), adds ? 1 : -1, (a, b) -> a + b == 0 ? null : a + b);
                }
            }
        }
        left.forEach((text, times) -> out.print((text + "\n").repeat(Math.max(times, 0))));
        out.flush();
        return "changes=" + changes;
    }

    /** The command line. */
    private static final class Options {
        int parallelism = 1;
        boolean batch;
        boolean explain;
        long maxRows = Long.MAX_VALUE;
        String rows = "changelog";
        final Map<String, String> settings = new LinkedHashMap<>();
        final Map<String, String> variables = new LinkedHashMap<>();
        final List<String> beforeInsert = new ArrayList<>();
        final List<String> files = new ArrayList<>();

        static Options parse(String[] words) {
            Options options = new Options();
            for (int i = 0; i < words.length; i++) {
                switch (words[i]) {
                    case "--parallelism" -> options.parallelism = Integer.parseInt(words[++i]);
                    case "--set" -> put(options.settings, words[++i]);
                    case "--var" -> put(options.variables, words[++i]);
                    case "--before-insert" -> options.beforeInsert.add(words[++i]);
                    case "--rows" -> options.rows = words[++i];
                    case "--max-rows" -> options.maxRows = Long.parseLong(words[++i]);
                    case "--batch" -> options.batch = true;
                    case "--explain" -> options.explain = true;
                    default -> {
                        if (words[i].startsWith("--")) {
                            throw new IllegalArgumentException("unknown option " + words[i]);
                        }
                        options.files.add(words[i]);
                    }
                }
            }
            return options;
        }

        private static void put(Map<String, String> map, String pair) {
            int equals = pair.indexOf('=');
            map.put(pair.substring(0, equals), pair.substring(equals + 1));
        }

        String read(String file) throws Exception {
            String text = Files.readString(Path.of(file));
            for (Map.Entry<String, String> variable : variables.entrySet()) {
                text = text.replace("${" + variable.getKey() + "}", variable.getValue());
            }
            return text;
        }
    }

    /** Wall and processor time of this Java machine since it was made. */
    private static final class Watch {
        private final long wall = System.nanoTime();
        private final long processor = MACHINE.getProcessCpuTime();

        @Override
        public String toString() {
            return String.format(
                    "wall_ms=%d cpu_ms=%d",
                    (System.nanoTime() - wall) / 1_000_000, (MACHINE.getProcessCpuTime() - processor) / 1_000_000);
        }
    }
}
