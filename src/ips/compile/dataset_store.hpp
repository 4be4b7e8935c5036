// SPDX-License-Identifier: GPL-3.0-or-later
// The datasets of the process. Rules of all generations that name a set share it; one that is only loaded is read again
// when its file has changed.
#pragma once

#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "ips/compile/dataset_file.hpp"
#include "ips/match/dataset.hpp"

namespace gatehouse::ips::compile {

// What a rule says of a set. `type` may be left out where the set is known already.
struct DatasetWanted {
  static constexpr std::size_t kStandardMemory = 100u << 20;

  std::string name;
  std::optional<ValueType> type;
  std::filesystem::path load, save;  // absolute; the same: state
  DatasetFormat format = DatasetFormat::csv;
  JsonKeys keys;
  bool with_reputation = false;
  std::size_t memory = kStandardMemory;
};

class StoredDataset : public Dataset {
 public:
  StoredDataset(std::string name, ValueType type, std::size_t memory)
      : name_(std::move(name)), type_(type), values_(memory) {}

  bool has(Bytes value) const noexcept override;
  bool add(Bytes value) noexcept override;
  bool remove(Bytes value) noexcept override;
  std::optional<std::uint16_t> reputation(Bytes value) const noexcept override;
  std::string_view name() const noexcept override { return name_; }
  // The JSON object that stands beside the value, for the alert; empty where there is none.
  std::string_view context(Bytes value) const noexcept override;

  ValueType type() const noexcept { return type_; }
  ValueSet& values() noexcept { return values_; }
  const ValueSet& values() const noexcept { return values_; }

 private:
  std::string name_;
  ValueType type_;
  ValueSet values_;
};

class DatasetStore {
 public:
  static constexpr std::uintmax_t kLargestFile = 1u << 30;

  // The error is a sentence that says what to do.
  std::expected<std::shared_ptr<StoredDataset>, std::string> open(const DatasetWanted& wanted);
  std::shared_ptr<StoredDataset> find(std::string_view name) const;

  // Writes every set that a rule wants saved. All are tried; the error is the first.
  Result<> save() const;

 private:
  struct Entry {
    std::shared_ptr<StoredDataset> set;
    std::filesystem::path load, save;
    std::filesystem::file_time_type written;  // of `load`, when it was read
  };
  std::expected<void, std::string> fill(Entry& entry, const DatasetWanted& wanted) const;

  mutable std::mutex mutex_;
  std::map<std::string, Entry, std::less<>> sets_;
};

}  // namespace gatehouse::ips::compile
