// SPDX-License-Identifier: GPL-3.0-or-later
// One connection to an NFS server, or one pair of UDP ports.
#pragma once

#include <array>
#include <functional>
#include <list>
#include <unordered_map>
#include <vector>

#include "proto/nfs/transaction.hpp"
#include "proto/sunrpc/record.hpp"
#include "proto/sunrpc/rpc.hpp"

namespace gatehouse::proto::nfs {

class NfsSession final : public Session {
 public:
  static constexpr std::size_t kMaxTransactions = 1024;  // open ones; and calls that wait for their replies
  static constexpr std::size_t kMaxMessage = 64 * 1024;  // kept of a message, the data of files apart
  static constexpr std::size_t kMaxNames = 1024;         // of handles

  NfsSession(Memory& memory, bool datagrams) noexcept
      : memory_(memory),
        datagrams_(datagrams),
        streams_{Stream{memory}, Stream{memory}},
        calls_(&memory),
        transactions_(&memory),
        names_(&memory) {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;
  void end(Direction direction, Sink& sink) noexcept override;

 private:
  // The message at hand of one direction.
  struct Stream {
    explicit Stream(Memory& memory) noexcept : kept(&memory) {}
    sunrpc::Records records;
    std::pmr::vector<std::uint8_t> kept;  // the message without the data that was taken out
    Taken taken;
    bool settled = false;  // no more data in this message
    bool cut = false;      // some of it was not kept
    bool lost = false;     // some of it never came
    // Data that passes
    std::uint32_t data_left = 0, padding_left = 0;
    std::uint64_t offset = 0;
    bool last = false;
    NfsTransaction* tx = nullptr;  // whose file it is
  };
  // A call that waits for its reply.
  struct Waiting {
    Waiting(Memory& memory, std::uint32_t call_xid) noexcept : xid(call_xid), name(&memory), file(&memory) {}
    std::uint32_t xid, version = 0, procedure = 0;
    sunrpc::Protection protection{};
    NfsTransaction* tx = nullptr;
    Text name, file;
    std::uint64_t offset = 0;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };
  using Calls = std::pmr::list<Waiting>;

  // What one look at a message makes out.
  struct Look {
    Outcome outcome = Outcome::whole;
    sunrpc::Head head;
    sunrpc::Call call;
    sunrpc::Reply reply;
    Waiting* asked = nullptr;  // of a reply
    Content content;
    std::size_t body = 0;  // where arguments or results begin
    bool ours = false;
  };

  void take_piece(Direction direction, Bytes bytes, bool ends);
  void end_message(Direction direction);
  Look look(Direction direction) noexcept;
  void look_at_call(Cursor& c, Look& look) noexcept;
  void look_at_reply(Cursor& c, Look& look, const Taken& taken) noexcept;
  void process(Direction direction, bool ends);
  void begin_data(Direction direction, const Look& look);
  std::size_t pass_data(Direction direction, Bytes bytes);
  void end_data(Direction direction);

  // exchange.cpp: what messages mean
  void call(const Look& look);
  void reply(const Look& look, Bytes message);
  void learn_names(const Look& look, Bytes message);
  NfsTransaction& open(const Look& look, std::uint32_t procedure);
  NfsTransaction& open_file(std::uint32_t xid, std::uint32_t version, std::uint32_t procedure, std::string_view handle,
                            std::string_view name, Direction direction);
  NfsTransaction* file_of(std::string_view handle, Direction direction) noexcept;
  void close_written(std::string_view handle, std::uint32_t xid);
  void complete(NfsTransaction& tx) noexcept;
  Calls::iterator waiting(std::uint32_t xid) noexcept;
  void forget(Calls::iterator call) noexcept;
  std::string_view name_of(Bytes handle) const noexcept;
  void remember(Bytes handle, std::string_view name);
  void event(Event row, Direction direction, Transaction* tx = nullptr) noexcept;

  Memory& memory_;
  bool datagrams_;
  Sink* sink_ = nullptr;  // of the call at hand
  std::array<Stream, 2> streams_;
  Calls calls_;                                  // in order
  std::pmr::list<NfsTransaction> transactions_;  // in order
  std::pmr::unordered_map<Text, Text, Hash, std::equal_to<>> names_;
  std::size_t held_ = 0;  // bytes of files that wait for their place
  std::uint64_t next_id_ = 0;
  std::array<bool, 2> ended_{};
  std::uint64_t session_events_ = 0;
};

}  // namespace gatehouse::proto::nfs
