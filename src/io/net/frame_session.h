#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/thread_annotations.h"
#include "io/frame_server.h"
#include "io/net/growing_buffer.h"
#include "io/net/session_set.h"
#include "io/net/slot_ring.h"
#include "io/net/tcp_session.h"

namespace azud::io {

/// A FrameServer's connection: cuts frames out of what arrives and puts the answers in order.
class FrameSession final : public FrameConnection, public TcpSession {
 public:
  FrameSession(std::shared_ptr<Loop> loop, TcpSocket socket, std::shared_ptr<SessionSet> set, FrameHandler& handler,
               const FrameServerOptions& options);

  void reply(uint64_t sequence, std::vector<SharedBytes> pieces) override;
  void reply(uint64_t sequence, SharedBytes piece) override;
  void reply_none(uint64_t sequence) override;
  void close(std::string_view reason) override { request_close(std::string(reason)); }
  const std::string& local_address() const override { return local_text(); }
  const std::string& peer_address() const override { return peer_text(); }

  void on_tick(int64_t now_ms) override;

 private:
  /// An answer waiting for its turn.
  struct Slot {
    bool ready = false;
    bool silent = false;
    std::size_t request_bytes = 0;
    SharedBytes one;  ///< the answer, if `more` is empty
    std::vector<SharedBytes> more;
  };
  /// A frame of which only a part has arrived.
  struct Partial {
    char length[4];
    std::size_t length_bytes = 0;
    GrowingBuffer frame;
    bool begun() const { return length_bytes > 0; }
  };

  void on_bytes(SharedBytes bytes) override;
  std::span<char> expected_space() override;
  void on_expected(std::size_t count) override;
  void collect(OutputQueue& out) override;
  bool wants_more() const override { return room() > 0; }
  bool on_resume() override;
  void on_flushed() override;
  void on_closed() override;

  /// How many requests more may begin now.
  std::size_t room() const;
  void parse(SharedBytes bytes);
  /// Moves bytes of a frame that is not complete from the front of `bytes`; true if the frame is complete now.
  bool fill_partial(SharedBytes& bytes);
  /// False, and closed, if the length is not allowed.
  bool check_length(int32_t length);
  void finish_partial();
  void deliver(SharedBytes frame);
  template <class Fill>
  void answer(uint64_t sequence, std::size_t bytes, Fill fill);
  FrameConnectionPtr self() { return std::static_pointer_cast<FrameSession>(shared_from_this()); }

  const std::shared_ptr<SessionSet> set_;
  FrameHandler& handler_;
  const FrameServerOptions options_;

  // Loop thread.
  Partial partial_;
  SharedBytes rest_;  ///< received and not looked at while too much is in progress
  uint64_t next_sequence_ = 0;
  bool progressed_ = false;  ///< a frame has become complete since the last on_flushed()

  mutable Mutex mutex_;
  SlotRing<Slot> slots_ AZUD_GUARDED_BY(mutex_);           ///< requests not yet collected, in order
  uint64_t first_sequence_ AZUD_GUARDED_BY(mutex_) = 0;    ///< of slots_.front()
  std::size_t waiting_bytes_ AZUD_GUARDED_BY(mutex_) = 0;  ///< of answers in slots_
  std::size_t request_bytes_ AZUD_GUARDED_BY(mutex_) = 0;  ///< of requests in slots_
};

}  // namespace azud::io
