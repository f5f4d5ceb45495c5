#include "gateway/row_buffer.h"

#include <utility>

namespace azud::gateway {
namespace {

constexpr std::size_t page_bytes_max = 4UL << 20;

/// With the text behind it, which `data::memory_bytes` leaves to its owner: nobody else may have it any more.
std::size_t bytes_of(const data::Column& column) {
  std::size_t bytes = data::memory_bytes(column);
  if (const auto* texts = std::get_if<std::vector<std::string_view>>(&column.raw()))
    for (const std::string_view text : *texts) bytes += text.size();
  if (const auto* row = std::get_if<data::RowValues>(&column.raw()))
    for (const data::ColumnPtr& child : row->children) bytes += bytes_of(*child);
  if (const auto* list = std::get_if<data::ListValues>(&column.raw()))
    for (const data::ColumnPtr& child : list->children) bytes += bytes_of(*child);
  return bytes;
}

}  // namespace

void RowBuffer::count_in(const std::shared_ptr<io::HeldMemory>& memory, std::string owner) {
  const MutexLock lock(account_mutex_);
  share_ = std::make_unique<io::HeldMemory::Share>(memory, std::move(owner), [weak = weak_from_this()] {
    if (const auto buffer = weak.lock()) buffer->give_up();
  });
}

Status RowBuffer::overflow() {
  return fail(Code::unavailable,
              "more rows came than are kept for somebody who does not fetch them: the query was ended");
}

void RowBuffer::give_up() {
  {
    const MutexLock lock(mutex_);
    given_up_ = true;
    rows_.clear();
    handed_.clear();
    bytes_ = handed_bytes_ = 0;
  }
  room_.notify_all();
}

void RowBuffer::account() {
  const MutexLock lock(account_mutex_);
  if (share_ == nullptr) return;
  std::size_t bytes;
  {
    const MutexLock rows_lock(mutex_);
    bytes = bytes_ + handed_bytes_;
  }
  share_->hold(bytes, bytes == 0);
}

Status RowBuffer::take(data::Batch rows) {
  Held held;
  for (const data::ColumnPtr& column : rows.columns) held.bytes += bytes_of(*column);
  held.rows = std::move(rows);
  {
    MutexLock lock(mutex_);
    while (bytes_ >= bytes_waiting_max_ && !closed_ && !given_up_) room_.wait(lock);
    if (given_up_) return overflow();
    if (closed_) return {};
    bytes_ += held.bytes;
    rows_.push_back(std::move(held));
  }
  account();
  return {};
}

void RowBuffer::close() {
  {
    const MutexLock lock(mutex_);
    closed_ = true;
  }
  room_.notify_all();
}

Result<std::vector<data::Batch>> RowBuffer::next() {
  std::vector<data::Batch> page;
  {
    const MutexLock lock(mutex_);
    if (given_up_) return std::unexpected(overflow().error());
    handed_.clear();
    for (handed_bytes_ = 0; !rows_.empty() && handed_bytes_ < page_bytes_max; rows_.pop_front()) {
      handed_bytes_ += rows_.front().bytes;
      bytes_ -= rows_.front().bytes;
      handed_.push_back(std::move(rows_.front().rows));
    }
    page = handed_;
  }
  room_.notify_all();
  account();
  return page;
}

Result<std::vector<data::Batch>> RowBuffer::again() {
  const MutexLock lock(mutex_);
  if (given_up_) return std::unexpected(overflow().error());
  return handed_;
}

}  // namespace azud::gateway
