// SPDX-License-Identifier: GPL-3.0-or-later
// Compiled prefilters on disk, by the hash of what they were compiled from. A file that is damaged, of another version
// or for another processor is compiled anew and replaced.
#pragma once

#include <filesystem>

#include "base/result.hpp"
#include "ips/match/patterns.hpp"

namespace gatehouse::ips::compile {

class PatternCache {
 public:
  static constexpr std::size_t kMostFiles = 4096;  // older ones are removed

  // An empty folder: nothing is kept. A folder that cannot be made or written is the same, and said in trouble().
  explicit PatternCache(std::filesystem::path folder);

  // Compiled, by the cache or anew. Thread-safe for different sets.
  Result<bool> make(PatternSet& set) const;  // true: it came from the cache
  void remove_oldest() const;
  const std::string& trouble() const noexcept { return trouble_; }

 private:
  std::filesystem::path folder_;
  std::string trouble_;
};

}  // namespace gatehouse::ips::compile
