#include "systems/sensor-alarms/simulator/towns.h"

#include <array>

namespace azud::sensor_alarms {

namespace {

constexpr std::array north_america = {
    Town{"New York", "United States", 1, 40710000, -74010000},
    Town{"Philadelphia", "United States", 1, 39950000, -75170000},
    Town{"Pittsburgh", "United States", 1, 40440000, -80000000},
    Town{"Atlanta", "United States", 1, 33750000, -84390000},
    Town{"Charlotte", "United States", 1, 35230000, -80840000},
    Town{"Nashville", "United States", 1, 36160000, -86780000},
    Town{"Columbus", "United States", 1, 39960000, -83000000},
    Town{"Indianapolis", "United States", 1, 39770000, -86160000},
    Town{"Chicago", "United States", 1, 41880000, -87630000},
    Town{"St. Louis", "United States", 1, 38630000, -90200000},
    Town{"Minneapolis", "United States", 1, 44980000, -93270000},
    Town{"Kansas City", "United States", 1, 39100000, -94580000},
    Town{"Omaha", "United States", 1, 41260000, -95930000},
    Town{"Dallas", "United States", 1, 32780000, -96800000},
    Town{"Austin", "United States", 1, 30270000, -97740000},
    Town{"Oklahoma City", "United States", 1, 35470000, -97520000},
    Town{"Denver", "United States", 1, 39740000, -104990000},
    Town{"Albuquerque", "United States", 1, 35080000, -106650000},
    Town{"Phoenix", "United States", 1, 33450000, -112070000},
    Town{"Salt Lake City", "United States", 1, 40760000, -111890000},
    Town{"Boise", "United States", 1, 43620000, -116200000},
    Town{"Sacramento", "United States", 1, 38580000, -121490000},
    Town{"Fresno", "United States", 1, 36740000, -119790000},
    Town{"Portland", "United States", 1, 45520000, -122680000},
    Town{"Spokane", "United States", 1, 47660000, -117430000},
    Town{"Anchorage", "United States", 1, 61220000, -149900000},
    Town{"Toronto", "Canada", 1, 43650000, -79380000},
    Town{"Ottawa", "Canada", 1, 45420000, -75700000},
    Town{"Montréal", "Canada", 1, 45500000, -73570000},
    Town{"Winnipeg", "Canada", 1, 49900000, -97140000},
    Town{"Calgary", "Canada", 1, 51050000, -114070000},
    Town{"Edmonton", "Canada", 1, 53550000, -113490000},
    Town{"Ciudad de México", "Mexico", 52, 19430000, -99130000},
    Town{"Guadalajara", "Mexico", 52, 20670000, -103350000},
    Town{"Monterrey", "Mexico", 52, 25670000, -100310000},
    Town{"San Luis Potosí", "Mexico", 52, 22150000, -100980000},
};

constexpr std::array mediterranean = {
    Town{"Madrid", "Spain", 34, 40420000, -3700000},
    Town{"Zaragoza", "Spain", 34, 41650000, -890000},
    Town{"Córdoba", "Spain", 34, 37890000, -4780000},
    Town{"Murcia", "Spain", 34, 37990000, -1130000},
    Town{"Cáceres", "Spain", 34, 39480000, -6370000},
    Town{"Valladolid", "Spain", 34, 41650000, -4720000},
    Town{"Lleida", "Spain", 34, 41610000, 620000},
    Town{"Coimbra", "Portugal", 351, 40210000, -8430000},
    Town{"Évora", "Portugal", 351, 38570000, -7910000},
    Town{"Toulouse", "France", 33, 43600000, 1440000},
    Town{"Avignon", "France", 33, 43950000, 4810000},
    Town{"Firenze", "Italy", 39, 43770000, 11260000},
    Town{"Roma", "Italy", 39, 41900000, 12500000},
    Town{"Perugia", "Italy", 39, 43110000, 12390000},
    Town{"Sarajevo", "Bosnia and Herzegovina", 387, 43860000, 18410000},
    Town{"Skopje", "North Macedonia", 389, 42000000, 21430000},
    Town{"Larisa", "Greece", 30, 39640000, 22420000},
    Town{"Tripoli", "Greece", 30, 37510000, 22370000},
    Town{"Sofia", "Bulgaria", 359, 42700000, 23320000},
    Town{"Ankara", "Türkiye", 90, 39930000, 32860000},
    Town{"Konya", "Türkiye", 90, 37870000, 32480000},
};

constexpr std::array centro_europe = {
    Town{"Paris", "France", 33, 48860000, 2350000},        Town{"Dijon", "France", 33, 47320000, 5040000},
    Town{"Orléans", "France", 33, 47900000, 1910000},      Town{"Bruxelles", "Belgium", 32, 50850000, 4350000},
    Town{"Utrecht", "Netherlands", 31, 52090000, 5120000}, Town{"Köln", "Germany", 49, 50940000, 6960000},
    Town{"Hannover", "Germany", 49, 52370000, 9730000},    Town{"Berlin", "Germany", 49, 52520000, 13400000},
    Town{"München", "Germany", 49, 48140000, 11580000},    Town{"Leipzig", "Germany", 49, 51340000, 12370000},
    Town{"Stuttgart", "Germany", 49, 48780000, 9180000},   Town{"Zürich", "Switzerland", 41, 47380000, 8540000},
    Town{"Graz", "Austria", 43, 47070000, 15440000},       Town{"Wien", "Austria", 43, 48210000, 16370000},
    Town{"Praha", "Czechia", 420, 50080000, 14440000},     Town{"Brno", "Czechia", 420, 49200000, 16610000},
    Town{"Warszawa", "Poland", 48, 52230000, 21010000},    Town{"Kraków", "Poland", 48, 50060000, 19940000},
    Town{"Budapest", "Hungary", 36, 47500000, 19040000},   Town{"Cluj-Napoca", "Romania", 40, 46770000, 23590000},
    Town{"Lviv", "Ukraine", 380, 49840000, 24030000},
};

constexpr std::array uk = {
    Town{"London", "United Kingdom", 44, 51510000, -130000},
    Town{"Birmingham", "United Kingdom", 44, 52480000, -1890000},
    Town{"Leeds", "United Kingdom", 44, 53800000, -1550000},
    Town{"Nottingham", "United Kingdom", 44, 52950000, -1150000},
    Town{"Bristol", "United Kingdom", 44, 51450000, -2590000},
    Town{"Manchester", "United Kingdom", 44, 53480000, -2240000},
    Town{"Oxford", "United Kingdom", 44, 51750000, -1260000},
    Town{"Perth", "United Kingdom", 44, 56400000, -3430000},
    Town{"Stirling", "United Kingdom", 44, 56120000, -3940000},
    Town{"Athlone", "Ireland", 353, 53420000, -7940000},
    Town{"Kilkenny", "Ireland", 353, 52650000, -7250000},
};

constexpr std::array north_europe = {
    Town{"Oslo", "Norway", 47, 59910000, 10750000},      Town{"Lillehammer", "Norway", 47, 61120000, 10470000},
    Town{"Hamar", "Norway", 47, 60790000, 11070000},     Town{"Örebro", "Sweden", 46, 59270000, 15210000},
    Town{"Uppsala", "Sweden", 46, 59860000, 17640000},   Town{"Falun", "Sweden", 46, 60610000, 15630000},
    Town{"Östersund", "Sweden", 46, 63180000, 14640000}, Town{"Kiruna", "Sweden", 46, 67860000, 20230000},
    Town{"Tampere", "Finland", 358, 61500000, 23760000}, Town{"Jyväskylä", "Finland", 358, 62240000, 25750000},
    Town{"Kuopio", "Finland", 358, 62890000, 27680000},  Town{"Tartu", "Estonia", 372, 58380000, 26730000},
    Town{"Valmiera", "Latvia", 371, 57540000, 25430000},
};

constexpr std::array south_america = {
    Town{"Bogotá", "Colombia", 57, 4710000, -74070000},     Town{"Medellín", "Colombia", 57, 6240000, -75580000},
    Town{"Quito", "Ecuador", 593, -180000, -78470000},      Town{"Arequipa", "Peru", 51, -16410000, -71540000},
    Town{"Cusco", "Peru", 51, -13530000, -71970000},        Town{"La Paz", "Bolivia", 591, -16500000, -68150000},
    Town{"Brasília", "Brazil", 55, -15790000, -47880000},   Town{"Belo Horizonte", "Brazil", 55, -19920000, -43940000},
    Town{"Campinas", "Brazil", 55, -22910000, -47060000},   Town{"Asunción", "Paraguay", 595, -25260000, -57580000},
    Town{"Córdoba", "Argentina", 54, -31420000, -64180000}, Town{"Rosario", "Argentina", 54, -32950000, -60640000},
    Town{"Mendoza", "Argentina", 54, -32890000, -68850000}, Town{"Santiago", "Chile", 56, -33450000, -70670000},
    Town{"Caracas", "Venezuela", 58, 10480000, -66900000},
};

constexpr std::array oceania = {
    Town{"Canberra", "Australia", 61, -35280000, 149130000},
    Town{"Parramatta", "Australia", 61, -33810000, 151000000},
    Town{"Ballarat", "Australia", 61, -37560000, 143850000},
    Town{"Toowoomba", "Australia", 61, -27560000, 151950000},
    Town{"Alice Springs", "Australia", 61, -23700000, 133880000},
    Town{"Kalgoorlie", "Australia", 61, -30750000, 121470000},
    Town{"Mildura", "Australia", 61, -34210000, 142140000},
    Town{"Hamilton", "New Zealand", 64, -37790000, 175280000},
    Town{"Palmerston North", "New Zealand", 64, -40350000, 175610000},
};

constexpr std::array north = {
    Town{"Akureyri", "Iceland", 354, 65680000, -18090000},
    Town{"Selfoss", "Iceland", 354, 63930000, -21000000},
    Town{"Egilsstaðir", "Iceland", 354, 65270000, -14390000},
    Town{"Kangerlussuaq", "Greenland", 299, 67010000, -50690000},
};

constexpr std::array africa = {
    Town{"Marrakech", "Morocco", 212, 31630000, -7990000},
    Town{"Bamako", "Mali", 223, 12640000, -8000000},
    Town{"Abuja", "Nigeria", 234, 9060000, 7490000},
    Town{"Nairobi", "Kenya", 254, -1290000, 36820000},
    Town{"Addis Ababa", "Ethiopia", 251, 9030000, 38740000},
    Town{"Lusaka", "Zambia", 260, -15390000, 28320000},
    Town{"Johannesburg", "South Africa", 27, -26200000, 28050000},
};

constexpr std::array groups = {
    TownGroup{"NorthAmerica", 32, north_america},
    TownGroup{"Mediterranean", 14, mediterranean},
    TownGroup{"CentroEurope", 14, centro_europe},
    TownGroup{"UK", 10, uk},
    TownGroup{"NorthEurope", 10, north_europe},
    TownGroup{"SouthAmerica", 8, south_america},
    TownGroup{"Oceania", 8, oceania},
    TownGroup{"North", 2, north},
    TownGroup{"Africa", 2, africa},
};

}  // namespace

std::span<const TownGroup> town_groups() { return groups; }

}  // namespace azud::sensor_alarms
