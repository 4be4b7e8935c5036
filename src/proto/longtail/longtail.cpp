// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/longtail/longtail.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <ndpi/ndpi_api.h>
#include <type_traits>

#include "base/lent_heap.hpp"

namespace gatehouse::proto {
namespace {

// nDPI reads the beginning of a packet only; a super-packet would not fit its 16-bit length.
constexpr std::size_t kMostBytes = 4096;

// Newer releases (from 4.6 on) take a sixth parameter; the one that is installed decides at compile time.
template <typename Process>
auto process_packet(Process process, ndpi_detection_module_struct* module, ndpi_flow_struct* flow, Bytes bytes,
                    std::uint64_t time_ms) {
  const auto size = static_cast<unsigned short>(std::min(bytes.size(), kMostBytes));
  if constexpr (std::is_invocable_v<Process, ndpi_detection_module_struct*, ndpi_flow_struct*, const unsigned char*,
                                    unsigned short, std::uint64_t, std::nullptr_t>)
    return process(module, flow, bytes.data(), size, time_ms, nullptr);
  else
    return process(module, flow, bytes.data(), size, time_ms);
}

// And `giveup` lost its guessing switch.
template <typename GiveUp>
auto give_up_detection(GiveUp give_up, ndpi_detection_module_struct* module, ndpi_flow_struct* flow) {
  u_int8_t guessed = 0;
  if constexpr (std::is_invocable_v<GiveUp, ndpi_detection_module_struct*, ndpi_flow_struct*, u_int8_t, u_int8_t*>)
    return give_up(module, flow, 0, &guessed);
  else
    return give_up(module, flow, &guessed);
}

template <typename Protocol>
std::pair<std::uint16_t, std::uint16_t> ids(const Protocol& p) {
  if constexpr (requires { p.master_protocol; })
    return {p.master_protocol, p.app_protocol};
  else
    return {p.proto.master_protocol, p.proto.app_protocol};
}

// Detectors that call themselves certain after a few bytes that many protocols share: their word is not taken.
constexpr std::array<std::string_view, 3> kWeakNames{"Cassandra", "MongoDB", "sFlow"};

bool is_dpi_grade(const ndpi_flow_struct& flow) noexcept {
  return flow.confidence == NDPI_CONFIDENCE_DPI || flow.confidence == NDPI_CONFIDENCE_DPI_CACHE;
}

}  // namespace

struct LongTail::Module {
  ndpi_detection_module_struct* handle = nullptr;
  ndpi_flow_struct* host_flow = nullptr;  // where nDPI notes what a host name told it; never read
  ~Module() {
    if (host_flow != nullptr) ndpi_flow_free(host_flow);
    if (handle != nullptr) ndpi_exit_detection_module(handle);
  }
};

// nDPI's own structure stands directly behind it.
class alignas(std::max_align_t) LongTail::Flow {
 public:
  unsigned packets = 0;
  ndpi_flow_struct* state() noexcept { return reinterpret_cast<ndpi_flow_struct*>(this + 1); }
};

LongTail::LongTail(Memory& memory) : module_(std::make_unique<Module>()), memory_(memory) {}
LongTail::~LongTail() = default;

Result<std::unique_ptr<LongTail>> LongTail::open(Memory& memory) {
  // Once for the process: nDPI's memory, of flows and of the module, is lent to it.
  set_ndpi_malloc(lent_malloc), set_ndpi_free(lent_free);
  set_ndpi_flow_malloc(lent_malloc), set_ndpi_flow_free(lent_free);
  std::unique_ptr<LongTail> self{new LongTail(memory)};
  auto& handle = self->module_->handle;
  handle = ndpi_init_detection_module(ndpi_no_prefs);
  if (handle == nullptr) return failure("nDPI could not be started: out of memory");
  NDPI_PROTOCOL_BITMASK all;
  NDPI_BITMASK_SET_ALL(all);
  self->module_->host_flow = static_cast<ndpi_flow_struct*>(ndpi_flow_malloc(sizeof(ndpi_flow_struct)));
  if (self->module_->host_flow == nullptr) return failure("nDPI could not be started: out of memory");
  std::memset(self->module_->host_flow, 0, sizeof(ndpi_flow_struct));

  const unsigned count = ndpi_get_num_supported_protocols(handle);
  self->names_.reserve(count);
  for (unsigned id = 0; id < count; ++id) {
    const char* name = ndpi_get_proto_name(handle, static_cast<std::uint16_t>(id));
    const bool usable =
        name != nullptr && id != NDPI_PROTOCOL_UNKNOWN && std::ranges::find(kWeakNames, name) == kWeakNames.end();
    self->names_.emplace_back(usable ? name : "");
    if (!usable && id != NDPI_PROTOCOL_UNKNOWN)
      all.fds_bits[id / NDPI_BITS] &= static_cast<ndpi_ndpi_mask>(~(1u << id % NDPI_BITS));
  }
  ndpi_set_protocol_detection_bitmask2(handle, &all);
  ndpi_finalize_initialization(handle);
  return self;
}

LongTail::Flow* LongTail::begin() noexcept {
  void* bytes = nullptr;
  try {
    bytes = memory_.allocate(sizeof(Flow) + sizeof(ndpi_flow_struct), alignof(std::max_align_t));
  } catch (const std::bad_alloc&) {
    return nullptr;  // the flow stays without a name
  }
  std::memset(bytes, 0, sizeof(Flow) + sizeof(ndpi_flow_struct));
  return new (bytes) Flow;
}

void LongTail::end(Flow* flow) noexcept {
  if (flow == nullptr) return;
  ndpi_free_flow_data(flow->state());
  flow->~Flow();
  memory_.deallocate(flow, sizeof(Flow) + sizeof(ndpi_flow_struct), alignof(std::max_align_t));
}

LongTailAnswer LongTail::packet(Flow& flow, const Packet& packet) noexcept {
  const LentHeap heap{memory_};
  // From the IP header to the end of the payload: link layers and padding are not nDPI's business.
  const auto* begin = packet.ip_header.data();
  const auto* end = packet.payload.data() + packet.payload.size();
  if (begin == nullptr || end <= begin) return {};
  const auto found = ids(process_packet(ndpi_detection_process_packet, module_->handle, flow.state(), {begin, end},
                                        static_cast<std::uint64_t>(packet.raw->time.us) / 1000));
  ++flow.packets;
  const bool known = found.second != NDPI_PROTOCOL_UNKNOWN || found.first != NDPI_PROTOCOL_UNKNOWN;
  if (known && is_dpi_grade(*flow.state()))
    return {found.first, found.second, ndpi_extra_dissection_possible(module_->handle, flow.state()) == 0};
  if (flow.packets >= kMaxPackets) return give_up(flow);
  return {};
}

LongTailAnswer LongTail::give_up(Flow& flow) noexcept {
  const LentHeap heap{memory_};
  const auto found = ids(give_up_detection(ndpi_detection_giveup, module_->handle, flow.state()));
  if (!is_dpi_grade(*flow.state())) return {0, 0, true};
  return {found.first, found.second, true};
}

AppName LongTail::application_of_host(std::string_view host) noexcept {
  const LentHeap heap{memory_};
  constexpr std::size_t kLongestHost = 255;  // RFC 1035, 2.3.4
  if (host.empty() || host.size() > kLongestHost) return 0;
  std::array<char, kLongestHost + 1> lower{};
  std::ranges::transform(host, lower.begin(), ascii_lower);
  ndpi_protocol_match_result result{};
  return ndpi_match_host_subprotocol(module_->handle, module_->host_flow, lower.data(),
                                     static_cast<unsigned>(host.size()), &result, NDPI_PROTOCOL_UNKNOWN);
}

AppName LongTail::find(std::string_view name) const noexcept {
  for (std::size_t id = 1; id < names_.size(); ++id)
    if (equals_nocase(names_[id], name)) return static_cast<AppName>(id);
  return 0;
}

std::string_view LongTail::name(AppName name) const noexcept {
  return name < names_.size() ? names_[name] : std::string_view{};
}

std::string_view LongTail::category(AppName name) const noexcept {
  ndpi_protocol protocol{};
  protocol.app_protocol = name;
  const char* text = ndpi_category_get_name(module_->handle, ndpi_get_proto_category(module_->handle, protocol));
  return text == nullptr ? std::string_view{} : text;
}

std::string_view LongTail::version() noexcept {
  return ndpi_revision();
}

}  // namespace gatehouse::proto
