// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "app/config.h"
#include "app/doctor.h"
#include "app/offline.h"
#include "front/cli/session.h"
#include "front/cli/table.h"

namespace lockstep {
namespace {

std::string as_json(const std::vector<Finding>& findings) {
  boost::json::array list;
  for (const Finding& one : findings) {
    boost::json::object item{
        {"health", std::string(name_of(one.health))}, {"about", one.about}, {"what", one.what}};
    if (!one.advice.empty()) item["advice"] = one.advice;
    list.push_back(std::move(item));
  }
  return boost::json::serialize(boost::json::object{
             {"health", std::string(name_of(worst(findings)))}, {"findings", std::move(list)}}) +
         '\n';
}

std::string in_words(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& one : findings) {
    std::string line(name_of(one.health));
    line.resize(9, ' ');
    line += one.about;
    line.resize(18, ' ');
    text += line + printable(one.what) + '\n';
    if (!one.advice.empty()) text += std::string(18, ' ') + "→ " + printable(one.advice) + '\n';
  }
  return text;
}

ExitCode run(const std::string& config_file, const Offline& offline) {
  const Config config = default_config(offline.data);
  std::vector<Finding> findings;
  Patient patient{offline.data,
                  offline.store_url,
                  config.admin_socket,
                  LOCKSTEP_VERSION,
                  offline.keys,
                  {},
                  {},
                  {}};
  if (!config_file.empty()) {
    const auto read = read_config(config_file);
    if (!read) return report(offline.terminal, read.error());
    patient.data = read->data;
    patient.store_url = read->store_url;
    patient.admin_socket = read->admin_socket;
    patient.keys.source = read->keys.source;
    patient.mail = read->mail.has_value();
    if (read->listen.tls) patient.certificate = read->listen.tls->certificate;
    patient.radius = read->radius;
  }
  findings = examine_all(patient, offline.clock, clock_health());
  offline.terminal.out(offline.json ? as_json(findings) : in_words(findings));
  return worst(findings) == Health::problem ? ExitCode::refused : ExitCode::ok;
}

}  // namespace

void add_doctor(CLI::App& app, const ChooseOffline& choose) {
  CLI::App* verb = app.add_subcommand("doctor",
                                      "Says what is wrong with store, key, clock, rights, space, "
                                      "certificates and RADIUS clients, and what "
                                      "to do.");
  const auto config = std::make_shared<std::string>();
  verb->add_option("--config", *config, "Configuration file of the server; default: --data alone");
  verb->footer(
      "Example: lockstep doctor --data DIR\n"
      "Changes nothing, and a server may run. Ends with 1 when there is a problem; warnings are\n"
      "no problem yet. Prints no secret.\n\n" +
      std::string(exit_code_help()));
  verb->callback([config, choose] {
    choose([config](const Offline& offline) { return run(*config, offline); });
  });
}

}  // namespace lockstep
