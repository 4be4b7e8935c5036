// SPDX-License-Identifier: GPL-3.0-or-later
// The prefilter: finds which of many literal patterns occur in some bytes, in one pass, with Hyperscan's engine (as
// Vectorscan carries it on beyond x86). Behind this header nobody knows the library.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "ips/match/signature.hpp"

struct hs_database;
struct hs_scratch;

namespace gatehouse::ips {

// One literal. Those of many signatures that are alike are one.
struct Literal {
  Bytes bytes;
  bool nocase = false;
  auto operator<=>(const Literal& o) const noexcept {
    return std::pair{as_text(bytes), nocase} <=> std::pair{as_text(o.bytes), o.nocase};
  }
  bool operator==(const Literal& o) const noexcept { return nocase == o.nocase && as_text(bytes) == as_text(o.bytes); }
};

struct DatabaseDelete {
  void operator()(hs_database* database) const noexcept;
};
struct ScratchDelete {
  void operator()(hs_scratch* scratch) const noexcept;
};
using Database = std::unique_ptr<hs_database, DatabaseDelete>;

// A worker's working memory for scans of any of the databases that it was prepared for.
class Scratch {
 public:
  Result<> prepare_for(const class PatternSet& set);
  hs_scratch* get() const noexcept { return scratch_.get(); }
  std::size_t size() const noexcept;

 private:
  std::unique_ptr<hs_scratch, ScratchDelete> scratch_;
};

class PatternSet {
 public:
  // Adds a literal for a signature. Before compile() only. A literal can only help where it ends at or before
  // `latest_end` bytes of the buffer (0: anywhere).
  void add(const Literal& literal, SignatureIndex signature, std::uint32_t latest_end = 0);
  // Puts what was added in order. Before all that follows.
  void arrange();
  // The content's hash, which names the compiled form in the cache.
  std::string key() const;
  Result<> compile();
  // The compiled form, for the cache and from it. load() fails on what another version or processor has made.
  Result<std::vector<char>> serialise() const;
  Result<> load(std::span<const char> serialised);

  bool empty() const noexcept { return literals_.empty(); }
  std::size_t size() const noexcept { return literals_.size(); }
  std::size_t bytes() const noexcept;  // of memory
  std::size_t longest() const noexcept { return longest_; }
  // No literal can end behind so many bytes of the buffer; 0: some can end anywhere.
  std::uint32_t farthest() const noexcept { return anywhere_ ? 0 : farthest_; }
  const hs_database* database() const noexcept { return database_.get(); }

  // Calls found(SignatureIndex) for each signature whose literal occurs and ends behind the first `from` bytes; the
  // same signature may come more than once. `offset` is the place of the first of these bytes in their buffer.
  template <typename Found>
  void scan(Bytes bytes, const Scratch& scratch, std::uint64_t offset, std::size_t from, Found&& found) const {
    scan(
        bytes, scratch, offset, from,
        [](void* context, SignatureIndex s) { (*static_cast<std::remove_cvref_t<Found>*>(context))(s); },
        const_cast<std::remove_cvref_t<Found>*>(&found));
  }

 private:
  using FoundCall = void (*)(void* context, SignatureIndex signature);
  void scan(Bytes bytes, const Scratch& scratch, std::uint64_t offset, std::size_t from, FoundCall found,
            void* context) const;
  friend struct ScanContext;

  struct Use {
    SignatureIndex signature;
    std::uint32_t latest_end;
  };
  std::vector<Literal> literals_;         // sorted once compiled
  std::vector<std::uint32_t> first_use_;  // by literal, one more than literals
  std::vector<Use> uses_;
  std::vector<std::pair<Literal, Use>> added_;
  std::size_t longest_ = 0;
  std::uint32_t farthest_ = 0;
  bool anywhere_ = false;
  Database database_;
  std::size_t end_behind(unsigned id, Bytes bytes, std::size_t from) const noexcept;
};

}  // namespace gatehouse::ips
