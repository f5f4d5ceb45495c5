#include "connect/kafka/kafka_decoder.h"

#include <algorithm>
#include <vector>

#include "connect/kafka/kafka_metadata.h"
#include "format/format.h"
#include "kafka/wire/record_reader.h"

namespace azud::connect {
namespace {

using data::ColumnBuilder;

/// One format over the wanted fields of a record's key or value. Two decoders: one whose text points into the record
/// batch, for batches that are not packed, and one that copies.
struct PartReader {
  std::vector<std::size_t> outputs;  ///< the scan's column of each builder
  std::vector<ColumnBuilder> builders;
  format::DecoderPtr viewing;
  format::DecoderPtr copying;

  Status make(const KafkaPart& part, std::vector<int32_t> wanted) {
    format::DecoderSpec spec{.fields = part.fields, .wanted = std::move(wanted)};
    TRY_ASSIGN(copying, format::make_decoder(part.format.name, part.format.options, spec));
    spec.keep_views = true;
    TRY_ASSIGN(viewing, format::make_decoder(part.format.name, part.format.options, std::move(spec)));
    return {};
  }
  std::size_t size() const { return builders.empty() ? 0 : builders.front().size(); }
  void truncate(std::size_t rows) {
    for (ColumnBuilder& builder : builders) builder.truncate(rows);
  }
};

struct MetadataColumn {
  std::size_t output;
  KafkaMetadata what;
  ColumnBuilder builder;
};

class KafkaDecoder final : public stream::Decoder {
 public:
  KafkaDecoder(const KafkaOptions& options, std::shared_ptr<const KafkaOrigins> origins)
      : upsert_(options.upsert), needs_key_(options.key.has_value()), origins_(std::move(origins)) {}

  Status plan(const KafkaOptions& options, const sql::ScanNode& scan);
  Result<Decoded> decode(std::span<const stream::Piece> pieces) override;

 private:
  Status plan_tombstones(const KafkaOptions& options, const sql::ScanNode& scan);
  Status decode_piece(const stream::Piece& piece, Decoded& out);
  Status decode_record(const kafka::BatchView& batch, const kafka::RecordView& record, bool packed);
  Status decode_key(const kafka::RecordView& record, bool packed, uint32_t rows);
  Status add_tombstone(const kafka::BatchView& batch, const kafka::RecordView& record);
  void add_metadata(const kafka::BatchView& batch, const kafka::RecordView& record, uint32_t rows);
  void reject(const kafka::RecordView& record, bool packed, std::string reason, Decoded& out) const;
  void finish(Decoded& out);

  bool upsert_;
  bool needs_key_;  ///< a record without a key is none of this table
  std::shared_ptr<const KafkaOrigins> origins_;
  std::size_t columns_ = 0;
  PartReader value_;
  PartReader key_;
  std::vector<MetadataColumn> metadata_;
  /// Upsert: the key's fields apart, for records without a value, and the builder of the value or key that each fills.
  PartReader whole_key_;
  std::vector<ColumnBuilder*> from_whole_key_;

  kafka::RecordReader reader_;
  const stream::Piece* piece_ = nullptr;
  KafkaOrigin origin_;
  std::size_t rows_ = 0;
  std::vector<data::RowKind> kinds_;  ///< filled from the first -D on
  std::string complaint_;
};

Status KafkaDecoder::plan(const KafkaOptions& options, const sql::ScanNode& scan) {
  columns_ = scan.read.size();
  std::vector<int32_t> of_value, of_key;
  for (std::size_t i = 0; i < scan.read.size(); ++i) {
    const int32_t place = scan.read[i];
    const sql::TableColumn& column = scan.table->columns[static_cast<std::size_t>(place)];
    const data::DataType& type = scan.output[i].type;
    if (column.kind == sql::TableColumn::Kind::metadata) {
      const auto what = find_kafka_metadata(column.metadata_key);
      if (!what)
        return fail(Code::invalid, "table {}: Invalid metadata key '{}' in column '{}'", scan.table->name,
                    column.metadata_key, column.name);
      metadata_.push_back({i, *what, ColumnBuilder(type)});
      continue;
    }
    const auto in_value = std::ranges::find(options.value.columns, place);
    PartReader& part = in_value != options.value.columns.end() ? value_ : key_;
    if (&part == &value_) {
      of_value.push_back(static_cast<int32_t>(in_value - options.value.columns.begin()));
    } else {
      AZUD_ASSERT(options.key.has_value(), "a physical column is in the value or the key");
      const auto in_key = std::ranges::find(options.key->columns, place);
      of_key.push_back(static_cast<int32_t>(in_key - options.key->columns.begin()));
    }
    part.outputs.push_back(i);
    part.builders.emplace_back(type);
  }
  TRY(value_.make(options.value, std::move(of_value)));
  if (!of_key.empty()) TRY(key_.make(*options.key, std::move(of_key)));
  if (upsert_) TRY(plan_tombstones(options, scan));
  return {};
}

Status KafkaDecoder::plan_tombstones(const KafkaOptions& options, const sql::ScanNode& scan) {
  std::vector<int32_t> wanted;
  for (PartReader* part : {&value_, &key_}) {
    for (std::size_t i = 0; i < part->outputs.size(); ++i) {
      const auto in_key = std::ranges::find(options.key->columns, scan.read[part->outputs[i]]);
      if (in_key == options.key->columns.end()) continue;
      wanted.push_back(static_cast<int32_t>(in_key - options.key->columns.begin()));
      whole_key_.builders.emplace_back(part->builders[i].type());
      from_whole_key_.push_back(&part->builders[i]);
    }
  }
  return whole_key_.make(*options.key, std::move(wanted));
}

Result<stream::Decoder::Decoded> KafkaDecoder::decode(std::span<const stream::Piece> pieces) {
  Decoded out;
  out.ends.reserve(pieces.size());
  rows_ = 0;
  kinds_.clear();
  for (const stream::Piece& piece : pieces) {
    TRY(decode_piece(piece, out));
    out.ends.push_back(static_cast<uint32_t>(rows_));
  }
  finish(out);
  return out;
}

Status KafkaDecoder::decode_piece(const stream::Piece& piece, Decoded& out) {
  TRY_ASSIGN(const kafka::BatchView batch, kafka::BatchView::parse(piece.bytes.view()));
  if (batch.is_control()) return {};
  piece_ = &piece;
  if (!metadata_.empty()) {
    origin_ = origins_->at(piece.split);
    for (MetadataColumn& column : metadata_)
      if (column.what == KafkaMetadata::topic) column.builder.add_owner(origin_.topic);
  }
  const bool packed = batch.codec() != kafka::Codec::none;
  if (!packed) {
    for (PartReader* part : {&value_, &key_})
      for (ColumnBuilder& builder : part->builders)
        if (data::is_text(builder.type().kind()) || data::is_bytes(builder.type().kind()))
          builder.add_owner(piece.bytes.owner());
  }
  TRY(reader_.open(batch));
  kafka::RecordView record;
  while (reader_.next(record)) {
    if (record.offset < piece.first || record.offset >= piece.end) continue;
    complaint_.clear();
    Status done = decode_record(batch, record, packed);
    if (!done) {
      if (done.error().code() != Code::invalid) return done;
      value_.truncate(rows_);
      key_.truncate(rows_);
      reject(record, packed, done.error().message(), out);
    } else if (!complaint_.empty()) {
      reject(record, packed, complaint_ + "; the row went on with NULL in its place", out);
    }
  }
  return reader_.status();
}

Status KafkaDecoder::decode_record(const kafka::BatchView& batch, const kafka::RecordView& record, bool packed) {
  if (needs_key_ && !record.key) return fail(Code::invalid, "the record has no key");
  if (upsert_ && !record.value) return add_tombstone(batch, record);
  format::Decoder& decoder = packed ? *value_.copying : *value_.viewing;
  TRY_ASSIGN(const format::Decoded decoded,
             record.value ? decoder.decode(*record.value, value_.builders) : decoder.decode_null(value_.builders));
  if (decoded.complained) complaint_ = decoder.complaint();
  TRY(decode_key(record, packed, decoded.rows));
  add_metadata(batch, record, decoded.rows);
  rows_ += decoded.rows;
  if (!kinds_.empty()) kinds_.resize(rows_, data::RowKind::insert);
  return {};
}

Status KafkaDecoder::decode_key(const kafka::RecordView& record, bool packed, uint32_t rows) {
  if (key_.builders.empty()) return {};
  format::Decoder& decoder = packed ? *key_.copying : *key_.viewing;
  for (uint32_t i = 0; i < rows; ++i) {
    const std::size_t before = key_.size();
    Result<format::Decoded> decoded = decoder.decode(*record.key, key_.builders);
    if (!decoded) return std::unexpected(std::move(decoded).error().with_context("key"));
    if (decoded->rows != 1) {
      key_.truncate(before);
      return fail(Code::invalid, "key: expected one row, found {}", decoded->rows);
    }
    if (decoded->complained && complaint_.empty()) complaint_ = "key: " + decoder.complaint();
  }
  return {};
}

Status KafkaDecoder::add_tombstone(const kafka::BatchView& batch, const kafka::RecordView& record) {
  Result<format::Decoded> decoded = whole_key_.copying->decode(*record.key, whole_key_.builders);
  if (!decoded) return std::unexpected(std::move(decoded).error().with_context("key"));
  if (decoded->rows != 1) {
    whole_key_.truncate(0);
    return fail(Code::invalid, "key: expected one row, found {}", decoded->rows);
  }
  for (std::size_t i = 0; i < from_whole_key_.size(); ++i)
    from_whole_key_[i]->append_from(*whole_key_.builders[i].finish(), 0);
  ++rows_;
  for (PartReader* part : {&value_, &key_})
    for (ColumnBuilder& builder : part->builders)
      if (builder.size() < rows_) builder.append_null();
  add_metadata(batch, record, 1);
  kinds_.resize(rows_, data::RowKind::insert);
  kinds_.back() = data::RowKind::remove;
  return {};
}

void KafkaDecoder::add_metadata(const kafka::BatchView& batch, const kafka::RecordView& record, uint32_t rows) {
  for (MetadataColumn& column : metadata_)
    for (uint32_t i = 0; i < rows; ++i)
      append_kafka_metadata(column.what, *origin_.topic, origin_.partition, batch, record, column.builder);
}

void KafkaDecoder::reject(const kafka::RecordView& record, bool packed, std::string reason, Decoded& out) const {
  const auto kept = [&](const std::optional<ByteView>& bytes) -> std::optional<SharedBytes> {
    if (!bytes) return std::nullopt;
    if (packed) return SharedBytes::own(std::string(*bytes));
    return SharedBytes(piece_->bytes.owner(), *bytes);
  };
  out.rejected.push_back({.split = piece_->split,
                          .position = record.offset,
                          .timestamp = record.timestamp,
                          .key = kept(record.key),
                          .value = kept(record.value),
                          .reason = std::move(reason)});
}

void KafkaDecoder::finish(Decoded& out) {
  out.rows.rows = rows_;
  out.rows.columns.resize(columns_);
  for (PartReader* part : {&value_, &key_})
    for (std::size_t i = 0; i < part->builders.size(); ++i)
      out.rows.columns[part->outputs[i]] = part->builders[i].finish();
  for (MetadataColumn& column : metadata_) out.rows.columns[column.output] = column.builder.finish();
  out.rows.kinds = std::move(kinds_);
  kinds_.clear();
}

}  // namespace

Result<std::unique_ptr<stream::Decoder>> make_kafka_decoder(const KafkaOptions& options, const sql::ScanNode& scan,
                                                            std::shared_ptr<const KafkaOrigins> origins) {
  auto decoder = std::make_unique<KafkaDecoder>(options, std::move(origins));
  Status planned = decoder->plan(options, scan);
  if (!planned) return std::unexpected(std::move(planned).error().with_context("table " + scan.table->name));
  return decoder;
}

}  // namespace azud::connect
