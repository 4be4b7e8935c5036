// SPDX-License-Identifier: GPL-3.0-or-later
// The program is run here as the kernel runs it: loads beyond the packet end it with 0.
#include "capture/fanout.hpp"

#include <gmock/gmock.h>
#include <set>
#include <string>

namespace gatehouse::capture {
namespace {

struct Seen {
  std::uint16_t protocol;
  std::string bytes;  // from the network header on
};

std::uint32_t run(const std::vector<sock_filter>& program, const Seen& packet) {
  std::uint32_t a = 0, x = 0;
  std::array<std::uint32_t, 16> memory{};
  const auto load = [&](std::uint32_t at, unsigned size, std::uint32_t& to) {
    if (at == static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_PROTOCOL)) return to = packet.protocol, true;
    const std::uint32_t offset = at - static_cast<std::uint32_t>(SKF_NET_OFF);
    if (offset + size > packet.bytes.size()) return false;
    to = 0;
    for (unsigned i = 0; i < size; ++i) to = to << 8 | static_cast<std::uint8_t>(packet.bytes[offset + i]);
    return true;
  };
  for (std::size_t pc = 0; pc < program.size(); ++pc) {
    const sock_filter& i = program[pc];
    switch (i.code) {
      case BPF_LD | BPF_W | BPF_ABS:
        if (!load(i.k, 4, a)) return 0;
        break;
      case BPF_LD | BPF_H | BPF_ABS:
        if (!load(i.k, 2, a)) return 0;
        break;
      case BPF_LD | BPF_B | BPF_ABS:
        if (!load(i.k, 1, a)) return 0;
        break;
      case BPF_LD | BPF_H | BPF_IND:
        if (!load(i.k + x, 2, a)) return 0;
        break;
      case BPF_LDX | BPF_B | BPF_MSH:
        if (!load(i.k, 1, x)) return 0;
        x = (x & 15) * 4;
        break;
      case BPF_LDX | BPF_IMM:
        x = i.k;
        break;
      case BPF_LD | BPF_MEM:
        a = memory.at(i.k);
        break;
      case BPF_LDX | BPF_MEM:
        x = memory.at(i.k);
        break;
      case BPF_ST:
        memory.at(i.k) = a;
        break;
      case BPF_MISC | BPF_TAX:
        x = a;
        break;
      case BPF_ALU | BPF_XOR | BPF_X:
        a ^= x;
        break;
      case BPF_ALU | BPF_MUL | BPF_K:
        a *= i.k;
        break;
      case BPF_ALU | BPF_RSH | BPF_K:
        a >>= i.k;
        break;
      case BPF_JMP | BPF_JEQ | BPF_K:
        pc += a == i.k ? i.jt : i.jf;
        break;
      case BPF_JMP | BPF_JSET | BPF_K:
        pc += (a & i.k) != 0 ? i.jt : i.jf;
        break;
      case BPF_RET | BPF_K:
        return i.k;
      case BPF_RET | BPF_A:
        return a;
      default:
        ADD_FAILURE() << "unknown instruction " << i.code;
        return 0;
    }
  }
  ADD_FAILURE() << "the program has no end";
  return 0;
}

std::string ports(std::uint16_t source, std::uint16_t destination) {
  return {static_cast<char>(source >> 8), static_cast<char>(source), static_cast<char>(destination >> 8),
          static_cast<char>(destination)};
}

struct Host {
  std::uint8_t last;
  std::uint16_t port;
};

Seen ipv4(Host from, Host to, std::uint16_t fragment = 0) {
  std::string b(20, '\0');
  b[0] = 0x45, b[9] = 6;
  b[6] = static_cast<char>(fragment >> 8), b[7] = static_cast<char>(fragment);
  b[12] = 10, b[15] = static_cast<char>(from.last);
  b[16] = 10, b[19] = static_cast<char>(to.last);
  return {0x0800, b + ports(from.port, to.port)};
}

Seen ipv6(Host from, Host to) {
  std::string b(40, '\0');
  b[0] = 0x60, b[6] = 17;
  b[23] = static_cast<char>(from.last), b[39] = static_cast<char>(to.last);
  return {0x86dd, b + ports(from.port, to.port)};
}

Seen tagged(const Seen& inner) {
  const std::string type{static_cast<char>(inner.protocol >> 8), static_cast<char>(inner.protocol)};
  return {0x8100, std::string("\0\7", 2) + type + inner.bytes};
}

Seen pppoe(const Seen& inner) {
  const std::string type = inner.protocol == 0x0800 ? std::string("\0\x21", 2) : std::string("\0\x57", 2);
  return {0x8864, std::string(6, '\1') + type + inner.bytes};
}

class Fanout : public testing::TestWithParam<Balance> {
 protected:
  std::vector<sock_filter> program_ = fanout_program(GetParam(), 0x9e3779b1);
};

TEST_P(Fanout, BothDirectionsGoToOneWorkerHoweverTheyAreWrapped) {
  const Host thing{7, 40000}, server{9, 443};
  for (auto make : {+[](Host a, Host b) { return ipv4(a, b); }, +[](Host a, Host b) { return ipv6(a, b); }}) {
    const auto plain = run(program_, make(thing, server));
    EXPECT_NE(plain, 0u);
    EXPECT_EQ(plain, run(program_, make(server, thing)));
    EXPECT_EQ(plain, run(program_, tagged(make(server, thing))));
    EXPECT_EQ(plain, run(program_, tagged(tagged(make(thing, server)))));
    EXPECT_EQ(plain, run(program_, pppoe(make(server, thing))));
  }
}

TEST_P(Fanout, ManyHostsUseAllWorkers) {
  std::set<std::uint32_t> workers;
  for (std::uint8_t host = 1; host < 60; ++host) workers.insert(run(program_, ipv4({host, 1000}, {200, 443})) % 4);
  EXPECT_EQ(workers.size(), 4u);
}

TEST_P(Fanout, ShortAndForeignPacketsGoToTheFirst) {
  EXPECT_EQ(run(program_, {0x0806, std::string(28, '\1')}), 0u);
  EXPECT_EQ(run(program_, {0x0800, "E"}), 0u);
  EXPECT_EQ(run(program_, {0x8100, ""}), 0u);
  EXPECT_EQ(run(program_, {0x8864, std::string(8, '\0')}), 0u);
  EXPECT_EQ(run(program_, tagged(tagged(tagged(ipv4({1, 1}, {2, 2}))))), 0u);
}

INSTANTIATE_TEST_SUITE_P(Balances, Fanout, testing::Values(Balance::hosts, Balance::flows));

TEST(Fanout, ByHostsPortsAndFragmentsMakeNoDifference) {
  const auto program = fanout_program(Balance::hosts, 12345);
  const auto whole = run(program, ipv4({7, 40000}, {9, 443}));
  EXPECT_EQ(whole, run(program, ipv4({7, 40001}, {9, 21})));
  EXPECT_EQ(whole, run(program, ipv4({7, 40000}, {9, 443}, 0x2000)));
  EXPECT_EQ(whole, run(program, ipv4({9, 1}, {7, 2}, 185)));
}

TEST(Fanout, ByFlowsPortsCountAndFragmentsOfADatagramStayTogether) {
  const auto program = fanout_program(Balance::flows, 12345);
  EXPECT_NE(run(program, ipv4({7, 40000}, {9, 443})), run(program, ipv4({7, 40001}, {9, 443})));
  EXPECT_EQ(run(program, ipv4({7, 40000}, {9, 443}, 0x2000)), run(program, ipv4({7, 9999}, {9, 1}, 185)));
}

}  // namespace
}  // namespace gatehouse::capture
