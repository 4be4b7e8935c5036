// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/match/patterns.hpp"

#include <algorithm>
#include <hs/hs.h>
#include <openssl/evp.h>
#include <string>

namespace gatehouse::ips {

void DatabaseDelete::operator()(hs_database* database) const noexcept {
  hs_free_database(database);
}
void ScratchDelete::operator()(hs_scratch* scratch) const noexcept {
  hs_free_scratch(scratch);
}

namespace {

Error library_error(std::string_view doing, hs_error_t code) {
  return {ErrorCode::failed, std::string(doing) + ": Hyperscan error " + std::to_string(code)};
}

unsigned flags_of(const Literal& literal) noexcept {
  return HS_FLAG_SINGLEMATCH | (literal.nocase ? HS_FLAG_CASELESS : 0u);
}

// As an expression that means just these bytes.
std::string escaped(Bytes bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 4);
  for (const std::uint8_t b : bytes) text += {'\\', 'x', kHex[b >> 4], kHex[b & 15]};
  return text;
}

}  // namespace

Result<> Scratch::prepare_for(const PatternSet& set) {
  if (set.database() == nullptr) return {};
  hs_scratch_t* scratch = scratch_.release();
  const hs_error_t error = hs_alloc_scratch(set.database(), &scratch);
  scratch_.reset(scratch);
  if (error != HS_SUCCESS) return std::unexpected(library_error("memory for scanning", error));
  return {};
}

std::size_t Scratch::size() const noexcept {
  std::size_t bytes = 0;
  if (scratch_) (void)hs_scratch_size(scratch_.get(), &bytes);
  return bytes;
}

void PatternSet::add(const Literal& literal, SignatureIndex signature, std::uint32_t latest_end) {
  added_.push_back({literal, {signature, latest_end}});
  farthest_ = std::max(farthest_, latest_end);
  anywhere_ |= latest_end == 0;
}

// Literals in order, each with its uses in order.
void PatternSet::arrange() {
  if (added_.empty()) return;
  std::ranges::sort(added_, [](const auto& a, const auto& b) {
    if (a.first == b.first) return a.second.signature < b.second.signature;
    return a.first < b.first;
  });
  for (const auto& [literal, use] : added_) {
    if (literals_.empty() || !(literals_.back() == literal)) {
      literals_.push_back(literal);
      first_use_.push_back(static_cast<std::uint32_t>(uses_.size()));
      longest_ = std::max(longest_, literal.bytes.size());
    }
    uses_.push_back(use);
  }
  first_use_.push_back(static_cast<std::uint32_t>(uses_.size()));
  added_ = {};
}

std::string PatternSet::key() const {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
  EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr);
  const std::string_view version = hs_version();
  EVP_DigestUpdate(digest.get(), version.data(), version.size());
  for (const Literal& literal : literals_) {
    const std::uint32_t head = static_cast<std::uint32_t>(literal.bytes.size() << 1 | literal.nocase);
    EVP_DigestUpdate(digest.get(), &head, sizeof head);
    EVP_DigestUpdate(digest.get(), literal.bytes.data(), literal.bytes.size());
  }
  std::uint8_t sum[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_DigestFinal_ex(digest.get(), sum, &size);
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    static constexpr char kHex[] = "0123456789abcdef";
    text += {kHex[sum[i] >> 4], kHex[sum[i] & 15]};
  }
  return text;
}

Result<> PatternSet::compile() {
  if (literals_.empty()) return {};
  const auto count = static_cast<unsigned>(literals_.size());
  std::vector<const char*> starts;
  std::vector<std::size_t> sizes;
  std::vector<unsigned> flags, ids;
  std::vector<std::string> expressions;
  // The literal interface refuses a literal that begins with a zero octet: such sets go in as expressions.
  const bool as_expressions =
      std::ranges::any_of(literals_, [](const Literal& l) { return l.bytes.empty() || l.bytes.front() == 0; });
  if (as_expressions) expressions.reserve(count);
  for (const Literal& literal : literals_) {
    if (as_expressions) expressions.push_back(escaped(literal.bytes));
    starts.push_back(as_expressions ? expressions.back().c_str() : as_text(literal.bytes).data());
    sizes.push_back(literal.bytes.size());
    flags.push_back(flags_of(literal));
    ids.push_back(static_cast<unsigned>(ids.size()));
  }
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  const hs_error_t outcome =
      as_expressions
          ? hs_compile_multi(starts.data(), flags.data(), ids.data(), count, HS_MODE_BLOCK, nullptr, &database, &error)
          : hs_compile_lit_multi(starts.data(), flags.data(), ids.data(), sizes.data(), count, HS_MODE_BLOCK, nullptr,
                                 &database, &error);
  if (outcome != HS_SUCCESS) {
    const std::string words = error != nullptr && error->message != nullptr ? error->message : "no reason given";
    hs_free_compile_error(error);
    return failure("compiling " + std::to_string(count) + " literals: " + words);
  }
  database_.reset(database);
  return {};
}

Result<std::vector<char>> PatternSet::serialise() const {
  char* bytes = nullptr;
  std::size_t size = 0;
  const hs_error_t error = hs_serialize_database(database_.get(), &bytes, &size);
  if (error != HS_SUCCESS) return std::unexpected(library_error("writing a database", error));
  std::vector<char> copy{bytes, bytes + size};
  std::free(bytes);
  return copy;
}

Result<> PatternSet::load(std::span<const char> serialised) {
  hs_database_t* database = nullptr;
  const hs_error_t error = hs_deserialize_database(serialised.data(), serialised.size(), &database);
  if (error != HS_SUCCESS) return std::unexpected(library_error("reading a database", error));
  database_.reset(database);
  return {};
}

std::size_t PatternSet::bytes() const noexcept {
  std::size_t database = 0;
  if (database_) (void)hs_database_size(database_.get(), &database);
  return database + literals_.capacity() * sizeof(Literal) + first_use_.capacity() * sizeof(std::uint32_t) +
         uses_.capacity() * sizeof(Use);
}

// Where the first occurrence of a literal ends that ends behind `from`; 0: there is none.
std::size_t PatternSet::end_behind(unsigned id, Bytes bytes, std::size_t from) const noexcept {
  const Literal& literal = literals_[id];
  const std::size_t size = literal.bytes.size();
  const std::string_view text = as_text(bytes).substr(from + 1 > size ? from + 1 - size : 0);
  const auto same = [&](char a, char b) { return literal.nocase ? ascii_lower(a) == ascii_lower(b) : a == b; };
  const std::string_view wanted = as_text(literal.bytes);
  const auto at = std::search(text.begin(), text.end(), wanted.begin(), wanted.end(), same);
  return at == text.end() ? 0 : static_cast<std::size_t>(at - text.begin()) + (bytes.size() - text.size()) + size;
}

struct ScanContext {
  const PatternSet& set;
  Bytes bytes;
  std::uint64_t offset;
  std::size_t from;
  PatternSet::FoundCall found;
  void* context;
};

void PatternSet::scan(Bytes bytes, const Scratch& scratch, std::uint64_t offset, std::size_t from, FoundCall found,
                      void* context) const {
  if (!database_ || bytes.empty()) return;
  ScanContext scan{*this, bytes, offset, from, found, context};
  const auto on_match = [](unsigned id, unsigned long long, unsigned long long end, unsigned, void* passed) {
    const auto& s = *static_cast<ScanContext*>(passed);
    // Only its first occurrence is told: where that lies within what was seen before, a later one may follow.
    if (end <= s.from) end = s.set.end_behind(id, s.bytes, s.from);
    if (end == 0) return 0;
    const std::uint64_t place = s.offset + end;
    for (std::uint32_t u = s.set.first_use_[id]; u < s.set.first_use_[id + 1]; ++u) {
      const PatternSet::Use& use = s.set.uses_[u];
      if (use.latest_end == 0 || place <= use.latest_end) s.found(s.context, use.signature);
    }
    return 0;
  };
  (void)hs_scan(database_.get(), reinterpret_cast<const char*>(bytes.data()), static_cast<unsigned>(bytes.size()), 0,
                scratch.get(), on_match, &scan);
}

}  // namespace gatehouse::ips
