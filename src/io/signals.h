#pragma once

namespace azud::io {

/// Makes SIGINT and SIGTERM something to wait for instead of the end of the process, and ignores SIGPIPE and
/// SIGXFSZ, whose write fails too. Create it
/// first thing in main(), before any thread: threads inherit that the signals are held back.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();  ///< the signals have their former effect again
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// Waits for SIGINT, SIGTERM or request(); returns the signal's number. A second SIGINT, after the first was waited
  /// for, ends the process the hard way, so that nobody is stuck with a stop that hangs.
  int wait();

  /// Lets wait() return, with SIGTERM. Any thread.
  static void request();
};

}  // namespace azud::io
