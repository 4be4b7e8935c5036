// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/fox/session.hpp"

#include <algorithm>

#include "proto/fox/fox.hpp"

namespace gatehouse::proto::fox {
namespace {

struct Row {
  std::string_view name;
  std::string_view FoxTransaction::* member;
};
constexpr std::array kRows{
    Row{"fox.version", &FoxTransaction::version},
    Row{"hostName", &FoxTransaction::host_name},
    Row{"hostAddress", &FoxTransaction::host_address},
    Row{"hostId", &FoxTransaction::host_id},
    Row{"app.name", &FoxTransaction::app_name},
    Row{"app.version", &FoxTransaction::app_version},
    Row{"vm.name", &FoxTransaction::vm_name},
    Row{"vm.version", &FoxTransaction::vm_version},
    Row{"os.name", &FoxTransaction::os_name},
    Row{"os.version", &FoxTransaction::os_version},
    Row{"brandId", &FoxTransaction::brand},
    Row{"station.name", &FoxTransaction::station},
};

}  // namespace

bool Joined::set(std::string_view name, std::string_view version) noexcept {
  if (name.size() + 1 + version.size() > text_.size()) return false;
  char* at = std::ranges::copy(name, text_.data()).out;
  if (!name.empty() && !version.empty()) *at++ = ' ';
  at = std::ranges::copy(version, at).out;
  size_ = static_cast<std::size_t>(at - text_.data());
  return true;
}

Progress FoxSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  Side& side = sides_[index(direction)];
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::string_view left = as_text(bytes.subspan(at));
    if (side.skipping) {
      at += skip(side, left);
      continue;
    }
    FirstLine line;
    std::size_t size = 0;
    const Reading reading = read_first_line(left, line, size);
    if (reading == Reading::no) {
      sink.event(nullptr, event::malformed_frame, direction);
      return Progress::malformed();
    }
    const std::size_t end = left.substr(0, kLongestFrame).find(kEnd);
    if (reading == Reading::need_more || (end == left.npos && left.size() < kLongestFrame))
      return Progress::need_more(at);
    const std::size_t read = end == left.npos ? kLongestFrame : end + kEnd.size();
    frame(direction, left.substr(0, read), sink);
    at += read;
    if (end != left.npos) continue;
    side = {.skipping = true};
    (void)skip(side, left.substr(read - (kEnd.size() - 1), kEnd.size() - 1));
  }
  return Progress::ok(at);
}

// How much of `text` the frame has, whose end may be cut. No octet of the end but its first can begin it anew.
std::size_t FoxSession::skip(Side& side, std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == kEnd[side.matched])
      ++side.matched;
    else
      side.matched = text[i] == kEnd[0] ? 1 : 0;
    if (side.matched < kEnd.size()) continue;
    side = {};
    return i + 1;
  }
  return text.size();
}

bool FoxSession::gap(Direction direction, std::uint64_t, Sink&) noexcept {
  sides_[index(direction)] = {.skipping = true};
  return true;
}

void FoxSession::frame(Direction direction, std::string_view text, Sink& sink) noexcept {
  FoxTransaction tx;
  tx.protocol = &protocol;
  tx.id = frames_++;
  std::size_t size = 0;
  (void)read_first_line(text, tx.line, size);
  Members members{text.substr(size)};
  for (Member member; members.next(member);)
    for (const Row& row : kRows)
      if (member.type == 's' && member.name == row.name) tx.*row.member = member.value;
  const bool application = tx.application.set(tx.app_name, tx.app_version);
  const bool system = tx.system.set(tx.os_name, tx.os_version);
  if (!application || !system) sink.event(&tx, event::name_too_long, direction);
  tx.stage[index(direction)] = 1;
  sink.update(tx, direction);
  sink.log(tx, direction);
  sink.close(tx);
}

}  // namespace gatehouse::proto::fox
