#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "io/held_memory.h"
#include "io/net/loop.h"
#include "io/net/output_queue.h"

namespace azud::io {

/// One connected socket on one loop: reads when there is room for more work, writes without waiting where it can.
/// Derived classes know the protocol. Everything runs on the loop's thread unless it says otherwise.
///
/// Reading waits for readiness and then reads into the loop's arena, so an idle connection holds no buffer. One read
/// per wake-up, so a busy connection does not starve the others.
class TcpSession : public LoopMember, public std::enable_shared_from_this<TcpSession> {
 public:
  TcpSession(std::shared_ptr<Loop> loop, TcpSocket socket);
  ~TcpSession() override;

  /// Joins the loop and starts reading.
  void open();

  /// Any thread. The reason goes to the log at level debug.
  void request_close(std::string reason);
  /// Any thread: flush() soon. Several requests before it runs are one; none is needed while bytes are being handled,
  /// because a flush follows.
  void request_flush();

  // As text, "address:port"; any thread.
  const std::string& peer_text() const { return peer_; }
  const std::string& local_text() const { return local_; }

  void on_loop_stop() override { close("the server stops"); }

 protected:
  /// New bytes; the arena's slice may be kept.
  virtual void on_bytes(SharedBytes bytes) = 0;
  /// Where the next bytes are to go first, because the rest of something large is expected; else empty.
  virtual std::span<char> expected_space() { return {}; }
  /// `count` bytes have come into what expected_space() gave.
  virtual void on_expected(std::size_t count) { (void)count; }
  /// The peer will send no more. Default: close.
  virtual void on_end();
  /// Move to `out` what is ready to be sent.
  virtual void collect(OutputQueue& out) = 0;
  /// False while enough is in progress: reading pauses.
  virtual bool wants_more() const = 0;
  /// There is room: continue with bytes that were received and kept. False if there are none.
  virtual bool on_resume() { return false; }
  /// After what has come was handled and what is ready was sent, as far as the peer takes it.
  virtual void on_flushed() {}
  /// Once, when the socket has been closed.
  virtual void on_closed() {}

  void close(std::string_view reason);
  bool closed() const { return closed_; }
  /// Sends what is ready; closes after that if close_when_flushed() was called.
  void flush();
  /// Closes once all output is sent, and what the peer still sends has been read over for a moment: closing at once
  /// would make the system take back the last answer.
  void close_when_flushed() { close_when_flushed_ = true; }
  bool closing() const { return closed_ || close_when_flushed_; }
  /// While closing in this way: closes in the end. Called by derived classes' on_tick().
  bool tick_lingering(int64_t now_ms);

  /// What the connection holds of `memory` from now on (HeldMemory::Share::hold); always the same `memory`.
  void hold(const std::shared_ptr<HeldMemory>& memory, std::size_t bytes, bool progressed);

  OutputQueue& output() { return output_; }
  const OutputQueue& output() const { return output_; }
  Loop& loop() { return *loop_; }
  const std::shared_ptr<Loop>& shared_loop() const { return loop_; }
  /// Gives the socket away, for another protocol; the session is over, on_closed() is not called.
  TcpSocket release_socket();

  /// Loop time of the last byte received, and of the last byte sent or the beginning of what waits to be sent.
  int64_t last_read_ms() const { return last_read_ms_; }
  int64_t last_write_ms() const { return last_write_ms_; }
  void touch_read() { last_read_ms_ = loop_->tick_ms(); }

 private:
  void wait_readable();
  void read();
  void write_out();
  void wait_writable();
  void linger();
  void read_over();
  void let_go();

  std::shared_ptr<Loop> loop_;  // outlives socket_
  /// From open() until the socket is closed or given away: while reading pauses and nothing is to be sent, no operation
  /// holds the session.
  std::shared_ptr<TcpSession> self_;
  TcpSocket socket_;
  std::string peer_;
  std::string local_;
  OutputQueue output_;
  std::unique_ptr<HeldMemory::Share> share_;  ///< from the first byte held to the end
  int64_t last_read_ms_ = 0;
  int64_t last_write_ms_ = 0;
  bool waiting_readable_ = false;
  bool waiting_writable_ = false;
  bool flushing_ = false;
  bool handling_ = false;  ///< inside on_bytes, on_expected or on_resume
  bool ended_ = false;
  bool closed_ = false;
  bool close_when_flushed_ = false;
  bool lingering_ = false;
  int64_t lingering_since_ms_ = 0;
  std::atomic<bool> flush_requested_ = false;
};

}  // namespace azud::io
