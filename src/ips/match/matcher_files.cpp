// SPDX-License-Identifier: GPL-3.0-or-later
// Files: searched as they stream, in a window; asked for their names at their opening, for sizes and digests at their
// end.
#include <algorithm>

#include "ips/match/matcher_state.hpp"

namespace gatehouse::ips {

Matcher::FileState* Matcher::find_file(FileId id, std::uint64_t flow) noexcept {
  const auto found = std::ranges::find_if(files_, [&](const FileState* f) { return f->id == id && f->flow == flow; });
  return found == files_.end() ? nullptr : *found;
}

// A session that was refused ends without ending its files.
void Matcher::forget_files(std::uint64_t flow) noexcept {
  std::erase_if(files_, [&](FileState* file) {
    if (file->flow != flow) return false;
    std::pmr::polymorphic_allocator<>{&memory_}.delete_object(file);
    return true;
  });
}

void Matcher::file_opened(FileId file, Transaction& tx, Direction direction, std::string_view name) noexcept {
  if (rules_ == nullptr || scene_.flow == nullptr || no_room_for_file()) return;
  const ProtocolPlan* plan = rules_->plan(tx.protocol);
  if (plan == nullptr || !plan->asks_files) return;
  if (TransactionState* of_tx = state_of(tx)) of_tx->has_file[index(direction)] = true;
  if (plan->file_points[index(direction)].empty() && plan->file_unfiltered[index(direction)].empty()) return;
  try {
    auto* state = std::pmr::polymorphic_allocator<>{&memory_}.new_object<FileState>(memory_);
    state->id = file, state->flow = scene_.flow->id;
    state->rules_serial = rules_->serial;
    state->plan = plan, state->tx = &tx, state->direction = direction;
    state->name_size = static_cast<std::uint16_t>(std::min(name.size(), state->name.size()));
    std::copy_n(name.begin(), state->name_size, state->name.begin());
    files_.push_back(state);  // has room
    look_at_file(*state, nullptr);
  } catch (const std::bad_alloc&) {
    ++counters_.no_memory;
  }
}

void Matcher::file_data(FileId file, Bytes data) noexcept {
  if (rules_ == nullptr || scene_.flow == nullptr || files_.empty()) return;
  FileState* state = find_file(file, scene_.flow->id);
  if (state == nullptr) return;
  try {
    state->window.insert(state->window.end(), data.begin(), data.end());
  } catch (const std::bad_alloc&) {
    ++counters_.no_memory;
    return;
  }
  if (settings_.inline_mode || state->window.size() - state->looked_at >= settings_.file_chunk)
    look_at_file(*state, nullptr);
}

void Matcher::file_ended(FileId file, bool has_transaction, const FileView& end) noexcept {
  if (scene_.flow == nullptr || files_.empty()) return;
  FileState* state = find_file(file, scene_.flow->id);
  if (state == nullptr) return;
  if (!has_transaction) state->tx = nullptr;
  look_at_file(*state, &end);
  files_.erase(std::ranges::find(files_, state));
  std::pmr::polymorphic_allocator<>{&memory_}.delete_object(state);
}

void Matcher::look_at_file(FileState& file, const FileView* end) noexcept {
  if (rules_ == nullptr || (scene_.memory != nullptr && scene_.memory->passed)) return;
  if (file.rules_serial != rules_->serial) return;  // its plan is gone with the rules that it began under
  FileView view = end != nullptr ? *end : FileView{};
  if (rules_->wants_magic && !file.window.empty() && file.offset == 0) view.magic = magic_.name(file.window);
  view.name = {file.name.data(), file.name_size};
  view.window = file.window;
  view.offset = file.offset;
  if (end == nullptr) view.size = file.offset + file.window.size();
  Scene scene = scene_;
  scene.file = &view;
  scene.tx = file.tx;
  scene.direction = file.direction;
  if (scene_.direction != file.direction) scene.packet = nullptr;
  if (scene_.memory != nullptr) {
    const FlowMemory::Raw& raw = scene_.memory->raw(file.direction);
    scene.stream = raw.bytes, scene.stream_offset = raw.offset;
  }
  begin_collecting();
  for (const Point& point : file.plan->file_points[index(file.direction)]) {
    const bool whole = !rules_->buffers[point.buffer].transforms.empty();
    const std::size_t overlap = whole ? file.looked_at : std::min(file.looked_at, point.patterns->longest());
    const std::size_t skip = file.looked_at - overlap;
    scan_value(point, Bytes{file.window}.subspan(skip), file.offset + skip, whole ? 0 : overlap);
  }
  if (file.offset == 0 && file.looked_at == 0)
    for (const SignatureIndex s : file.plan->file_unfiltered[index(file.direction)]) collect(s);
  if (!collected_.empty() || !file.waiting.candidates.empty()) weigh_all(file.waiting, scene, file.plan);
  file.looked_at = file.window.size();
  if (file.window.size() <= kFileWindow + settings_.file_chunk) return;
  const std::size_t drop = file.window.size() - kFileWindow;
  file.window.erase(file.window.begin(), file.window.begin() + static_cast<std::ptrdiff_t>(drop));
  file.offset += drop;
  file.looked_at -= drop;
}

}  // namespace gatehouse::ips
