package azud.peers;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.StatementSet;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.TableDescriptor;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeUtils;
import org.apache.flink.table.types.utils.TypeConversions;

/**
 * Runs the cases of tests/sql on Flink: a case a line as JSON on stdin ({"sql", "steps": [{"rows": [[table, kind, values]],
 * "end"}]}), a line of results for it on stdout ({"types", "steps": [[line]], "error"}). Watermarks follow every row.
 */
public final class GoldenRunner {
    private static final Pattern SET = Pattern.compile("(?is)SET\\s+'([^']+)'\\s*=\\s*'((?:[^']|'')*)'");
    private static final Pattern TABLE = Pattern.compile("(?i)CREATE\\s+(TEMPORARY\\s+)?TABLE\\b");
    private static final Pattern OPTIONS = Pattern.compile("(?i)\\bWITH\\s*\\(");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long QUIET_MS = 150;
    private static final long LIMIT_MS = 20_000;

    private final Configuration configuration = new Configuration();
    private MiniCluster cluster;

    public static void main(String[] args) throws Exception {
        TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        GoldenRunner runner = new GoldenRunner();
        runner.start();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(JSON.writeValueAsString(runner.run(JSON.readTree(line))));
        }
        System.exit(0);
    }

    private void start() throws Exception {
        configuration.setString("parallelism.default", "1");
        configuration.setString("rest.address", "localhost");
        configuration.setString("rest.bind-port", "0");
        configuration.setString("restart-strategy.type", "none");
        configuration.setString("table.local-time-zone", "UTC");
        configuration.setString("pipeline.auto-watermark-interval", "0 ms");
        configuration.setString("execution.buffer-timeout.interval", "0 ms");
        configuration.setString("table.exec.sink.require-on-conflict", "false");
        cluster =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(new Configuration(configuration))
                                .setNumTaskManagers(1)
                                .setNumSlotsPerTaskManager(2)
                                .build());
        cluster.start();
        configuration.setString("execution.target", "remote");
        configuration.setString("rest.address", cluster.getRestAddress().get().getHost());
        configuration.setString("rest.port", Integer.toString(cluster.getRestAddress().get().getPort()));
    }

    private ObjectNode run(JsonNode one) {
        ObjectNode result = JSON.createObjectNode();
        ArrayNode steps = result.putArray("steps");
        GoldenFeed feed = GoldenFeed.renew();
        JobID job = null;
        try {
            int place = 0;
            for (JsonNode step : one.get("steps")) {
                for (JsonNode row : step.get("rows")) {
                    feed.add(
                            row.get(0).asText(),
                            new GoldenFeed.Entry(place++, row.get(1).asText(), row.get(2).toString()));
                }
            }
            TableResult started = execute(one.get("sql").asText(), result);
            if (started == null) {
                return result;
            }
            JobClient client = started.getJobClient().get();
            job = client.getJobID();
            awaitRunning(job);
            feedSteps(one, feed, steps, started);
        } catch (Throwable failure) {
            result.put("error", reason(failure));
        } finally {
            feed.close();
            if (job != null) {
                end(job);
            }
        }
        return result;
    }

    private void feedSteps(JsonNode one, GoldenFeed feed, ArrayNode steps, TableResult job) throws Exception {
        int place = 0;
        int shown = 0;
        String last = "";
        for (JsonNode step : one.get("steps")) {
            for (JsonNode row : step.get("rows")) {
                String table = row.get(0).asText();
                if (!last.isEmpty() && !last.equals(table)) {
                    Thread.sleep(40); // what the other table sent has reached the operators
                }
                last = table;
                feed.pass(table, place++, failed(job) ? 0 : 2000);
            }
            if (step.get("end").asBoolean()) {
                feed.end();
                job.await();
            } else {
                settle(feed);
                if (failed(job)) {
                    job.await();
                }
            }
            ArrayNode lines = steps.addArray();
            feed.writtenFrom(shown).forEach(lines::add);
            shown = feed.writtenCount();
        }
    }

    private static boolean failed(TableResult job) throws Exception {
        return job.getJobClient().get().getJobStatus().get().isTerminalState();
    }

    private static void settle(GoldenFeed feed) throws InterruptedException {
        for (int seen = -1; seen != feed.writtenCount(); ) {
            seen = feed.writtenCount();
            Thread.sleep(QUIET_MS);
        }
    }

    /** All tasks run, and the sources have begun. */
    private void awaitRunning(JobID job) throws Exception {
        long end = System.currentTimeMillis() + LIMIT_MS;
        while (System.currentTimeMillis() < end) {
            AccessExecutionGraph graph = cluster.getExecutionGraph(job).get();
            boolean running = !graph.getState().isTerminalState();
            for (AccessExecutionVertex vertex : graph.getAllExecutionVertices()) {
                running &=
                        vertex.getExecutionState() == ExecutionState.RUNNING
                                || vertex.getExecutionState() == ExecutionState.FINISHED;
            }
            if (running || graph.getState().isTerminalState()) {
                Thread.sleep(50);
                return;
            }
            Thread.sleep(5);
        }
        throw new IllegalStateException("the job did not start");
    }

    private void end(JobID job) {
        try {
            if (!cluster.getExecutionGraph(job).get().getState().isGloballyTerminalState()) {
                cluster.cancelJob(job).get();
                cluster.requestJobResult(job).get();
            }
        } catch (Exception gone) {
            // it ended by itself
        }
    }

    /** All statements; what is written goes into one job. Null if there is none. */
    private TableResult execute(String sql, ObjectNode result) throws Exception {
        TableEnvironment session =
                TableEnvironment.create(
                        EnvironmentSettings.newInstance().withConfiguration(configuration).inStreamingMode().build());
        List<String> inserts = new ArrayList<>();
        for (String statement : SqlScript.statements(sql)) {
            Matcher set = SET.matcher(statement);
            if (set.matches()) {
                session.getConfig().set(set.group(1), set.group(2).replace("''", "'"));
            } else if (SqlScript.isInsert(statement) || SqlScript.isQuery(statement)) {
                inserts.add(statement);
            } else {
                session.executeSql(TABLE.matcher(statement).lookingAt() ? withConnector(statement) : statement);
            }
        }
        if (inserts.isEmpty()) {
            return null;
        }
        if (inserts.size() == 1 && SqlScript.isInsert(inserts.get(0))) {
            return session.executeSql(inserts.get(0));
        }
        StatementSet all = session.createStatementSet();
        for (String insert : inserts) {
            if (SqlScript.isQuery(insert)) {
                Table query = session.sqlQuery(insert);
                result.put("types", makeResult(session, query));
                all.add(query.insertInto("result"));
            } else {
                all.addInsertSql(insert);
            }
        }
        return all.execute();
    }

    /** CREATE TABLE with the connector `values` unless it names one, or is LIKE another. */
    private static String withConnector(String statement) {
        Matcher options = OPTIONS.matcher(statement);
        if (statement.contains("'connector'") || (statement.toUpperCase(Locale.ROOT).contains(" LIKE ") && !options.find())) {
            return statement;
        }
        options.reset();
        return options.find()
                ? statement.substring(0, options.end()) + "'connector' = 'values', " + statement.substring(options.end())
                : statement + " WITH ('connector' = 'values')";
    }

    /** A table `result` for a query; its types. */
    private static String makeResult(TableEnvironment session, Table query) {
        Schema.Builder schema = Schema.newBuilder();
        List<String> types = new ArrayList<>();
        for (Column column : query.getResolvedSchema().getColumns()) {
            LogicalType type =
                    LogicalTypeUtils.removeTimeAttributes(column.getDataType().getLogicalType()).copy(true);
            schema.column("c" + types.size(), TypeConversions.fromLogicalToDataType(type));
            types.add(type.asSummaryString());
        }
        session.createTemporaryTable("result", TableDescriptor.forConnector("values").schema(schema.build()).build());
        return types.stream()
                .map(text -> text.replace("VARCHAR(2147483647)", "STRING").replace("VARBINARY(2147483647)", "BYTES"))
                .collect(Collectors.joining(", "));
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.toString();
    }
}
