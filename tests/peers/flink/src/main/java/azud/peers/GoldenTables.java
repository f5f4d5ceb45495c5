package azud.peers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.legacy.table.connector.source.SourceFunctionProvider;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.streaming.api.functions.sink.legacy.RichSinkFunction;
import org.apache.flink.streaming.api.functions.source.legacy.RichSourceFunction;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.abilities.SupportsWritingMetadata;
import org.apache.flink.table.connector.sink.legacy.SinkFunctionProvider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsReadingMetadata;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.apache.flink.table.types.utils.TypeConversions;
import org.apache.flink.types.RowKind;

/** The connector `values` of the .test files: rows from {@link GoldenFeed}, changes to it. */
public final class GoldenTables implements DynamicTableSourceFactory, DynamicTableSinkFactory {
    private static final ConfigOption<String> MODE =
            ConfigOptions.key("changelog-mode").stringType().defaultValue("I");
    private static final ConfigOption<Boolean> INSERT_ONLY =
            ConfigOptions.key("sink-insert-only").booleanType().defaultValue(false);
    private static final ConfigOption<String> READABLE =
            ConfigOptions.key("readable-metadata").stringType().defaultValue("timestamp:TIMESTAMP_LTZ(3)");
    private static final ConfigOption<String> WRITABLE =
            ConfigOptions.key("writable-metadata").stringType().defaultValue("timestamp:TIMESTAMP_LTZ(3)");
    private static final Pattern METADATA = Pattern.compile("\\s*([\\w-]+)\\s*:\\s*([^,(<]+(?:\\([^)]*\\))?)\\s*,?");

    @Override
    public String factoryIdentifier() {
        return "values";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of();
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of(MODE, INSERT_ONLY, READABLE, WRITABLE);
    }

    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        String name = context.getObjectIdentifier().getObjectName();
        Map<String, String> options = context.getCatalogTable().getOptions();
        List<Object> given = new ArrayList<>();
        for (Column column : context.getCatalogTable().getResolvedSchema().getColumns()) {
            if (column instanceof Column.MetadataColumn metadata) {
                given.add(List.of(metadata.getMetadataKey().orElse(column.getName())));
            } else if (column.isPhysical()) {
                given.add(column.getName());
            }
        }
        return new Source(
                name,
                mode(options.getOrDefault(MODE.key(), MODE.defaultValue())),
                metadata(options.getOrDefault(READABLE.key(), READABLE.defaultValue())),
                given,
                context.getPhysicalRowDataType(),
                List.of());
    }

    @Override
    public DynamicTableSink createDynamicTableSink(Context context) {
        Map<String, String> options = context.getCatalogTable().getOptions();
        return new Sink(
                context.getObjectIdentifier().getObjectName(),
                "true".equals(options.get(INSERT_ONLY.key())),
                context.getCatalogTable().getResolvedSchema().getPrimaryKey().isPresent(),
                metadata(options.getOrDefault(WRITABLE.key(), WRITABLE.defaultValue())),
                context.getPhysicalRowDataType());
    }

    private static ChangelogMode mode(String text) {
        ChangelogMode.Builder mode = ChangelogMode.newBuilder();
        for (String kind : text.split(",")) {
            mode.addContainedKind(
                    switch (kind.trim()) {
                        case "I" -> RowKind.INSERT;
                        case "UB" -> RowKind.UPDATE_BEFORE;
                        case "UA" -> RowKind.UPDATE_AFTER;
                        default -> RowKind.DELETE;
                    });
        }
        return mode.build();
    }

    private static Map<String, DataType> metadata(String text) {
        Map<String, DataType> types = new LinkedHashMap<>();
        for (Matcher found = METADATA.matcher(text); found.find(); ) {
            LogicalType type = LogicalTypeParser.parse(found.group(2).trim(), GoldenTables.class.getClassLoader());
            types.put(found.group(1), TypeConversions.fromLogicalToDataType(type));
        }
        return types;
    }

    private static final class Source implements ScanTableSource, SupportsReadingMetadata {
        private final String name;
        private final ChangelogMode mode;
        private final Map<String, DataType> metadata;
        private final List<Object> given; // names of physical columns, keys of metadata in a list, as rows have them
        private DataType produced;
        private List<String> keys;

        Source(
                String name,
                ChangelogMode mode,
                Map<String, DataType> metadata,
                List<Object> given,
                DataType produced,
                List<String> keys) {
            this.name = name;
            this.mode = mode;
            this.metadata = metadata;
            this.given = given;
            this.produced = produced;
            this.keys = keys;
        }

        @Override
        public ChangelogMode getChangelogMode() {
            return mode;
        }

        @Override
        public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
            LogicalType row = produced.getLogicalType();
            List<Integer> places = new ArrayList<>();
            for (int i = 0; i < given.size(); i++) {
                if (given.get(i) instanceof String) {
                    places.add(i);
                }
            }
            for (String key : keys) {
                places.add(given.indexOf(List.of(key)));
            }
            return SourceFunctionProvider.of(new Rows(name, places, new ArrayList<>(row.getChildren())), false);
        }

        @Override
        public Map<String, DataType> listReadableMetadata() {
            return metadata;
        }

        @Override
        public void applyReadableMetadata(List<String> keys, DataType produced) {
            this.keys = keys;
            this.produced = produced;
        }

        @Override
        public DynamicTableSource copy() {
            return new Source(name, mode, metadata, given, produced, keys);
        }

        @Override
        public String asSummaryString() {
            return "values";
        }
    }

    private static final class Rows extends RichSourceFunction<RowData> {
        private final String table;
        private final List<Integer> places;
        private final List<LogicalType> types;

        Rows(String table, List<Integer> places, List<LogicalType> types) {
            this.table = table;
            this.places = places;
            this.types = types;
        }

        @Override
        public void run(SourceContext<RowData> context) throws Exception {
            ObjectMapper json = new ObjectMapper();
            GoldenFeed feed = GoldenFeed.current();
            feed.reads(table);
            for (GoldenFeed.Entry entry : feed.rowsOf(table)) {
                if (!feed.await(entry.place())) {
                    return;
                }
                JsonNode values = json.readTree(entry.values());
                GenericRowData row = new GenericRowData(kind(entry.kind()), places.size());
                for (int i = 0; i < places.size(); i++) {
                    row.setField(i, GoldenValue.of(values.get(places.get(i)), types.get(i)));
                }
                context.collect(row);
                feed.took(entry.place());
            }
            feed.awaitEnd();
        }

        private static RowKind kind(String text) {
            for (RowKind kind : RowKind.values()) {
                if (kind.shortString().equals(text)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException(text);
        }

        @Override
        public void cancel() {
            GoldenFeed.current().close();
        }
    }

    private static final class Sink implements DynamicTableSink, SupportsWritingMetadata {
        private final String name;
        private final boolean insertOnly;
        private final boolean keyed;
        private final Map<String, DataType> metadata;
        private DataType consumed;

        Sink(String name, boolean insertOnly, boolean keyed, Map<String, DataType> metadata, DataType consumed) {
            this.name = name;
            this.insertOnly = insertOnly;
            this.keyed = keyed;
            this.metadata = metadata;
            this.consumed = consumed;
        }

        @Override
        public ChangelogMode getChangelogMode(ChangelogMode requested) {
            if (insertOnly) {
                return ChangelogMode.insertOnly();
            }
            return keyed ? ChangelogMode.upsert() : requested;
        }

        @Override
        public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
            return SinkFunctionProvider.of(new Changes(name, context.createDataStructureConverter(consumed)));
        }

        @Override
        public Map<String, DataType> listWritableMetadata() {
            return metadata;
        }

        @Override
        public void applyWritableMetadata(List<String> keys, DataType consumed) {
            this.consumed = consumed;
        }

        @Override
        public DynamicTableSink copy() {
            return new Sink(name, insertOnly, keyed, metadata, consumed);
        }

        @Override
        public String asSummaryString() {
            return "values";
        }
    }

    private static final class Changes extends RichSinkFunction<RowData> {
        private final String table;
        private final DynamicTableSink.DataStructureConverter converter;

        Changes(String table, DynamicTableSink.DataStructureConverter converter) {
            this.table = table;
            this.converter = converter;
        }

        @Override
        public void invoke(RowData row, Context context) {
            GoldenFeed.current().write(table + ": " + converter.toExternal(row));
        }
    }
}
