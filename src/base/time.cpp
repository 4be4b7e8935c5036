// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/time.hpp"

#include <chrono>
#include <cstddef>

namespace gatehouse {

Timestamp Timestamp::now() noexcept {
  using namespace std::chrono;
  return {duration_cast<microseconds>(system_clock::now().time_since_epoch()).count()};
}

namespace {
char* put(char* out, unsigned value, int digits) noexcept {
  for (int i = digits; i-- > 0; value /= 10) out[i] = static_cast<char>('0' + value % 10);
  return out + digits;
}
}  // namespace

std::string_view format_timestamp(Timestamp t, char* out) noexcept {
  using namespace std::chrono;
  const sys_time<microseconds> at{microseconds{t.us}};
  const auto day = floor<days>(at);
  const year_month_day date{day};
  const auto since_midnight = static_cast<std::uint64_t>((at - day).count());
  const auto second = static_cast<unsigned>(since_midnight / 1'000'000);

  char* p = put(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  *p++ = '-';
  p = put(p, static_cast<unsigned>(date.month()), 2);
  *p++ = '-';
  p = put(p, static_cast<unsigned>(date.day()), 2);
  *p++ = 'T';
  p = put(p, second / 3600, 2);
  *p++ = ':';
  p = put(p, second / 60 % 60, 2);
  *p++ = ':';
  p = put(p, second % 60, 2);
  *p++ = '.';
  p = put(p, static_cast<unsigned>(since_midnight % 1'000'000), 6);
  for (const char c : {'+', '0', '0', '0', '0'}) *p++ = c;
  return {out, static_cast<std::size_t>(p - out)};
}

}  // namespace gatehouse
