#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "io/http_router.h"

namespace azud::web {

/// One file of the page, gzipped as it lies in the program.
struct PageFile {
  std::string_view path;  ///< without a slash in front
  std::string_view type;
  std::string etag;  ///< quoted
  ByteView packed;
  std::size_t size = 0;  ///< unpacked
};

/// The files of a pack as ui/build/pack.ts writes it; views into `pack`. `corrupt` if it is none.
Result<std::vector<PageFile>> read_page_pack(ByteView pack);

/// GET / and every other file of the page. Names under assets/ hold a hash of their content and are cached for ever;
/// the rest is asked for each time, by its entity tag. `files` must outlive the router; without any (built with
/// AZUD_UI=OFF) / says so.
void add_page_routes(io::HttpRouter& router, const std::vector<PageFile>& files);

/// What the program was built with.
const std::vector<PageFile>& built_in_page();

}  // namespace azud::web
