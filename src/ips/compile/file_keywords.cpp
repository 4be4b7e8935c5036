// SPDX-License-Identifier: GPL-3.0-or-later
// Files: their names, sizes, kinds and digests.
#include <algorithm>
#include <array>
#include <fstream>
#include <set>

#include "ips/compile/keyword.hpp"
#include "ips/compile/surroundings.hpp"
#include "ips/text/rule_file.hpp"

namespace gatehouse::ips::compile {
namespace {

constexpr std::uint8_t kAtOpening = 0, kAtEnd = 1;
constexpr std::size_t kMostDigests = 4u << 20;  // lines of one list

// A quoted word and whether it is negated: !"exe".
struct QuotedWord {
  std::string text;
  bool negated = false;
};

std::optional<QuotedWord> quoted_word(Builder& builder, const text::Option& option) {
  QuotedWord word;
  std::string_view value = option.value.text;
  if (value.starts_with('!')) word.negated = true, value = trim(value.substr(1));
  if (text::is_quoted(value)) value = text::without_quotes(value);
  if (value.empty()) {
    builder.refuse(option, "it wants a word between quotes");
    return std::nullopt;
  }
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\' && i + 1 < value.size()) ++i;
    word.text += ascii_lower(value[i]);
  }
  return word;
}

std::string_view words_of(const Check& check) noexcept {
  return {static_cast<const char*>(check.data), check.a};
}

bool contains_nocase(std::string_view text, std::string_view lower) noexcept {
  const auto same = [](char a, char b) { return ascii_lower(a) == b; };
  return std::search(text.begin(), text.end(), lower.begin(), lower.end(), same) != text.end();
}

void add_word_check(Builder& builder, const text::Option& option, std::uint8_t stage,
                    bool (*holds)(const Check&, const Scene&) noexcept) {
  auto word = quoted_word(builder, option);
  if (!word) return;
  Check check;
  check.holds = holds;
  check.moment = Moment::file;
  check.stage = stage;
  check.b = word->negated;
  const std::string_view kept = builder.keep(std::move(word->text));
  check.data = kept.data(), check.a = kept.size();
  check.keyword = option.name.text;
  builder.add_check(check);
}

void filename(Builder& builder, const text::Option& option) {
  add_word_check(builder, option, kAtOpening, [](const Check& c, const Scene& s) noexcept {
    return contains_nocase(s.file->name, words_of(c)) != (c.b != 0);
  });
}

void fileext(Builder& builder, const text::Option& option) {
  add_word_check(builder, option, kAtOpening, [](const Check& c, const Scene& s) noexcept {
    const std::string_view name = s.file->name, wanted = words_of(c);
    const bool same = name.size() > wanted.size() && name[name.size() - wanted.size() - 1] == '.' &&
                      equals_nocase(name.substr(name.size() - wanted.size()), wanted);
    return same != (c.b != 0);
  });
}

void filemagic(Builder& builder, const text::Option& option) {
  builder.asks_magic = true;
  add_word_check(builder, option, kAtEnd, [](const Check& c, const Scene& s) noexcept {
    return contains_nocase(s.file->magic, words_of(c)) != (c.b != 0);
  });
}

void filesize(Builder& builder, const text::Option& option) {
  // "to_client, <100": of files that travel so.
  std::string_view size = option.value.text;
  std::uint64_t direction = 2;
  if (const std::size_t comma = size.find(','); comma != size.npos) {
    const std::string_view word = trim(size.substr(0, comma));
    if (word != "to_server" && word != "to_client")
      return builder.refuse(option, "a direction is to_server or to_client");
    direction = word == "to_client";
    size = trim(size.substr(comma + 1));
  }
  const ReadNumber number = read_number_test(size, UINT64_MAX);
  if (!number.ok) return builder.refuse(option, number.reason);
  Check check;
  check.a = direction;
  check.moment = Moment::file;
  check.stage = kAtEnd;
  check.number = number.test;
  check.keyword = "filesize";
  // Of a file that did not come whole only a least size is known.
  check.holds = [](const Check& c, const Scene& s) noexcept {
    const bool greater = c.number.compare == Compare::greater || c.number.compare == Compare::greater_or_equal;
    return (c.a == 2 || c.a == index(s.direction)) && (greater || !s.file->truncated) && c.number.holds(s.file->size);
  };
  builder.add_check(check);
}

// ---- digests: lists of hexadecimal lines

using DigestSet = std::set<std::string, std::less<>>;

std::optional<std::string> from_hex(std::string_view text) {
  std::string bytes;
  if (text.size() % 2 != 0) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto byte = read_unsigned("0x" + std::string(text.substr(i, 2)));
    if (!byte) return std::nullopt;
    bytes += static_cast<char>(*byte);
  }
  return bytes;
}

std::shared_ptr<DigestSet> read_digests(Builder& builder, const text::Option& option, std::string_view name,
                                        std::size_t size) {
  std::filesystem::path path{std::string(name)};
  if (path.is_relative()) path = builder.around().folder / path;
  std::ifstream file{path};
  if (!file) {
    builder.refuse(option, "the list " + path.string() + " cannot be read; give its path, or put it beside the rules");
    return nullptr;
  }
  auto digests = std::make_shared<DigestSet>();
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    const std::string_view word = trim(std::string_view{line}.substr(0, line.find_first_of("# \t")));
    if (word.empty()) continue;
    const auto digest = from_hex(word);
    if (!digest || digest->size() != size || digests->size() == kMostDigests) {
      builder.refuse(option, path.string() + ", line " + std::to_string(number) + ": not a digest of " +
                                 std::to_string(2 * size) + " hexadecimal digits, or too many lines");
      return nullptr;
    }
    digests->insert(*digest);
  }
  return digests;
}

template <Bytes FileView::* Digest>
void add_digest_check(Builder& builder, const text::Option& option, std::size_t size) {
  std::string_view name = option.value.text;
  const bool negated = name.starts_with('!');
  if (negated) name = trim(name.substr(1));
  if (text::is_quoted(name)) name = text::without_quotes(name);
  const auto digests = read_digests(builder, option, name, size);
  if (digests == nullptr) return;
  builder.keep_alive(digests);
  Check check;
  check.moment = Moment::file;
  check.stage = kAtEnd;
  check.data = digests.get();
  check.b = negated;
  check.keyword = option.name.text;
  check.holds = [](const Check& c, const Scene& s) noexcept {
    const Bytes digest = s.file->*Digest;
    if (digest.empty()) return false;
    return static_cast<const DigestSet*>(c.data)->contains(as_text(digest)) != (c.b != 0);
  };
  builder.add_check(check);
}

void filemd5(Builder& builder, const text::Option& option) {
  builder.digests.md5 = true;
  add_digest_check<&FileView::md5>(builder, option, 16);
}
void filesha1(Builder& builder, const text::Option& option) {
  builder.digests.sha1 = true;
  add_digest_check<&FileView::sha1>(builder, option, 20);
}
void filesha256(Builder& builder, const text::Option& option) {
  builder.digests.sha256 = true;
  add_digest_check<&FileView::sha256>(builder, option, 32);
}

void file_name(Builder& builder, const text::Option& option) {
  builder.use_buffer(option, "file.name");
}
void file_magic(Builder& builder, const text::Option& option) {
  builder.asks_magic = true;
  builder.use_buffer(option, "file.magic");
}

// Which of a session's files are kept: the match itself is what the store of files looks at.
void filestore(Builder& builder, const text::Option& option) {
  if (option.has_value) {
    const std::string_view value = option.value.text;
    const std::string_view first = trim(value.substr(0, value.find(',')));
    constexpr std::array<std::string_view, 9> kWords{"request", "to_server", "response", "to_client", "both",
                                                     "tx",      "file",      "ssn",      "flow"};
    if (std::ranges::find(kWords, first) == kWords.end())
      return builder.refuse(option, "it takes a direction (request, response, both) and a scope (file, tx, ssn)");
  }
  Check file;
  file.moment = Moment::file;
  file.keyword = "filestore";
  file.holds = [](const Check&, const Scene&) noexcept { return true; };
  builder.add_check(file);
}

constexpr std::array kRows{
    Keyword{"filename", Argument::required, &filename, "the file's name contains this, in any case"},
    Keyword{"fileext", Argument::required, &fileext, "the file's name ends in this behind a dot"},
    Keyword{"file.name", Argument::none, &file_name, "the file's name"},
    Keyword{"filemagic", Argument::required, &filemagic, "libmagic's word for the file contains this"},
    Keyword{"file.magic", Argument::none, &file_magic, "libmagic's word for the file"},
    Keyword{"filesize", Argument::required, &filesize, "the size of the file: N, <N, >N, N<>M, with KB, MB, GB"},
    Keyword{"filemd5", Argument::required, &filemd5, "the file's MD5 stands in a list"},
    Keyword{"filesha1", Argument::required, &filesha1, "the file's SHA-1 stands in a list"},
    Keyword{"filesha256", Argument::required, &filesha256, "the file's SHA-256 stands in a list"},
    Keyword{"filestore", Argument::optional, &filestore, "the file is one to keep"},
};

}  // namespace

std::span<const Keyword> file_keywords() noexcept {
  return kRows;
}

}  // namespace gatehouse::ips::compile
