#include "systems/sensor-alarms/simulator/process.h"

#include "base/assert.h"

namespace azud::sensor_alarms {

namespace {

constexpr int32_t alarms_to_queue = 3;  // smoke and temperature are queued for recovery at the third time

int32_t take_first(std::deque<int32_t>& queue) {
  const int32_t place = queue.front();
  queue.pop_front();
  return place;
}

}  // namespace

Process::Process(const ProcessSettings& settings)
    : settings_(settings), random_(Random::stream(settings.seed, domain_sensors, settings.index)) {
  AZUD_ASSERT(settings.id_min < settings.id_max, "a process needs a sensor");
  AZUD_ASSERT(settings.draw_every > 0 && settings.recover_every > 0, "the periods divide");
  sensors_.resize(static_cast<std::size_t>(settings.id_max - settings.id_min));
  for (Sensor& sensor : sensors_) sensor.temp_max = static_cast<int32_t>(random_.draw(1, 50));
}

Reading Process::next() {
  if (pending_first_ == pending_count_) {
    pending_first_ = pending_count_ = 0;
    visit(place_);
    if (++place_ == static_cast<int32_t>(sensors_.size())) place_ = 0;
  }
  return pending_[pending_first_++];
}

void Process::visit(int32_t place) {
  send(place, Topic::entry);
  const int64_t chance = random_.draw(0, 100);
  if (place > 1 && place % settings_.draw_every == 0) draw_alarm(place, chance);
  if (place > 1 && place % settings_.recover_every == 0) recover();

  Sensor& sensor = sensors_[static_cast<std::size_t>(place)];
  if (sensor.temperatura >= sensor.temp_max && ++sensor.temperature_count == alarms_to_queue) {
    temperature_.push_back(place);
    sensor.temperature_count = 0;
  }
  if (sensor.humo && ++sensor.smoke_count == alarms_to_queue) {
    smoke_.push_back(place);
    sensor.smoke_count = 0;
  }
}

void Process::draw_alarm(int32_t place, int64_t chance) {
  const auto drawn = static_cast<int32_t>(random_.draw(0, place - 1));
  Sensor& sensor = sensors_[static_cast<std::size_t>(drawn)];
  if (chance > 90) {
    sensor.movimiento = true;
    movement_.push_back(drawn);
  } else if (chance >= 80) {
    sensor.humo = true;
    if (++sensor.smoke_count == alarms_to_queue) {
      smoke_.push_back(drawn);
      sensor.smoke_count = 0;
    }
  } else {
    sensor.temperatura += static_cast<int32_t>(random_.draw(1, 25));
    ++sensor.temperature_count;
    if (sensor.temperatura < sensor.temp_max) return;
    if (sensor.temperature_count >= alarms_to_queue) {
      temperature_.push_back(drawn);
      sensor.temperature_count = 0;
    }
  }
  send(drawn, Topic::entry);
}

void Process::recover() {
  if (!smoke_.empty()) {
    const int32_t place = take_first(smoke_);
    sensors_[static_cast<std::size_t>(place)].humo = false;
    sensors_[static_cast<std::size_t>(place)].smoke_count = 0;
    send(place, Topic::ok);
  }
  if (!movement_.empty()) {
    const int32_t place = take_first(movement_);
    sensors_[static_cast<std::size_t>(place)].movimiento = false;
    send(place, Topic::ok);
  }
  if (!temperature_.empty()) {
    const int32_t place = take_first(temperature_);
    sensors_[static_cast<std::size_t>(place)].temperatura = 0;
    send(place, Topic::ok);
  }
}

void Process::send(int32_t place, Topic topic) {
  const Sensor& sensor = sensors_[static_cast<std::size_t>(place)];
  pending_[pending_count_++] = {.topic = topic,
                                .id = settings_.id_min + place,
                                .movimiento = sensor.movimiento,
                                .humo = sensor.humo,
                                .temperatura = sensor.temperatura,
                                .temp_max = sensor.temp_max,
                                .nominal_ms = settings_.start_ms + sent_ * 5 / 2};
  ++sent_;
}

}  // namespace azud::sensor_alarms
