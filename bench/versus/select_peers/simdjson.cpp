// Selects two fields of every line of NDJSON with simdjson's on-demand parser, in one thread: the
// values as they are written, one object a line. Prints the version, or for a file and a number of
// runs the fastest run in milliseconds, the bytes of the output and their FNV-1a hash. Reading the
// file is not timed; the output's room is there from the first run on, which is not counted.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>

using namespace simdjson;

// An output with room for all that is written.
struct Output {
  std::unique_ptr<char[]> room;
  size_t length = 0;

  void add(std::string_view text) {
    std::memcpy(room.get() + length, text.data(), text.size());
    length += text.size();
  }
};

// A token comes with the white space behind it.
static std::string_view trimmed(std::string_view token) {
  while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') token.remove_suffix(1);
  return token;
}

static error_code select(ondemand::parser &parser, const padded_string &text, size_t batch,
                         Output &out) {
  ondemand::document_stream stream;
  if (auto error = parser.iterate_many(text.data(), text.length(), batch).get(stream)) return error;
  for (auto record : stream) {
    ondemand::object fields;
    if (auto error = record.get_object().get(fields)) return error;
    ondemand::value price, kind;
    // In the order of the fields, so that nothing is looked at twice.
    if (auto error = fields.find_field("price").get(price)) return error;
    out.add("{\"/price\":");
    out.add(trimmed(price.raw_json_token()));
    if (auto error = fields.find_field("kind").get(kind)) return error;
    out.add(",\"/kind\":");
    out.add(trimmed(kind.raw_json_token()));
    out.add("}\n");
  }
  return SUCCESS;
}

int main(int argc, char **argv) {
  if (argc < 3) {
    std::printf("%d.%d.%d %s\n", SIMDJSON_VERSION_MAJOR, SIMDJSON_VERSION_MINOR,
                SIMDJSON_VERSION_REVISION, get_active_implementation()->name().c_str());
    return 0;
  }
  padded_string text;
  if (padded_string::load(argv[1]).get(text)) return 1;
  const int runs = std::atoi(argv[2]);
  ondemand::parser parser;
  // A line of the output is no longer than its record and the labels.
  Output out{std::make_unique<char[]>(2 * text.length() + 64)};
  double best = 1e300;
  for (int run = 0; run <= runs; run++) {
    out.length = 0;
    const auto begin = std::chrono::steady_clock::now();
    if (auto error = select(parser, text, 1 << 20, out)) {
      std::fprintf(stderr, "%s\n", error_message(error));
      return 1;
    }
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    if (run > 0 && took.count() < best) best = took.count();
  }
  uint32_t hash = 0x811c9dc5;
  for (size_t at = 0; at < out.length; at++) {
    hash = (hash ^ static_cast<unsigned char>(out.room[at])) * 0x01000193;
  }
  std::printf("%.3f %zu %u\n", best, out.length, hash);
}
