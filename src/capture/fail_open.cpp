// SPDX-License-Identifier: GPL-3.0-or-later
#include "capture/fail_open.hpp"

#include <array>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <linux/pkt_cls.h>
#include <string>
#include <unistd.h>

#include "capture/bpf_program.hpp"
#include "capture/tc_filters.hpp"
#include "os/clock.hpp"
#include "os/fd.hpp"

namespace gatehouse::capture {
namespace {

// By these our filter is found again by a later process.
constexpr const char* kProgramName = "gatehouse_open";
constexpr std::uint32_t kHandle = 0x6768, kPriority = 0x6768;

std::size_t page() noexcept {
  return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t load(const std::uint64_t& value) noexcept {
  return __atomic_load_n(&value, __ATOMIC_RELAXED);
}

std::unexpected<Error> bpf_failure(std::string what, int error) {
  if (error == EPERM)
    return failure(what + ": needs the capabilities CAP_BPF and CAP_NET_ADMIN, or root", ErrorCode::not_permitted);
  if (error == ENOSYS || error == ENOENT || error == EOPNOTSUPP)
    return failure(what +
                   ": this kernel lacks tc with BPF (CONFIG_BPF_SYSCALL, CONFIG_NET_CLS_BPF, CONFIG_NET_SCH_INGRESS)");
  return failure(what + ": " + std::strerror(error));
}

Result<os::Fd> make_map() {
  bpf_map_create_opts options{};
  options.sz = sizeof options;
  options.map_flags = BPF_F_MMAPABLE;
  os::Fd map{
      ::bpf_map_create(BPF_MAP_TYPE_ARRAY, "gatehouse_beat", sizeof(std::uint32_t), sizeof(Heartbeat), 1, &options)};
  if (!map.valid()) return bpf_failure("making the heartbeat map", errno);
  return map;
}

// In C it would read:
//   if ((s64)(bpf_ktime_get_ns() - beat->stamp_ns) > (s64)beat->stale_ns) return bpf_redirect(peer, 0);
//   return TC_ACT_SHOT;
Result<os::Fd> load_program(const os::Fd& map, int peer) {
  using namespace bpf;
  std::vector<bpf_insn> code;
  set_map_value(code, r6, map.get());
  code.push_back(load64(r7, r6, offsetof(Heartbeat, stamp_ns)));
  code.push_back(load64(r8, r6, offsetof(Heartbeat, stale_ns)));
  code.push_back(call(BPF_FUNC_ktime_get_ns));
  code.push_back(subtract(r0, r7));
  code.push_back(skip_if_greater(r0, r8, 2));
  code.push_back(set(r0, TC_ACT_SHOT));
  code.push_back(exit());
  code.push_back(set(r1, peer));
  code.push_back(set(r2, 0));
  code.push_back(call(BPF_FUNC_redirect));
  code.push_back(exit());
  os::Fd program{::bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, kProgramName, "GPL", code.data(), code.size(), nullptr)};
  if (!program.valid()) return bpf_failure("loading the fail-open program", errno);
  return program;
}

bpf_tc_hook hook_of(int interface) noexcept {
  bpf_tc_hook hook{};
  hook.sz = sizeof hook;
  hook.ifindex = interface;
  hook.attach_point = BPF_TC_INGRESS;
  return hook;
}

bpf_tc_opts place() noexcept {
  bpf_tc_opts options{};
  options.sz = sizeof options;
  options.handle = kHandle;
  options.priority = kPriority;
  return options;
}

// Whether clsact is new on the interface.
Result<bool> make_hook(const os::Interface& interface) {
  bpf_tc_hook hook = hook_of(interface.index);
  const int error = ::bpf_tc_hook_create(&hook);
  if (error == 0) return true;
  if (error == -EEXIST) return false;
  return bpf_failure("preparing interface " + interface.name + " for the fail-open program", -error);
}

Result<> attach(const os::Interface& interface, const os::Fd& program) {
  bpf_tc_hook hook = hook_of(interface.index);
  bpf_tc_opts options = place();
  options.prog_fd = program.get();
  options.flags = BPF_TC_F_REPLACE;
  if (const int error = ::bpf_tc_attach(&hook, &options); error != 0)
    return bpf_failure("putting the fail-open program on interface " + interface.name, -error);
  return {};
}

// Our program on the interface, or none.
os::Fd find_program(int interface) {
  bpf_tc_hook hook = hook_of(interface);
  bpf_tc_opts options = place();
  if (::bpf_tc_query(&hook, &options) != 0) return {};
  os::Fd program{::bpf_prog_get_fd_by_id(options.prog_id)};
  if (!program.valid()) return {};
  bpf_prog_info info{};
  std::uint32_t size = sizeof info;
  if (::bpf_obj_get_info_by_fd(program.get(), &info, &size) != 0 || std::strcmp(info.name, kProgramName) != 0)
    return {};
  return program;
}

Result<Heartbeat> read_heartbeat(const os::Fd& program) {
  std::array<std::uint32_t, 4> maps{};
  bpf_prog_info info{};
  info.map_ids = reinterpret_cast<std::uint64_t>(maps.data());
  info.nr_map_ids = maps.size();
  std::uint32_t size = sizeof info;
  if (::bpf_obj_get_info_by_fd(program.get(), &info, &size) != 0 || info.nr_map_ids == 0)
    return failure("the fail-open program has no heartbeat");
  const os::Fd map{::bpf_map_get_fd_by_id(maps[0])};
  Heartbeat heartbeat{};
  const std::uint32_t key = 0;
  if (!map.valid() || ::bpf_map_lookup_elem(map.get(), &key, &heartbeat) != 0)
    return bpf_failure("reading the heartbeat", errno);
  return heartbeat;
}

// What an earlier install() noted: who set what, so that removing it later is exact.
Heartbeat inherited(const os::Interface& first, const os::Interface& second) {
  for (const os::Interface* interface : {&first, &second})
    if (const os::Fd program = find_program(interface->index); program.valid())
      if (auto heartbeat = read_heartbeat(program)) return *heartbeat;
  return {};
}

Result<> take_away(const os::Interface& interface, bool clear_promiscuous, bool remove_hook) {
  bpf_tc_hook hook = hook_of(interface.index);
  bpf_tc_opts options = place();
  if (const int error = ::bpf_tc_detach(&hook, &options); error != 0)
    return bpf_failure("taking the fail-open program off interface " + interface.name, -error);
  // The qdisc goes only if we made it and nobody has hung anything else on it since.
  if (remove_hook && !has_tc_filters(interface.index)) {
    hook.attach_point = static_cast<bpf_tc_attach_point>(BPF_TC_INGRESS | BPF_TC_EGRESS);
    (void)::bpf_tc_hook_destroy(&hook);
  }
  if (clear_promiscuous) RETURN_IF_ERROR(os::set_promiscuous(interface.name, false), "removing the fail-open program");
  return {};
}

void silence_libbpf() {
  ::libbpf_set_print(nullptr);
}  // it would print to standard error; our errors say what it said

}  // namespace

Result<std::shared_ptr<FailOpen>> FailOpen::install(const os::Interface& first, const os::Interface& second,
                                                    Duration stale_after) {
  silence_libbpf();
  const Heartbeat before = inherited(first, second);
  ASSIGN_OR_RETURN(const os::Fd map, make_map(), "fail policy open");
  ASSIGN_OR_RETURN(os::Mapping shared, os::Mapping::shared(map.get(), page(), "mapping the heartbeat"),
                   "fail policy open");
  auto fail_open = std::make_shared<FailOpen>(std::move(shared));
  Heartbeat& heartbeat = *fail_open->heartbeat_;
  heartbeat.stale_ns = static_cast<std::uint64_t>(stale_after.us) * 1000;
  heartbeat.set_promiscuous = before.set_promiscuous;
  heartbeat.made_hooks = before.made_hooks;
  fail_open->stamp();

  ASSIGN_OR_RETURN(const os::Fd to_second, load_program(map, second.index), "fail policy open");
  ASSIGN_OR_RETURN(const os::Fd to_first, load_program(map, first.index), "fail policy open");
  const std::array<const os::Interface*, 2> interfaces{&first, &second};
  for (unsigned i = 0; i < 2; ++i) {
    ASSIGN_OR_RETURN(const bool made, make_hook(*interfaces[i]), "fail policy open");
    if (made) heartbeat.made_hooks |= 1u << i;
    if (!interfaces[i]->promiscuous) {
      RETURN_IF_ERROR(os::set_promiscuous(interfaces[i]->name, true), "fail policy open");
      heartbeat.set_promiscuous |= 1u << i;
    }
  }
  RETURN_IF_ERROR(attach(first, to_second), "fail policy open");
  if (auto second_too = attach(second, to_first); !second_too) {
    (void)remove_fail_open(first.name, second.name);  // both or none
    return std::unexpected(std::move(second_too).error().with("fail policy open"));
  }
  return fail_open;
}

void FailOpen::stamp() noexcept {
  const std::uint64_t now = os::monotonic_ns();
  const std::uint64_t last = __atomic_exchange_n(&heartbeat_->stamp_ns, now, __ATOMIC_RELAXED);
  const std::uint64_t stale = load(heartbeat_->stale_ns);
  if (last == 0 || now <= last || now - last <= stale) return;
  const std::int64_t until = Timestamp::now().us;
  passed_from_.store(until - static_cast<std::int64_t>((now - last - stale) / 1000), std::memory_order_relaxed);
  passed_until_.store(until, std::memory_order_relaxed);
}

void FailOpen::let_pass() noexcept {
  __atomic_store_n(&heartbeat_->stamp_ns, 0, __ATOMIC_RELAXED);
}

Result<bool> remove_fail_open(std::string_view first, std::string_view second) {
  silence_libbpf();
  bool found = false;
  const std::array names{first, second};
  for (unsigned i = 0; i < 2; ++i) {
    const auto interface = os::find_interface(names[i]);
    if (!interface) continue;  // gone, and its filters with it
    const os::Fd program = find_program(interface->index);
    if (!program.valid()) continue;
    found = true;
    const Heartbeat noted = read_heartbeat(program).value_or(Heartbeat{});
    const bool promiscuous = noted.set_promiscuous >> i & 1, hook = noted.made_hooks >> i & 1;
    RETURN_IF_ERROR(take_away(*interface, promiscuous, hook), "fail policy open");
  }
  return found;
}

}  // namespace gatehouse::capture
