// SPDX-License-Identifier: GPL-3.0-or-later
// The signatures that matched while one packet was looked at. Only when all have spoken is it decided, in their order:
// pass, drop, reject, alert.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/alert_counters.hpp"
#include "engine/inspector.hpp"
#include "engine/log.hpp"
#include "ips/match/matcher.hpp"
#include "ips/match/shared_memory.hpp"

namespace gatehouse::engine {

// What the signatures say of a packet.
struct Sentence {
  Action action = Action::pass;
  bool whole_session = false;                  // of its session, too
  bool to_sender = true, to_receiver = false;  // who is told of a rejection
  const ips::Signature* signature = nullptr;   // that dropped or rejected
};

// What a signature says, for the log.
store::AlertNote note_of(const ips::Signature& signature, bool blocked) noexcept;

class AlertQueue final : public ips::MatchReceiver {
 public:
  static constexpr std::size_t kMost = 15;  // of one packet (the reference's packet-alert-max)

  AlertQueue(Log& log, Inspector& inspector, ips::SharedMemory& shared, Memory& memory, bool enforce, bool defer);

  // The matcher whose signatures these are; before the first match.
  void listen_to(ips::Matcher& matcher) noexcept { matcher_ = &matcher; }
  void on_match(const ips::Signature& signature, const ips::Scene& scene,
                const ips::InspectSpace& space) noexcept override;
  void on_transaction_end(Transaction& tx) noexcept override;
  bool empty() const noexcept { return size_ == 0; }
  // Decides about all that matched since the last call, and logs it. `packet`: the direction of the packet at hand;
  // nullopt: the flow is ending. `head` gives the record's head for a direction.
  template <typename Head>
  Sentence decide(flow::Flow* flow, std::optional<Direction> packet, Timestamp now, Head&& head) noexcept {
    Sentence sentence;
    settle_deferred(flow, packet);
    sort();
    for (std::size_t i = 0; i < size_; ++i) {
      const Match& match = matches_[i];
      const Judgement judgement = judge(match, flow, now);
      if (judgement.told) write(match, judgement, flow, head(match.direction));
      if (!apply(match, judgement, flow, sentence)) break;
    }
    clear();
    return sentence;
  }

  // Whether something that was put off waits for a packet of this direction.
  static bool waits(const flow::Flow& flow, Direction direction) noexcept;
  void flow_ended(flow::Flow& flow) noexcept;
  const AlertCounters& counters() const noexcept { return counters_; }

 private:
  friend struct DeferredAlert;
  struct Match {
    const ips::Signature* signature = nullptr;
    Direction direction = Direction::to_server;
    bool has_tx = false;
    Transaction* tx = nullptr;   // as long as its parser has it
    bool whole_session = false;  // it spoke of the session, not of this packet alone
    std::uint64_t tx_id = 0;
    IpAddress src, dst;
    std::uint32_t text = 0, text_size = 0;    // its transaction's members, in text_
    std::uint32_t notes = 0, notes_size = 0;  // what its steps noted
    std::uint32_t context = 0, context_size = 0;
  };
  struct Judgement {
    bool told = false, counts = false;  // counts: its action is applied
    ips::RuleAction action{};
  };

  void sort() noexcept;
  void clear() noexcept { size_ = 0, text_used_ = 0; }
  Judgement judge(const Match& match, flow::Flow* flow, Timestamp now) noexcept;
  bool apply(const Match& match, const Judgement& judgement, flow::Flow* flow, Sentence& sentence) noexcept;
  void write(const Match& match, const Judgement& judgement, flow::Flow* flow, EventHead head) noexcept;
  template <typename Write>
  void keep_text(std::uint32_t& at, std::uint32_t& size, Write&& write) noexcept;
  void keep_notes(Match& match, const ips::Scene& scene, const ips::InspectSpace& space) noexcept;
  void write_anew(struct DeferredAlert& item, const Transaction& tx) noexcept;
  void settle_deferred(flow::Flow* flow, std::optional<Direction> packet) noexcept;
  void write_metadata(JsonWriter& json, const Match& match, const flow::Flow* flow) const noexcept;

  Log& log_;
  Inspector& inspector_;
  ips::SharedMemory& shared_;
  ips::Matcher* matcher_ = nullptr;
  Memory& memory_;
  bool enforce_;
  bool defer_;
  std::array<Match, kMost> matches_;
  std::size_t size_ = 0;
  std::vector<char> text_;
  std::size_t text_used_ = 0;
  AlertCounters counters_;
};

}  // namespace gatehouse::engine
