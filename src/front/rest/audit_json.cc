// SPDX-License-Identifier: Apache-2.0
#include "front/rest/audit_json.h"

#include <string>

#include "front/rest/exchange.h"

namespace lockstep {
namespace {

boost::json::object chain_object(const ChainVerdict& chain) {
  boost::json::object result = {{"node", std::to_string(chain.node.value())},
                                {"records", chain.records},
                                {"last", chain.end.seq}};
  if (chain.checkpoint) result["checkpoint"] = *chain.checkpoint;
  if (chain.signed_seq) result["signed"] = *chain.signed_seq;
  if (chain.leftover > 0) result["leftover"] = chain.leftover;
  if (chain.broken) result["broken"] = break_object(*chain.broken);
  return result;
}

}  // namespace

boost::json::object break_object(const AuditBreak& what) {
  return {{"kind", json_text(name_of(what.kind))},
          {"node", std::to_string(what.node.value())},
          {"seq", what.seq}};
}

boost::json::object verdict_object(const AuditVerdict& verdict) {
  const std::optional<AuditBreak> broken = verdict.broken();
  boost::json::object result = {{"intact", !broken},
                                {"records", verdict.records},
                                {"chains", verdict.chains.size()},
                                {"signatures_checked", verdict.signatures_checked}};
  if (broken) result["broken"] = break_object(*broken);
  boost::json::array list;
  for (const ChainVerdict& chain : verdict.chains) list.push_back(chain_object(chain));
  result["chain_list"] = std::move(list);
  return result;
}

}  // namespace lockstep
