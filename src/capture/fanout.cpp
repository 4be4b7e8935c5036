// SPDX-License-Identifier: GPL-3.0-or-later
#include "capture/fanout.hpp"

#include <initializer_list>

namespace gatehouse::capture {
namespace {

constexpr std::uint32_t kNetwork = static_cast<std::uint32_t>(SKF_NET_OFF);
constexpr std::uint32_t kProtocol = static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_PROTOCOL);
constexpr std::uint16_t kIpv4 = 0x0800, kIpv6 = 0x86dd, kVlan = 0x8100, kServiceVlan = 0x88a8, kPppoe = 0x8864;
constexpr std::uint16_t kPppIpv4 = 0x0021, kPppIpv6 = 0x0057;
constexpr unsigned kInlineTags = 2;

using Program = std::vector<sock_filter>;

sock_filter op(unsigned code, std::uint32_t k = 0) {
  return {static_cast<std::uint16_t>(code), 0, 0, k};
}
sock_filter load_word(std::uint32_t at) {
  return op(BPF_LD | BPF_W | BPF_ABS, kNetwork + at);
}
sock_filter load_half(std::uint32_t at) {
  return op(BPF_LD | BPF_H | BPF_ABS, kNetwork + at);
}
sock_filter load_byte(std::uint32_t at) {
  return op(BPF_LD | BPF_B | BPF_ABS, kNetwork + at);
}

void append(Program& to, const Program& more) {
  to.insert(to.end(), more.begin(), more.end());
}

// if (A == value) { body } — every body ends with a return or falls out at its end.
void if_equal(Program& to, std::uint32_t value, const Program& body) {
  to.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, static_cast<std::uint8_t>(body.size())));
  append(to, body);
}

// A = the exclusive or of `words` words from `at` on: the same whichever of two addresses comes first.
Program fold(std::uint32_t at, unsigned words) {
  Program p{load_word(at)};
  for (unsigned i = 1; i < words; ++i) {
    p.push_back(op(BPF_MISC | BPF_TAX));
    p.push_back(load_word(at + 4 * i));
    p.push_back(op(BPF_ALU | BPF_XOR | BPF_X));
  }
  return p;
}

// M[0] = key * A, its high bits brought down: the kernel looks at the low ones.
Program keep_hash(std::uint32_t key) {
  return {op(BPF_ALU | BPF_MUL | BPF_K, key), op(BPF_MISC | BPF_TAX), op(BPF_ALU | BPF_RSH | BPF_K, 16),
          op(BPF_ALU | BPF_XOR | BPF_X), op(BPF_ST, 0)};
}

Program return_hash() {
  return {op(BPF_LD | BPF_MEM, 0), op(BPF_RET | BPF_A)};
}

// Return M[0] mixed with both ports, which stand at X + at.
Program return_with_ports(std::uint32_t at, std::uint32_t key) {
  Program p{op(BPF_LD | BPF_H | BPF_IND, kNetwork + at),
            op(BPF_ST, 1),
            op(BPF_LD | BPF_H | BPF_IND, kNetwork + at + 2),
            op(BPF_LDX | BPF_MEM, 1),
            op(BPF_ALU | BPF_XOR | BPF_X),
            op(BPF_ALU | BPF_MUL | BPF_K, key)};
  append(p, {op(BPF_MISC | BPF_TAX), op(BPF_ALU | BPF_RSH | BPF_K, 16), op(BPF_ALU | BPF_XOR | BPF_X),
             op(BPF_LDX | BPF_MEM, 0), op(BPF_ALU | BPF_XOR | BPF_X), op(BPF_RET | BPF_A)});
  return p;
}

constexpr std::initializer_list<std::uint32_t> kWithPorts{6, 17, 132};  // TCP, UDP, SCTP

Program ipv4(std::uint32_t at, Balance balance, std::uint32_t key) {
  Program p = fold(at + 12, 2);
  append(p, keep_hash(key));
  if (balance == Balance::flows) {
    Program ports;
    for (const auto protocol : kWithPorts) {
      Program body{op(BPF_LDX | BPF_B | BPF_MSH, kNetwork + at)};
      append(body, return_with_ports(at, key));
      if_equal(ports, protocol, body);
    }
    // RFC 791: more fragments (bit 13) or an offset: not the place to look for ports.
    p.push_back(load_half(at + 6));
    p.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x3fff, static_cast<std::uint8_t>(ports.size() + 1), 0));
    p.push_back(load_byte(at + 9));
    append(p, ports);
  }
  append(p, return_hash());
  return p;
}

Program ipv6(std::uint32_t at, Balance balance, std::uint32_t key) {
  Program p = fold(at + 8, 8);
  append(p, keep_hash(key));
  if (balance == Balance::flows) {
    p.push_back(load_byte(at + 6));
    for (const auto protocol : kWithPorts) {
      Program body{op(BPF_LDX | BPF_IMM, 40)};
      append(body, return_with_ports(at, key));
      if_equal(p, protocol, body);
    }
  }
  append(p, return_hash());
  return p;
}

// A: the EtherType of what stands at `at`.
void layer(Program& p, std::uint32_t at, unsigned tags, Balance balance, std::uint32_t key) {
  if_equal(p, kIpv4, ipv4(at, balance, key));
  if_equal(p, kIpv6, ipv6(at, balance, key));

  Program session{load_half(at + 6)};  // behind PPPoE's six bytes: the PPP protocol
  if_equal(session, kPppIpv4, ipv4(at + 8, balance, key));
  if_equal(session, kPppIpv6, ipv6(at + 8, balance, key));
  session.push_back(op(BPF_RET | BPF_K, 0));
  if_equal(p, kPppoe, session);

  if (tags == 0) {
    p.push_back(op(BPF_RET | BPF_K, 0));
    return;
  }
  p.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kVlan, 2, 0));
  p.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kServiceVlan, 1, 0));
  p.push_back(op(BPF_RET | BPF_K, 0));
  p.push_back(load_half(at + 2));
  layer(p, at + 4, tags - 1, balance, key);
}

}  // namespace

std::vector<sock_filter> fanout_program(Balance balance, std::uint32_t key) {
  Program p{op(BPF_LD | BPF_H | BPF_ABS, kProtocol)};
  layer(p, 0, kInlineTags, balance, key | 1);
  return p;
}

}  // namespace gatehouse::capture
