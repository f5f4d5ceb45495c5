#include "kafka/broker/error_map.h"

#include <array>

#include "log/log.h"

namespace azud::kafka {
namespace {

constexpr std::size_t code_count = 10;
static_assert(static_cast<std::size_t>(Code::internal) + 1 == code_count);

using Column = std::array<ErrorCode, code_count>;

/// One column for each `Doing`; rows in the order of Code: invalid, not_found, already_exists, unsupported,
/// unavailable, storage_full, corrupt, io, cancelled, internal. What passes by itself has a code that clients repeat.
constexpr std::array<Column, 7> columns{{
    {// append
     ErrorCode::invalid_record, ErrorCode::unknown_topic_or_partition, ErrorCode::unknown_server_error,
     ErrorCode::unsupported_for_message_format, ErrorCode::not_leader_or_follower, ErrorCode::kafka_storage_error,
     ErrorCode::corrupt_message, ErrorCode::kafka_storage_error, ErrorCode::not_leader_or_follower,
     ErrorCode::unknown_server_error},
    {// read
     ErrorCode::invalid_request, ErrorCode::offset_out_of_range, ErrorCode::unknown_server_error,
     ErrorCode::unsupported_for_message_format, ErrorCode::not_leader_or_follower, ErrorCode::kafka_storage_error,
     ErrorCode::corrupt_message, ErrorCode::kafka_storage_error, ErrorCode::not_leader_or_follower,
     ErrorCode::unknown_server_error},
    {// create_topic
     ErrorCode::invalid_request, ErrorCode::unknown_topic_or_partition, ErrorCode::topic_already_exists,
     ErrorCode::invalid_request, ErrorCode::not_controller, ErrorCode::kafka_storage_error,
     ErrorCode::unknown_server_error, ErrorCode::kafka_storage_error, ErrorCode::not_controller,
     ErrorCode::unknown_server_error},
    {// change_topic
     ErrorCode::invalid_partitions, ErrorCode::unknown_topic_or_partition, ErrorCode::topic_already_exists,
     ErrorCode::invalid_request, ErrorCode::not_controller, ErrorCode::kafka_storage_error,
     ErrorCode::unknown_server_error, ErrorCode::kafka_storage_error, ErrorCode::not_controller,
     ErrorCode::unknown_server_error},
    {// trim
     ErrorCode::offset_out_of_range, ErrorCode::unknown_topic_or_partition, ErrorCode::unknown_server_error,
     ErrorCode::invalid_request, ErrorCode::not_leader_or_follower, ErrorCode::kafka_storage_error,
     ErrorCode::unknown_server_error, ErrorCode::kafka_storage_error, ErrorCode::not_leader_or_follower,
     ErrorCode::unknown_server_error},
    {// configure
     ErrorCode::invalid_config, ErrorCode::unknown_topic_or_partition, ErrorCode::unknown_server_error,
     ErrorCode::invalid_config, ErrorCode::not_controller, ErrorCode::kafka_storage_error,
     ErrorCode::unknown_server_error, ErrorCode::kafka_storage_error, ErrorCode::not_controller,
     ErrorCode::unknown_server_error},
    {// commit
     ErrorCode::invalid_request, ErrorCode::unknown_topic_or_partition, ErrorCode::unknown_server_error,
     ErrorCode::invalid_request, ErrorCode::coordinator_not_available, ErrorCode::coordinator_not_available,
     ErrorCode::unknown_server_error, ErrorCode::coordinator_not_available, ErrorCode::coordinator_not_available,
     ErrorCode::unknown_server_error},
}};

}  // namespace

ErrorCode to_error_code(const Error& error, Doing doing) {
  switch (log::refusal_of(error)) {
    case log::ProduceRefusal::stale_epoch: return ErrorCode::invalid_producer_epoch;
    case log::ProduceRefusal::duplicate_sequence: return ErrorCode::duplicate_sequence_number;
    case log::ProduceRefusal::out_of_order_sequence: return ErrorCode::out_of_order_sequence_number;
    case log::ProduceRefusal::none: break;
  }
  return columns[static_cast<std::size_t>(doing)][static_cast<std::size_t>(error.code())];
}

std::optional<std::string> to_error_message(const Error& error) {
  return error.hint().empty() ? error.message() : error.message() + ": " + error.hint();
}

}  // namespace azud::kafka
