// SPDX-License-Identifier: GPL-3.0-or-later
// From what the person wrote (config::Config) to what the engine is made of.
#pragma once

#include "capture/nfqueue.hpp"
#include "capture/source.hpp"
#include "config/config.hpp"
#include "engine/engine.hpp"
#include "ips/compile/load.hpp"

namespace gatehouse::engine {

// `workers`: how many share the memory budgets.
Result<EngineSettings> settings_of(const config::Config& config, std::size_t workers);
// The queues that the configuration names, for mode nfqueue.
capture::NfqueueOptions queue_options(const config::Config& config);
// Live sources as the configuration names them, one per worker.
Result<capture::Sources> open_capture(const config::Config& config);
// The signatures that the configuration names; no ruleset where it names none or the IPS is off.
Result<ips::compile::Compiled> load_signatures(const config::Config& config, ips::compile::DatasetStore& datasets,
                                               bool naive = false);
// The policy that the configuration names, if any, and these signatures (null: none).
Result<std::shared_ptr<const Generation>> generation_of(const config::Config& config, std::uint32_t number,
                                                       std::shared_ptr<const ips::Ruleset> signatures);
// What the configuration may name: protocols and types of log records.
config::Surroundings surroundings();

}  // namespace gatehouse::engine
