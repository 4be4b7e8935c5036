// SPDX-License-Identifier: GPL-3.0-or-later
// A command and its answer, a file that is read or written from its opening to its closing, or a remote call over a
// pipe.
#pragma once

#include <array>
#include <memory_resource>
#include <string>
#include <variant>
#include <vector>

#include "model/protocol.hpp"
#include "proto/dcerpc/call.hpp"
#include "proto/ntlmssp/ntlmssp.hpp"
#include "proto/smb/file_transfer.hpp"

namespace gatehouse::proto::smb {

enum Event : std::uint8_t {
  internal_error,
  malformed_data,
  malformed_ntlmssp_request,
  negotiate_malformed_dialects,
  file_overlap,
  response_to_server,
  request_to_client,
  read_request_too_large,
  read_response_too_large,
  write_request_too_large,
  negotiate_max_read_size_too_large,
  negotiate_max_write_size_too_large,
  write_queue_size_exceeded,
  write_queue_cnt_exceeded,
  read_queue_size_exceeded,
  read_queue_cnt_exceeded,
  too_many_transactions,
  unusual_ntlmssp_order,
  record_lost,
};

using Text = std::pmr::string;

// The identifier of an open file: 16 octets in SMB 2 (MS-SMB2 2.2.14.1); a number in SMB 1, good within a login.
struct FileKey {
  std::uint64_t persistent = 0, temporary = 0;
  bool smb1 = false;

  static FileKey of_smb1(std::uint16_t fid, std::uint16_t uid) noexcept { return {fid, uid, true}; }
  bool is_related() const noexcept { return !smb1 && persistent == ~0ull && temporary == ~0ull; }
  friend bool operator==(const FileKey&, const FileKey&) = default;
};
using IdText = std::array<char, 36>;
std::string_view to_text(const FileKey& key, IdText& buffer) noexcept;

using Guid = std::array<std::uint8_t, 16>;
std::string_view to_text(const Guid& guid, IdText& buffer) noexcept;

// What the session has agreed on: the log shows it with each transaction.
struct Agreed {
  explicit Agreed(Memory& memory) noexcept : dialect1(&memory) {}
  std::uint16_t dialect = 0;  // of SMB 2; 0: not, or not yet
  Text dialect1;              // of SMB 1
  std::uint32_t max_read = 0, max_write = 0;
};

struct Negotiate {
  explicit Negotiate(Memory& memory) noexcept : dialects1(&memory), dialects2(&memory) {}
  std::pmr::vector<Text> dialects1;
  std::pmr::vector<std::uint16_t> dialects2;
  Guid client_guid{}, server_guid{};
  bool has_client_guid = false, has_server_guid = false;
};

struct Login {
  explicit Login(Memory& memory) noexcept
      : user(&memory),
        domain(&memory),
        host(&memory),
        server_name(&memory),
        realm(&memory),
        service_names(&memory),
        request_os(&memory),
        request_lm(&memory),
        response_os(&memory),
        response_lm(&memory) {}
  Text user, domain, host;  // of NTLM
  Text server_name;         // from its challenge
  ntlmssp::Version version{};
  Text realm;  // of Kerberos
  std::pmr::vector<Text> service_names;
  Text request_os, request_lm, response_os, response_lm;  // SMB 1
  bool ntlm = false, has_version = false, kerberos = false, has_request_host = false, has_response_host = false;
};

struct TreeConnect {
  explicit TreeConnect(Memory& memory) noexcept : path(&memory), asked(&memory), service(&memory) {}
  Text path;
  Text asked, service;  // SMB 1: the kind of service that is asked for, and what it is
  std::uint8_t share_type = 0;
  bool is_pipe = false, has_service = false;
};

struct Create {
  explicit Create(Memory& memory) noexcept : name(&memory) {}
  Text name;
  std::uint32_t disposition = 0;
  bool delete_on_close = false, directory = false, has_id = false;
  std::uint64_t created = 0, accessed = 0, modified = 0, changed = 0, size = 0;
  FileKey id{};
};

struct Transfer {
  Transfer(Memory& memory, QueueBudget& budget) noexcept : name(&memory), share(&memory), file(memory, budget) {}
  Text name, share;
  FileKey id{};
  Direction direction{};
  bool read_to_its_end = false;
  std::uint64_t size = 0;  // as the answer to its opening said; 0: not known
  FileTransfer file;
};

struct Rename {
  explicit Rename(Memory& memory) noexcept : from(&memory), to(&memory) {}
  Text from, to;
  FileKey id{};
  bool has_id = false;
};

struct SetDisposition {
  explicit SetDisposition(Memory& memory) noexcept : name(&memory) {}
  Text name;
  bool delete_on_close = false, has_id = false;
  std::uint16_t subcommand = 0, level = 0;
  FileKey id{};
};

struct Ioctl {
  std::uint32_t function = 0;
};

// A remote call through a pipe.
struct PipeCall {
  PipeCall(Memory& memory, std::uint32_t id, const FileKey& key) noexcept : call(memory, id), pipe(key) {}
  dcerpc::Call call;
  FileKey pipe;
};

struct SmbTransaction : Transaction {
  SmbTransaction(Memory& memory, const Agreed& a) noexcept : agreed(&a), opened(&memory) {}

  std::uint8_t version = 0;  // 1 or 2; 0: not to be seen (encrypted)
  std::uint16_t command = 0;
  std::uint64_t message_id = 0, session_id = 0;
  std::uint32_t tree_id = 0;
  std::uint32_t status = 0;
  bool has_status = false, dos_status = false, encrypted = false;
  const Agreed* agreed;
  Text opened;  // what an OPEN of SMB 1 names
  std::variant<std::monostate, Negotiate, Login, TreeConnect, Create, Transfer, Rename, SetDisposition, Ioctl, PipeCall>
      what;

  template <typename T>
  const T* get() const noexcept {
    return std::get_if<T>(&what);
  }
  template <typename T>
  T* get() noexcept {
    return std::get_if<T>(&what);
  }
};

void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::smb
