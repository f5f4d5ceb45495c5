#pragma once

#include <array>
#include <string_view>

namespace azud::sensor_alarms {

// Invented words only: no client is a real person, no street a real street, no company a real company.

inline constexpr std::array<std::string_view, 40> syllables = {
    "ba",  "be",  "bri", "ca", "cor", "da", "del", "do",  "el", "fa", "fen", "ga",  "gro", "hal",
    "i",   "ja",  "ka",  "la", "len", "li", "lo",  "mar", "me", "mi", "na",  "nel", "no",  "o",
    "pel", "qui", "ra",  "ri", "ro",  "sa", "ta",  "tol", "u",  "va", "ver", "zo"};

inline constexpr std::array<std::string_view, 6> street_kinds = {"Street", "Avenue", "Road", "Lane", "Square", "Way"};

inline constexpr std::array<std::string_view, 5> company_kinds = {"Systems", "Foods", "Works", "Trading", "Energy"};

inline constexpr std::array<std::string_view, 20> occupations = {
    "Accountant",  "Architect",  "Baker",  "Carpenter", "Chemist",   "Cook",      "Dentist",
    "Electrician", "Engineer",   "Farmer", "Gardener",  "Librarian", "Mechanic",  "Musician",
    "Nurse",       "Pharmacist", "Pilot",  "Plumber",   "Teacher",   "Translator"};

}  // namespace azud::sensor_alarms
