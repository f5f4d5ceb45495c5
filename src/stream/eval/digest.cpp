#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "stream/eval/encoding_family.h"
#include "stream/eval/function_table.h"
#include "stream/eval/made_text.h"

namespace azud::stream {
namespace {

using data::ColumnPtr;
using sql::Function;
using Text = std::string_view;

/// The digest in small hexadecimal digits.
void append_digest(std::string& out, Text bytes, const EVP_MD* method) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  const int done = EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, method, nullptr);
  AZUD_ASSERT(done == 1, "the cryptographic library has its usual digests");
  for (unsigned int i = 0; i < size; ++i) fmt::format_to(std::back_inserter(out), "{:02x}", digest[i]);
}

template <const EVP_MD* (*method)()>
Result<ColumnPtr> digest(Call& call) {
  return made_text(call, [](std::size_t, Text text, std::string& out) { append_digest(out, text, method()); });
}

const EVP_MD* sha2_of(int32_t bits) {
  switch (bits) {
    case 224: return EVP_sha224();
    case 256: return EVP_sha256();
    case 384: return EVP_sha384();
    case 512: return EVP_sha512();
    default: return nullptr;
  }
}

/// SHA2(text, bits).
Result<ColumnPtr> sha2(Call& call) {
  const View<int32_t> bits = call.view<int32_t>(1);
  return made_text(call, [&](std::size_t i, Text text, std::string& out) -> Status {
    const EVP_MD* method = sha2_of(bits[i]);
    if (method == nullptr) return call.fail_at(i, "SHA2 takes 224, 256, 384 or 512 bits, not {}", bits[i]);
    append_digest(out, text, method);
    return {};
  });
}

}  // namespace

void add_digest_functions(FunctionTable& table) {
  table.add(Function::md5, digest<EVP_md5>, {.costly = true});
  table.add(Function::sha1, digest<EVP_sha1>, {.costly = true});
  table.add(Function::sha224, digest<EVP_sha224>, {.costly = true});
  table.add(Function::sha256, digest<EVP_sha256>, {.costly = true});
  table.add(Function::sha384, digest<EVP_sha384>, {.costly = true});
  table.add(Function::sha512, digest<EVP_sha512>, {.costly = true});
  table.add(Function::sha2, sha2, {.fallible = true, .costly = true});
}

}  // namespace azud::stream
