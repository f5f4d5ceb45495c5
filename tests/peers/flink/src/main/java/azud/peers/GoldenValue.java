package azud.peers;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;

/**
 * A value of a .test file as Flink keeps it: times as text, bytes in hex, ROW and ARRAY as lists, MAP as a list of pairs.
 */
final class GoldenValue {
    private GoldenValue() {}

    static Object of(JsonNode json, LogicalType type) {
        if (json == null || json.isNull()) {
            return null;
        }
        switch (type.getTypeRoot()) {
            case ROW:
                return row(json, type.getChildren());
            case ARRAY:
                Object[] elements = new Object[json.size()];
                for (int i = 0; i < elements.length; i++) {
                    elements[i] = of(json.get(i), ((ArrayType) type).getElementType());
                }
                return new GenericArrayData(elements);
            case MAP:
                Map<Object, Object> map = new HashMap<>();
                for (Iterator<JsonNode> pairs = json.elements(); pairs.hasNext(); ) {
                    JsonNode pair = pairs.next();
                    map.put(
                            of(pair.get(0), ((MapType) type).getKeyType()),
                            of(pair.get(1), ((MapType) type).getValueType()));
                }
                return new GenericMapData(map);
            default:
                return ofText(json.asText(), type);
        }
    }

    private static GenericRowData row(JsonNode json, List<LogicalType> types) {
        GenericRowData row = new GenericRowData(types.size());
        for (int i = 0; i < types.size(); i++) {
            row.setField(i, of(json.get(i), types.get(i)));
        }
        return row;
    }

    private static Object ofText(String text, LogicalType type) {
        return switch (type.getTypeRoot()) {
            case BOOLEAN -> Boolean.valueOf(text);
            case TINYINT -> Byte.valueOf(text);
            case SMALLINT -> Short.valueOf(text);
            case INTEGER -> Integer.valueOf(text);
            case BIGINT -> Long.valueOf(text);
            case FLOAT -> Float.valueOf(text);
            case DOUBLE -> Double.valueOf(text);
            case DECIMAL -> {
                DecimalType decimal = (DecimalType) type;
                yield DecimalData.fromBigDecimal(new BigDecimal(text), decimal.getPrecision(), decimal.getScale());
            }
            case BINARY, VARBINARY -> HexFormat.of().parseHex(text);
            case DATE -> (int) LocalDate.parse(text).toEpochDay();
            case TIME_WITHOUT_TIME_ZONE -> (int) (LocalTime.parse(text).toNanoOfDay() / 1_000_000);
            case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> moment(text);
            default -> StringData.fromString(text);
        };
    }

    private static TimestampData moment(String text) {
        String plain = text.endsWith("Z") ? text.substring(0, text.length() - 1) : text;
        return TimestampData.fromLocalDateTime(LocalDateTime.parse(plain.replace(' ', 'T')));
    }
}
