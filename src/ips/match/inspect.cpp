// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/match/inspect.hpp"

#include <algorithm>

#include "ips/match/base64.hpp"
#include "ips/match/dataset.hpp"
#include "ips/match/inspect_steps.hpp"
#include "ips/match/number.hpp"
#include "ips/match/search.hpp"

namespace gatehouse::ips {
namespace {

enum class Answer : std::uint8_t {
  no,  // an earlier step may try its next match
  yes,
  never,  // no other match of an earlier step would help
};

bool is_relative(const Step& step) noexcept {
  return std::visit(
      [](const auto& s) {
        if constexpr (requires { s.number.relative; })
          return s.number.relative;
        else if constexpr (requires { s.relative; })
          return static_cast<bool>(s.relative);
        else
          return false;
      },
      step);
}

// Looks at the steps from one on over the same bytes. Offsets are signed and count from the first byte at hand; a whole
// buffer of which only a window is kept began at -offset.
std::int64_t bounded_sum(std::int64_t a, std::int64_t b) noexcept {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return b > 0 ? INT64_MAX : INT64_MIN;
  return sum;
}

class Inspection {
 public:
  Inspection(std::span<const Step> steps, const BufferView& buffer, InspectSpace& space, const Scene& scene,
             std::uint32_t& left) noexcept
      : steps_(steps),
        bytes_(buffer.bytes),
        size_(static_cast<std::int64_t>(buffer.bytes.size())),
        start_(-static_cast<std::int64_t>(std::min<std::uint64_t>(buffer.offset, INT64_MAX / 2))),
        complete_(buffer.complete),
        space_(space),
        scene_(scene),
        left_(left),
        cursor_(start_) {}

  Answer from(std::size_t at) noexcept {
    if (at == steps_.size()) return Answer::yes;
    if (left_ == 0) return Answer::never;
    --left_;
    return std::visit([&](const auto& step) { return ask(step, at); }, steps_[at]);
  }

 private:
  Answer ask(const Content& c, std::size_t at) noexcept;
  Answer ask(const Pcre& p, std::size_t at) noexcept;
  Answer ask(const IsDataAt& s, std::size_t at) noexcept;
  Answer ask(const SizeIs& s, std::size_t at) noexcept;
  Answer ask(const DecodeBase64& s, std::size_t at) noexcept;
  Answer ask(const ByteJump& s, std::size_t at) noexcept {
    const auto to = jump(s, bytes_, start_, origin(s.number.relative), space_.variables, scene_.dce_big_endian);
    if (!to) return Answer::no;
    cursor_ = *to;
    return from(at + 1);
  }
  Answer ask(const ByteTest& s, std::size_t at) noexcept {
    return then(holds(s, bytes_, origin(s.number.relative), space_.variables, scene_.dce_big_endian), at);
  }
  Answer ask(const ByteExtract& s, std::size_t at) noexcept {
    return behind(s.number, extract(s, bytes_, origin(s.number.relative), space_.variables, scene_.dce_big_endian), at);
  }
  Answer ask(const ByteMath& s, std::size_t at) noexcept {
    return behind(s.number, calculate(s, bytes_, origin(s.number.relative), space_.variables, scene_.dce_big_endian),
                  at);
  }
  Answer ask(const Asn1Is& s, std::size_t at) noexcept {
    return then(holds(s, bytes_, origin(s.relative) + s.offset), at);
  }
  Answer ask(const EntropyIs& s, std::size_t at) noexcept {
    double value = 0;
    const bool held = holds(s, bytes_, value);
    if (held && space_.entropy_count < space_.entropies.size())
      space_.entropies[space_.entropy_count++] = {space_.buffer, value};
    return then(held, at);
  }
  Answer ask(const InDataset& s, std::size_t at) noexcept {
    if (!holds(s, bytes_)) return Answer::never;
    if (!s.context_key.empty() && space_.context_count < space_.contexts.size())
      space_.contexts[space_.context_count++] = {s.context_key, s.set->context(bytes_)};
    return from(at + 1);
  }
  Answer ask(const Absent& s, std::size_t at) noexcept { return s.or_else ? from(at + 1) : Answer::never; }

  // What a number was taken from, relative to a match, counts as matched too: what is relative begins behind it.
  Answer behind(const NumberAt& number, bool held, std::size_t at) noexcept {
    if (!held) return Answer::no;
    if (!number.relative) return from(at + 1);
    const std::int64_t before = cursor_;
    const std::int64_t size = number.bytes != 0 ? number.bytes : value_of(number.count, space_.variables);
    cursor_ = bounded_sum(bounded_sum(origin(number.relative), value_of(number.offset, space_.variables)), size);
    const Answer answer = from(at + 1);
    if (answer != Answer::yes) cursor_ = before;
    return answer;
  }
  Answer then(bool held, std::size_t at) noexcept { return held ? from(at + 1) : Answer::no; }
  std::int64_t origin(bool relative) const noexcept { return relative ? cursor_ : start_; }
  struct Range {
    std::int64_t begin, end;
  };
  Range range_of(const Content& c) const noexcept;
  std::size_t find(const Content& c, std::size_t begin, std::size_t end) const noexcept;
  Answer try_matches(const Content& c, std::size_t begin, std::size_t end, std::size_t at) noexcept;
  bool depends_on(std::size_t at) const noexcept;

  std::span<const Step> steps_;
  Bytes bytes_;
  std::int64_t size_, start_;
  bool complete_;
  InspectSpace& space_;
  const Scene& scene_;
  std::uint32_t& left_;
  std::int64_t cursor_;
};

// Whether another match of step `at` could change what later steps say: one of them is relative to it and bound to be
// near. A content that is merely behind it (distance) finds no more behind a later match than behind this one.
bool Inspection::depends_on(std::size_t at) const noexcept {
  for (std::size_t i = at + 1; i < steps_.size(); ++i) {
    const auto* content = std::get_if<Content>(&steps_[i]);
    // Of what must not follow, a later place may be free where an earlier one is not.
    if (content != nullptr ? content->has_within || (content->negated && content->has_distance)
                           : is_relative(steps_[i]))
      return true;
    if (content != nullptr || std::holds_alternative<Pcre>(steps_[i])) return false;
  }
  return false;
}

// Where the content must begin and end.
Inspection::Range Inspection::range_of(const Content& c) const noexcept {
  const Variables& v = space_.variables;
  Range range{start_, size_};
  if (c.has_distance || c.has_within) {
    range.begin = bounded_sum(cursor_, value_of(c.distance, v));
    if (c.has_within) range.end = std::min(range.end, bounded_sum(range.begin, value_of(c.within, v)));
  } else {
    if (c.has_offset) range.begin = bounded_sum(start_, value_of(c.offset, v));
    if (c.has_depth) range.end = std::min(range.end, bounded_sum(range.begin, value_of(c.depth, v)));
  }
  range.begin = std::max<std::int64_t>(range.begin, 0);
  return range;
}

std::size_t Inspection::find(const Content& c, std::size_t begin, std::size_t end) const noexcept {
  if (!c.at_end) return find_literal(bytes_, begin, end, c.pattern, c.nocase);
  if (!complete_ || end != bytes_.size() || end < begin || end - begin < c.pattern.size()) return kNotFound;
  const std::size_t last = end - c.pattern.size();
  return stands_at(bytes_, last, c.pattern, c.nocase) ? last : kNotFound;
}

Answer Inspection::ask(const Content& c, std::size_t at) noexcept {
  if (c.fast_only && !c.negated) return from(at + 1);
  const Range range = range_of(c);
  const bool room = range.begin <= range.end && range.end > 0;
  if (!c.negated) {
    if (!room) return Answer::no;
    return try_matches(c, static_cast<std::size_t>(range.begin), static_cast<std::size_t>(range.end), at);
  }
  // What would have to stand at the end cannot be missed before the end is there.
  if (c.at_end && !complete_) return Answer::no;
  if (room && find(c, static_cast<std::size_t>(range.begin), static_cast<std::size_t>(range.end)) != kNotFound)
    return Answer::no;
  return from(at + 1);
}

Answer Inspection::try_matches(const Content& c, std::size_t begin, std::size_t end, std::size_t at) noexcept {
  const bool independent = !c.has_distance && !c.has_within;
  const std::uint8_t replacements = space_.replacement_count;
  for (;;) {
    const std::size_t place = find(c, begin, end);
    if (place == kNotFound) return independent ? Answer::never : Answer::no;
    cursor_ = static_cast<std::int64_t>(place + c.pattern.size());
    if (!c.replacement.empty() && space_.replacement_count < space_.replacements.size())
      space_.replacements[space_.replacement_count++] = {place, c.replacement};
    const Answer answer = from(at + 1);
    if (answer == Answer::yes) return answer;
    space_.replacement_count = replacements;
    if (answer == Answer::never || c.at_end || !depends_on(at)) return Answer::never;
    if (left_ == 0) return Answer::never;
    begin = place + 1;
  }
}

Answer Inspection::ask(const Pcre& p, std::size_t at) noexcept {
  if (p.regex == nullptr) return Answer::no;
  const auto begin = static_cast<std::size_t>(std::clamp<std::int64_t>(p.relative ? cursor_ : 0, 0, size_));
  // '^' of a relative expression is the end of the match before, so that is where the subject begins.
  const Bytes subject = bytes_.subspan(begin);
  const std::int64_t before = cursor_;
  const std::uint8_t captured = space_.captured_count;
  for (std::size_t next = 0;;) {
    RegexMatch match;
    std::array<Bytes, Regex::kMostGroups> groups;
    const auto found = p.regex->find(subject, next, space_.regex, match, p.captures.empty() ? nullptr : groups.data());
    if (found == Regex::Answer::gave_up) {
      ++space_.limit_hits;
      return Answer::no;
    }
    if (p.negated) return found == Regex::Answer::no ? from(at + 1) : Answer::no;
    if (found == Regex::Answer::no) return Answer::no;
    cursor_ = static_cast<std::int64_t>(begin + match.end);
    for (std::size_t g = 0; g < p.captures.size() && g < groups.size(); ++g)
      if (space_.captured_count < space_.captured.size())
        space_.captured[space_.captured_count++] = {&p.captures[g], groups[g]};
    const Answer answer = from(at + 1);
    if (answer == Answer::yes) return answer;
    space_.captured_count = captured;
    if (answer == Answer::never || !depends_on(at)) return answer;
    if (left_ == 0) return Answer::never;
    cursor_ = before;
    next = match.begin + 1;
  }
}

Answer Inspection::ask(const IsDataAt& s, std::size_t at) noexcept {
  const std::int64_t place = bounded_sum(origin(s.relative), value_of(s.at, space_.variables));
  const bool there = s.relative ? place <= size_ : place < size_;
  const bool held = s.negated ? !there && complete_ : there;
  return then(held, at);
}

Answer Inspection::ask(const SizeIs& s, std::size_t at) noexcept {
  const auto size = static_cast<std::uint64_t>(size_ - start_);
  // More may come: only what no more bytes could undo is an answer.
  const bool stays = s.test.compare == Compare::greater || s.test.compare == Compare::greater_or_equal;
  if (!complete_ && (s.test.negated || !stays)) return Answer::never;
  return s.test.holds(size) ? from(at + 1) : Answer::never;
}

Answer Inspection::ask(const DecodeBase64& s, std::size_t at) noexcept {
  const std::int64_t begin = bounded_sum(origin(s.relative), s.offset);
  if (begin < 0 || begin > size_) return Answer::no;
  Bytes text = bytes_.subspan(static_cast<std::size_t>(begin));
  if (s.bytes != 0 && s.bytes < text.size()) text = text.first(s.bytes);
  // Never more than was reserved, so that this does not allocate.
  const std::size_t most = std::min(space_.decoded.capacity(), InspectSpace::kLargestDecoded);
  space_.decoded.clear();
  if (!decode_base64(text, Base64Mode::rfc4648, space_.decoded, most)) return Answer::no;
  const std::size_t behind = steps_.size() - at - 1;
  const std::size_t count = std::min<std::size_t>(s.steps, behind);
  // Decoded bytes are not decoded once more: there is one buffer for them.
  const auto inner_steps = steps_.subspan(at + 1, count);
  if (std::ranges::any_of(inner_steps, [](const Step& i) { return std::holds_alternative<DecodeBase64>(i); }))
    return Answer::never;
  Inspection inner{inner_steps, {space_.decoded, 0, true}, space_, scene_, left_};
  if (inner.from(0) != Answer::yes) return Answer::no;
  return from(at + 1 + count);
}

}  // namespace

bool inspect(std::span<const Step> steps, const BufferView& buffer, InspectSpace& space, const Scene& scene) noexcept {
  std::uint32_t left = InspectSpace::kMostSteps;
  const std::uint8_t replacements = space.replacement_count, captured = space.captured_count;
  if (Inspection{steps, buffer, space, scene, left}.from(0) == Answer::yes) return true;
  space.replacement_count = replacements;
  space.captured_count = captured;
  if (left == 0) ++space.limit_hits;
  return false;
}

}  // namespace gatehouse::ips
