#include "connect/mail/folder_carrier.h"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace azud::connect {
namespace {

/// From so many files on, one sync of their file system is cheaper than one of each.
constexpr std::size_t sync_together_from = 16;

/// Closes at the end of the scope.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

}  // namespace

/// Written aside, then renamed: a reader sees the whole file or none.
Status FolderCarrier::write_file(const Mail& mail, bool sync) const {
  const std::filesystem::path path = folder_ / (mail.id + ".eml");
  const std::filesystem::path aside = folder_ / ("." + mail.id + ".tmp");
  const std::string bytes = mail_bytes(mail);
  const Descriptor file(::open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (file.number() < 0) return std::unexpected(errno_error("outbox: open " + aside.string(), errno));
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t written = ::write(file.number(), bytes.data() + done, bytes.size() - done);
    if (written < 0) return std::unexpected(errno_error("outbox: write " + aside.string(), errno));
    done += static_cast<std::size_t>(written);
  }
  if (sync && ::fdatasync(file.number()) != 0)
    return std::unexpected(errno_error("outbox: sync " + aside.string(), errno));
  if (::rename(aside.c_str(), path.c_str()) != 0)
    return std::unexpected(errno_error("outbox: rename to " + path.string(), errno));
  return {};
}

Status FolderCarrier::write_all(std::span<const Outbox::Queued> mails) const {
  const bool together = mails.size() >= sync_together_from;
  for (const Outbox::Queued& one : mails) TRY(write_file(one.mail, !together));
  const Descriptor directory(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.number() < 0 || (together ? ::syncfs(directory.number()) : ::fsync(directory.number())) != 0)
    return std::unexpected(errno_error("outbox: sync " + folder_.string(), errno));
  return {};
}

std::vector<MailOutcome> FolderCarrier::carry(std::span<const Outbox::Queued> mails) {
  if (const Status written = write_all(mails); !written)
    return {{MailOutcome::Kind::unreachable, written.error().message(), {}}};
  return std::vector<MailOutcome>(mails.size());
}

}  // namespace azud::connect
