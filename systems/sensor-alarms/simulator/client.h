#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace azud::sensor_alarms {

/// A customer whose house has the sensor of the same id. Field names are those of the original's client table.
struct Client {
  int32_t id = 0;
  std::string name;
  std::string surname;
  std::string gender;
  std::string nationalid;
  std::string birthday;
  std::string streetaddress;
  std::string_view city;
  std::string zipcode;
  std::string_view country;
  std::string telephonecountrycode;
  std::string telephonenumber;
  int32_t latitude_e6 = 0;  ///< micro-degrees
  int32_t longitude_e6 = 0;
  std::string emailaddress;
  std::string_view title;
  std::string_view occupation;
  std::string company;
  std::string username;
  std::string geohash;  ///< seven characters
  std::string_view zone;
};

/// The client with this id (1, 2, ..): depends on nothing but seed and id (SPECIFICATION.md section 4).
Client make_client(uint64_t seed, int32_t id);

/// The header line of the CSV files, without line end.
std::string_view client_csv_header();

/// Appends the client as a CSV line without line end.
void append_client_csv(const Client& client, std::string& out);

/// Appends the client as a JSON object: the value of a CUSTOMERS record.
void append_client_json(const Client& client, std::string& out);

}  // namespace azud::sensor_alarms
