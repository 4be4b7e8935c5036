// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/pgsql/transaction.hpp"

namespace gatehouse::proto::pgsql {

PgsqlTransaction::PgsqlTransaction(Memory& memory)
    : user(&memory),
      database(&memory),
      application(&memory),
      options(&memory),
      mechanism(&memory),
      sasl_data(&memory),
      queries(&memory),
      salt(&memory),
      sasl_final(&memory),
      status(&memory),
      server_version(&memory),
      completed(&memory),
      failure(memory) {}

bool PgsqlTransaction::answered() const noexcept {
  return ssl_answered || has_authentication || !sasl_final.empty() || !status.empty() || has_key || has_fields ||
         rows > 0 || has_copy_in || has_copy_out || copy_out_rows > 0 || !completed.empty() || failure.present;
}

}  // namespace gatehouse::proto::pgsql
