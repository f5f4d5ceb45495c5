#include "app/command/last_words.h"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <system_error>

#include "app/command/command.h"

namespace azud::app {
namespace {

/// Allocates nothing: there may be no memory.
[[noreturn]] void end(const char* why, const char* hint) {
  std::fprintf(stderr, "azud: %s\nhint: %s\n", why, hint);
  std::_Exit(exit_failed);
}

[[noreturn]] void on_terminate() {
  try {
    if (const auto current = std::current_exception()) std::rethrow_exception(current);
  } catch (const std::bad_alloc&) {
    end("there is no more memory", "raise the memory limit of the process or of its container, or give it less to do");
  } catch (const std::system_error& error) {
    if (error.code() == std::errc::resource_unavailable_try_again) {
      end("the system gives no more threads",
          "raise ulimit -u, ulimit -v, or the limits of the container (pids.max, memory.max)");
    }
    std::fprintf(stderr, "azud: ended by an error that nobody handled: %s\n", error.what());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "azud: ended by an error that nobody handled: %s\n", error.what());
  } catch (...) {
    std::fputs("azud: ended by an error that nobody handled\n", stderr);
  }
  std::abort();
}

}  // namespace

void give_last_words() { std::set_terminate(on_terminate); }

}  // namespace azud::app
