// SPDX-License-Identifier: GPL-3.0-or-later
#include "os/privileges.hpp"

#include <cap-ng.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace gatehouse::os {
namespace {

unsigned number_of(Capability capability) noexcept {
  switch (capability) {
    case Capability::net_admin:
      return CAP_NET_ADMIN;
    case Capability::net_raw:
      return CAP_NET_RAW;
  }
  return CAP_NET_RAW;
}

Result<> keep_only(const std::vector<Capability>& keep) {
  ::capng_clear(CAPNG_SELECT_BOTH);
  for (const Capability capability : keep)
    if (::capng_update(CAPNG_ADD, static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED),
                       number_of(capability)) != 0)
      return failure("choosing the capabilities to keep");
  return {};
}

Result<> become(const std::string& user) {
  const passwd* entry = ::getpwnam(user.c_str());
  if (entry == nullptr)
    return failure("there is no user " + user + " to run as: create it, or name another one", ErrorCode::not_found);
  if (entry->pw_uid == 0) return failure("the engine must not go on as root", ErrorCode::invalid_config);
  const auto flags = static_cast<capng_flags_t>(CAPNG_DROP_SUPP_GRP | CAPNG_CLEAR_BOUNDING);
  if (const int status = ::capng_change_id(static_cast<int>(entry->pw_uid), static_cast<int>(entry->pw_gid), flags);
      status != 0)
    return failure("becoming user " + user + " failed (step " + std::to_string(-status) + " of libcap-ng)",
                   ErrorCode::not_permitted);
  return {};
}

}  // namespace

bool has_capability(Capability capability) noexcept {
  if (::capng_get_caps_process() != 0) return false;
  return ::capng_have_capability(CAPNG_EFFECTIVE, number_of(capability)) != 0;
}

Result<> drop_privileges(std::string_view user, const std::vector<Capability>& keep) {
  RETURN_IF_ERROR(keep_only(keep), "dropping privileges");
  if (::geteuid() == 0) {
    RETURN_IF_ERROR(become(std::string(user)), "dropping privileges");
  } else if (::capng_apply(CAPNG_SELECT_CAPS) != 0) {
    return failure("dropping privileges: the capabilities could not be given up", ErrorCode::not_permitted);
  }
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return system_failure("setting no_new_privs");
  // A core dump of this process would hold other people's traffic; and nobody of the same user may trace it.
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return system_failure("forbidding core dumps");
  return {};
}

}  // namespace gatehouse::os
