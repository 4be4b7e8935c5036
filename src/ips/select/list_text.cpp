// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/select/list_text.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/bytes.hpp"

namespace gatehouse::ips::select {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t';
}

class WordReader {
 public:
  explicit WordReader(std::string_view line) : line_(line) {}

  std::expected<std::vector<ListWord>, Mistake> read() {
    std::vector<ListWord> words;
    while (true) {
      while (at_ < line_.size() && is_space(line_[at_])) ++at_;
      if (at_ == line_.size() || line_[at_] == '#') return words;
      auto word = next();
      if (!word) return std::unexpected(word.error());
      words.push_back(std::move(*word));
    }
  }

 private:
  std::expected<ListWord, Mistake> next() {
    ListWord word{.text = {}, .offset = at_};
    if (line_[at_] == '"' || line_[at_] == '\'') ++word.offset;
    while (at_ < line_.size() && !is_space(line_[at_])) {
      const char c = line_[at_];
      if (c == '"' || c == '\'') {
        if (const std::size_t begin = at_; !take_quoted(word.text))
          return std::unexpected(Mistake{begin, "the quote that opens here does not close"});
      } else if (c == '\\' && at_ + 1 < line_.size()) {
        word.text += line_[at_ + 1];
        at_ += 2;
      } else {
        word.text += c;
        ++at_;
      }
    }
    return word;
  }
  bool take_quoted(std::string& into) {
    const char quote = line_[at_++];
    for (; at_ < line_.size(); ++at_) {
      const char c = line_[at_];
      if (c == quote) return ++at_, true;
      const char behind = at_ + 1 < line_.size() ? line_[at_ + 1] : '\0';
      if (quote == '"' && c == '\\' && (behind == '"' || behind == '\\')) ++at_;
      into += line_[at_];
    }
    return false;
  }

  std::string_view line_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<ListLine> lines_of(std::string_view text) {
  std::vector<ListLine> lines;
  std::uint32_t number = 0;
  while (!text.empty()) {
    ++number;
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view whole = text.substr(0, end), line = trim(whole);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line[0] == '#') continue;
    lines.push_back({number, static_cast<std::uint32_t>(line.data() - whole.data()) + 1, line});
  }
  return lines;
}

std::string_view without_comment(std::string_view line) {
  for (std::size_t i = 1; i < line.size(); ++i)
    if (line[i] == '#' && is_space(line[i - 1])) return trim(line.substr(0, i));
  return line;
}

std::expected<std::vector<ListWord>, Mistake> words_of(std::string_view line) {
  return WordReader{line}.read();
}

Result<std::string> read_list(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  if (!in) return system_failure("opening " + path.string());
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return failure(path.string() + " is a folder, not a file");
  if (const auto size = std::filesystem::file_size(path, error); !error && size > kLargestList)
    return failure(path.string() + " is larger than 64MiB");
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  if (in.bad()) return failure(path.string() + " cannot be read");
  return text;
}

}  // namespace gatehouse::ips::select
