// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/overlap.hpp"

#include <array>

namespace gatehouse::flow {
namespace {

// How the later segment's start lies to the earlier one's, and its end.
enum Start : unsigned { kStartsBefore, kStartsTogether, kStartsBehind };
enum End : unsigned { kEndsBefore, kEndsTogether, kEndsBehind };

struct Rule {
  // later_wins[start][end]
  std::array<std::array<bool, 3>, 3> later_wins;
};

constexpr std::array<bool, 3> kNever{false, false, false}, kAlways{true, true, true};
constexpr std::array<bool, 3> kIfNotShorter{false, true, true}, kIfLonger{false, false, true};

constexpr Rule kFirst{{kNever, kNever, kNever}};
constexpr Rule kLast{{kAlways, kAlways, kAlways}};
constexpr Rule kBsd{{kAlways, kNever, kNever}};
constexpr Rule kBsdRight{{kNever, kAlways, kAlways}};
constexpr Rule kLinux{{kAlways, kIfLonger, kNever}};
constexpr Rule kOldLinux{{kAlways, kIfNotShorter, kNever}};
constexpr Rule kSolaris{{kIfNotShorter, kIfNotShorter, kIfLonger}};

constexpr const Rule& rule_of(TcpOverlap policy) noexcept {
  switch (policy) {
    case TcpOverlap::first:
    case TcpOverlap::vista:
      return kFirst;
    case TcpOverlap::last:
      return kLast;
    case TcpOverlap::bsd_right:
      return kBsdRight;
    case TcpOverlap::linux:
      return kLinux;
    case TcpOverlap::old_linux:
      return kOldLinux;
    case TcpOverlap::solaris:
    case TcpOverlap::hpux11:
      return kSolaris;
    case TcpOverlap::bsd:
    case TcpOverlap::hpux10:
    case TcpOverlap::irix:
    case TcpOverlap::macos:
    case TcpOverlap::windows:
    case TcpOverlap::windows2k3:
      break;
  }
  return kBsd;
}

constexpr unsigned compare(Seq earlier_edge, Seq later_edge) noexcept {
  return later_edge == earlier_edge ? 1u : before(later_edge, earlier_edge) ? 0u : 2u;
}

}  // namespace

bool later_wins(TcpOverlap policy, Extent old, Extent fresh) noexcept {
  return rule_of(policy).later_wins[compare(old.begin, fresh.begin)][compare(old.end, fresh.end)];
}

}  // namespace gatehouse::flow
