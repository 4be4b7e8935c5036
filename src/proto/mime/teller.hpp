// SPDX-License-Identifier: GPL-3.0-or-later
// For tests: writes down what the parser tells of a mail, one line each.
#pragma once

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <memory_resource>
#include <string>
#include <vector>

#include "proto/mime/parser.hpp"

namespace gatehouse::proto::mime {

class Teller final : public Receiver {
 public:
  void file_open(std::string_view name) noexcept override {
    if (open_) std::abort();
    open_ = true;
    lines += fmt::format("open {}\n", name);
    content.emplace_back();
  }
  void file_data(Bytes data) noexcept override {
    if (!open_) std::abort();
    content.back() += as_text(data);
  }
  void file_gap(std::uint64_t missing) noexcept override { content.back() += fmt::format("[gap {}]", missing); }
  void file_close(bool truncated) noexcept override {
    if (!open_) std::abort();
    open_ = false;
    lines += fmt::format("{} {}\n", truncated ? "truncated" : "close", content.back().size());
  }
  void anomaly(Anomaly anomaly) noexcept override {
    constexpr std::string_view names[] = {"parse_failed",  "malformed_msg", "invalid_base64",   "invalid_qp",
                                          "long_line",     "long_enc_line", "long_header_name", "long_header_value",
                                          "long_boundary", "long_filename"};
    const std::string name{names[static_cast<unsigned>(anomaly)]};
    if (std::ranges::find(anomalies, name) == anomalies.end()) anomalies.push_back(name);
  }

  std::string lines;
  std::vector<std::string> content, anomalies;

 private:
  bool open_ = false;
};

// A mail, fed in pieces of `step` bytes: files with their content, what is wrong, and what is kept.
inline std::string told(std::string_view mail, std::size_t step, bool truncated = false) {
  std::pmr::unsynchronized_pool_resource memory;
  Teller teller;
  Email email{memory};
  Parser parser{memory};
  parser.start(email, teller);
  for (std::size_t at = 0; at < mail.size(); at += step) parser.feed(as_bytes(mail.substr(at, step)));
  parser.finish(truncated);
  for (const std::string& content : teller.content) teller.lines += fmt::format("content {}\n", content);
  std::ranges::sort(teller.anomalies);
  for (const std::string& anomaly : teller.anomalies) teller.lines += fmt::format("anomaly {}\n", anomaly);
  static std::array<char, 64 * 1024> buffer;
  JsonWriter json{buffer};
  LogBudget budget{40 * 1024};
  json.open_object();
  write_email(email, json, budget);
  json.close_object();
  return teller.lines + std::string(json.text());
}

}  // namespace gatehouse::proto::mime
