// SPDX-License-Identifier: GPL-3.0-or-later
// One call of DCE/RPC, a request and its response, or a binding and its answer: over TCP, UDP, or a pipe of SMB.
#pragma once

#include <array>
#include <memory_resource>
#include <string>
#include <vector>

#include "base/json_writer.hpp"
#include "proto/dcerpc/contexts.hpp"
#include "proto/dcerpc/pdu.hpp"

namespace gatehouse::proto::dcerpc {

// Of one direction's stub data this much is joined from fragments; more is counted, and is an event.
inline constexpr std::size_t kMaxStub = 64 * 1024;
inline constexpr std::size_t kMaxInterfaces = 32;  // of one binding; the rest of the list is not looked at
inline constexpr std::size_t kMaxName = 256;       // of a text that is kept

class Call {
 public:
  enum class Taken : std::uint8_t { partly, whole, malformed };

  // What travels in one direction.
  struct Half {
    explicit Half(std::pmr::memory_resource& memory) noexcept : joined(&memory) {}
    bool seen = false, complete = false, cut = false;  // cut: more stub data than is joined
    Type type{};
    std::uint16_t fragments = 0;
    std::uint64_t stub_size = 0;
    Bytes stub{};  // while its direction is told of
    std::pmr::vector<std::uint8_t> joined;
  };

  Call(std::pmr::memory_resource& memory, std::uint32_t id) noexcept
      : call_id(id),
        request(memory),
        response(memory),
        interfaces(&memory),
        user(&memory),
        domain(&memory),
        host(&memory),
        mapped_protocol(&memory) {}

  Taken take_request(const Unit& unit, Contexts& contexts);
  Taken take_response(const Unit& unit, Contexts& contexts);
  // The stub data of one fragment, for carriers that have their own headers.
  void add_stub(Half& half, Bytes stub, bool last);
  // What the endpoint mapper is asked, or answers.
  void map_endpoint(const Half& half, bool little);
  // Stub data lives no longer than the telling of it; their size stays.
  void release_stubs() noexcept;

  bool is_request() const noexcept { return request.seen && request.type == Type::request; }

  std::uint32_t call_id;
  std::uint16_t opnum = 0, context = 0;
  std::uint32_t fault = 0;
  std::uint8_t auth_level = 0;
  Half request, response;
  std::pmr::vector<Interface> interfaces;  // that a binding asks for, or the one that is called
  std::pmr::string user, domain, host;     // who authenticates with NTLM, as UTF-8
  UuidText mapped_interface{};             // the endpoint mapper was asked for, and where it is
  std::pmr::string mapped_protocol;        // "ncacn_ip_tcp"
  std::uint16_t mapped_port = 0;
  bool has_mapping = false;

 private:
  void take_items(const Unit& unit, Contexts& contexts, bool& ok);
  void take_results(const Unit& unit, Contexts& contexts, bool& ok);
  void take_verifier(const Unit& unit);
};

}  // namespace gatehouse::proto::dcerpc
