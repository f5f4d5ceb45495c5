#include "systems/sensor-alarms/simulator/client.h"

#include <iterator>

#include <fmt/format.h>

#include "systems/sensor-alarms/simulator/client_tables.h"
#include "systems/sensor-alarms/simulator/geohash.h"
#include "systems/sensor-alarms/simulator/random.h"
#include "systems/sensor-alarms/simulator/towns.h"
#include "systems/sensor-alarms/simulator/zones.h"

namespace azud::sensor_alarms {

namespace {

constexpr int geohash_length = 7;
constexpr int64_t jitter_e6 = 120'000;

const auto& one_of(const auto& table, Random& random) {
  return table[static_cast<std::size_t>(random.draw(0, std::ssize(table) - 1))];
}

const Town& draw_town(Random& random) {
  const int64_t share = random.draw(1, 100);
  int64_t sum = 0;
  for (const TownGroup& group : town_groups()) {
    sum += group.weight;
    if (sum >= share) return one_of(group.towns, random);
  }
  return town_groups().back().towns.back();
}

int32_t near(int32_t coordinate_e6, Random& random) {
  const int64_t first = random.draw(-jitter_e6, jitter_e6);
  return static_cast<int32_t>(coordinate_e6 + first + random.draw(-jitter_e6, jitter_e6));
}

/// An invented word of two or three syllables.
std::string draw_word(Random& random) {
  std::string word;
  const int64_t count = random.draw(2, 3);
  for (int64_t i = 0; i < count; ++i) word += one_of(syllables, random);
  word.front() = static_cast<char>(word.front() - 'a' + 'A');
  return word;
}

/// Micro-degrees as degrees with six decimals, from integers, so that every machine prints the same.
std::string degrees(int32_t e6) {
  const uint32_t size = e6 < 0 ? 0U - static_cast<uint32_t>(e6) : static_cast<uint32_t>(e6);
  return fmt::format("{}{}.{:06}", e6 < 0 ? "-" : "", size / 1'000'000, size % 1'000'000);
}

}  // namespace

Client make_client(uint64_t seed, int32_t id) {
  Random random = Random::stream(seed, domain_clients, static_cast<uint64_t>(id));
  const Town& town = draw_town(random);
  Client client{.id = id, .city = town.name, .country = town.country};
  client.latitude_e6 = near(town.latitude_e6, random);
  client.longitude_e6 = near(town.longitude_e6, random);
  const bool male = random.draw(0, 1) == 1;
  client.gender = male ? "male" : "female";
  client.title = male ? "Mr." : "Ms.";
  client.name = draw_word(random);
  client.surname = draw_word(random);
  const int64_t group = random.draw(10, 99);
  client.nationalid = fmt::format("000-{}-{}", group, random.draw(1000, 9999));
  const int64_t year = random.draw(1940, 2002);
  const int64_t month = random.draw(1, 12);
  client.birthday = fmt::format("{}-{:02}-{:02}", year, month, random.draw(1, 28));
  const int64_t number = random.draw(1, 199);
  const std::string street = draw_word(random);
  client.streetaddress = fmt::format("{} {} {}", number, street, one_of(street_kinds, random));
  client.zipcode = fmt::format("{}", random.draw(10000, 99999));
  client.telephonecountrycode = fmt::format("{}", town.calling_code);
  client.telephonenumber = fmt::format("000{:04}", random.draw(0, 9999));
  client.occupation = one_of(occupations, random);
  const std::string company = draw_word(random);
  client.company = fmt::format("{} {}", company, one_of(company_kinds, random));
  client.username = fmt::format("user{}", id);
  client.emailaddress = fmt::format("{}@example.invalid", client.username);
  client.geohash = geohash(client.latitude_e6 / 1e6, client.longitude_e6 / 1e6, geohash_length);
  client.zone = ZoneTable::built_in().zone_of(client.geohash);
  return client;
}

std::string_view client_csv_header() {
  return "id,name,surname,gender,nationalid,birthday,streetaddress,city,zipcode,country,telephonecountrycode,"
         "telephonenumber,latitude,longitude,emailaddress,title,occupation,company,username,geohash,zone";
}

void append_client_csv(const Client& c, std::string& out) {
  fmt::format_to(std::back_inserter(out), "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}", c.id,
                 c.name, c.surname, c.gender, c.nationalid, c.birthday, c.streetaddress, c.city, c.zipcode, c.country,
                 c.telephonecountrycode, c.telephonenumber, degrees(c.latitude_e6), degrees(c.longitude_e6),
                 c.emailaddress, c.title, c.occupation, c.company, c.username, c.geohash, c.zone);
}

void append_client_json(const Client& c, std::string& out) {
  const auto text = [&](std::string_view name, std::string_view value) {
    fmt::format_to(std::back_inserter(out), R"("{}":"{}",)", name, value);
  };
  fmt::format_to(std::back_inserter(out), R"({{"id":{},)", c.id);
  text("name", c.name);
  text("surname", c.surname);
  text("gender", c.gender);
  text("nationalid", c.nationalid);
  text("birthday", c.birthday);
  text("streetaddress", c.streetaddress);
  text("city", c.city);
  text("zipcode", c.zipcode);
  text("country", c.country);
  text("telephonecountrycode", c.telephonecountrycode);
  text("telephonenumber", c.telephonenumber);
  fmt::format_to(std::back_inserter(out), R"("latitude":{},"longitude":{},)", degrees(c.latitude_e6),
                 degrees(c.longitude_e6));
  text("emailaddress", c.emailaddress);
  text("title", c.title);
  text("occupation", c.occupation);
  text("company", c.company);
  text("username", c.username);
  text("geohash", c.geohash);
  text("zone", c.zone);
  out.back() = '}';
}

}  // namespace azud::sensor_alarms
