package azud.peers;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TimeZone;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.conversion.DataStructureConverter;
import org.apache.flink.table.data.conversion.DataStructureConverters;
import org.apache.flink.table.factories.DeserializationFormatFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.factories.SerializationFormatFactory;
import org.apache.flink.table.runtime.connector.sink.SinkRuntimeProviderContext;
import org.apache.flink.table.runtime.connector.source.ScanRuntimeProviderContext;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.apache.flink.table.types.utils.TypeConversions;
import org.apache.flink.util.Collector;
import org.apache.flink.util.SimpleUserCodeClassLoader;
import org.apache.flink.util.UserCodeClassLoader;

/**
 * What Flink's formats make of single messages, outside of any job: a line of output for each line of the files.
 *
 * <pre>
 *   decode FORMAT [hex] | TYPE | key=value&amp;… | MESSAGE          the rows, or FAILED
 *   encode FORMAT [hex] | TYPE | key=value&amp;… | row as JSON      [the bytes], or FAILED
 * </pre>
 *
 * Backslashes are Java's escapes, also in the output.
 */
public final class FormatProbe {
    private static final ClassLoader LOADER = FormatProbe.class.getClassLoader();

    public static void main(String[] files) throws Exception {
        TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String file : files) {
            for (String line : Files.readAllLines(Path.of(file))) {
                out.println(escaped(result(line).stripTrailing()));
            }
        }
    }

    private static String result(String line) {
        String[] parts = line.split(" \\| ", -1);
        String[] head = parts[0].trim().split(" ");
        boolean hex = head.length > 2;
        try {
            DataType type = TypeConversions.fromLogicalToDataType(LogicalTypeParser.parse(parts[1].trim(), LOADER));
            if (head[0].equals("decode")) {
                byte[] message =
                        hex
                                ? HexFormat.of().parseHex(parts[3].trim())
                                : parts[3].translateEscapes().getBytes(StandardCharsets.UTF_8);
                return decode(head[1], type, options(parts[2]), message);
            }
            byte[] bytes = encode(head[1], type, options(parts[2]), parts[3].getBytes(StandardCharsets.UTF_8));
            if (bytes == null) {
                return "null";
            }
            return hex ? HexFormat.of().formatHex(bytes) : "[" + new String(bytes, StandardCharsets.UTF_8) + "]";
        } catch (Throwable e) {
            return "FAILED";
        }
    }

    private static String decode(String format, DataType type, Configuration options, byte[] message) throws Exception {
        List<RowData> rows = new ArrayList<>();
        decoder(format, type, options)
                .deserialize(
                        message,
                        new Collector<RowData>() {
                            @Override
                            public void collect(RowData row) {
                                rows.add(row);
                            }

                            @Override
                            public void close() {}
                        });
        if (rows.isEmpty()) {
            return "(none)";
        }
        DataStructureConverter<Object, Object> converter = DataStructureConverters.getConverter(type);
        converter.open(LOADER);
        StringBuilder text = new StringBuilder();
        for (RowData row : rows) {
            text.append(row == null ? "NULLROW" : converter.toExternal(row)).append(' ');
        }
        return text.toString();
    }

    private static byte[] encode(String format, DataType type, Configuration options, byte[] json) throws Exception {
        RowData row = decoder("json", type, new Configuration()).deserialize(json);
        SerializationFormatFactory factory =
                FactoryUtil.discoverFactory(LOADER, SerializationFormatFactory.class, format);
        SerializationSchema<RowData> schema =
                factory.createEncodingFormat(null, options)
                        .createRuntimeEncoder(new SinkRuntimeProviderContext(false), type);
        schema.open(null);
        return schema.serialize(row);
    }

    private static DeserializationSchema<RowData> decoder(String format, DataType type, Configuration options)
            throws Exception {
        DeserializationFormatFactory factory =
                FactoryUtil.discoverFactory(LOADER, DeserializationFormatFactory.class, format);
        DeserializationSchema<RowData> schema =
                factory.createDecodingFormat(null, options)
                        .createRuntimeDecoder(ScanRuntimeProviderContext.INSTANCE, type);
        schema.open(
                new DeserializationSchema.InitializationContext() {
                    @Override
                    public MetricGroup getMetricGroup() {
                        return new UnregisteredMetricsGroup();
                    }

                    @Override
                    public UserCodeClassLoader getUserCodeClassLoader() {
                        return SimpleUserCodeClassLoader.create(LOADER);
                    }
                });
        return schema;
    }

    private static Configuration options(String text) {
        Configuration options = new Configuration();
        if (!text.isBlank()) {
            for (String pair : text.trim().split("&")) {
                int at = pair.indexOf('=');
                options.setString(pair.substring(0, at), pair.substring(at + 1).translateEscapes());
            }
        }
        return options;
    }

    private static String escaped(String text) {
        StringBuilder out = new StringBuilder();
        for (char c : text.toCharArray()) {
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\0' -> out.append("\\0");
                case '\\' -> out.append("\\\\");
                default -> out.append(c < ' ' ? String.format("\\%03o", (int) c) : String.valueOf(c));
            }
        }
        return out.toString();
    }
}
