// SPDX-License-Identifier: GPL-3.0-or-later
// The state machine of one connection of SMB, whatever its version: records of the NetBIOS session service, in them
// commands; trees, open files, pipes; and the transactions that come of them.
#pragma once

#include <array>
#include <list>
#include <optional>
#include <unordered_map>

#include "proto/dcerpc/contexts.hpp"
#include "proto/dcerpc/fragments.hpp"
#include "proto/smb/limits.hpp"
#include "proto/smb/smb1.hpp"
#include "proto/smb/smb2.hpp"
#include "proto/smb/transaction.hpp"

namespace gatehouse::proto::smb {

class SmbSession final : public Session {
 public:
  explicit SmbSession(Memory& memory) noexcept;
  ~SmbSession() override = default;

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;
  void end(Direction direction, Sink& sink) noexcept override;

 private:
  using List = std::pmr::list<SmbTransaction>;
  using Tx = List::iterator;

  // One direction of the stream, and where in it the reader is.
  struct Lane {
    std::uint64_t record_left = 0;  // of the record of NetBIOS
    std::uint64_t data_left = 0;    // of that, data of a file that come first…
    std::uint64_t pass_left = 0;    // …and what is passed over then
    std::uint64_t data_offset = 0;  // in the file
    SmbTransaction* data_tx = nullptr;
    std::uint64_t unconsumed = 0, searched = 0;
    bool lost = false, ended = false;
    // Related commands of one record (MS-SMB2 3.2.4.1.4) speak of the file that the one before opens.
    FileKey related{};
    bool has_related = false;
  };
  struct Tree {
    std::uint64_t session_id = 0;
    std::uint32_t tree_id = 0;
    bool is_pipe = false;
    Text path;
  };
  struct Pipe {
    explicit Pipe(Memory& memory) noexcept
        : contexts(memory), ways{dcerpc::Fragments{memory}, dcerpc::Fragments{memory}} {}
    dcerpc::Contexts contexts;
    std::array<dcerpc::Fragments, 2> ways;
  };
  struct OpenFile {
    explicit OpenFile(Memory& memory) noexcept : name(&memory) {}
    Text name;
    std::uint64_t size = 0;
    std::array<SmbTransaction*, 2> transfers{};  // by direction
    bool closing = false;                        // asked to close while reads are not answered
    std::optional<Pipe> pipe;
  };
  struct PendingRead {
    std::uint64_t message_id = 0;
    FileKey key{};
    std::uint64_t offset = 0;
  };
  struct KeyHash {
    std::size_t operator()(const FileKey& key) const noexcept;
  };
  // What a command says of itself in either version.
  struct Origin {
    std::uint8_t version = 2;
    std::uint16_t command = 0;
    std::uint64_t message_id = 0, session_id = 0;
    std::uint32_t tree_id = 0, status = 0;
    bool dos_status = false;
  };
  // session.cpp: the stream. One step each: what was consumed, 0 where more is needed.
  std::size_t step(Direction direction, Bytes rest);
  std::size_t search(Lane& lane, Bytes rest) noexcept;
  std::size_t take_data(Lane& lane, Bytes rest);
  std::size_t begin_record(Direction direction, Bytes rest) noexcept;
  std::size_t take_message(Direction direction, Bytes rest);
  std::size_t take_smb1(Direction direction, Bytes view);
  std::size_t take_smb2(Direction direction, Bytes view);
  std::size_t consume(Lane& lane, std::size_t used, std::uint64_t data, std::uint64_t pass) noexcept;
  void tell_encrypted(Direction direction);
  bool is_pipe(std::uint64_t session_id, std::uint32_t tree_id, const FileKey& key) noexcept;

  // session_smb1.cpp, session_smb2.cpp: the commands.
  void commands1(Direction direction, Bytes message);
  void request1(const smb1::Header& header, smb1::Command command, const smb1::Block& block);
  void response1(const smb1::Header& header, smb1::Command command, const smb1::Block& block);
  void negotiate1(const Origin& origin, const smb1::Block& block);
  void negotiated1(const Origin& origin, const smb1::Header& header, const smb1::Block& block);
  void setup1(const Origin& origin, const smb1::Header& header, const smb1::Block& block);
  void tree1(const Origin& origin, const smb1::Header& header, const smb1::Block& block);
  void create1(const Origin& origin, const smb1::Header& header, const smb1::Block& block);
  void created1(const Origin& origin, const smb1::Header& header, const smb1::Block& block);
  void rename1(const Origin& origin, const smb1::Header& header, const smb1::Block& block);
  void trans1(const Origin& origin, const smb1::Header& header, const smb1::Block& block);
  void set_info1(const Origin& origin, const smb1::Header& header, const smb1::Block& block);
  void tree_answered1(const Origin& origin, const smb1::Header& header, const smb1::Block& block);
  void set_up1(const Origin& origin, const smb1::Header& header, const smb1::Block& block);
  bool data1(Direction direction, const smb1::Header& header, smb1::Command command, const smb1::Block& block,
             smb1::Data& data, SmbTransaction*& transfer);

  void command2(Direction direction, Bytes message);
  void request2(const smb2::Header& header, Bytes message);
  void response2(const smb2::Header& header, Bytes message);
  void negotiate2(const Origin& origin, Bytes message);
  void negotiated2(const Origin& origin, Bytes message);
  void create2(const smb2::Header& header, const Origin& origin, Bytes message);
  void created2(const Origin& origin, Bytes message);
  bool set_info2(const Origin& origin, Bytes message);
  void ioctl2(const Origin& origin, Bytes message);
  void ioctl_answered2(const Origin& origin, Bytes message);
  bool data2(Direction direction, const smb2::Header& header, Bytes message, smb2::Data& data,
             SmbTransaction*& transfer);
  FileKey resolve(const FileKey& key) const noexcept;  // of a related command

  // session_state.cpp: what both versions share.
  Tx open(const Origin& origin);
  Tx find(const Origin& origin) noexcept;
  void tell_request(Tx tx);
  void finish(Tx tx) noexcept;
  void answer(Tx tx, const Origin& origin) noexcept;
  // The open transaction of that command is answered; nothing where it was not seen.
  void answer(const Origin& origin) noexcept;
  void malformed(Direction direction) noexcept;
  void event(Event row, Direction direction, SmbTransaction* tx = nullptr) noexcept;
  void login_request(Login& login, Bytes blob, SmbTransaction& tx);
  void login_response(Login& login, Bytes blob);
  void set_tree(const Origin& origin, const Text& path, bool is_pipe);
  Tree* find_tree(std::uint64_t session_id, std::uint32_t tree_id) noexcept;
  void remove_tree(std::uint64_t session_id, std::uint32_t tree_id) noexcept;

  // session_files.cpp
  OpenFile& open_file(const FileKey& key);
  OpenFile* find_file(const FileKey& key) noexcept;
  void close_file(const FileKey& key) noexcept;  // both of its transfers
  void finish_transfer(SmbTransaction* tx, bool closed) noexcept;
  void end_closing(std::uint64_t close_message) noexcept;
  void move_file(const FileKey& from, const FileKey& to);
  void forget_file(const FileKey& key) noexcept;
  void ask_read(const Origin& origin, const FileKey& key, std::uint64_t offset);
  bool take_read(std::uint64_t message_id, PendingRead& out) noexcept;
  bool has_reads(const FileKey& key) const noexcept;
  // The transfer that takes these data, opened if it must be; null where they are no file's.
  SmbTransaction* transfer_of(Direction direction, const Origin& origin, const FileKey& key, std::uint64_t offset,
                              std::uint64_t length);

  // session_pipes.cpp
  Pipe& pipe_of(const FileKey& key);
  void pipe_data(Direction direction, const Origin& origin, const FileKey& key, Bytes data);
  void pipe_unit(Direction direction, const Origin& origin, const FileKey& key, Pipe& pipe, Bytes unit);
  void pipe_request(const Origin& origin, const FileKey& key, Pipe& pipe, const dcerpc::Unit& unit);
  void pipe_response(const Origin& origin, const FileKey& key, Pipe& pipe, const dcerpc::Unit& unit);
  Tx find_call(const FileKey& key, std::uint32_t call_id) noexcept;

  Lane& lane(Direction direction) noexcept { return lanes_[index(direction)]; }

  Memory* memory_;
  Sink* sink_ = nullptr;  // of the call at hand
  Agreed agreed_;
  QueueBudget budget_;
  List open_;  // oldest first
  std::uint64_t transactions_ = 0;
  std::pmr::list<Tree> trees_;
  std::pmr::unordered_map<FileKey, OpenFile, KeyHash> files_;
  std::pmr::vector<PendingRead> reads_;
  std::array<Lane, 2> lanes_{};
  unsigned closing_ = 0;  // files that are closed when what was read of them is answered
  bool encrypted_told_ = false;
};

}  // namespace gatehouse::proto::smb
