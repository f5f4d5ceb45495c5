#include "gateway/query.h"

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

Query::~Query() { cancel(); }

void Query::count_in(const std::shared_ptr<io::HeldMemory>& memory, std::string owner) {
  const MutexLock lock(account_mutex_);
  share_ = std::make_unique<io::HeldMemory::Share>(memory, std::move(owner), [weak = weak_from_this()] {
    if (const auto query = weak.lock()) query->give_up();
  });
}

void Query::set_job(std::shared_ptr<stream::Job> job) {
  const MutexLock lock(mutex_);
  job_ = std::move(job);
}

std::string Query::job_name() {
  const MutexLock lock(mutex_);
  return job_ ? job_->name() : std::string();
}

Status Query::overflow() const {
  return fail(Code::unavailable,
              "more rows came than are kept for somebody who does not fetch them: the query was ended");
}

void Query::give_up() {
  const MutexLock lock(mutex_);
  overflowed_ = true;
  rows_.clear();
  held_bytes_ = 0;
  handed_ = {};
}

void Query::account() {
  const MutexLock lock(account_mutex_);
  if (share_ == nullptr) return;
  std::size_t bytes;
  {
    const MutexLock rows_lock(mutex_);
    bytes = held_bytes_ + handed_.bytes;
  }
  share_->hold(bytes, bytes == 0);
}

Status Query::take(data::Batch rows) {
  Held held;
  for (const data::ColumnPtr& column : rows.columns) held.bytes += bytes_of(*column);
  held.rows.push_back(std::move(rows));
  bool too_much;
  {
    const MutexLock lock(mutex_);
    if (overflowed_) return overflow();
    held_bytes_ += held.bytes;
    rows_.push_back(std::move(held));
    too_much = held_bytes_ > held_bytes_max;
  }
  if (too_much) give_up();
  account();
  return too_much ? overflow() : Status{};
}

Result<Query::Page> Query::next() {
  std::shared_ptr<stream::Job> job;
  {
    const MutexLock lock(mutex_);
    job = job_;
  }
  // The state first: rows that came before the end are then in the page.
  const stream::JobStatus status = job ? job->status() : stream::JobStatus{};
  using enum stream::JobStatus::State;
  Page page;
  page.ended = status.state == finished || status.state == stopped;
  {
    const MutexLock lock(mutex_);
    if (overflowed_) return std::unexpected(overflow().error());
    handed_ = {.rows = {}, .bytes = 0, .ended = page.ended};
    for (; !rows_.empty() && handed_.bytes < page_bytes_max; rows_.pop_front()) {
      handed_.bytes += rows_.front().bytes;
      held_bytes_ -= rows_.front().bytes;
      handed_.rows.push_back(std::move(rows_.front().rows.front()));
    }
    page.rows = handed_.rows;
  }
  account();
  if (page.rows.empty() && status.state == failed) return std::unexpected(*status.error);
  return page;
}

Result<Query::Page> Query::again() {
  const MutexLock lock(mutex_);
  if (overflowed_) return std::unexpected(overflow().error());
  return Page{.rows = handed_.rows, .ended = handed_.ended};
}

void Query::cancel() {
  std::shared_ptr<stream::Job> job;
  {
    const MutexLock lock(mutex_);
    job = std::exchange(job_, nullptr);
  }
  if (job) job->stop();
}

}  // namespace azud::gateway
