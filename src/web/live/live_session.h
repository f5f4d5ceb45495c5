#pragma once

#include "io/websocket.h"
#include "web/live/feed_hub.h"

namespace azud::web {

/// The route of /api/live. `hub` must outlive the server.
io::WebSocketRoute live_route(FeedHub& hub, const io::Clock& clock);

}  // namespace azud::web
