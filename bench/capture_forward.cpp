// SPDX-License-Identifier: GPL-3.0-or-later
// The bare forwarder: receives and releases everything, one thread for each Source, and prints the counters at the end
// (SIGTERM, SIGINT). For measuring capture by itself in network namespaces, and for its lab tests.
//   capture_forward pair g0 g1 [workers=1] [fail=open|closed] [bypass_qdisc] [ring=BYTES] [drop|inject]
//   capture_forward tap g0[,g1…] [workers=1]
//   capture_forward queue [queues=1] [first=0] [fail=open|closed] [rules] [drop|inject]
//   capture_forward file PATH
//   capture_forward remove g0 g1        removes the fail-open program; "remove rules": NFQUEUE's rules
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <fmt/format.h>
#include <map>
#include <string>
#include <thread>

#include "capture/fail_open.hpp"
#include "capture/nfqueue.hpp"
#include "capture/nfqueue_rules.hpp"
#include "capture/packet_socket.hpp"
#include "capture/pcap_file.hpp"
#include "os/signals.hpp"

using namespace gatehouse;
using namespace gatehouse::capture;

namespace {

std::atomic<bool> stopping{false};

struct Arguments {
  std::vector<std::string> plain;
  std::map<std::string, std::string> named;

  Arguments(int count, char** words) {
    for (int i = 1; i < count; ++i) {
      const std::string word = words[i];
      const auto equals = word.find('=');
      if (equals == word.npos)
        plain.push_back(word);
      else
        named[word.substr(0, equals)] = word.substr(equals + 1);
    }
  }
  bool has(std::string_view word) const { return std::find(plain.begin(), plain.end(), word) != plain.end(); }
  std::string get(const std::string& name, const std::string& otherwise) const {
    const auto found = named.find(name);
    return found == named.end() ? otherwise : found->second;
  }
  unsigned number(const std::string& name, unsigned otherwise) const {
    const auto found = named.find(name);
    return found == named.end() ? otherwise : static_cast<unsigned>(std::stoul(found->second));
  }
  FailPolicy fail() const { return get("fail", "closed") == "open" ? FailPolicy::open : FailPolicy::closed; }
};

int complain(const Error& error) {
  fmt::print(stderr, "{}\n", error.text);
  return 1;
}

Result<Sources> open(const Arguments& arguments) {
  const std::string kind = arguments.plain.empty() ? "" : arguments.plain[0];
  if (kind == "pair" && arguments.plain.size() >= 3) {
    PairOptions options;
    options.first = arguments.plain[1];
    options.second = arguments.plain[2];
    options.workers = arguments.number("workers", 1);
    options.fail = arguments.fail();
    options.qdisc_bypass = arguments.has("bypass_qdisc");
    options.ring_bytes = arguments.number("ring", static_cast<unsigned>(options.ring_bytes));
    return open_pair(options);
  }
  if (kind == "tap" && arguments.plain.size() >= 2) {
    TapOptions options;
    std::string names = arguments.plain[1];
    for (std::size_t comma; (comma = names.find(',')) != names.npos; names.erase(0, comma + 1))
      options.interfaces.push_back(names.substr(0, comma));
    options.interfaces.push_back(names);
    options.workers = arguments.number("workers", 1);
    return open_tap(options);
  }
  if (kind == "queue") {
    NfqueueOptions options;
    options.first_queue = static_cast<std::uint16_t>(arguments.number("first", 0));
    options.queues = arguments.number("queues", 1);
    options.fail = arguments.fail();
    auto sources = open_nfqueue(options);
    if (!sources || !arguments.has("rules")) return sources;
    ASSIGN_OR_RETURN(const auto how, install_queue_rules(options), "queue rules");
    fmt::print("{}\n", how);
    return sources;
  }
  if (kind == "file" && arguments.plain.size() >= 2) return open_pcap_file(arguments.plain[1]);
  return failure("capture_forward pair|tap|queue|file|remove …", ErrorCode::invalid_config);
}

// `again`: drops each packet and sends it on as one of our own making.
void forward(Source& source, Action action, bool again) {
  std::array<Action, kBatch> actions;
  actions.fill(action);
  while (!stopping.load(std::memory_order_relaxed) && !source.ended()) {
    const auto packets = source.receive(milliseconds(200));
    if (again)
      for (const auto& packet : packets) source.inject(source.peer_of(packet.port), packet.data);
    source.release({actions.data(), packets.size()});
  }
}

void print(const Source& source, unsigned worker) {
  const SourceCounters c = source.counters();
  fmt::print(
      "worker {} packets {} bytes {} forwarded {} dropped {} injected {} kernel_drops {} send_failures {} truncated {} "
      "bypassed {}{}{}\n",
      worker, c.packets, c.bytes, c.forwarded, c.dropped, c.injected, c.kernel_drops, c.send_failures, c.truncated,
      c.bypassed, source.error().empty() ? "" : " error ", source.error());
}

int remove(const Arguments& arguments) {
  if (arguments.has("rules")) {
    const auto removed = remove_queue_rules();
    if (!removed) return complain(removed.error());
    fmt::print("{}\n", *removed ? "removed" : "nothing to remove");
    return 0;
  }
  if (arguments.plain.size() < 3) return 2;
  const auto removed = remove_fail_open(arguments.plain[1], arguments.plain[2]);
  if (!removed) return complain(removed.error());
  fmt::print("{}\n", *removed ? "removed" : "nothing to remove");
  return 0;
}

}  // namespace

int main(int count, char** words) {
  const Arguments arguments{count, words};
  if (arguments.has("remove")) return remove(arguments);
  auto signals = os::SignalFd::block({SIGTERM, SIGINT});
  if (!signals) return complain(signals.error());
  auto sources = open(arguments);
  if (!sources) return complain(sources.error());

  fmt::print("forwarding\n");
  std::fflush(stdout);
  const bool again = arguments.has("inject");
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::thread> threads;
  for (auto& source : *sources)
    threads.emplace_back(forward, std::ref(*source), again || arguments.has("drop") ? Action::drop : Action::pass,
                         again);
  const bool ends_by_itself = arguments.has("file");
  while (!ends_by_itself && !signals->next()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  stopping = !ends_by_itself;
  for (auto& thread : threads) thread.join();
  if (ends_by_itself) {
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
    fmt::print("{:.1f} ns a packet\n", took.count() / static_cast<double>((*sources)[0]->counters().packets));
  }
  for (unsigned i = 0; i < sources->size(); ++i) print(*(*sources)[i], i);
  return 0;
}
