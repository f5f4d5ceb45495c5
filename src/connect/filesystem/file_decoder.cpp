#include "connect/filesystem/file_decoder.h"

#include <algorithm>

#include "data/time_text.h"
#include "format/format.h"

namespace azud::connect {
namespace {

enum class FileMetadata : uint8_t { path, name, size, modification_time };

struct MetadataColumn {
  std::size_t output;
  FileMetadata what;
  data::ColumnBuilder builder;
};

class FileDecoder final : public stream::Decoder {
 public:
  FileDecoder(const FileOptions& options, std::shared_ptr<const OpenedFiles> files)
      : splitter_(options.splitter), skip_empty_(options.format.name == "json"), files_(std::move(files)) {}

  Status plan(const FileOptions& options, const sql::ScanNode& scan) {
    columns_ = scan.read.size();
    format::DecoderSpec spec{.fields = options.fields, .keep_views = true};
    for (std::size_t i = 0; i < scan.read.size(); ++i) {
      const sql::TableColumn& column = scan.table->columns[static_cast<std::size_t>(scan.read[i])];
      if (column.kind == sql::TableColumn::Kind::metadata) {
        TRY(plan_metadata(column, i, scan.output[i].type));
        continue;
      }
      const auto place = std::ranges::find(options.columns, scan.read[i]);
      AZUD_ASSERT(place != options.columns.end(), "a scan reads physical columns and metadata");
      spec.wanted.push_back(static_cast<int32_t>(place - options.columns.begin()));
      outputs_.push_back(i);
      builders_.emplace_back(scan.output[i].type);
    }
    TRY_ASSIGN(decoder_, format::make_decoder(options.format.name, options.format.options, std::move(spec)));
    return {};
  }

  Result<Decoded> decode(std::span<const stream::Piece> pieces) override {
    Decoded out;
    rows_ = 0;
    for (const stream::Piece& piece : pieces) {
      decode_piece(piece, out);
      out.ends.push_back(static_cast<uint32_t>(rows_));
    }
    out.rows.rows = rows_;
    out.rows.columns.resize(columns_);
    for (std::size_t i = 0; i < builders_.size(); ++i) out.rows.columns[outputs_[i]] = builders_[i].finish();
    for (MetadataColumn& column : metadata_) out.rows.columns[column.output] = column.builder.finish();
    return out;
  }

 private:
  Status plan_metadata(const sql::TableColumn& column, std::size_t output, const data::DataType& type) {
    FileMetadata what{};
    if (column.metadata_key == "file.path")
      what = FileMetadata::path;
    else if (column.metadata_key == "file.name")
      what = FileMetadata::name;
    else if (column.metadata_key == "file.size")
      what = FileMetadata::size;
    else if (column.metadata_key == "file.modification-time")
      what = FileMetadata::modification_time;
    else
      return fail(Code::invalid, "Invalid metadata key '{}' in column '{}'", column.metadata_key, column.name);
    metadata_.push_back({output, what, data::ColumnBuilder(type)});
    return {};
  }

  void decode_piece(const stream::Piece& piece, Decoded& out) {
    const FilePlace start = FilePlace::unpack(piece.first);
    const std::shared_ptr<const FoundFile> file = files_->at(start.file);
    for (data::ColumnBuilder& builder : builders_)
      if (data::is_text(builder.type().kind()) || data::is_bytes(builder.type().kind()))
        builder.add_owner(piece.bytes.owner());
    ByteView rest = piece.bytes.view();
    uint64_t offset = start.offset;
    while (!rest.empty()) {
      const std::size_t size = splitter_.record_size(rest) == 0 ? rest.size() : splitter_.record_size(rest);
      const ByteView record = LineSplitter::without_line_end(rest.substr(0, size));
      if (!(skip_empty_ && record.empty())) decode_record(piece, *file, offset, record, out);
      rest.remove_prefix(size);
      offset += size;
    }
  }

  void decode_record(const stream::Piece& piece, const FoundFile& file, uint64_t offset, ByteView record,
                     Decoded& out) {
    const Result<format::Decoded> decoded = decoder_->decode(record, builders_);
    const auto reject = [&](const std::string& reason) {
      out.rejected.push_back({.split = piece.split,
                              .position = static_cast<int64_t>(offset),
                              .value = SharedBytes(piece.bytes.owner(), record),
                              .reason = fmt::format("{}, byte {}: {}", file.path, offset, reason)});
    };
    if (!decoded) return reject(decoded.error().message());
    if (decoded->complained) reject(decoder_->complaint() + "; the row went on with NULL in its place");
    rows_ += decoded->rows;
    for (uint32_t i = 0; i < decoded->rows; ++i) add_metadata(file);
  }

  void add_metadata(const FoundFile& file) {
    for (MetadataColumn& column : metadata_) {
      switch (column.what) {
        case FileMetadata::path: column.builder.append_text(file.path); break;
        case FileMetadata::name: column.builder.append_text(file.name()); break;
        case FileMetadata::size: column.builder.append(static_cast<int64_t>(file.size)); break;
        case FileMetadata::modification_time: column.builder.append(file.modified_ms * data::us_per_ms); break;
      }
    }
  }

  LineSplitter splitter_;
  bool skip_empty_;
  std::shared_ptr<const OpenedFiles> files_;
  std::size_t columns_ = 0;
  std::vector<std::size_t> outputs_;
  std::vector<data::ColumnBuilder> builders_;
  std::vector<MetadataColumn> metadata_;
  format::DecoderPtr decoder_;
  std::size_t rows_ = 0;
};

}  // namespace

Result<std::unique_ptr<stream::Decoder>> make_file_decoder(const FileOptions& options, const sql::ScanNode& scan,
                                                           std::shared_ptr<const OpenedFiles> files) {
  auto decoder = std::make_unique<FileDecoder>(options, std::move(files));
  Status planned = decoder->plan(options, scan);
  if (!planned) return std::unexpected(std::move(planned).error().with_context("table " + scan.table->name));
  return decoder;
}

}  // namespace azud::connect
