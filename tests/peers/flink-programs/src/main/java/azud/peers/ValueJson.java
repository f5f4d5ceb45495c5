package azud.peers;

import java.lang.reflect.Array;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.flink.types.Row;

/**
 * Rows and their values as JSON. A row: {@code kind} (+I -U +U -D), {@code values}, {@code names} if its fields have names,
 * {@code text} as Flink prints it. A value: null, or {@code type} (of Java, without the usual packages) with {@code text}, with
 * {@code row}, with {@code elements} or with {@code entries}. Bytes are hexadecimal.
 */
final class ValueJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ValueJson() {}

    /** Null stays null: it is not the same as no rows. */
    static ArrayNode rows(List<Row> rows) {
        if (rows == null) {
            return null;
        }
        ArrayNode json = NODES.arrayNode();
        for (Row row : rows) {
            json.add(row(row));
        }
        return json;
    }

    private static ObjectNode row(Row row) {
        ObjectNode json = NODES.objectNode();
        json.put("kind", row.getKind().shortString());
        ArrayNode values = json.putArray("values");
        Set<String> names = row.getFieldNames(false);
        if (names != null) {
            ArrayNode list = json.putArray("names");
            for (String name : names) {
                list.add(name);
                values.add(value(row.getField(name)));
            }
        } else {
            for (int i = 0; i < row.getArity(); i++) {
                values.add(value(row.getField(i)));
            }
        }
        return json.put("text", row.toString());
    }

    private static ObjectNode value(Object value) {
        if (value == null) {
            return null;
        }
        ObjectNode json = NODES.objectNode().put("type", type(value));
        if (value instanceof Row row) {
            json.set("row", row(row));
        } else if (value instanceof byte[] bytes) {
            json.put("text", HexFormat.of().formatHex(bytes));
        } else if (value instanceof Map<?, ?> map) {
            ArrayNode entries = json.putArray("entries");
            map.forEach((key, element) -> entries.addArray().add(value(key)).add(value(element)));
        } else if (value instanceof List<?> list) {
            ArrayNode elements = json.putArray("elements");
            list.forEach(element -> elements.add(value(element)));
        } else if (value.getClass().isArray()) {
            ArrayNode elements = json.putArray("elements");
            for (int i = 0; i < Array.getLength(value); i++) {
                elements.add(value(Array.get(value, i)));
            }
        } else {
            json.put("text", value.toString());
        }
        return json;
    }

    private static String type(Object value) {
        if (value instanceof Map) {
            return "Map";
        }
        if (value instanceof List) {
            return "List";
        }
        return value.getClass()
                .getTypeName()
                .replaceFirst("^java\\.(lang|math|time|util)\\.", "")
                .replaceFirst("^org\\.apache\\.flink\\.types\\.", "");
    }
}
