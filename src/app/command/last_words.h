#pragma once

namespace azud::app {

/// From now on a process that cannot go on says why, and what to raise, instead of the C++ library's words. For want of
/// threads or memory it ends with exit_failed; what nobody expected still aborts, for the sake of a core file.
void give_last_words();

}  // namespace azud::app
