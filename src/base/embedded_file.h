#pragma once

#include <string_view>

namespace azud {

/// A file that was built into the program (cmake/AzudEmbed.cmake). Both views live as long as the program.
struct EmbeddedFile {
  std::string_view path;  ///< relative to the folder that was embedded, with '/'
  std::string_view content;
};

}  // namespace azud
