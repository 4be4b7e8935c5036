// SPDX-License-Identifier: GPL-3.0-or-later
#include "capture/nfqueue_rules.hpp"

#include <array>
#include <cstdio>

#include "os/process.hpp"

namespace gatehouse::capture {
namespace {

using Words = std::vector<std::string>;

constexpr const char* kTable = "gatehouse_queue";
constexpr const char* kChain = "GATEHOUSE-QUEUE";
constexpr std::array kTools{"iptables", "ip6tables"};

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

// True: the tool did it. False: it said no.
Result<bool> succeeds(const Words& command, std::string_view input = {}) {
  auto outcome = os::run_program(command, input);
  if (!outcome) return std::unexpected(std::move(outcome).error());
  return outcome->status == 0;
}

Result<> run(const Words& command, std::string_view input = {}) {
  auto outcome = os::run_program(command, input);
  if (!outcome) return std::unexpected(std::move(outcome).error());
  if (outcome->status == 0) return {};
  std::string line;
  for (const auto& word : command) line += (line.empty() ? "" : " ") + word;
  return failure("`" + line + "` failed: " + first_line(outcome->output));
}

std::string hex(std::uint32_t value) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "0x%x", value);
  return text.data();
}

std::string nft_script(const NfqueueOptions& options) {
  const unsigned last = options.first_queue + options.queues - 1;
  std::string queue = "queue";
  if (options.fail == FailPolicy::open) queue += " flags bypass";
  queue += " to " + std::to_string(options.first_queue);
  if (options.queues > 1) queue += "-" + std::to_string(last);
  return std::string("table inet ") + kTable + " {\n" + "  chain forward {\n" +
         "    type filter hook forward priority mangle; policy accept;\n" + "    meta mark " + hex(options.mark) +
         " accept\n    " + queue + "\n  }\n}\n";
}

Words in_mangle(const char* tool, const Words& more) {
  Words command{tool, "-w", "5", "-t", "mangle"};
  command.insert(command.end(), more.begin(), more.end());
  return command;
}

Result<> add_chain(const char* tool, const NfqueueOptions& options) {
  const unsigned last = options.first_queue + options.queues - 1;
  Words queue{"-A", kChain, "-j", "NFQUEUE"};
  if (options.queues > 1) {
    queue.insert(queue.end(), {"--queue-balance", std::to_string(options.first_queue) + ":" + std::to_string(last)});
  } else {
    queue.insert(queue.end(), {"--queue-num", std::to_string(options.first_queue)});
  }
  if (options.fail == FailPolicy::open) queue.emplace_back("--queue-bypass");
  RETURN_IF_ERROR(run(in_mangle(tool, {"-N", kChain})), tool);
  RETURN_IF_ERROR(run(in_mangle(tool, {"-A", kChain, "-m", "mark", "--mark", hex(options.mark), "-j", "RETURN"})),
                  tool);
  RETURN_IF_ERROR(run(in_mangle(tool, queue)), tool);
  RETURN_IF_ERROR(run(in_mangle(tool, {"-I", "FORWARD", "1", "-j", kChain})), tool);
  return {};
}

// iptables over nftables makes its tables when it is first used. Ours to remove if nothing but the empty built-in
// chains is left in it, for then it does nothing.
Result<> remove_empty_table(const char* tool) {
  const auto version = os::run_program({tool, "--version"});
  if (!version || version->output.find("nf_tables") == std::string::npos) return {};
  const auto left = os::run_program(in_mangle(tool, {"-S"}));
  if (!left || left->status != 0) return {};
  std::string_view text = left->output;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    // A warning ("# …") when iptables-legacy has tables too.
    const bool nothing =
        line.empty() || line.starts_with('#') || (line.starts_with("-P ") && line.ends_with(" ACCEPT"));
    if (!nothing) return {};
  }
  (void)succeeds({"nft", "delete", "table", std::string_view(tool) == "ip6tables" ? "ip6" : "ip", "mangle"});
  return {};
}

Result<bool> remove_chain(const char* tool) {
  auto there = succeeds(in_mangle(tool, {"-S", kChain}));
  if (!there) {
    if (there.error().code == ErrorCode::not_found) return false;  // no such tool, so no such chain
    return there;
  }
  if (*there) {
    // As many jumps as there are: an interrupted start may have left none or two.
    for (auto jump = succeeds(in_mangle(tool, {"-D", "FORWARD", "-j", kChain})); jump && *jump;)
      jump = succeeds(in_mangle(tool, {"-D", "FORWARD", "-j", kChain}));
    RETURN_IF_ERROR(run(in_mangle(tool, {"-F", kChain})), tool);
    RETURN_IF_ERROR(run(in_mangle(tool, {"-X", kChain})), tool);
  }
  RETURN_IF_ERROR(remove_empty_table(tool), tool);
  return *there;
}

Result<bool> remove_nft_table() {
  auto there = succeeds({"nft", "list", "table", "inet", kTable});
  if (!there) {
    if (there.error().code == ErrorCode::not_found) return false;
    return there;
  }
  if (!*there) return false;
  RETURN_IF_ERROR(run({"nft", "delete", "table", "inet", kTable}), "nftables");
  return true;
}

}  // namespace

Result<std::string> install_queue_rules(const NfqueueOptions& options) {
  if (auto removed = remove_queue_rules(); !removed) return std::unexpected(std::move(removed).error());
  // nft applies a script whole or not at all, so trying is the test for the kernel's queue expression.
  auto with_nft = run({"nft", "-f", "-"}, nft_script(options));
  if (with_nft) return std::string("nftables: table inet ") + kTable;

  for (const char* tool : kTools) {
    auto added = add_chain(tool, options);
    if (added) continue;
    (void)remove_queue_rules();
    return failure("neither nftables nor iptables can queue packets here. nftables: " + with_nft.error().text +
                   "; iptables: " + added.error().text);
  }
  return std::string("iptables and ip6tables: chain ") + kChain +
         " of the mangle table (nftables cannot queue on this kernel)";
}

Result<bool> remove_queue_rules() {
  auto removed = remove_nft_table();
  if (!removed) return removed;
  bool any = *removed;
  for (const char* tool : kTools) {
    auto chain = remove_chain(tool);
    if (!chain) return chain;
    any = any || *chain;
  }
  return any;
}

}  // namespace gatehouse::capture
