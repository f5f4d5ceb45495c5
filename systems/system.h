#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "base/embedded_file.h"
#include "base/result.h"
#include "simulate/event_source.h"
#include "simulate/parameters.h"

namespace azud::systems {

/// Makes data that a system needs besides its stream: `azud generate NAME`.
struct Generator {
  std::string_view name;
  std::string_view summary;  ///< one line
  std::span<const simulate::Parameter> parameters;

  /// Calls `write` with name and content of each file; stops at its first error.
  Status (*write_files)(const simulate::ParameterValues& values,
                        const std::function<Status(std::string_view name, std::string_view content)>& write);

  /// The same data as messages, once.
  Result<std::unique_ptr<simulate::EventSource>> (*make_source)(const simulate::ParameterValues& values);
};

/// A system that `azud demo` can run. Everything the rest of the program knows of it stands here.
struct System {
  std::string_view name;                ///< of its folder and on the command line
  std::string_view title;               ///< one line for people
  std::span<const EmbeddedFile> files;  ///< of its folder, paths relative to it
  std::span<const simulate::Parameter> simulator_parameters;
  Result<std::unique_ptr<simulate::EventSource>> (*make_simulator)(const simulate::ParameterValues& values);
  std::span<const Generator> generators;

  /// The content of a file; Code::not_found names those there are.
  Result<std::string_view> file(std::string_view path) const;

  /// The generator of that name; Code::not_found names those there are.
  Result<const Generator*> generator(std::string_view name) const;
};

}  // namespace azud::systems
