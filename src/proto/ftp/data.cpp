// SPDX-License-Identifier: GPL-3.0-or-later
// A data connection of FTP. It has no form of its own: the control connection arranged it, and said what it carries.
#include <algorithm>
#include <array>
#include <cstdint>
#include <new>
#include <utility>

#include "proto/ftp/ftp.hpp"
#include "proto/ftp/message.hpp"
#include "proto/line/log_budget.hpp"

namespace gatehouse::proto::ftp {
namespace {

struct Transfer : Transaction {
  explicit Transfer(Memory& memory) noexcept : introduction(&memory) {}

  std::pmr::string introduction;   // "RETR name"
  std::string_view command, name;  // within it
  Verb verb = Verb::other;
};

const Transfer& of(const Transaction& tx) noexcept {
  return static_cast<const Transfer&>(tx);
}
FieldValue text(std::string_view value) noexcept {
  return value.empty() ? FieldValue::none() : FieldValue::of(value);
}

using enum FieldType;
using enum FieldDirection;
constexpr std::array kFields{
    FieldSpec{"ftpdata_command", bytes, both, 0, "the command that this data belongs to: RETR, STOR, LIST, …",
              [](const Transaction& tx, unsigned) { return text(of(tx).command); }},
    FieldSpec{"ftp_data.filename", bytes, both, 0, "the file or directory that the command named",
              [](const Transaction& tx, unsigned) { return text(of(tx).name); }},
};

void log(const Transaction& tx, JsonWriter& json) {
  LogBudget budget{kLogBudget};
  json.open_object("ftp_data");
  if (!of(tx).command.empty()) json.member("command", budget.take(of(tx).command));
  if (!of(tx).name.empty()) json.member("filename", budget.take(of(tx).name));
  json.close_object();
}

class DataSession final : public Session {
 public:
  explicit DataSession(Memory& memory) noexcept : transfer_(memory) { transfer_.protocol = &data_protocol; }

  void introduce(Bytes introduction, Direction) noexcept override {
    try {
      transfer_.introduction = as_text(introduction);
    } catch (const std::bad_alloc&) {
      return;  // a file without a name is better than none
    }
    std::string_view rest = transfer_.introduction;
    transfer_.command = rest.substr(0, rest.find(' '));
    transfer_.name = rest.substr(std::min(rest.size(), transfer_.command.size() + 1));
    transfer_.verb = verb_of(transfer_.command);
  }

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override {
    tell(direction, sink);
    if (!carries_file(transfer_.verb)) return Progress::finished(bytes.size());  // of a listing nothing is read
    File& file = files_[index(direction)];
    open(file, direction, sink);
    sink.file_data(file.id, bytes);
    return Progress::ok(bytes.size());
  }

  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override {
    tell(direction, sink);
    if (!carries_file(transfer_.verb)) return false;
    File& file = files_[index(direction)];
    open(file, direction, sink);
    sink.file_gap(file.id, missing);
    return true;
  }

  void end(Direction direction, Sink& sink) noexcept override {
    File& file = files_[index(direction)];
    if (file.open) sink.file_close(file.id, false);
    file.open = false;
    ended_[index(direction)] = true;
    if (!ended_[0] || !ended_[1] || transfer_.command.empty() || std::exchange(over_, true)) return;
    tell(direction, sink);
    transfer_.stage = {1, 1};
    sink.update(transfer_, Direction::to_server);
    sink.log(transfer_, Direction::to_server);
    sink.close(transfer_);
  }

 private:
  struct File {
    bool open = false;
    FileId id = 0;
  };

  // What is known of the transfer is known with its first byte.
  void tell(Direction direction, Sink& sink) noexcept {
    if (told_) return;
    told_ = true;
    sink.update(transfer_, direction);
  }
  void open(File& file, Direction direction, Sink& sink) noexcept {
    if (file.open) return;
    file.open = true;
    file.id = sink.file_open(transfer_, direction, {.name = transfer_.name});
  }

  Transfer transfer_;
  std::array<File, 2> files_{};
  std::array<bool, 2> ended_{};
  bool told_ = false, over_ = false;
};

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec data_protocol{
    .name = "ftp-data",
    .about = "File Transfer Protocol, a data connection; arranged by the control connection",
    .ndpi_name = "FTP_DATA",
    .log_type = "ftp_data",
    .transports = {.tcp = true},
    .detector = {.probe = [](Direction, Bytes, std::uint16_t) { return Probe::no; },
                 .first_bytes = {FirstBytes::none(), FirstBytes::none()}},
    .create = create_session<DataSession>,
    .destroy = destroy_session<DataSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = {},
};

}  // namespace gatehouse::proto::ftp
