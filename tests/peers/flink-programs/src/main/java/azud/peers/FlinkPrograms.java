package azud.peers;

import java.io.File;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.flink.table.api.TableConfig;
import org.apache.flink.table.planner.plan.nodes.exec.testutils.BatchRestoreTestBase;
import org.apache.flink.table.planner.plan.nodes.exec.testutils.BatchSemanticTestBase;
import org.apache.flink.table.planner.plan.nodes.exec.testutils.CommonSemanticTestBase;
import org.apache.flink.table.planner.plan.nodes.exec.testutils.RestoreTestBase;
import org.apache.flink.table.test.program.TableTestProgram;
import org.apache.flink.table.test.program.TableTestProgramRunner;

/**
 * Writes every table test program of Flink's released test jars to stdout, one JSON object a line; how many, to stderr.
 *
 * <p>{@code runners} are the test classes that run a program: {@code type} semantic, restore, batch-semantic, batch-restore or other,
 * {@code afterRestore} (INFINITE: sources do not end, so no last watermark comes), {@code config} set for all of the class.
 */
public final class FlinkPrograms {
    private final PrintStream out;
    private final Set<TableTestProgram> written = Collections.newSetFromMap(new IdentityHashMap<>());
    private int sqlOnly;

    private FlinkPrograms(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        System.setOut(System.err); // test classes may print while they are loaded
        new FlinkPrograms(out).writeAll(testClasses());
        out.flush();
        System.exit(0);
    }

    private void writeAll(Iterable<Class<?>> classes) throws IllegalAccessException {
        Map<TableTestProgram, ArrayNode> runners = runners(classes);
        for (Class<?> owner : classes) {
            for (Field field : owner.getDeclaredFields()) {
                if (field.getType() == TableTestProgram.class && Modifier.isStatic(field.getModifiers())) {
                    field.setAccessible(true);
                    TableTestProgram program = (TableTestProgram) field.get(null);
                    write(owner.getName(), field.getName(), program, runners.get(program));
                }
            }
        }
        // Some are made inside their runner and stand in no field.
        runners.forEach((program, list) -> {
            if (!written.contains(program)) {
                write(list.get(0).get("class").asText(), null, program, list);
            }
        });
        System.err.printf("%d programs, %d of SQL only%n", written.size(), sqlOnly);
    }

    private void write(String owner, String field, TableTestProgram program, ArrayNode runners) {
        ObjectNode json = ProgramJson.program(owner, field, program, runners);
        out.println(json);
        written.add(program);
        sqlOnly += json.get("sqlOnly").asBoolean() ? 1 : 0;
    }

    /** The classes of the table test jars on the class path, by name, without those that need what is not there. */
    private static Iterable<Class<?>> testClasses() throws Exception {
        Map<String, Class<?>> classes = new TreeMap<>();
        for (String path : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!new File(path).getName().matches("flink-table-.*-tests\\.jar")) {
                continue;
            }
            try (JarFile jar = new JarFile(path)) {
                for (JarEntry entry : Collections.list(jar.entries())) {
                    if (entry.getName().endsWith(".class")) {
                        String name = entry.getName().replace('/', '.').replaceFirst("\\.class$", "");
                        load(name, classes);
                    }
                }
            }
        }
        return classes.values();
    }

    private static void load(String name, Map<String, Class<?>> classes) {
        try {
            Class<?> loaded = Class.forName(name, false, FlinkPrograms.class.getClassLoader());
            loaded.getDeclaredFields();
            classes.put(name, loaded);
        } catch (LinkageError | ClassNotFoundException needsMore) {
            return;
        }
    }

    private static Map<TableTestProgram, ArrayNode> runners(Iterable<Class<?>> classes) {
        Map<TableTestProgram, ArrayNode> runners = new IdentityHashMap<>();
        for (Class<?> one : classes) {
            if (!TableTestProgramRunner.class.isAssignableFrom(one) || Modifier.isAbstract(one.getModifiers())) {
                continue;
            }
            try {
                Constructor<?> constructor = one.getDeclaredConstructor();
                constructor.setAccessible(true);
                TableTestProgramRunner runner = (TableTestProgramRunner) constructor.newInstance();
                ObjectNode description = describe(runner);
                for (TableTestProgram program : runner.programs()) {
                    runners.computeIfAbsent(program, p -> JsonNodeFactory.instance.arrayNode()).add(description);
                }
            } catch (ReflectiveOperationException | RuntimeException | LinkageError failure) {
                System.err.println("left out: " + one.getName() + ": " + failure);
            }
        }
        return runners;
    }

    private static ObjectNode describe(TableTestProgramRunner runner) throws ReflectiveOperationException {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("class", runner.getClass().getName());
        if (runner instanceof RestoreTestBase) {
            Field ending = RestoreTestBase.class.getDeclaredField("afterRestoreSource");
            ending.setAccessible(true);
            return json.put("type", "restore").put("afterRestore", String.valueOf(ending.get(runner)));
        }
        if (runner instanceof BatchRestoreTestBase) {
            return json.put("type", "batch-restore");
        }
        if (runner instanceof CommonSemanticTestBase) {
            TableConfig config = TableConfig.getDefault();
            inherited(runner.getClass(), "applyDefaultEnvironmentOptions").invoke(runner, config);
            json.put("type", runner instanceof BatchSemanticTestBase ? "batch-semantic" : "semantic");
            json.set("config", ProgramJson.options(config.getConfiguration().toMap()));
            return json;
        }
        return json.put("type", "other");
    }

    private static Method inherited(Class<?> start, String name) throws NoSuchMethodException {
        for (Class<?> one = start; one != null; one = one.getSuperclass()) {
            for (Method method : one.getDeclaredMethods()) {
                if (method.getName().equals(name)) {
                    method.setAccessible(true);
                    return method;
                }
            }
        }
        throw new NoSuchMethodException(start + "." + name);
    }
}
