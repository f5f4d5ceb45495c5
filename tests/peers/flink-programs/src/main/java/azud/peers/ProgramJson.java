package azud.peers;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.flink.table.test.program.ConfigOptionTestStep;
import org.apache.flink.table.test.program.FailingSqlTestStep;
import org.apache.flink.table.test.program.SinkTestStep;
import org.apache.flink.table.test.program.SourceTestStep;
import org.apache.flink.table.test.program.SqlTestStep;
import org.apache.flink.table.test.program.StatementSetTestStep;
import org.apache.flink.table.test.program.TableTestProgram;
import org.apache.flink.table.test.program.TableTestStep;
import org.apache.flink.table.test.program.TestStep;
import org.apache.flink.types.Row;

/**
 * A program as JSON. {@code steps} in order, set-up first, each with {@code phase} (setup, run), {@code kind} (Flink's own) and
 * {@code type}: config, source, sink, sql, statement-set, failing-sql; anything else is {@code java} with its class, and the program
 * is not {@code sqlOnly}.
 */
final class ProgramJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ProgramJson() {}

    static ObjectNode program(String owner, String field, TableTestProgram program, ArrayNode runners) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("class", owner).put("field", field).put("id", program.id).put("description", program.description);
        ArrayNode steps = MAPPER.createArrayNode();
        program.setupSteps.forEach(step -> steps.add(step(step, "setup")));
        program.runSteps.forEach(step -> steps.add(step(step, "run")));
        boolean sqlOnly = true;
        for (var step : steps) {
            sqlOnly &= !step.get("type").asText().equals("java");
        }
        json.put("sqlOnly", sqlOnly);
        json.set("runners", runners == null ? MAPPER.createArrayNode() : runners);
        json.set("steps", steps);
        return json;
    }

    static ObjectNode options(Map<String, String> options) {
        return MAPPER.valueToTree(new TreeMap<>(options));
    }

    private static ObjectNode step(TestStep step, String phase) {
        ObjectNode json = MAPPER.createObjectNode().put("phase", phase).put("kind", step.getKind().name());
        if (step instanceof ConfigOptionTestStep<?> config) {
            json.put("type", "config").put("key", config.option.key()).put("value", text(config));
        } else if (step instanceof SourceTestStep source) {
            table(json.put("type", "source"), source);
            json.set("before", ValueJson.rows(source.dataBeforeRestore));
            json.set("after", ValueJson.rows(source.dataAfterRestore));
            json.put("beforeIsConsumed", source.treatDataBeforeRestoreAsConsumedData);
        } else if (step instanceof SinkTestStep sink) {
            table(json.put("type", "sink"), sink);
            json.set("before", expected(sink.expectedBeforeRestore, sink.expectedBeforeRestoreStrings));
            json.set("after", expected(sink.expectedAfterRestore, sink.expectedAfterRestoreStrings));
            json.set("materialized", expected(sink.expectedMaterializedRows, sink.expectedMaterializedStrings));
            json.put("testChangelog", sink.shouldTestChangelogData());
            json.set("deduplicatedFields", MAPPER.valueToTree(sink.deduplicatedFieldIndices));
        } else if (step instanceof SqlTestStep sql) {
            json.put("type", "sql").put("sql", sql.sql);
        } else if (step instanceof StatementSetTestStep set) {
            json.put("type", "statement-set").set("statements", MAPPER.valueToTree(set.statements));
        } else if (step instanceof FailingSqlTestStep failing) {
            json.put("type", "failing-sql").put("sql", failing.sql);
            json.put("exception", failing.expectedException.getName()).put("message", failing.expectedErrorMessage);
        } else {
            json.put("type", "java").put("class", step.getClass().getSimpleName());
        }
        return json;
    }

    /** What sources and sinks have in common; {@code schema} is the text of the columns, keys and watermarks. */
    private static void table(ObjectNode json, TableTestStep step) {
        json.put("name", step.name);
        json.set("schema", MAPPER.valueToTree(step.schemaComponents));
        json.put("distribution", step.distribution == null ? null : step.distribution.toString().strip());
        json.set("partitionKeys", MAPPER.valueToTree(step.partitionKeys));
        json.set("options", options(step.options));
        json.put("changelogMode", step.options.get("changelog-mode"));
    }

    /** Flink gives an expectation as rows or as their texts. */
    private static ArrayNode expected(List<Row> rows, List<String> texts) {
        if (texts == null) {
            return ValueJson.rows(rows);
        }
        ArrayNode json = MAPPER.createArrayNode();
        texts.forEach(text -> json.addObject().put("text", text));
        return json;
    }

    private static <T> String text(ConfigOptionTestStep<T> step) {
        Configuration configuration = new Configuration();
        configuration.set(step.option, step.value);
        return configuration.toMap().get(step.option.key());
    }
}
