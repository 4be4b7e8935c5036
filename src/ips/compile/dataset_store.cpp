// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/compile/dataset_store.hpp"

#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace gatehouse::ips::compile {
namespace {

namespace fs = std::filesystem;

std::expected<std::string, std::string> read_file(const fs::path& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error) return std::unexpected("cannot read " + path.string() + ": " + error.message());
  if (size > DatasetStore::kLargestFile) return std::unexpected(path.string() + " is larger than 1 GiB; split the set");
  std::ifstream file{path, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  if (file.bad() || !file.is_open()) return std::unexpected("cannot read " + path.string());
  return text;
}

class OpenFile {
 public:
  explicit OpenFile(const char* path, int flags) : fd_(::open(path, flags | O_CLOEXEC, 0640)) {}
  ~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  bool write(std::string_view text) const noexcept {
    while (!text.empty()) {
      const ssize_t n = ::write(fd_, text.data(), text.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }
  bool sync() const noexcept { return ::fsync(fd_) == 0; }
  bool is_open() const noexcept { return fd_ >= 0; }

 private:
  int fd_;
};

// A crash leaves the file as it was or as it shall be, never half of it.
Result<> write_whole(const fs::path& path, std::string_view text) {
  const fs::path beside = path.string() + ".new";
  {
    const OpenFile file{beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW};
    if (!file.is_open() || !file.write(text) || !file.sync()) return system_failure("writing " + beside.string());
  }
  std::error_code error;
  fs::rename(beside, path, error);
  if (error) return failure("renaming " + beside.string() + ": " + error.message());
  if (const OpenFile folder{path.parent_path().c_str(), O_RDONLY | O_DIRECTORY}; folder.is_open()) (void)folder.sync();
  return {};
}

}  // namespace

bool StoredDataset::has(Bytes value) const noexcept {
  const auto wanted = value_of_buffer(type_, value);
  return wanted && values_.find(*wanted).has_value();
}
bool StoredDataset::add(Bytes value) noexcept {
  const auto wanted = value_of_buffer(type_, value);
  return wanted && values_.add(*wanted) == ValueSet::Added::fresh;
}
bool StoredDataset::remove(Bytes value) noexcept {
  const auto wanted = value_of_buffer(type_, value);
  return wanted && values_.remove(*wanted);
}
std::optional<std::uint16_t> StoredDataset::reputation(Bytes value) const noexcept {
  const auto wanted = value_of_buffer(type_, value);
  const auto found = wanted ? values_.find(*wanted) : std::nullopt;
  return found ? std::optional{found->reputation} : std::nullopt;
}
std::string_view StoredDataset::context(Bytes value) const noexcept {
  const auto wanted = value_of_buffer(type_, value);
  const auto found = wanted ? values_.find(*wanted) : std::nullopt;
  return found ? found->context : std::string_view{};
}

std::expected<void, std::string> DatasetStore::fill(Entry& entry, const DatasetWanted& wanted) const {
  entry.set = std::make_shared<StoredDataset>(wanted.name, *wanted.type, wanted.memory);
  entry.load = wanted.load;
  entry.save = wanted.save;
  if (wanted.load.empty()) return {};
  std::error_code error;
  // The file that a set is saved to need not be there yet.
  if (wanted.load == wanted.save && !fs::exists(wanted.load, error)) return {};
  entry.written = fs::last_write_time(wanted.load, error);
  const auto text = read_file(wanted.load);
  if (!text) return std::unexpected(text.error());
  ValueSet& values = entry.set->values();
  const auto read = wanted.format == DatasetFormat::csv
                        ? read_csv(*text, *wanted.type, wanted.with_reputation, values)
                        : read_json(*text, wanted.format, *wanted.type, wanted.keys, values);
  if (!read) return std::unexpected(wanted.load.string() + ": " + read.error());
  return {};
}

std::expected<std::shared_ptr<StoredDataset>, std::string> DatasetStore::open(const DatasetWanted& wanted) {
  const std::scoped_lock lock{mutex_};
  const auto known = sets_.find(wanted.name);
  if (known != sets_.end()) {
    Entry& entry = known->second;
    if (wanted.type && *wanted.type != entry.set->type())
      return std::unexpected("the set '" + wanted.name + "' is of type " + std::string{to_text(entry.set->type())} +
                             " where another rule names it");
    const bool other_save = !wanted.save.empty() && !entry.save.empty() && wanted.save != entry.save;
    const bool is_static = entry.save.empty() && wanted.save.empty() && !wanted.load.empty();
    if (other_save || (!is_static && !wanted.load.empty() && wanted.load != entry.load))
      return std::unexpected("another rule names other files for the set '" + wanted.name + "'");
    if (entry.save.empty()) entry.save = wanted.save;
    std::error_code error;
    if (!is_static || (wanted.load == entry.load && fs::last_write_time(entry.load, error) == entry.written))
      return entry.set;
  }
  DatasetWanted complete = wanted;
  if (!complete.type && known != sets_.end()) complete.type = known->second.set->type();
  if (!complete.type)
    return std::unexpected("no rule before it says of which type the set '" + wanted.name + "' is: add 'type string'");
  Entry fresh;
  if (auto filled = fill(fresh, complete); !filled) return std::unexpected(filled.error());
  auto set = fresh.set;
  sets_.insert_or_assign(wanted.name, std::move(fresh));
  return set;
}

std::shared_ptr<StoredDataset> DatasetStore::find(std::string_view name) const {
  const std::scoped_lock lock{mutex_};
  const auto found = sets_.find(name);
  return found == sets_.end() ? nullptr : found->second.set;
}

Result<> DatasetStore::save() const {
  const std::scoped_lock lock{mutex_};
  Result<> outcome;
  for (const auto& [name, entry] : sets_) {
    if (entry.save.empty()) continue;
    std::string text;
    entry.set->values().for_each([&](Bytes value, std::uint16_t reputation) {
      text += line_of(entry.set->type(), value);
      if (reputation != 0) text += ',' + std::to_string(reputation);
      text += '\n';
    });
    if (auto written = write_whole(entry.save, text); !written && outcome) outcome = std::move(written);
  }
  return outcome;
}

}  // namespace gatehouse::ips::compile
