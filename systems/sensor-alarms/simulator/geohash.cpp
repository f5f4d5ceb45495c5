#include "systems/sensor-alarms/simulator/geohash.h"

namespace azud::sensor_alarms {

namespace {

/// An interval that is halved towards a coordinate, one bit at a time.
class Halving {
 public:
  Halving(double low, double high, double coordinate) : low_(low), high_(high), coordinate_(coordinate) {}

  /// 1 for the upper half, to which the middle belongs.
  unsigned next_bit() {
    const double middle = (low_ + high_) / 2;
    if (coordinate_ >= middle) {
      low_ = middle;
      return 1;
    }
    high_ = middle;
    return 0;
  }

 private:
  double low_;
  double high_;
  double coordinate_;
};

}  // namespace

std::string geohash(double latitude, double longitude, int length) {
  constexpr char alphabet[] = "0123456789bcdefghjkmnpqrstuvwxyz";
  Halving vertical(-90, 90, latitude);
  Halving horizontal(-180, 180, longitude);
  std::string hash;
  bool longitude_turn = true;
  for (int i = 0; i < length; ++i) {
    unsigned letter = 0;
    for (int bit = 0; bit < 5; ++bit) {
      letter = letter << 1 | (longitude_turn ? horizontal : vertical).next_bit();
      longitude_turn = !longitude_turn;
    }
    hash += alphabet[letter];
  }
  return hash;
}

}  // namespace azud::sensor_alarms
